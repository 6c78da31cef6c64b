// What people get to read: the whole text, for n.toml, which pairform.toml includes.
#include <gtest/gtest.h>

#include "tests/schema/schema_support.h"
#include "tests/support/text_cases.h"

namespace pairform {
namespace {

const TextCase k_cases[] = {
    {"references",
     R"([mapping.m]
source = "app"
target = "netwrok.b"
[mapping.n]
source = "mapping.m"
target = "network.a.b"
)",
     R"(n.toml:2:10: error PF1401: source must be the address of a network, not "app"
   2 | source = "app"
     |          ^^^^^
  why:  References are addresses in quotes: "network.KEY".
  fix:  did you mean "network.app"?

n.toml:3:10: error PF1401: target must be the address of a network, not "netwrok.b"
   3 | target = "netwrok.b"
     |          ^^^^^^^^^^^
  why:  References are addresses in quotes: "network.KEY".
  fix:  did you mean "network.b"?

n.toml:5:10: error PF1401: source must be the address of a network, not "mapping.m"
   5 | source = "mapping.m"
     |          ^^^^^^^^^^^
  why:  References are addresses in quotes: "network.KEY".
  fix:  write the address of a network, for example "network.app"

n.toml:6:10: error PF1401: target must be the address of a network, not "network.a.b"
   6 | target = "network.a.b"
     |          ^^^^^^^^^^^^^
  why:  References are addresses in quotes: "network.KEY".
  fix:  write "network.a-b", if that is its key
)"},
    {"names",
     R"([mapping.m]
source = "network.a"
target = "network.b"
name = "x/y"
reverse_name = ""
)",
     R"(n.toml:4:8: error PF1301: name not valid: "x/y"
   4 | name = "x/y"
     |        ^^^^^
  why:  The character '/' is not allowed: only letters, digits, `_`, `.` and `-` are.
  fix:  choose another name, or leave it out

n.toml:5:16: error PF1301: reverse_name not valid: ""
   5 | reverse_name = ""
     |                ^^
  why:  It is empty: a name has 1 to 64 characters.
  fix:  choose another name, or leave it out
)"},
    {"addresses",
     R"([mapping.m]
source = "network.a"
target = "network.b"
addresses = "same"
)",
     R"(n.toml:4:13: error PF1407: addresses rule not valid: "same"
   4 | addresses = "same"
     |             ^^^^^^
  why:  "same-host" keeps the host number where prefixes differ; there is no other rule.
  fix:  write addresses = "same-host", or leave it out
)"},
    {"subnets",
     R"([mapping.m]
source = "network.a"
target = "network.b"
subnets = { web = "dr web", Web = "x", db = 1 }
)",
     R"(n.toml:4:19: error PF1301: subnet name not valid: "dr web"
   4 | subnets = { web = "dr web", Web = "x", db = 1 }
     |                   ^^^^^^^^
  why:  A blank is not allowed: only letters, digits, `_`, `.` and `-` are.
  fix:  rename the subnet

n.toml:4:29: error PF1310: names equal but for case: "web" and "Web"
   4 | subnets = { web = "dr web", Web = "x", db = 1 }
     |                             ^^^
  also: n.toml:4:13: the other one
   4 | subnets = { web = "dr web", Web = "x", db = 1 }
     |             ^^^
  why:  The service does not tell them apart.
  fix:  rename one of them, or leave it out

n.toml:4:45: error PF1105: subnets.db must be a string, not an integer
   4 | subnets = { web = "dr web", Web = "x", db = 1 }
     |                                             ^
  fix:  for example subnets = { web = "dr-web" }
)"},
    {"no mirror is a warning",
     R"([mapping.m]
source = "network.a"
target = "network.b"
mirror = false
)",
     R"(n.toml:4:10: warning PF1408: mapping.m has no way back
   4 | mirror = false
     |          ^^^^^
  why:  mirror = false makes the forward half only: what fails over by it does not come home by it.
  fix:  remove mirror = false unless that is meant
)"},
    {"name of a half that is not made",
     R"([mapping.m]
source = "network.a"
target = "network.b"
mirror = false
reverse_name = "back"
)",
     R"(n.toml:4:10: warning PF1408: mapping.m has no way back
   4 | mirror = false
     |          ^^^^^
  why:  mirror = false makes the forward half only: what fails over by it does not come home by it.
  fix:  remove mirror = false unless that is meant

n.toml:5:1: error PF1409: reverse_name names a half that is not made
   5 | reverse_name = "back"
     | ^^^^^^^^^^^^
  also: n.toml:4:10: no reverse half
   4 | mirror = false
     |          ^^^^^
  why:  mirror = false makes no reverse half.
  fix:  remove reverse_name, or mirror = false
)"},
};

TEST(Mapping, SaysWhatIsWrongWithIt) {
  expect_said(k_cases, [](const char* text) { return load_stanzas(text).text; });
}

}  // namespace
}  // namespace pairform
