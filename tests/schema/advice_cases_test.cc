// Advice must be what the reader can type: slips of people who write TOML for the first time, or who come from another
// tool, each with the whole text. For pairform.toml.
#include <gtest/gtest.h>

#include "tests/schema/schema_support.h"
#include "tests/support/text_cases.h"

namespace pairform {
namespace {

const TextCase k_value_cases[] = {
    {"yes", R"(existing = yes
)",
     R"(pairform.toml:1:12: error PF1001: not TOML: yes is not a value
   1 | existing = yes
     |            ^
  why:  Nothing after this place was read.
  fix:  write existing = true
)"},
    {"False, in an inline table", R"(m = { mirror = False, name = "x" }
)",
     R"(pairform.toml:1:16: error PF1001: not TOML: False is not a value
   1 | m = { mirror = False, name = "x" }
     |                ^
  why:  Nothing after this place was read.
  fix:  write mirror = false
)"},
    {"no, which begins like nan", R"(mirror = no # not yet
)",
     R"(pairform.toml:1:10: error PF1001: not TOML: no is not a value
   1 | mirror = no # not yet
     |          ^
  why:  Nothing after this place was read.
  fix:  write mirror = false
)"},
    {"edition without quotes", R"([project]
edition = 2018-05
)",
     R"(pairform.toml:2:11: error PF1001: not TOML: text without quotes
   2 | edition = 2018-05
     |           ^
  why:  Nothing after this place was read.
  fix:  write edition = "2018-05"
)"},
    {"address without quotes", R"([mapping.m]
source = network.app
)",
     R"(pairform.toml:2:10: error PF1001: not TOML: text without quotes
   2 | source = network.app
     |          ^
  why:  Nothing after this place was read.
  fix:  write source = "network.app"
)"},
    {"region of two words without quotes", R"(region = East Asia
)",
     R"(pairform.toml:1:10: error PF1001: not TOML: text without quotes
   1 | region = East Asia
     |          ^
  why:  Nothing after this place was read.
  fix:  write region = "East Asia"
)"},
    {"prefix in a list of several lines", R"(address_space = [
  "10.1.0.0/16",
  10.2.0.0/16,
]
)",
     R"(pairform.toml:3:3: error PF1001: not TOML: text without quotes
   3 |   10.2.0.0/16,
     |   ^
  why:  Nothing after this place was read.
  fix:  write "10.2.0.0/16"
)"},
    {"curly quotes", "region = \u201Ceastasia\u201D\n",
     R"(pairform.toml:1:10: error PF1001: not TOML: text without quotes
   1 | region = “eastasia”
     |          ^
  why:  Nothing after this place was read.
  fix:  write region = "eastasia"
)"},
    {"duration without quotes", R"(latency = 50ms
)",
     R"(pairform.toml:1:11: error PF1001: not TOML: text without quotes
   1 | latency = 50ms
     |           ^
  why:  Nothing after this place was read.
  fix:  write latency = "50ms"
)"},
    {"percent sign", R"(max_delete_percent = 30%
)",
     R"(pairform.toml:1:22: error PF1001: not TOML: a number with a percent sign
   1 | max_delete_percent = 30%
     |                      ^
  why:  Nothing after this place was read.
  fix:  write max_delete_percent = 30
)"},
    {"header of other letters", R"([network.büro]
region = "eastasia"
)",
     R"(pairform.toml:1:11: error PF1001: not TOML: a key cannot hold 'ü'
   1 | [network.büro]
     |           ^
  why:  Nothing after this place was read.
  fix:  keys are letters, digits, - and _; write the cloud's name as name = "…"
)"},
    {"header with a blank", R"([network.my net]
region = "eastasia"
)",
     R"(pairform.toml:1:13: error PF1001: not TOML: a key cannot hold a blank
   1 | [network.my net]
     |             ^
  why:  Nothing after this place was read.
  fix:  keys are letters, digits, - and _; write the cloud's name as name = "…"
)"},
    {"line ends of old Macs", "[project]\rname = \"x\"\r",
     R"(pairform.toml:1:10: error PF1001: not TOML: a line ends with a carriage return alone
   1 | [project]\rname = "x"
     |          ^^
  why:  Nothing after this place was read.
  fix:  save the file with LF or CRLF line ends in your editor
)"},
};

