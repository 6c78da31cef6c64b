// What people get to read: the whole text, for n.toml, which pairform.toml includes.
#include <gtest/gtest.h>

#include "tests/schema/schema_support.h"
#include "tests/support/text_cases.h"

namespace pairform {
namespace {

const TextCase k_cases[] = {
    {"text without quotes",
     R"([network.app]
region = eastasia
)",
     R"(n.toml:2:10: error PF1001: not TOML: text without quotes
   2 | region = eastasia
     |          ^
  why:  Nothing after this place was read.
  fix:  write region = "eastasia"
)"},
    {"prefix without quotes",
     R"([network.app]
address_space = [10.1.0.0/16]
)",
     R"(n.toml:2:18: error PF1001: not TOML: text without quotes
   2 | address_space = [10.1.0.0/16]
     |                  ^
  why:  Nothing after this place was read.
  fix:  write "10.1.0.0/16"
)"},
    {"open quote",
     R"([network.app]
region = "eastasia
)",
     R"(n.toml:2:19: error PF1001: not TOML: a quote is not closed
   2 | region = "eastasia
     |                   ^
  why:  Nothing after this place was read.
  fix:  close the quote on the same line
)"},
    {"open header",
     R"([network.app
region = "x"
)",
     R"(n.toml:1:13: error PF1001: not TOML: table header: expected ']', saw '\n'
   1 | [network.app
     |             ^
  why:  Nothing after this place was read.
  fix:  close the header: [network.app]
)"},
    {"open array at the end",
     R"([network.app]
address_space = ["10.1.0.0/16"
)",
     R"(n.toml:2:32: error PF1001: not TOML: array: encountered end-of-file
   2 | address_space = ["10.1.0.0/16"
     |                               ^
  why:  Nothing after this place was read.
  fix:  close the quote, bracket or brace that is still open
)"},
    {"no equals sign",
     R"([network.app]
region "eastasia"
)",
     R"(n.toml:2:8: error PF1001: not TOML: key-value pair: expected '=', saw '"'
   2 | region "eastasia"
     |        ^
  why:  Nothing after this place was read.
  fix:  write key = value
)"},
    {"no value",
     R"([network.app]
region =
)",
     R"(n.toml:2:9: error PF1001: not TOML: key-value pair: expected value, saw '\n'
   2 | region =
     |         ^
  why:  Nothing after this place was read.
  fix:  give it a value: key = value
)"},
    {"Python's true",
     R"([network.app]
existing = True
)",
     R"(n.toml:2:12: error PF1001: not TOML: True is not a value
   2 | existing = True
     |            ^
  why:  Nothing after this place was read.
  fix:  write existing = true
)"},
    {"backslash",
     R"([network.app]
name = "a\b\c"
)",
     R"(n.toml:2:13: error PF1001: not TOML: string: unknown escape sequence '\c'
   2 | name = "a\b\c"
     |             ^
  why:  Nothing after this place was read.
  fix:  write \\ for a backslash, or use single quotes: 'text'
)"},
    {"two on a line",
     R"([network.app]
region = "x" existing = true
)",
     R"(n.toml:2:14: error PF1001: not TOML: key-value pair: expected a comment or whitespace, saw 'e'
   2 | region = "x" existing = true
     |              ^
  why:  Nothing after this place was read.
  fix:  end the line here: one key or one header a line
)"},
    {"last comma in braces",
     R"([network.app]
subnets = { web = "10.1.0.0/24", }
)",
     R"(n.toml:2:34: error PF1001: not TOML: inline table: expected key-value pair, saw closing '}' (dangling comma)
   2 | subnets = { web = "10.1.0.0/24", }
     |                                  ^
  why:  Nothing after this place was read.
  fix:  remove the last comma: a table in braces ends without one
)"},
    {"braces over lines",
     R"([network.app]
subnets = { web = "10.1.0.0/24",
  db = "10.1.1.0/24" }
)",
     R"(n.toml:2:33: error PF1001: not TOML: inline table: expected key or closing '}', saw '\n'
   2 | subnets = { web = "10.1.0.0/24",
     |                                 ^
  why:  Nothing after this place was read.
  fix:  a table in braces stays on one line; for several lines give it a [table] of its own
)"},
    {"key of other letters",
     R"(μ = 1
)",
     R"(n.toml:1:1: error PF1001: not TOML: root table: expected keys, tables, whitespace or comments, saw 'μ'
   1 | μ = 1
     | ^
  why:  Nothing after this place was read.
  fix:  start the line with a key or a [table]; keys are letters, digits, - and _
)"},
    {"leading zeroes",
     R"(a = 007
)",
     R"(n.toml:1:8: error PF1001: not TOML: decimal integer: leading zeroes are prohibited
   1 | a = 007
     |        ^
  why:  Nothing after this place was read.
  fix:  remove the leading zeroes, or put it in quotes if it is text
)"},
    {"table twice",
     R"([network.app]
region = "x"

  [ network . "app" ]
region = "y"
)",
     R"(n.toml:4:3: error PF1101: [ network . "app" ] is given twice
   4 |   [ network . "app" ]
     |   ^^^^^^^^^^^^^^^^^^^
  also: n.toml:1:1: first given here
   1 | [network.app]
     | ^^^^^^^^^^^^^
  why:  A table or key may be given once in a file; the first counts, and this one was not read.
  fix:  merge the two tables, or give one of them another key
)"},
    {"table after a dotted key",
     R"(network.app.region = "x"
[network.app]
)",
     R"(n.toml:2:1: error PF1101: [network.app] is given twice
   2 | [network.app]
     | ^^^^^^^^^^^^^
  also: n.toml:1:9: first given here
   1 | network.app.region = "x"
     |         ^^^
  why:  A table or key may be given once in a file; the first counts, and this one was not read.
  fix:  merge the two tables, or give one of them another key
)"},
    {"key twice",
     R"([network.b]
name = "x"
[network.app]
region = "x"
name = "é"
name = "y"
)",
     R"(n.toml:1:1: error PF1106: network.b has no region
   1 | [network.b]
     | ^^^^^^^^^^^
  why:  The cloud region it is in. Case and blanks do not count.
  fix:  add region = "eastasia"

