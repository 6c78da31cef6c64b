#include "cli/complete.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "cli/option_table.h"
#include "cli/options.h"
#include "tests/support/program.h"

namespace pairform {
namespace {

using Words = std::vector<std::string>;

Words words_of(const Completion& completion) {
  Words words;
  for (const Candidate& each : completion.candidates) words.push_back(each.word);
  return words;
}

bool offers(const Words& line, std::string_view word) {
  const Words words = words_of(complete(line));
  return std::find(words.begin(), words.end(), word) != words.end();
}

TEST(Complete, OffersEveryCommandWithItsSummary) {
  const Completion all = complete({""});
  for (const Command& command : commands()) {
    EXPECT_TRUE(offers({""}, command.name)) << command.name;
    EXPECT_TRUE(offers({"help", ""}, command.name)) << command.name;
  }
  EXPECT_EQ(words_of(complete({"pl"})), (Words{"plan"}));
  EXPECT_EQ(complete({"pl"}).candidates.front().about, find_command("plan")->summary);
  EXPECT_EQ(words_of(complete({"-C", "elsewhere", "pl"})), (Words{"plan"}));
  EXPECT_TRUE(complete({"nonsense", ""}).candidates.empty());
}

TEST(Complete, OffersEveryOptionOfACommandThatIsNotGivenYet) {
  for (const Command& command : commands()) {
    if (command.words == WordsOf::Tool) continue;
    for (const std::string_view option : command.options)
      EXPECT_TRUE(offers({std::string(command.name), "--"}, fmt::format("--{}", option))) << command.name;
    EXPECT_TRUE(offers({std::string(command.name), "-"}, "--directory"));
  }
  EXPECT_FALSE(offers({"plan", "--offline", "--"}, "--offline"));
  EXPECT_TRUE(offers({"plan", "--target", "vm.a", "--"}, "--target")) << "it may be given again";
  EXPECT_TRUE(complete({"plan", "--", "--"}).candidates.empty()) << "behind -- nothing is an option";
}

// Each value that is offered is one that the parser takes.
TEST(Complete, OffersValuesOfOptions) {
  EXPECT_EQ(words_of(complete({"plan", "--color", ""})), (Words{"always", "never", "auto"}));
  EXPECT_EQ(words_of(complete({"plan", "--color=n"})), (Words{"--color=never"}));
  for (const Command& command : commands())
    for (const std::string_view option : command.options) {
      const OptionRow& row = option_row(option);
      if (is_flag(row) || row.value == "ADDRESS") continue;
      const std::string written = fmt::format("--{}", option);
      for (const std::string& value : words_of(complete({std::string(command.name), written, ""}))) {
        const auto line = parse_command_line(Words{std::string(command.name), written, value});
        EXPECT_TRUE(std::holds_alternative<ParsedLine>(line)) << command.name << ' ' << written << ' ' << value;
      }
    }
  EXPECT_TRUE(complete({"plan", "--out", ""}).files);
  EXPECT_TRUE(complete({"apply", ""}).files);
  EXPECT_FALSE(complete({"plan", ""}).files);
}

TEST(Complete, OffersWhatTheUsageHasInThatPlace) {
  EXPECT_EQ(words_of(complete({"completion", ""})), (Words{"bash", "zsh", "fish"}));
  EXPECT_TRUE(complete({"completion", "bash", ""}).candidates.empty());
  EXPECT_EQ(words_of(complete({"explain", "PF140"})).size(), 9U);
  EXPECT_TRUE(offers({"explain", "PF1402", ""}, "PF2010")) << "several may be given";
  for (const char* word : {"list", "show", "mv", "rm"}) EXPECT_TRUE(offers({"state", ""}, word));
  for (const char* word : {"list", "put", "failover"}) EXPECT_TRUE(offers({"sim", ""}, word));
  EXPECT_FALSE(offers({"sim", ""}, "..."));
}

class CompleteInAProject : public ::testing::Test {
 protected:
  CompleteInAProject() {
    program_.write("pairform.toml",
                   "include = [\"vms.toml\"]\n[project]\nname = \"contoso-dr\"\n"
                   "[network.app]\nexisting = true\nregion = \"eastasia\"\n"
                   "[network.dr]\nexisting = true\nregion = \"southeastasia\"\n"
                   "[mapping.app]\nsource = \"network.app\"\ntarget = \"network.dr\"\n");
    program_.write("vms.toml",
                   "[vm.web1]\nnetwork = \"network.app\"\ntarget_region = \"southeastasia\"\n[vm.web1.nic.eth0]\n");
    program_.write(
        "pairform.state.jsonl",
        "{\"pairform_state\":1,\"project\":\"contoso-dr\",\"provider\":\"simulator\",\"scope\":\"simulator\"}\n"
        "{\"address\":\"mapping.old.forward\",\"type\":\"mapping\"}\n<<<<<<< damaged\n");
  }
  Words ask(Words words) const {
    Words all{"__complete", "bash"};
    all.insert(all.end(), words.begin(), words.end());
    const Ran ran = program_.run(all);
    EXPECT_EQ(ran.exit_code, 0);
    EXPECT_EQ(ran.err, "");
    Words lines;
    std::istringstream stream(ran.out);
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    return lines;
  }
  Program program_;
};

TEST_F(CompleteInAProject, OffersItsAddresses) {
  EXPECT_EQ(ask({"why", ""}), (Words{"mapping.app", "mapping.old", "network.app", "network.dr", "vm.web1"}));
  EXPECT_EQ(ask({"plan", "--target", "network.d"}), (Words{"network.dr"}));
  EXPECT_EQ(ask({"plan", "--target", "=", "network.d"}), (Words{"network.dr"})) << "bash ends words at =";
  EXPECT_EQ(ask({"plan", "--target", "="}).size(), 5U);
  EXPECT_EQ(ask({"state", "show", "vm.web1."}), (Words{"vm.web1.nic.eth0"}));
  EXPECT_EQ(ask({"state", "rm", "mapping.old."}), (Words{"mapping.old.forward"}));
  EXPECT_EQ(ask({"drill", ""}), (Words{"eastasia", "southeastasia"}));
  EXPECT_EQ(ask({"drill", "eastasia", ""}), Words());
}

TEST_F(CompleteInAProject, LooksWhereTheLineSays) {
  program_.write("below/x", "");
  program_.change_directory("below");
  EXPECT_EQ(ask({"why", "vm"}), (Words{"vm.web1"})) << "as any command, from the nearest directory above";
  program_.change_directory("");
  EXPECT_EQ(ask({"-C", "nowhere", "why", ""}), Words());
  std::filesystem::create_directory(program_.directory() / "other");
  program_.write("other/pairform.toml",
                 "[project]\nname = \"other\"\n[network.lab]\nexisting = true\nregion = \"eastasia\"\n");
  EXPECT_EQ(ask({"-C", "other", "why", ""}), (Words{"network.lab"}));
  EXPECT_EQ(ask({"-chdir=other", "why", ""}), (Words{"network.lab"}));
}

TEST_F(CompleteInAProject, SaysNothingOfWhatIsWrong) {
  program_.append("pairform.toml", "[netwrok.x]\nregion = 3\n");
  EXPECT_EQ(ask({"why", "mapping.old"}), (Words{"mapping.old"})) << "what state knows is there still";
  program_.append("pairform.toml", "[");
  ask({"why", ""});
  program_.remove("pairform.toml");
  EXPECT_EQ(ask({"why", ""}), Words());
  const Ran ran = program_.run({"__complete"});
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_EQ(ran.out + ran.err, "");
}

TEST(CompletionLines, AreWhatTheShellReads) {
  const Completion some{{{"network.app", "a: b"}, {"a:b", ""}}, false};
  EXPECT_EQ(completion_lines(some, "bash"), "network.app\na:b\n");
  EXPECT_EQ(completion_lines(some, "zsh"), "network.app:a: b\na\\:b\n");
  EXPECT_EQ(completion_lines(some, "fish"), "network.app\ta: b\na:b\n");
  EXPECT_EQ(completion_lines({{}, true}, "fish"), ":files\n");
}

}  // namespace
}  // namespace pairform
