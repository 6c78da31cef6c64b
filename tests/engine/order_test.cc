// The order of things, on estates made by hand: every line of the table in decide/order.h.
#include "engine/decide/order.h"

#include <gtest/gtest.h>

#include "tests/support/decide_texts.h"

namespace pairform {
namespace {

const CellValues k_small = {{network_column::subnets, R"({"front":"10.2.1.0/24"})"}};
const CellValues k_other_prefix = {{network_column::subnets, R"({"front":"10.2.9.0/24"})"}};
const CellValues k_large = {{network_column::subnets, R"({"db":"10.2.2.0/24","front":"10.2.1.0/24"})"}};

void two_networks(EstateBuilder& world) {
  world.settled_network("network.app", "east");
  world.settled_network("network.dr", "west");
}

void changed_network(EstateBuilder& world, const char* address, const char* region, const CellValues& from,
                     const CellValues& to) {
  world.have_network(address, region, {.with = from});
  world.want_network(address, region, {.with = to});
}

TEST(Order, BringsNetworksBeforeHalvesBeforeVmsBeforeNics) {
  const EstateCase cases[] = {
      {"everything is new",
       [](EstateBuilder& world) {
         world.want_network("network.app", "east");
         world.want_network("network.dr", "west");
         world.want_pair("mapping.a", "network.app", "network.dr");
         world.want_vm("vm.web1", "network.app", "network.dr");
         world.want_nic("vm.web1.nic.eth0", "front");
       },
       "create network.app; create network.dr; create mapping.a.forward <1,2; create mapping.a.reverse <1,2; "
       "create vm.web1 <3,4; create vm.web1.nic.eth0 <5"},
      {"networks that are adopted, moved, updated",
       [](EstateBuilder& world) {
         world.want_network("network.app", "east");
         world.have_network("network.app", "east", {.only_found = true});
         world.want_network("network.dr", "west", {.name = "x", .with = k_large});
         world.have_network("network.old", "west", {.name = "x", .with = k_small});
         world.want_pair("mapping.a", "network.app", "network.dr");
       },
       "adopt network.app; move network.dr; update network.dr <2; "
       "create mapping.a.forward <1,3; create mapping.a.reverse <1,3"},
      {"a vm waits for the halves that change in its pair",
       [](EstateBuilder& world) {
         two_networks(world);
         world.settled_network("network.dr2", "west");
         world.want_pair("mapping.a", "network.app", "network.dr");
         world.have_half("mapping.a.forward", "network.app", "network.dr",
                         {.found = {{half_column::target, "network.dr2"}}});
         world.have_half("mapping.a.reverse", "network.dr", "network.app");
         world.want_vm("vm.web1", "network.app", "network.dr");
       },
       "update mapping.a.forward; create vm.web1 <1"},
      {"a vm waits for the way home, too",
       [](EstateBuilder& world) {
         two_networks(world);
         world.want_pair("mapping.a", "network.app", "network.dr");
         world.have_half("mapping.a.forward", "network.app", "network.dr");
         world.want_vm("vm.web1", "network.app", "network.dr");
       },
       "create mapping.a.reverse; create vm.web1 <1"},
      {"a pair of other networks is nothing to wait for",
       [](EstateBuilder& world) {
         two_networks(world);
         world.settled_network("network.far", "north");
         world.settled_network("network.app2", "east");
         world.settled_pair("mapping.a", "network.app", "network.dr");
         world.want_pair("mapping.b", "network.app2", "network.far");
         world.want_vm("vm.web1", "network.app", "network.dr");
       },
       "create mapping.b.forward; create mapping.b.reverse; create vm.web1"},
      {"a shrink is nothing to wait for: what is wanted is there",
       [](EstateBuilder& world) {
         world.settled_network("network.app", "east");
         changed_network(world, "network.dr", "west", k_large, k_small);
         world.want_half("mapping.a.forward", "network.app", "network.dr");
       },
       "create mapping.a.forward; shrink network.dr"},
  };
  expect_decided(cases, steps_text);
}

TEST(Order, BringsASubnetBeforeANicLandsInIt) {
  const EstateCase cases[] = {
      {"its network gets the subnet",
       [](EstateBuilder& world) {
         world.settled_network("network.app", "east");
         changed_network(world, "network.dr", "west", k_small, k_large);
         world.settled_vm("vm.web1", "network.app", "network.dr");
         world.want_nic("vm.web1.nic.eth0", "db");
         world.have_nic("vm.web1.nic.eth0", "front");
       },
       "update network.dr; update vm.web1.nic.eth0 <1"},
      {"its network gets another one",
       [](EstateBuilder& world) {
         world.settled_network("network.app", "east");
         changed_network(world, "network.dr", "west", k_small, k_large);
         world.settled_vm("vm.web1", "network.app", "network.dr");
         world.want_nic("vm.web1.nic.eth0", "front");
         world.have_nic("vm.web1.nic.eth0", "back");
       },
       "update network.dr; update vm.web1.nic.eth0"},
      {"it stays in a subnet whose prefix changes",
       [](EstateBuilder& world) {
         world.settled_network("network.app", "east");
         changed_network(world, "network.dr", "west", k_small, k_other_prefix);
         world.settled_vm("vm.web1", "network.app", "network.dr");
         world.want_nic("vm.web1.nic.eth0", "front", {.with = {{nic_column::target_ip, "10.2.9.4"}}});
         world.have_nic("vm.web1.nic.eth0", "front", {.with = {{nic_column::target_ip, "10.2.1.4"}}});
       },
       "update network.dr; update vm.web1.nic.eth0 <1"},
  };
  expect_decided(cases, steps_text);
}

TEST(Order, BringsATestNetworkBeforeTheVmAndLetsItLeaveAfterwards) {
  const EstateCase cases[] = {
      {"a vm is tested in another network: the new one first, the old one last",
       [](EstateBuilder& world) {
         two_networks(world);
         world.have_network("network.a", "west");
         world.want_network("network.b", "west");
         world.want_vm("vm.web1", "network.app", "network.dr", {.with = {{vm_column::test_network, "network.b"}}});
         world.have_vm("vm.web1", "network.app", "network.dr", {.with = {{vm_column::test_network, "network.a"}}});
       },
       "create network.b; update vm.web1 <1; delete network.a <2"},
      {"the vm goes, and its test network",
       [](EstateBuilder& world) {
         two_networks(world);
         world.have_network("network.test", "west");
         world.have_vm("vm.web1", "network.app", "network.dr", {.with = {{vm_column::test_network, "network.test"}}});
       },
       "delete vm.web1; delete network.test <1"},
      {"a test comes up in a subnet that its network gets",
       [](EstateBuilder& world) {
         two_networks(world);
         changed_network(world, "network.test", "west", k_small, k_large);
         world.settled_vm("vm.web1", "network.app", "network.dr",
                          {.with = {{vm_column::test_network, "network.test"}}});
         world.want_nic("vm.web1.nic.eth0", "front", {.with = {{nic_column::test_subnet, "db"}}});
         world.have_nic("vm.web1.nic.eth0", "front", {.with = {{nic_column::test_subnet, "front"}}});
       },
       "update network.test; update vm.web1.nic.eth0 <1"},
      {"a test leaves a subnet that its network loses",
       [](EstateBuilder& world) {
         two_networks(world);
         changed_network(world, "network.test", "west", k_large, k_small);
         world.settled_vm("vm.web1", "network.app", "network.dr",
                          {.with = {{vm_column::test_network, "network.test"}}});
         world.want_nic("vm.web1.nic.eth0", "front", {.with = {{nic_column::test_subnet, "front"}}});
         world.have_nic("vm.web1.nic.eth0", "front", {.with = {{nic_column::test_subnet, "db"}}});
       },
       "update vm.web1.nic.eth0; shrink network.test <1"},
  };
  expect_decided(cases, steps_text);
}

TEST(Order, LetsANetworkLeaveAfterAllThatUsedIt) {
  const EstateCase cases[] = {
      {"everything goes",
       [](EstateBuilder& world) {
         world.have_network("network.app", "east");
         world.have_network("network.dr", "west");
         world.have_pair("mapping.a", "network.app", "network.dr");
         world.have_vm("vm.web1", "network.app", "network.dr");
         world.have_nic("vm.web1.nic.eth0", "front");
       },
       "delete vm.web1.nic.eth0; delete vm.web1 <1; delete mapping.a.forward <2; delete mapping.a.reverse <2; "
       "delete network.app <3,4; delete network.dr <3,4"},
      {"everything is forgotten",
       [](EstateBuilder& world) {
         world.have_network("network.app", "east");
         world.have_network("network.dr", "west");
         world.have_pair("mapping.a", "network.app", "network.dr");
         world.removed("mapping.a");
       },
       "forget mapping.a.forward; forget mapping.a.reverse; forget network.app <1,2; forget network.dr <1,2"},
      {"a half is pointed elsewhere",
       [](EstateBuilder& world) {
         two_networks(world);
         world.have_network("network.old", "west");
         world.want_half("mapping.a.forward", "network.app", "network.dr");
         world.have_half("mapping.a.forward", "network.app", "network.old");
       },
       "update mapping.a.forward; delete network.old <1"},
      {"a vm comes up elsewhere",
       [](EstateBuilder& world) {
         two_networks(world);
         world.have_network("network.old", "west");
         world.want_vm("vm.web1", "network.app", "network.dr");
         world.have_vm("vm.web1", "network.app", "network.old");
       },
       "update vm.web1; delete network.old <1"},
      {"a landing moves with its vm",
       [](EstateBuilder& world) {
         two_networks(world);
         world.have_network("network.old", "west");
         world.want_vm("vm.web1", "network.app", "network.dr");
         world.have_vm("vm.web1", "network.app", "network.old");
         world.want_nic("vm.web1.nic.eth0", "front");
         world.have_nic("vm.web1.nic.eth0", "front");
       },
       "update vm.web1; update vm.web1.nic.eth0 <1; delete network.old <2"},
  };
  expect_decided(cases, steps_text);
}

TEST(Order, LetsAPairThatGoesWholeLeaveAfterTheVmsThatLandedByIt) {
  const EstateCase cases[] = {
      {"the vm is deleted",
       [](EstateBuilder& world) {
         two_networks(world);
         world.have_pair("mapping.a", "network.app", "network.dr");
         world.have_vm("vm.web1", "network.app", "network.dr");
       },
       "delete vm.web1; delete mapping.a.forward <1; delete mapping.a.reverse <1"},
      {"the vm comes up elsewhere",
       [](EstateBuilder& world) {
         two_networks(world);
         world.settled_network("network.far", "west");
         world.have_pair("mapping.a", "network.app", "network.dr");
         world.want_vm("vm.web1", "network.app", "network.far");
         world.have_vm("vm.web1", "network.app", "network.dr");
       },
       "update vm.web1; delete mapping.a.forward <1; delete mapping.a.reverse <1"},
      {"the vm came up elsewhere before: it stands on that pair no more",
       [](EstateBuilder& world) {
         two_networks(world);
         world.settled_network("network.far", "north");
         world.have_pair("mapping.a", "network.app", "network.far");
         world.settled_vm("vm.web1", "network.app", "network.dr");
         world.want_nic("vm.web1.nic.eth0", "front");
       },
       "delete mapping.a.forward; delete mapping.a.reverse; create vm.web1.nic.eth0"},
      {"a pair whose slot another pair takes does not wait: the vm comes up by that one",
       [](EstateBuilder& world) {
         two_networks(world);
         world.settled_network("network.app2", "east");
         world.settled_network("network.dr2", "west");
         world.want_pair("mapping.c", "network.app", "network.dr2");
         world.have_pair("mapping.a", "network.app", "network.dr");
         world.have_pair("mapping.c", "network.app2", "network.dr2");
         world.want_vm("vm.web1", "network.app", "network.dr2");
         world.have_vm("vm.web1", "network.app", "network.dr");
       },
       "delete mapping.a.forward; delete mapping.a.reverse; delete mapping.c.forward; update mapping.c.reverse <3; "
       "create mapping.c.forward <1,4; update vm.web1 <5"},
      {"a pair that stays in part does not wait",
       [](EstateBuilder& world) {
         two_networks(world);
         world.settled_network("network.far", "west");
         world.want_half("mapping.a.forward", "network.app", "network.far");
         world.have_pair("mapping.a", "network.app", "network.dr");
         world.want_vm("vm.web1", "network.app", "network.far");
         world.have_vm("vm.web1", "network.app", "network.dr");
       },
       "delete mapping.a.reverse; update mapping.a.forward <1; update vm.web1 <2"},
  };
  expect_decided(cases, steps_text);
}

TEST(Order, ShrinksANetworkAfterEveryLandingThatLeavesTheSubnet) {
  const EstateCase cases[] = {
      {"a nic goes to another subnet",
       [](EstateBuilder& world) {
         world.settled_network("network.app", "east");
         changed_network(world, "network.dr", "west", k_large, k_small);
         world.settled_vm("vm.web1", "network.app", "network.dr");
         world.want_nic("vm.web1.nic.eth0", "front");
         world.have_nic("vm.web1.nic.eth0", "db");
       },
       "update vm.web1.nic.eth0; shrink network.dr <1"},
      {"a nic goes",
       [](EstateBuilder& world) {
         world.settled_network("network.app", "east");
         changed_network(world, "network.dr", "west", k_large, k_small);
         world.settled_vm("vm.web1", "network.app", "network.dr");
         world.have_nic("vm.web1.nic.eth0", "db");
       },
       "delete vm.web1.nic.eth0; shrink network.dr <1"},
      {"a vm goes with its nics",
       [](EstateBuilder& world) {
         world.settled_network("network.app", "east");
         changed_network(world, "network.dr", "west", k_large, k_small);
         world.have_vm("vm.web1", "network.app", "network.dr");
         world.have_nic("vm.web1.nic.eth0", "db");
       },
       "delete vm.web1.nic.eth0; shrink network.dr <1; delete vm.web1 <1"},
      {"a landing that only gets another address stays in its subnet",
       [](EstateBuilder& world) {
         world.settled_network("network.app", "east");
         changed_network(world, "network.dr", "west", k_large, k_small);
         world.settled_vm("vm.web1", "network.app", "network.dr");
         world.want_nic("vm.web1.nic.eth0", "front", {.with = {{nic_column::target_ip, "10.2.1.5"}}});
         world.have_nic("vm.web1.nic.eth0", "front", {.with = {{nic_column::target_ip, "10.2.1.4"}}});
       },
       "shrink network.dr; update vm.web1.nic.eth0"},
      {"the subnet gets another prefix: its update waits as well",
       [](EstateBuilder& world) {
         world.settled_network("network.app", "east");
         changed_network(world, "network.dr", "west", k_small, k_other_prefix);
         world.settled_vm("vm.web1", "network.app", "network.dr");
         world.have_nic("vm.web1.nic.eth0", "front");
       },
       "delete vm.web1.nic.eth0; update network.dr <1"},
      {"an update that leaves that subnet as it is does not wait",
       [](EstateBuilder& world) {
         world.settled_network("network.app", "east");
         changed_network(world, "network.dr", "west", k_small, k_large);
         world.settled_vm("vm.web1", "network.app", "network.dr");
         world.have_nic("vm.web1.nic.eth0", "front");
       },
       "update network.dr; delete vm.web1.nic.eth0"},
      {"a vm that comes up elsewhere takes its nics out of the subnet",
       [](EstateBuilder& world) {
         world.settled_network("network.app", "east");
         world.settled_network("network.far", "west");
         changed_network(world, "network.dr", "west", k_large, k_small);
         world.want_vm("vm.web1", "network.app", "network.far");
         world.have_vm("vm.web1", "network.app", "network.dr");
         world.want_nic("vm.web1.nic.eth0", "db");
         world.have_nic("vm.web1.nic.eth0", "db");
       },
       "update vm.web1; update vm.web1.nic.eth0 <1; shrink network.dr <2"},
  };
  expect_decided(cases, steps_text);
}

TEST(Order, FreesASlotBeforeItIsTaken) {
  const EstateCase cases[] = {
      {"by another pair, which is new there",
       [](EstateBuilder& world) {
         two_networks(world);
         world.settled_network("network.dr2", "west");
         world.settled_network("network.far", "north");
         world.want_half("mapping.b.forward", "network.app", "network.far");
         world.want_half("mapping.c.forward", "network.app", "network.dr");
         world.have_half("mapping.a.forward", "network.app", "network.dr2");
         world.moved("mapping.a", "mapping.b");
       },
       "delete mapping.a.forward; create mapping.b.forward <1; create mapping.c.forward <1"},
      {"by another half that was only forgotten there",
       [](EstateBuilder& world) {
         two_networks(world);
         world.settled_network("network.app2", "east");
         world.settled_network("network.dr2", "west");
         world.want_pair("mapping.a", "network.dr", "network.app2");
         world.want_half("mapping.b.forward", "network.app", "network.dr");
         world.have_pair("mapping.a", "network.app", "network.dr", {.found = {{half_column::target, "network.dr2"}}});
         world.removed("mapping.a.forward");
       },
       "move mapping.a.forward; forget mapping.a.forward; update mapping.a.forward <1,2; "
       "create mapping.a.reverse <3; adopt mapping.b.forward <2; update mapping.b.forward <5"},
  };
  expect_decided(cases, steps_text);
}

TEST(Order, ReplacesByDeletingFirstButForgetsANetworkWhenItLikes) {
  const EstateCase cases[] = {
      {"a network",
       [](EstateBuilder& world) {
         world.want_network("network.app", "east", {.name = "second"});
         world.have_network("network.app", "east", {.name = "first"});
       },
       "delete network.app; create network.app <1"},
      {"a network that is only forgotten: state knows rows by id",
       [](EstateBuilder& world) {
         world.want_network("network.app", "east", {.name = "second"});
         world.have_network("network.app", "east", {.name = "first"});
         world.removed("network.app");
       },
       "create network.app; forget network.app"},
      {"a forgotten network under a half that goes to the new one",
       [](EstateBuilder& world) {
         world.settled_network("network.app", "east");
         world.want_network("network.dr", "west", {.name = "second"});
         world.have_network("network.dr", "west", {.name = "first", .existing = true});
         world.want_half("mapping.a.forward", "network.app", "network.dr");
         world.have_half("mapping.a.forward", "network.app", "network.dr");
       },
       "create network.dr; update mapping.a.forward <1; forget network.dr <2"},
      {"a vm to another region, with its nic",
       [](EstateBuilder& world) {
         two_networks(world);
         world.settled_network("network.far", "north");
         world.want_vm("vm.web1", "network.app", "network.far");
         world.have_vm("vm.web1", "network.app", "network.dr");
         world.settled_nic("vm.web1.nic.eth0", "front");
       },
       "delete vm.web1.nic.eth0; delete vm.web1 <1; create vm.web1 <2; create vm.web1.nic.eth0 <3"},
      {"a move onto an address that something leaves",
       [](EstateBuilder& world) {
         world.want_network("network.b", "east", {.name = "x"});
         world.have_network("network.a", "east", {.name = "x"});
         world.have_network("network.b", "east", {.name = "y"});
       },
       "delete network.b; move network.b <1"},
      {"two moves that exchange addresses wait for nothing",
       [](EstateBuilder& world) {
         world.want_network("network.a", "east", {.name = "x"});
         world.want_network("network.b", "east", {.name = "y"});
         world.have_network("network.a", "east", {.name = "y"});
         world.have_network("network.b", "east", {.name = "x"});
       },
       "move network.a; move network.b"},
  };
  expect_decided(cases, steps_text);
}

TEST(Order, DeletesThenUpdatesThenCreatesWithinAPair) {
  const EstateCase cases[] = {
      {"the target changes: one half stays, the other one is replaced",
       [](EstateBuilder& world) {
         two_networks(world);
         world.settled_network("network.dr2", "west");
         world.want_pair("mapping.a", "network.app", "network.dr2");
         world.have_pair("mapping.a", "network.app", "network.dr");
       },
       "delete mapping.a.reverse; update mapping.a.forward <1; create mapping.a.reverse <2"},
      {"both are replaced",
       [](EstateBuilder& world) {
         two_networks(world);
         world.settled_network("network.app2", "east");
         world.settled_network("network.far", "north");
         world.want_pair("mapping.a", "network.app2", "network.far");
         world.have_pair("mapping.a", "network.app", "network.dr");
       },
       "delete mapping.a.forward; delete mapping.a.reverse; create mapping.a.forward <1,2; "
       "create mapping.a.reverse <1,2"},
      {"one is missing",
       [](EstateBuilder& world) {
         two_networks(world);
         world.want_pair("mapping.a", "network.app", "network.dr");
         world.have_half("mapping.a.forward", "network.app", "network.dr");
       },
       "create mapping.a.reverse"},
      {"roles exchanged: both only move",
       [](EstateBuilder& world) {
         two_networks(world);
         world.want_pair("mapping.a", "network.app", "network.dr");
         world.have_pair("mapping.a", "network.dr", "network.app");
       },
       "move mapping.a.forward; move mapping.a.reverse"},
  };
  expect_decided(cases, steps_text);
}

TEST(Order, GoesByAddressThenOperationButServesPairsTogether) {
  const EstateCase cases[] = {
      {"an update and a shrink of one network",
       [](EstateBuilder& world) {
         changed_network(world, "network.dr", "west",
                         {{network_column::subnets, R"({"back":"10.2.3.0/24","front":"10.2.1.0/24"})"}}, k_large);
       },
       "update network.dr; shrink network.dr <1"},
      {"by address, not by what depends on what",
       [](EstateBuilder& world) {
         world.want_network("network.c", "east");
         world.want_network("network.a", "east");
         world.have_network("network.b", "east");
       },
       "create network.a; delete network.b; create network.c"},
      {"after a half its mirror, though another pair sorts between their networks",
       [](EstateBuilder& world) {
         world.want_network("network.app", "east");
         world.want_network("network.dr", "west");
         world.settled_network("network.far", "north");
         world.want_pair("mapping.b", "network.app", "network.dr");
         world.want_pair("mapping.a", "network.app", "network.far");
       },
       "create network.app; create mapping.a.forward <1; create mapping.a.reverse <1; create network.dr; "
       "create mapping.b.forward <1,4; create mapping.b.reverse <1,4"},
      {"nothing to do", [](EstateBuilder& world) { two_networks(world); }, ""},
  };
  expect_decided(cases, steps_text);
}

// What a wait implies is left out: the nic waits for its vm only, not for the halves, nor for the networks.
TEST(Order, NamesDirectWaitsOnly) {
  EstateBuilder world;
  world.want_network("network.app", "east");
  world.want_network("network.dr", "west", {.with = k_small});
  world.want_half("mapping.a.forward", "network.app", "network.dr");
  world.want_vm("vm.web1", "network.app", "network.dr");
  world.want_nic("vm.web1.nic.eth0", "front");
  EXPECT_EQ(steps_text(world),
            "create network.app; create network.dr; create mapping.a.forward <1,2; create vm.web1 <3; "
            "create vm.web1.nic.eth0 <4");
}

}  // namespace
}  // namespace pairform
