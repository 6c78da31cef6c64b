// What people get to read: the whole text, for n.toml, which pairform.toml includes.
#include <gtest/gtest.h>

#include "tests/schema/schema_support.h"
#include "tests/support/text_cases.h"

namespace pairform {
namespace {

const TextCase k_cases[] = {
    {"name too short, from the key",
     R"([network.a]
region = "eastasia"
existing = true
)",
     R"(n.toml:1:1: error PF1301: network name not valid: "a", the key, which is the name by default
   1 | [network.a]
     | ^^^^^^^^^^^
  why:  It is too short: 2 to 64 characters.
  fix:  add name = "…", or use another key
)"},
    {"name given",
     R"([network.app]
region = "eastasia"
existing = true
name = "-app"
)",
     R"(n.toml:4:8: error PF1301: network name not valid: "-app"
   4 | name = "-app"
     |        ^^^^^^
  why:  It must start with a letter or digit.
  fix:  write the name that the cloud shows
)"},
    {"region",
     R"([network.app]
region = "east-asia"
existing = true
)",
     R"(n.toml:2:10: error PF1302: region not valid: "east-asia"
   2 | region = "east-asia"
     |          ^^^^^^^^^^^
  why:  The character '-' is not allowed: a region is letters and digits.
  fix:  write it like "eastasia"
)"},
    {"a blank in a resource group",
     R"([network.app]
region = "eastasia"
existing = true
resource_group = "my group"
)",
     R"(n.toml:4:18: error PF1301: resource_group not valid: "my group"
   4 | resource_group = "my group"
     |                  ^^^^^^^^^^
  why:  The name of a resource group has no blank.
  fix:  write the name as the cloud spells it
)"},
    {"resource group and subscription",
     R"([network.app]
region = "eastasia"
existing = true
resource_group = "a/b"
subscription = ""
)",
     R"(n.toml:4:18: error PF1301: resource_group not valid: "a/b"
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
    {"not a prefix",
     R"([network.app]
region = "eastasia"
address_space = ["10.1.0.0", "10.1.0.0/33", "10.01.0.0/16", "ten"]
subnets = {}
)",
     R"(n.toml:3:18: error PF1303: not a prefix: "10.1.0.0"
   3 | address_space = ["10.1.0.0", "10.1.0.0/33", "10.01.0.0/16", "ten"]
     |                  ^^^^^^^^^^
  why:  A prefix is an address, a slash and a length: no leading zeroes, at most /32 (IPv6: /128).
  fix:  add its length, for example "10.1.0.0/24"

n.toml:3:30: error PF1303: not a prefix: "10.1.0.0/33"
   3 | address_space = ["10.1.0.0", "10.1.0.0/33", "10.01.0.0/16", "ten"]
     |                              ^^^^^^^^^^^^^
  why:  A prefix is an address, a slash and a length: no leading zeroes, at most /32 (IPv6: /128).
  fix:  write it like "10.1.0.0/16"

n.toml:3:45: error PF1303: not a prefix: "10.01.0.0/16"
   3 | address_space = ["10.1.0.0", "10.1.0.0/33", "10.01.0.0/16", "ten"]
     |                                             ^^^^^^^^^^^^^^
  why:  A prefix is an address, a slash and a length: no leading zeroes, at most /32 (IPv6: /128).
  fix:  write it like "10.1.0.0/16"

n.toml:3:61: error PF1303: not a prefix: "ten"
   3 | address_space = ["10.1.0.0", "10.1.0.0/33", "10.01.0.0/16", "ten"]
     |                                                             ^^^^^
  why:  A prefix is an address, a slash and a length: no leading zeroes, at most /32 (IPv6: /128).
  fix:  write it like "10.1.0.0/16"
)"},
    {"host bits",
     R"([network.app]
region = "eastasia"
address_space = ["10.1.0.1/16"]
subnets = { web = "10.2.0.0/24" }
)",
     R"(n.toml:3:18: error PF1304: prefix has host bits: 10.1.0.1/16
   3 | address_space = ["10.1.0.1/16"]
     |                  ^^^^^^^^^^^^^
  why:  Of a /16 the bits after the first 16 are zero.
  fix:  write "10.1.0.0/16"
)"},
    {"IPv6",
     R"([network.app]
region = "eastasia"
address_space = ["10.1.0.0/16", "fd00::/48"]
subnets = { web = "fd00::/64" }
)",
     R"(n.toml:3:33: error PF1303: IPv6 prefix in a managed network: fd00::/48
   3 | address_space = ["10.1.0.0/16", "fd00::/48"]
     |                                 ^^^^^^^^^^^
  why:  pairform makes IPv4 networks; existing ones may hold both.
  fix:  leave it out

