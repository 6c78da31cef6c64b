// Words about values for messages: what a kind wants, an example, which part of a rule a name breaks, and what was most
// likely meant by a value of a wrong kind.
#pragma once
#include <string>
#include <string_view>

#include "schema/resource_type.h"
#include "schema/toml_reader.h"

namespace pairform {

// "an array"
std::string_view kind_words(RawKind kind);
// What a value of the kind is to be: "true or false".
std::string_view kind_wanted(Kind kind);
// What documents call it: "table of subnets to prefixes". In Markdown, as in: IPv4 address or `"dhcp"`.
std::string_view kind_name(Kind kind);
// A value of that attribute as a file would write it: its own example, its default, or one of its kind.
std::string example_of(const AttributeType& attribute);
// The same of a kind.
std::string_view example_of(Kind kind);

// Does `name` follow the rule of networks and subnets: alphanumerics and `_ . -`, first alphanumeric, last
// alphanumeric or `_`, `least` to `most` characters?
bool is_cloud_name(std::string_view name, std::size_t least, std::size_t most);
inline constexpr std::size_t k_subnet_name_most = 80;
// Which part of that rule `name` breaks, in words. Only of a name that does.
std::string cloud_name_problem(std::string_view name, std::size_t least, std::size_t most);

// "It ends with a blank."; empty: no blank stands before or behind `text`.
std::string_view blank_problem(std::string_view text);
// Letters and digits, as canonical_region leaves them: "eastasia".
bool is_region(std::string_view canonical);
// Why a text is no region. Only of one that is none.
std::string region_problem(std::string_view text);
// What to write instead of a node of a wrong kind: "write max_delete_percent = 30 without quotes" for "30%".
std::string what_to_write(const RawNode& node, const AttributeType& attribute);

}  // namespace pairform
