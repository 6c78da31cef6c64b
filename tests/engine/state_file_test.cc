#include "engine/state/state_file.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <random>

#include "tests/engine/state_support.h"

namespace pairform {
namespace {

// Exactly as many bytes as there are, so that a sanitizer sees every read beyond them.
struct Exact {
  explicit Exact(std::string_view text) : size(text.size()), data(std::make_unique<char[]>(text.size())) {
    std::copy(text.begin(), text.end(), data.get());
  }
  std::string_view view() const { return {data.get(), size}; }
  std::size_t size;
  std::unique_ptr<char[]> data;
};

std::string row_with(std::string_view attributes) {
  return R"({"address":"network.a","attributes":{)" + std::string(attributes) + R"(},"id":"i","type":"network"})";
}

std::string said_of(std::string_view bytes) {
  StateWorld world;
  EXPECT_FALSE(world.parse(Exact(bytes).view()));
  EXPECT_TRUE(world.state.rows.empty());
  for (const Diagnostic& d : world.diagnostics.items()) EXPECT_NE(d.help, "");
  return world.said();
}

TEST(StateFile, ReadsWhatItWroteAndWritesTheSameBytes) {
  StateWorld world;
  ASSERT_TRUE(world.parse(Exact(estate()).view())) << world.said();
  EXPECT_EQ(world.text(), estate());
  EXPECT_EQ(world.state.project, "contoso-dr");
  ASSERT_EQ(world.state.rows.size(), 4U);
  const StateRow& reverse = world.state.rows[RecordedId(1U)];
  EXPECT_EQ(reverse.type, k_mapping_type);
  EXPECT_EQ(world.pool.view(world.state.cell(reverse, half_column::target)), "network.app");
  EXPECT_EQ(world.pool.view(reverse.because), "vm.web1");
  EXPECT_EQ(world.pool.view(reverse.pending), "job \"7\"");
  EXPECT_EQ(world.pool.view(reverse.depends_on), R"(["network.x"])");
  EXPECT_TRUE(reverse.protect);
  EXPECT_TRUE(reverse.adopted);
  const StateRow& network = world.state.rows[RecordedId(2U)];
  EXPECT_EQ(world.pool.view(world.state.cell(network, network_column::existing)), "false");
  EXPECT_FALSE(world.state.cell(network, network_column::resource_group));
}

TEST(StateFile, WritesAnEmptyStateAsItsHeader) {
  StateWorld world;
  ASSERT_TRUE(world.parse(lines({k_header})));
  EXPECT_EQ(world.text(), lines({k_header}));
}

TEST(StateFile, MakesValuesCanonical) {
  StateWorld world;
  const std::string untidy = lines({
      k_header,
      k_forward,
      R"( {"type" : "network", "id":"eastasia/app-vnet", "protect":false, "depends_on":[], "attributes":{"name":"app-vnet","region":"East Asia",)"
      R"("resource_group":null,"subnets":{"web":["10.1.1.0/24"],"db":["10.1.3.0/24","10.1.2.0/24"]},)"
      "\"address_space\":[\"10.2.0.0/16\", \"10.1.0.0/16\"]}, \"address\":\"network.\\u0061pp\"}\r",
  });
  ASSERT_TRUE(world.parse(untidy)) << world.said();
  EXPECT_EQ(world.text(), lines({k_header, k_forward, k_network}));
}

// As an editor and git of another system leave it; written, it has neither.
TEST(StateFile, PassesOverAByteOrderMarkAndCarriageReturns) {
  std::string foreign = "\xEF\xBB\xBF";
  for (const char c : estate()) foreign += c == '\n' ? std::string("\r\n") : std::string(1, c);
  StateWorld world;
  ASSERT_TRUE(world.parse(Exact(foreign).view())) << world.said();
  EXPECT_EQ(world.text(), estate());
  EXPECT_FALSE(world.parse("\xEF\xBB\xBF"));
  EXPECT_EQ(world.said(), "PF2001 s.jsonl:1: the file is empty\n");
}

TEST(StateFile, NamesRowsThatStandOutOfOrder) {
  StateWorld world;
  EXPECT_FALSE(world.parse(lines({k_header, k_reverse, k_network, k_forward, k_existing})));
  EXPECT_EQ(world.said(), "PF2001 s.jsonl:4: mapping.app.forward stands behind network.app (line 3)\n");
  world.diagnostics = {};
  EXPECT_FALSE(world.parse(lines({k_header, k_forward, k_network, k_reverse, k_forward, k_existing})));
  EXPECT_EQ(world.said(), "PF2004 s.jsonl:5: mapping.app.forward stands already on line 2\n");
}

TEST(StateFile, SortsRowsByAddressNotByBytes) {
  const auto row = [](std::string_view key) {
    return R"({"address":"mapping.)" + std::string(key) +
           R"(","attributes":{"source":"network.x","target":"network.y"},"id":")" + std::string(key) +
           R"(","type":"mapping"})";
  };
  const std::string first = row("a.forward"), second = row("a.reverse"), third = row("a-b.forward");
  StateWorld world;
  ASSERT_TRUE(world.parse(lines({k_header, first, second, third}))) << world.said();
  EXPECT_EQ(world.text(), lines({k_header, first, second, third}));
  EXPECT_FALSE(world.parse(lines({k_header, third, first, second})));
}

