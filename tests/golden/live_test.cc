// An apply at a real terminal: the live block, waiting that is said, and Ctrl-C.
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <regex>
#include <thread>

#include "tests/golden/projects.h"
#include "tests/support/at_terminal.h"

namespace pairform {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::string_view k_ctrl_c = "\x03";
constexpr std::string_view k_question = "Carry out this plan? Type \"yes\": ";

std::string slow(std::string_view latency) { return fmt::format("[provider.simulator]\nlatency = \"{}\"\n", latency); }

std::size_t count(std::string_view text, std::string_view part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size())) ++found;
  return found;
}

bool has_escapes(std::string_view text) { return text.find('\x1b') != std::string_view::npos; }

// One pair of managed networks whose addresses are longer than half a line.
void make_long_pair(const Program& program, std::string_view settings) {
  std::string text = fmt::format("{}{}", k_head, settings);
  for (const std::string_view region : {"eastasia", "southeastasia"})
    text += fmt::format(
        "\n[network.prod-shop-frontend-and-checkout-{}]\nregion = \"{}\"\naddress_space = [\"10.1.0.0/16\"]\n"
        "subnets = {{}}\n",
        region, region);
  text += mapping("a", "prod-shop-frontend-and-checkout-eastasia", "prod-shop-frontend-and-checkout-southeastasia");
  program.write("pairform.toml", text);
}

bool is_of_the_block(std::string_view line) {
  return line.find(" of 4 done, ") != std::string_view::npos || line.starts_with("    create ") ||
         line.starts_with("Reading the cloud") || line.starts_with("Waiting for ");
}

class Width : public ::testing::TestWithParam<std::size_t> {};

TEST_P(Width, TheBlockIsRedrawnInPlaceAndNeverBroken) {
  Program program;
  make_long_pair(program, slow("2500ms"));
  AtTerminal terminal(program, {"apply", "--auto-approve"}, GetParam());
  ASSERT_TRUE(terminal.wait_for("Reading the cloud: 2 s"));
  EXPECT_EQ(terminal.screen().text(), "Reading the cloud: 2 s\n\n");
  ASSERT_TRUE(terminal.wait_for("Digest:"));
  const std::size_t planned = terminal.said().size();
  const auto begun = Clock::now();
  ASSERT_TRUE(terminal.wait_for("southeastasia, 2 s"));
  ASSERT_TRUE(terminal.wait_for("\x1b[J"));
  const Screen during = terminal.screen();
  EXPECT_EQ(during.count(" of 4 done, "), 1U) << during.text();
  EXPECT_EQ(during.count("asia, 2 s"), 2U) << during.text();
  EXPECT_EQ(terminal.finish(), 0);
  const Screen after = terminal.screen();
  EXPECT_EQ(after.count(" of 4 done, "), 0U) << after.text();
  EXPECT_EQ(after.count("Reading the cloud"), 0U) << after.text();
  EXPECT_EQ(after.count("  done "), 4U) << after.text();
  EXPECT_EQ(after.count("Done 4, failed 0"), 1U) << after.text();
  for (const std::string& line : after.broken()) EXPECT_FALSE(is_of_the_block(line)) << line;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(Clock::now() - begun).count() + 1;
  EXPECT_LT(terminal.said().size() - planned, 2000U + static_cast<std::size_t>(seconds) * 600U)
      << "36 kB a minute, beside the lines of the steps";
}

INSTANTIATE_TEST_SUITE_P(Columns, Width, ::testing::Values(40U, 80U, 200U),
                         [](const auto& tested) { return std::to_string(tested.param); });

TEST(Width, FollowsAWindowThatIsResized) {
  Program program;
  make_long_pair(program, slow("4s"));
  AtTerminal terminal(program, {"apply", "--auto-approve"}, 200);
  ASSERT_TRUE(terminal.wait_for("create network.prod-shop-frontend-and-checkout-southeastasia, 1 s"));
  terminal.resize(40, 24);
  ASSERT_TRUE(terminal.wait_for("    create netwo...eckout-eastasia, "));
  ASSERT_TRUE(terminal.wait_for("Done 4, "));
  EXPECT_EQ(terminal.finish(), 0);
}

TEST(Live, ADumbTerminalGetsLinesWithoutEscapes) {
  Program program;
  make_long_pair(program, slow("600ms"));
  program.set_environment("TERM", "dumb");
  AtTerminal terminal(program, {"apply", "--auto-approve"}, 80);
  EXPECT_EQ(terminal.finish(), 0);
  EXPECT_FALSE(has_escapes(terminal.said())) << terminal.said();
  EXPECT_EQ(count(terminal.said(), "  start "), 4U) << terminal.said();
  EXPECT_EQ(count(terminal.said(), "  done "), 4U) << terminal.said();
}

