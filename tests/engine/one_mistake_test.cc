// One mistake is one message: what depends on a table that is wrong is not told. The whole text, for v.toml, which
// stands beside n.toml with three networks.
#include <gtest/gtest.h>

#include "tests/engine/resolve_support.h"
#include "tests/support/text_cases.h"

namespace pairform {
namespace {

const TextCase k_cases[] = {
    {"a misspelt type of table", R"([netwroks.web]
existing = true
region = "eastasia"
[netwroks.web-dr]
existing = true
region = "southeastasia"
[mapping.web]
source = "network.web"
target = "network.web-dr"
[vm.a]
network = "network.web"
target_region = "southeastasia"
[vm.b]
network = "network.web"
target_region = "southeastasia"
[moved."network.old"]
to = "network.web"
)",
     R"(v.toml:1:2: error PF1102: unknown table "netwroks"
   1 | [netwroks.web]
     |  ^^^^^^^^
  why:  Known here: defaults, import, mapping, moved, network, removed and vm.
  fix:  did you mean "network"?
)"},
    {"capitals", R"([VM.web1]
network = "network.app"
target_region = "southeastasia"
[vm.web1.nic.eth0]
subnet = "web"
)",
     R"(v.toml:1:2: error PF1102: unknown table "VM"
   1 | [VM.web1]
     |  ^^
  why:  Known here: defaults, import, mapping, moved, network, removed and vm.
  fix:  did you mean "vm"?
)"},
    {"a table that resembles none", R"([vnet.web]
region = "eastasia"
[mapping.web]
source = "network.web"
target = "network.dr"
)",
     R"(v.toml:1:2: error PF1102: unknown table "vnet"
   1 | [vnet.web]
     |  ^^^^
  why:  Known here: defaults, import, mapping, moved, network, removed and vm.
)"},
    {"a key of other letters", R"([network."büro"]
existing = true
region = "eastasia"
[mapping.web]
source = "network.büro"
target = "network.dr"
)",
     R"(v.toml:1:10: error PF1108: key not valid: "büro"
   1 | [network."büro"]
     |          ^^^^^^
  why:  A key is letters, digits, - and _; it is the resource's address, not its name in the cloud.
  fix:  write [network.b-ro]
)"},
    {"an array of tables", R"([[network.web]]
existing = true
region = "eastasia"
[mapping.web]
source = "network.web"
target = "network.dr"
)",
     R"(v.toml:1:11: error PF1105: network.web must be a table, not an array
   1 | [[network.web]]
     |           ^^^
  why:  A network is a table with a key of its own: [network.KEY].
  fix:  write [network.web], with one bracket
)"},
    {"an array of all tables", R"([[vm]]
name = "web1"
[vm-nic]
[moved."vm.old"]
to = "vm.web1"
)",
     R"(v.toml:1:3: error PF1105: vm must be a table of tables, not an array
   1 | [[vm]]
     |   ^^
  why:  A vm is a table with a key of its own: [vm.KEY].
  fix:  write [vm.web1]

v.toml:3:2: error PF1102: unknown table "vm-nic"
   3 | [vm-nic]
     |  ^^^^^^
  why:  Known here: defaults, import, mapping, moved, network, removed and vm.
)"},
    {"a table without a key", R"([mapping]
source = "network.app"
target = "network.dr"
[moved."mapping.old"]
to = "mapping.app"
)",
     R"(v.toml:2:1: error PF1105: mapping.source must be a table, not a string
   2 | source = "network.app"
     | ^^^^^^
  why:  A mapping is a table with a key of its own: [mapping.KEY].
  fix:  write [mapping.app] above its attributes
)"},
    {"a dot in a key", R"([network.my.app]
existing = true
region = "eastasia"
[network.my.db.eu]
existing = true
region = "eastasia"
[mapping.app]
source = "network.my.app"
target = "network.dr"
[mapping.db]
source = "network.my-db-eu"
target = "network.dr"
[vm.web.1]
network = "network.app"
target_region = "southeastasia"
[vm.web.1.nic.eth0]
subnet = "web"
[vm.b]
network = "network.app"
target_region = "southeastasia"
[vm.b.nic.eth.0]
subnet = "web"
)",
     R"(v.toml:1:1: error PF1108: network.my.app has a dot in its key
   1 | [network.my.app]
     | ^^^^^^^^^^^^^^^^
  why:  In TOML a dot parts the names of tables.
  fix:  write [network.my-app] and name = "my.app"

v.toml:4:1: error PF1108: network.my.db.eu has a dot in its key
   4 | [network.my.db.eu]
     | ^^^^^^^^^^^^^^^^^^
  why:  In TOML a dot parts the names of tables.
  fix:  write [network.my-db-eu] and name = "my.db.eu"

