// The n-th operation on a file of the project fails, once: n = 1, 2, … until none is hit. Either the run does all the same
// what it should, or it says what it could not do and how to go on, with exit code 1; what is recorded is true, and the next
// run ends where the run ends that nothing hits.
//
// The suite tries two plans a case, at some operations; PAIRFORM_CRASH_ALL=60 all plans, at all of them.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>

#include "tests/crash/sweep.h"

namespace pairform::crash {
namespace {

// How a file operation fails, as the system may let it.
struct FaultCase {
  std::string name;
  Sweep::Fault fault;
};
void PrintTo(const FaultCase& given, std::ostream* out) { *out << given.name; }

std::string errno_deed(int error) { return fmt::format("fail {}", error); }

std::vector<FaultCase> fault_cases() {
  return {
      {"no_space", {errno_deed(ENOSPC), "create,write,sync,rename,mkdir", "No space left on device"}},
      {"quota", {errno_deed(EDQUOT), "create,write,sync,rename,mkdir", "Disk quota exceeded"}},
      {"too_large", {errno_deed(EFBIG), "write", "File too large"}},
      {"denied", {errno_deed(EACCES), "open,create,rename,unlink,mkdir", "Permission denied"}},
      {"broken_disk", {errno_deed(EIO), k_all_kinds, "Input/output error"}},
      {"read_only", {errno_deed(EROFS), "create,rename,unlink,mkdir,truncate,chmod", "Read-only file system"}},
      {"interrupted",
       {.deed = errno_deed(EINTR), .kinds = "open,read,create,write,sync,truncate", .words = "", .absorbed = true}},
      {"short_write", {.deed = "short", .kinds = "write,read", .words = "", .absorbed = true}},
  };
}

// The suite takes two for each case, in turns: of a run that changes the cloud, one that is accepted, an edit of state, a plan
// that is saved.
std::vector<CrashPlan> plans_to_fail(const std::string& name) {
  std::vector<CrashPlan> all = crash_plans();
  if (whole_sweep() != 0) return all;
  const std::vector<FaultCase> cases = fault_cases();
  const auto at = std::find_if(cases.begin(), cases.end(), [&](const FaultCase& each) { return each.name == name; });
  const bool odd = (at - cases.begin()) % 2 != 0;
  std::erase_if(all, [&](const CrashPlan& plan) {
    return plan.name != (odd ? "accepted_and_left" : "a_pair_goes") &&
           plan.name != (odd ? "a_plan_is_saved" : "state_mv");
  });
  return all;
}

class Fails : public testing::TestWithParam<FaultCase> {};

TEST_P(Fails, IsToldAndMended) {
  std::size_t tried = 0, told = 0, number = 0;
  for (const CrashPlan& plan : plans_to_fail(GetParam().name)) {
    Sweep sweep(plan);
    ASSERT_TRUE(sweep.is_ready()) << plan.name;
    const bool many = GetParam().fault.kinds.find(',') != std::string::npos;
    const Points points{.first = number++, .stride = whole_sweep() != 0 ? 1U : many ? 7U : 3U};
    sweep.fail(GetParam().fault, points);
    tried += sweep.tried(), told += sweep.told();
    if (HasFailure()) return;
  }
  EXPECT_GE(tried, number);
  EXPECT_TRUE(GetParam().fault.absorbed || told > 0) << "no fault is told of";
  if (whole_sweep() != 0)
    fmt::print("fault points: {} of {}, {} plans; {} were told of\n", tried, GetParam().name, number, told);
}

INSTANTIATE_TEST_SUITE_P(, Fails, testing::ValuesIn(fault_cases()), [](const auto& of) { return of.param.name; });

}  // namespace
}  // namespace pairform::crash
