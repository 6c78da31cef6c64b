// Applies that are interrupted, killed, or not alone.
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <regex>
#include <thread>

#include "tests/golden/projects.h"

namespace pairform {
namespace {

constexpr std::string_view k_slow = "[provider.simulator]\nlatency = \"100ms\"\n";

std::size_t count(std::string_view text, std::string_view part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size())) ++found;
  return found;
}

// Without the latency, which only made the moment of the interruption easy to meet.
void make_fast(const Program& program) {
  std::string text = program.read("pairform.toml");
  const std::size_t at = text.find("[provider.simulator]");
  text.erase(at, text.find("\n\n", at) - at);
  program.write("pairform.toml", text);
}

// The next apply brings everything in order, and everything is there once.
void expect_converges(const Program& program, std::size_t pairs) {
  const Ran again = program.run({"apply", "--auto-approve"});
  EXPECT_EQ(again.exit_code, 0) << again.out << again.err;
  EXPECT_EQ(again.out.find("FAILED"), std::string::npos) << again.out;
  const Ran plan = program.run({"plan", "--detailed-exitcode"});
  EXPECT_EQ(plan.exit_code, 0) << plan.out << plan.err;
  const std::string cloud = program.done({"sim", "list", "--json"});
  EXPECT_EQ(count(cloud, "\"kind\":\"network\""), 2 * pairs);
  EXPECT_EQ(count(cloud, "\"kind\":\"mapping\""), 2 * pairs);
  EXPECT_EQ(count(program.read("pairform.state.jsonl"), "\"type\":"), 4 * pairs);
  EXPECT_EQ(count(program.read("pairform.state.jsonl"), "\"adopted\""), 0U) << "what was made here is known to be ours";
}

TEST(Interruption, OnceLetsRunningStepsFinishAndWritesState) {
  Program program;
  make_managed_pairs(program, 3, k_slow);
  program.start({"apply", "--auto-approve", "--parallelism", "1"});
  ASSERT_TRUE(program.wait_until_said("done        1  create network.here0"));
  program.signal(SIGINT);
  const Ran stopped = program.finish();
  EXPECT_EQ(stopped.exit_code, 130);
  EXPECT_EQ(count(stopped.out, "  start "), count(stopped.out, "  done ")) << "what was begun was finished:\n"
                                                                           << stopped.out;
  EXPECT_NE(stopped.out.find("To go on: pairform apply\n"), std::string::npos) << stopped.out;
  const std::size_t done = count(stopped.out, "  done ");
  EXPECT_LT(done, 12U);
  EXPECT_NE(stopped.out.find(fmt::format("\nDone {}, failed 0, skipped 0, deferred 0, pending 0, not started {}.\n",
                                         done, 12 - done)),
            std::string::npos)
      << stopped.out;
  EXPECT_EQ(count(program.read("pairform.state.jsonl"), "\"type\":"), done) << "state is written";
  make_fast(program);
  expect_converges(program, 3);
}

TEST(Interruption, TwiceLeavesAtOnceAndLosesNothing) {
  Program program;
  make_managed_pairs(program, 3, "[provider.simulator]\nlatency = \"500ms\"\n");
  program.start({"apply", "--auto-approve", "--parallelism", "4"});
  ASSERT_TRUE(program.wait_until_said("  start "));
  program.signal(SIGINT);
  std::this_thread::sleep_for(std::chrono::milliseconds(50));  // two at once are one
  program.signal(SIGINT);
  const auto asked = std::chrono::steady_clock::now();
  EXPECT_EQ(program.finish().exit_code, 130);
  EXPECT_LT(std::chrono::steady_clock::now() - asked, std::chrono::milliseconds(300));
  make_fast(program);
  expect_converges(program, 3);
}

TEST(Interruption, BeforeAnythingIsStartedChangesNothing) {
  Program program;
  make_managed_pairs(program, 1, "[provider.simulator]\nlatency = \"400ms\"\n");
  program.start({"apply", "--auto-approve"});
  while (program.read(".pairform/lock").empty()) {}
  program.signal(SIGINT);
  EXPECT_EQ(program.finish().exit_code, 130);
  EXPECT_EQ(program.read("pairform.state.jsonl"), "");
}

// Ctrl-C is caught from the moment a second thread waits for it.
void interrupt_while_reading(Program& program, const Program::Arguments& arguments) {
  program.start(arguments);
  ASSERT_TRUE(program.wait_until_threads());
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  program.signal(SIGINT);
}

struct ReadingCase {
  std::string name;
  Program::Arguments arguments;
};

void PrintTo(const ReadingCase& given, std::ostream* out) { *out << given.name; }

class WhileReading : public ::testing::TestWithParam<ReadingCase> {};

TEST_P(WhileReading, EndsSoonAndChangesNothing) {
  Program program;
  make_managed_pairs(program, 1, "[provider.simulator]\nlatency = \"60s\"\n");
  interrupt_while_reading(program, GetParam().arguments);
  const auto asked = std::chrono::steady_clock::now();
  const Ran stopped = program.finish();
  // Within a second; more on a machine that is busy, and far from the minute that the cloud takes.
  EXPECT_LT(std::chrono::steady_clock::now() - asked, std::chrono::seconds(10));
  EXPECT_EQ(stopped.exit_code, 130);
  EXPECT_NE((stopped.out + stopped.err).find("Nothing was changed.\n"), std::string::npos)
      << stopped.out << stopped.err;
  EXPECT_EQ(program.read("pairform.state.jsonl"), "");
}

