// What files say of vms, nics and defaults that does not fit together: the whole text, for v.toml, which stands beside
// n.toml with three networks.
#include <gtest/gtest.h>

#include "tests/engine/resolve_support.h"
#include "tests/support/text_cases.h"

namespace pairform {
namespace {

const TextCase k_cases[] = {
    {"what a vm needs",
     R"([vm.a]
[vm.b]
network = "network.app"
[vm.c]
target_region = "southeastasia"
[vm.d]
regoin = "eastasia"
target_region = 5
)",
     R"(v.toml:1:1: error PF1106: vm.a has neither network nor region
   1 | [vm.a]
     | ^^^^^^
  why:  One of them says where the machine runs.
  fix:  add network = "network.app", or region = "eastasia"

v.toml:1:1: error PF1106: vm.a has no target_region
   1 | [vm.a]
     | ^^^^^^
  why:  It says where the machine is recovered to.
  fix:  add target_region = "southeastasia", or give it to every vm in [defaults.vm]

v.toml:2:1: error PF1106: vm.b has no target_region
   2 | [vm.b]
     | ^^^^^^
  why:  It says where the machine is recovered to.
  fix:  add target_region = "southeastasia", or give it to every vm in [defaults.vm]

v.toml:4:1: error PF1106: vm.c has neither network nor region
   4 | [vm.c]
     | ^^^^^^
  why:  One of them says where the machine runs.
  fix:  add network = "network.app", or region = "eastasia"

v.toml:7:1: error PF1103: unknown attribute "regoin"
   7 | regoin = "eastasia"
     | ^^^^^^
  why:  A vm has region, name, network, target_region, target_network, existing, resource_group, subscription, test_network and protect. Its nics are tables [vm.KEY.nic.KEY].
  fix:  did you mean "region"?

v.toml:8:17: error PF1105: target_region must be a string, not an integer
   8 | target_region = 5
     |                 ^
  fix:  write target_region = "eastasia"
)"},
    {"what is said wrong in defaults is not missing",
     R"([defaults.vm]
region = 5
target_regoin = "southeastasia"
[vm.a]
[vm.b]
)",
     R"(v.toml:2:10: error PF1105: region must be a string, not an integer
   2 | region = 5
     |          ^
  fix:  write region = "eastasia"

v.toml:3:1: error PF1103: unknown attribute "target_regoin"
   3 | target_regoin = "southeastasia"
     | ^^^^^^^^^^^^^
  why:  [defaults.vm] takes region, network, target_region, target_network, existing, resource_group, subscription, test_network and protect.
  fix:  did you mean "target_region"?
)"},
    {"its own region",
     R"([vm.a]
region = "eastasia"
target_region = "East Asia"
[vm.b]
network = "network.lab"
target_region = "eastasia"
)",
     R"(v.toml:3:17: error PF1410: vm.a recovers to its own region eastasia
   3 | target_region = "East Asia"
     |                 ^^^^^^^^^^^
  also: v.toml:2:10: where it runs
   2 | region = "eastasia"
     |          ^^^^^^^^^^
  why:  A machine is recovered to another region than the one that is lost.
  fix:  write another target_region; recovery between zones of one region is not supported

v.toml:6:17: error PF1410: vm.b recovers to its own region eastasia
   6 | target_region = "eastasia"
     |                 ^^^^^^^^^^
  also: v.toml:5:11: where it runs
   5 | network = "network.lab"
     |           ^^^^^^^^^^^^^
  why:  A machine is recovered to another region than the one that is lost.
  fix:  write another target_region; recovery between zones of one region is not supported
)"},
    {"a default that does not fit one vm",
     R"([defaults.vm]
target_region = "southeastasia"
target_network = "network.dr"
[vm.a]
network = "network.dr"
[vm.b]
network = "network.app"
target_region = "westus"
[vm.c]
network = "network.app"
)",
     R"(v.toml:4:1: error PF1410: vm.a recovers to its own region southeastasia
   4 | [vm.a]
     | ^^^^^^
  also: v.toml:2:17: the default
   2 | target_region = "southeastasia"
     |                 ^^^^^^^^^^^^^^^
  also: v.toml:5:11: where it runs
   5 | network = "network.dr"
     |           ^^^^^^^^^^^^
  why:  A machine is recovered to another region than the one that is lost.
  fix:  write another target_region; recovery between zones of one region is not supported

