// Which prior row is which desired resource, on estates made by hand.
#include "engine/decide/match.h"

#include <gtest/gtest.h>

#include "tests/support/decide_texts.h"

namespace pairform {
namespace {

void three_networks(EstateBuilder& world) {
  world.settled_network("network.app", "east");
  world.settled_network("network.dr", "west");
  world.settled_network("network.far", "north");
}

// Further networks in the regions of app and dr.
void five_networks(EstateBuilder& world) {
  three_networks(world);
  world.settled_network("network.app2", "east");
  world.settled_network("network.dr2", "west");
}

TEST(Match, TakesANetworkByItsIdentityAlone) {
  const EstateCase cases[] = {
      {"the same", [](EstateBuilder& world) { world.settled_network("network.app", "east"); }, "same 1"},
      {"under another address",
       [](EstateBuilder& world) {
         world.want_network("network.new", "east", {.name = "app"});
         world.have_network("network.old", "east", {.name = "app"});
       },
       "network.new is network.old"},
      {"another network under the same address",
       [](EstateBuilder& world) {
         world.want_network("network.app", "east", {.name = "second"});
         world.have_network("network.app", "east", {.name = "first"});
       },
       "network.app new, deletes network.app"},
      {"in another region",
       [](EstateBuilder& world) {
         world.want_network("network.app", "west");
         world.have_network("network.app", "east");
       },
       "network.app new, deletes network.app"},
      {"found, not recorded",
       [](EstateBuilder& world) {
         world.want_network("network.app", "east");
         world.have_network("network.app", "east", {.only_found = true});
       },
       "network.app adopts network.app"},
      {"two that exchange their addresses",
       [](EstateBuilder& world) {
         world.want_network("network.a", "east", {.name = "x"});
         world.want_network("network.b", "east", {.name = "y"});
         world.have_network("network.a", "east", {.name = "y"});
         world.have_network("network.b", "east", {.name = "x"});
       },
       "network.a is network.b; network.b is network.a"},
      {"recorded twice: the first row is it, the other one is nothing",
       [](EstateBuilder& world) {
         world.want_network("network.b", "east", {.name = "x"});
         world.have_network("network.a", "east", {.name = "x"});
         world.have_network("network.b", "east", {.name = "x", .presence = Existence::Absent});
       },
       "network.b is network.a, forgets network.b"},
      {"recorded, and gone",
       [](EstateBuilder& world) {
         world.want_network("network.app", "east");
         world.have_network("network.app", "east", {.presence = Existence::Absent});
       },
       "same 1"},
  };
  expect_decided(cases, match_text);
}

TEST(Match, KeepsAVmAndANetworkOfOneIdentityApart) {
  EstateBuilder world;
  world.settled_network("network.web1", "east");
  world.settled_network("network.dr", "west");
  world.settled_vm("vm.web1", "network.web1", "network.dr");
  ASSERT_EQ(world.text(world.desired().rows[DesiredId(1U)].identity), "east/web1");
  ASSERT_EQ(world.text(world.desired().rows[DesiredId(2U)].identity), "east/web1");
  EXPECT_EQ(match_text(world), "same 3");
}

TEST(Match, ReplacesAVmThatMustLeadToAnotherRegionWithItsNics) {
  const EstateCase cases[] = {
      {"recorded",
       [](EstateBuilder& world) {
         three_networks(world);
         world.want_vm("vm.web1", "network.app", "network.far");
         world.have_vm("vm.web1", "network.app", "network.dr");
         world.settled_nic("vm.web1.nic.eth0", "front");
       },
       "vm.web1 new, deletes vm.web1; vm.web1.nic.eth0 new, deletes vm.web1.nic.eth0; same 3"},
      {"recorded with a nic that is gone from the files",
       [](EstateBuilder& world) {
         three_networks(world);
         world.want_vm("vm.web1", "network.app", "network.far");
         world.have_vm("vm.web1", "network.app", "network.dr");
         world.have_nic("vm.web1.nic.eth0", "front");
       },
       "vm.web1 new, deletes vm.web1; vm.web1.nic.eth0 goes, deletes vm.web1.nic.eth0; same 3"},
      {"only found",
       [](EstateBuilder& world) {
         three_networks(world);
         world.want_vm("vm.web1", "network.app", "network.far");
         world.have_vm("vm.web1", "network.app", "network.dr", {.only_found = true});
         world.want_nic("vm.web1.nic.eth0", "front");
         world.have_nic("vm.web1.nic.eth0", "front", {.only_found = true});
       },
       "vm.web1 adopts vm.web1; vm.web1.nic.eth0 adopts vm.web1.nic.eth0; same 3"},
      {"gone: it is made where it is wanted",
       [](EstateBuilder& world) {
         three_networks(world);
         world.want_vm("vm.web1", "network.app", "network.far");
         world.have_vm("vm.web1", "network.app", "network.dr", {.presence = Existence::Absent});
       },
       "same 4"},
      {"wanted as it is, by a saved plan",
       [](EstateBuilder& world) {
         three_networks(world);
         world.want_vm("vm.web1", "network.app", "network.far", {.as_is = true});
         world.have_vm("vm.web1", "network.app", "network.dr");
       },
       "same 4"},
      {"another network of the same region is no other vm",
       [](EstateBuilder& world) {
         five_networks(world);
         world.want_vm("vm.web1", "network.app", "network.dr2");
         world.have_vm("vm.web1", "network.app", "network.dr");
         world.settled_nic("vm.web1.nic.eth0", "front");
       },
       "same 7"},
      {"nor is another address",
       [](EstateBuilder& world) {
         three_networks(world);
         world.want_vm("vm.new", "network.app", "network.dr", {.name = "web1"});
         world.have_vm("vm.old", "network.app", "network.dr", {.name = "web1"});
         world.want_nic("vm.new.nic.eth0", "front");
         world.have_nic("vm.old.nic.eth0", "front");
       },
       "vm.new is vm.old; vm.new.nic.eth0 is vm.old.nic.eth0; same 3"},
  };
  expect_decided(cases, match_text);
}

TEST(Match, TakesHalvesBySlotWithinTheirPair) {
  const EstateCase cases[] = {
      {"roles exchanged: forward became reverse",
       [](EstateBuilder& world) {
         three_networks(world);
         world.want_pair("mapping.a", "network.app", "network.dr");
         world.have_pair("mapping.a", "network.dr", "network.app");
       },
       "mapping.a.forward is mapping.a.reverse; mapping.a.reverse is mapping.a.forward; same 3"},
      {"the same slots under another address",
       [](EstateBuilder& world) {
         three_networks(world);
         world.want_pair("mapping.b", "network.app", "network.dr");
         world.have_pair("mapping.a", "network.app", "network.dr");
       },
       "mapping.b.forward is mapping.a.forward; mapping.b.reverse is mapping.a.reverse; same 3"},
      {"the same key and one slot",
       [](EstateBuilder& world) {
         five_networks(world);
         world.want_pair("mapping.a", "network.app", "network.dr2");
         world.have_pair("mapping.a", "network.app", "network.dr");
       },
       "mapping.a.reverse new, deletes mapping.a.reverse; same 6"},
      {"another key and the forward slot",
       [](EstateBuilder& world) {
         five_networks(world);
         world.want_pair("mapping.b", "network.app", "network.dr2");
         world.have_pair("mapping.a", "network.app", "network.dr");
       },
       "mapping.b.forward is mapping.a.forward; mapping.b.reverse new, deletes mapping.a.reverse; same 5"},
      {"another key and the reverse slot",
       [](EstateBuilder& world) {
         five_networks(world);
         world.want_pair("mapping.b", "network.app2", "network.dr");
         world.have_pair("mapping.a", "network.app", "network.dr");
       },
       "mapping.b.forward new, deletes mapping.a.forward; mapping.b.reverse is mapping.a.reverse; same 5"},
      {"the same key and no slot",
       [](EstateBuilder& world) {
         five_networks(world);
         world.want_pair("mapping.a", "network.app2", "network.far");
         world.have_pair("mapping.a", "network.app", "network.dr");
       },
       "mapping.a.forward new, deletes mapping.a.forward; mapping.a.reverse new, deletes mapping.a.reverse; same 5"},
      {"another key and no slot",
       [](EstateBuilder& world) {
         five_networks(world);
         world.want_pair("mapping.b", "network.app2", "network.far");
         world.have_pair("mapping.a", "network.app", "network.dr");
       },
       "mapping.a.forward goes, deletes mapping.a.forward; mapping.a.reverse goes, deletes mapping.a.reverse; "
       "mapping.b.forward new; mapping.b.reverse new; same 5"},
  };
  expect_decided(cases, match_text);
}

TEST(Match, ReplacesWhatIsLeftOverOfAPairByTheHalfOfItsRole) {
  const EstateCase cases[] = {
      {"the pair becomes one half",
       [](EstateBuilder& world) {
         three_networks(world);
         world.want_half("mapping.a.forward", "network.app", "network.dr");
         world.have_pair("mapping.a", "network.app", "network.dr");
       },
       "mapping.a.reverse goes, deletes mapping.a.reverse; same 4"},
      {"one half becomes a pair",
       [](EstateBuilder& world) {
         three_networks(world);
         world.want_pair("mapping.a", "network.app", "network.dr");
         world.have_half("mapping.a.forward", "network.app", "network.dr");
       },
       "mapping.a.reverse new; same 4"},
      {"one half elsewhere in the place of a pair",
       [](EstateBuilder& world) {
         three_networks(world);
         world.want_half("mapping.a.forward", "network.app", "network.far");
         world.have_pair("mapping.a", "network.app", "network.dr");
       },
       "mapping.a.forward new, deletes mapping.a.forward; mapping.a.reverse goes, deletes mapping.a.reverse; same 3"},
      {"where its own role is not wanted, the other one",
       [](EstateBuilder& world) {
         five_networks(world);
         world.want_half("mapping.a.forward", "network.app", "network.far");
         world.have_half("mapping.a.reverse", "network.app2", "network.dr");
       },
       "mapping.a.forward new, deletes mapping.a.reverse; same 5"},
      {"one was found where the new half belongs",
       [](EstateBuilder& world) {
         five_networks(world);
         world.want_pair("mapping.a", "network.app", "network.dr2");
         world.have_pair("mapping.a", "network.app", "network.dr");
         world.have_half("mapping.a.reverse", "network.dr2", "network.app", {.only_found = true});
       },
       "mapping.a.reverse adopts mapping.a.reverse, deletes mapping.a.reverse; same 6"},
      {"both were found, none is recorded",
       [](EstateBuilder& world) {
         three_networks(world);
         world.want_pair("mapping.a", "network.app", "network.dr");
         world.have_pair("mapping.a", "network.app", "network.dr", {.only_found = true});
       },
       "mapping.a.forward adopts mapping.a.forward; mapping.a.reverse adopts mapping.a.reverse; same 3"},
  };
  expect_decided(cases, match_text);
}

// mapping.a remembers, as its reverse half, the one that mapping.b wants as its own.
void half_remembered_by_another_pair(EstateBuilder& world, Had reverse) {
  five_networks(world);
  world.want_pair("mapping.a", "network.app", "network.dr");
  world.want_pair("mapping.b", "network.app2", "network.dr2");
  world.have_half("mapping.a.forward", "network.app", "network.dr");
  world.have_half("mapping.a.reverse", "network.dr2", "network.app2", std::move(reverse));
}

TEST(Match, KeepsAHalfThatIsRightAlreadyWhicheverPairRemembersIt) {
  const EstateCase cases[] = {
      {"right", [](EstateBuilder& world) { half_remembered_by_another_pair(world, {}); },
       "mapping.a.reverse new; mapping.b.forward new; mapping.b.reverse is mapping.a.reverse; same 6"},
      {"it points elsewhere",
       [](EstateBuilder& world) {
         half_remembered_by_another_pair(world, {.found = {{half_column::target, "network.app"}}});
       },
       "mapping.a.reverse new, deletes mapping.a.reverse; mapping.b.forward new; mapping.b.reverse new; same 6"},
      {"it cannot be read",
       [](EstateBuilder& world) { half_remembered_by_another_pair(world, {.presence = Existence::Unknown}); },
       "mapping.a.reverse new, deletes mapping.a.reverse; mapping.b.forward new; mapping.b.reverse new; same 6"},
      {"it is gone",
       [](EstateBuilder& world) { half_remembered_by_another_pair(world, {.presence = Existence::Absent}); },
       "mapping.a.reverse new, forgets mapping.a.reverse; mapping.b.forward new; mapping.b.reverse new; same 6"},
  };
  expect_decided(cases, match_text);
}

TEST(Match, TakesOverAForgottenHalfWhereAnotherOneIsWantedOnItsSlot) {
  const EstateCase cases[] = {
      {"forgotten",
       [](EstateBuilder& world) {
         five_networks(world);
         world.want_pair("mapping.a", "network.dr", "network.app2");  // takes the reverse half
         world.want_half("mapping.b.forward", "network.app", "network.dr");
         world.have_pair("mapping.a", "network.app", "network.dr", {.found = {{half_column::target, "network.dr2"}}});
         world.removed("mapping.a.forward");
       },
       "mapping.a.forward is mapping.a.reverse; mapping.a.reverse new, forgets mapping.a.forward removed; "
       "mapping.b.forward adopts mapping.a.forward; same 5"},
      {"deleted: a new one is made",
       [](EstateBuilder& world) {
         five_networks(world);
         world.want_pair("mapping.a", "network.dr", "network.app2");
         world.want_half("mapping.b.forward", "network.app", "network.dr");
         world.have_pair("mapping.a", "network.app", "network.dr", {.found = {{half_column::target, "network.dr2"}}});
       },
       "mapping.a.forward is mapping.a.reverse; mapping.a.reverse new, deletes mapping.a.forward; "
       "mapping.b.forward new; same 5"},
  };
  expect_decided(cases, match_text);
}

TEST(Match, LeadsWhatLeavesToWhereAMovedStanzaSaysItsPlaceIs) {
  const EstateCase cases[] = {
      {"a network",
       [](EstateBuilder& world) {
         world.want_network("network.b", "east");
         world.have_network("network.a", "east");
         world.moved("network.a", "network.b");
       },
       "network.b new, deletes network.a"},
      {"a network, of which nothing was said",
       [](EstateBuilder& world) {
         world.want_network("network.b", "east");
         world.have_network("network.a", "east");
       },
       "network.a goes, deletes network.a; network.b new"},
      {"a network that is there under the new address already is no outgoing",
       [](EstateBuilder& world) {
         world.want_network("network.b", "east", {.name = "a"});
         world.have_network("network.a", "east");
         world.moved("network.a", "network.b");
       },
       "network.b is network.a"},
      {"a pair without a common slot",
       [](EstateBuilder& world) {
         five_networks(world);
         world.want_pair("mapping.b", "network.app2", "network.far");
         world.have_pair("mapping.a", "network.app", "network.dr");
         world.moved("mapping.a", "mapping.b");
       },
       "mapping.b.forward new, deletes mapping.a.forward; mapping.b.reverse new, deletes mapping.a.reverse; same 5"},
      {"a pair, before any rule about slots",
       [](EstateBuilder& world) {
         five_networks(world);
         world.want_pair("mapping.b", "network.app2", "network.far");
         world.want_pair("mapping.c", "network.app", "network.dr2");
         world.have_pair("mapping.a", "network.app", "network.dr");
         world.moved("mapping.a", "mapping.b");
       },
       "mapping.b.forward new, deletes mapping.a.forward; mapping.b.reverse new, deletes mapping.a.reverse; "
       "mapping.c.forward new; mapping.c.reverse new; same 5"},
      {"nics go with their vm, to the nic of the same key",
       [](EstateBuilder& world) {
         three_networks(world);
         world.want_vm("vm.b", "network.app", "network.dr");
         world.want_nic("vm.b.nic.eth0", "front");
         world.want_nic("vm.b.nic.eth1", "front");
         world.have_vm("vm.a", "network.app", "network.dr");
         world.have_nic("vm.a.nic.eth0", "front");
         world.have_nic("vm.a.nic.eth9", "front");
         world.moved("vm.a", "vm.b");
       },
       "vm.a.nic.eth9 goes, deletes vm.a.nic.eth9; vm.b new, deletes vm.a; vm.b.nic.eth0 new, deletes vm.a.nic.eth0; "
       "vm.b.nic.eth1 new; same 3"},
  };
  expect_decided(cases, match_text);
}

TEST(Match, FindsThePairingOfAResourceOrNone) {
  EstateBuilder world;
  world.want_network("network.b", "east", {.name = "a"});
  world.have_network("network.a", "east");
  world.want_network("network.c", "east");
  const Decided decided(world);
  const auto at = [&](const char* address) { return world.estate().find(world.texts().find(address)); };
  EXPECT_EQ(decided.matched.find(at("network.a")), nullptr) << "nothing is wanted there, and nothing leaves from there";
  ASSERT_NE(decided.matched.find(at("network.b")), nullptr);
  EXPECT_EQ(decided.matched.find(at("network.b"))->resource, at("network.b"));
  ASSERT_NE(decided.matched.find(at("network.c")), nullptr);
  EXPECT_EQ(decided.matched.origin[DesiredId(0U)], PriorId(0U));
  EXPECT_EQ(decided.matched.origin[DesiredId(1U)], PriorId());
}

}  // namespace
}  // namespace pairform
