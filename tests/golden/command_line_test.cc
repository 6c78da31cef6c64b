// What goldens do not show well: many errors, colours, times.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/support/program.h"

namespace pairform {
namespace {

std::size_t count(std::string_view text, std::string_view what) {
  std::size_t found = 0;
  for (std::size_t at = text.find(what); at != std::string_view::npos; at = text.find(what, at + 1)) ++found;
  return found;
}

// `errors` networks without a region.
void declare_wrong(const Program& program, int errors) {
  std::string project = "[project]\nname = \"p\"\n";
  for (int i = 0; i < errors; ++i) project += fmt::format("[network.n{:03}]\nexisting = true\n", i);
  program.write("pairform.toml", project);
}

TEST(CommandLine, ShowsTheFirstFiftyErrorsAndCountsTheRest) {
  Program program;
  declare_wrong(program, 60);
  const Ran some = program.run({"validate"});
  EXPECT_EQ(some.exit_code, 1);
  EXPECT_EQ(count(some.err, "error PF"), 50U) << some.err;
  EXPECT_TRUE(some.err.ends_with("\n\nAnd 10 more errors: --all-errors shows all.\n\n60 errors.\n")) << some.err;
  const Ran all = program.run({"validate", "--all-errors"});
  EXPECT_EQ(count(all.err, "error PF"), 60U);
  EXPECT_TRUE(all.err.ends_with("\n\n60 errors.\n")) << all.err;
  EXPECT_EQ(count(program.run({"validate", "--json"}).out, "\"severity\":\"error\""), 60U);
  EXPECT_EQ(count(program.run({"plan", "--json"}).out, "\"severity\":\"error\""), 60U);
  declare_wrong(program, 51);
  EXPECT_NE(program.run({"plan"}).err.find("\nAnd 1 more error: --all-errors shows all.\n"), std::string::npos);
  declare_wrong(program, 50);
  EXPECT_EQ(program.run({"plan"}).err.find("more error"), std::string::npos);
}

// An empty line between two, none behind the last, before the count one.
TEST(CommandLine, SeparatesDiagnosticsByOneEmptyLine) {
  Program program;
  declare_wrong(program, 2);
  for (const char* command : {"validate", "plan", "why", "graph", "apply"}) {
    Program::Arguments arguments{command};
    if (std::string_view(command) == "why") arguments.push_back("network.n000");
    const std::string err = program.run(arguments).err;
    EXPECT_EQ(count(err, "error PF"), 2U) << err;
    EXPECT_EQ(count(err, "\n\npairform.toml:5:1: error PF"), 1U) << err;
    EXPECT_FALSE(err.ends_with("\n\n")) << err;
    EXPECT_EQ(count(err, "\n\n\n"), 0U) << err;
  }
  EXPECT_TRUE(program.run({"plan"}).err.ends_with("\n\n2 errors.\n"));
  EXPECT_TRUE(program.run({"validate"}).err.ends_with("\n\n2 errors.\n"));
}

// Of what goes to different places only a terminal is one picture.
TEST(CommandLine, SetsDiagnosticsApartFromOtherTextAtATerminal) {
  Program program;
  program.write("pairform.toml", "[project]\nname = \"p\"\n[provider.azure]\n");
  const std::string seen = program.run_at_terminal({"validate", "--color=never"}, "").out;
  EXPECT_NE(seen.find("simulator.\r\n  more: pairform explain PF1109\r\n\r\n"
                      "The files are valid: 0 resources.\r\n"),
            std::string::npos)
      << seen;
  const Ran ran = program.run({"validate"});
  EXPECT_TRUE(ran.err.ends_with("simulator.\n")) << ran.err;
  EXPECT_EQ(ran.out, "The files are valid: 0 resources.\n");
  const std::string planned = program.run_at_terminal({"plan", "--color=never"}, "").out;
  EXPECT_NE(planned.find("\r\n\r\npairform.toml:3:1: note PF1109"), std::string::npos) << planned;
}

TEST(CommandLine, CountsWarningsToo) {
  Program program;
  program.write("pairform.toml",
                "[project]\nname = \"p\"\n[network.app]\nexisting = true\nregion = \"eastasia\"\n[network.dr]\n"
                "existing = true\nregion = \"westus\"\n[mapping.m]\nsource = \"network.app\"\ntarget = "
                "\"network.dr\"\nmirror = false\n");
  const Ran valid = program.run({"validate"});
  EXPECT_EQ(valid.exit_code, 0);
  EXPECT_TRUE(valid.err.ends_with("\n\n1 warning.\n")) << valid.err;
  program.append("pairform.toml", "[network.lab]\nexisting = true\n");
  EXPECT_TRUE(program.run({"validate"}).err.ends_with("\n\n1 error, 1 warning.\n"));
  EXPECT_TRUE(program.run({"plan"}).err.ends_with("\n\n1 error, 1 warning.\n"));
}

TEST(CommandLine, ColoursWhereItIsTold) {
  Program program;
  declare_wrong(program, 1);
  const auto coloured = [&](const Program::Arguments& arguments) {
    return program.run(arguments).err.find('\x1b') != std::string::npos;
  };
  EXPECT_FALSE(coloured({"plan"})) << "no terminal";
  EXPECT_TRUE(coloured({"plan", "--color=always"}));
  program.set_environment("NO_COLOR", "1");
  EXPECT_TRUE(coloured({"plan", "--color=always"})) << "what is typed counts more than the environment";
  program.set_environment("NO_COLOR", "");
  const auto at_terminal = [&](const Program::Arguments& arguments) {
    return program.run_at_terminal(arguments, "").out.find('\x1b') != std::string::npos;
  };
  EXPECT_TRUE(at_terminal({"validate"}));
  EXPECT_FALSE(at_terminal({"validate", "--color", "never"}));
  EXPECT_FALSE(at_terminal({"validate", "--no-color"}));
}

TEST(CommandLine, TellsTimesOfPassesWhereAsked) {
  Program program;
  program.write("pairform.toml", "[project]\nname = \"p\"\n");
  for (const Program::Arguments& arguments :
       {Program::Arguments{"validate"}, {"plan"}, {"apply", "--auto-approve"}, {"graph"}}) {
    Program::Arguments timed = arguments;
    timed.push_back("--timings");
    const std::string err = program.run(timed).err;
    EXPECT_NE(err.find(" ms  load\n"), std::string::npos) << arguments[0] << err;
    EXPECT_EQ(program.run(arguments).err, "") << arguments[0];
  }
  program.set_environment("PAIRFORM_TIMINGS", "1");
  EXPECT_NE(program.run({"plan"}).err.find(" ms  load\n"), std::string::npos);
}

// A read leaves nothing behind.
TEST(CommandLine, AListOfNothingMakesNoFile) {
  Program program;
  EXPECT_EQ(program.done({"sim", "list"}), "The simulator holds nothing.\n");
  EXPECT_EQ(program.done({"sim", "list", "--json"}), "[]\n");
  EXPECT_EQ(program.run({"sim", "lst"}).exit_code, 1);
  EXPECT_TRUE(std::filesystem::is_empty(program.directory()));
}

}  // namespace
}  // namespace pairform
