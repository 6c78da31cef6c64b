// What people get to read about vms, nics and defaults: the whole text, for n.toml, which pairform.toml includes.
#include <gtest/gtest.h>

#include "tests/schema/schema_support.h"
#include "tests/support/text_cases.h"

namespace pairform {
namespace {

const TextCase k_cases[] = {
    {"vms and their defaults that are right",
     R"([defaults.vm]
target_region = "South East Asia"
protect = true
[defaults.vm.simulator]
seeding_polls = 2
[defaults.nic]
ip = "DHCP"
target_subnet = "dr-web"
[vm.web1]
region = "eastasia"
target_network = "network.x"
[vm.web1.simulator]
seeding_polls = 3
[vm.web1.azure]
anything = true
[vm.web1.nic.eth0]
subnet = "web"
ip = "10.1.1.10"
secondary = { vip = "10.1.1.11" }
target_secondary = { vip = "10.2.1.11" }
[vm.web2.nic.eth0]
)",
     R"(n.toml:14:1: note PF1109: attributes for azure are ignored
  14 | [vm.web1.azure]
     | ^^^^^^^^^^^^^^^
  why:  The project's provider is simulator.
)"},
    {"a nic on its own",
     R"([nic.eth0]
ip = "dhcp"
[nics.eth0]
ip = "dhcp"
)",
     R"(n.toml:1:2: error PF1102: unknown table "nic"
   1 | [nic.eth0]
     |  ^^^
  why:  A nic stands below its vm: [vm.KEY.nic.KEY].
  fix:  write [vm.KEY.nic.eth0]

n.toml:3:2: error PF1102: unknown table "nics"
   3 | [nics.eth0]
     |  ^^^^
  why:  A nic stands below its vm: [vm.KEY.nic.KEY].
  fix:  write [vm.KEY.nic.eth0]
)"},
    {"vms and nics that are no tables",
     R"(vm.a = 1
[vm.b]
nic = 1
[vm.c.nic]
eth0 = "dhcp"
[vm.d.nic."eth 0"]
[vm."d e".nic.eth0]
)",
     R"(n.toml:1:4: error PF1105: vm.a must be a table, not an integer
   1 | vm.a = 1
     |    ^
  why:  A vm is a table with a key of its own: [vm.KEY].
  fix:  write [vm.web1] above its attributes

n.toml:3:1: error PF1105: nic must be a table of tables, not an integer
   3 | nic = 1
     | ^^^
  why:  A nic is a table with a key of its own: [vm.KEY.nic.KEY].
  fix:  write [vm.b.nic.eth0]

n.toml:5:1: error PF1105: vm.c.nic.eth0 must be a table, not a string
   5 | eth0 = "dhcp"
     | ^^^^
  why:  A nic is a table with a key of its own: [vm.KEY.nic.KEY].
  fix:  write [vm.c.nic.eth0] above its attributes

n.toml:6:11: error PF1108: key not valid: "eth 0"
   6 | [vm.d.nic."eth 0"]
     |           ^^^^^^^
  why:  A key is letters, digits, - and _; it is the resource's address, not its name in the cloud.
  fix:  write [vm.d.nic.eth-0]

n.toml:7:5: error PF1108: key not valid: "d e"
   7 | [vm."d e".nic.eth0]
     |     ^^^^^
  why:  A key is letters, digits, - and _; it is the resource's address, not its name in the cloud.
  fix:  write [vm.d-e]
)"},
    {"resource group and subscription",
     R"([defaults.vm]
resource_group = "my group"
[vm.web1]
resource_group = "a/b"
subscription = ""
)",
     R"(n.toml:2:18: error PF1301: resource_group not valid: "my group"
   2 | resource_group = "my group"
     |                  ^^^^^^^^^^
  why:  The name of a resource group has no blank.
  fix:  write the name as the cloud spells it

n.toml:4:18: error PF1301: resource_group not valid: "a/b"
   4 | resource_group = "a/b"
     |                  ^^^^^
  why:  It is a name, not empty, without '/' and control characters.
  fix:  write its name, or leave resource_group out

