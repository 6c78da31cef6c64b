// Attributes for many: [defaults.*] of pairform.toml and of an included file, and [vm.KEY.nics].
#include <gtest/gtest.h>

#include "tests/engine/resolve_support.h"
#include "tests/support/text_cases.h"

namespace pairform {
namespace {

TEST(Defaults, GiveNetworksAndMappingsWhatTheyDoNotGive) {
  const Resolved resolved = resolve_files({{"n.toml", R"([defaults.network]
existing = true
region = "eastasia"
resource_group = "rg"
[defaults.mapping]
addresses = "same-host"
target = "network.dr"
mirror = true
[network.app]
[network.dr]
region = "southeastasia"
[mapping.m]
source = "network.app"
)"}});
  EXPECT_EQ(resolved.text, "");
  EXPECT_EQ(resolved.halves(), R"(mapping.m.forward - same-host
mapping.m.reverse - same-host
)");
  ASSERT_EQ(resolved.desired.rows.size(), 4U);
  EXPECT_EQ(resolved.shown(resolved.desired.rows[DesiredId(2U)].identity), "eastasia/app/rg");
  EXPECT_TRUE(resolved.desired.rows[DesiredId(2U)].existing);
}

// A file of its own for each pair of regions.
TEST(Defaults, OfAFileHoldForWhatItDeclaresAndGoBeforeThoseOfTheProject) {
  const Resolved resolved = resolve_files({{"pairform.toml", R"(include = ["?.toml"]
[project]
name = "x"
[defaults.vm]
region = "eastasia"
target_region = "southeastasia"
[defaults.nic]
target_subnet = "project"
[vm.p]
)"},
                                           {"n.toml", R"([defaults.vm]
target_region = "westus"
[defaults.nic]
target_subnet = "file"
[vm.n]
[vm.n.nic.eth0]
[vm.n.nic.eth1]
target_subnet = "own"
[vm.all]
[vm.all.nics]
target_subnet = "all"
[vm.all.nic.eth0]
[vm.all.nic.eth1]
target_subnet = "own"
)"},
                                           {"o.toml", R"([vm.o]
[vm.o.nic.eth0]
[vm.n.nic.eth2]
)"}});
  EXPECT_EQ(resolved.text, "");
  std::string out;
  for (const DeclaredVm& vm : resolved.desired.vms) {
    out += resolved.shown(vm.address) + " -> " + resolved.shown(vm.target_region) + ' ' +
           resolved.shown(vm.nic_defaults.target_subnet) + '\n';
    for (DeclaredNicId n = vm.first_nic; n < vm.end_nic(); ++n.value)
      out += "  " + resolved.shown(resolved.desired.nics[n].key) + ' ' +
             resolved.shown(resolved.desired.nics[n].target_subnet) + '\n';
  }
  EXPECT_EQ(out, R"(vm.all -> westus all
  eth0 all
  eth1 own
vm.n -> westus file
  eth0 file
  eth1 own
  eth2 project
vm.o -> southeastasia project
  eth0 project
vm.p -> southeastasia project
)");
}

const TextCase k_cases[] = {
    {"what no two can have in common", R"([defaults.network]
name = "app"
address_space = ["10.1.0.0/16"]
[defaults.mapping]
name = "m"
reverse_name = "n"
addresses = "same"
mirror = false
[vm.a.nics]
target_ip = "10.1.1.4"
subnet = "web"
target_sbnet = "web"
[vm.a]
network = "network.app"
target_region = "southeastasia"
)",
     R"(v.toml:2:1: error PF1103: [defaults.network] takes no name
   2 | name = "app"
     | ^^^^
  why:  It is each network's own.
  fix:  write it in the network's own table

v.toml:3:1: error PF1103: [defaults.network] takes no address_space
   3 | address_space = ["10.1.0.0/16"]
     | ^^^^^^^^^^^^^
  why:  It is each network's own.
  fix:  write it in the network's own table

v.toml:5:1: error PF1103: [defaults.mapping] takes no name
   5 | name = "m"
     | ^^^^
  why:  It is each mapping's own.
  fix:  write it in the mapping's own table

v.toml:6:1: error PF1103: [defaults.mapping] takes no reverse_name
   6 | reverse_name = "n"
     | ^^^^^^^^^^^^
  why:  It is each mapping's own.
  fix:  write it in the mapping's own table

v.toml:7:13: error PF1407: addresses rule not valid: "same"
   7 | addresses = "same"
     |             ^^^^^^
  why:  "same-host" keeps the host number where prefixes differ; there is no other rule.
  fix:  write addresses = "same-host", or leave it out

v.toml:8:10: warning PF1408: mappings have no way back by default
   8 | mirror = false
     |          ^^^^^
  why:  mirror = false makes the forward half only: what fails over by it does not come home by it.
  fix:  remove mirror = false unless that is meant

v.toml:10:1: error PF1103: [vm.KEY.nics] takes no target_ip
  10 | target_ip = "10.1.1.4"
     | ^^^^^^^^^
  why:  [vm.KEY.nics] takes target_subnet and test_subnet.
  fix:  write it in the nic's own table

v.toml:11:1: error PF1103: [vm.KEY.nics] takes no subnet
  11 | subnet = "web"
     | ^^^^^^
  why:  [vm.KEY.nics] takes target_subnet and test_subnet.
  fix:  write it in the nic's own table, or in [defaults.nic]

v.toml:12:1: error PF1103: unknown attribute "target_sbnet"
  12 | target_sbnet = "web"
     | ^^^^^^^^^^^^
  why:  [vm.KEY.nics] takes target_subnet and test_subnet.
  fix:  did you mean "target_subnet"?
)"},
    {"a network that exists by default", R"([defaults.network]
existing = true
[network.web]
region = "eastasia"
address_space = ["10.1.0.0/16"]
)",
     R"(v.toml:5:1: error PF1312: an existing network takes no address_space
   5 | address_space = ["10.1.0.0/16"]
     | ^^^^^^^^^^^^^
  also: v.toml:2:12: made elsewhere
   2 | existing = true
     |            ^^^^
  why:  It is made elsewhere: its shape is read from the cloud.
  fix:  remove address_space, or write existing = false if pairform is to make the network
)"},
    {"a default that is wrong is not missing", R"([defaults.network]
regoin = "eastasia"
existing = "yes"
[network.web]
[network.db]
[defaults.mapping]
source = 5
target = "network.nowhere"
[mapping.a]
[mapping.b]
source = "network.app"
[mapping.c]
source = "network.lab"
)",
     R"(v.toml:2:1: error PF1103: unknown attribute "regoin"
   2 | regoin = "eastasia"
     | ^^^^^^
  why:  [defaults.network] takes region, existing, resource_group, subscription and protect.
  fix:  did you mean "region"?

v.toml:3:12: error PF1105: existing must be true or false, not a string
   3 | existing = "yes"
     |            ^^^^^
  fix:  write existing = true without quotes

v.toml:7:10: error PF1105: source must be a string, not an integer
   7 | source = 5
     |          ^
  fix:  write source = "network.…"

v.toml:8:10: error PF1402: there is no network.nowhere
   8 | target = "network.nowhere"
     |          ^^^^^^^^^^^^^^^^^
  why:  target of mapping.a refers to it, and no file declares it
  fix:  declare it:
        [network.nowhere]
        existing = true
        region = "…"
)"},
    {"mirror = false by default", R"([defaults.mapping]
mirror = false
[mapping.m]
source = "network.app"
target = "network.dr"
reverse_name = "n"
reverse_subnets = { web = "web" }
)",
     R"(v.toml:2:10: warning PF1408: mappings have no way back by default
   2 | mirror = false
     |          ^^^^^
  why:  mirror = false makes the forward half only: what fails over by it does not come home by it.
  fix:  remove mirror = false unless that is meant

v.toml:6:1: error PF1409: reverse_name names a half that is not made
   6 | reverse_name = "n"
     | ^^^^^^^^^^^^
  also: v.toml:2:10: no reverse half
   2 | mirror = false
     |          ^^^^^
  why:  mirror = false makes no reverse half.
  fix:  remove reverse_name, or mirror = false

v.toml:7:1: error PF1409: reverse_subnets is about a half that is not made
   7 | reverse_subnets = { web = "web" }
     | ^^^^^^^^^^^^^^^
  also: v.toml:2:10: no reverse half
   2 | mirror = false
     |          ^^^^^
  why:  mirror = false makes no reverse half.
  fix:  remove reverse_subnets, or mirror = false
)"},
    {"places of values", R"([defaults.nic]
target_subnet = "wbe"
[vm.a]
network = "network.app"
target_region = "southeastasia"
target_network = "network.dr"
[vm.a.nic.eth0]
[vm.b]
network = "network.app"
target_region = "southeastasia"
target_network = "network.dr"
[vm.b.nics]
target_subnet = "smal"
)",
     R"(v.toml:2:17: error PF1406: network.dr has no subnet "wbe"
   2 | target_subnet = "wbe"
     |                 ^^^^^
  why:  target_subnet of vm.a.nic.eth0 names it, and the vm lands in network.dr
  fix:  did you mean "web"?

v.toml:13:17: error PF1406: network.dr has no subnet "smal"
  13 | target_subnet = "smal"
     |                 ^^^^^^
  why:  target_subnet of vm.b.nics names it, and the vm lands in network.dr
  fix:  did you mean "small"?
)"},
    {"nics of nobody", R"([vm.b]
network = "network.app"
target_region = "southeastasia"
[vm.web.nics]
target_subnet = "web"
)",
     R"(v.toml:4:1: error PF1315: vm.web.nics is about the nics of vm.web, which no file declares
   4 | [vm.web.nics]
     | ^^^^^^^^^^^^^
  why:  Such a table adds to a vm, it does not make one.
  fix:  declare [vm.web]
)"},
    {"nics that are no table", R"([vm.b]
network = "network.app"
target_region = "southeastasia"
nics = "web"
)",
     R"(v.toml:4:1: error PF1105: nics must be a table, not a string
   4 | nics = "web"
     | ^^^^
  why:  It gives attributes to every nic of the vm.
  fix:  write [vm.b.nics]
)"},
    {"an attribute of the nics at the vm", R"([vm.b]
network = "network.app"
target_region = "southeastasia"
target_subnet = "web"
)",
     R"(v.toml:4:1: error PF1103: unknown attribute "target_subnet"
   4 | target_subnet = "web"
     | ^^^^^^^^^^^^^
  why:  A vm has region, name, network, target_region, target_network, existing, resource_group, subscription, test_network and protect. Its nics are tables [vm.KEY.nic.KEY].
  fix:  write it in [vm.KEY.nic.KEY]
)"},
};

