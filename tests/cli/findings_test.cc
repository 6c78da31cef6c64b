// What is wrong, in the forms that editors and code hosts read.
#include "cli/findings.h"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "schema/terminal_text.h"

namespace pairform {
namespace {

struct World {
  SourceFiles sources;
  std::vector<Diagnostic> found;
  std::filesystem::path project = "/repo/infra", from = "/repo";
  std::string docs;

  std::string text(FindingForm form) const {
    return findings_text(form, found, {sources, project, from, "1.2.3", docs});
  }
};

World two_findings() {
  World world;
  const FileId main = world.sources.add("pairform.toml", "/repo/infra/pairform.toml");
  const FileId more = world.sources.add("vms/a, b.toml", "/repo/infra/vms/a, b.toml");
  world.found = {{Code::UnresolvedReference,
                  Severity::Error,
                  "there is no network.app",
                  "target of mapping.m refers to it",
                  "did you mean \"network.api\"?",
                  {{{main, 3, 10}, 13, {}}},
                  "mapping.m"},
                 {Code::TableTwice,
                  Severity::Warning,
                  "[vm.a] is declared twice",
                  "",
                  "declare it:\n[vm.a]",
                  {{{more, 7, 1}, 6, {}}, {{main, 9, 1}, 6, "first declared here"}},
                  "vm.a"},
                 {Code::StateDamaged, Severity::Note, "100% wrong", "", "", {}, {}}};
  return world;
}

TEST(Findings, AreLinesOfACompiler) {
  EXPECT_EQ(two_findings().text(FindingForm::Gcc),
            "infra/pairform.toml:3:10: error: there is no network.app [PF1402]\n"
            "infra/pairform.toml:3:10: note: fix: did you mean \"network.api\"?\n"
            "infra/vms/a, b.toml:7:1: warning: [vm.a] is declared twice [PF1101]\n"
            "infra/pairform.toml:9:1: note: first declared here\n"
            "pairform: note: 100% wrong [PF2001]\n");
}

TEST(Findings, AreWorkflowCommands) {
  EXPECT_EQ(two_findings().text(FindingForm::Github),
            "::error file=infra/pairform.toml,line=3,col=10,endColumn=23,title=PF1402 reference to nothing::"
            "there is no network.app%0Atarget of mapping.m refers to it%0Afix: did you mean \"network.api\"?\n"
            "::warning file=infra/vms/a%2C b.toml,line=7,col=1,endColumn=7,title=PF1101 declared twice::"
            "[vm.a] is declared twice%0Afix: declare it:%0A[vm.a]\n"
            "::notice title=PF2001 state file damaged::100%25 wrong\n");
}

TEST(Findings, AreACodeQualityReport) {
  simdjson::dom::parser parser;
  const std::string text = two_findings().text(FindingForm::Gitlab);
  const simdjson::dom::array report = parser.parse(text);
  ASSERT_EQ(report.size(), 3U);
  EXPECT_EQ(std::string_view(report.at(0)["check_name"]), "PF1402");
  EXPECT_EQ(std::string_view(report.at(0)["severity"]), "major");
  EXPECT_EQ(std::string_view(report.at(0)["location"]["path"]), "infra/pairform.toml");
  EXPECT_EQ(std::int64_t(report.at(1)["location"]["lines"]["begin"]), 7);
  EXPECT_EQ(std::string_view(report.at(1)["severity"]), "minor");
  EXPECT_EQ(std::string_view(report.at(2)["location"]["path"]), "infra/pairform.toml") << "a report names a place";
  EXPECT_EQ(World().text(FindingForm::Gitlab), "[]\n");
}

TEST(Findings, AreSarif) {
  World world = two_findings();
  world.docs = "https://example.com/docs";
  simdjson::dom::parser parser;
  const std::string text = world.text(FindingForm::Sarif);
  const simdjson::dom::element log = parser.parse(text);
  EXPECT_EQ(std::string_view(log["version"]), "2.1.0");
  const simdjson::dom::element run = log["runs"].at(0), driver = run["tool"]["driver"];
  EXPECT_EQ(std::string_view(driver["version"]), "1.2.3");
  EXPECT_EQ(std::string_view(driver["rules"].at(0)["id"]), "PF1101");
  EXPECT_EQ(std::string_view(driver["rules"].at(0)["helpUri"]), "https://example.com/docs/diagnostics/PF1101.md");
  const simdjson::dom::element second = run["results"].at(1);
  EXPECT_EQ(std::string_view(second["ruleId"]), "PF1101");
  EXPECT_EQ(std::string_view(second["level"]), "warning");
  const simdjson::dom::element place = second["locations"].at(0)["physicalLocation"];
  EXPECT_EQ(std::string_view(place["artifactLocation"]["uri"]), "infra/vms/a%2C%20b.toml");
  EXPECT_EQ(std::int64_t(place["region"]["endColumn"]), 7);
  EXPECT_EQ(std::string_view(second["relatedLocations"].at(0)["message"]["text"]), "first declared here");
  EXPECT_EQ(std::int64_t(run["results"].at(2)["locations"].at(0)["physicalLocation"]["region"]["startLine"]), 1);
  world.docs.clear();
  EXPECT_EQ(world.text(FindingForm::Sarif).find("helpUri"), std::string::npos) << "no link to nowhere";
}

std::vector<std::string> fingerprints(const World& world) {
  simdjson::dom::parser parser;
  const std::string text = world.text(FindingForm::Sarif);
  std::vector<std::string> out;
  for (const simdjson::dom::element each : parser.parse(text)["runs"].at(0)["results"])
    out.emplace_back(std::string_view(each["partialFingerprints"]["pairform/v1"]));
  return out;
}

TEST(Findings, KeepTheirFingerprintsWhereLinesMove) {
  World world = two_findings();
  world.found.push_back(world.found.front());  // a second one of that code in that stanza
  const std::vector<std::string> before = fingerprints(world);
  EXPECT_EQ(std::set<std::string>(before.begin(), before.end()).size(), 4U);
  for (Diagnostic& each : world.found)
    for (Span& span : each.spans) span.at.line += 20;
  world.found.front().summary = "there is no network.api";
  EXPECT_EQ(fingerprints(world), before);
}

TEST(Findings, TellPathsFromWherePairformWasStarted) {
  World world = two_findings();
  world.from = "/repo/infra/vms";
  EXPECT_TRUE(world.text(FindingForm::Gcc).starts_with("../pairform.toml:3:10: "));
  world.from = world.project;
  EXPECT_TRUE(world.text(FindingForm::Gcc).starts_with("pairform.toml:3:10: "));
}

// Text that others wrote, with what would end a line, begin a command, or be obeyed by a terminal.
std::string odd_text(std::mt19937& random) {
  static const std::vector<std::string> k_parts = {
      "\n",     "\r",   "::",        "%", "%0A",  "::error::x",           ",line=", ":",        "\x1B[31m",
      "\u202E", "\xFF", "##[error]", "]", "\x07", "\n::stop-commands::t", "a",      "\xC2\x85", "\n\n"};
  std::string out;
  for (std::size_t i = random() % 8; i != 0; --i) out += k_parts[random() % k_parts.size()];
  return out;
}

bool is_harmless(const std::string& line) { return escape_for_terminal(line) == line; }

// One line begins with every finding, whatever names hold, and no other line begins.
TEST(Findings, NoNameBreaksOutOfItsLine) {
  std::mt19937 random(7);
  for (int round = 0; round < 3000; ++round) {
    World world;
    const FileId file = world.sources.add("f" + odd_text(random), "/repo/infra/f");
    world.found = {{Code::BadName,
                    Severity::Error,
                    odd_text(random),
                    odd_text(random),
                    odd_text(random),
                    {{{file, 1, 1}, 1, {}}, {{file, 2, 1}, 1, odd_text(random)}},
                    odd_text(random)}};
    const std::string github = world.text(FindingForm::Github);
    EXPECT_EQ(std::count(github.begin(), github.end(), '\n'), 1) << github;
    EXPECT_TRUE(github.starts_with("::error file=") && is_harmless(github.substr(0, github.size() - 1))) << github;
    const std::string properties = github.substr(2, github.find("::", 2) - 2);
    EXPECT_EQ(std::count(properties.begin(), properties.end(), ','), 4) << github;
    EXPECT_TRUE(properties.ends_with(",title=PF1301 name not valid")) << github;
    const std::string gcc = world.text(FindingForm::Gcc);
    for (std::size_t begin = 0; begin < gcc.size();) {
      const std::size_t end = gcc.find('\n', begin);
      const std::string line = gcc.substr(begin, end - begin);
      EXPECT_TRUE(line.starts_with("infra/f") && is_harmless(line)) << gcc;
      begin = end + 1;
    }
    EXPECT_LE(std::count(gcc.begin(), gcc.end(), '\n'), 3) << gcc;
    for (const FindingForm form : {FindingForm::Gitlab, FindingForm::Sarif}) {
      simdjson::dom::parser parser;
      const std::string text = world.text(form);
      EXPECT_EQ(parser.parse(text).error(), simdjson::SUCCESS) << text;
      EXPECT_TRUE(is_harmless(text.substr(0, text.size() - 1))) << text;
    }
  }
}

}  // namespace
}  // namespace pairform
