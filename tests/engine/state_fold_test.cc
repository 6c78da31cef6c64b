#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "engine/state/fold.h"
#include "schema/address.h"
#include "tests/engine/state_support.h"

namespace pairform {
namespace {

struct Fold : ::testing::Test {
  StateWorld world;
  RecordedState base;
  void start(const std::vector<DetachedRow>& rows) { base = world.recorded(rows); }
  std::string folded(const std::vector<RowChanges>& all) {
    StateFolder folder(base, world.pool, world.types);
    for (const RowChanges& changes : all) folder.apply(changes);
    return world.brief(folder.finish());
  }
};

TEST_F(Fold, OfNothingIsTheSameState) {
  start({world.network("a", "1"), world.network("b", "2")});
  EXPECT_EQ(folded({}), "network.a=1 network.b=2");
  const RecordedState out = StateFolder(base, world.pool, world.types).finish();
  EXPECT_EQ(serialize_state(out, world.pool, world.types), serialize_state(base, world.pool, world.types));
}

TEST_F(Fold, PutsDropsAndKeepsTheOrderOfAddresses) {
  start({world.network("a", "1"), world.network("c", "3"), world.network("d", "4")});
  EXPECT_EQ(folded({{{world.dropped("c", "3")}, {world.network("e", "5"), world.network("b", "2")}}}),
            "network.a=1 network.b=2 network.d=4 network.e=5");
}

TEST_F(Fold, BuildsAStateFromNothing) {
  start({});
  EXPECT_EQ(folded({{{}, {world.network("b", "2")}}, {{world.dropped("x", "9")}, {world.network("a", "1")}}}),
            "network.a=1 network.b=2");
}

TEST_F(Fold, TakesTheLastValuesOfARow) {
  start({world.network("a", "1", "eastasia")});
  StateFolder folder(base, world.pool, world.types);
  folder.put(world.network("a", "1", "westus"));
  folder.put(world.network("a", "1", "northeurope"));
  EXPECT_EQ(
      serialize_state(folder.finish(), world.pool, world.types),
      lines(
          {k_header,
           R"({"address":"network.a","attributes":{"existing":false,"region":"northeurope"},"id":"1","type":"network"})"}));
}

TEST_F(Fold, LetsTwoRowsExchangeAddresses) {
  start({world.network("a", "1"), world.network("b", "2")});
  EXPECT_EQ(folded({{{}, {world.network("b", "1")}}, {{}, {world.network("a", "2")}}}), "network.a=2 network.b=1");
  EXPECT_EQ(folded({{{world.dropped("a", "1")}, {world.network("b", "1")}},
                    {{world.dropped("b", "2")}, {world.network("a", "2")}}}),
            "network.a=2 network.b=1");
}

TEST_F(Fold, FollowsAChainOfMovesInEitherOrder) {
  start({world.network("a", "1"), world.network("b", "2"), world.network("c", "3")});
  const RowChanges one{{}, {world.network("b", "1")}}, two{{}, {world.network("c", "2")}},
      three{{}, {world.network("d", "3")}};
  EXPECT_EQ(folded({one, two, three}), "network.b=1 network.c=2 network.d=3");
  EXPECT_EQ(folded({three, two, one}), "network.b=1 network.c=2 network.d=3");
}

TEST_F(Fold, DropsOnlyTheRowThatIsMeant) {
  start({world.network("a", "1"), world.network("b", "2")});
  EXPECT_EQ(folded({{{}, {world.network("a", "2")}}, {{world.dropped("a", "1")}, {}}}), "network.a=2");
  EXPECT_EQ(folded({{{world.dropped("a", "2"), world.dropped("b", "1")}, {}}}), "network.a=1 network.b=2");
}

TEST_F(Fold, KeepsWhatIsForgottenAndAdoptedInOneApply) {
  start({world.network("a", "1"), world.network("b", "2")});
  EXPECT_EQ(folded({{{world.dropped("a", "1")}, {world.network("a", "1")}}}), "network.a=1 network.b=2");
  EXPECT_EQ(folded({{{world.dropped("a", "1")}, {}}, {{}, {world.network("a", "1")}}}), "network.a=1 network.b=2");
  EXPECT_EQ(folded({{{}, {world.network("c", "1")}}, {{world.dropped("a", "1")}, {}}}), "network.b=2 network.c=1");
}

TEST_F(Fold, LetsTheRowPutLastHaveTheAddressAndLosesNoOther) {
  start({world.network("a", "1")});
  EXPECT_EQ(folded({{{}, {world.network("a", "2")}}}), "network.a=2 network.a-2=1");
  EXPECT_EQ(folded({{{}, {world.network("a", "3"), world.network("a", "2")}}}),
            "network.a=2 network.a-2=1 network.a-3=3");
  start({world.network("a", "1"), world.network("a-2", "9")});
  EXPECT_EQ(folded({{{}, {world.network("a", "2")}}}), "network.a=2 network.a-2=9 network.a-3=1");
}

TEST_F(Fold, LetsReferencesFollowANetworkThatMovesOrIsDisplaced) {
  DetachedRow half;
  half.row.address = world.pool.intern("mapping.m.forward");
  half.row.type = k_mapping_type;
  half.row.id = world.pool.intern("h");
  half.cells = {world.pool.intern("n"), world.pool.intern("network.a"), world.pool.intern("network.b")};
  start({half, world.network("a", "1"), world.network("b", "2")});
  StateFolder folder(base, world.pool, world.types);
  folder.put(world.network("c", "1"));  // a moves to c
  folder.put(world.network("b", "3"));  // another one takes the address of b
  const RecordedState out = folder.finish();
  EXPECT_EQ(world.pool.view(out.cell(out.rows[RecordedId(0U)], half_column::source)), "network.c");
  EXPECT_EQ(world.pool.view(out.cell(out.rows[RecordedId(0U)], half_column::target)), "network.b-2");
}

TEST_F(Fold, ReplacesARowThatStillHadNoId) {
  start({world.network("a", ""), world.network("b", "")});
  EXPECT_EQ(folded({{{}, {world.network("a", "1")}}}), "network.a=1 network.b=-");
  EXPECT_EQ(folded({{{world.dropped("b", "")}, {}}}), "network.a=-");
  EXPECT_EQ(folded({{{}, {world.network("a", "")}}}), "network.a=- network.b=-");
}

TEST_F(Fold, TellsEqualIdsOfDifferentTypesApart) {
  DetachedRow half;
  half.row.address = world.pool.intern("mapping.m.forward");
  half.row.type = k_mapping_type;
  half.row.id = world.pool.intern("1");
  half.cells.resize(half_column::count);
  start({world.network("a", "1")});
  EXPECT_EQ(folded({{{}, {half}}}), "mapping.m.forward=1 network.a=1");
}

// The rules, said naively.
std::string oracle(StateWorld& world, const RecordedState& base, const std::vector<RowChanges>& all) {
  std::vector<StateRow> rows = base.rows.items();
  const auto erase = [&](auto which) { rows.erase(std::remove_if(rows.begin(), rows.end(), which), rows.end()); };
  for (const RowChanges& changes : all) {
    for (const DroppedRow& d : changes.drop)
      erase([&](const StateRow& row) { return row.address == d.address && row.id == d.id; });
    for (const DetachedRow& put : changes.put) {
      erase([&](const StateRow& row) {
        return put.row.id ? row.id == put.row.id : !row.id && row.address == put.row.address;
      });
      rows.push_back(put.row);
    }
  }
  // In order of address and of being put, which for rows that stay put is their order in the base.
  std::stable_sort(rows.begin(), rows.end(), [&](const StateRow& a, const StateRow& b) {
    return address_less(world.pool.view(a.address), world.pool.view(b.address));
  });
  RecordedState out;
  std::vector<StateRow> displaced;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const bool taken = i + 1 < rows.size() && rows[i + 1].address == rows[i].address;
    if (!taken) out.rows.push_back(rows[i]);
    else if (rows[i].id) displaced.push_back(rows[i]);
  }
  for (StateRow row : displaced) {
    const std::string address(world.pool.view(row.address));
    int n = 2;
    const auto free = [&] { return address + "-" + std::to_string(n); };
    while (std::any_of(out.rows.begin(), out.rows.end(),
                       [&](const StateRow& r) { return world.pool.view(r.address) == free(); }))
      ++n;
    row.address = world.pool.intern(free());
    out.rows.push_back(row);
  }
  std::sort(out.rows.begin(), out.rows.end(), [&](const StateRow& a, const StateRow& b) {
    return address_less(world.pool.view(a.address), world.pool.view(b.address));
  });
  return world.brief(out);
}

TEST_F(Fold, AgreesWithTheNaiveRules) {
  std::mt19937 random(3);
  const std::vector<std::string> keys{"a", "b", "c", "d"}, ids{"", "1", "2", "3", "4"};
  const auto key = [&] { return keys[random() % keys.size()]; };
  const auto id = [&] { return ids[random() % ids.size()]; };
  for (int i = 0; i < 5000; ++i) {
    start({world.network("a", "1"), world.network("b", random() % 2 == 0 ? "" : "2"), world.network("c", "3")});
    std::vector<RowChanges> all(random() % 6);
    for (RowChanges& changes : all) {
      for (std::size_t n = random() % 3; n != 0; --n) changes.drop.push_back(world.dropped(key(), id()));
      for (std::size_t n = random() % 3; n != 0; --n) changes.put.push_back(world.network(key(), id()));
    }
    ASSERT_EQ(folded(all), oracle(world, base, all)) << i;
  }
}

}  // namespace
}  // namespace pairform