n.toml:5:16: error PF1301: subscription not valid: ""
   5 | subscription = ""
     |                ^^
  why:  It is a name, not empty, without '/' and control characters.
  fix:  write its name, or leave subscription out
)"},
    {"unknown attributes",
     R"([vm.web1]
regoin = "eastasia"
colour = "red"
[vm.web1.nci.eth0]
ip = "dhcp"
[vm.web2.nic.eth0]
adress = "10.1.1.10"
target_sub = "web"
[vm.web2.simulator]
seeding_poll = 3
[vm.web2.nic.eth0.simulator]
seeding_polls = 3
)",
     R"(n.toml:2:1: error PF1103: unknown attribute "regoin"
   2 | regoin = "eastasia"
     | ^^^^^^
  why:  A vm has region, name, network, target_region, target_network, existing, resource_group, subscription, test_network and protect. Its nics are tables [vm.KEY.nic.KEY].
  fix:  did you mean "region"?

n.toml:3:1: error PF1103: unknown attribute "colour"
   3 | colour = "red"
     | ^^^^^^
  why:  A vm has region, name, network, target_region, target_network, existing, resource_group, subscription, test_network and protect. Its nics are tables [vm.KEY.nic.KEY].

n.toml:4:10: error PF1103: unknown attribute "nci"
   4 | [vm.web1.nci.eth0]
     |          ^^^
  why:  A vm has region, name, network, target_region, target_network, existing, resource_group, subscription, test_network and protect. Its nics are tables [vm.KEY.nic.KEY].
  fix:  did you mean [vm.web1.nic.eth0]?

n.toml:7:1: error PF1103: unknown attribute "adress"
   7 | adress = "10.1.1.10"
     | ^^^^^^
  why:  A nic has subnet, ip, secondary, target_subnet, target_ip, target_secondary, test_subnet, test_ip and protect.

n.toml:8:1: error PF1103: unknown attribute "target_sub"
   8 | target_sub = "web"
     | ^^^^^^^^^^
  why:  A nic has subnet, ip, secondary, target_subnet, target_ip, target_secondary, test_subnet, test_ip and protect.
  fix:  did you mean "target_subnet"?

n.toml:10:1: error PF1103: unknown attribute "seeding_poll"
  10 | seeding_poll = 3
     | ^^^^^^^^^^^^
  why:  simulator adds seeding_polls to a vm.
  fix:  did you mean "seeding_polls"?

n.toml:12:1: error PF1103: unknown attribute "seeding_polls"
  12 | seeding_polls = 3
     | ^^^^^^^^^^^^^
  why:  simulator adds no attributes to a nic.
)"},
    {"reserved names",
     R"([vm.web1]
azure = 1
test_status = "busy"
[vm.web1.nic.eth0]
simulator = 1
test_drift = true
)",
     R"(n.toml:2:1: error PF1105: azure must be a table, not an integer
   2 | azure = 1
     | ^^^^^
  why:  Names of providers are reserved for tables with a provider's own attributes.
  fix:  write [vm.KEY.azure]

n.toml:3:1: error PF1104: test_status is not supported in this version
   3 | test_status = "busy"
     | ^^^^^^^^^^^
  why:  Names that begin with test_ are reserved.
  fix:  remove it

n.toml:5:1: error PF1105: simulator must be a table, not an integer
   5 | simulator = 1
     | ^^^^^^^^^
  why:  Names of providers are reserved for tables with a provider's own attributes.
  fix:  write [vm.KEY.nic.KEY.simulator]

n.toml:6:1: error PF1104: test_drift is not supported in this version
   6 | test_drift = true
     | ^^^^^^^^^^
  why:  Names that begin with test_ are reserved.
  fix:  remove it
)"},
    {"names",
     R"([vm.web1]
name = "web.1-"
[vm.-a]
[vm.web2]
name = ""
[vm.web3.nic.eth0]
subnet = "-web"
target_subnet = ""
)",
     R"(n.toml:2:8: error PF1301: vm name not valid: "web.1-"
   2 | name = "web.1-"
     |        ^^^^^^^^
  why:  It must end with a letter, a digit or `_`.
  fix:  write the name that the cloud shows

n.toml:3:1: error PF1301: vm name not valid: "-a", the key, which is the name by default
   3 | [vm.-a]
     | ^^^^^^^
  why:  It must start with a letter or digit.
  fix:  add name = "…", or use another key