const TextCase k_setting_cases[] = {
    {"kinds of settings", R"([project]
name = "x"
strict_subnets = "yes"
strict_addresses = 0
edition = 2018
[guards]
max_delete_percent = "30%"
max_update_percent = 0.5
min_resources = "many"
approve = "vm.delete"
frozen = true
[provider.simulator]
latency = 50
fault_rate = "5%"
polls = 2.0
)",
     R"(pairform.toml:3:18: error PF1105: strict_subnets must be true or false, not a string
   3 | strict_subnets = "yes"
     |                  ^^^^^
  fix:  write strict_subnets = true without quotes

pairform.toml:4:20: error PF1105: strict_addresses must be true or false, not an integer
   4 | strict_addresses = 0
     |                    ^
  fix:  write strict_addresses = false

pairform.toml:5:11: error PF1105: edition must be a string, not an integer
   5 | edition = 2018
     |           ^^^^
  fix:  write edition = "2018-05"

pairform.toml:7:22: error PF1105: max_delete_percent must be a whole number, not a string
   7 | max_delete_percent = "30%"
     |                      ^^^^^
  fix:  write max_delete_percent = 30 without quotes

pairform.toml:8:22: error PF1105: max_update_percent must be a whole number, not a float
   8 | max_update_percent = 0.5
     |                      ^^^
  fix:  write max_update_percent = 50

pairform.toml:9:17: error PF1105: min_resources must be a whole number, not a string
   9 | min_resources = "many"
     |                 ^^^^^^
  fix:  write min_resources = 10

pairform.toml:10:11: error PF1105: approve must be an array of strings, not a string
  10 | approve = "vm.delete"
     |           ^^^^^^^^^^^
  fix:  write approve = ["vm.delete"]

pairform.toml:11:10: error PF1105: frozen must be a string, not a boolean
  11 | frozen = true
     |          ^^^^
  fix:  write frozen = "migration until Friday"

pairform.toml:13:11: error PF1105: latency must be a duration in quotes, not an integer
  13 | latency = 50
     |           ^^
  fix:  write latency = "50ms"

pairform.toml:14:14: error PF1105: fault_rate must be a number, not a string
  14 | fault_rate = "5%"
     |              ^^^^
  fix:  write fault_rate = 0.05 without quotes

pairform.toml:15:9: error PF1105: polls must be a whole number, not a float
  15 | polls = 2.0
     |         ^^^
  fix:  write polls = 2
)"},
    {"a duration without its unit", R"([project]
name = "x"
[provider.simulator]
latency = "5"
)",
     R"(pairform.toml:4:11: error PF1204: latency is not a duration: "5"
   4 | latency = "5"
     |           ^^^
  why:  It has no unit: ms, s, m or h.
  fix:  write latency = "5ms"
)"},
    {"an edition cut short", R"([project]
name = "x"
edition = "2026"
)",
     R"(pairform.toml:3:11: error PF1203: unknown edition "2026"
   3 | edition = "2026"
     |           ^^^^^^
  why:  The editions are 2018-05 and 2026-02.
  fix:  did you mean "2026-02"?
)"},
    {"settings of other tables", R"(strict_subnets = true
max_delete_percent = 10
[project]
name = "x"
path = "state.jsonl"
latency = "5ms"
frozen = "why"
[guards]
edition = "2018-05"
)",
     R"(pairform.toml:1:1: error PF1102: unknown key "strict_subnets"
   1 | strict_subnets = true
     | ^^^^^^^^^^^^^^
  why:  Known here: defaults, guards, import, include, mapping, moved, network, project, provider, removed, state and vm.
  fix:  move it below [project]

pairform.toml:2:1: error PF1102: unknown key "max_delete_percent"
   2 | max_delete_percent = 10
     | ^^^^^^^^^^^^^^^^^^
  why:  Known here: defaults, guards, import, include, mapping, moved, network, project, provider, removed, state and vm.
  fix:  move it below [guards]

pairform.toml:5:1: error PF1103: unknown setting "path"
   5 | path = "state.jsonl"
     | ^^^^
  why:  [project] has name, provider, edition, strict_subnets and strict_addresses.
  fix:  move it below [state]

pairform.toml:6:1: error PF1103: unknown setting "latency"
   6 | latency = "5ms"
     | ^^^^^^^
  why:  [project] has name, provider, edition, strict_subnets and strict_addresses.
  fix:  move it below [provider.simulator]

pairform.toml:7:1: error PF1103: unknown setting "frozen"
   7 | frozen = "why"
     | ^^^^^^
  why:  [project] has name, provider, edition, strict_subnets and strict_addresses.
  fix:  move it below [guards]