TEST(Live, ShowsWhatTheServiceSaysAboutAcceptedSteps) {
  Program program;
  make_pair_project(program, "[provider.simulator]\npolls = 1000\n");
  AtTerminal terminal(program, {"apply", "--auto-approve"}, 80);
  ASSERT_TRUE(terminal.wait_for("2 of 4 done, 0 running, 2 accepted, 0 waiting, "));
  ASSERT_TRUE(terminal.wait_for("    create mapping.m.forward, accepted, polled "));
  terminal.type(k_ctrl_c);
  // No step is running, so it ends at once: what it would wait for is said only where it has to wait.
  ASSERT_TRUE(terminal.wait_for("interrupted: nothing new was started, what ran was finished"));
  EXPECT_EQ(terminal.finish(), 130);
}

TEST(Live, SaysWhatAnEarlierRunBeganAndHowFarItIs) {
  Program program;
  make_pair_project(program, "[provider.simulator]\npolls = 1000\n");
  EXPECT_EQ(program.run({"apply", "--auto-approve", "--wait", "0s"}).exit_code, 7);
  AtTerminal terminal(program, {"apply", "--auto-approve"}, 120);
  ASSERT_TRUE(terminal.wait_for("Waiting for mapping.m.forward: accepted earlier, polled "));
  ASSERT_TRUE(terminal.wait_for(" of 1000 times (and 1 more), 2 s"));
  terminal.type(k_ctrl_c);
  ASSERT_TRUE(terminal.wait_for("Nothing was changed."));
  EXPECT_EQ(terminal.finish(), 130);
  EXPECT_EQ(terminal.screen().count("Waiting for mapping"), 0U) << terminal.screen().text();
}

TEST(Live, APipeIsToldAfterAWhileThatTheCloudIsRead) {
  Program program;
  make_pair_project(program, slow("5m"));
  program.start({"plan"});
  const auto begun = Clock::now();
  while (program.said_on_error().find('\n') == std::string::npos && Clock::now() - begun < std::chrono::seconds(60))
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_GE(Clock::now() - begun, std::chrono::seconds(9));
  EXPECT_TRUE(std::regex_match(program.said_on_error(), std::regex("Reading the cloud: [1-5][0-9] s\n")))
      << program.said_on_error();
  program.signal(SIGTERM);
  EXPECT_EQ(program.finish().exit_code, 130);
}

TEST(Live, DrillAndPlanSayThatTheyReadToo) {
  for (const Program::Arguments& arguments :
       {Program::Arguments{"plan"}, {"drill", "eastasia"}, {"why", "network.app"}}) {
    Program program;
    make_pair_project(program, slow("5m"));
    AtTerminal terminal(program, arguments, 80);
    EXPECT_TRUE(terminal.wait_for("Reading the cloud: 1 s")) << arguments.front();
    terminal.type(k_ctrl_c);
    EXPECT_TRUE(terminal.wait_for("Nothing was changed.")) << arguments.front();
    EXPECT_EQ(terminal.finish(), 130);
  }
}

// Signals that end a run before any step was sent.
struct EndCase {
  std::string name;
  int signal;  // 0: Ctrl-C is typed
};

void PrintTo(const EndCase& given, std::ostream* out) { *out << given.name; }

class BeforeAnyStep : public ::testing::TestWithParam<EndCase> {
 protected:
  void interrupt(const AtTerminal& terminal) const {
    if (GetParam().signal == 0) terminal.type(k_ctrl_c);
    else terminal.signal(GetParam().signal);
  }
  // Once, at once, with nothing changed and nothing left behind.
  void expect_unchanged(Program& program, AtTerminal& terminal) const {
    ASSERT_TRUE(terminal.wait_for("Nothing was changed.\r\n"));
    EXPECT_EQ(terminal.finish(), 130);
    EXPECT_EQ(count(terminal.said(), "Nothing was changed."), 1U) << terminal.said();
    EXPECT_EQ(terminal.said().find("To go on"), std::string::npos) << terminal.said();
    EXPECT_EQ(program.read("pairform.state.jsonl"), "");
    EXPECT_EQ(program.run({"state", "rm", "network.x"}).exit_code, 1) << "the lock is free, and nothing is recorded";
  }
};

TEST_P(BeforeAnyStep, AtTheQuestion) {
  Program program;
  make_pair_project(program);
  AtTerminal terminal(program, {"apply"}, 80);
  ASSERT_TRUE(terminal.wait_for(k_question));
  interrupt(terminal);
  expect_unchanged(program, terminal);
}