n.toml:4:19: error PF1303: IPv6 prefix in a managed network: fd00::/64
   4 | subnets = { web = "fd00::/64" }
     |                   ^^^^^^^^^^^
  why:  pairform makes IPv4 networks; existing ones may hold both.
  fix:  leave it out
)"},
    {"forbidden ranges",
     R"([network.app]
region = "eastasia"
address_space = ["169.254.1.0/24", "168.63.0.0/16", "0.0.0.0/0"]
subnets = {}
)",
     R"(n.toml:3:18: error PF1305: address range not allowed: 169.254.1.0/24
   3 | address_space = ["169.254.1.0/24", "168.63.0.0/16", "0.0.0.0/0"]
     |                  ^^^^^^^^^^^^^^^^
  why:  It overlaps 169.254.0.0/16, which the service refuses as address space.
  fix:  choose a range outside 169.254.0.0/16

n.toml:3:36: error PF1305: address range not allowed: 168.63.0.0/16
   3 | address_space = ["169.254.1.0/24", "168.63.0.0/16", "0.0.0.0/0"]
     |                                    ^^^^^^^^^^^^^^^
  why:  It overlaps 168.63.129.16/32, which the service refuses as address space.
  fix:  choose a range outside 168.63.129.16/32

n.toml:3:53: error PF1305: address range not allowed: 0.0.0.0/0
   3 | address_space = ["169.254.1.0/24", "168.63.0.0/16", "0.0.0.0/0"]
     |                                                     ^^^^^^^^^^^
  why:  It overlaps 224.0.0.0/4, which the service refuses as address space.
  fix:  choose a range outside 224.0.0.0/4
)"},
    {"empty address space",
     R"([network.app]
region = "eastasia"
address_space = []
subnets = { web = "10.1.0.0/24" }
)",
     R"(n.toml:3:17: error PF1311: address_space is empty
   3 | address_space = []
     |                 ^^
  why:  A network that pairform makes has at least one prefix.
  fix:  write address_space = ["10.1.0.0/16"]
)"},
    {"incomplete",
     R"([network.app]
region = "eastasia"
[network.two]
region = "eastasia"
subnets = {}
)",
     R"(n.toml:1:1: error PF1311: managed network without address_space and subnets
   1 | [network.app]
     | ^^^^^^^^^^^^^
  why:  A network that pairform makes needs its address space and its subnets.
  fix:  add address_space = ["10.1.0.0/16"] and subnets = { web = "10.1.1.0/24" },
        or existing = true if it is made elsewhere

n.toml:3:1: error PF1311: managed network without address_space
   3 | [network.two]
     | ^^^^^^^^^^^^^
  why:  A network that pairform makes needs its address space and its subnets.
  fix:  add address_space = ["10.1.0.0/16"],
        or existing = true if it is made elsewhere
)"},
    {"existing with a shape",
     R"([network.app]
region = "eastasia"
address_space = ["10.1.0.0/16"]
existing = true
subnets = {}
)",
     R"(n.toml:3:1: error PF1312: an existing network takes no address_space
   3 | address_space = ["10.1.0.0/16"]
     | ^^^^^^^^^^^^^
  also: n.toml:4:12: made elsewhere
   4 | existing = true
     |            ^^^^
  why:  It is made elsewhere: its shape is read from the cloud.
  fix:  remove address_space, or write existing = false if pairform is to make the network

n.toml:5:1: error PF1312: an existing network takes no subnets
   5 | subnets = {}
     | ^^^^^^^
  also: n.toml:4:12: made elsewhere
   4 | existing = true
     |            ^^^^
  why:  It is made elsewhere: its shape is read from the cloud.
  fix:  remove subnets, or write existing = false if pairform is to make the network
)"},
    {"address spaces overlap, each told once",
     R"([network.app]
region = "eastasia"
address_space = ["10.1.2.0/24", "10.1.0.0/16", "10.1.3.0/24", "10.2.0.0/16"]
subnets = {}
)",
     R"(n.toml:3:33: error PF1306: address spaces overlap: 10.1.0.0/16 and 10.1.2.0/24
   3 | address_space = ["10.1.2.0/24", "10.1.0.0/16", "10.1.3.0/24", "10.2.0.0/16"]
     |                                 ^^^^^^^^^^^^^
  also: n.toml:3:18: overlaps this one
   3 | address_space = ["10.1.2.0/24", "10.1.0.0/16", "10.1.3.0/24", "10.2.0.0/16"]
     |                  ^^^^^^^^^^^^^
  why:  An address belongs to one of them only.
  fix:  choose ranges that have no address in common