INSTANTIATE_TEST_SUITE_P(Commands, WhileReading,
                         ::testing::Values(ReadingCase{"Plan", {"plan"}}, ReadingCase{"Why", {"why", "network.here0"}},
                                           ReadingCase{"Drill", {"drill", "eastasia"}},
                                           ReadingCase{"Apply", {"apply", "--auto-approve"}},
                                           ReadingCase{"Destroy", {"destroy", "--auto-approve"}}),
                         [](const ::testing::TestParamInfo<ReadingCase>& one) { return one.param.name; });

TEST(Interruption, OfAPlanIsToldInJsonToo) {
  Program program;
  make_managed_pairs(program, 1, "[provider.simulator]\nlatency = \"60s\"\n");
  interrupt_while_reading(program, {"apply", "--auto-approve", "--json"});
  const Ran stopped = program.finish();
  EXPECT_EQ(stopped.exit_code, 130);
  EXPECT_NE(stopped.out.find("PF4005: interrupted while the cloud was read"), std::string::npos) << stopped.out;
  EXPECT_NE(stopped.out.find("\"exit_code\":130"), std::string::npos) << stopped.out;
}

TEST(Pending, AskingWhatBecameOfItCanBeInterrupted) {
  Program program;
  make_pair_project(program, "[provider.simulator]\npolls = 100000\n");
  EXPECT_EQ(program.run({"apply", "--auto-approve", "--wait", "0s"}).exit_code, 7);
  std::string slow = program.read("pairform.toml");
  slow.replace(slow.find("polls = 100000"), 14, "polls = 100000\nlatency = \"60s\"");
  program.write("pairform.toml", slow);
  for (const Program::Arguments& arguments : {Program::Arguments{"plan"}, {"apply", "--auto-approve"}}) {
    program.start(arguments);
    std::this_thread::sleep_for(std::chrono::seconds(1));
    program.signal(SIGINT);
    const auto asked = std::chrono::steady_clock::now();
    EXPECT_EQ(program.finish().exit_code, 130);
    EXPECT_LT(std::chrono::steady_clock::now() - asked, std::chrono::seconds(10));
    EXPECT_NE(program.read("pairform.state.jsonl").find("\"pending\":"), std::string::npos);
  }
}

class Killed : public ::testing::TestWithParam<std::string> {};

TEST_P(Killed, NothingIsLostAndNothingIsMadeTwice) {
  Program program;
  make_managed_pairs(program, 6, "[provider.simulator]\nlatency = \"20ms\"\n");
  program.start({"apply", "--auto-approve", "--parallelism", "3"});
  ASSERT_TRUE(program.wait_until_said(GetParam()));
  program.signal(SIGKILL);
  EXPECT_EQ(program.finish().exit_code, 137);
  EXPECT_EQ(program.read("pairform.state.jsonl"), "") << "state is folded at the end only";
  const Ran plan = program.run({"plan"});
  EXPECT_EQ(plan.exit_code, 0) << "the lock died with its holder, and plan replays the journal:\n" << plan.err;
  make_fast(program);
  expect_converges(program, 6);
}

INSTANTIATE_TEST_SUITE_P(AtManyMoments, Killed,
                         ::testing::Values("start       1 ", "done        1 ", "done        3 ", "done        9 ",
                                           "done       13 ", "done       20 "),
                         [](const ::testing::TestParamInfo<std::string>& moment) {
                           return std::regex_replace(moment.param, std::regex(" "), "");
                         });

TEST(Lock, OneWriterAProject) {
  Program program;
  make_pair_project(program, k_slow);
  program.start({"apply", "--auto-approve"});
  ASSERT_TRUE(program.wait_until_said("  start "));
  program.signal(SIGSTOP);  // it keeps the lock, however long the second takes to start
  const Ran second = program.run({"apply", "--auto-approve"});
  program.signal(SIGCONT);
  EXPECT_EQ(second.exit_code, 5);
  const std::regex says(
      R"(error PF2010: the project is locked\n  why:  .*@.*apply.*20[0-9-]+T[0-9:]+Z.*\n  fix:  .*--lock-timeout 30s.*\n(.|\n)*)");
  EXPECT_TRUE(std::regex_match(second.err, says)) << "who, doing what, since when: " << second.err;
  EXPECT_EQ(program.finish().exit_code, 0);
}

