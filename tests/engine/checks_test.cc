// What the cloud must hold, and must not hold, for a plan to be possible, on estates made by hand.
#include "engine/decide/checks.h"

#include <gtest/gtest.h>

#include "tests/support/decide_texts.h"

namespace pairform {
namespace {

std::string online(EstateBuilder& world) { return checks_text(world, false); }
std::string offline(EstateBuilder& world) { return checks_text(world, true); }

const CellValues k_small = {{network_column::subnets, R"({"front":"10.2.1.0/24"})"}};
const CellValues k_other_prefix = {{network_column::subnets, R"({"front":"10.2.9.0/24"})"}};
const CellValues k_large = {{network_column::subnets, R"({"db":"10.2.2.0/24","front":"10.2.1.0/24"})"}};

void two_networks(EstateBuilder& world) {
  world.settled_network("network.app", "east");
  world.settled_network("network.dr", "west");
}

TEST(Checks, WantExistingAndImportedNetworksToBeThere) {
  const EstateCase cases[] = {
      {"existing and absent",
       [](EstateBuilder& world) { world.want_network("network.app", "east", {.existing = true}); },
       "PF3001 network.app does not exist (the stanza says it is made elsewhere, and there is no network \"app\" in "
       "region \"east\")"},
      {"existing and gone",
       [](EstateBuilder& world) {
         world.settled_network("network.app", "east", {.presence = Existence::Absent, .existing = true});
       },
       "PF3001 network.app does not exist (the stanza says it is made elsewhere, and there is no network \"app\" in "
       "region \"east\" any more)"},
      {"existing and there",
       [](EstateBuilder& world) {
         world.want_network("network.app", "east", {.existing = true});
         world.have_network("network.app", "east", {.only_found = true});
       },
       ""},
      {"existing and not to be read",
       [](EstateBuilder& world) {
         world.settled_network("network.app", "east", {.presence = Existence::Unknown, .existing = true});
       },
       ""},
      {"existing and absent, wanted as it is by a saved plan",
       [](EstateBuilder& world) { world.want_network("network.app", "east", {.existing = true, .as_is = true}); }, ""},
      {"imported and absent",
       [](EstateBuilder& world) {
         world.want_network("network.app", "east");
         world.imported("network.app");
       },
       "PF3008 network.app is imported, and does not exist (there is no \"east/app\" in the cloud to adopt)"},
      {"managed and absent: it is made", [](EstateBuilder& world) { world.want_network("network.app", "east"); }, ""},
  };
  expect_decided(cases, online);
  const EstateCase unseen[] = {
      {"nobody looked for an existing one",
       [](EstateBuilder& world) { world.want_network("network.app", "east", {.existing = true}); }, ""},
      {"nor for an imported one",
       [](EstateBuilder& world) {
         world.want_network("network.app", "east");
         world.imported("network.app");
       },
       ""},
  };
  expect_decided(unseen, offline);
}

constexpr const char* k_not_ours =
    "PF3002 network.app exists and was not made by this project (\"east/app\" is in the cloud without this project's "
    "tag; pairform will not take over what it did not make)";

TEST(Checks, TakeOverNoNetworkThatIsNotOurs) {
  const EstateCase cases[] = {
      {"found without the tag",
       [](EstateBuilder& world) {
         world.want_network("network.app", "east");
         world.have_network("network.app", "east", {.only_found = true});
       },
       k_not_ours},
      {"recorded as made elsewhere",
       [](EstateBuilder& world) {
         world.want_network("network.app", "east");
         world.have_network("network.app", "east", {.existing = true});
       },
       k_not_ours},
      {"found with the tag",
       [](EstateBuilder& world) {
         world.want_network("network.app", "east");
         world.have_network("network.app", "east", {.ours = true, .only_found = true});
       },
       ""},
      {"recorded as ours, and the tag is gone", [](EstateBuilder& world) { two_networks(world); }, ""},
      {"imported",
       [](EstateBuilder& world) {
         world.want_network("network.app", "east");
         world.have_network("network.app", "east", {.only_found = true});
         world.imported("network.app");
       },
       ""},
      {"derived: that was compared before",
       [](EstateBuilder& world) {
         world.want_network("network.app", "east", {.because = "vm.web1"});
         world.have_network("network.app", "east", {.only_found = true});
       },
       ""},
  };
  expect_decided(cases, online);
}

TEST(Checks, WantReplicationsMadeElsewhereToBeThereAndToLeadWhereTheyAreWanted) {
  const EstateCase cases[] = {
      {"absent",
       [](EstateBuilder& world) {
         two_networks(world);
         world.want_vm("vm.web1", "network.app", "network.dr", {.existing = true});
       },
       "PF3213 vm.web1 is not replicated (the stanza says that its replication is enabled elsewhere, and it is not)"},
      {"absent, and what it rests on is unknown",
       [](EstateBuilder& world) {
         two_networks(world);
         world.want_vm("vm.web1", "network.app", "network.dr", {.existing = true, .unknown = "facts denied"});
       },
       ""},
      {"to another region",
       [](EstateBuilder& world) {
         two_networks(world);
         world.settled_network("network.far", "north");
         world.want_vm("vm.web1", "network.app", "network.far", {.existing = true});
         world.have_vm("vm.web1", "network.app", "network.dr", {.only_found = true});
       },
       "PF3213 vm.web1 is replicated to west, not to north (somebody enabled it, and another target region would mean "
       "to disable it first)"},
      {"to another region, not declared as existing",
       [](EstateBuilder& world) {
         two_networks(world);
         world.settled_network("network.far", "north");
         world.want_vm("vm.web1", "network.app", "network.far");
         world.have_vm("vm.web1", "network.app", "network.dr", {.only_found = true});
       },
       "PF3213 vm.web1 is replicated to west, not to north (somebody enabled it, and another target region would mean "
       "to disable it first)"},
      {"to another region, but ours: it is replaced",
       [](EstateBuilder& world) {
         two_networks(world);
         world.settled_network("network.far", "north");
         world.want_vm("vm.web1", "network.app", "network.far");
         world.have_vm("vm.web1", "network.app", "network.dr");
       },
       ""},
  };
  expect_decided(cases, online);
}

TEST(Checks, RefuseToDeleteOrReplaceANetworkInUse) {
  const EstateCase cases[] = {
      {"an address", [](EstateBuilder& world) { world.have_network("network.dr", "west", {.in_use_by = "someone"}); },
       "PF3003 network.dr cannot be deleted while it is in use (used by 10.2.1.4 (someone))"},
      {"a mapping and a machine of somebody else's",
       [](EstateBuilder& world) {
         world.have_network("network.dr", "west");
         world.foreign_half("east/other", "network.dr");
         world.foreign_vm("west/db9", "network.dr");
       },
       "PF3003 network.dr cannot be deleted while it is in use (used by mapping theirs, machine west/db9)"},
      {"by its identity, where its address is wanted for another network",
       [](EstateBuilder& world) {
         world.want_network("network.dr", "west", {.name = "second"});
         world.have_network("network.dr", "west", {.name = "first"});
         world.foreign_half("east/other", "west/first");
       },
       "PF3003 network.dr cannot be replaced while it is in use (used by mapping theirs)"},
      {"replaced under a half that stays: it would leave only after the new one is there",
       [](EstateBuilder& world) {
         world.settled_network("network.app", "east");
         world.want_network("network.dr", "west", {.name = "second"});
         world.have_network("network.dr", "west", {.name = "first"});
         world.want_half("mapping.a.forward", "network.app", "network.dr");
         world.have_half("mapping.a.forward", "network.app", "network.dr");
       },
       "PF3003 network.dr cannot be replaced while it is in use (used by mapping.a.forward)"},
      {"replaced under a vm that stays",
       [](EstateBuilder& world) {
         world.settled_network("network.app", "east");
         world.want_network("network.dr", "west", {.name = "second"});
         world.have_network("network.dr", "west", {.name = "first"});
         world.want_vm("vm.web1", "network.app", "network.dr");
         world.have_vm("vm.web1", "network.app", "network.dr");
       },
       "PF3003 network.dr cannot be replaced while it is in use (used by vm.web1)"},
      {"deleted after a half that goes to another network",
       [](EstateBuilder& world) {
         two_networks(world);
         world.have_network("network.old", "west");
         world.want_half("mapping.a.forward", "network.app", "network.dr");
         world.have_half("mapping.a.forward", "network.app", "network.old");
       },
       ""},
      {"only forgotten",
       [](EstateBuilder& world) {
         world.have_network("network.dr", "west", {.in_use_by = "someone"});
         world.removed("network.dr");
       },
       ""},
  };
  expect_decided(cases, online);
}

TEST(Checks, WarnOfWhatIsForgottenWithoutBeingNamed) {
  const EstateCase cases[] = {
      {"along",
       [](EstateBuilder& world) {
         world.have_network("network.app", "east");
         world.have_network("network.dr", "west");
         world.have_pair("mapping.a", "network.app", "network.dr");
         world.have_vm("vm.web1", "network.app", "network.dr", {.existing = true});
       },
       "PF1510 mapping.a.forward is forgotten, not deleted (a replication that is left in the cloud goes by it); "
       "PF1510 mapping.a.reverse is forgotten, not deleted (a replication that is left in the cloud goes by it); "
       "PF1510 network.app is forgotten, not deleted (a mapping that is left in the cloud stands on it); "
       "PF1510 network.dr is forgotten, not deleted (a mapping that is left in the cloud stands on it)"},
      {"derived and adopted",
       [](EstateBuilder& world) { world.have_network("network.dr", "west", {.adopted = true, .because = "vm.web1"}); },
       "PF3212 network.dr is forgotten, not deleted (no vm asks for it any more, and it was there before pairform)"},
      {"derived and in use",
       [](EstateBuilder& world) {
         world.have_network("network.dr", "west", {.because = "vm.web1", .in_use_by = "someone"});
       },
       "PF3212 network.dr is forgotten, not deleted (no vm asks for it any more, and it is in use by 10.2.1.4 "
       "(someone))"},
      {"derived and used by a stranger",
       [](EstateBuilder& world) {
         world.have_network("network.dr", "west", {.because = "vm.web1"});
         world.foreign_vm("west/db9", "network.dr");
       },
       "PF3212 network.dr is forgotten, not deleted (no vm asks for it any more, and a mapping or machine that is not "
       "of this project uses it)"},
  };
  expect_decided(cases, online);
}

TEST(Checks, AskForTwoPlansWhereANetworkCannotChangeInOne) {
  const EstateCase cases[] = {
      {"what is added overlaps what is removed",
       [](EstateBuilder& world) {
         world.want_network("network.dr", "west", {.with = {{network_column::subnets, R"({"b":"10.2.1.0/25"})"}}});
         world.have_network("network.dr", "west", {.with = {{network_column::subnets, R"({"a":"10.2.1.0/24"})"}}});
       },
       "PF3007 network.dr cannot change its shape in one plan (what is added overlaps what is removed: 10.2.1.0/25 and "
       "10.2.1.0/24)"},
      {"also of a network that is left alone this time",
       [](EstateBuilder& world) {
         world.want_network("network.dr", "west", {.with = {{network_column::subnets, R"({"b":"10.2.1.0/25"})"}}});
         world.have_network("network.dr", "west",
                            {.status = Status::Busy, .with = {{network_column::subnets, R"({"a":"10.2.1.0/24"})"}}});
       },
       "PF3007 network.dr cannot change its shape in one plan (what is added overlaps what is removed: 10.2.1.0/25 and "
       "10.2.1.0/24)"},
      {"somebody is in the subnet that goes",
       [](EstateBuilder& world) {
         world.want_network("network.dr", "west", {.with = k_small});
         world.have_network("network.dr", "west", {.in_use_by = "someone", .in_use_ip = "10.2.2.4", .with = k_large});
       },
       "PF3003 subnet \"db\" of network.dr is in use (used by 10.2.2.4 (someone))"},
      {"somebody is in the subnet that stays",
       [](EstateBuilder& world) {
         world.want_network("network.dr", "west", {.with = k_small});
         world.have_network("network.dr", "west", {.in_use_by = "someone", .with = k_large});
       },
       ""},
      {"a landing leaves a subnet whose prefix changes, for one that the same update brings",
       [](EstateBuilder& world) {
         world.settled_network("network.app", "east");
         world.want_network("network.dr", "west",
                            {.with = {{network_column::subnets, R"({"db":"10.2.2.0/24","front":"10.2.9.0/24"})"}}});
         world.have_network("network.dr", "west", {.with = k_small});
         world.settled_vm("vm.web1", "network.app", "network.dr");
         world.want_nic("vm.web1.nic.eth0", "db");
         world.have_nic("vm.web1.nic.eth0", "front");
       },
       "PF3007 network.dr cannot change its shape in one plan (vm.web1.nic.eth0 leaves subnet \"front\", whose prefix "
       "changes, for what comes only with that change)"},
      {"a landing leaves a subnet whose prefix changes, and its test comes up in one that another update brings",
       [](EstateBuilder& world) {
         world.settled_network("network.app", "east");
         world.want_network("network.dr", "west",
                            {.with = {{network_column::subnets, R"({"db":"10.2.2.0/24","front":"10.2.9.0/24"})"}}});
         world.have_network("network.dr", "west",
                            {.with = {{network_column::subnets, R"({"db":"10.2.2.0/24","front":"10.2.1.0/24"})"}}});
         world.want_network("network.test", "west", {.with = k_large});
         world.have_network("network.test", "west", {.with = k_small});
         world.settled_vm("vm.web1", "network.app", "network.dr",
                          {.with = {{vm_column::test_network, "network.test"}}});
         world.want_nic("vm.web1.nic.eth0", "db", {.with = {{nic_column::test_subnet, "db"}}});
         world.have_nic("vm.web1.nic.eth0", "front", {.with = {{nic_column::test_subnet, "front"}}});
       },
       "PF3007 network.dr cannot change its shape in one plan (vm.web1.nic.eth0 leaves subnet \"front\", whose prefix "
       "changes, for what comes only with that change)"},
      {"a landing stays in a subnet whose prefix changes",
       [](EstateBuilder& world) {
         world.settled_network("network.app", "east");
         world.want_network("network.dr", "west", {.with = k_other_prefix});
         world.have_network("network.dr", "west", {.with = k_small});
         world.settled_vm("vm.web1", "network.app", "network.dr");
         world.want_nic("vm.web1.nic.eth0", "front", {.with = {{nic_column::target_ip, "10.2.9.4"}}});
         world.have_nic("vm.web1.nic.eth0", "front", {.with = {{nic_column::target_ip, "10.2.1.4"}}});
       },
       ""},
  };
  expect_decided(cases, online);
}

}  // namespace
}  // namespace pairform