n.toml:3:48: error PF1306: address spaces overlap: 10.1.3.0/24 and 10.1.0.0/16
   3 | address_space = ["10.1.2.0/24", "10.1.0.0/16", "10.1.3.0/24", "10.2.0.0/16"]
     |                                                ^^^^^^^^^^^^^
  also: n.toml:3:33: overlaps this one
   3 | address_space = ["10.1.2.0/24", "10.1.0.0/16", "10.1.3.0/24", "10.2.0.0/16"]
     |                                 ^^^^^^^^^^^^^
  why:  An address belongs to one of them only.
  fix:  choose ranges that have no address in common
)"},
    {"subnet outside",
     R"([network.app]
region = "eastasia"
address_space = ["10.1.0.0/16"]
subnets = { web = "10.2.0.0/24", wide = "10.0.0.0/8" }
)",
     R"(n.toml:4:19: error PF1307: subnet outside the address space: "web" 10.2.0.0/24
   4 | subnets = { web = "10.2.0.0/24", wide = "10.0.0.0/8" }
     |                   ^^^^^^^^^^^^^
  also: n.toml:3:17: the address space
   3 | address_space = ["10.1.0.0/16"]
     |                 ^^^^^^^^^^^^^^^
  why:  A subnet lies in one of the prefixes of its network.
  fix:  move the subnet, or add a prefix that holds it to address_space

n.toml:4:41: error PF1307: subnet outside the address space: "wide" 10.0.0.0/8
   4 | subnets = { web = "10.2.0.0/24", wide = "10.0.0.0/8" }
     |                                         ^^^^^^^^^^^^
  also: n.toml:3:17: the address space
   3 | address_space = ["10.1.0.0/16"]
     |                 ^^^^^^^^^^^^^^^
  why:  A subnet lies in one of the prefixes of its network.
  fix:  move the subnet, or add a prefix that holds it to address_space
)"},
    {"subnets overlap",
     R"([network.app]
region = "eastasia"
address_space = ["10.1.0.0/16"]
subnets = { web = "10.1.0.0/24", db = "10.1.0.128/25" }
)",
     R"(n.toml:4:39: error PF1308: subnets overlap: "db" 10.1.0.128/25 and "web" 10.1.0.0/24
   4 | subnets = { web = "10.1.0.0/24", db = "10.1.0.128/25" }
     |                                       ^^^^^^^^^^^^^^^
  also: n.toml:4:19: overlaps this one
   4 | subnets = { web = "10.1.0.0/24", db = "10.1.0.128/25" }
     |                   ^^^^^^^^^^^^^
  why:  An address belongs to one of them only.
  fix:  choose ranges that have no address in common
)"},
    {"subnet too small",
     R"([network.app]
region = "eastasia"
address_space = ["10.1.0.0/16"]
subnets = { web = "10.1.0.0/30" }
)",
     R"(n.toml:4:19: error PF1309: subnet too small: "web" 10.1.0.0/30
   4 | subnets = { web = "10.1.0.0/30" }
     |                   ^^^^^^^^^^^^^
  why:  The platform keeps five addresses of every subnet; /29 is the smallest it takes.
  fix:  make it /29 or larger
)"},
    {"subnet names",
     R"([network.app]
region = "eastasia"
address_space = ["10.1.0.0/16"]
[network.app.subnets]
Web = "10.1.0.0/24"
"a b" = "10.1.1.0/24"
web = "10.1.2.0/24"
)",
     R"(n.toml:6:1: error PF1301: subnet name not valid: "a b"
   6 | "a b" = "10.1.1.0/24"
     | ^^^^^
  why:  A blank is not allowed: only letters, digits, `_`, `.` and `-` are.
  fix:  rename the subnet

n.toml:7:1: error PF1310: names equal but for case: "Web" and "web"
   7 | web = "10.1.2.0/24"
     | ^^^
  also: n.toml:5:1: the other one
   5 | Web = "10.1.0.0/24"
     | ^^^
  why:  The service does not tell them apart.
  fix:  rename one of them, or leave it out
)"},
};

TEST(Network, SaysWhatIsWrongWithItsShape) {
  expect_said(k_cases, [](const char* text) { return load_stanzas(text).text; });
}

}  // namespace
}  // namespace pairform