v.toml:13:1: error PF1108: vm.web.1 has a dot in its key
  13 | [vm.web.1]
     | ^^^^^^^^^^
  why:  In TOML a dot parts the names of tables.
  fix:  write [vm.web-1] and name = "web.1"

v.toml:21:1: error PF1108: vm.b.nic.eth.0 has a dot in its key
  21 | [vm.b.nic.eth.0]
     | ^^^^^^^^^^^^^^^^
  why:  In TOML a dot parts the names of tables.
  fix:  write [vm.b.nic.eth-0]
)"},
    {"a dot in a key below a table that is there", R"([network.my]
existing = true
region = "eastasia"
[network.my.app]
existing = true
region = "eastasia"
)",
     R"(v.toml:4:1: error PF1108: network.my.app has a dot in its key
   4 | [network.my.app]
     | ^^^^^^^^^^^^^^^^
  why:  In TOML a dot parts the names of tables.
  fix:  write [network.my-app] and name = "my.app"
)"},
    {"misspelt defaults", R"([default.vm]
target_region = "southeastasia"
[vm.a]
network = "network.app"
[vm.b]
network = "network.app"
)",
     R"(v.toml:1:2: error PF1102: unknown table "default"
   1 | [default.vm]
     |  ^^^^^^^
  why:  Known here: defaults, import, mapping, moved, network, removed and vm.
  fix:  did you mean "defaults"?
)"},
    {"a wrong move", R"([moved."network.old"]
too = "network.app"
[mapping.m]
source = "network.old"
target = "network.dr"
)",
     R"(v.toml:2:1: error PF1103: unknown attribute "too"
   2 | too = "network.app"
     | ^^^
  why:  A [moved] table has one attribute, to.
  fix:  write to = "network.app"
)"},
    {"a misspelt move", R"([move."network.old"]
to = "network.app"
[mapping.m]
source = "network.old"
target = "network.dr"
)",
     R"(v.toml:1:2: error PF1102: unknown table "move"
   1 | [move."network.old"]
     |  ^^^^
  why:  Known here: defaults, import, mapping, moved, network, removed and vm.
  fix:  did you mean "moved"?
)"},
};

TEST(OneMistake, IsOneMessage) {
  expect_said(k_cases, [](const char* text) { return resolve_files({{"n.toml", k_networks}, {"v.toml", text}}).text; });
}

// Another reference that nothing answers to is a mistake of its own.
TEST(OneMistake, SilencesOnlyWhatDependsOnIt) {
  EXPECT_EQ(resolve_files({{"n.toml", k_networks}, {"v.toml", R"([netwroks.web]
[mapping.web]
source = "network.wbe"
target = "network.dr"
)"}}).diagnostics.errors(),
            2U);
}

const TextCase k_pair_cases[] = {
    {"a network mapped to itself", R"([mapping.m]
source = "network.app"
target = "network.app"
)",
     R"(v.toml:3:10: error PF1403: mapping.m maps network.app to itself
   3 | target = "network.app"
     |          ^^^^^^^^^^^^^
  why:  a mapping joins networks of two different regions
  fix:  name a target network in the region to recover to; between zones of one region pairform maps nothing
)"},
    {"a pair declared twice", R"([mapping.m]
source = "network.app"
target = "network.dr"
[mapping.n]
source = "network.app"
target = "network.dr"
)",
     R"(v.toml:4:1: error PF1405: mapping.n declares again the pair that mapping.m declares
   4 | [mapping.n]
     | ^^^^^^^^^^^
  also: v.toml:1:1: the other one
   1 | [mapping.m]
     | ^^^^^^^^^^^
  why:  one stanza is the whole pair, both directions; the first is at v.toml:1
  fix:  remove [mapping.n]
)"},
    {"two networks into one", R"([mapping.m]
source = "network.app"
target = "network.dr"
[mapping.n]
source = "network.lab"
target = "network.dr"
)",
     R"(v.toml:4:1: error PF1404: mapping.m and mapping.n need the same slot southeastasia/dr/eastasia
   4 | [mapping.n]
     | ^^^^^^^^^^^
  also: v.toml:1:1: the other one
   1 | [mapping.m]
     | ^^^^^^^^^^^
  why:  a network has at most one mapping towards a region, its mirror included; the other one is at v.toml:1
  fix:  map it to a network of its own, or write mirror = false in [mapping.n]: what fails over by it then does not come home by it
)"},
};

TEST(Pairs, SayWhatIsWrongWithTwoOfThem) {
  expect_said(k_pair_cases, [](const char* text) {
    return resolve_files({{"n.toml", k_networks}, {"v.toml", text}}).text;
  });
}

}  // namespace
}  // namespace pairform
