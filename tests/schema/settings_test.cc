#include <gtest/gtest.h>

#include "tests/schema/schema_support.h"

namespace pairform {
namespace {

using Named = std::vector<std::pair<std::string, std::string>>;

Named named(const std::vector<ProviderSetting>& settings) {
  Named out;
  for (const ProviderSetting& setting : settings) out.emplace_back(setting.name, setting.value);
  return out;
}

TEST(Settings, HaveDefaults) {
  const TestProject project({{"pairform.toml", "[project]\nname = \"contoso-dr\"\n"}});
  const Loaded loaded = project.load();
  EXPECT_EQ(loaded.text, "");
  const ProjectSettings& settings = loaded.configuration.settings;
  EXPECT_EQ(settings.name, "contoso-dr");
  EXPECT_EQ(settings.provider, "simulator");
  EXPECT_EQ(settings.edition, "");
  EXPECT_FALSE(settings.edition_at.file);
  EXPECT_FALSE(settings.strict_subnets);
  EXPECT_FALSE(settings.strict_addresses);
  EXPECT_EQ(settings.backend, "file");
  EXPECT_EQ(settings.backend_settings, (Named{{"path", "pairform.state.jsonl"}}));
  EXPECT_EQ(settings.guards.max_delete_percent, 30);
  EXPECT_EQ(settings.guards.max_update_percent, 100);
  EXPECT_EQ(settings.guards.min_resources, 10);
  EXPECT_EQ(settings.guards.approve, (std::vector<std::string>{"network.delete", "network.shrink", "vm.delete",
                                                               "vm.overwrite", "half.overwrite", "half.in_use"}));
  EXPECT_EQ(settings.guards.frozen, "");
  EXPECT_EQ(named(settings.provider_settings),
            (Named{{"database", ".pairform/simulator.db"}, {"latency", "0"}, {"fault_rate", "0"}, {"polls", "0"}}));
  EXPECT_EQ(loaded.configuration.directory, project.directory());
}

TEST(Settings, AreTakenFromTheFile) {
  const TestProject project({{"pairform.toml", R"([project]
name = "0"
provider = "simulator"
edition = "2026-02"
strict_subnets = true
strict_addresses = true
[state]
path = "state/./s.jsonl"
[guards]
max_delete_percent = 0
max_update_percent = 100
min_resources = 0
approve = ["half.delete", "nic.update"]
frozen = "a drill is on"
[provider.simulator]
database = "sim.db"
latency = "2s"
fault_rate = 0.25
polls = 3
)"}});
  const Loaded loaded = project.load();
  EXPECT_EQ(loaded.text, "");
  const ProjectSettings& settings = loaded.configuration.settings;
  EXPECT_EQ(settings.name, "0");
  EXPECT_EQ(settings.edition, "2026-02");
  EXPECT_EQ(settings.edition_at, (SourcePosition{FileId(0U), 4, 11}));
  EXPECT_TRUE(settings.strict_subnets);
  EXPECT_TRUE(settings.strict_addresses);
  EXPECT_EQ(settings.backend_settings, (Named{{"path", "state/./s.jsonl"}}));
  EXPECT_EQ(settings.guards.max_delete_percent, 0);
  EXPECT_EQ(settings.guards.min_resources, 0);
  EXPECT_EQ(settings.guards.approve, (std::vector<std::string>{"half.delete", "nic.update"}));
  EXPECT_EQ(settings.guards.frozen, "a drill is on");
  EXPECT_EQ(named(settings.provider_settings),
            (Named{{"database", "sim.db"}, {"latency", "2000"}, {"fault_rate", "0.25"}, {"polls", "3"}}));
}

TEST(Settings, KeepStateInsideTheProject) {
  const TestProject project({{"pairform.toml", "[project]\nname = \"x\"\n[state]\npath = \"out/s.jsonl\"\n"}});
  project.link("out", "..");
  const Loaded loaded = project.load();
  EXPECT_EQ(loaded.text,
            R"(pairform.toml:4:8: error PF1205: [state] path must name a file inside the project: "out/s.jsonl"
   4 | path = "out/s.jsonl"
     |        ^^^^^^^^^^^^^
  why:  As it stands, it leaves the project through a link.
  fix:  the default is "pairform.state.jsonl"
)");
  EXPECT_EQ(loaded.configuration.settings.backend_settings, (Named{{"path", "pairform.state.jsonl"}}));
}

TEST(Settings, OfStateAreThoseOfTheChosenBackend) {
  const TestProject project(
      {{"pairform.toml", "[project]\nname = \"x\"\n[state]\nbackend = \"ledger\"\nbook = \"dr\"\n"}});
  const Loaded loaded = project.load();
  EXPECT_EQ(loaded.text, "");
  EXPECT_EQ(loaded.configuration.settings.backend, "ledger");
  EXPECT_EQ(loaded.configuration.settings.backend_settings, (Named{{"book", "dr"}, {"pages", "9"}}));
}

TEST(Settings, OfAnotherBackendAreUnknown) {
  const TestProject project(
      {{"pairform.toml", "[project]\nname = \"x\"\n[state]\nbackend = \"file\"\nbook = \"dr\"\n"}});
  EXPECT_EQ(project.load().text, R"(pairform.toml:5:1: error PF1103: unknown setting "book"
   5 | book = "dr"
     | ^^^^
  why:  [state] has backend and path.
)");
}

TEST(Settings, OfAnUnknownBackendAreNotJudged) {
  const TestProject project(
      {{"pairform.toml", "[project]\nname = \"x\"\n[state]\nbackend = \"ledgr\"\nbook = \"dr\"\n"}});
  EXPECT_EQ(project.load().text, R"(pairform.toml:4:11: error PF1206: unknown backend "ledgr"
   4 | backend = "ledgr"
     |           ^^^^^^^
  why:  Known are file and ledger.
  fix:  did you mean "ledger"?
)");
}

TEST(Settings, OfStateCanChooseNoBackendByANumber) {
  const TestProject project({{"pairform.toml", "[project]\nname = \"x\"\n[state]\nbackend = 1\npath = \"a\"\n"}});
  EXPECT_EQ(project.load().summaries(), "PF1105 backend must be a string, not an integer\n");
}

TEST(Settings, DoNotLetStateOverwriteAFileThatIsRead) {
  const TestProject project(
      {{"pairform.toml", "include = [\"n/*\"]\n[project]\nname = \"x\"\n[state]\npath = \"n/a.toml\"\n"},
       {"n/a.toml", ""}});
  EXPECT_EQ(project.load().summaries(), "PF1204 [state] path names the same file as n/a.toml\n");
}

TEST(Settings, LetANoteBeNoError) {
  const TestProject project({{"pairform.toml", "[project]\nname = \"x\"\n[provider.azure]\nvault = \"v\"\n"}});
  const Loaded loaded = project.load();
  EXPECT_EQ(loaded.summaries(), "PF1109 note [provider.azure] is ignored\n");
  EXPECT_FALSE(loaded.diagnostics.has_errors());
}

}  // namespace
}  // namespace pairform
