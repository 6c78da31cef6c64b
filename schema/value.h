// Values and their canonical text. Every attribute value is interned canonical text, so equality of values is
// equality of ids and writing a row is concatenation. Kinds are a closed set.
//
// canonical text by kind:
//   String, Reference    the text itself (a reference is an address, or a cloud id for what is outside the project)
//   Region               folded: ASCII lower case, blanks removed
//   Boolean              true | false
//   Integer, Number      decimal
//   Duration             whole milliseconds, decimal
//   PrefixList           JSON array of canonical prefixes in numeric order     ["10.1.0.0/16","10.2.0.0/16"]
//   SubnetMap            JSON object, names by bytes; a value is a prefix or, where a subnet has several, an array of
//                        them in numeric order                                 {"db":"10.1.2.0/24"}
//   TextList, TextMap    JSON array in the order given, JSON object with keys by bytes
//   Ip                   an IPv4 address                                       10.1.1.10
//   SourceIp             an IPv4 address, or "dhcp"
//   IpMap                JSON object of IPv4 addresses, keys by bytes          {"vip":"10.1.1.11"}
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "schema/ip.h"

namespace pairform {

class JsonWriter;
inline constexpr std::string_view k_dynamic = "dhcp";  // a SourceIp that is not static

enum class Kind : unsigned char {
  String,
  Region,
  Reference,
  Boolean,
  Integer,
  Number,
  Duration,
  PrefixList,
  SubnetMap,
  TextList,
  TextMap,
  Ip,
  SourceIp,
  IpMap
};

// Writes the JSON form of a canonical value.
void write_value(JsonWriter& json, Kind kind, std::string_view canonical);

// One subnet: its name as the cloud or the file spells it, and its prefixes (one, but for existing networks).
struct Subnet {
  std::string name;
  std::vector<Prefix> prefixes;
  friend bool operator==(const Subnet&, const Subnet&) = default;
};

std::string canonical_region(std::string_view text);
std::string canonical_prefix_list(std::vector<Prefix> prefixes);
std::string canonical_subnet_map(std::vector<Subnet> subnets);
std::string canonical_text_list(const std::vector<std::string>& items);
std::string canonical_text_map(std::vector<std::pair<std::string, std::string>> items);

// The inverse. None if the text is not what the function above writes (or is, but for order). Empty text is empty.
std::optional<std::vector<Prefix>> parse_prefix_list(std::string_view canonical);
std::optional<std::vector<Subnet>> parse_subnet_map(std::string_view canonical);
std::optional<std::vector<std::string>> parse_text_list(std::string_view canonical);
std::optional<std::vector<std::pair<std::string, std::string>>> parse_text_map(std::string_view canonical);

// Has a value that came from outside (state, a plan file, a provider) the form of its kind? What is sound can be parsed
// by the functions above.
bool is_sound(Kind kind, std::string_view canonical);
// What a value of the kind is, for a message: "a map of subnets".
std::string_view kind_words(Kind kind);

// "500ms", "30s", "5m", "2h" in milliseconds; none if it is not N with one of those units, or over 1000 h.
std::optional<long long> parse_duration(std::string_view text);

// ASCII only: what the service does with names and ids.
std::string ascii_lower(std::string_view text);
// A part of `text`: without the blanks, tabs and carriage returns around it.
std::string_view trimmed(std::string_view text);

}  // namespace pairform
