// What surrounds an apply goes away or is scarce: standard output and error, the terminal, files, memory, processor time.
// Whatever becomes of the run, the next one ends where the run ends that nothing disturbs.
#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

#include "tests/crash/sweep.h"

namespace pairform::crash {
namespace {

CrashPlan plan_called(const std::string& name) {
  for (CrashPlan& each : crash_plans())
    if (each.name == name) return each;
  return {};
}

void limit(decltype(RLIMIT_FSIZE) what, rlim_t most) {
  const rlimit both{most, most};
  if (::setrlimit(what, &both) != 0) _exit(127);
}

class Surroundings : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(sweep_.is_ready()); }
  Ran run(const Sandbox::InChild& in_child) {
    sweep_.restore();
    return sweep_.sandbox().run(sweep_.arguments(), in_child);
  }
  // Everything was done.
  void expect_done() {
    const std::string cloud = sweep_.sandbox().cloud();
    sweep_.expect_end();
    EXPECT_EQ(sweep_.sandbox().cloud(), cloud);
  }

  CrashPlan plan_ = plan_called("a_pair_from_nothing");
  Sweep sweep_{plan_};
};

TEST_F(Surroundings, ClosedDescriptorsTakeNothingFromAnApply) {
  for (const std::vector<int>& closed : std::vector<std::vector<int>>{{1}, {2}, {0, 1}, {1, 2}, {0, 1, 2}}) {
    const Ran ran = run([&] {
      for (const int fd : closed) ::close(fd);
    });
    EXPECT_LE(ran.exit_code, 1) << ran.out << ran.err;
    EXPECT_EQ(ran.err.find("PF2011"), std::string::npos) << ran.err;
    expect_done();
  }
}

TEST_F(Surroundings, WhoeverReadsAlongMayLeave) {
  const Ran ran = run([] {
    int ends[2];
    if (::pipe(ends) != 0 || ::dup2(ends[1], STDOUT_FILENO) < 0 || ::dup2(ends[1], STDERR_FILENO) < 0) _exit(127);
    ::close(ends[0]);
    ::close(ends[1]);
  });
  EXPECT_EQ(ran.exit_code, 0);
  expect_done();
}

TEST_F(Surroundings, AFullDiskBelowStandardOutputTakesNothingFromAnApply) {
  const Ran ran = run([] {
    const int full = ::open("/dev/full", O_WRONLY);
    if (full < 0 || ::dup2(full, STDOUT_FILENO) < 0) _exit(127);
  });
  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_NE(ran.err.find("standard output cannot be written"), std::string::npos) << ran.err;
  expect_done();
}

// A limit on the size of files (`ulimit -f`) makes a write fail, as a full disk does: a message, not the end by SIGXFSZ. Here
// the simulator's file and what is printed meet it first; the project's own files: "too_large" in fault_test.cc.
TEST_F(Surroundings, ALimitOnTheSizeOfFilesEndsNothingByASignal) {
  std::size_t failed = 0;
  for (rlim_t most = 0; most < 4000 && !HasFailure(); most += whole_sweep() != 0 ? 20 : 700) {
    const Ran ran = run([&] { limit(RLIMIT_FSIZE, most); });
    ASSERT_LT(ran.exit_code, 128) << most << ran.out << ran.err;
    failed += ran.exit_code != 0;
    sweep_.expect_end();
  }
  EXPECT_GT(failed, 1U);
}

// The sanitizer looks whether an object can be read by writing it into a pipe: without a descriptor left it takes every
// object for a wrong one.
TEST_F(Surroundings, TooFewDescriptorsAreTold) {
  if (k_sanitized) GTEST_SKIP() << "a sanitizer needs descriptors of its own";
  std::size_t told = 0;
  for (rlim_t most = 3; most < 20 && !HasFailure(); most += whole_sweep() != 0 ? 1 : 3) {
    const Ran ran = run([&] { limit(RLIMIT_NOFILE, most); });
    if (ran.exit_code == 127 || ran.err.find("error while loading") != std::string::npos) continue;  // of the loader
    ASSERT_LT(ran.exit_code, 128) << most << ran.out << ran.err;
    EXPECT_TRUE(ran.exit_code == 0 || ran.err.find("PF") != std::string::npos) << most << ran.out << ran.err;
    told += ran.exit_code != 0;
    sweep_.expect_end();
  }
  EXPECT_GT(told, 0U);
}

// Sanitizers reserve terabytes of addresses: no limit can be set for a program that has one.
TEST_F(Surroundings, TooLittleMemoryLosesNothing) {
  if (k_sanitized) GTEST_SKIP() << "a sanitizer needs all addresses";
  std::size_t ended = 0;
  for (rlim_t megabytes = 20; megabytes < 200 && !HasFailure(); megabytes += whole_sweep() != 0 ? 1 : 45) {
    const Ran ran = run([&] { limit(RLIMIT_AS, megabytes << 20U); });
    if (ran.exit_code == 127 || ran.err.find("error while loading") != std::string::npos) continue;
    EXPECT_TRUE(ran.exit_code < 128) << megabytes << ": " << ran.exit_code << ran.out << ran.err;
    ended += ran.exit_code == 0;
    sweep_.expect_end();
  }
  EXPECT_GT(ended, 0U) << "no limit was enough";
}

struct SignalCase {
  const char* name;
  int number;
};
void PrintTo(const SignalCase& given, std::ostream* out) { *out << given.name; }

class Signalled : public testing::TestWithParam<SignalCase> {};

// At any operation of an apply on its files: nothing new is started, or it was done already.
TEST_P(Signalled, AnApplyEndsWell) {
  std::size_t tried = 0, interrupted = 0;
  for (const char* name : {"a_pair_from_nothing", "accepted_and_left"}) {
    const CrashPlan plan = plan_called(name);
    Sweep sweep(plan);
    ASSERT_TRUE(sweep.is_ready());
    sweep.signal(GetParam().number, {.first = 2, .stride = whole_sweep() != 0 ? 1U : 11U});
    tried += sweep.tried(), interrupted += sweep.told();
  }
  EXPECT_GT(interrupted, 0U);
  if (whole_sweep() != 0)
    fmt::print("fault points: {} of {}, {} of them interrupted the run\n", tried, GetParam().name, interrupted);
}

INSTANTIATE_TEST_SUITE_P(, Signalled,
                         testing::Values(SignalCase{"SIGTERM", SIGTERM}, SignalCase{"SIGHUP", SIGHUP},
                                         SignalCase{"SIGINT", SIGINT}),
                         [](const auto& of) { return of.param.name; });

}  // namespace
}  // namespace pairform::crash