v.toml:6:1: error PF1412: network.dr is in southeastasia, and vm.b recovers to westus
   6 | [vm.b]
     | ^^^^^^
  also: v.toml:3:18: the default
   3 | target_network = "network.dr"
     |                  ^^^^^^^^^^^^
  also: v.toml:8:17: the region to recover to
   8 | target_region = "westus"
     |                 ^^^^^^^^
  why:  A machine comes up in a network of its target region.
  fix:  name a network of that region, or correct target_region
)"},
    {"defaults that contradict themselves",
     R"([defaults.vm]
region = "southeastasia"
network = "network.app"
target_region = "westus"
target_network = "network.dr"
[vm.a]
[vm.b]
)",
     R"(v.toml:2:10: error PF1411: vm.a is in southeastasia, and its network network.app in eastasia
   2 | region = "southeastasia"
     |          ^^^^^^^^^^^^^^^
  also: v.toml:3:11: its network
   3 | network = "network.app"
     |           ^^^^^^^^^^^^^
  why:  A machine runs in the region of its network.
  fix:  correct one of the two, or leave region out

v.toml:5:18: error PF1412: network.dr is in southeastasia, and vm.a recovers to westus
   5 | target_network = "network.dr"
     |                  ^^^^^^^^^^^^
  also: v.toml:4:17: the region to recover to
   4 | target_region = "westus"
     |                 ^^^^^^^^
  why:  A machine comes up in a network of its target region.
  fix:  name a network of that region, or correct target_region
)"},
    {"a region that is not its network's",
     R"([vm.a]
region = "southeastasia"
network = "network.app"
target_region = "westus"
)",
     R"(v.toml:2:10: error PF1411: vm.a is in southeastasia, and its network network.app in eastasia
   2 | region = "southeastasia"
     |          ^^^^^^^^^^^^^^^
  also: v.toml:3:11: its network
   3 | network = "network.app"
     |           ^^^^^^^^^^^^^
  why:  A machine runs in the region of its network.
  fix:  correct one of the two, or leave region out
)"},
    {"a target network in another region",
     R"([vm.a]
network = "network.app"
target_region = "southeastasia"
target_network = "network.lab"
)",
     R"(v.toml:4:18: error PF1412: network.lab is in eastasia, and vm.a recovers to southeastasia
   4 | target_network = "network.lab"
     |                  ^^^^^^^^^^^^^
  also: v.toml:3:17: the region to recover to
   3 | target_region = "southeastasia"
     |                 ^^^^^^^^^^^^^^^
  why:  A machine comes up in a network of its target region.
  fix:  name a network of that region, or correct target_region
)"},
    {"references",
     R"([defaults.vm]
target_network = "network.drr"
[vm.a]
network = "network.ap"
target_region = "southeastasia"
[vm.b]
network = "vm.a"
target_region = "southeastasia"
[vm.c]
network = "network.app"
target_region = "southeastasia"
target_network = "network.nowhere-near-it"
)",
     R"(v.toml:2:18: error PF1402: there is no network.drr
   2 | target_network = "network.drr"
     |                  ^^^^^^^^^^^^^
  why:  target_network of defaults.vm refers to it, and no file declares it
  fix:  did you mean "network.dr"?

v.toml:4:11: error PF1402: there is no network.ap
   4 | network = "network.ap"
     |           ^^^^^^^^^^^^
  why:  network of vm.a refers to it, and no file declares it
  fix:  did you mean "network.app"?

v.toml:7:11: error PF1401: network must be the address of a network, not "vm.a"
   7 | network = "vm.a"
     |           ^^^^^^
  why:  References are addresses in quotes: "network.KEY".
  fix:  write the address of a network, for example "network.app"