pairform.toml:9:1: error PF1103: unknown setting "edition"
   9 | edition = "2018-05"
     | ^^^^^^^
  why:  [guards] has max_delete_percent, max_update_percent, min_resources, approve and frozen.
  fix:  move it below [project]
)"},
    {"a provider that there is none of, and its table", R"([project]
name = "x"
provider = "aws"
[provider.aws]
region = "eu-west-1"
)",
     R"(pairform.toml:3:12: error PF1202: unknown provider "aws"
   3 | provider = "aws"
     |            ^^^^^
  why:  The only one is simulator.
  fix:  write "simulator"
)"},
    {"include below a table", R"([project]
name = "x"
include = ["networks/*.toml"]
[mapping.m]
source = "network.app"
target = "network.dr"
)",
     R"(pairform.toml:3:1: error PF1008: include stands below a table
   3 | include = ["networks/*.toml"]
     | ^^^^^^^
  why:  In TOML it belongs to that table then, and no file was included.
  fix:  move it to the top of pairform.toml, before the first table
)"},
    {"include below a network", R"([project]
name = "x"
[network.app]
region = "eastasia"
existing = true
include = ["networks/*.toml"]
)",
     R"(pairform.toml:6:1: error PF1008: include stands below a table
   6 | include = ["networks/*.toml"]
     | ^^^^^^^
  why:  In TOML it belongs to that table then, and no file was included.
  fix:  move it to the top of pairform.toml, before the first table
)"},
    {"include below a network's subnets", R"([project]
name = "x"
[network.app]
region = "eastasia"
address_space = ["10.0.0.0/16"]
[network.app.subnets]
web = "10.0.0.0/24"
include = ["networks/*.toml"]
)",
     R"(pairform.toml:8:1: error PF1008: include stands below a table
   8 | include = ["networks/*.toml"]
     | ^^^^^^^
  why:  In TOML it belongs to that table then, and no file was included.
  fix:  move it to the top of pairform.toml, before the first table
)"},
    {"backslashes in a pattern", R"(include = ["networks\\*.toml"]
[project]
name = "x"
)",
     R"(pairform.toml:1:12: error PF1004: include matches no file: "networks\*.toml"
   1 | include = ["networks\\*.toml"]
     |            ^^^^^^^^^^^^^^^^^^
  why:  A pattern that matches nothing is most often a slip.
  fix:  write / between directories: "networks/*.toml"
)"},
    {"tables of Terraform", R"([project]
name = "x"
[terraform]
required_version = "1"
[backend.azurerm]
key = "x"
[resource.azurerm_virtual_network.app]
name = "x"
[variable.region]
default = "eastasia"
)",
     R"(pairform.toml:3:2: error PF1102: unknown table "terraform"
   3 | [terraform]
     |  ^^^^^^^^^
  why:  Terraform's blocks are not known here: pairform has a table a network, a mapping and a vm.
  fix:  leave it out; [project] names the provider, [state] says where state is kept

pairform.toml:5:2: error PF1102: unknown table "backend"
   5 | [backend.azurerm]
     |  ^^^^^^^
  why:  Terraform's blocks are not known here: pairform has a table a network, a mapping and a vm.
  fix:  write [state], which says where state is kept

pairform.toml:7:2: error PF1102: unknown table "resource"
   7 | [resource.azurerm_virtual_network.app]
     |  ^^^^^^^^
  why:  Terraform's blocks are not known here: pairform has a table a network, a mapping and a vm.
  fix:  write [network.app], [mapping.app] or [vm.web1]

pairform.toml:9:2: error PF1102: unknown table "variable"
   9 | [variable.region]
     |  ^^^^^^^^
  why:  Terraform's blocks are not known here: pairform has a table a network, a mapping and a vm.
  fix:  write the value where it is used; [defaults.vm] and its like give values to many
)"},
};