TEST_P(BeforeAnyStep, WhereTheDigestIsAskedFor) {
  Program program;
  make_managed_pairs(program, 1, "");
  program.done({"apply", "--auto-approve"});
  program.write("pairform.toml", k_head);
  const std::string state = program.read("pairform.state.jsonl");
  AtTerminal terminal(program, {"apply"}, 80);
  ASSERT_TRUE(terminal.wait_for("Type 8 or more digits of the digest to approve: "));
  interrupt(terminal);
  ASSERT_TRUE(terminal.wait_for("Nothing was changed.\r\n"));
  EXPECT_EQ(terminal.finish(), 130);
  EXPECT_EQ(program.read("pairform.state.jsonl"), state);
}

TEST_P(BeforeAnyStep, WhileTheCloudIsRead) {
  Program program;
  make_pair_project(program, slow("5m"));
  AtTerminal terminal(program, {"apply"}, 80);
  ASSERT_TRUE(terminal.wait_for("Reading the cloud: "));
  interrupt(terminal);
  expect_unchanged(program, terminal);
}

TEST_P(BeforeAnyStep, WhileTheLockIsWaitedFor) {
  Program program;
  make_pair_project(program, slow("300ms"));
  program.start({"apply", "--auto-approve"});
  ASSERT_TRUE(program.wait_until_said("  start "));
  program.signal(SIGSTOP);
  AtTerminal terminal(program, {"apply", "--lock-timeout", "30m"}, 200);
  ASSERT_TRUE(terminal.wait_for("Waiting for the lock of "));
  ASSERT_TRUE(terminal.wait_for(" of 30 m"));
  interrupt(terminal);
  ASSERT_TRUE(terminal.wait_for("Nothing was changed.\r\n"));
  EXPECT_EQ(terminal.finish(), 130);
  EXPECT_TRUE(std::regex_search(
      terminal.said(), std::regex(R"(Waiting for the lock of \S+@\S+ \(apply since \d\d:\d\d\), \d+ s of 30 m)")))
      << terminal.said();
  EXPECT_EQ(terminal.screen().count("Waiting for the lock"), 0U) << terminal.screen().text();
  program.signal(SIGCONT);
  EXPECT_EQ(program.finish().exit_code, 0);
}

INSTANTIATE_TEST_SUITE_P(By, BeforeAnyStep,
                         ::testing::Values(EndCase{"CtrlC", 0}, EndCase{"Termination", SIGTERM},
                                           EndCase{"HangUp", SIGHUP}),
                         [](const auto& tested) { return tested.param.name; });

// Running are steps whose requests were given to the workers. One that no worker has taken up when the run is stopped is
// not sent any more, so that a busy machine is given a second for it; the requests take several.
bool both_are_sent(AtTerminal& terminal) {
  const bool running = terminal.wait_for("2 running");
  std::this_thread::sleep_for(std::chrono::seconds(1));
  return running;
}

TEST(WhileStepsRun, CtrlCOnceSaysAtOnceWhatIsWaitedFor) {
  Program program;
  make_long_pair(program, slow("5s"));
  AtTerminal terminal(program, {"apply", "--auto-approve"}, 200);
  ASSERT_TRUE(both_are_sent(terminal));
  terminal.type(k_ctrl_c);
  ASSERT_TRUE(terminal.wait_for(
      "Stopping: 2 steps are still running (create network.prod-shop-frontend-and-checkout-eastasia, create "
      "network.prod-shop-frontend-and-checkout-southeastasia). Ctrl-C again leaves at once; the journal keeps what was "
      "sent.\r\n"));
  EXPECT_EQ(terminal.finish(), 130);
  const Screen screen = terminal.screen();
  EXPECT_EQ(screen.count("Stopping:"), 1U) << screen.text();
  EXPECT_EQ(screen.count("Done 2, failed 0, skipped 0, deferred 0, pending 0, not started 2."), 1U) << screen.text();
  EXPECT_EQ(screen.count("To go on: pairform apply"), 1U) << screen.text();
  EXPECT_EQ(count(program.read("pairform.state.jsonl"), "\"type\":"), 2U) << "state is written";
}

TEST(WhileStepsRun, CtrlCTwiceSaysWhatIsLeftUnanswered) {
  Program program;
  make_long_pair(program, slow("10s"));
  // Reading is as slow: twice ten seconds.
  AtTerminal terminal(program, {"apply", "--auto-approve"}, 80);
  ASSERT_TRUE(both_are_sent(terminal));
  terminal.type(k_ctrl_c);
  ASSERT_TRUE(terminal.wait_for("Stopping: 2 steps are still running"));
  terminal.type(k_ctrl_c);
  ASSERT_TRUE(
      terminal.wait_for("\r\nLeft with 2 requests unanswered; the next pairform apply asks what became of them.\r\n"));
  EXPECT_EQ(terminal.finish(), 130);
  EXPECT_EQ(count(program.read(".pairform/journal"), "{\"intent\":"), 2U) << "what was sent is in the journal";
}

