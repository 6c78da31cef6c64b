// What one pairing asks of the cloud and of state, on estates made by hand.
#include "engine/decide/asked.h"

#include <gtest/gtest.h>

#include "tests/support/decide_texts.h"

namespace pairform {
namespace {

CellValues shape(const char* spaces, const char* subnets) {
  return {{network_column::address_space, spaces}, {network_column::subnets, subnets}};
}

// A vm with one nic that lands in subnet front, on two networks with a pair.
void replicated(EstateBuilder& world) {
  world.settled_network("network.app", "east");
  world.settled_network("network.dr", "west");
  world.settled_pair("mapping.a", "network.app", "network.dr");
}

TEST(Asked, IsTheStrongestOfWhatHappens) {
  const EstateCase cases[] = {
      {"as it is wanted: nothing", [](EstateBuilder& world) { world.settled_network("network.app", "east"); }, ""},
      {"new", [](EstateBuilder& world) { world.want_network("network.app", "east"); }, "network.app create"},
      {"gone from the cloud",
       [](EstateBuilder& world) { world.settled_network("network.app", "east", {.presence = Existence::Absent}); },
       "network.app create"},
      {"a network that exists is adopted, also where the cloud could not be asked",
       [](EstateBuilder& world) { world.want_network("network.app", "east", {.existing = true}); },
       "network.app adopt, only in state"},
      {"found, and not recorded",
       [](EstateBuilder& world) { world.settled_network("network.app", "east", {.only_found = true}); },
       "network.app adopt, only in state"},
      {"found, and to be changed",
       [](EstateBuilder& world) {
         world.want_network("network.app", "east", {.with = shape(R"(["10.1.0.0/16"])", "")});
         world.have_network("network.app", "east", {.only_found = true});
       },
       "network.app update address_space, adopts"},
      {"recorded under another address",
       [](EstateBuilder& world) {
         world.want_network("network.new", "east", {.name = "app"});
         world.have_network("network.app", "east");
       },
       "network.new move, only in state"},
      {"recorded under another address, and to be changed",
       [](EstateBuilder& world) {
         world.want_network("network.new", "east", {.name = "app", .with = shape(R"(["10.1.0.0/16"])", "")});
         world.have_network("network.app", "east", {.name = "app"});
       },
       "network.new update address_space, moves"},
      {"wanted no more", [](EstateBuilder& world) { world.have_network("network.app", "east"); }, "network.app delete"},
      {"wanted no more, and made elsewhere",
       [](EstateBuilder& world) { world.have_network("network.app", "east", {.existing = true}); },
       "network.app forget, only in state"},
  };
  expect_decided(cases, asked_text);
}

TEST(Asked, OfANetworkIsToGrowToShrinkOrBoth) {
  const EstateCase cases[] = {
      {"a subnet more",
       [](EstateBuilder& world) {
         world.want_network("network.app", "east", {.with = shape(R"(["10.1.0.0/16"])", R"({"web":"10.1.1.0/24"})")});
         world.have_network("network.app", "east", {.with = shape(R"(["10.1.0.0/16"])", "")});
       },
       "network.app update subnets"},
      {"a subnet less",
       [](EstateBuilder& world) {
         world.want_network("network.app", "east", {.with = shape(R"(["10.1.0.0/16"])", "")});
         world.have_network("network.app", "east", {.with = shape(R"(["10.1.0.0/16"])", R"({"web":"10.1.1.0/24"})")});
       },
       "network.app update subnets, shrinks"},
      {"one for another",
       [](EstateBuilder& world) {
         world.want_network("network.app", "east", {.with = shape(R"(["10.1.0.0/16"])", R"({"db":"10.1.2.0/24"})")});
         world.have_network("network.app", "east", {.with = shape(R"(["10.1.0.0/16"])", R"({"web":"10.1.1.0/24"})")});
       },
       "network.app update subnets, updates and shrinks"},
      {"an existing network is as it is",
       [](EstateBuilder& world) {
         world.want_network("network.app", "east",
                            {.existing = true, .with = shape(R"(["10.1.0.0/16"])", R"({"db":"10.1.2.0/24"})")});
         world.have_network("network.app", "east", {.existing = true});
       },
       ""},
      {"one that could not be read asks for nothing",
       [](EstateBuilder& world) {
         world.want_network("network.app", "east", {.with = shape(R"(["10.1.0.0/16"])", "")});
         world.have_network("network.app", "east", {.presence = Existence::Unknown});
       },
       ""},
      {"a row that a saved plan does not touch, neither",
       [](EstateBuilder& world) {
         world.want_network("network.app", "east", {.as_is = true, .with = shape(R"(["10.1.0.0/16"])", "")});
         world.have_network("network.app", "east");
       },
       ""},
  };
  expect_decided(cases, asked_text);
}

// The service lands the nics of a vm anew when its recovery network changes: the same subnet is said again.
TEST(Asked, OfANicFollowsItsVmToAnotherNetwork) {
  const EstateCase cases[] = {
      {"the vm stays",
       [](EstateBuilder& world) {
         replicated(world);
         world.settled_vm("vm.web1", "network.app", "network.dr");
         world.settled_nic("vm.web1.nic.eth0", "front");
       },
       ""},
      {"the vm comes up in another network",
       [](EstateBuilder& world) {
         replicated(world);
         world.settled_network("network.dr2", "west");
         world.want_vm("vm.web1", "network.app", "network.dr2");
         world.have_vm("vm.web1", "network.app", "network.dr");
         world.settled_nic("vm.web1.nic.eth0", "front");
       },
       "vm.web1 update target_network; vm.web1.nic.eth0 update target_subnet, lands anew"},
      {"... with another address there: both are said",
       [](EstateBuilder& world) {
         replicated(world);
         world.settled_network("network.dr2", "west");
         world.want_vm("vm.web1", "network.app", "network.dr2");
         world.have_vm("vm.web1", "network.app", "network.dr");
         world.want_nic("vm.web1.nic.eth0", "front", {.with = {{nic_column::target_ip, "10.3.1.4"}}});
         world.have_nic("vm.web1.nic.eth0", "front", {.with = {{nic_column::target_ip, "10.2.1.4"}}});
       },
       "vm.web1 update target_network; vm.web1.nic.eth0 update target_subnet target_ip"},
      {"the vm is replaced: so is its nic",
       [](EstateBuilder& world) {
         replicated(world);
         world.settled_network("network.far", "north");
         world.want_vm("vm.web1", "network.app", "network.far");
         world.have_vm("vm.web1", "network.app", "network.dr");
         world.settled_nic("vm.web1.nic.eth0", "front");
       },
       "vm.web1 replace, creates, deletes; vm.web1.nic.eth0 replace, creates, deletes"},
      {"only the landing changes",
       [](EstateBuilder& world) {
         replicated(world);
         world.settled_vm("vm.web1", "network.app", "network.dr");
         world.want_nic("vm.web1.nic.eth0", "back");
         world.have_nic("vm.web1.nic.eth0", "front");
       },
       "vm.web1.nic.eth0 update target_subnet"},
  };
  expect_decided(cases, asked_text);
}

}  // namespace
}  // namespace pairform
