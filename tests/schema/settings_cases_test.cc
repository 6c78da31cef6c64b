// What people get to read: the whole text, for pairform.toml.
#include <gtest/gtest.h>

#include "tests/schema/schema_support.h"
#include "tests/support/text_cases.h"

namespace pairform {
namespace {

const TextCase k_cases[] = {
    {"no project", R"()",
     R"(pairform.toml:1:1: error PF1106: pairform.toml has no [project]
  why:  Every project has a name.
  fix:  add
        [project]
        name = "contoso-dr"
)"},
    {"no name",
     R"([project]
provider = "simulator"
)",
     R"(pairform.toml:1:1: error PF1106: [project] has no name
   1 | [project]
     | ^^^^^^^^^
  why:  Every project has a name.
  fix:  add name = "contoso-dr"
)"},
    {"project",
     R"([project]
name = "Contoso"
providr = "simulator"
edition = "2018"
strict_subnets = "true"
)",
     R"(pairform.toml:2:8: error PF1201: project name not valid: "Contoso"
   2 | name = "Contoso"
     |        ^^^^^^^^^
  why:  A project's name is 1 to 63 lower-case letters, digits and -, and starts with a letter or digit.
  fix:  write it like "contoso-dr"

pairform.toml:3:1: error PF1103: unknown setting "providr"
   3 | providr = "simulator"
     | ^^^^^^^
  why:  [project] has name, provider, edition, strict_subnets and strict_addresses.
  fix:  did you mean "provider"?

pairform.toml:4:11: error PF1203: unknown edition "2018"
   4 | edition = "2018"
     |           ^^^^^^
  why:  The editions are 2018-05 and 2026-02.
  fix:  did you mean "2018-05"?

pairform.toml:5:18: error PF1105: strict_subnets must be true or false, not a string
   5 | strict_subnets = "true"
     |                  ^^^^^^
  fix:  write strict_subnets = true without quotes
)"},
    {"unknown provider silences what depends on it",
     R"([project]
name = "x"
provider = "simulater"
[provider.azure]
x = 1
[network.app]
region = "eastasia"
existing = true
simulator.x = 1
)",
     R"(pairform.toml:3:12: error PF1202: unknown provider "simulater"
   3 | provider = "simulater"
     |            ^^^^^^^^^^^
  why:  The only one is simulator.
  fix:  write "simulator"
)"},
    {"azure comes later",
     R"([project]
name = "x"
provider = "azure"
)",
     R"(pairform.toml:3:12: error PF1104: provider "azure" is not supported in this version
   3 | provider = "azure"
     |            ^^^^^^^
  fix:  write provider = "simulator"
)"},
    {"tables of providers",
     R"([project]
name = "x"
[provider.azure]
x = 1
[provider.gcp]
[provider.simulator]
latency = "5"
fault_rate = 1.5
polls = -1
speed = 1
)",
     R"(pairform.toml:3:1: note PF1109: [provider.azure] is ignored
   3 | [provider.azure]
     | ^^^^^^^^^^^^^^^^
  why:  The project's provider is simulator.

pairform.toml:5:11: error PF1202: unknown provider "gcp"
   5 | [provider.gcp]
     |           ^^^
  why:  The only one is simulator.
  fix:  write [provider.simulator]

pairform.toml:7:11: error PF1204: latency is not a duration: "5"
   7 | latency = "5"
     |           ^^^
  why:  It has no unit: ms, s, m or h.
  fix:  write latency = "5ms"

pairform.toml:10:1: error PF1103: unknown setting "speed"
  10 | speed = 1
     | ^^^^^
  why:  [provider.simulator] has database, latency, fault_rate and polls.
)"},
    {"provider that is no table",
     R"(provider = "simulator"
[project]
name = "x"
)",
     R"(pairform.toml:1:1: error PF1105: provider must be a table of tables
   1 | provider = "simulator"
     | ^^^^^^^^
  fix:  write [provider.simulator], or provider = "simulator" below [project]
)"},
    {"paths leave the project",
     R"([project]
name = "x"
[state]
path = "/etc/state"
[provider.simulator]
database = "a/../../x.db"
)",
     R"(pairform.toml:4:8: error PF1205: [state] path must name a file inside the project: "/etc/state"
   4 | path = "/etc/state"
     |        ^^^^^^^^^^^^
  why:  As it stands, it is absolute.
  fix:  the default is "pairform.state.jsonl"

