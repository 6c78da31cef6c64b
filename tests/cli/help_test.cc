#include "cli/help.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <sstream>

#include "cli/foreign_words.h"
#include "cli/option_table.h"
#include "cli/options.h"

namespace pairform {
namespace {

using Words = std::vector<std::string>;

// Of a line as one types it: without quotes, which hold no blanks here.
Words words_of(std::string_view line) {
  std::istringstream stream{std::string(line)};
  Words words;
  for (std::string word; stream >> word;) {
    std::erase(word, '\'');
    words.push_back(word);
  }
  return words;
}

std::string wrong_with(const Words& words) {
  const auto line = parse_command_line(words);
  const auto* wrong = std::get_if<UsageError>(&line);
  return wrong == nullptr ? "" : wrong->summary + "; " + wrong->help;
}

std::vector<std::string> all_helps() {
  std::vector<std::string> all{help_text(nullptr)};
  for (const Command& command : commands()) all.push_back(help_text(&command));
  return all;
}

TEST(Help, NamesEveryOptionOfACommand) {
  for (const Command& command : commands()) {
    const std::string help = help_text(&command);
    EXPECT_TRUE(help.starts_with(fmt::format("usage: pairform {} ", command.name))) << help;
    for (const std::string_view option : command.options)
      EXPECT_NE(help.find(fmt::format("\n  --{}", option)), std::string::npos) << help;
    for (const std::string_view option : command.tolerated)
      EXPECT_EQ(help.find(fmt::format("\n  --{}", option)), std::string::npos) << "it has no effect: " << help;
    EXPECT_NE(help.find("\n  -C, --directory DIR  "), std::string::npos) << help;
  }
}

TEST(Help, OfAllNamesCommandsExitCodesAndEnvironment) {
  const std::string all = help_text(nullptr);
  for (const Command& command : commands())
    EXPECT_NE(all.find(fmt::format("\n  {}", command.name)), std::string::npos) << all;
  for (const char* word : {"\n  help [COMMAND]", "\n  130  ", "PAIRFORM_APPROVE", "PAIRFORM_SIMULATOR_DB",
                           "PAIRFORM_TIMINGS", "NO_COLOR", "--version", "-chdir=D", "'mapping.ea-*'", "@FILE"})
    EXPECT_NE(all.find(word), std::string::npos) << word << " is not in\n" << all;
}

TEST(Help, FitsEightyColumnsAndEndsNoLineWithABlank) {
  for (const std::string& help : all_helps()) {
    EXPECT_TRUE(help.ends_with('\n') && !help.ends_with("\n\n")) << help;
    std::istringstream lines(help);
    for (std::string line; std::getline(lines, line);) {
      EXPECT_LE(line.size(), 80U) << line;
      EXPECT_FALSE(line.ends_with(' ')) << line;
    }
  }
}

TEST(Help, GivesExamplesThatAreCommandLines) {
  for (const Command& command : commands()) {
    EXPECT_GE(command.examples.size(), 2U) << command.name;
    for (const Example& example : command.examples) {
      Words words = words_of(example.line);
      ASSERT_EQ(words.front(), "pairform");
      words.erase(words.begin());
      EXPECT_EQ(wrong_with(words), "") << example.line;
    }
  }
}

// As `pairform COMMAND --help`.
TEST(Help, IsAskedForWithACommandOrWithout) {
  for (const Words& words : std::vector<Words>{{}, {"--help"}, {"-h"}, {"help"}, {"help", "help"}, {"help", "-h"}}) {
    const auto line = parse_command_line(words);
    ASSERT_TRUE(std::holds_alternative<ParsedLine>(line));
    EXPECT_EQ(std::get<ParsedLine>(line).command, nullptr);
  }
  for (const Command& command : commands())
    for (const Words& words : std::vector<Words>{{"help", std::string(command.name)},
                                                 {std::string(command.name), "--help"},
                                                 {std::string(command.name), "-h"}}) {
      const auto line = parse_command_line(words);
      ASSERT_TRUE(std::holds_alternative<ParsedLine>(line)) << command.name;
      EXPECT_EQ(std::get<ParsedLine>(line).command, &command);
      EXPECT_TRUE(std::get<ParsedLine>(line).options.help);
    }
  EXPECT_EQ(wrong_with({"help", "pla"}), "there is no command \"pla\"; did you mean `pairform plan`?");
  EXPECT_EQ(wrong_with({"help", "plan", "apply"}), "help: \"apply\" is one word too many; pairform help COMMAND");
}

// The commands in backticks, as they would be typed; placeholders are words, too.
std::vector<Words> commands_in(std::string_view hint) {
  std::vector<Words> all;
  while (hint.find('`') != std::string_view::npos) {
    hint.remove_prefix(hint.find('`') + 1);
    const std::string_view quoted = hint.substr(0, hint.find('`'));
    hint.remove_prefix(quoted.size() + 1);
    if (!quoted.starts_with("pairform ")) continue;
    all.push_back(words_of(quoted.substr(9)));
  }
  return all;
}

TEST(ForeignWords, AreNotPairformsOwnAndNameWhatIs) {
  for (const ForeignWord& word : foreign_commands()) {
    EXPECT_EQ(find_command(word.word), nullptr) << word.word;
    const std::string wrong = wrong_with({std::string(word.word)});
    EXPECT_EQ(wrong, fmt::format("there is no command \"{}\"; {}", word.word, word.hint));
  }
  for (const ForeignWord& word : foreign_options())
    for (const OptionRow& row : option_rows()) EXPECT_NE(row.name, word.word);
  for (const auto words : {foreign_commands(), foreign_options()})
    for (const ForeignWord& word : words)
      for (const Words& line : commands_in(word.hint)) EXPECT_EQ(wrong_with(line), "") << word.hint;
}

TEST(ForeignWords, AreAnsweredAsTheyWereTyped) {
  EXPECT_EQ(wrong_with({"apply", "-y"}),
            "apply has no option -y; apply and destroy ask unless --auto-approve is given; no other command asks");
  EXPECT_EQ(wrong_with({"plan", "-refresh=false"}),
            "plan has no option -refresh; `pairform plan --offline` goes by recorded state; an apply always reads the "
            "cloud");
  for (const ForeignWord& word : foreign_options()) {
    const std::string wrong = wrong_with({"init", fmt::format("-{}", word.word)});
    EXPECT_EQ(wrong, fmt::format("init has no option -{}; {}", word.word, word.hint));
  }
}

}  // namespace
}  // namespace pairform