v.toml:12:18: error PF1402: there is no network.nowhere-near-it
  12 | target_network = "network.nowhere-near-it"
     |                  ^^^^^^^^^^^^^^^^^^^^^^^^^
  why:  target_network of vm.c refers to it, and no file declares it
  fix:  declare it:
        [network.nowhere-near-it]
        existing = true
        region = "…"
)"},
    {"one machine twice",
     R"([vm.a]
name = "Web1"
network = "network.app"
target_region = "southeastasia"
[vm.web1]
region = "eastasia"
target_region = "westus"
[vm.web1.nic.eth0]
[vm.web1.nic.ETH0]
)",
     R"(v.toml:5:1: error PF1313: vm.a and vm.web1 are the same vm
   5 | [vm.web1]
     | ^^^^^^^^^
  also: v.toml:1:1: the other one
   1 | [vm.a]
     | ^^^^^^
  why:  both are "eastasia/web1"; a vm has one stanza (the other is at v.toml:1)
  fix:  keep one of the two stanzas; if they are two machines, correct name or region, or give each its resource_group
)"},
    {"nics without a vm",
     R"([vm.web1]
network = "network.app"
target_region = "southeastasia"
[vm.wbe1.nic.eth0]
ip = "10.1.1"
[vm.wbe1.nic.eth1]
[vm.other.nic.eth0]
)",
     R"(v.toml:4:1: error PF1315: vm.wbe1.nic.eth0 is a nic of vm.wbe1, which no file declares
   4 | [vm.wbe1.nic.eth0]
     | ^^^^^^^^^^^^^^^^^^
  also: v.toml:6:1: another nic of it
   6 | [vm.wbe1.nic.eth1]
     | ^^^^^^^^^^^^^^^^^^
  why:  A nic table adds to a vm, it does not make one.
  fix:  did you mean "vm.web1"?

v.toml:5:6: error PF1314: not an IPv4 address: "10.1.1"
   5 | ip = "10.1.1"
     |      ^^^^^^^^
  fix:  write ip = "10.1.1.10"

v.toml:7:1: error PF1315: vm.other.nic.eth0 is a nic of vm.other, which no file declares
   7 | [vm.other.nic.eth0]
     | ^^^^^^^^^^^^^^^^^^^
  why:  A nic table adds to a vm, it does not make one.
  fix:  declare [vm.other]
)"},
    {"subnets",
     R"([defaults.nic]
subnet = "wbe"
target_subnet = "WEB"
[vm.a]
network = "network.lab"
target_region = "southeastasia"
target_network = "network.dr"
[vm.a.nic.eth0]
[vm.a.nic.eth1]
subnet = "DB"
target_subnet = "db"
[vm.a.nic.eth2]
subnet = "no such"
[vm.b]
network = "network.lab"
target_region = "southeastasia"
[vm.b.nic.eth0]
target_subnet = "unknown without the cloud"
[vm.c]
network = "network.app"
target_region = "southeastasia"
[vm.c.nic.eth0]
subnet = "as-the-cloud-says"
)",
     R"(v.toml:2:10: error PF1406: network.lab has no subnet "wbe"
   2 | subnet = "wbe"
     |          ^^^^^
  why:  subnet of vm.a.nic.eth0 names it, and the vm lives on network.lab
  fix:  did you mean "web"?

v.toml:11:17: error PF1406: network.dr has no subnet "db"
  11 | target_subnet = "db"
     |                 ^^^^
  why:  target_subnet of vm.a.nic.eth1 names it, and the vm lands in network.dr
  fix:  name one of: small and web

v.toml:13:10: error PF1301: subnet not valid: "no such"
  13 | subnet = "no such"
     |          ^^^^^^^^^
  why:  A blank is not allowed: only letters, digits, `_`, `.` and `-` are.
  fix:  write the subnet's name as the cloud shows it

v.toml:18:17: error PF1301: target_subnet not valid: "unknown without the cloud"
  18 | target_subnet = "unknown without the cloud"
     |                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^
  why:  A blank is not allowed: only letters, digits, `_`, `.` and `-` are.
  fix:  write the subnet's name as the cloud shows it
)"},
    {"addresses in their subnet",
     R"([vm.a]
network = "network.lab"
target_region = "southeastasia"
target_network = "network.dr"
[vm.a.nic.eth0]
subnet = "WEB"
ip = "10.1.2.4"
secondary = { first = "10.1.1.0", router = "10.1.1.3", lowest = "10.1.1.4", highest = "10.1.1.254", last = "10.1.1.255" }
target_subnet = "small"
target_ip = "10.2.2.3"
target_secondary = { lowest = "10.2.2.4", highest = "10.2.2.6", last = "10.2.2.7", router = "10.2.1.4" }
[vm.a.nic.eth1]
ip = "1.2.3.4"
target_ip = "1.2.3.4"
[vm.a.nic.eth2]
subnet = "db"
ip = "dhcp"
target_subnet = "web"
target_ip = "10.2.1.4"
)",
     R"(v.toml:7:6: error PF1413: 10.1.2.4 is not in subnet "web" of network.lab
   7 | ip = "10.1.2.4"
     |      ^^^^^^^^^^
  also: n.toml:7:11: its subnets
   7 | subnets = { web = "10.1.1.0/24", db = "10.1.2.0/29" }
     |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  why:  web is 10.1.1.0/24.
  fix:  write an address from 10.1.1.4 to 10.1.1.254