struct DamageCase {
  std::string_view name;
  std::string row;
  std::string_view said;
};

TEST(StateFile, SaysWhatIsWrongWithARow) {
  const std::vector<DamageCase> cases{
      {"not JSON", "what", "not a whole JSON object"},
      {"blank", "", "not a whole JSON object"},
      {"list", "[]", "not a JSON object"},
      {"two values", std::string(k_network) + "{}", "not a whole JSON object"},
      {"not UTF-8", row_with("\"region\":\"\xFF\""), "not a whole JSON object"},
      {"NUL", std::string(k_network) + '\0', "not a whole JSON object"},
      {"deep", std::string(100000, '['), "not a whole JSON object"},
      {"no address", R"({"id":"i"})", "no \"address\""},
      {"no type", R"({"address":"network.a"})", "no \"type\""},
      {"unknown type", R"({"address":"disk.a","type":"disk"})", "unknown type \"disk\""},
      {"no address at all", R"({"address":"network.a b","type":"network"})",
       "\"network.a b\" is not the address of a row"},
      {"whole pair", R"({"address":"mapping.a","type":"mapping"})", "\"mapping.a\" is not the address of a row"},
      {"other type", R"({"address":"mapping.a.forward","type":"network"})",
       "\"mapping.a.forward\" is not of type \"network\""},
      {"unknown key", R"({"address":"network.a","serial":1,"type":"network"})", "unknown key \"serial\""},
      {"key twice", R"({"address":"network.a","id":"i","id":"i","type":"network"})", "key \"id\" twice"},
      {"no id", R"({"address":"network.a","attributes":{"region":"x"},"type":"network"})", "network.a has no \"id\""},
      {"empty id", R"({"address":"network.a","attributes":{"region":"x"},"id":"","type":"network"})",
       "\"id\" is not a text"},
      {"protect", R"({"address":"network.a","id":"i","protect":1,"type":"network"})",
       "\"protect\" is not true or false"},
      {"depends_on", R"({"address":"network.a","depends_on":"network.b","id":"i","type":"network"})",
       "\"depends_on\" is not a list of texts"},
      {"attributes", R"({"address":"network.a","attributes":[],"id":"i","type":"network"})",
       "\"attributes\" is not an object"},
      {"no region", row_with(R"("name":"a")"), "network.a has no \"region\""},
      {"unknown attribute", row_with(R"("colour":"red")"), "unknown attribute \"colour\" of network.a"},
      {"attribute twice", row_with(R"("name":"a","name":"a")"), "attribute \"name\" twice"},
      {"number for text", row_with(R"("name":1)"), "\"name\" of network.a is not a text"},
      {"text for truth", row_with(R"("existing":"true")"), "\"existing\" of network.a is not true or false"},
      {"host bits", row_with(R"("address_space":["10.0.0.1/16"])"),
       "\"address_space\" of network.a is not a list of prefixes"},
      {"map for list", row_with(R"("address_space":{})"), "\"address_space\" of network.a is not a list of prefixes"},
      {"list for map", row_with(R"("subnets":["10.0.0.0/24"])"), "\"subnets\" of network.a is not a map of subnets"},
      {"deep map", row_with(R"("subnets":{"a":[["10.0.0.0/24"]]})"),
       "\"subnets\" of network.a is not a map of subnets"},
      {"subnet twice", row_with(R"("subnets":{"a":"10.0.0.0/24","a":"10.0.1.0/24"})"),
       "\"subnets\" of network.a is not a map of subnets"},
  };
  for (const DamageCase& test : cases) {
    EXPECT_EQ(said_of(lines({k_header, test.row, k_existing})), "PF2001 s.jsonl:2: " + std::string(test.said) + "\n")
        << test.name;
  }
}