n.toml:1:1: error PF1311: managed network without address_space and subnets
   1 | [network.b]
     | ^^^^^^^^^^^
  why:  A network that pairform makes needs its address space and its subnets.
  fix:  add address_space = ["10.1.0.0/16"] and subnets = { web = "10.1.1.0/24" },
        or existing = true if it is made elsewhere

n.toml:2:8: error PF1301: network name not valid: "x"
   2 | name = "x"
     |        ^^^
  why:  It is too short: 2 to 64 characters.
  fix:  write the name that the cloud shows

n.toml:5:8: error PF1301: network name not valid: "é"
   5 | name = "é"
     |        ^^^
  why:  The character 'é' is not allowed: only letters, digits, `_`, `.` and `-` are.
  fix:  write the name that the cloud shows

n.toml:6:1: error PF1101: name is given twice
   6 | name = "y"
     | ^^^^
  also: n.toml:5:1: first given here
   5 | name = "é"
     | ^^^^
  why:  A table or key may be given once in a file; the first counts, and this one was not read.
  fix:  keep one of the two
)"},
    {"key twice in braces",
     R"([network.app]
subnets = { "東" = "1", web = "10.1.0.0/24", db = "x,{", web = "10.1.1.0/24" }
)",
     R"(n.toml:2:13: error PF1301: subnet name not valid: "東"
   2 | subnets = { "東" = "1", web = "10.1.0.0/24", db = "x,{", web = "10.1.1.0/24" }
     |             ^^^
  why:  The character '東' is not allowed: only letters, digits, `_`, `.` and `-` are.
  fix:  rename the subnet

n.toml:2:19: error PF1303: not a prefix: "1"
   2 | subnets = { "東" = "1", web = "10.1.0.0/24", db = "x,{", web = "10.1.1.0/24" }
     |                   ^^^
  why:  A prefix is an address, a slash and a length: no leading zeroes, at most /32 (IPv6: /128).
  fix:  write it like "10.1.0.0/16"

n.toml:2:50: error PF1303: not a prefix: "x,{"
   2 | subnets = { "東" = "1", web = "10.1.0.0/24", db = "x,{", web = "10.1.1.0/24" }
     |                                                  ^^^^^
  why:  A prefix is an address, a slash and a length: no leading zeroes, at most /32 (IPv6: /128).
  fix:  write it like "10.1.0.0/16"

n.toml:2:57: error PF1101: web is given twice
   2 | subnets = { "東" = "1", web = "10.1.0.0/24", db = "x,{", web = "10.1.1.0/24" }
     |                                                         ^^^
  also: n.toml:2:24: first given here
   2 | subnets = { "東" = "1", web = "10.1.0.0/24", db = "x,{", web = "10.1.1.0/24" }
     |                        ^^^
  why:  A table or key may be given once in a file; the first counts, and this one was not read.
  fix:  keep one of the two
)"},
    {"key twice in a table of a later header",
     R"([network.app.subnets]
web = "x"
[network.app]
name = "a"
name = "b"
)",
     R"(n.toml:2:7: error PF1303: not a prefix: "x"
   2 | web = "x"
     |       ^^^
  why:  A prefix is an address, a slash and a length: no leading zeroes, at most /32 (IPv6: /128).
  fix:  write it like "10.1.0.0/16"

n.toml:4:8: error PF1301: network name not valid: "a"
   4 | name = "a"
     |        ^^^
  why:  It is too short: 2 to 64 characters.
  fix:  write the name that the cloud shows

n.toml:5:1: error PF1101: name is given twice
   5 | name = "b"
     | ^^^^
  also: n.toml:4:1: first given here
   4 | name = "a"
     | ^^^^
  why:  A table or key may be given once in a file; the first counts, and this one was not read.
  fix:  keep one of the two
)"},
    {"text in the way of a table",
     R"([network.app]
subnets = "x"
[network.app.subnets]
web = "x"
)",
     R"(n.toml:2:11: error PF1105: subnets must be a table of prefixes by name, not a string
   2 | subnets = "x"
     |           ^^^
  fix:  write subnets = { web = "10.1.1.0/24" }

n.toml:3:1: error PF1101: [network.app.subnets] is given twice
   3 | [network.app.subnets]
     | ^^^^^^^^^^^^^^^^^^^^^
  also: n.toml:2:1: first given here
   2 | subnets = "x"
     | ^^^^^^^
  why:  A table or key may be given once in a file; the first counts, and this one was not read.
  fix:  merge the two tables, or give one of them another key
)"},
    {"array of tables twice",
     R"([[vm]]
a = 1
[[vm]]
a = 1
a = 2
)",
     R"(n.toml:1:3: error PF1105: vm must be a table of tables, not an array
   1 | [[vm]]
     |   ^^
  why:  A vm is a table with a key of its own: [vm.KEY].
  fix:  write [vm.web1]

n.toml:5:1: error PF1101: a is given twice
   5 | a = 2
     | ^
  also: n.toml:4:1: first given here
   4 | a = 1
     | ^
  why:  A table or key may be given once in a file; the first counts, and this one was not read.
  fix:  keep one of the two
)"},
};

TEST(Syntax, SaysWhatIsWrongAndHowToMendIt) {
  expect_said(k_cases, [](const char* text) { return load_stanzas(text).text; });
}

}  // namespace
}  // namespace pairform