pairform.toml:6:12: error PF1205: [provider.simulator] database must name a file inside the project: "a/../../x.db"
   6 | database = "a/../../x.db"
     |            ^^^^^^^^^^^^^^
  why:  As it stands, it has a part `..`.
  fix:  the default is ".pairform/simulator.db"
)"},
    {"paths that are no files",
     R"([project]
name = "x"
[state]
path = ""
[provider.simulator]
database = "./"
)",
     R"(pairform.toml:4:8: error PF1205: [state] path must name a file inside the project: ""
   4 | path = ""
     |        ^^
  why:  As it stands, it is empty.
  fix:  the default is "pairform.state.jsonl"

pairform.toml:6:12: error PF1205: [provider.simulator] database must name a file inside the project: "./"
   6 | database = "./"
     |            ^^^^
  why:  As it stands, it names a directory.
  fix:  the default is ".pairform/simulator.db"
)"},
    {"paths that are taken",
     R"([project]
name = "x"
[state]
path = "pairform.toml"
[provider.simulator]
database = "./pairform.toml"
)",
     R"(pairform.toml:4:8: error PF1204: [state] path names the same file as pairform.toml
   4 | path = "pairform.toml"
     |        ^^^^^^^^^^^^^^^
  why:  pairform would write over it.
  fix:  choose another file

pairform.toml:6:12: error PF1204: [provider.simulator] database names the same file as pairform.toml
   6 | database = "./pairform.toml"
     |            ^^^^^^^^^^^^^^^^^
  why:  pairform would write over it.
  fix:  choose another file
)"},
    {"a freeze without a reason",
     R"([project]
name = "x"
[guards]
frozen = " "
)",
     R"(pairform.toml:4:10: error PF1204: frozen needs a reason
   4 | frozen = " "
     |          ^^^
  why:  It is what a refused apply says; without one nothing is frozen.
  fix:  write it, as in frozen = "migration until Friday"; or leave frozen out
)"},
    {"guards",
     R"([project]
name = "x"
[guards]
max_delete_percent = 101
max_update_percent = -1
min_resources = 1.5
approve = ["network.delte", "network.overwrite", "half.overwrite"]
frozen = true
)",
     R"(pairform.toml:4:22: error PF1204: max_delete_percent must be between 0 and 100
   4 | max_delete_percent = 101
     |                      ^^^
  fix:  the default is 30

pairform.toml:5:22: error PF1204: max_update_percent must be between 0 and 100
   5 | max_update_percent = -1
     |                      ^^
  fix:  the default is 100

pairform.toml:6:17: error PF1105: min_resources must be a whole number, not a float
   6 | min_resources = 1.5
     |                 ^^^
  fix:  write min_resources = 10

pairform.toml:7:12: error PF1204: approve knows no step "network.delte"
   7 | approve = ["network.delte", "network.overwrite", "half.overwrite"]
     |            ^^^^^^^^^^^^^^^
  why:  A step is one of network, half, vm and nic, a dot, and one of create, update, shrink, delete, move, forget, adopt and replace; or half.overwrite, half.in_use or vm.overwrite.
  fix:  did you mean "network.delete"?

pairform.toml:7:29: error PF1204: approve knows no step "network.overwrite"
   7 | approve = ["network.delte", "network.overwrite", "half.overwrite"]
     |                             ^^^^^^^^^^^^^^^^^^^
  why:  A step is one of network, half, vm and nic, a dot, and one of create, update, shrink, delete, move, forget, adopt and replace; or half.overwrite, half.in_use or vm.overwrite.

pairform.toml:8:10: error PF1105: frozen must be a string, not a boolean
   8 | frozen = true
     |          ^^^^
  fix:  write frozen = "migration until Friday"
)"},
    {"include",
     R"(include = "n.toml"
[project]
name = "x"
)",
     R"(pairform.toml:1:11: error PF1105: include must be an array of strings, not a string
   1 | include = "n.toml"
     |           ^^^^^^^^
  fix:  write include = ["n.toml"]
)"},
};

TEST(Settings, SaysWhatIsWrongWithThem) {
  expect_said(k_cases, [](const char* text) { return TestProject({{"pairform.toml", text}}).load().text; });
}

}  // namespace
}  // namespace pairform
