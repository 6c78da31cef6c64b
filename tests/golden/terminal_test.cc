// What differs at a terminal: questions, colours, the live block.
#include <gtest/gtest.h>

#include "tests/golden/projects.h"

namespace pairform {
namespace {

bool has_escapes(std::string_view text) { return text.find('\x1b') != std::string_view::npos; }

TEST(Terminal, AsksAndOnlyYesGoesOn) {
  Program program;
  make_pair_project(program);
  const Ran no = program.run_at_terminal({"apply"}, "y\n");
  EXPECT_EQ(no.exit_code, 1);
  EXPECT_NE(no.out.find("Nothing was changed."), std::string::npos) << no.out;
  EXPECT_EQ(program.read("pairform.state.jsonl"), "");
  const Ran yes = program.run_at_terminal({"apply"}, "yes\n");
  EXPECT_EQ(yes.exit_code, 0) << yes.out;
  EXPECT_EQ(program.run({"plan", "--detailed-exitcode"}).exit_code, 0);
}

TEST(Terminal, WithoutOneThereIsNothingToAskOn) {
  Program program;
  make_pair_project(program);
  const Ran ran = program.run({"apply"});
  EXPECT_EQ(ran.exit_code, 1);
  const std::string digest = ran.out.substr(ran.out.find("Digest: sha256:") + 15, 32);
  EXPECT_EQ(ran.err,
            "error PF5002: there is no terminal to ask on\n"
            "  why:  apply asks before it changes anything\n"
            "  fix:  read the plan, then: pairform apply --auto-approve, or --approve " +
                digest + "\n");
}

TEST(Terminal, AGuardIsApprovedByTypingTheDigest) {
  Program program;
  make_managed_pairs(program, 1, "");
  program.done({"apply", "--auto-approve"});
  program.write("pairform.toml", k_head);
  const std::string plan = program.done({"plan"});
  const std::string digits = plan.substr(plan.find("sha256:") + 7, 8);
  EXPECT_EQ(program.run_at_terminal({"apply"}, "00000000\n").exit_code, 3);
  const Ran approved = program.run_at_terminal({"apply"}, digits + "\n");
  EXPECT_EQ(approved.exit_code, 0) << approved.out;
  EXPECT_EQ(program.done({"sim", "list", "--json"}), "[]\n");
}

TEST(Terminal, ApprovalComesFromTheEnvironmentToo) {
  Program program;
  make_managed_pairs(program, 1, "");
  program.done({"apply", "--auto-approve"});
  program.write("pairform.toml", k_head);
  const std::string plan = program.done({"plan"});
  program.set_environment("PAIRFORM_APPROVE", plan.substr(plan.find("sha256:"), 71));
  EXPECT_EQ(program.run({"apply"}).exit_code, 0);
}

TEST(Terminal, ColoursAreForTerminalsThatWantThem) {
  Program program;
  make_pair_project(program);
  EXPECT_TRUE(has_escapes(program.run_at_terminal({"plan"}, "").out));
  EXPECT_FALSE(has_escapes(program.run_at_terminal({"plan", "--no-color"}, "").out));
  program.set_environment("TERM", "dumb");
  EXPECT_FALSE(has_escapes(program.run_at_terminal({"plan"}, "").out));
  program.set_environment("TERM", "xterm");
  program.set_environment("NO_COLOR", "1");
  EXPECT_FALSE(has_escapes(program.run_at_terminal({"plan"}, "").out));
}

TEST(Terminal, PipesGetNoEscapes) {
  Program program;
  make_pair_project(program);
  for (const Program::Arguments& arguments : std::vector<Program::Arguments>{{"plan"},
                                                                             {"apply", "--auto-approve"},
                                                                             {"show"},
                                                                             {"validate"},
                                                                             {"sim", "list"},
                                                                             {"plan", "--help"},
                                                                             {"plna"}}) {
    const Ran ran = program.run(arguments);
    EXPECT_FALSE(has_escapes(ran.out + ran.err)) << arguments.front();
  }
}

TEST(Terminal, AnApplyIsOneLiveLineThatGoesAway) {
  Program program;
  make_pair_project(program, "[provider.simulator]\nlatency = \"300ms\"\n");
  const Ran ran = program.run_at_terminal({"apply", "--auto-approve", "--no-color"}, "");
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_NE(ran.out.find(" of 4 done, "), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("Done 4, failed 0"), std::string::npos) << ran.out;
}

}  // namespace
}  // namespace pairform
