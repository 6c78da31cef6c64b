// What a plan leaves alone, on estates made by hand.
#include "engine/decide/hold.h"

#include <gtest/gtest.h>

#include "tests/support/decide_texts.h"

namespace pairform {
namespace {

void two_networks(EstateBuilder& world) {
  world.settled_network("network.app", "east");
  world.settled_network("network.dr", "west");
}

const CellValues k_small = {{network_column::subnets, R"({"front":"10.2.1.0/24"})"}};
const CellValues k_large = {{network_column::subnets, R"({"db":"10.2.2.0/24","front":"10.2.1.0/24"})"}};

// A network that is to get one more subnet.
void growing_network(EstateBuilder& world, const char* address, const char* region, Had how = {}) {
  how.with = k_small;
  world.want_network(address, region, {.with = k_large});
  world.have_network(address, region, std::move(how));
}

Had unknown() { return {.presence = Existence::Unknown, .why_unknown = "denied"}; }

TEST(Hold, LeavesEverythingSettledToTheDiff) {
  const EstateCase cases[] = {
      {"nothing", [](EstateBuilder&) {}, ""},
      {"nothing to do",
       [](EstateBuilder& world) {
         two_networks(world);
         world.settled_pair("mapping.a", "network.app", "network.dr");
       },
       ""},
      {"something to do", [](EstateBuilder& world) { growing_network(world, "network.app", "east"); }, ""},
      {"something is gone",
       [](EstateBuilder& world) { world.settled_network("network.app", "east", {.presence = Existence::Absent}); }, ""},
  };
  expect_decided(cases, hold_text);
}

TEST(Hold, StartsFromWhatIsUnknownOrHeld) {
  const EstateCase cases[] = {
      {"unknown, nothing asked", [](EstateBuilder& world) { world.settled_network("network.app", "east", unknown()); },
       "unknown network.app denied; alone network.app; incomplete"},
      {"unknown, to be deleted", [](EstateBuilder& world) { world.have_network("network.app", "east", unknown()); },
       "unknown network.app denied; alone network.app; asked network.app; incomplete; stops"},
      {"found only, as far as it can be read: it may not be made",
       [](EstateBuilder& world) {
         world.want_network("network.app", "east");
         world.have_network("network.app", "east",
                            {.presence = Existence::Unknown, .only_found = true, .why_unknown = "denied"});
       },
       "unknown network.app denied; alone network.app; asked network.app; incomplete; stops"},
      {"busy, nothing asked",
       [](EstateBuilder& world) { world.settled_network("network.app", "east", {.status = Status::Busy}); },
       "held network.app busy; alone network.app"},
      {"busy, to be changed",
       [](EstateBuilder& world) { growing_network(world, "network.app", "east", {.status = Status::Busy}); },
       "held network.app busy; alone network.app; asked network.app; stops"},
      {"failed over",
       [](EstateBuilder& world) {
         two_networks(world);
         world.have_vm("vm.web1", "network.app", "network.dr", {.status = Status::FailedOver});
       },
       "held vm.web1 failed_over; alone vm.web1; asked vm.web1; stops"},
      {"reversed",
       [](EstateBuilder& world) {
         two_networks(world);
         world.have_vm("vm.web1", "network.app", "network.dr", {.status = Status::Reversed});
       },
       "held vm.web1 reversed; alone vm.web1; asked vm.web1; stops"},
      {"broken",
       [](EstateBuilder& world) {
         two_networks(world);
         world.have_vm("vm.web1", "network.app", "network.dr", {.status = Status::Broken});
       },
       "held vm.web1 broken; alone vm.web1; asked vm.web1; stops"},
      {"an operation of ours still runs",
       [](EstateBuilder& world) { growing_network(world, "network.app", "east", {.pending = "operation 7"}); },
       "held network.app busy an accepted operation on it has not settled yet; alone network.app; asked network.app; "
       "stops"},
      {"wanted, and what it rests on is unknown",
       [](EstateBuilder& world) {
         two_networks(world);
         world.want_vm("vm.web1", "network.app", "network.dr", {.unknown = "facts denied"});
       },
       "unknown vm.web1 facts denied; alone vm.web1; incomplete; stops"},
      {"unknown is told of what is both",
       [](EstateBuilder& world) {
         growing_network(world, "network.app", "east",
                         {.presence = Existence::Unknown, .status = Status::Busy, .why_unknown = "denied"});
       },
       "unknown network.app denied; alone network.app; incomplete"},
  };
  expect_decided(cases, hold_text);
}

TEST(Hold, KnowsNothingOfAVmWithARecordedNicThatCannotBeRead) {
  const EstateCase cases[] = {
      {"recorded",
       [](EstateBuilder& world) {
         two_networks(world);
         world.want_vm("vm.web1", "network.app", "network.dr");
         world.have_vm("vm.web1", "network.app", "network.dr", {.found = {{vm_column::target_network, ""}}});
         world.settled_nic("vm.web1.nic.eth0", "front", unknown());
         world.want_nic("vm.web1.nic.eth1", "front");
       },
       "unknown vm.web1 vm.web1.nic.eth0; unknown vm.web1.nic.eth0 denied; unknown vm.web1.nic.eth1 vm.web1; "
       "alone vm.web1 vm.web1.nic.eth0 vm.web1.nic.eth1; asked vm.web1; incomplete; stops"},
      {"only found: the vm can be changed",
       [](EstateBuilder& world) {
         two_networks(world);
         world.want_vm("vm.web1", "network.app", "network.dr");
         world.have_vm("vm.web1", "network.app", "network.dr", {.found = {{vm_column::target_network, ""}}});
         world.want_nic("vm.web1.nic.eth0", "front");
         world.have_nic("vm.web1.nic.eth0", "front",
                        {.presence = Existence::Unknown, .only_found = true, .why_unknown = "denied"});
       },
       "unknown vm.web1.nic.eth0 denied; alone vm.web1.nic.eth0; asked vm.web1.nic.eth0; incomplete; stops"},
      {"the networks and halves of the vm wait for it, too",
       [](EstateBuilder& world) {
         world.settled_network("network.app", "east");
         growing_network(world, "network.dr", "west");
         world.settled_vm("vm.web1", "network.app", "network.dr");
         world.settled_nic("vm.web1.nic.eth0", "front", unknown());
       },
       "unknown network.dr vm.web1; unknown vm.web1 vm.web1.nic.eth0; unknown vm.web1.nic.eth0 denied; "
       "alone network.dr vm.web1 vm.web1.nic.eth0; asked network.dr; incomplete; stops"},
  };
  expect_decided(cases, hold_text);
}

// A vm that is not settled, whose networks are both to grow, and whose pair is to be put right in both halves.
void vm_with_changing_needs(EstateBuilder& world, Had vm) {
  growing_network(world, "network.app", "east");
  growing_network(world, "network.dr", "west");
  world.settled_network("network.app2", "east");
  world.settled_network("network.dr2", "west");
  world.want_pair("mapping.a", "network.app", "network.dr");
  world.have_half("mapping.a.forward", "network.app", "network.dr", {.found = {{half_column::target, "network.dr2"}}});
  world.have_half("mapping.a.reverse", "network.dr", "network.app", {.found = {{half_column::target, "network.app2"}}});
  world.settled_vm("vm.web1", "network.app", "network.dr", std::move(vm));
}

TEST(Hold, KeepsWhatAHeldVmNeedsToComeHome) {
  const EstateCase cases[] = {
      {"failed over", [](EstateBuilder& world) { vm_with_changing_needs(world, {.status = Status::FailedOver}); },
       "held mapping.a.forward failed_over vm.web1; held mapping.a.reverse failed_over vm.web1; "
       "held network.app failed_over vm.web1; held network.dr failed_over vm.web1; held vm.web1 failed_over; "
       "alone mapping.a.forward mapping.a.reverse network.app network.dr vm.web1; "
       "asked mapping.a.forward mapping.a.reverse network.app network.dr; stops"},
      {"unknown: it may have failed over", [](EstateBuilder& world) { vm_with_changing_needs(world, unknown()); },
       "unknown mapping.a.forward vm.web1; unknown mapping.a.reverse vm.web1; unknown network.app vm.web1; "
       "unknown network.dr vm.web1; unknown vm.web1 denied; "
       "alone mapping.a.forward mapping.a.reverse network.app network.dr vm.web1; "
       "asked mapping.a.forward mapping.a.reverse network.app network.dr; incomplete; stops"},
      {"unknown and not recorded: nobody failed it over",
       [](EstateBuilder& world) {
         vm_with_changing_needs(world, {});
         world.want_vm("vm.web2", "network.app", "network.dr");
         world.have_vm("vm.web2", "network.app", "network.dr",
                       {.presence = Existence::Unknown, .only_found = true, .why_unknown = "denied"});
       },
       "unknown vm.web2 denied; alone vm.web2; asked vm.web2; incomplete; stops"},
      {"settled", [](EstateBuilder& world) { vm_with_changing_needs(world, {}); }, ""},
      {"gone", [](EstateBuilder& world) { vm_with_changing_needs(world, {.presence = Existence::Absent}); }, ""},
      {"its pair and networks leave",
       [](EstateBuilder& world) {
         world.have_network("network.app", "east");
         world.have_network("network.dr", "west");
         world.have_pair("mapping.a", "network.app", "network.dr");
         world.have_vm("vm.web1", "network.app", "network.dr", {.status = Status::FailedOver});
       },
       "held mapping.a.forward failed_over vm.web1; held mapping.a.reverse failed_over vm.web1; "
       "held network.app failed_over vm.web1; held network.dr failed_over vm.web1; held vm.web1 failed_over; "
       "alone mapping.a.forward mapping.a.reverse network.app network.dr vm.web1; "
       "asked mapping.a.forward mapping.a.reverse network.app network.dr vm.web1; stops"},
      {"what would only be recorded goes on",
       [](EstateBuilder& world) {
         world.want_network("network.new", "east", {.name = "app"});
         world.have_network("network.app", "east");
         world.settled_network("network.dr", "west");
         world.want_vm("vm.web1", "network.new", "network.dr");
         world.have_vm("vm.web1", "network.app", "network.dr", {.status = Status::FailedOver});
       },
       "held vm.web1 failed_over; alone vm.web1"},
  };
  expect_decided(cases, hold_text);
}

TEST(Hold, ReachesWhatStandsOnIt) {
  const EstateCase cases[] = {
      {"halves that are wanted on a network, and the vm that lands by them",
       [](EstateBuilder& world) {
         world.settled_network("network.app", "east", unknown());
         world.settled_network("network.dr", "west");
         world.want_pair("mapping.a", "network.app", "network.dr");
         world.want_vm("vm.web1", "network.app", "network.dr");
         world.want_nic("vm.web1.nic.eth0", "front");
       },
       "unknown mapping.a.forward network.app; unknown mapping.a.reverse network.app; unknown network.app denied; "
       "unknown vm.web1 network.app; unknown vm.web1.nic.eth0 vm.web1; "
       "alone mapping.a.forward mapping.a.reverse network.app vm.web1 vm.web1.nic.eth0; incomplete; stops"},
      {"halves that are there, and leave",
       [](EstateBuilder& world) {
         world.settled_network("network.app", "east", {.status = Status::Busy});
         world.settled_network("network.dr", "west");
         world.have_pair("mapping.a", "network.app", "network.dr");
       },
       "held mapping.a.forward busy network.app; held mapping.a.reverse busy network.app; held network.app busy; "
       "alone mapping.a.forward mapping.a.reverse network.app; asked mapping.a.forward mapping.a.reverse; stops"},
      {"of a longer way the status of its root, and the resource before it",
       [](EstateBuilder& world) {
         world.settled_network("network.app", "east", {.status = Status::Busy});
         world.settled_network("network.dr", "west");
         world.want_pair("mapping.a", "network.app", "network.dr");
         world.want_vm("vm.web1", "network.app", "network.dr");
         world.want_nic("vm.web1.nic.eth0", "front");
       },
       "held mapping.a.forward busy network.app; held mapping.a.reverse busy network.app; held network.app busy; "
       "held vm.web1 busy network.app; held vm.web1.nic.eth0 busy vm.web1; "
       "alone mapping.a.forward mapping.a.reverse network.app vm.web1 vm.web1.nic.eth0; stops"},
      {"its mirror",
       [](EstateBuilder& world) {
         two_networks(world);
         world.settled_network("network.app2", "east");
         world.want_pair("mapping.a", "network.app", "network.dr");
         world.have_half("mapping.a.forward", "network.app", "network.dr", unknown());
         world.have_half("mapping.a.reverse", "network.dr", "network.app",
                         {.found = {{half_column::target, "network.app2"}}});
       },
       "unknown mapping.a.forward denied; unknown mapping.a.reverse mapping.a.forward; "
       "alone mapping.a.forward mapping.a.reverse; asked mapping.a.reverse; incomplete; stops"},
      {"the mirror that leaves",
       [](EstateBuilder& world) {
         two_networks(world);
         world.want_half("mapping.a.forward", "network.app", "network.dr");
         world.have_half("mapping.a.forward", "network.app", "network.dr", {.status = Status::Busy});
         world.have_half("mapping.a.reverse", "network.dr", "network.app");
       },
       "held mapping.a.forward busy; held mapping.a.reverse busy mapping.a.forward; "
       "alone mapping.a.forward mapping.a.reverse; asked mapping.a.reverse; stops"},
      {"what takes its place",
       [](EstateBuilder& world) {
         world.want_network("network.app", "east", {.name = "second"});
         world.have_network("network.app", "east", {.name = "first", .status = Status::Busy});
       },
       "held network.app busy; alone network.app; asked network.app; stops"},
      {"what takes its place at another address",
       [](EstateBuilder& world) {
         world.want_network("network.b", "east");
         world.have_network("network.a", "east", {.status = Status::Busy});
         world.moved("network.a", "network.b");
       },
       "held network.a busy; held network.b busy network.a; alone network.b; asked network.a; stops"},
      {"what takes its slot",
       [](EstateBuilder& world) {
         two_networks(world);
         world.settled_network("network.dr2", "west");
         world.settled_network("network.far", "north");
         world.want_half("mapping.b.forward", "network.app", "network.far");
         world.want_half("mapping.c.forward", "network.app", "network.dr");
         world.have_half("mapping.a.forward", "network.app", "network.dr2", {.status = Status::Busy});
         world.moved("mapping.a", "mapping.b");
       },
       "held mapping.a.forward busy; held mapping.b.forward busy mapping.a.forward; "
       "held mapping.c.forward busy mapping.b.forward; alone mapping.b.forward mapping.c.forward; "
       "asked mapping.a.forward; stops"},
      {"what stands on the resource whose place it takes",
       [](EstateBuilder& world) {
         two_networks(world);
         world.want_vm("vm.b", "network.app", "network.dr", {.unknown = "facts denied"});
         world.have_vm("vm.a", "network.app", "network.dr");
         world.have_nic("vm.a.nic.eth9", "front");
         world.moved("vm.a", "vm.b");
       },
       "unknown vm.a.nic.eth9 vm.a; unknown vm.b facts denied; alone vm.a.nic.eth9 vm.b; asked vm.a.nic.eth9 vm.a; "
       "incomplete; stops"},
      {"what stood on it, and is wanted under another address",
       [](EstateBuilder& world) {
         two_networks(world);
         world.settled_network("network.old", "west", unknown());
         world.want_half("mapping.b.forward", "network.app", "network.dr");
         world.have_half("mapping.a.forward", "network.app", "network.old");
       },
       "unknown mapping.b.forward mapping.a.forward; unknown network.old denied; "
       "alone mapping.b.forward network.old; asked mapping.a.forward; incomplete; stops"},
      {"nothing beside it",
       [](EstateBuilder& world) {
         world.settled_network("network.app", "east", unknown());
         growing_network(world, "network.dr", "west");
         world.settled_pair("mapping.a", "network.app", "network.dr");
       },
       "unknown network.app denied; alone network.app; incomplete"},
  };
  expect_decided(cases, hold_text);
}

TEST(Hold, KeepsWhatAResourceStandsOnFromLeaving) {
  const EstateCase cases[] = {
      {"the network of a vm that cannot be asked",
       [](EstateBuilder& world) {
         world.settled_network("network.app", "east");
         world.settled_network("network.dr", "west");
         world.want_vm("vm.web1", "network.app", "network.dr");
         world.have_network("network.old", "west");
         world.have_vm("vm.web1", "network.app", "network.old", unknown());
       },
       "unknown network.old vm.web1; unknown vm.web1 denied; alone network.old vm.web1; asked network.old; "
       "incomplete; stops"},
      {"the network of a half that is busy",
       [](EstateBuilder& world) {
         two_networks(world);
         world.have_network("network.old", "west");
         world.want_half("mapping.a.forward", "network.app", "network.dr");
         world.have_half("mapping.a.forward", "network.app", "network.old", {.status = Status::Busy});
       },
       "held mapping.a.forward busy; held network.old busy mapping.a.forward; "
       "alone mapping.a.forward network.old; asked mapping.a.forward network.old; stops"},
      {"but not that of a vm that is gone",
       [](EstateBuilder& world) {
         two_networks(world);
         world.have_network("network.old", "west");
         world.have_vm("vm.web1", "network.app", "network.old",
                       {.presence = Existence::Absent, .status = Status::Busy});
       },
       "held vm.web1 busy"},
  };
  expect_decided(cases, hold_text);
}

TEST(Hold, LetsWhatOnlyChangesStateGoOnWhereSomethingIsHeld) {
  const EstateCase cases[] = {
      {"a move of what is busy",
       [](EstateBuilder& world) {
         world.want_network("network.b", "east", {.name = "x"});
         world.have_network("network.a", "east", {.name = "x", .status = Status::Busy});
       },
       "held network.b busy"},
      {"an adoption",
       [](EstateBuilder& world) {
         world.want_network("network.app", "east");
         world.have_network("network.app", "east", {.status = Status::Busy, .only_found = true});
       },
       "held network.app busy"},
      {"a forgetting",
       [](EstateBuilder& world) {
         world.have_network("network.app", "east", {.status = Status::Busy});
         world.removed("network.app");
       },
       "held network.app busy"},
      {"not the forgetting of networks that a held machine and its pair stand on",
       [](EstateBuilder& world) {
         world.have_network("network.app", "east", {.existing = true});
         world.have_network("network.dr", "west", {.existing = true});
         world.settled_pair("mapping.a", "network.app", "network.dr");
         world.settled_vm("vm.web1", "network.app", "network.dr", {.status = Status::Busy});
       },
       "held network.app busy vm.web1; held network.dr busy vm.web1; held vm.web1 busy; alone network.app network.dr "
       "vm.web1; asked network.app network.dr; stops"},
      {"not even where a directive asks for it",
       [](EstateBuilder& world) {
         world.have_network("network.app", "east", {.existing = true});
         world.settled_network("network.dr", "west");
         world.settled_vm("vm.web1", "network.app", "network.dr", {.status = Status::Busy});
         world.removed("network.app");
       },
       "held network.app busy vm.web1; held vm.web1 busy; alone network.app vm.web1; asked network.app; stops"},
      {"the forgetting of a network that nothing stands on",
       [](EstateBuilder& world) {
         two_networks(world);
         world.have_network("network.old", "west", {.existing = true});
         world.settled_vm("vm.web1", "network.app", "network.dr", {.status = Status::Busy});
       },
       "held vm.web1 busy; alone vm.web1"},
      {"not a move of what is unknown",
       [](EstateBuilder& world) {
         Had how = unknown();
         how.name = "x";
         world.want_network("network.b", "east", {.name = "x"});
         world.have_network("network.a", "east", how);
       },
       "unknown network.b denied; alone network.b; asked network.a; incomplete; stops"},
      {"not a move with an update",
       [](EstateBuilder& world) {
         world.want_network("network.b", "east", {.name = "x", .with = k_large});
         world.have_network("network.a", "east", {.name = "x", .status = Status::Busy, .with = k_small});
       },
       "held network.b busy; alone network.b; asked network.a; stops"},
      {"a pair of which both halves only move",
       [](EstateBuilder& world) {
         two_networks(world);
         world.want_pair("mapping.b", "network.app", "network.dr");
         world.have_half("mapping.a.forward", "network.app", "network.dr", {.status = Status::Busy});
         world.have_half("mapping.a.reverse", "network.dr", "network.app");
       },
       "held mapping.b.forward busy"},
      {"a pair of which one half is to change, too, is held whole",
       [](EstateBuilder& world) {
         two_networks(world);
         world.settled_network("network.app2", "east");
         world.want_pair("mapping.b", "network.app", "network.dr");
         world.have_half("mapping.a.forward", "network.app", "network.dr", {.status = Status::Busy});
         world.have_half("mapping.a.reverse", "network.dr", "network.app",
                         {.found = {{half_column::target, "network.app2"}}});
       },
       "held mapping.b.forward busy; held mapping.b.reverse busy mapping.b.forward; "
       "alone mapping.b.forward mapping.b.reverse; asked mapping.a.forward mapping.a.reverse; stops"},
  };
  expect_decided(cases, hold_text);
}

TEST(Hold, LeavesAloneWhatIsLeftOutAndWhatDependsOnIt) {
  const EstateCase cases[] = {
      {"a new vm with its nic; its neighbour goes on",
       [](EstateBuilder& world) {
         two_networks(world);
         world.settled_pair("mapping.a", "network.app", "network.dr");
         for (const char* vm : {"vm.w1", "vm.w2"}) {
           world.want_vm(vm, "network.app", "network.dr");
           world.want_nic(std::string(vm) + ".nic.eth0", "front");
         }
         world.leave_out("vm.w1", "E");
       },
       "left out vm.w1 E; left out vm.w1.nic.eth0 vm.w1; alone vm.w1 vm.w1.nic.eth0; stops"},
      {"a network: the pair on it, and who lands by that, but not the other network",
       [](EstateBuilder& world) {
         world.want_network("network.app", "east");
         world.want_network("network.dr", "west");
         world.want_pair("mapping.a", "network.app", "network.dr");
         world.want_vm("vm.w1", "network.app", "network.dr");
         world.leave_out("network.dr", "E");
       },
       "left out mapping.a.forward network.dr; left out mapping.a.reverse network.dr; left out network.dr E; "
       "left out vm.w1 network.dr; "
       "alone mapping.a.forward mapping.a.reverse network.dr vm.w1; stops"},
      {"what only state would learn of it is left, too",
       [](EstateBuilder& world) {
         world.want_network("network.new", "east", {.name = "x"});
         world.have_network("network.old", "east", {.name = "x"});
         world.leave_out("network.new", "E");
       },
       "left out network.new E; alone network.new; asked network.old; stops"},
      {"what is deleted goes while the network under it is left out",
       [](EstateBuilder& world) {
         two_networks(world);
         world.have_pair("mapping.a", "network.app", "network.dr");
         world.leave_out("network.dr", "E");
       },
       "left out network.dr E; alone network.dr; asked network.dr"},
      {"... and what it stands on stays",
       [](EstateBuilder& world) {
         world.settled_network("network.app", "east");
         world.have_network("network.dr", "west");
         world.have_pair("mapping.a", "network.app", "network.dr");
         world.leave_out("mapping.a.forward", "E");
         world.leave_out("mapping.a.reverse", "E");
       },
       "left out mapping.a.forward E; left out mapping.a.reverse E; left out network.dr mapping.a.forward; "
       "alone mapping.a.forward mapping.a.reverse network.dr; asked mapping.a.forward mapping.a.reverse network.app "
       "network.dr; stops"},
      {"what is recorded because of a vm that is left out does not leave",
       [](EstateBuilder& world) {
         world.settled_network("network.app", "east");
         world.have_network("network.app-asr-west", "west", {.because = "vm.w1"});
         world.have_pair("mapping.app-to-west", "network.app", "network.app-asr-west", {.because = "vm.w1"});
         world.have_network("network.b-asr-west", "west", {.because = "vm.w2"});
         world.want_vm("vm.w1", "network.app", "", {.with = {{vm_column::target_region, "west"}}});
         world.leave_out("vm.w1", "E");
       },
       "left out mapping.app-to-west.forward vm.w1, which is left out, asks for it; "
       "left out mapping.app-to-west.reverse vm.w1, which is left out, asks for it; "
       "left out network.app-asr-west vm.w1, which is left out, asks for it; left out vm.w1 E; "
       "alone mapping.app-to-west.forward mapping.app-to-west.reverse network.app-asr-west vm.w1; "
       "asked mapping.app-to-west.forward mapping.app-to-west.reverse network.app network.app-asr-west; stops"},
      {"nor the pair by which it would land, recorded because of another one",
       [](EstateBuilder& world) {
         two_networks(world);
         world.have_pair("mapping.app-to-west", "network.app", "network.dr", {.because = "vm.w0"});
         world.want_vm("vm.w1", "network.app", "", {.with = {{vm_column::target_region, "west"}}});
         world.leave_out("vm.w1", "E");
       },
       "left out mapping.app-to-west.forward vm.w1, which is left out, asks for it; "
       "left out mapping.app-to-west.reverse mapping.app-to-west.forward; left out vm.w1 E; "
       "alone mapping.app-to-west.forward mapping.app-to-west.reverse vm.w1; "
       "asked mapping.app-to-west.forward mapping.app-to-west.reverse network.app network.dr; stops"},
  };
  expect_decided(cases, hold_text);
}

TEST(Hold, TakesThePairingsLeftAloneOutOfTheMatch) {
  EstateBuilder world;
  growing_network(world, "network.app", "east", {.status = Status::Busy});
  growing_network(world, "network.dr", "west");
  world.have_network("network.old", "west");
  const Decided decided(world);
  std::vector<std::string> left;
  for (const Pairing& pairing : leave_alone(decided.matched, decided.held).pairings)
    left.push_back(world.address(pairing.resource));
  EXPECT_EQ(left, (std::vector<std::string>{"network.dr", "network.old"}));
}

}  // namespace
}  // namespace pairform