TEST(StateFile, SaysWhatIsWrongWithTheFile) {
  EXPECT_EQ(said_of(""), "PF2001 s.jsonl:1: the file is empty\n");
  EXPECT_EQ(said_of("\n"), "PF2001 s.jsonl:1: not a whole JSON object\n");
  EXPECT_EQ(said_of(lines({k_network})), "PF2001 s.jsonl:1: this is not the first line of a state file\n");
  EXPECT_EQ(said_of(lines({R"({"pairform_state":1,"project":"p","scope":""})"})),
            "PF2001 s.jsonl:1: the first line has no \"provider\"\nPF2001 s.jsonl:1: the first line has no "
            "\"scope\"\n");
  EXPECT_EQ(said_of(lines({R"({"pairform_state":1,"project":"p","provider":"q","scope":"r","serial":1})"})),
            "PF2001 s.jsonl:1: the first line has a key too many\n");
  EXPECT_EQ(said_of(lines({R"({"pairform_state":2,"anything":[]})", "what"})),
            "PF2003 s.jsonl:1: written by a newer pairform (format 2, this one reads 1)\n");
  EXPECT_EQ(said_of(std::string(k_header) + "\n" + std::string(k_network)),
            "PF2001 s.jsonl:2: the last line is cut off\n");
}

TEST(StateFile, NamesBothLinesOfAnAddressThatStandsTwice) {
  EXPECT_EQ(said_of(lines({k_header, k_network, k_forward, k_network, k_network})),
            "PF2004 s.jsonl:4: network.app stands already on line 2\n"
            "PF2004 s.jsonl:5: network.app stands already on line 4\n");
}

TEST(StateFile, NamesConflictMarkersAndNothingElse) {
  StateWorld world;
  EXPECT_FALSE(world.parse(lines({k_header, "<<<<<<< HEAD", k_network, "||||||| base", k_network, "=======", k_network,
                                  ">>>>>>> other", k_existing})));
  EXPECT_EQ(world.said(),
            "PF2002 s.jsonl:2: conflict marker <<<<<<<\nPF2002 s.jsonl:4: conflict marker |||||||\n"
            "PF2002 s.jsonl:6: conflict marker =======\nPF2002 s.jsonl:8: conflict marker >>>>>>>\n");
  EXPECT_EQ(
      world.diagnostics.items()[0].help,
      "Merge again with pairform's driver (`git checkout --merge -- s.jsonl`; `pairform doctor` says whether it is "
      "set up), or take one side (`git checkout --ours -- s.jsonl`, or --theirs), then run `pairform plan`: state "
      "is memory, and what the other side made is found again in the cloud.");
}

TEST(StateFile, ReportsEverythingWrongUpToTwenty) {
  std::string bytes = lines({k_header});
  for (int i = 0; i < 25; ++i) bytes += "what\n";
  StateWorld world;
  EXPECT_FALSE(world.parse(bytes));
  ASSERT_EQ(world.diagnostics.items().size(), 21U);
  EXPECT_EQ(world.diagnostics.items()[0].summary, "s.jsonl:2: not a whole JSON object");
  EXPECT_EQ(world.diagnostics.items()[19].summary, "s.jsonl:21: not a whole JSON object");
  EXPECT_EQ(world.diagnostics.items()[20].summary, "s.jsonl: 5 more lines are wrong");
}

