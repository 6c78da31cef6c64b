#include "schema/config_loader.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <random>

#include "tests/schema/schema_support.h"

namespace pairform {
namespace {

constexpr const char* k_head = "include = [\"n/*.toml\"]\n[project]\nname = \"contoso-dr\"\n";

constexpr const char* k_pair = R"([network.app]
existing = true
region = "East Asia"
name = "app-vnet"

[network.lab]
region = "southeastasia"
address_space = ["10.2.0.0/16", "10.1.0.0/16"]
subnets = { web = "10.1.1.0/24", db = "10.1.2.0/24", Ab = "10.2.0.0/29" }
protect = true

[mapping.app]
source = "network.app"
target = "network.lab"
subnets = { web = "db" }
addresses = "same-host"
name = "there"
reverse_name = "back"
)";

const std::vector<std::string> k_pair_declarations{
    "mapping.app addresses=same-host name=there reverse_name=back source=network.app "
    R"(subnets={"web":"db"} target=network.lab)",
    "network.app existing=true name=app-vnet region=eastasia",
    R"(network.lab address_space=["10.1.0.0/16","10.2.0.0/16"] protect=true region=southeastasia )"
    R"(subnets={"Ab":"10.2.0.0/29","db":"10.1.2.0/24","web":"10.1.1.0/24"})"};

TEST(Loader, ReadsStanzasAsCanonicalValues) {
  const Loaded loaded = load_stanzas(k_pair);
  EXPECT_EQ(loaded.text, "");
  EXPECT_EQ(loaded.declarations(), k_pair_declarations);
}

TEST(Loader, KnowsWhereEverythingStands) {
  const Loaded loaded = load_stanzas("\n[network.app]\nregion = \"é\"\nexisting = true # yes\n");
  const Declarations& all = loaded.configuration.declarations;
  ASSERT_EQ(all.items.size(), 1U);
  EXPECT_EQ(all.items[DeclarationId(0U)].at, (SourcePosition{FileId(1U), 2, 1}));
  EXPECT_EQ(all.items[DeclarationId(0U)].length, 13);
  ASSERT_EQ(all.values.size(), 1U);
  EXPECT_EQ(all.values[0].at, (SourcePosition{FileId(1U), 4, 12}));
  EXPECT_EQ(all.values[0].length, 4);
  EXPECT_EQ(loaded.configuration.sources[FileId(1U)].name, "n.toml");
}

TEST(Loader, TakesEveryFormThatTomlHasForATable) {
  const char* forms[] = {
      "[network.app]\nregion = \"eastasia\"\nexisting = true\n",
      "[network.\"app\"]\nregion = 'eastasia'\nexisting = true\n",
      "[network]\napp = { region = \"eastasia\", existing = true }\n",
      "[network]\napp.region = \"eastasia\"\napp.existing = true\n",
      "network.app.region = \"eastasia\"\nnetwork.app.existing = true\n",
      "\xEF\xBB\xBF[network.app]\r\nregion = \"eastasia\"\r\nexisting = true\r\n",
  };
  for (const char* form : forms) {
    SCOPED_TRACE(form);
    const Loaded loaded = load_stanzas(form);
    EXPECT_EQ(loaded.text, "");
    EXPECT_EQ(loaded.declarations(), std::vector<std::string>{"network.app existing=true region=eastasia"});
  }
}

TEST(Loader, TakesSubnetsAsATableOfTheirOwn) {
  const Loaded loaded = load_stanzas(
      "[network.app.subnets]\nweb = \"10.1.1.0/24\"\n"
      "[network.app]\nregion = \"eastasia\"\naddress_space = [\"10.1.0.0/16\"]\n");
  EXPECT_EQ(loaded.text, "");
  EXPECT_EQ(loaded.declarations(),
            std::vector<std::string>{
                R"(network.app address_space=["10.1.0.0/16"] region=eastasia subnets={"web":"10.1.1.0/24"})"});
  EXPECT_EQ(loaded.configuration.declarations.items[DeclarationId(0U)].at.line, 3U);
}

TEST(Loader, TakesTheProvidersOwnAttributesUnderItsName) {
  const Loaded loaded =
      load_stanzas("[network.app]\nregion = \"eastasia\"\nexisting = true\n[network.app.simulator]\ndelay = \"2s\"\n");
  EXPECT_EQ(loaded.text, "");
  EXPECT_EQ(loaded.declarations(), std::vector<std::string>{"network.app existing=true region=eastasia delay=2000"});
}

TEST(Loader, RefusesAnAttributeOfAProviderOutsideItsTable) {
  const Loaded loaded = load_stanzas("[network.app]\nregion = \"eastasia\"\nexisting = true\ndelay = \"2s\"\n");
  EXPECT_EQ(loaded.summaries(), "PF1103 unknown attribute \"delay\"\n");
}

TEST(Loader, MarksAStanzaWithAMistakeAndKeepsItsRest) {
  const Loaded loaded = load_stanzas("[network.app]\nregion = \"east-asia\"\nexisting = true\nnaem = \"x\"\n");
  EXPECT_EQ(loaded.summaries(), "PF1302 region not valid: \"east-asia\"\nPF1103 unknown attribute \"naem\"\n");
  EXPECT_EQ(loaded.declarations(), std::vector<std::string>{"network.app faulty existing=true"});
}

TEST(Loader, DoesNotFaultAStanzaForAWarning) {
  const Loaded loaded = load_stanzas("[mapping.m]\nsource = \"network.a\"\ntarget = \"network.b\"\nmirror = false\n");
  EXPECT_EQ(loaded.summaries(), "PF1408 warning mapping.m has no way back\n");
  EXPECT_EQ(loaded.declarations(),
            std::vector<std::string>{"mapping.m mirror=false source=network.a target=network.b"});
}

TEST(Loader, NamesBothPlacesOfATableInTwoFiles) {
  const TestProject project({{"pairform.toml", k_head},
                             {"n/a.toml", "# first\n[network.app]\nregion = \"eastasia\"\nexisting = true\n"},
                             {"n/b.toml", "[network.app]\nregion = \"westus\"\nexisting = true\n"}});
  const Loaded loaded = project.load();
  EXPECT_EQ(loaded.text, R"(n/b.toml:1:1: error PF1101: [network.app] is declared twice
   1 | [network.app]
     | ^^^^^^^^^^^^^
  also: n/a.toml:2:1: first declared here
   2 | [network.app]
     | ^^^^^^^^^^^^^
  why:  A resource is declared by one stanza.
  fix:  merge the two, or give one of them another key
)");
  EXPECT_EQ(loaded.declarations(), (std::vector<std::string>{"network.app existing=true region=eastasia",
                                                             "network.app faulty existing=true region=westus"}));
}

TEST(Loader, LetsTypesShareAKey) {
  const Loaded loaded = load_stanzas(k_pair);
  EXPECT_EQ(loaded.declarations().size(), 3U);
  EXPECT_FALSE(loaded.diagnostics.has_errors());
}

TEST(Loader, GoesOnAfterAFileThatIsNoToml) {
  const TestProject project({{"pairform.toml", k_head},
                             {"n/a.toml", "[network.app\n"},
                             {"n/b.toml", "[network.b]\nregion = \"eastasia\"\nexisting = 1\n"}});
  EXPECT_EQ(project.load().summaries(),
            "PF1001 not TOML: table header: expected ']', saw '\\n'\n"
            "PF1301 network name not valid: \"b\", the key, which is the name by default\n"
            "PF1105 existing must be true or false, not an integer\n");
}

TEST(Loader, SaysThatThereIsNoProject) {
  const TestProject project({});
  const Loaded loaded = project.load();
  EXPECT_EQ(loaded.text, "error PF1003: no pairform.toml in " + project.directory().string() + " or above it" +
                             "\n  why:  A project is a directory with pairform.toml.\n"
                             "  fix:  run `pairform init`, or name the project's directory with -C\n");
  Diagnostics diagnostics;
  load_configuration(project.directory() / "nowhere", test_types(), 1, diagnostics);
  EXPECT_EQ(diagnostics.errors(), 1U);
}

TEST(Loader, SaysWhyAFileCannotBeRead) {
  const TestProject project(
      {{"pairform.toml", "include = [\"d\", \"fifo\", \"big\"]\n[project]\nname = \"x\"\n"}, {"d/x", ""}, {"big", ""}});
  std::filesystem::resize_file(project.directory() / "big", (256U << 20U) + 1);
  ASSERT_EQ(::mkfifo((project.directory() / "fifo").c_str(), 0600), 0);
  EXPECT_EQ(project.load().summaries(),
            "PF1002 big cannot be read: it is larger than 256 MiB\n"
            "PF1002 d cannot be read: it is a directory\n"
            "PF1002 fifo cannot be read: it is not a regular file\n");
}

TEST(Loader, SaysThatPairformTomlIsADirectory) {
  const TestProject project({{"pairform.toml/x", ""}});
  EXPECT_EQ(project.load().summaries(), "PF1002 pairform.toml cannot be read: it is a directory\n");
}

struct BytesCase {
  const char* name;
  std::string text;
  std::string expected;
};

TEST(Loader, SurvivesWhatIsNoText) {
  using namespace std::string_literals;
  const BytesCase cases[] = {
      {"empty", "", ""},
      {"only a byte order mark", "\xEF\xBB\xBF", ""},
      {"UTF-16", "\xFF\xFE[\0a\0"s, "n.toml:1:1: error PF1007: the file is UTF-16, not UTF-8\n"},
      {"Latin-1", "# ok\nname = \"caf\xE9\"\n", "n.toml:2:12: error PF1007: byte 0xe9 is not UTF-8\n"},
      {"a NUL", "a = 1\n\0"s,
       "n.toml:2:1: error PF1001: "
       "not TOML: root table: expected keys, tables, whitespace or comments, saw '\\u0000'\n"},
      {"nested too deeply", "a = " + std::string(100000, '['),
       "n.toml:1:261: error PF1001: "
       "not TOML: value: exceeded maximum nested value depth of 256 (TOML_MAX_NESTED_VALUES)\n"},
      {"a very long line", "a = \"" + std::string(1000000, 'x') + "\n",
       "n.toml:1:1000006: error PF1001: not TOML: a quote is not closed\n"},
  };
  for (const BytesCase& item : cases) {
    SCOPED_TRACE(item.name);
    const std::string text = load_stanzas(item.text).text;
    EXPECT_EQ(text.substr(0, text.find('\n') + 1), item.expected);
    EXPECT_LT(text.size(), 1000U);
  }
}

// Twelve files with good and bad stanzas.
std::vector<std::pair<std::string, std::string>> many_files() {
  std::vector<std::pair<std::string, std::string>> files{{"pairform.toml", k_head}};
  for (int i = 0; i < 12; ++i) {
    const std::string n = std::to_string(i);
    files.emplace_back("n/f" + n + ".toml", "[network.n" + n +
                                                "]\nregion = \"eastasia\"\nexisting = " + (i % 3 == 0 ? "1" : "true") +
                                                "\n[network.same" + std::to_string(i / 2) + "]\nregion = \"r" + n +
                                                "\"\nexisting = true\n" + (i == 7 ? "broken\n" : ""));
  }
  return files;
}

TEST(Loader, DoesNotDependOnTheNumberOfThreads) {
  const TestProject project({});
  for (const auto& [name, text] : many_files()) project.write(name, text);
  const Loaded one = project.load(1);
  EXPECT_EQ(one.diagnostics.errors(), 4U + 5U + 1U);
  for (const unsigned threads : {0U, 2U, 7U, 64U}) {
    const Loaded many = project.load(threads);
    EXPECT_EQ(many.text, one.text);
    EXPECT_EQ(many.declarations(), one.declarations());
  }
}

TEST(Loader, DoesNotDependOnTheOrderOfBlocks) {
  std::vector<std::string> blocks;
  const std::string text = k_pair;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.size(), text.find("\n[", at) + 1);
    blocks.push_back(text.substr(at, (end == 0 ? text.size() : end) - at));
    at += blocks.back().size();
  }
  ASSERT_EQ(blocks.size(), 3U);
  std::mt19937 random(1);
  for (int round = 0; round < 20; ++round) {
    std::shuffle(blocks.begin(), blocks.end(), random);
    std::string shuffled;
    for (const std::string& block : blocks) shuffled += block + '\n';
    EXPECT_EQ(load_stanzas(shuffled).declarations(), k_pair_declarations);
  }
}

}  // namespace
}  // namespace pairform