TEST(Defaults, SayWhatTheyCannotGive) {
  expect_said(k_cases, [](const char* text) { return resolve_files({{"n.toml", k_networks}, {"v.toml", text}}).text; });
}

TEST(Defaults, OfTheNicsOfOneVmStandInOneFile) {
  const Resolved resolved = resolve_files({{"a.toml",
                                            "[vm.a]\nregion = \"eastasia\"\ntarget_region = \"westus\"\n"
                                            "[vm.a.nics]\ntarget_subnet = \"a\"\n"},
                                           {"b.toml", "[vm.a.nics]\ntarget_subnet = \"b\"\n"}});
  EXPECT_EQ(resolved.text, R"(b.toml:1:1: error PF1101: [vm.a.nics] is declared twice
   1 | [vm.a.nics]
     | ^^^^^^^^^^^
  also: a.toml:4:1: first declared here
   4 | [vm.a.nics]
     | ^^^^^^^^^^^
  why:  A vm has one set of them.
  fix:  merge the two
)");
}

TEST(WayHome, IsWhatReverseSubnetsSaysAndTheRestBackwards) {
  const Resolved resolved = resolve_files({{"n.toml", k_networks}, {"v.toml", R"([mapping.m]
source = "network.app"
target = "network.dr"
subnets = { web = "web", log = "small", db = "Small" }
reverse_subnets = { SMALL = "db" }
)"}});
  EXPECT_EQ(resolved.halves(), R"(mapping.m.forward {"db":"Small","log":"small","web":"web"} -
mapping.m.reverse {"SMALL":"db","web":"web"} -
)");
  EXPECT_EQ(resolved.text, "");
}

const TextCase k_name_cases[] = {
    {"subnets that nothing answers to", R"([mapping.m]
source = "network.lab"
target = "network.dr"
subnets = { WEB = "Web", bd = "small" }
reverse_subnets = { Small = "DB", smal = "wbe" }
)",
     R"(v.toml:4:26: error PF1406: network.lab has no subnet "bd"
   4 | subnets = { WEB = "Web", bd = "small" }
     |                          ^^
  why:  subnets of mapping.m name it on the source side
  fix:  did you mean "db"?

v.toml:5:35: error PF1406: network.dr has no subnet "smal"
   5 | reverse_subnets = { Small = "DB", smal = "wbe" }
     |                                   ^^^^
  why:  reverse_subnets of mapping.m name it on the target side
  fix:  did you mean "small"?

v.toml:5:42: error PF1406: network.lab has no subnet "wbe"
   5 | reverse_subnets = { Small = "DB", smal = "wbe" }
     |                                          ^^^^^
  why:  reverse_subnets of mapping.m name it on the source side
  fix:  did you mean "web"?
)"},
    {"configurations, without case", R"([vm.a]
network = "network.app"
target_region = "southeastasia"
[vm.a.nic.eth0]
secondary = { Vip = "10.1.1.11" }
target_secondary = { vIP = "10.2.1.11" }
[vm.a.nic.eth1]
secondary = { vip = "10.1.1.12", VIP = "10.1.1.13", Primary = "10.1.1.14" }
target_secondary = { vpi = "10.2.1.12" }
)",
     R"(v.toml:8:34: error PF1310: names equal but for case: "vip" and "VIP"
   8 | secondary = { vip = "10.1.1.12", VIP = "10.1.1.13", Primary = "10.1.1.14" }
     |                                  ^^^
  also: v.toml:8:15: the other one
   8 | secondary = { vip = "10.1.1.12", VIP = "10.1.1.13", Primary = "10.1.1.14" }
     |               ^^^
  why:  The service does not tell them apart.
  fix:  rename one of them, or leave it out

v.toml:8:53: error PF1316: secondary names "primary"
   8 | secondary = { vip = "10.1.1.12", VIP = "10.1.1.13", Primary = "10.1.1.14" }
     |                                                     ^^^^^^^
  why:  That is the NIC's own configuration; further ones have names of their own.
  fix:  give its address as ip

v.toml:9:22: error PF1316: target_secondary without its secondary: "vpi"
   9 | target_secondary = { vpi = "10.2.1.12" }
     |                      ^^^
  also: v.toml:8:13: its configurations
   8 | secondary = { vip = "10.1.1.12", VIP = "10.1.1.13", Primary = "10.1.1.14" }
     |             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  why:  It says where a further IP configuration lands, and the NIC has none of that name.
  fix:  did you mean "vip"?
)"},
    {"dynamic", R"([vm.a]
network = "network.app"
target_region = "southeastasia"
[vm.a.nic.eth0]
ip = "10.1.1.10"
target_ip = "DHCP"
[vm.a.nic.eth1]
secondary = { vip = "dhcp" }
)",
     R"(v.toml:8:21: error PF1314: not an IPv4 address: "dhcp"
   8 | secondary = { vip = "dhcp" }
     |                     ^^^^^^
  why:  Only ip and target_ip can be dynamic: further configurations are static.
  fix:  write vip = "10.1.1.10"
)"},
};

TEST(Names, CountWithoutCaseAndAreNeverDropped) {
  expect_said(k_name_cases, [](const char* text) {
    return resolve_files({{"n.toml", k_networks}, {"v.toml", text}}).text;
  });
}

}  // namespace
}  // namespace pairform