n.toml:5:8: error PF1301: vm name not valid: ""
   5 | name = ""
     |        ^^
  why:  It is empty: a name has 1 to 64 characters.
  fix:  write the name that the cloud shows

n.toml:7:10: error PF1301: subnet not valid: "-web"
   7 | subnet = "-web"
     |          ^^^^^^
  why:  It must start with a letter or digit.
  fix:  write the subnet's name as the cloud shows it

n.toml:8:17: error PF1301: target_subnet not valid: ""
   8 | target_subnet = ""
     |                 ^^
  why:  It is empty: a name has 1 to 80 characters.
  fix:  write the subnet's name as the cloud shows it
)"},
    {"addresses",
     R"([vm.web1.nic.eth0]
ip = "10.1.1"
target_ip = "dhcp"
secondary = { a = "fd00::1", b = "dhcp", c = 4 }
target_secondary = "10.1.1.4"
[vm.web1.nic.eth1]
ip = "10.01.1.4"
target_ip = 4
secondary = ["10.1.1.4"]
[vm.web1.nic.eth2]
ip = true
)",
     R"(n.toml:2:6: error PF1314: not an IPv4 address: "10.1.1"
   2 | ip = "10.1.1"
     |      ^^^^^^^^
  fix:  write ip = "10.1.1.10"

n.toml:4:19: error PF1314: not an IPv4 address: "fd00::1"
   4 | secondary = { a = "fd00::1", b = "dhcp", c = 4 }
     |                   ^^^^^^^^^
  why:  pairform places IPv4 addresses only.
  fix:  write a = "10.1.1.10"

n.toml:4:34: error PF1314: not an IPv4 address: "dhcp"
   4 | secondary = { a = "fd00::1", b = "dhcp", c = 4 }
     |                                  ^^^^^^
  why:  Only ip and target_ip can be dynamic: further configurations are static.
  fix:  write b = "10.1.1.10"

n.toml:4:46: error PF1105: secondary.c must be a string, not an integer
   4 | secondary = { a = "fd00::1", b = "dhcp", c = 4 }
     |                                              ^
  fix:  for example secondary = { vip = "10.1.1.11" }

n.toml:5:20: error PF1105: target_secondary must be a table of IPv4 addresses, not a string
   5 | target_secondary = "10.1.1.4"
     |                    ^^^^^^^^^^
  fix:  write target_secondary = { vip = "10.1.1.11" }

n.toml:7:6: error PF1314: not an IPv4 address: "10.01.1.4"
   7 | ip = "10.01.1.4"
     |      ^^^^^^^^^^^
  fix:  write ip = "10.1.1.10"

n.toml:8:13: error PF1105: target_ip must be an IPv4 address or "dhcp", not an integer
   8 | target_ip = 4
     |             ^
  fix:  write target_ip = "10.1.1.10"

n.toml:9:13: error PF1105: secondary must be a table of IPv4 addresses, not an array
   9 | secondary = ["10.1.1.4"]
     |             ^^^^^^^^^^^^
  fix:  write secondary = { vip = "10.1.1.11" }

n.toml:11:6: error PF1105: ip must be an IPv4 address or "dhcp", not a boolean
  11 | ip = true
     |      ^^^^
  fix:  write ip = "10.1.1.10"
)"},
    {"secondary configurations",
     R"([vm.web1.nic.eth0]
secondary = { vip = "10.1.1.11", primary = "10.1.1.12" }
target_secondary = { vop = "10.2.1.11", other = "10.2.1.12", primary = "10.2.1.13" }
[vm.web1.nic.eth1]
target_secondary = { anything = "10.2.1.11", "" = "10.2.1.12" }
)",
     R"(n.toml:2:34: error PF1316: secondary names "primary"
   2 | secondary = { vip = "10.1.1.11", primary = "10.1.1.12" }
     |                                  ^^^^^^^
  why:  That is the NIC's own configuration; further ones have names of their own.
  fix:  give its address as ip

