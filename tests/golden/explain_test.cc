// What helps who reads a message at a terminal, or has no network: `pairform explain`, and the line that names it.
#include <gtest/gtest.h>

#include "tests/golden/projects.h"

namespace pairform {
namespace {

std::size_t count_of(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

TEST(Explain, NeedsNoProject) {
  const Program program;
  const std::string page = program.done({"explain", "pf3101"});
  EXPECT_TRUE(page.starts_with("PF3101: needs approval\n\n")) << page;
  EXPECT_EQ(program.done({"explain", "3101"}), page);
  EXPECT_EQ(program.done({"explain", "PF3101", "PF3101"}), page + '\n' + page);
  const std::string all = program.done({"explain"});
  EXPECT_TRUE(all.starts_with("PF1001  syntax error\n")) << all;
}

TEST(Explain, SuggestsWhatWasMeant) {
  const Program program;
  const Ran slip = program.run({"explain", "PF1492"});
  EXPECT_EQ(slip.exit_code, 1);
  EXPECT_EQ(slip.err,
            "error PF5001: there is no code PF1492\n  fix:  did you mean PF1402? `pairform explain` lists all codes\n");
  EXPECT_NE(program.run({"explain", "LOCKED"}).err.find("did you mean PF2010 (project is locked)?"), std::string::npos);
  EXPECT_NE(program.run({"explain", "x\x1b[2J"}).err.find("there is no code x\\x1b[2J"), std::string::npos);
}

TEST(Explain, IsNamedAtATerminalOnceACode) {
  Program program;
  program.set_environment("NO_COLOR", "1");
  program.write("pairform.toml", "[project]\nname = \"contoso-dr\"\n[network.a]\nregoin = \"x\"\nexisitng = true\n");
  const Ran seen = program.run_at_terminal({"validate"}, "");
  EXPECT_GE(count_of(seen.out, "error PF1103:"), 2U) << seen.out;
  EXPECT_EQ(count_of(seen.out, "  more: pairform explain PF1103"), 1U) << seen.out;
  const Ran slip = program.run_at_terminal({"plna"}, "");
  EXPECT_NE(slip.out.find("\n  more: pairform explain PF5001"), std::string::npos) << slip.out;
  EXPECT_EQ(program.run({"validate"}).err.find("more:"), std::string::npos) << "a log is as short as it was";
}

}  // namespace
}  // namespace pairform
