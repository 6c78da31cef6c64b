#include <gtest/gtest.h>

#include <random>

#include "engine/state/journal.h"
#include "schema/sha256.h"
#include "tests/engine/state_support.h"

namespace pairform {
namespace {

TEST(Sha256, IsTheStandardsOwnExample) {
  constexpr std::string_view k_abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";  // FIPS 180-4
  EXPECT_EQ(sha256_hex("abc"), k_abc);
  Sha256 sum;
  sum.update("a");
  sum.update("bc");
  EXPECT_EQ(sum.hex(), k_abc);
  EXPECT_EQ(sha256_name("abc"), "sha256:" + std::string(k_abc));
}

std::string checked_line(std::string_view json) {
  return sha256_hex(json).substr(0, 16) + " " + std::string(json) + "\n";
}

struct JournalOf : ::testing::Test {
  StateWorld world;
  Journal journal;

  std::string line(const std::vector<JournalRecord>& records) { return encode(records, world.pool, world.types); }
  bool parse(std::string_view bytes) {
    return parse_journal(bytes, world.types, world.words, world.pool, journal, world.diagnostics);
  }
  JournalRecord intent(std::uint32_t step, std::string_view key) {
    return JournalIntent{step,
                         "create",
                         world.pool.intern("network." + std::string(key)),
                         Text(),
                         world.pool.intern("eastasia/" + std::string(key)),
                         Text(),
                         world.network(key, "")};
  }
  JournalRecord outcome(std::uint32_t step, std::string_view key, std::string_view id,
                        JournalResult result = JournalResult::Done) {
    return JournalOutcome{step, result, {{}, {world.network(key, id)}}};
  }
  // A head, three steps one after the other, the last one without an outcome.
  std::vector<std::string> run() {
    return {line({JournalHead{"apply", "sha256:00"}}), line({intent(1, "a")}),
            line({outcome(1, "a", "1"), intent(2, "b")}), line({outcome(2, "b", "2"), intent(3, "c")})};
  }
  static std::string joined(const std::vector<std::string>& all) {
    std::string out;
    for (const std::string& one : all) out += one;
    return out;
  }
  std::string open() const {
    std::string out;
    for (const JournalIntent& intent : journal.open)
      out += std::to_string(intent.step) + ":" + std::string(world.pool.view(intent.address)) + " ";
    return out;
  }
  std::string folded() { return world.brief(fold({}, journal.outcomes, world.pool, world.types)); }
};

TEST_F(JournalOf, AnApplyIsWrittenAsSpecified) {
  EXPECT_EQ(line({JournalHead{"apply", ""}}),
            checked_line(R"([{"pairform_journal":1,"operation":"apply","state":""}])"));
  JournalIntent moved{7,
                      "delete",
                      world.pool.intern("network.a"),
                      world.pool.intern("1"),
                      world.pool.intern("x/a"),
                      world.pool.intern("network.b"),
                      std::nullopt};
  EXPECT_EQ(line({moved, JournalOutcome{7, JournalResult::Failed, {}}}),
            checked_line(R"([{"intent":7,"operation":"delete","address":"network.a","id":"1","identity":"x/a",)"
                         R"("previous_address":"network.b"},{"outcome":7,"result":"failed","drop":[],"put":[]}])"));
  RowChanges changes{{world.dropped("a", "1"), world.dropped("b", "")},
                     {world.network("a", "2"), world.network("c", "")}};
  EXPECT_EQ(
      line({JournalOutcome{8, JournalResult::Accepted, changes}}),
      checked_line(
          R"([{"outcome":8,"result":"accepted","drop":[{"address":"network.a","id":"1"},{"address":"network.b"}],)"
          R"("put":[{"address":"network.a","attributes":{"existing":false,"region":"eastasia"},"id":"2","type":"network"},)"
          R"({"address":"network.c","attributes":{"existing":false,"region":"eastasia"},"pending":"job","type":"network"}]}])"));
  EXPECT_EQ(line({JournalFolded{"sha256:ab"}}), checked_line(R"([{"folded":"sha256:ab"}])"));
  EXPECT_EQ(encode(JournalFolded{"sha256:ab"}, world.pool, world.types), line({JournalFolded{"sha256:ab"}}));
  EXPECT_EQ(line({}), "");
}

TEST_F(JournalOf, TheHeadSaysWhoseItIs) {
  const JournalHead head{"apply", "sha256:00", "contoso-dr", "simulator", "east"};
  EXPECT_EQ(line({head}), checked_line(R"([{"pairform_journal":1,"operation":"apply","project":"contoso-dr",)"
                                       R"("provider":"simulator","scope":"east","state":"sha256:00"}])"));
  ASSERT_TRUE(parse(line({head}))) << world.said();
  const auto is_of = [&](std::string_view project, std::string_view provider, std::string_view scope) {
    world.diagnostics = {};
    return check_journal_head(journal, project, provider, scope, world.words, world.diagnostics);
  };
  EXPECT_TRUE(is_of("contoso-dr", "simulator", "east"));
  EXPECT_TRUE(is_of("contoso-dr", "simulator", "")) << "not known here";
  EXPECT_FALSE(is_of("fabrikam", "simulator", "east"));
  EXPECT_EQ(world.said(),
            "PF2009 .pairform/journal: journal of the project \"contoso-dr\", but this is \"fabrikam\"\n");
  EXPECT_FALSE(is_of("contoso-dr", "azure", "east"));
  EXPECT_FALSE(is_of("contoso-dr", "simulator", "west"));
}

TEST_F(JournalOf, AHeadThatDoesNotSayBelongsToTheProjectOfTheOneBefore) {
  ASSERT_TRUE(parse(line({JournalHead{"apply", ""}})));
  EXPECT_TRUE(check_journal_head(journal, "any", "simulator", "any", world.words, world.diagnostics));
  ASSERT_TRUE(parse(line({JournalHead{"apply", "", "a", "simulator", ""}}) + line({JournalHead{"apply", ""}})));
  EXPECT_FALSE(check_journal_head(journal, "b", "simulator", "any", world.words, world.diagnostics));
}

TEST_F(JournalOf, AnApplyIsReadAgain) {
  ASSERT_TRUE(parse(joined(run()) + line({outcome(3, "c", "", JournalResult::Accepted)}))) << world.said();
  EXPECT_EQ(journal.head.operation, "apply");
  EXPECT_EQ(journal.head.state, "sha256:00");
  ASSERT_EQ(journal.outcomes.size(), 3U);
  EXPECT_EQ(journal.outcomes[2].result, JournalResult::Accepted);
  EXPECT_EQ(folded(), "network.a=1 network.b=2 network.c=-");
  EXPECT_EQ(open(), "");
}

TEST_F(JournalOf, NothingIsNoJournal) {
  ASSERT_TRUE(parse(""));
  EXPECT_EQ(journal.head.operation, "");
  EXPECT_EQ(decide_replay(journal, "sha256:00"), ReplayCase::Nothing);
}

TEST_F(JournalOf, AnInterruptedApplyNamesTheIntentsWithoutAnOutcome) {
  ASSERT_TRUE(parse(joined(run())));
  EXPECT_EQ(open(), "3:network.c ");
  const JournalIntent& intent = journal.open.front();
  EXPECT_EQ(intent.operation, "create");
  EXPECT_EQ(world.pool.view(intent.identity), "eastasia/c");
  EXPECT_FALSE(intent.id);
  ASSERT_TRUE(intent.row);
  EXPECT_EQ(world.pool.view(intent.row->cells[network_column::region]), "eastasia");
}

TEST_F(JournalOf, AnIntentSentAgainIsOpenOnce) {
  ASSERT_TRUE(parse(joined(run()) + line({intent(3, "c")})));
  EXPECT_EQ(open(), "3:network.c ");
}

TEST_F(JournalOf, ACrashAtAnyByteReplaysWhatWasWhole) {
  const std::vector<std::string> all = run();
  const std::string whole = joined(all);
  const std::vector<std::string> expected{"", "", "", "network.a=1", "network.a=1 network.b=2"};
  std::size_t lines_whole = 0, end_of_next = all[0].size();
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    if (size == end_of_next && ++lines_whole < all.size()) end_of_next += all[lines_whole].size();
    const std::string cut = whole.substr(0, size);
    ASSERT_TRUE(parse(cut)) << size << world.said();
    ASSERT_EQ(folded(), expected[lines_whole]) << size;
    ASSERT_EQ(journal_sound_size(cut),
              joined({all.begin(), all.begin() + static_cast<std::ptrdiff_t>(lines_whole)}).size());
  }
  EXPECT_EQ(world.said(), "");
}

TEST_F(JournalOf, ALastLineWithAHoleIsTorn) {
  const std::vector<std::string> all = run();
  std::string bytes = joined(all);
  const std::size_t start = bytes.size() - all.back().size();
  for (std::size_t at = start; at < bytes.size(); ++at) {
    std::string holed = bytes;
    holed[at] = '\0';
    ASSERT_TRUE(parse(holed)) << at;
    ASSERT_EQ(folded(), "network.a=1");
    ASSERT_EQ(journal_sound_size(holed), start);
  }
}

TEST_F(JournalOf, DamageBeforeTheEndIsAnErrorWithItsLine) {
  const std::vector<std::string> all = run();
  std::string bytes = joined(all);
  bytes[all[0].size() + all[1].size() + 30] = 'X';
  EXPECT_FALSE(parse(bytes));
  EXPECT_EQ(world.said(), "PF2006 .pairform/journal:3: the line does not match its checksum\n");
  EXPECT_EQ(world.diagnostics.items()[0].help,
            "Delete the file: state is memory, and `pairform plan` finds again in the cloud what the "
            "interrupted run "
            "has done.");
  EXPECT_TRUE(journal.outcomes.empty());
}

TEST_F(JournalOf, RecordsThatMakeNoSenseAreDamage) {
  const std::string head = line({JournalHead{"apply", ""}});
  const std::vector<std::pair<std::string, std::string>> cases{
      {line({intent(1, "a")}), "1: the journal does not begin with its head"},
      {head + checked_line("{}"), "2: not a list of records"},
      {head + checked_line("what"), "2: not a list of records"},
      {head + checked_line("[{}]"), "2: unknown record"},
      {head + checked_line("[1]"), "2: unknown record"},
      {checked_line(R"([{"pairform_journal":1}])"), "1: the head is not whole"},
      {checked_line(R"([{"pairform_journal":1,"operation":"apply","project":"a","state":""}])"),
       "1: the head is not whole"},
      {head + checked_line(R"([{"intent":1}])"), "2: the intent is not whole"},
      {head + checked_line(R"([{"outcome":1,"result":"done"}])"), "2: the outcome is not whole"},
      {head + checked_line(R"([{"outcome":1,"result":"maybe","drop":[],"put":[]}])"), "2: unknown result \"maybe\""},
      {head + checked_line(R"([{"outcome":1,"result":"done","drop":[],"put":[{"address":"disk.a","type":"disk"}]}])"),
       "2: unknown type \"disk\""},
  };
  for (const auto& [bytes, said] : cases) {
    world.diagnostics = {};
    EXPECT_FALSE(parse(bytes)) << bytes;
    EXPECT_EQ(world.said(), "PF2006 .pairform/journal:" + said + "\n");
  }
}

TEST_F(JournalOf, ANewerVersionIsRefused) {
  EXPECT_FALSE(parse(checked_line(R"([{"pairform_journal":2,"whatever":1}])")));
  EXPECT_EQ(world.said(), "PF2007 .pairform/journal:1: written by a newer pairform (format 2, this one reads 1)\n");
}

TEST_F(JournalOf, AnyBytesAreSurvived) {
  std::mt19937 random(4);
  const std::string whole = joined(run());
  for (int i = 0; i < 5000; ++i) {
    std::string bytes(random() % 200, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    parse(bytes);
    parse(whole.substr(0, random() % whole.size()) + bytes);
    const bool sound = parse(bytes.substr(0, bytes.rfind('\n') + 1) + whole);
    ASSERT_EQ(sound, bytes.find('\n') == std::string::npos);
  }
}

TEST_F(JournalOf, ReplayIsDecidedByTheHashOfState) {
  ASSERT_TRUE(parse(joined(run())));
  EXPECT_EQ(decide_replay(journal, "sha256:00"), ReplayCase::Replay);
  EXPECT_EQ(decide_replay(journal, "sha256:11"), ReplayCase::StateMoved);
  EXPECT_EQ(decide_replay(journal, ""), ReplayCase::StateMoved);
  ASSERT_TRUE(parse(joined(run()) + line({JournalFolded{"sha256:11"}})));
  EXPECT_EQ(decide_replay(journal, "sha256:00"), ReplayCase::Replay);
  EXPECT_EQ(decide_replay(journal, "sha256:11"), ReplayCase::AlreadyFolded);
  EXPECT_EQ(decide_replay(journal, "sha256:22"), ReplayCase::StateMoved);
}

TEST_F(JournalOf, ALaterHeadGoesOnFromWhatWasFolded) {
  const std::string first = joined(run()) + line({JournalFolded{"sha256:11"}});
  ASSERT_TRUE(parse(first + line({JournalHead{"apply", "sha256:11"}}) + line({outcome(1, "z", "9")})));
  EXPECT_EQ(folded(), "network.z=9");
  EXPECT_EQ(open(), "");
  EXPECT_EQ(decide_replay(journal, "sha256:11"), ReplayCase::Replay);
}

TEST_F(JournalOf, ALaterHeadKeepsWhatWasNotFolded) {
  const std::string first = joined(run()) + line({JournalFolded{"sha256:11"}});
  ASSERT_TRUE(parse(first + line({JournalHead{"apply", "sha256:00"}, outcome(3, "z", "9")})));
  EXPECT_EQ(folded(), "network.a=1 network.b=2 network.z=9");
  EXPECT_EQ(open(), "3:network.c ");  // step 3 of the second run is another one
}

struct Replay : JournalOf {
  RecordedState base;
  std::string replayed(std::string_view hash) {
    return world.brief(replay(base, hash, journal, world.words, world.pool, world.types, world.diagnostics));
  }
  void SetUp() override { base = world.recorded({world.network("a", "old"), world.network("x", "7")}); }
};

TEST_F(Replay, AddsWhatWasNotFolded) {
  ASSERT_TRUE(parse(joined(run())));
  EXPECT_EQ(replayed("sha256:00"), "network.a=1 network.a-2=old network.b=2 network.x=7");
  EXPECT_EQ(world.said(), "");
  EXPECT_EQ(open(), "3:network.c ");
}

TEST_F(Replay, IgnoresWhatWasFolded) {
  ASSERT_TRUE(parse(joined(run()) + line({JournalFolded{"sha256:11"}})));
  EXPECT_EQ(replayed("sha256:11"), "network.a=old network.x=7");
  EXPECT_EQ(world.said(), "");
  EXPECT_EQ(open(), "");
}

TEST_F(Replay, WarnsWhereStateHasMovedAndAddsAllTheSame) {
  ASSERT_TRUE(parse(joined(run())));
  EXPECT_EQ(replayed("sha256:99"), "network.a=1 network.a-2=old network.b=2 network.x=7");
  EXPECT_EQ(world.said(), "PF2008 the state file is not the one that the interrupted run started from\n");
  EXPECT_FALSE(world.diagnostics.has_errors());
}

}  // namespace
}  // namespace pairform