const TextCase k_name_cases[] = {
    {"what is wrong with a name", R"([network.a]
existing = true
region = "eastasia"
[network.b1]
existing = true
region = "east-asia"
name = "my net"
[network.b2]
existing = true
region = ""
name = "-net"
[network.b3]
existing = true
region = "eastasia"
name = "net."
[network.b4]
existing = true
region = "eastasia"
name = "bürö"
[network.b5]
existing = true
region = "eastasia"
name = "n123456789012345678901234567890123456789012345678901234567890123456789"
[network.b6]
existing = true
region = "eastasia"
name = ""
)",
     R"(n.toml:1:1: error PF1301: network name not valid: "a", the key, which is the name by default
   1 | [network.a]
     | ^^^^^^^^^^^
  why:  It is too short: 2 to 64 characters.
  fix:  add name = "…", or use another key

n.toml:6:10: error PF1302: region not valid: "east-asia"
   6 | region = "east-asia"
     |          ^^^^^^^^^^^
  why:  The character '-' is not allowed: a region is letters and digits.
  fix:  write it like "eastasia"

n.toml:7:8: error PF1301: network name not valid: "my net"
   7 | name = "my net"
     |        ^^^^^^^^
  why:  A blank is not allowed: only letters, digits, `_`, `.` and `-` are.
  fix:  write the name that the cloud shows

n.toml:10:10: error PF1302: region not valid: ""
  10 | region = ""
     |          ^^
  why:  It is empty: a region is letters and digits.
  fix:  write it like "eastasia"

n.toml:11:8: error PF1301: network name not valid: "-net"
  11 | name = "-net"
     |        ^^^^^^
  why:  It must start with a letter or digit.
  fix:  write the name that the cloud shows

n.toml:15:8: error PF1301: network name not valid: "net."
  15 | name = "net."
     |        ^^^^^^
  why:  It must end with a letter, a digit or `_`.
  fix:  write the name that the cloud shows

n.toml:19:8: error PF1301: network name not valid: "bürö"
  19 | name = "bürö"
     |        ^^^^^^
  why:  The character 'ü' is not allowed: only letters, digits, `_`, `.` and `-` are.
  fix:  write the name that the cloud shows

n.toml:23:8: error PF1301: network name not valid: "n123456789012345678901234567890123456789012345678901234567890123456789"
  23 | name = "n123456789012345678901234567890123456789012345678901234567890123456789"
     |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  why:  It is too long: 2 to 64 characters, and this has 70.
  fix:  write the name that the cloud shows

n.toml:27:8: error PF1301: network name not valid: ""
  27 | name = ""
     |        ^^
  why:  It is empty: a name has 2 to 64 characters.
  fix:  write the name that the cloud shows
)"},
    {"flags", R"([mapping.m]
source = "network.a"
mirror = "no"
[mapping.n]
source = "network.a"
target = "network.b"
mirror = "maybe"
)",
     R"(n.toml:1:1: error PF1106: mapping.m has no target
   1 | [mapping.m]
     | ^^^^^^^^^^^
  why:  The network it is mapped to, in another region.
  fix:  add target = "network.…"

n.toml:3:10: error PF1105: mirror must be true or false, not a string
   3 | mirror = "no"
     |          ^^^^
  fix:  write mirror = false without quotes

n.toml:7:10: error PF1105: mirror must be true or false, not a string
   7 | mirror = "maybe"
     |          ^^^^^^^
  fix:  write mirror = true or mirror = false without quotes
)"},
};

TEST(Advice, SaysHowAValueIsWritten) {
  expect_said(k_value_cases, [](const char* text) { return TestProject({{"pairform.toml", text}}).load().text; });
}

TEST(Advice, SaysWhereASettingBelongsAndHowItIsWritten) {
  expect_said(k_setting_cases, [](const char* text) { return TestProject({{"pairform.toml", text}}).load().text; });
}

TEST(Advice, SaysWhichPartOfTheRuleIsBroken) {
  expect_said(k_name_cases, [](const char* text) { return load_stanzas(text).text; });
}

TEST(Advice, WhatAMisplacedIncludeWouldHaveDeclaredMayBeThere) {
  const TestProject project({{"pairform.toml", "[project]\nname = \"x\"\ninclude = [\"n.toml\"]\n"}, {"n.toml", ""}});
  EXPECT_TRUE(project.load().configuration.incomplete);
}

TEST(Advice, AnIncludedFileIncludesNothing) {
  const Loaded loaded = load_stanzas("include = [\"other.toml\"]\n");
  EXPECT_TRUE(loaded.configuration.incomplete);
  EXPECT_EQ(loaded.text, R"(n.toml:1:1: error PF1008: include belongs in pairform.toml
   1 | include = ["other.toml"]
     | ^^^^^^^
  why:  Included files include no others, and no file was included by it.
  fix:  move it to the top of pairform.toml, before the first table
)");
}

}  // namespace
}  // namespace pairform