v.toml:8:13: error PF1413: 10.1.1.0 is reserved in subnet "web" of network.lab
   8 | secondary = { first = "10.1.1.0", router = "10.1.1.3", lowest = "10.1.1.4", highest = "10.1.1.254", last = "10.1.1.255" …
     |             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  also: n.toml:7:11: its subnets
   7 | subnets = { web = "10.1.1.0/24", db = "10.1.2.0/29" }
     |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  why:  The platform keeps the first four addresses and the last one of every subnet.
  fix:  write an address from 10.1.1.4 to 10.1.1.254

v.toml:8:13: error PF1413: 10.1.1.255 is reserved in subnet "web" of network.lab
   8 | secondary = { first = "10.1.1.0", router = "10.1.1.3", lowest = "10.1.1.4", highest = "10.1.1.254", last = "10.1.1.255" …
     |             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  also: n.toml:7:11: its subnets
   7 | subnets = { web = "10.1.1.0/24", db = "10.1.2.0/29" }
     |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  why:  The platform keeps the first four addresses and the last one of every subnet.
  fix:  write an address from 10.1.1.4 to 10.1.1.254

v.toml:8:13: error PF1413: 10.1.1.3 is reserved in subnet "web" of network.lab
   8 | secondary = { first = "10.1.1.0", router = "10.1.1.3", lowest = "10.1.1.4", highest = "10.1.1.254", last = "10.1.1.255" …
     |             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  also: n.toml:7:11: its subnets
   7 | subnets = { web = "10.1.1.0/24", db = "10.1.2.0/29" }
     |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  why:  The platform keeps the first four addresses and the last one of every subnet.
  fix:  write an address from 10.1.1.4 to 10.1.1.254

v.toml:10:13: error PF1413: 10.2.2.3 is reserved in subnet "small" of network.dr
  10 | target_ip = "10.2.2.3"
     |             ^^^^^^^^^^
  also: n.toml:11:11: its subnets
  11 | subnets = { web = "10.2.1.0/24", small = "10.2.2.0/29" }
     |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  why:  The platform keeps the first four addresses and the last one of every subnet.
  fix:  write an address from 10.2.2.4 to 10.2.2.6

v.toml:11:20: error PF1413: 10.2.2.7 is reserved in subnet "small" of network.dr
  11 | target_secondary = { lowest = "10.2.2.4", highest = "10.2.2.6", last = "10.2.2.7", router = "10.2.1.4" }
     |                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  also: n.toml:11:11: its subnets
  11 | subnets = { web = "10.2.1.0/24", small = "10.2.2.0/29" }
     |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  why:  The platform keeps the first four addresses and the last one of every subnet.
  fix:  write an address from 10.2.2.4 to 10.2.2.6

v.toml:11:20: error PF1413: 10.2.1.4 is not in subnet "small" of network.dr
  11 | target_secondary = { lowest = "10.2.2.4", highest = "10.2.2.6", last = "10.2.2.7", router = "10.2.1.4" }
     |                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  also: n.toml:11:11: its subnets
  11 | subnets = { web = "10.2.1.0/24", small = "10.2.2.0/29" }
     |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  why:  small is 10.2.2.0/29.
  fix:  write an address from 10.2.2.4 to 10.2.2.6
)"},
    {"one address twice",
     R"([vm.a]
network = "network.app"
target_region = "southeastasia"
[vm.a.nic.eth0]
ip = "10.1.1.10"
secondary = { vip = "10.1.1.11", vip2 = "10.1.1.11" }
[vm.b]
network = "network.app"
target_region = "southeastasia"
[vm.b.nic.eth0]
ip = "10.1.1.11"
[vm.c]
network = "network.lab"
target_region = "southeastasia"
[vm.c.nic.eth0]
ip = "10.1.1.10"
[vm.d]
region = "eastasia"
target_region = "southeastasia"
[vm.d.nic.eth0]
ip = "10.1.1.10"
[vm.d.nic.eth1]
ip = "10.1.1.10"
)",
     R"(v.toml:6:13: error PF1414: 10.1.1.11 is given to vm.a.nic.eth0 (vip) and to vm.a.nic.eth0 (vip2)
   6 | secondary = { vip = "10.1.1.11", vip2 = "10.1.1.11" }
     |             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  why:  Both live on network.app, where an address belongs to one of them.
  fix:  correct the one that is wrong: the cloud shows which

v.toml:11:6: error PF1414: 10.1.1.11 is given to vm.a.nic.eth0 (vip) and to vm.b.nic.eth0
  11 | ip = "10.1.1.11"
     |      ^^^^^^^^^^^
  also: v.toml:6:13: the other one
   6 | secondary = { vip = "10.1.1.11", vip2 = "10.1.1.11" }
     |             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  why:  Both live on network.app, where an address belongs to one of them.
  fix:  correct the one that is wrong: the cloud shows which

v.toml:23:6: error PF1414: 10.1.1.10 is given to vm.d.nic.eth0 and to vm.d.nic.eth1
  23 | ip = "10.1.1.10"
     |      ^^^^^^^^^^^
  also: v.toml:21:6: the other one
  21 | ip = "10.1.1.10"
     |      ^^^^^^^^^^^
  why:  Both are of one machine, and an address belongs to one of them.
  fix:  correct the one that is wrong: the cloud shows which
)"},
    {"moves, removals and imports",
     R"([vm.a]
network = "network.app"
target_region = "southeastasia"
[vm.b]
network = "network.app"
target_region = "southeastasia"
[moved."vm.a"]
to = "vm.b"
[moved."vm.c"]
to = "vm.a.nic.eth0"
[moved."vm.d"]
to = "vm.nobody"
[moved."vm.e"]
to = "network.app"
[removed."vm.b"]
[moved."network.e"]
to = "vm.a"
)",
     R"(v.toml:7:1: error PF1502: vm.a is moved and still declared
   7 | [moved."vm.a"]
     | ^^^^^^^^^^^^^^
  also: v.toml:1:1: declared here
   1 | [vm.a]
     | ^^^^^^
  why:  what a file declares is wanted under that address
  fix:  remove one of the two stanzas

v.toml:10:6: error PF1501: "vm.a.nic.eth0" is not an address that vm.c could move to
  10 | to = "vm.a.nic.eth0"
     |      ^^^^^^^^^^^^^^^
  why:  a network moves to a network's address, a pair as a whole to a pair's, a vm with its nics to a vm's
  fix:  write to = "vm.a"

v.toml:12:6: error PF1503: vm.d moves to vm.nobody, which nobody declares
  12 | to = "vm.nobody"
     |      ^^^^^^^^^^^
  fix:  declare it, or use [removed] to let go of the old one

v.toml:14:6: error PF1501: "network.app" is not an address that vm.e could move to
  14 | to = "network.app"
     |      ^^^^^^^^^^^^^
  why:  a network moves to a network's address, a pair as a whole to a pair's, a vm with its nics to a vm's
  fix:  write to = "vm.new"

v.toml:15:1: error PF1502: vm.b is removed and still declared
  15 | [removed."vm.b"]
     | ^^^^^^^^^^^^^^^^
  also: v.toml:4:1: declared here
   4 | [vm.b]
     | ^^^^^^
  why:  what a file declares is wanted under that address
  fix:  remove one of the two stanzas

v.toml:17:6: error PF1501: "vm.a" is not an address that network.e could move to
  17 | to = "vm.a"
     |      ^^^^^^
  why:  a network moves to a network's address, a pair as a whole to a pair's, a vm with its nics to a vm's
  fix:  write to = "network.new"
)"},
};

TEST(ResolveVms, SaysWhatDoesNotFitTogether) {
  expect_said(k_cases, [](const char* text) { return resolve_files({{"n.toml", k_networks}, {"v.toml", text}}).text; });
}

}  // namespace
}  // namespace pairform
