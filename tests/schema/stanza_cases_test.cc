// What people get to read: the whole text, for n.toml, which pairform.toml includes.
#include <gtest/gtest.h>

#include "tests/schema/schema_support.h"
#include "tests/support/text_cases.h"

namespace pairform {
namespace {

const TextCase k_cases[] = {
    {"unknown table",
     R"([netwrok.app]
region = "eastasia"
)",
     R"(n.toml:1:2: error PF1102: unknown table "netwrok"
   1 | [netwrok.app]
     |  ^^^^^^^
  why:  Known here: defaults, import, mapping, moved, network, removed and vm.
  fix:  did you mean "network"?
)"},
    {"unknown key at the top",
     R"(colour = "red"
)",
     R"(n.toml:1:1: error PF1102: unknown key "colour"
   1 | colour = "red"
     | ^^^^^^
  why:  Known here: defaults, import, mapping, moved, network, removed and vm.
)"},
    {"settings in an included file",
     R"([guards]
min_resources = 1
[state]
path = "x"
)",
     R"(n.toml:1:2: error PF1107: [guards] belongs in pairform.toml
   1 | [guards]
     |  ^^^^^^
  why:  Included files hold resource tables only.
  fix:  move it to pairform.toml

n.toml:3:2: error PF1107: [state] belongs in pairform.toml
   3 | [state]
     |  ^^^^^
  why:  Included files hold resource tables only.
  fix:  move it to pairform.toml
)"},
    {"reserved names",
     R"(test_x = 1
[network.app]
region = "eastasia"
existing = true
test_slow = true
)",
     R"(n.toml:1:1: error PF1104: test_x is not supported in this version
   1 | test_x = 1
     | ^^^^^^
  why:  Names that begin with test_ are reserved.
  fix:  rename or remove it

n.toml:5:1: error PF1104: test_slow is not supported in this version
   5 | test_slow = true
     | ^^^^^^^^^
  why:  Names that begin with test_ are reserved.
  fix:  remove it
)"},
    {"unknown attribute",
     R"([network.app]
region = "eastasia"
existing = true
colour = "red"
)",
     R"(n.toml:4:1: error PF1103: unknown attribute "colour"
   4 | colour = "red"
     | ^^^^^^
  why:  A network has region, name, address_space, subnets, existing, resource_group, subscription and protect.
)"},
    {"a misspelt attribute is not missing as well",
     R"([network.app]
regoin = "eastasia"
existing = true
)",
     R"(n.toml:2:1: error PF1103: unknown attribute "regoin"
   2 | regoin = "eastasia"
     | ^^^^^^
  why:  A network has region, name, address_space, subnets, existing, resource_group, subscription and protect.
  fix:  did you mean "region"?
)"},
    {"missing attributes",
     R"([mapping.m]
source = "network.a"
)",
     R"(n.toml:1:1: error PF1106: mapping.m has no target
   1 | [mapping.m]
     | ^^^^^^^^^^^
  why:  The network it is mapped to, in another region.
  fix:  add target = "network.…"
)"},
    {"type without a key",
     R"([network]
region = "eastasia"
)",
     R"(n.toml:2:1: error PF1105: network.region must be a table, not a string
   2 | region = "eastasia"
     | ^^^^^^
  why:  A network is a table with a key of its own: [network.KEY].
  fix:  write [network.app] above its attributes
)"},
    {"type that is no table",
     R"(network = "app"
)",
     R"(n.toml:1:1: error PF1105: network must be a table of tables, not a string
   1 | network = "app"
     | ^^^^^^^
  why:  A network is a table with a key of its own: [network.KEY].
  fix:  write [network.app]
)"},
    {"array of tables",
     R"([[network.app]]
region = "eastasia"
)",
     R"(n.toml:1:11: error PF1105: network.app must be a table, not an array
   1 | [[network.app]]
     |           ^^^
  why:  A network is a table with a key of its own: [network.KEY].
  fix:  write [network.app], with one bracket
)"},
    {"key that is not bare",
     R"([network."app net"]
region = "eastasia"
existing = true
)",
     R"(n.toml:1:10: error PF1108: key not valid: "app net"
   1 | [network."app net"]
     |          ^^^^^^^^^
  why:  A key is letters, digits, - and _; it is the resource's address, not its name in the cloud.
  fix:  write [network.app-net]
)"},
    {"table in braces",
     R"(network.app = { region = "eastasia", existing = 1 }
)",
     R"(n.toml:1:49: error PF1105: existing must be true or false, not an integer
   1 | network.app = { region = "eastasia", existing = 1 }
     |                                                 ^
  fix:  write existing = true
)"},
    {"unknown attribute of the provider",
     R"([network.app]
region = "eastasia"
existing = true
simulator.dealy = "1s"
)",
     R"(n.toml:4:11: error PF1103: unknown attribute "dealy"
   4 | simulator.dealy = "1s"
     |           ^^^^^
  why:  simulator adds delay to a network.
  fix:  did you mean "delay"?
)"},
    {"attributes of another provider",
     R"([network.app]
region = "eastasia"
existing = true
[network.app.azure]
anything = 1
)",
     R"(n.toml:4:1: note PF1109: attributes for azure are ignored
   4 | [network.app.azure]
     | ^^^^^^^^^^^^^^^^^^^
  why:  The project's provider is simulator.
)"},
    {"provider that is no table",
     R"([network.app]
region = "eastasia"
existing = true
azure = 1
)",
     R"(n.toml:4:1: error PF1105: azure must be a table, not an integer
   4 | azure = 1
     | ^^^^^
  why:  Names of providers are reserved for tables with a provider's own attributes.
  fix:  write [network.KEY.azure]
)"},
    {"one table in one file twice",
     R"([network.app]
region = "eastasia"
existing = true

[network.app] # again
region = "westus"
)",
     R"(n.toml:5:1: error PF1101: [network.app] is given twice
   5 | [network.app] # again
     | ^^^^^^^^^^^^^
  also: n.toml:1:1: first given here
   1 | [network.app]
     | ^^^^^^^^^^^^^
  why:  A table or key may be given once in a file; the first counts, and this one was not read.
  fix:  merge the two tables, or give one of them another key
)"},
    {"wrong kinds",
     R"([network.app]
region = 5
name = true
address_space = "10.1.0.0/16"
subnets = ["10.1.0.0/24"]
existing = "false"
)",
     R"(n.toml:2:10: error PF1105: region must be a string, not an integer
   2 | region = 5
     |          ^
  fix:  write region = "eastasia"