n.toml:3:22: error PF1316: target_secondary without its secondary: "vop"
   3 | target_secondary = { vop = "10.2.1.11", other = "10.2.1.12", primary = "10.2.1.13" }
     |                      ^^^
  also: n.toml:2:13: its configurations
   2 | secondary = { vip = "10.1.1.11", primary = "10.1.1.12" }
     |             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  why:  It says where a further IP configuration lands, and the NIC has none of that name.
  fix:  did you mean "vip"?

n.toml:3:41: error PF1316: target_secondary without its secondary: "other"
   3 | target_secondary = { vop = "10.2.1.11", other = "10.2.1.12", primary = "10.2.1.13" }
     |                                         ^^^^^
  also: n.toml:2:13: its configurations
   2 | secondary = { vip = "10.1.1.11", primary = "10.1.1.12" }
     |             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  why:  It says where a further IP configuration lands, and the NIC has none of that name.
  fix:  add other to secondary, or take it out here

n.toml:3:62: error PF1316: target_secondary names "primary"
   3 | target_secondary = { vop = "10.2.1.11", other = "10.2.1.12", primary = "10.2.1.13" }
     |                                                              ^^^^^^^
  why:  That is the NIC's own configuration; further ones have names of their own.
  fix:  give its address as target_ip

n.toml:5:46: error PF1316: target_secondary has a configuration without a name
   5 | target_secondary = { anything = "10.2.1.11", "" = "10.2.1.12" }
     |                                              ^^
  fix:  write the name that the cloud shows
)"},
    {"defaults",
     R"([defaults.vm]
name = "web1"
region = "east_asia"
colour = "red"
nic = "eth0"
[defaults.nic]
ip = "10.1.1.10"
secondary = 5
target_ip = "10.2.1.10"
target_secondary = { vip = "10.2.1.11" }
subnet = "a b"
[defaults.network]
region = "eastasia"
[defaults.vms]
region = "eastasia"
)",
     R"(n.toml:2:1: error PF1103: [defaults.vm] takes no name
   2 | name = "web1"
     | ^^^^
  why:  It is each vm's own.
  fix:  write it in the vm's own table

n.toml:3:10: error PF1302: region not valid: "east_asia"
   3 | region = "east_asia"
     |          ^^^^^^^^^^^
  why:  The character '_' is not allowed: a region is letters and digits.
  fix:  write it like "eastasia"

n.toml:4:1: error PF1103: unknown attribute "colour"
   4 | colour = "red"
     | ^^^^^^
  why:  [defaults.vm] takes region, network, target_region, target_network, existing, resource_group, subscription, test_network and protect.

n.toml:5:1: error PF1103: unknown attribute "nic"
   5 | nic = "eth0"
     | ^^^
  why:  [defaults.vm] takes region, network, target_region, target_network, existing, resource_group, subscription, test_network and protect.

n.toml:7:6: error PF1103: [defaults.nic] takes no address
   7 | ip = "10.1.1.10"
     |      ^^^^^^^^^^^
  why:  No two NICs can have the same one.
  fix:  write it in the NIC's own table; ip = "dhcp" can be a default

n.toml:8:1: error PF1103: [defaults.nic] takes no secondary
   8 | secondary = 5
     | ^^^^^^^^^
  why:  It is each nic's own.
  fix:  write it in the nic's own table

n.toml:9:1: error PF1103: [defaults.nic] takes no target_ip
   9 | target_ip = "10.2.1.10"
     | ^^^^^^^^^
  why:  It is each nic's own.
  fix:  write it in the nic's own table

n.toml:10:1: error PF1103: [defaults.nic] takes no target_secondary
  10 | target_secondary = { vip = "10.2.1.11" }
     | ^^^^^^^^^^^^^^^^
  why:  It is each nic's own.
  fix:  write it in the nic's own table

n.toml:11:10: error PF1301: subnet not valid: "a b"
  11 | subnet = "a b"
     |          ^^^^^
  why:  A blank is not allowed: only letters, digits, `_`, `.` and `-` are.
  fix:  write the subnet's name as the cloud shows it

n.toml:12:1: warning PF1110: [defaults.network] gives to nothing: this file declares no network
  12 | [defaults.network]
     | ^^^^^^^^^^^^^^^^^^
  why:  Defaults of an included file hold for the resources that it declares.
  fix:  move the table to pairform.toml, where it holds for all files