TEST(StateFile, ReadsALineLongerThanAMegabyte) {
  const std::string row = row_with(R"("name":")" + std::string(3 << 20, 'x') + R"(","region":"eastasia")");
  StateWorld world;
  ASSERT_TRUE(world.parse(lines({k_header, row, k_existing}))) << world.said();
  EXPECT_EQ(world.pool.view(world.state.cell(world.state.rows[RecordedId(0U)], network_column::name)).size(),
            std::size_t{3} << 20);
}

TEST(StateFile, WritesAPendingCreateWithoutId) {
  const std::string_view row =
      R"({"address":"network.a","attributes":{"existing":false,"region":"eastasia"},"pending":"job-1","type":"network"})";
  StateWorld world;
  ASSERT_TRUE(world.parse(lines({k_header, row}))) << world.said();
  EXPECT_FALSE(world.state.rows[RecordedId(0U)].id);
  EXPECT_EQ(world.text(), lines({k_header, row}));
}

TEST(StateFile, CutOffAnywhereIsAnErrorOrAShorterState) {
  const std::string whole = estate();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const Exact cut(std::string_view(whole).substr(0, size));
    StateWorld world;
    const bool between_lines = size != 0 && whole[size - 1] == '\n';
    ASSERT_EQ(world.parse(cut.view()), between_lines) << size;
    if (between_lines) EXPECT_EQ(world.text(), cut.view());
    else EXPECT_EQ(world.diagnostics.errors(), 1U) << size << world.said();
  }
}

// Whatever the bytes are: an error, or a state that is written canonically and read again the same.
void read_anything(std::string_view bytes) {
  const Exact exact(bytes);
  StateWorld world;
  if (!world.parse(exact.view())) {
    ASSERT_TRUE(world.diagnostics.has_errors());
    return;
  }
  const std::string once = world.text();
  StateWorld again;
  ASSERT_TRUE(again.parse(once)) << again.said() << once;
  ASSERT_EQ(again.text(), once);
}

TEST(StateFile, SurvivesAnyByteChanged) {
  const std::string whole = estate();
  std::mt19937 random(1);
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (const char c : {'\0', '"', '{', '}', '\n', '\\', ',', ':', '[', '9', '\xFF', static_cast<char>(random())}) {
      std::string bytes = whole;
      bytes[at] = c;
      ASSERT_NO_FATAL_FAILURE(read_anything(bytes)) << at;
    }
  }
}

TEST(StateFile, SurvivesRandomBytesAndSplices) {
  std::mt19937 random(2);
  const std::string whole = estate();
  for (int i = 0; i < 3000; ++i) {
    std::string bytes(random() % 300, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    ASSERT_NO_FATAL_FAILURE(read_anything(bytes));
    ASSERT_NO_FATAL_FAILURE(read_anything(lines({k_header}) + bytes + "\n"));
    std::string spliced = whole;
    spliced.replace(random() % whole.size(), random() % 60, whole, random() % whole.size(), random() % 60);
    ASSERT_NO_FATAL_FAILURE(read_anything(spliced));
  }
}

TEST(StateFile, BelongsToOneProjectProviderAndScope) {
  StateWorld world;
  ASSERT_TRUE(world.parse(estate()));
  EXPECT_TRUE(check_state_header(world.state, "contoso-dr", "simulator", "simulator", world.words, FileId(),
                                 world.diagnostics));
  EXPECT_TRUE(check_state_header({}, "any", "azure", "vault", world.words, FileId(), world.diagnostics));
  EXPECT_EQ(world.said(), "");
  EXPECT_FALSE(
      check_state_header(world.state, "other", "simulator", "vault", world.words, FileId(), world.diagnostics));
  EXPECT_EQ(world.said(),
            "PF2005 s.jsonl:1: state of the project \"contoso-dr\", but this is \"other\"\n"
            "PF2005 s.jsonl:1: state of the scope \"simulator\", but this is \"vault\"\n");
}

}  // namespace
}  // namespace pairform