TEST(Lock, IsTakenToRebuildStateAndNotToLookAtIt) {
  Program program;
  make_pair_project(program, k_slow);
  program.start({"apply", "--auto-approve"});
  ASSERT_TRUE(program.wait_until_said("  start "));
  program.signal(SIGSTOP);
  const Ran second = program.run({"state", "rebuild", "--auto-approve"});
  const Ran looks = program.run({"state", "rebuild", "--out", "rebuilt.jsonl"});
  program.signal(SIGCONT);
  EXPECT_EQ(second.exit_code, 5) << second.out;
  EXPECT_NE(second.err.find("error PF2010"), std::string::npos) << second.err;
  EXPECT_EQ(looks.exit_code, 0) << looks.err;
  EXPECT_EQ(program.finish().exit_code, 0);
}

// What the journal says of a killed apply is taken in, as the next apply would.
TEST(Killed, RebuildingStateKeepsWhatTheJournalSays) {
  Program program;
  make_pair_project(program, k_slow);
  program.start({"apply", "--auto-approve"});
  ASSERT_TRUE(program.wait_until_said("  done "));
  program.signal(SIGKILL);
  EXPECT_EQ(program.finish().exit_code, 128 + SIGKILL);
  program.done({"state", "rebuild", "--auto-approve"});
  program.done({"state", "verify"});
  program.done({"apply", "--auto-approve"});
  const Ran then = program.run({"plan", "--detailed-exitcode"});
  EXPECT_EQ(then.exit_code, 0) << then.out;
}

TEST(Lock, WaitsForIt) {
  Program program;
  make_pair_project(program, k_slow);
  program.start({"apply", "--auto-approve"});
  ASSERT_TRUE(program.wait_until_said("  start "));
  const Ran second = program.run({"apply", "--auto-approve", "--lock-timeout", "30s"});
  EXPECT_EQ(second.exit_code, 0) << second.err;
  EXPECT_NE(second.out.find("No changes: 4 resources"), std::string::npos) << second.out;
  EXPECT_EQ(program.finish().exit_code, 0);
}

TEST(Lock, PlanNeedsNoneAndSaysThatAnApplyIsUnderWay) {
  Program program;
  make_pair_project(program, k_slow);
  program.start({"apply", "--auto-approve"});
  ASSERT_TRUE(program.wait_until_said("  start "));
  program.signal(SIGSTOP);
  const Ran plan = program.run({"plan", "--offline"});
  program.signal(SIGCONT);
  EXPECT_EQ(plan.exit_code, 0) << plan.err;
  EXPECT_NE(plan.err.find("note PF2010: an apply is under way; this plan may be out of date soon"), std::string::npos)
      << plan.err;
  EXPECT_EQ(program.finish().exit_code, 0);
}

// The lock file deleted, or replaced by an equal one, under a running apply.
class LockLost : public ::testing::TestWithParam<std::string> {};

TEST_P(LockLost, NothingNewStartsAndTheNextRunGoesOn) {
  Program program;
  make_managed_pairs(program, 3, "[provider.simulator]\nlatency = \"300ms\"\n");
  program.start({"apply", "--auto-approve", "--parallelism", "2"});
  ASSERT_TRUE(program.wait_until_said("done        1  create network.here0"));
  const std::string journal = program.read(".pairform/journal");
  const std::string owner = program.read(".pairform/lock");
  program.remove(".pairform/lock");
  if (GetParam() == "replaced") program.write(".pairform/lock", owner);
  const std::size_t started = count(program.said(), "  start ");
  const Ran stopped = program.finish();
  EXPECT_EQ(stopped.exit_code, 5) << stopped.out << stopped.err;
  EXPECT_EQ(count(stopped.out, "  start "), count(stopped.out, "  done ")) << "what ran was finished:\n" << stopped.out;
  EXPECT_LE(count(stopped.out, "  start "), started + 2) << "at most what was being started just then";
  EXPECT_NE(stopped.err.find("error PF2012: the lock was lost: nothing new was started, what ran was finished\n"),
            std::string::npos)
      << stopped.err;
  EXPECT_NE(stopped.out.find("To go on: pairform apply\n"), std::string::npos) << stopped.out;
  EXPECT_EQ(program.read("pairform.state.jsonl"), "") << "state may be another run's by now";
  const std::string after = program.read(".pairform/journal");
  EXPECT_TRUE(after.starts_with(journal));
  // An intent may be there whose step was not sent: the lock was found lost right after it was appended.
  EXPECT_GE(count(after, "{\"intent\":"), count(stopped.out, "  start ")) << "whatever was sent is in the journal";
  make_fast(program);
  expect_converges(program, 3);
}

INSTANTIATE_TEST_SUITE_P(ByItsFile, LockLost, ::testing::Values("deleted", "replaced"),
                         [](const auto& tested) { return tested.param; });

TEST(Pending, WaitingCanBeInterruptedAndGoesOnLater) {
  Program program;
  make_pair_project(program, "[provider.simulator]\npolls = 100000\n");
  program.start({"apply", "--auto-approve"});
  ASSERT_TRUE(program.wait_until_said("accepted"));
  program.signal(SIGINT);
  EXPECT_EQ(program.finish().exit_code, 130);
  EXPECT_NE(program.read("pairform.state.jsonl").find("\"pending\":"), std::string::npos);
  EXPECT_EQ(program.run({"apply", "--auto-approve", "--wait", "0s"}).exit_code, 7) << "still pending";
}

}  // namespace
}  // namespace pairform