n.toml:14:11: error PF1102: there are no defaults for "vms"
  14 | [defaults.vms]
     |           ^^^
  why:  There are defaults for mapping, network, nic and vm.
  fix:  did you mean "vm"?
)"},
    {"defaults that are no tables",
     R"([defaults]
vm = 1
nic = "eth0"
)",
     R"(n.toml:2:1: error PF1105: defaults.vm must be a table, not an integer
   2 | vm = 1
     | ^^
  fix:  write [defaults.vm] above its attributes

n.toml:3:1: error PF1105: defaults.nic must be a table, not a string
   3 | nic = "eth0"
     | ^^^
  fix:  write [defaults.nic] above its attributes
)"},
    {"defaults that are no table",
     R"(defaults = 1
)",
     R"(n.toml:1:1: error PF1105: defaults must be a table of tables, not an integer
   1 | defaults = 1
     | ^^^^^^^^
  why:  There are defaults for mapping, network, nic and vm.
  fix:  write [defaults.vm]
)"},
    {"what is said of the addresses of vms and nics",
     R"([removed."vm.x.nic.eth0"]
[moved."vm.x.nic.eth0"]
to = "vm.y.nic.eth0"
[import."vm.x"]
id = "eastasia/x"
[removed."vms.x"]
[import."vm.x.nic.eth0"]
id = "x"
)",
     R"(n.toml:1:10: error PF1501: "vm.x.nic.eth0" is the address of a nic
   1 | [removed."vm.x.nic.eth0"]
     |          ^^^^^^^^^^^^^^^
  why:  A vm takes its nics along.
  fix:  write [removed."vm.x"]

n.toml:2:8: error PF1501: "vm.x.nic.eth0" is the address of a nic
   2 | [moved."vm.x.nic.eth0"]
     |        ^^^^^^^^^^^^^^^
  why:  A vm takes its nics along.
  fix:  write [moved."vm.x"]

n.toml:4:9: error PF1501: vm.x needs no import
   4 | [import."vm.x"]
     |         ^^^^^^
  why:  What is replicated already is adopted by itself.
  fix:  remove the import stanza

n.toml:6:10: error PF1501: "vms.x" is not the address of a network, pair or vm
   6 | [removed."vms.x"]
     |          ^^^^^^^
  why:  A [removed] table has an address in quotes for its key: a network, a whole pair or a vm.
  fix:  write [removed."vm.x"]

n.toml:7:9: error PF1501: vm.x.nic.eth0 needs no import
   7 | [import."vm.x.nic.eth0"]
     |         ^^^^^^^^^^^^^^^
  why:  What is replicated already is adopted by itself.
  fix:  remove the import stanza
)"},
};

TEST(VmStanza, SaysWhatIsWrongWithAVmItsNicsOrTheirDefaults) {
  expect_said(k_cases, [](const char* text) { return load_stanzas(text).text; });
}

TEST(VmStanza, ReadsVmsNicsAndDefaults) {
  EXPECT_EQ(load_stanzas(k_cases[0].text).declarations(),
            (std::vector<std::string>{"vm.web1 region=eastasia seeding_polls=3 target_network=network.x",
                                      "vm.web1.nic.eth0 ip=10.1.1.10 secondary={\"vip\":\"10.1.1.11\"} subnet=web "
                                      "target_secondary={\"vip\":\"10.2.1.11\"}",
                                      "vm.web2.nic.eth0", "defaults.nic ip=dhcp target_subnet=dr-web",
                                      "defaults.vm protect=true seeding_polls=2 target_region=southeastasia"}));
}

