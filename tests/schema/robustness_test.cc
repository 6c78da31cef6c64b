// Texts that nobody meant: whatever a file holds, loading ends, says something with a place, and what it says can be
// shown. Seeded: a failure names its seed and comes again.
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <random>

#include "schema/syntax_error.h"
#include "tests/schema/schema_support.h"

namespace pairform {
namespace {

constexpr std::string_view k_text = R"(# a project
[network.app]
existing = true
region = "East Asia"
name = 'app-vnet'
[network.lab]
region = "southeastasia"
address_space = [
  "10.1.0.0/16", # one
  "10.2.0.0/16",
]
subnets = { web = "10.1.1.0/24", "db" = "10.1.2.0/24" }
protect = true
[network.lab.simulator]
delay = "500ms"
[mapping.app]
source = "network.app"
target = "network.lab"
subnets.web = "db"
addresses = "same-host"
mirror = true
[defaults.vm]
target_region = "southeastasia"
[vm.web1]
network = "network.app"
existing = false
simulator.seeding_polls = 2
[vm.web1.nic.eth0]
subnet = "web"
ip = "10.1.1.10"
secondary = { vip = "10.1.1.11" }
[vm.web1.nic.eth0.target_secondary]
vip = "10.1.1.12"
[moved."vm.old"]
to = "vm.web1"
)";

constexpr std::string_view k_settings = R"(include = ["n/*.toml"]
[project]
name = "contoso-dr"
provider = "simulator"
edition = "2018-05"
strict_subnets = false
[provider.simulator]
database = ".pairform/simulator.db"
latency = "5ms"
fault_rate = 0.5
polls = 2
[provider.azure]
vault = "v"
[state]
path = "pairform.state.jsonl"
[guards]
max_delete_percent = 30
approve = ["network.delete", "half.overwrite"]
frozen = "reason"
)";

constexpr std::string_view k_nul("\0", 1);
constexpr std::string_view k_scraps[] = {"[",
                                         "]",
                                         "{",
                                         "}",
                                         "\"",
                                         "'",
                                         "\"\"\"",
                                         "'''",
                                         ",",
                                         "=",
                                         ".",
                                         "\n",
                                         "\r\n",
                                         "#",
                                         "\\",
                                         "\\u",
                                         "1",
                                         "-",
                                         "_",
                                         "true",
                                         " ",
                                         "\t",
                                         k_nul,
                                         "\x7F",
                                         "\xFF",
                                         "\xC3",
                                         "é",
                                         "\xE2\x80\xAE",
                                         "\xEF\xBB\xBF",
                                         "[network.app]\n",
                                         "[[vm]]\n",
                                         "name = \"x\"\n",
                                         "nic.",
                                         "[vm.a.nic.b]\n",
                                         "[defaults.nic]\n",
                                         "dhcp",
                                         "1e999",
                                         "nan",
                                         "1979-05-27",
                                         "[a.b]\n",
                                         "0x7f"};

std::string mutate(std::string_view good, std::mt19937& random) {
  const auto below = [&](std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random); };
  std::string text(good);
  for (std::size_t change = below(4) + 1; change > 0 && !text.empty(); --change) {
    const std::size_t at = below(text.size()), length = below(std::min<std::size_t>(text.size() - at, 40) + 1);
    switch (below(5)) {
      case 0: text.resize(at); break;
      case 1: text.erase(at, length); break;
      case 2: text.insert(at, std::string(k_scraps[below(std::size(k_scraps))])); break;
      case 3: text.insert(below(text.size()), text.substr(at, length)); break;
      default: text[at] = static_cast<char>(below(256));
    }
  }
  return text;
}

// Loads one changed text and looks at what is said about it. True if it is wrong.
bool holds(const TestProject& project, std::string_view file, FileId id, const std::string& text) {
  project.write(file, text);
  const Loaded loaded = project.load();
  const auto lines = static_cast<std::uint32_t>(std::count(text.begin(), text.end(), '\n') + 1);
  for (const Diagnostic& item : loaded.diagnostics.items()) {
    EXPECT_NE(item.summary, "");
    EXPECT_FALSE(item.spans.empty()) << item.summary;
    for (const Span& span : item.spans) {
      EXPECT_EQ(span.at.file, id) << item.summary;
      EXPECT_TRUE(span.at.line >= 1 && span.at.line <= lines) << item.summary;
      EXPECT_GE(span.at.column, 1U) << item.summary;
      EXPECT_GE(span.length, 1U) << item.summary;
    }
  }
  EXPECT_TRUE(std::all_of(loaded.text.begin(), loaded.text.end(), [](char c) {
    return c == '\n' || c == '\t' || static_cast<unsigned char>(c) >= 0x20;
  })) << loaded.text;
  return loaded.diagnostics.has_errors();
}

TEST(Robustness, EveryErrorOfABrokenFileHasAPlaceInIt) {
  const TestProject project({{"pairform.toml", "include = [\"n.toml\"]\n[project]\nname = \"x\"\n"}});
  unsigned broken = 0;
  for (unsigned seed = 0; seed < 2000 && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    broken += holds(project, "n.toml", FileId(1U), mutate(k_text, random)) ? 1 : 0;
  }
  EXPECT_GT(broken, 1200U);  // most of these are wrong: the generator does its work
  EXPECT_LT(broken, 2000U);  // and some are right
}

TEST(Robustness, EveryErrorOfABrokenProjectHasAPlaceInIt) {
  const TestProject project({{"n/a.toml", ""}});
  unsigned broken = 0;
  for (unsigned seed = 0; seed < 2000 && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    broken += holds(project, "pairform.toml", FileId(0U), mutate(k_settings, random)) ? 1 : 0;
  }
  EXPECT_GT(broken, 1200U);
  EXPECT_LT(broken, 2000U);
}

TEST(Robustness, ATextGivenTwiceNamesBothPlaces) {
  // Every line of a good file repeated in place: a table or key is then given twice.
  const std::string_view text =
      "[network.app]\nregion = \"x\"\nsubnets.web = \"a\"\nsubnets.\"d b\" = \"b\"\n[mapping.m]\nsource = \"y\"\n"
      "[[vm]]\n[vm.nic]\nip = 1\n[defaults.vm]\n[moved.\"vm.a\"]\n";
  std::size_t checked = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at) + 1;
    const std::string line(text.substr(at, end - at));
    if (!line.starts_with("[[")) {
      const std::string twice = std::string(text.substr(0, end)) + line + std::string(text.substr(end));
      SCOPED_TRACE(twice);
      TomlError error;
      ASSERT_FALSE(read_toml(twice, FileId(0U), error));
      const Diagnostic diagnostic = syntax_diagnostic(twice, FileId(0U), error);
      EXPECT_EQ(code_text(diagnostic.code), "PF1101");
      ASSERT_EQ(diagnostic.spans.size(), 2U);
      EXPECT_EQ(diagnostic.spans[0].at.line, diagnostic.spans[1].at.line + 1);
      ++checked;
    }
    at = end;
  }
  EXPECT_EQ(checked, 10U);
}

}  // namespace
}  // namespace pairform
