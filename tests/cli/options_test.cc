#include "cli/options.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "cli/option_table.h"

namespace pairform {
namespace {

using Words = std::vector<std::string>;
using namespace std::chrono_literals;

Options parsed(const Words& words) {
  const auto line = parse_command_line(words);
  if (const auto* wrong = std::get_if<UsageError>(&line)) {
    ADD_FAILURE() << wrong->summary;
    return {};
  }
  return std::get<ParsedLine>(line).options;
}

// "summary; help" of what is wrong, "" if nothing is.
std::string wrong_with(const Words& words) {
  const auto line = parse_command_line(words);
  const auto* wrong = std::get_if<UsageError>(&line);
  return wrong == nullptr ? "" : wrong->summary + "; " + wrong->help;
}

std::string bare(std::string_view option) { return std::string(option.substr(0, option.find(','))); }

TEST(Options, KeepTheirDefaults) {
  const Options options = parsed({"apply"});
  EXPECT_TRUE(options.start.empty());
  EXPECT_EQ(options.directory, ".");
  EXPECT_EQ(options.wait, 30min);
  EXPECT_EQ(options.parallelism, 10U);
  EXPECT_EQ(options.lock_timeout, 0s);
  EXPECT_FALSE(options.json || options.auto_approve || options.destroy || options.allow_unknown ||
               options.detailed_exitcode);
  EXPECT_TRUE(options.words.empty());
}

TEST(Options, StandBeforeAndAfterTheCommand) {
  for (const Words& words : std::vector<Words>{{"-C", "there", "--no-color", "plan", "--json"},
                                               {"plan", "--json", "-C", "there", "--no-color"},
                                               {"--directory=there", "--no-color", "plan", "--json"},
                                               {"-Cthere", "plan", "-json", "-no-color"},
                                               {"-chdir=there", "-no-color", "plan", "-json"}}) {
    const Options options = parsed(words);
    EXPECT_EQ(options.start, Words{"there"}) << words[0];
    EXPECT_EQ(options.colour, Colour::Never) << words[0];
    EXPECT_TRUE(options.json) << words[0];
  }
}

TEST(Options, TerraformsSpellingsWork) {
  const Options plan =
      parsed({"plan", "-out=file.plan", "-detailed-exitcode", "-target=network.a", "-target=network.b"});
  EXPECT_EQ(plan.out, "file.plan");
  EXPECT_TRUE(plan.detailed_exitcode);
  EXPECT_EQ(plan.target, (Words{"network.a", "network.b"}));
  const Options apply = parsed({"apply", "-auto-approve", "-parallelism=3", "file.plan"});
  EXPECT_TRUE(apply.auto_approve);
  EXPECT_EQ(apply.parallelism, 3U);
  EXPECT_EQ(apply.words, Words{"file.plan"});
}

TEST(Options, TerraformsNameOfAnOptionIsTheSameOption) {
  EXPECT_EQ(parsed({"plan", "-chdir=a", "-C", "b"}).start, (Words{"a", "b"}));
  EXPECT_NE(wrong_with({"plan", "-ot=file"}).find("plan has no option -ot; did you mean --out?"), std::string::npos);
}

TEST(Options, BehindTwoDashesWordsAreNoOptions) {
  EXPECT_EQ(parsed({"-C", "there", "show", "--json", "--", "-C"}).words, Words{"-C"});
  EXPECT_EQ(parsed({"sim", "put", "--", "-C", "x"}).words, (Words{"put", "--", "-C", "x"}));
}

TEST(Options, DurationsHaveUnits) {
  const std::vector<std::pair<std::string, std::chrono::milliseconds>> cases{
      {"250ms", 250ms}, {"90s", 90s}, {"5m", 5min}, {"2h", 2h}, {"0", 0s}};
  for (const auto& [text, value] : cases) EXPECT_EQ(parsed({"apply", "--wait", text}).wait, value) << text;
  for (const char* text : {"", "5", "m", "5 m", "5d", "-5s", "1.5h", "5s5s", "99999999999999999999h"})
    EXPECT_EQ(wrong_with({"apply", fmt::format("--wait={}", text)}).substr(0, 7),
              std::string(text).empty() ? "the arg" : "--wait ")
        << text;
}

TEST(Options, NumbersHaveBounds) {
  EXPECT_EQ(parsed({"apply", "--parallelism", "1000"}).parallelism, 1000U);
  for (const char* text : {"0", "1001", "-1", "ten", "1e3", "4294967297"})
    EXPECT_EQ(wrong_with({"apply", fmt::format("--parallelism={}", text)}),
              fmt::format("--parallelism {} is not a number from 1 to 1000; write --parallelism 10", text));
}

TEST(Options, AnApprovalIsThirtyTwoHexDigitsOrMore) {
  const std::string digits = "0123456789abCDEF0123456789abcdef";
  EXPECT_EQ(parsed({"apply", "--approve", digits}).approve, digits);
  EXPECT_EQ(parsed({"apply", "--approve", "sha256:" + digits}).approve, "sha256:" + digits);
  for (const std::string& text :
       {digits.substr(1), digits.substr(1) + "g", "sha1:" + digits, "sha256:" + digits.substr(1), std::string("yes")})
    EXPECT_NE(wrong_with({"apply", "--approve", text}), "") << text;
}

// Each option of each command, with its last letter lost.
TEST(Options, AMisspeltOneNamesTheNearest) {
  for (const Command& command : commands())
    for (const std::string_view each : command.options) {
      const std::string name = bare(each), wrong = name.substr(0, name.size() - 1);
      if (command.name == "sim") continue;
      EXPECT_EQ(wrong_with({std::string(command.name), "--" + wrong}),
                fmt::format("{} has no option --{}; did you mean --{}?", command.name, wrong, name));
    }
}

TEST(Options, AMisspeltCommandNamesTheNearest) {
  for (const Command& command : commands()) {
    const std::string wrong = std::string(command.name) + "x";
    EXPECT_EQ(wrong_with({wrong}),
              fmt::format("there is no command \"{}\"; did you mean `pairform {}`?", wrong, command.name));
  }
}

TEST(Options, AreNeverGuessed) {
  EXPECT_NE(wrong_with({"apply", "--auto"}), "") << "no abbreviations: a script that works today must work tomorrow";
  EXPECT_NE(wrong_with({"plan", "--out", "a", "--out", "b"}), "") << "twice is a slip";
  EXPECT_NE(wrong_with({"plan", "--json=yes"}), "");
  EXPECT_NE(wrong_with({"plan", "extra"}), "");
}

TEST(Options, ASizeOfMarkdownIsANumberAndGoesWithMarkdown) {
  EXPECT_EQ(parsed({"plan", "--markdown", "--budget", "6000"}).budget, 6000U);
  for (const char* wrong : {"5999", "100000001", "-1", "65k", "65000 "})
    EXPECT_EQ(wrong_with({"plan", "--markdown", "--budget", wrong}),
              fmt::format("--budget {} is not a number from 6000 to 100000000; write --budget 65000", wrong));
  EXPECT_EQ(wrong_with({"plan", "--budget", "65000"}),
            "--budget is the size of Markdown; add --markdown, or leave it out");
  EXPECT_EQ(wrong_with({"plan", "--markdown", "--json"}),
            "--json and --markdown are two forms of one plan; use one of the two");
}

TEST(Options, ApplyAndDestroyTakeThoseOfPlan) {
  for (const std::string_view name : {"apply", "destroy"})
    for (const std::string_view option : find_command("plan")->options) {
      if (option == "out" || option == "offline" || option == "markdown" || option == "budget" ||
          option == "prometheus" || option == "drill" ||
          (name == "destroy" && (option == "destroy" || option == "refresh-only")))
        continue;
      const bool flag = is_flag(option_row(option));
      EXPECT_EQ(wrong_with({std::string(name), fmt::format("--{}{}", option, flag ? "" : "=network.a")}), "");
    }
}

TEST(Options, WithAnEmptyValueAreRefused) {
  EXPECT_EQ(wrong_with({"plan", "--out", ""}), "--out is empty; write --out PATH, or leave it out");
  EXPECT_EQ(wrong_with({"-C", "", "plan"}), "-C is empty; write -C DIR, or leave it out");
  EXPECT_EQ(wrong_with({"plan", "--target", "network.a", "--target", ""}),
            "--target is empty; write --target ADDRESS, or leave it out");
  EXPECT_EQ(wrong_with({"apply", ""}), "apply: a word is empty; write it, or leave it out");
}

TEST(Options, ColourIsAlwaysAutoOrNever) {
  EXPECT_EQ(parsed({"plan"}).colour, Colour::Auto);
  EXPECT_EQ(parsed({"plan", "--color=always"}).colour, Colour::Always);
  EXPECT_EQ(parsed({"--color", "auto", "plan"}).colour, Colour::Auto);
  EXPECT_EQ(parsed({"plan", "--color=never"}).colour, Colour::Never);
  EXPECT_EQ(wrong_with({"plan", "--color=purple"}), "--color purple is not known; write --color always, auto or never");
  EXPECT_EQ(wrong_with({"plan", "--color"}), "--color needs a value; write --color always, auto or never");
}

TEST(Options, OfACommandThatStandBeforeItAreTaken) {
  EXPECT_TRUE(parsed({"--json", "plan"}).json);
  EXPECT_EQ(wrong_with({"--out", "p", "plan"}),
            "--out is an option of a command; write it after the command: pairform COMMAND --out");
  EXPECT_EQ(wrong_with({"-x"}), "there is no option -x; see `pairform --help`");
  EXPECT_EQ(wrong_with({"-x", "plan"}), "plan has no option -x; see `pairform plan --help`");
  EXPECT_EQ(wrong_with({"--tiings"}), "there is no option --tiings; did you mean --timings?");
}

TEST(Options, OfPipelinesThatDoNothingAreTaken) {
  for (const char* word : {"-input=false", "--input=false", "-input", "-compact-warnings", "-input=true"}) {
    EXPECT_EQ(wrong_with({"plan", word}), "") << word;
    EXPECT_EQ(wrong_with({word, "apply"}), "") << word;
  }
  EXPECT_EQ(wrong_with({"plan", "-parallelism=4"}), "");
  EXPECT_EQ(wrong_with({"apply", "-detailed-exitcode"}), "");
  for (const char* word : {"-input=maybe", "---input", "-inputs", "-compact-warning"})
    EXPECT_NE(wrong_with({"plan", word}), "") << word;
}

TEST(Options, AskForTheVersionWithoutACommand) {
  for (const char* word : {"-v", "-version", "--version"}) {
    const auto line = parse_command_line(Words{word});
    ASSERT_TRUE(std::holds_alternative<ParsedLine>(line)) << word;
    EXPECT_EQ(std::get<ParsedLine>(line).command, find_command("version")) << word;
  }
  EXPECT_TRUE(parsed({"--version", "--json"}).json);
  EXPECT_TRUE(parsed({"version", "-json"}).json);
}

TEST(Options, TakeEachDirectoryFromTheOneBefore) {
  EXPECT_EQ(parsed({"-C", "estates", "plan", "-C", "asia"}).start, (Words{"estates", "asia"}));
}

TEST(Sim, TakesOnlyWhatBelongsToAll) {
  const Options options = parsed({"-C", "there", "sim", "fail", "create", "mapping", "--after", "1", "--no-color"});
  EXPECT_EQ(options.start, Words{"there"});
  EXPECT_EQ(options.colour, Colour::Never);
  EXPECT_EQ(options.words, (Words{"fail", "create", "mapping", "--after", "1"}));
}

}  // namespace
}  // namespace pairform
