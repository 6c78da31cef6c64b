// What has to change and why, on estates made by hand.
#include "engine/decide/differ.h"

#include <gtest/gtest.h>

#include "tests/support/decide_texts.h"

namespace pairform {
namespace {

const CellValues k_small = {{network_column::subnets, R"({"front":"10.2.1.0/24"})"}};
const CellValues k_large = {{network_column::subnets, R"({"db":"10.2.2.0/24","front":"10.2.1.0/24"})"}};
const CellValues k_other = {{network_column::subnets, R"({"back":"10.2.3.0/24","front":"10.2.1.0/24"})"}};

void three_networks(EstateBuilder& world) {
  world.settled_network("network.app", "east");
  world.settled_network("network.dr", "west");
  world.settled_network("network.dr2", "west");
}

TEST(Differ, CreatesWhatIsNewOrGone) {
  const EstateCase cases[] = {
      {"new", [](EstateBuilder& world) { world.want_network("network.app", "east"); },
       "create network.app not_recorded"},
      {"gone",
       [](EstateBuilder& world) { world.settled_network("network.app", "east", {.presence = Existence::Absent}); },
       "create network.app drifted"},
      {"one half of a pair is gone",
       [](EstateBuilder& world) {
         three_networks(world);
         world.want_pair("mapping.a", "network.app", "network.dr");
         world.have_half("mapping.a.forward", "network.app", "network.dr");
         world.have_half("mapping.a.reverse", "network.dr", "network.app", {.presence = Existence::Absent});
       },
       "create mapping.a.reverse half_missing; unchanged 4"},
      {"both halves are gone",
       [](EstateBuilder& world) {
         three_networks(world);
         world.settled_pair("mapping.a", "network.app", "network.dr", {.presence = Existence::Absent});
       },
       "create mapping.a.forward drifted; create mapping.a.reverse drifted; unchanged 3"},
      {"a half without a mirror is gone",
       [](EstateBuilder& world) {
         three_networks(world);
         world.want_half("mapping.a.forward", "network.app", "network.dr");
         world.have_half("mapping.a.forward", "network.app", "network.dr", {.presence = Existence::Absent});
       },
       "create mapping.a.forward drifted; unchanged 3"},
      {"half a pair was never made",
       [](EstateBuilder& world) {
         three_networks(world);
         world.want_pair("mapping.a", "network.app", "network.dr");
         world.have_half("mapping.a.forward", "network.app", "network.dr");
       },
       "create mapping.a.reverse half_missing; unchanged 4"},
      {"half a pair is found, and nothing is recorded",
       [](EstateBuilder& world) {
         three_networks(world);
         world.want_pair("mapping.a", "network.app", "network.dr");
         world.have_half("mapping.a.forward", "network.app", "network.dr", {.only_found = true});
       },
       "adopt mapping.a.forward found id east/app>west; create mapping.a.reverse half_missing; unchanged 3"},
      {"a pair whose stanza said that it has no mirror is derived now",
       [](EstateBuilder& world) {
         three_networks(world);
         world.want_pair("mapping.a", "network.app", "network.dr", {.because = "vm.web1"});
         world.have_half("mapping.a.forward", "network.app", "network.dr", {.because = "vm.web1"});
       },
       "create mapping.a.reverse not_recorded; unchanged 4"},
      {"a derived pair of which half is found",
       [](EstateBuilder& world) {
         three_networks(world);
         world.want_pair("mapping.a", "network.app", "network.dr", {.because = "vm.web1"});
         world.have_half("mapping.a.forward", "network.app", "network.dr", {.only_found = true});
       },
       "adopt mapping.a.forward found id east/app>west; create mapping.a.reverse half_missing; unchanged 3"},
  };
  expect_decided(cases, diff_text);
}

TEST(Differ, AdoptsWhatIsFoundAndMovesWhatIsRecordedElsewhere) {
  const EstateCase cases[] = {
      {"found",
       [](EstateBuilder& world) {
         world.want_network("network.app", "east");
         world.have_network("network.app", "east", {.only_found = true});
       },
       "adopt network.app found id east/app"},
      {"made elsewhere, and nobody looked",
       [](EstateBuilder& world) { world.want_network("network.app", "east", {.existing = true}); },
       "adopt network.app found"},
      {"found, and not as it is wanted",
       [](EstateBuilder& world) {
         world.want_network("network.app", "east", {.with = k_large});
         world.have_network("network.app", "east", {.only_found = true, .with = k_small});
       },
       "update network.app subnets found adopting id east/app"},
      {"moved",
       [](EstateBuilder& world) {
         world.want_network("network.b", "east", {.name = "x"});
         world.have_network("network.a", "east", {.name = "x"});
       },
       "move network.b moved from network.a"},
      {"moved and changed",
       [](EstateBuilder& world) {
         world.want_network("network.b", "east", {.name = "x", .with = k_large});
         world.have_network("network.a", "east", {.name = "x", .with = k_small});
       },
       "update network.b subnets attribute_changed moving from network.a"},
      {"moved onto an address that another one leaves",
       [](EstateBuilder& world) {
         world.want_network("network.b", "east", {.name = "x"});
         world.have_network("network.a", "east", {.name = "x"});
         world.have_network("network.b", "east", {.name = "y"});
       },
       "replace network.b moved moving from network.a, deletes network.b"},
      {"moved onto an address that another one leaves, which is only forgotten",
       [](EstateBuilder& world) {
         world.want_network("network.b", "east", {.name = "x"});
         world.have_network("network.a", "east", {.name = "x"});
         world.have_network("network.b", "east", {.name = "y", .existing = true});
       },
       "move network.b moved from network.a, forgets network.b"},
  };
  expect_decided(cases, diff_text);
}

TEST(Differ, UpdatesNetworksInTwoPartsWhereSomethingGoes) {
  const EstateCase cases[] = {
      {"adds",
       [](EstateBuilder& world) {
         world.want_network("network.app", "east", {.with = k_large});
         world.have_network("network.app", "east", {.with = k_small});
       },
       "update network.app subnets attribute_changed"},
      {"removes",
       [](EstateBuilder& world) {
         world.want_network("network.app", "east", {.with = k_small});
         world.have_network("network.app", "east", {.with = k_large});
       },
       "update network.app subnets attribute_changed shrinking"},
      {"adds and removes",
       [](EstateBuilder& world) {
         world.want_network("network.app", "east", {.with = k_large});
         world.have_network("network.app", "east", {.with = k_other});
       },
       "update network.app subnets attribute_changed shrinking after"},
      {"somebody changed it",
       [](EstateBuilder& world) {
         world.want_network("network.app", "east", {.with = k_small});
         world.have_network("network.app", "east", {.with = k_small, .found = k_large});
       },
       "update network.app subnets drifted shrinking"},
      {"its source in the cloud changed, which it follows",
       [](EstateBuilder& world) {
         world.want_network("network.app", "east", {.follows_fact = true, .with = k_large});
         world.have_network("network.app", "east", {.with = k_small});
       },
       "update network.app subnets fact_changed"},
      {"made elsewhere: taken as it is",
       [](EstateBuilder& world) {
         world.want_network("network.app", "east", {.existing = true});
         world.have_network("network.app", "east", {.existing = true, .with = k_small, .found = k_large});
       },
       "unchanged 1"},
      {"wanted as it is, by a saved plan",
       [](EstateBuilder& world) {
         world.want_network("network.app", "east", {.as_is = true, .with = k_large});
         world.have_network("network.app", "east", {.with = k_small});
       },
       "unchanged 1"},
  };
  expect_decided(cases, diff_text);
}

TEST(Differ, TellsAHalfThatSomebodyCrossedFromOneThatFilesLeadElsewhere) {
  const EstateCase cases[] = {
      {"files lead the pair to another network of the region",
       [](EstateBuilder& world) {
         three_networks(world);
         world.want_pair("mapping.a", "network.app", "network.dr2");
         world.have_pair("mapping.a", "network.app", "network.dr");
       },
       "update mapping.a.forward target attribute_changed; "
       "replace mapping.a.reverse source immutable_attribute_changed, deletes mapping.a.reverse; unchanged 3"},
      {"somebody led the half elsewhere",
       [](EstateBuilder& world) {
         three_networks(world);
         world.want_pair("mapping.a", "network.app", "network.dr");
         world.have_half("mapping.a.forward", "network.app", "network.dr",
                         {.found = {{half_column::target, "network.dr2"}}});
         world.have_half("mapping.a.reverse", "network.dr", "network.app");
       },
       "update mapping.a.forward target half_crossed; unchanged 4"},
      {"it was recorded so: files ask for nothing new all the same",
       [](EstateBuilder& world) {
         three_networks(world);
         world.want_pair("mapping.a", "network.app", "network.dr");
         world.have_half("mapping.a.forward", "network.app", "network.dr2");
         world.have_half("mapping.a.reverse", "network.dr", "network.app");
       },
       "update mapping.a.forward target half_crossed; unchanged 4"},
      {"files lead a half without a mirror",
       [](EstateBuilder& world) {
         three_networks(world);
         world.want_half("mapping.a.forward", "network.app", "network.dr2");
         world.have_half("mapping.a.forward", "network.app", "network.dr");
       },
       "update mapping.a.forward target attribute_changed; unchanged 3"},
      {"found there, not recorded",
       [](EstateBuilder& world) {
         three_networks(world);
         world.want_half("mapping.a.forward", "network.app", "network.dr2");
         world.have_half("mapping.a.forward", "network.app", "network.dr", {.only_found = true});
       },
       "update mapping.a.forward target half_crossed adopting id east/app>west; unchanged 3"},
      {"another name is nothing to change: it is given once",
       [](EstateBuilder& world) {
         three_networks(world);
         world.want_pair("mapping.a", "network.app", "network.dr", {.with = {{half_column::name, "new"}}});
         world.have_pair("mapping.a", "network.app", "network.dr", {.with = {{half_column::name, "old"}}});
       },
       "unchanged 5"},
  };
  expect_decided(cases, diff_text);
}

const CellValues k_ip_4 = {{nic_column::ip, "10.1.1.4"}, {nic_column::target_ip, "10.2.1.4"}};
const CellValues k_ip_5 = {{nic_column::ip, "10.1.1.5"}, {nic_column::target_ip, "10.2.1.5"}};
const CellValues k_to_dr2 = {{vm_column::target_network, "network.dr2"}};

TEST(Differ, LandsVmsAndNicsForTheReasonThatLedThem) {
  const EstateCase cases[] = {
      {"files: another network",
       [](EstateBuilder& world) {
         three_networks(world);
         world.want_vm("vm.web1", "network.app", "network.dr2");
         world.have_vm("vm.web1", "network.app", "network.dr");
       },
       "update vm.web1 target_network attribute_changed; unchanged 3"},
      {"files: another network, of a replication made elsewhere",
       [](EstateBuilder& world) {
         three_networks(world);
         world.want_vm("vm.web1", "network.app", "network.dr2", {.existing = true});
         world.have_vm("vm.web1", "network.app", "network.dr", {.existing = true});
       },
       "update vm.web1 target_network attribute_changed; unchanged 3"},
      {"somebody else",
       [](EstateBuilder& world) {
         three_networks(world);
         world.want_vm("vm.web1", "network.app", "network.dr");
         world.have_vm("vm.web1", "network.app", "network.dr", {.found = k_to_dr2});
       },
       "update vm.web1 target_network drifted; unchanged 3"},
      {"a fact: it lives on another network now",
       [](EstateBuilder& world) {
         three_networks(world);
         world.settled_network("network.app2", "east");
         world.want_vm("vm.web1", "network.app2", "network.dr2");
         world.have_vm("vm.web1", "network.app", "network.dr");
       },
       "update vm.web1 target_network fact_changed; unchanged 4"},
      {"a fact: the address of its nic",
       [](EstateBuilder& world) {
         three_networks(world);
         world.settled_vm("vm.web1", "network.app", "network.dr");
         world.want_nic("vm.web1.nic.eth0", "front", {.with = k_ip_5});
         world.have_nic("vm.web1.nic.eth0", "front", {.with = k_ip_4});
       },
       "update vm.web1.nic.eth0 target_ip fact_changed; unchanged 4"},
      {"files: another subnet for its nic",
       [](EstateBuilder& world) {
         three_networks(world);
         world.settled_vm("vm.web1", "network.app", "network.dr");
         world.want_nic("vm.web1.nic.eth0", "back");
         world.have_nic("vm.web1.nic.eth0", "front");
       },
       "update vm.web1.nic.eth0 target_subnet attribute_changed; unchanged 4"},
      {"a fact of the nic, but files have its vm come up elsewhere",
       [](EstateBuilder& world) {
         three_networks(world);
         world.want_vm("vm.web1", "network.app", "network.dr2");
         world.have_vm("vm.web1", "network.app", "network.dr");
         world.want_nic("vm.web1.nic.eth0", "front", {.with = k_ip_5});
         world.have_nic("vm.web1.nic.eth0", "front", {.with = k_ip_4});
       },
       "update vm.web1 target_network attribute_changed; "
       "update vm.web1.nic.eth0 target_subnet target_ip attribute_changed; unchanged 3"},
      {"to another region: anew, with its nics",
       [](EstateBuilder& world) {
         three_networks(world);
         world.settled_network("network.far", "north");
         world.want_vm("vm.web1", "network.app", "network.far");
         world.have_vm("vm.web1", "network.app", "network.dr");
         world.want_nic("vm.web1.nic.eth0", "back");
         world.have_nic("vm.web1.nic.eth0", "front");
       },
       "replace vm.web1 target_region target_network immutable_attribute_changed, deletes vm.web1; "
       "replace vm.web1.nic.eth0 target_subnet immutable_attribute_changed, deletes vm.web1.nic.eth0; unchanged 4"},
      {"the machine of another resource group: anew, with its nics",
       [](EstateBuilder& world) {
         three_networks(world);
         world.want_vm("vm.web1", "network.app", "network.dr", {.with = {{vm_column::resource_group, "shop"}}});
         world.have_vm("vm.web1", "network.app", "network.dr");
         world.want_nic("vm.web1.nic.eth0", "front");
         world.have_nic("vm.web1.nic.eth0", "front");
       },
       "replace vm.web1 resource_group immutable_attribute_changed, deletes vm.web1; "
       "replace vm.web1.nic.eth0 immutable_attribute_changed, deletes vm.web1.nic.eth0; unchanged 3"},
  };
  expect_decided(cases, diff_text);
}

// The service lands the nics of a vm anew where the vm comes up in another network.
TEST(Differ, SaysALandingAgainForTheReasonOfItsVm) {
  const EstateCase cases[] = {
      {"files",
       [](EstateBuilder& world) {
         three_networks(world);
         world.want_vm("vm.web1", "network.app", "network.dr2");
         world.have_vm("vm.web1", "network.app", "network.dr");
         world.settled_nic("vm.web1.nic.eth0", "front");
       },
       "update vm.web1 target_network attribute_changed; update vm.web1.nic.eth0 target_subnet attribute_changed; "
       "unchanged 3"},
      {"drift",
       [](EstateBuilder& world) {
         three_networks(world);
         world.want_vm("vm.web1", "network.app", "network.dr");
         world.have_vm("vm.web1", "network.app", "network.dr", {.found = k_to_dr2});
         world.settled_nic("vm.web1.nic.eth0", "front");
       },
       "update vm.web1 target_network drifted; update vm.web1.nic.eth0 target_subnet drifted; unchanged 3"},
      {"a fact",
       [](EstateBuilder& world) {
         three_networks(world);
         world.settled_network("network.app2", "east");
         world.want_vm("vm.web1", "network.app2", "network.dr2");
         world.have_vm("vm.web1", "network.app", "network.dr");
         world.settled_nic("vm.web1.nic.eth0", "front");
       },
       "update vm.web1 target_network fact_changed; update vm.web1.nic.eth0 target_subnet fact_changed; unchanged 4"},
      {"the nic is adopted with its vm",
       [](EstateBuilder& world) {
         three_networks(world);
         world.want_vm("vm.web1", "network.app", "network.dr2");
         world.have_vm("vm.web1", "network.app", "network.dr", {.only_found = true});
         world.settled_nic("vm.web1.nic.eth0", "front", {.only_found = true});
       },
       "update vm.web1 target_network found adopting id east/web1; "
       "update vm.web1.nic.eth0 target_subnet found adopting id east/web1/eth0; unchanged 3"},
      {"the vm only moves: nothing to say",
       [](EstateBuilder& world) {
         three_networks(world);
         world.want_vm("vm.b", "network.app", "network.dr", {.name = "x"});
         world.have_vm("vm.a", "network.app", "network.dr", {.name = "x"});
         world.want_nic("vm.b.nic.eth0", "front");
         world.have_nic("vm.a.nic.eth0", "front");
       },
       "move vm.b moved from vm.a; move vm.b.nic.eth0 moved from vm.a.nic.eth0; unchanged 3"},
  };
  expect_decided(cases, diff_text);
}

TEST(Differ, SaysWhySomethingGoes) {
  const EstateCase cases[] = {
      {"not declared", [](EstateBuilder& world) { world.have_network("network.app", "east"); },
       "delete network.app not_declared, deletes network.app"},
      {"not declared, and gone",
       [](EstateBuilder& world) { world.have_network("network.app", "east", {.presence = Existence::Absent}); },
       "forget network.app not_declared, forgets network.app"},
      {"derived once", [](EstateBuilder& world) { world.have_network("network.dr", "west", {.because = "vm.web1"}); },
       "delete network.dr no_longer_asked_for, deletes network.dr"},
      {"derived once, and a removed stanza names it",
       [](EstateBuilder& world) {
         world.have_network("network.dr", "west", {.because = "vm.web1"});
         world.removed("network.dr");
       },
       "forget network.dr removed, forgets network.dr removed"},
      {"replaced",
       [](EstateBuilder& world) {
         world.want_network("network.app", "east", {.name = "second"});
         world.have_network("network.app", "east", {.name = "first"});
       },
       "replace network.app name immutable_attribute_changed, deletes network.app"},
      {"replaced at another address",
       [](EstateBuilder& world) {
         world.want_network("network.b", "east");
         world.have_network("network.a", "east");
         world.moved("network.a", "network.b");
       },
       "replace network.b name immutable_attribute_changed from network.a, deletes network.a"},
      {"forgotten and made again",
       [](EstateBuilder& world) {
         world.want_network("network.app", "east", {.name = "second"});
         world.have_network("network.app", "east", {.name = "first", .existing = true});
       },
       "create network.app not_recorded, forgets network.app"},
      {"forgotten beside one that stays",
       [](EstateBuilder& world) {
         world.settled_network("network.a", "east");
         world.have_network("network.z", "east", {.presence = Existence::Absent});
         world.moved("network.z", "network.a");
       },
       "forget network.a not_declared from network.z, forgets network.z"},
  };
  expect_decided(cases, diff_text);
}

// The cells that will be recorded at an address, those that are there: "name=old source=network.app …".
std::string after_cells(EstateBuilder& world, const char* address, bool between = false) {
  const Decided decided(world);
  for (const Change& change : decided.diff.changes) {
    if (world.address(change.resource) != address) continue;
    const CellId first = between ? change.first_between : change.first_after;
    if (!first) return "none";
    std::string out;
    for (std::size_t c = 0; c < world.types()[change.type].columns.size(); ++c)
      if (const Text cell = decided.diff.cell(first, c))
        out +=
            fmt::format("{}{}={}", out.empty() ? "" : " ", world.types()[change.type].column(c).name, world.text(cell));
    return out;
  }
  return "no change";
}

TEST(Differ, RecordsTheNameThatAHalfWasMadeWith) {
  EstateBuilder world;
  three_networks(world);
  world.want_pair("mapping.a", "network.app", "network.dr2", {.with = {{half_column::name, "new"}}});
  world.have_pair("mapping.a", "network.app", "network.dr", {.with = {{half_column::name, "old"}}});
  EXPECT_EQ(after_cells(world, "mapping.a.forward"), "name=old source=network.app target=network.dr2");
  EXPECT_EQ(after_cells(world, "mapping.a.reverse"), "name=new source=network.dr2 target=network.app");
}

TEST(Differ, RecordsTheShapeOfAnExistingNetworkAsFound) {
  EstateBuilder world;
  world.want_network("network.app", "east", {.existing = true});
  world.have_network("network.app", "east", {.only_found = true, .with = k_small});
  EXPECT_EQ(after_cells(world, "network.app"), R"(region=east name=app subnets={"front":"10.2.1.0/24"} existing=true)");
}

TEST(Differ, WritesWhatStillGoesUntilTheShrink) {
  EstateBuilder world;
  world.want_network("network.app", "east", {.with = k_large});
  world.have_network("network.app", "east", {.with = k_other});
  EXPECT_EQ(after_cells(world, "network.app"),
            R"(region=east name=app subnets={"db":"10.2.2.0/24","front":"10.2.1.0/24"} existing=false)");
  EXPECT_EQ(after_cells(world, "network.app", true),
            R"(region=east name=app address_space=[] subnets={"back":"10.2.3.0/24","db":"10.2.2.0/24",)"
            R"("front":"10.2.1.0/24"} existing=false)");
}

TEST(Differ, HasNoRowForWhatLeaves) {
  EstateBuilder world;
  world.have_network("network.app", "east");
  EXPECT_EQ(after_cells(world, "network.app"), "none");
}

TEST(Differ, NotesWhatWasAskedOfWhichPriorRow) {
  EstateBuilder world;
  three_networks(world);
  world.want_network("network.new", "east", {.name = "x"});
  world.have_network("network.gone", "east");
  world.have_network("network.moves", "east", {.name = "x"});
  const Decided decided(world);
  std::string asked;
  for (const PriorId p : decided.diff.asked.ids())
    if (decided.diff.asked[p]) asked += world.address(p) + " ";
  EXPECT_EQ(asked, "network.gone network.moves ");
  EXPECT_EQ(decided.diff.origin[DesiredId(3U)], PriorId(4U)) << "network.new is network.moves";
}

TEST(Records, AreWhatOnlyStateMustLearn) {
  const EstateCase cases[] = {
      {"protection is lifted",
       [](EstateBuilder& world) {
         world.want_network("network.app", "east");
         world.have_network("network.app", "east", {.protect = true});
       },
       "network.app protect: true to false"},
      {"beside a change, too",
       [](EstateBuilder& world) {
         world.want_network("network.app", "east", {.protect = true, .with = k_large});
         world.have_network("network.app", "east", {.with = k_small});
       },
       "network.app protect: false to true"},
      {"of what is left alone, too",
       [](EstateBuilder& world) {
         world.want_network("network.app", "east", {.protect = true});
         world.have_network("network.app", "east", {.status = Status::Busy});
       },
       "network.app protect: false to true"},
      {"a derived network is declared now",
       [](EstateBuilder& world) {
         world.want_network("network.dr", "west");
         world.have_network("network.dr", "west", {.because = "vm.web1"});
       },
       "network.dr because: vm.web1 to null"},
      {"a network is managed elsewhere now",
       [](EstateBuilder& world) {
         world.want_network("network.app", "east", {.existing = true});
         world.have_network("network.app", "east");
       },
       "network.app existing: false to true"},
      {"what files say of the subnets of a half",
       [](EstateBuilder& world) {
         three_networks(world);
         world.want_half("mapping.a.forward", "network.app", "network.dr",
                         {.with = {{half_column::subnets, R"({"front":"web"})"}}});
         world.have_half("mapping.a.forward", "network.app", "network.dr",
                         {.with = {{half_column::addresses, "same-host"}}});
       },
       R"(mapping.a.forward subnets: null to {"front":"web"}; mapping.a.forward addresses: same-host to null)"},
      {"but not of one that a saved plan wants as it is",
       [](EstateBuilder& world) {
         three_networks(world);
         world.want_half("mapping.a.forward", "network.app", "network.dr", {.as_is = true});
         world.have_half("mapping.a.forward", "network.app", "network.dr",
                         {.with = {{half_column::addresses, "same-host"}}});
       },
       ""},
      {"nothing of what is only found",
       [](EstateBuilder& world) {
         world.want_network("network.app", "east", {.protect = true});
         world.have_network("network.app", "east", {.only_found = true});
       },
       ""},
      {"nothing of what is gone",
       [](EstateBuilder& world) {
         world.want_network("network.app", "east", {.protect = true});
         world.have_network("network.app", "east", {.presence = Existence::Absent});
       },
       ""},
      {"nothing of what could not be read",
       [](EstateBuilder& world) {
         world.want_network("network.app", "east", {.protect = true});
         world.have_network("network.app", "east", {.presence = Existence::Unknown});
       },
       ""},
  };
  expect_decided(cases, records_text);
}

// vm.web1, recorded on network.app and found on network.app2, with a nic whose address changed.
void moved_machine(EstateBuilder& world, Had vm, Had nic) {
  world.settled_network("network.app", "east");
  world.settled_network("network.app2", "east");
  world.settled_network("network.dr", "west");
  world.want_vm("vm.web1", "network.app2", "network.dr");
  vm.found = {{vm_column::network, "network.app2"}};
  world.have_vm("vm.web1", "network.app", "network.dr", std::move(vm));
  const CellValues now{{nic_column::ip, "10.1.1.9"}};
  world.want_nic("vm.web1.nic.eth0", "front", {.with = now});
  nic.with = {{nic_column::ip, "10.1.1.4"}};
  nic.found = now;
  world.have_nic("vm.web1.nic.eth0", "front", std::move(nic));
}

TEST(Records, AreFactsThatChangedInTheCloud) {
  const EstateCase cases[] = {
      {"a vm and a nic", [](EstateBuilder& world) { moved_machine(world, {}, {}); },
       "vm.web1 network: network.app to network.app2; vm.web1.nic.eth0 ip: 10.1.1.4 to 10.1.1.9"},
      {"not while the vm is held",
       [](EstateBuilder& world) {
         moved_machine(world, {.status = Status::FailedOver}, {.status = Status::FailedOver});
       },
       ""},
      {"nor of what could not be read",
       [](EstateBuilder& world) {
         moved_machine(world, {.presence = Existence::Unknown}, {.presence = Existence::Unknown});
       },
       ""},
  };
  expect_decided(cases, records_text);
}

}  // namespace
}  // namespace pairform