TEST(WhileStepsRun, AClosedWindowLetsThemFinish) {
  Program program;
  make_managed_pairs(program, 1, slow("4s"));
  AtTerminal terminal(program, {"apply", "--auto-approve"}, 80);
  ASSERT_TRUE(both_are_sent(terminal));
  terminal.hang_up();
  EXPECT_EQ(terminal.finish(), 130);
  EXPECT_EQ(count(program.read("pairform.state.jsonl"), "\"type\":"), 2U) << "state is written";
}

TEST(WhileStepsRun, NohupKeepsAnApplyRunning) {
  Program program;
  make_managed_pairs(program, 1, slow("300ms"));
  program.write("run.sh",
                "#!/bin/sh\ntrap '' HUP\n\"$PAIRFORM\" apply --auto-approve > out &\napply=$!\n"
                "until grep -q '  start ' out; do sleep 0.1; done\nkill -HUP $apply\nwait $apply\n");
  std::filesystem::permissions(program.directory() / "run.sh", std::filesystem::perms::owner_all);
  EXPECT_EQ(program.run_other(program.directory() / "run.sh", {}).exit_code, 0) << program.read("out");
  EXPECT_EQ(count(program.read("pairform.state.jsonl"), "\"type\":"), 4U);
}

TEST(Answer, MayHaveBlanksAroundIt) {
  for (const std::string_view typed : {"yes \n", " yes\n", "\tyes\t\n"}) {
    Program program;
    make_pair_project(program);
    const Ran ran = program.run_at_terminal({"apply"}, typed);
    EXPECT_EQ(ran.exit_code, 0) << ran.out;
    EXPECT_NE(ran.out.find(k_question), std::string::npos) << ran.out;
  }
}

TEST(Answer, AnythingElseIsANo) {
  for (const std::string_view typed : {"y\n", "YES\n", "yes yes\n", " \n", "\n", "\x04"}) {
    Program program;
    make_pair_project(program);
    const Ran ran = program.run_at_terminal({"apply"}, typed);
    EXPECT_EQ(ran.exit_code, 1) << ran.out;
    EXPECT_NE(ran.out.find("Nothing was changed."), std::string::npos) << ran.out;
  }
}

TEST(EndReport, ShowsHowLongStepsAndTheWholeTook) {
  Program program;
  make_managed_pairs(program, 1, slow("1200ms"));
  const Ran ran = program.run({"apply", "--auto-approve"});
  EXPECT_EQ(ran.exit_code, 0) << ran.err;
  EXPECT_TRUE(std::regex_search(ran.out, std::regex(R"(\n  done        1  create network.here0 \(\d[0-9.ms ]* s\)\n)")))
      << ran.out;
  EXPECT_TRUE(std::regex_search(ran.out, std::regex(R"(not started 0\.\nTook \d[0-9.ms ]* s\.\n)"))) << ran.out;
}

TEST(EndReport, SaysOnceHowToGoOn) {
  Program program;
  make_pair_project(program);
  program.done({"sim", "fail", "create", "mapping", "--after", "1", "--error", "denied"});
  const Ran ran = program.run({"apply", "--auto-approve"});
  EXPECT_EQ(ran.exit_code, 4) << ran.err;
  EXPECT_EQ(count(ran.out + ran.err, "pairform apply"), 1U) << ran.out << ran.err;
  EXPECT_TRUE(ran.out.ends_with("\nTo go on: pairform apply\n")) << ran.out;
}

TEST(EndReport, TellsWhichRetryItIsAndAfterWhichPause) {
  Program program;
  make_pair_project(program);
  program.done({"sim", "fail", "create", "mapping", "--times", "3", "--error", "throttled"});
  const Ran ran = program.run({"apply", "--auto-approve", "--parallelism", "1"});
  EXPECT_EQ(ran.exit_code, 0) << ran.err;
  for (int retry = 1; retry <= 3; ++retry)
    EXPECT_TRUE(std::regex_search(
        ran.out,
        std::regex(fmt::format(
            R"(  retry       3  create mapping\.m\.forward: retry {} of 5 in 0\.\d s: TooManyRequests: )", retry))))
        << ran.out;
}

}  // namespace
}  // namespace pairform