n.toml:3:8: error PF1105: name must be a string, not a boolean
   3 | name = true
     |        ^^^^
  fix:  write name = "text"

n.toml:4:17: error PF1105: address_space must be an array of prefixes, not a string
   4 | address_space = "10.1.0.0/16"
     |                 ^^^^^^^^^^^^^
  fix:  write address_space = ["10.1.0.0/16"]

n.toml:5:11: error PF1105: subnets must be a table of prefixes by name, not an array
   5 | subnets = ["10.1.0.0/24"]
     |           ^^^^^^^^^^^^^^^
  fix:  write subnets = { web = "10.1.1.0/24" }

n.toml:6:12: error PF1105: existing must be true or false, not a string
   6 | existing = "false"
     |            ^^^^^^^
  fix:  write existing = false without quotes
)"},
    {"wrong kinds of items",
     R"([network.app]
region = "eastasia"
address_space = ["10.1.0.0/16", 1.5]
subnets = { web = ["10.1.0.0/24"], db = 1979-05-27 }
)",
     R"(n.toml:3:33: error PF1105: an item of address_space must be a string, not a float
   3 | address_space = ["10.1.0.0/16", 1.5]
     |                                 ^^^
  fix:  for example address_space = ["10.1.0.0/16"]

n.toml:4:19: error PF1105: subnets.web must be a string, not an array
   4 | subnets = { web = ["10.1.0.0/24"], db = 1979-05-27 }
     |                   ^^^^^^^^^^^^^^^
  fix:  write web = "10.1.0.0/24"

n.toml:4:41: error PF1105: subnets.db must be a string, not a date or time
   4 | subnets = { web = ["10.1.0.0/24"], db = 1979-05-27 }
     |                                         ^^^^^^^^^^
  fix:  for example subnets = { web = "10.1.1.0/24" }
)"},
    {"several values of several lines",
     R"([network.app]
region = "eastasia"
address_space = [
  "10.1.0.0/16",
  "10.1.2.3/16",
]
subnets = """
x
"""
)",
     R"(n.toml:5:3: error PF1304: prefix has host bits: 10.1.2.3/16
   5 |   "10.1.2.3/16",
     |   ^^^^^^^^^^^^^
  why:  Of a /16 the bits after the first 16 are zero.
  fix:  write "10.1.0.0/16"

n.toml:7:11: error PF1105: subnets must be a table of prefixes by name, not a string
   7 | subnets = """
     |           ^^^
  fix:  write subnets = { web = "10.1.1.0/24" }
)"},
};

TEST(Stanza, SaysWhatIsWrongWithATableOrAnAttribute) {
  expect_said(k_cases, [](const char* text) { return load_stanzas(text).text; });
}

}  // namespace
}  // namespace pairform