// However TOML lets one write it, the table of a vm is declared by itself or by its attributes, not by its nics.
TEST(VmStanza, ANicDoesNotDeclareItsVm) {
  const char* const nics_only[] = {"[vm.a.nic.e]\nip = \"dhcp\"\n",
                                   "[vm.a.nic]\ne.ip = \"dhcp\"\n",
                                   "[vm]\na.nic.e.ip = \"dhcp\"\n",
                                   "vm.a.nic.e.ip = \"dhcp\"\n",
                                   "vm.a.nic.e = { ip = \"dhcp\" }\n",
                                   "[vm.a.nic]\n[vm.a.nic.e]\nip = \"dhcp\"\n",
                                   "[vm.a.nic.e]\nip = \"dhcp\"\n[vm.a.nic]\n"};
  for (const char* text : nics_only) {
    const Loaded loaded = load_stanzas(text);
    EXPECT_EQ(loaded.text, "") << text;
    EXPECT_EQ(loaded.declarations(), std::vector<std::string>{"vm.a.nic.e ip=dhcp"}) << text;
  }
  const char* const both[] = {"[vm.a]\n[vm.a.nic.e]\nip = \"dhcp\"\n",
                              "[vm.a.nic.e]\nip = \"dhcp\"\n[vm.a]\n",
                              "[vm.a]\nnic.e.ip = \"dhcp\"\n",
                              "[vm]\na = { nic.e.ip = \"dhcp\" }\n",
                              "vm = { a = { nic = { e = { ip = \"dhcp\" } } } }\n",
                              "[vm.a.azure]\n[vm.a.nic.e]\nip = \"dhcp\"\n"};
  for (const char* text : both)
    EXPECT_EQ(load_stanzas(text).declarations(), (std::vector<std::string>{"vm.a", "vm.a.nic.e ip=dhcp"})) << text;
}

TEST(VmStanza, ANicMayStandInAnotherFileThanItsVm) {
  const TestProject project({{"pairform.toml", "include = [\"*/*.toml\"]\n[project]\nname = \"x\"\n[vm.a]\n"},
                             {"n/a.toml", "[vm.a.nic.e]\n[vm.b.nic.e]\n"},
                             {"n/b.toml", "[vm.a.nic.f]\n[vm.b]\n"}});
  const Loaded loaded = project.load();
  EXPECT_EQ(loaded.text, "");
  EXPECT_EQ(loaded.declarations(),
            (std::vector<std::string>{"vm.a", "vm.a.nic.e", "vm.b.nic.e", "vm.a.nic.f", "vm.b"}));
}

TEST(VmStanza, ATableInTwoFilesIsAnErrorThatNamesBoth) {
  const TestProject project({{"pairform.toml", "include = [\"?.toml\"]\n[project]\nname = \"x\"\n"},
                             {"a.toml", "[vm.a]\n[vm.a.nic.e]\n[vm.b.nic.e]\n[defaults.vm]\n[defaults.nic]\n"},
                             {"b.toml", "[vm.b]\n[vm.a.nic.e]\n[defaults.vm]\nexisting = true\n"},
                             {"c.toml", "[vm.a.simulator]\nseeding_polls = 1\n"}});
  const Loaded loaded = project.load();
  EXPECT_EQ(loaded.text, R"(b.toml:2:1: error PF1101: [vm.a.nic.e] is declared twice
   2 | [vm.a.nic.e]
     | ^^^^^^^^^^^^
  also: a.toml:2:1: first declared here
   2 | [vm.a.nic.e]
     | ^^^^^^^^^^^^
  why:  A resource is declared by one stanza.
  fix:  merge the two, or give one of them another key

c.toml:1:1: error PF1101: [vm.a] is declared twice
   1 | [vm.a.simulator]
     | ^^^^^^^^^^^^^^^^
  also: a.toml:1:1: first declared here
   1 | [vm.a]
     | ^^^^^^
  why:  A resource is declared by one stanza.
  fix:  merge the two, or give one of them another key
)");
}

TEST(VmStanza, ATableTwiceInOneFileIsAnErrorThatNamesBoth) {
  EXPECT_EQ(load_stanzas("[vm.a.nic.e]\n[vm.a]\n[vm.a.nic.f]\n[vm.a]\n").text,
            R"(n.toml:4:1: error PF1101: [vm.a] is given twice
   4 | [vm.a]
     | ^^^^^^
  also: n.toml:2:1: first given here
   2 | [vm.a]
     | ^^^^^^
  why:  A table or key may be given once in a file; the first counts, and this one was not read.
  fix:  merge the two tables, or give one of them another key
)");
  EXPECT_EQ(load_stanzas("[vm.a.nic.e]\n[vm.a.nic.e]\n").summaries(), "PF1101 [vm.a.nic.e] is given twice\n");
}

}  // namespace
}  // namespace pairform
