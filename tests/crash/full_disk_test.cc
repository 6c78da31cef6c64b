// From the n-th operation on every one fails: the disk is full, and stays so while the run lasts. It says which steps only the
// cloud knows of, and how to go on; once there is room again the next run ends where the run ends that nothing hits.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "tests/crash/sweep.h"

namespace pairform::crash {
namespace {

Sweep::Fault full_disk() {
  return {fmt::format("fail-on {}", ENOSPC), "create,write,mkdir", "No space left on device"};
}

TEST(FullDisk, IsToldAndMended) {
  std::size_t tried = 0, plans = 0;
  for (const CrashPlan& plan : crash_plans()) {
    const bool in_suite = plan.name == "four_at_once" || plan.name == "machines";
    if (whole_sweep() == 0 && !in_suite) continue;
    Sweep sweep(plan);
    ASSERT_TRUE(sweep.is_ready()) << plan.name;
    sweep.fail(full_disk(), {.first = plans++, .stride = whole_sweep() != 0 ? 1U : 6U});
    tried += sweep.tried();
    if (HasFailure()) return;
  }
  EXPECT_GT(tried, plans);
  if (whole_sweep() != 0) fmt::print("fault points: {} of a disk that stays full, {} plans\n", tried, plans);
}

class WhatIsSaid : public testing::Test {
 protected:
  Ran run(const std::string& kinds, std::size_t from, const std::string& deed) {
    sweep_.restore();
    return sweep_.sandbox().run_hit(sweep_.arguments(), {.kinds = kinds, .at = from, .deed = deed});
  }
  static CrashPlan plan() {
    for (CrashPlan& each : made_)
      if (each.name == "a_pair_from_nothing") return each;
    return {};
  }
  static inline std::vector<CrashPlan> made_ = crash_plans();
  CrashPlan plan_ = plan();
  Sweep sweep_{plan_};
};

// Writes: the lock's owner, the intent and the outcome of each of four steps, what is folded, state.
TEST_F(WhatIsSaid, OfAStepThatOnlyTheCloudKnows) {
  ASSERT_TRUE(sweep_.is_ready());
  const Ran ran = run("write", 3, fmt::format("fail-on {}", ENOSPC));
  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_NE(ran.out.find("Done 1, failed 0, skipped 0, deferred 0, pending 0, not started 3.\n"), std::string::npos)
      << ran.out;
  const std::string journal = (sweep_.sandbox().project() / ".pairform/journal").string();
  EXPECT_EQ(
      ran.err,
      "error PF2011: cannot write " + journal +
          ": No space left on device\n"
          "  why:  nothing new was started; carried out in the cloud, and recorded nowhere: create network.here\n"
          "  fix:  look at the disk, the path and its permissions, then: pairform apply\n"
          "        .pairform/journal says that it was sent, and the next run asks the cloud what became of it. Should "
          "it be lost, `pairform apply --adopt-only` records what is there\n");
  sweep_.expect_end();
}

// The disk has room again at the end: all that was done is recorded, and the run says why it did not do the rest.
TEST_F(WhatIsSaid, WhereTheOutcomeCouldBeAppendedAtLast) {
  ASSERT_TRUE(sweep_.is_ready());
  const Ran ran = run("write", 3, fmt::format("fail {}", ENOSPC));
  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_NE(ran.err.find("  why:  nothing new was started; what was done is recorded\n"), std::string::npos) << ran.err;
  EXPECT_NE(sweep_.sandbox().read("pairform.state.jsonl").find("network.here"), std::string::npos);
  sweep_.expect_end();
}

// The journal is the recovery file of state.
TEST_F(WhatIsSaid, WhereStateCannotBeReplaced) {
  ASSERT_TRUE(sweep_.is_ready());
  const Ran ran = run("rename", 1, fmt::format("fail-on {}", EIO));
  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_NE(ran.out.find("\nDone 4, failed 0"), std::string::npos) << ran.out;
  EXPECT_NE(ran.err.find("  why:  nothing new was started; what was done stands in .pairform/journal\n"),
            std::string::npos)
      << ran.err;
  const std::string before = sweep_.sandbox().cloud();
  sweep_.expect_end();
  EXPECT_EQ(sweep_.sandbox().cloud(), before) << "nothing is done twice";
}

}  // namespace
}  // namespace pairform::crash
