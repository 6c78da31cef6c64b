#include "schema/value_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "schema/ip.h"
#include "schema/json_text.h"
#include "schema/terminal_text.h"

namespace pairform {

std::string_view kind_words(RawKind kind) {
  switch (kind) {
    case RawKind::Table: return "a table";
    case RawKind::Array: return "an array";
    case RawKind::String: return "a string";
    case RawKind::Integer: return "an integer";
    case RawKind::Number: return "a float";
    case RawKind::Boolean: return "a boolean";
    case RawKind::DateTime: return "a date or time";
  }
  return "";
}

namespace {

struct KindWords {
  std::string_view wanted;
  std::string_view name;
  std::string_view example;
};
KindWords words(Kind kind) {
  switch (kind) {
    case Kind::String: return {"a string", "text", "\"text\""};
    case Kind::Region: return {"a string", "region", "\"eastasia\""};
    case Kind::Reference: return {"a string", "address", "\"network.app\""};
    case Kind::Boolean: return {"true or false", "true or false", "true"};
    case Kind::Integer: return {"a whole number", "whole number", "10"};
    case Kind::Number: return {"a number", "number", "0.5"};
    case Kind::Duration: return {"a duration in quotes", "duration", "\"500ms\""};
    case Kind::PrefixList: return {"an array of prefixes", "list of prefixes", "[\"10.1.0.0/16\"]"};
    case Kind::SubnetMap:
      return {"a table of prefixes by name", "table of subnets to prefixes", "{ web = \"10.1.1.0/24\" }"};
    case Kind::TextList: return {"an array of strings", "list of texts", "[\"text\"]"};
    case Kind::Ip: return {"an IPv4 address", "IPv4 address", "\"10.1.1.10\""};
    case Kind::SourceIp: return {"an IPv4 address or \"dhcp\"", "IPv4 address or `\"dhcp\"`", "\"10.1.1.10\""};
    case Kind::IpMap:
      return {"a table of IPv4 addresses", "table of names to IPv4 addresses", "{ vip = \"10.1.1.11\" }"};
    case Kind::TextMap: return {"a table of strings", "table of names to names", "{ web = \"dr-web\" }"};
  }
  return {};
}

bool is_alphanumeric(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

bool is_plain(std::string_view glyph) {
  return glyph.size() == 1 && (is_alphanumeric(glyph[0]) || glyph[0] == '_' || glyph[0] == '.' || glyph[0] == '-');
}

}  // namespace

std::string_view kind_wanted(Kind kind) { return words(kind).wanted; }
std::string_view kind_name(Kind kind) { return words(kind).name; }
std::string_view example_of(Kind kind) { return words(kind).example; }

std::string example_of(const AttributeType& attribute) {
  if (!attribute.example.empty()) return attribute.example;
  const bool written_as_kept =
      attribute.kind == Kind::Integer || attribute.kind == Kind::Number || attribute.kind == Kind::TextList;
  if (written_as_kept && !attribute.default_value.empty()) return attribute.default_value;
  if (attribute.kind == Kind::String && !attribute.default_value.empty()) return json_string(attribute.default_value);
  return std::string(words(attribute.kind).example);
}

bool is_cloud_name(std::string_view name, std::size_t least, std::size_t most) {
  if (name.empty() || name.size() < least || name.size() > most) return false;
  if (!is_alphanumeric(name.front()) || (!is_alphanumeric(name.back()) && name.back() != '_')) return false;
  return std::all_of(name.begin(), name.end(), [](const char& c) { return is_plain(std::string_view(&c, 1)); });
}

std::string cloud_name_problem(std::string_view name, std::size_t least, std::size_t most) {
  if (name.empty()) return fmt::format("It is empty: a name has {} to {} characters.", least, most);
  if (const std::string_view blank = blank_problem(name); !blank.empty()) return std::string(blank);
  for (std::string_view rest = name; !rest.empty();) {
    const Glyph glyph = take_glyph(rest);
    if (glyph.bytes == " ") return "A blank is not allowed: only letters, digits, `_`, `.` and `-` are.";
    if (!is_plain(glyph.bytes))
      return fmt::format("The character '{}' is not allowed: only letters, digits, `_`, `.` and `-` are.", glyph.shown);
  }
  if (!is_alphanumeric(name.front())) return "It must start with a letter or digit.";
  if (!is_alphanumeric(name.back()) && name.back() != '_') return "It must end with a letter, a digit or `_`.";
  return name.size() < least
             ? fmt::format("It is too short: {} to {} characters.", least, most)
             : fmt::format("It is too long: {} to {} characters, and this has {}.", least, most, name.size());
}

std::string_view blank_problem(std::string_view text) {
  const std::string_view inner = trimmed(text);
  if (inner.size() == text.size()) return {};
  return text.ends_with(inner) ? "It begins with a blank." : "It ends with a blank.";
}

bool is_region(std::string_view canonical) {
  return !canonical.empty() && std::all_of(canonical.begin(), canonical.end(),
                                           [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); });
}

std::string region_problem(std::string_view text) {
  for (std::string_view rest = text; !rest.empty();) {
    const Glyph glyph = take_glyph(rest);
    if (glyph.bytes.size() != 1 || (!is_alphanumeric(glyph.bytes[0]) && glyph.bytes != " " && glyph.bytes != "\t"))
      return fmt::format("The character '{}' is not allowed: a region is letters and digits.", glyph.shown);
  }
  return "It is empty: a region is letters and digits.";
}

namespace {

// What a node of a wrong kind was meant to be, as the file would write it; empty: that cannot be told.
std::string meant_flag(const RawNode& node) {
  const std::string lower = ascii_lower(node.text);
  if (node.kind == RawKind::Integer) return node.integer == 1 ? "true" : node.integer == 0 ? "false" : "";
  if (lower == "true" || lower == "yes" || lower == "on" || lower == "1") return "true";
  return lower == "false" || lower == "no" || lower == "off" || lower == "0" ? "false" : "";
}

// "30", "30%", 30.0; of a percentage also 0.3.
std::string meant_integer(const RawNode& node, const AttributeType& attribute) {
  if (node.kind == RawKind::Number && std::isfinite(node.number) && node.number >= 0 && node.number < 1e9) {
    const double number = attribute.name.ends_with("_percent") && node.number < 1 ? node.number * 100 : node.number;
    return number == std::floor(number) ? fmt::format("{}", std::llround(number)) : std::string();
  }
  std::string_view digits = node.text;
  if (digits.ends_with('%')) digits.remove_suffix(1);
  while (digits.ends_with(' ')) digits.remove_suffix(1);
  const bool whole = !digits.empty() && digits.size() <= 18 && (digits == "0" || digits.front() != '0') &&
                     digits.find_first_not_of("0123456789") == std::string_view::npos;
  return whole ? std::string(digits) : std::string();
}

// "0.5", "5%".
std::string meant_number(const RawNode& node) {
  std::string text(node.text);
  const bool percent = text.ends_with('%');
  if (percent) text.pop_back();
  if (text.empty() || text.size() > 18 || text.find_first_not_of("0123456789.") != std::string::npos) return {};
  char* end = nullptr;
  const double number = std::strtod(text.c_str(), &end);
  return *end == '\0' ? fmt::format("{}", percent ? number / 100 : number) : std::string();
}

std::string meant(const RawNode& node, const AttributeType& attribute) {
  switch (attribute.kind) {
    case Kind::Boolean: return meant_flag(node);
    case Kind::Integer: return meant_integer(node, attribute);
    case Kind::Number: return meant_number(node);
    case Kind::Duration:
      return node.kind == RawKind::Integer && node.integer >= 0 ? fmt::format("\"{}ms\"", node.integer) : std::string();
    case Kind::PrefixList:
      return node.kind == RawKind::String && parse_prefix(node.text) ? '[' + json_string(node.text) + ']'
                                                                     : std::string();
    case Kind::TextList: return node.kind == RawKind::String ? '[' + json_string(node.text) + ']' : std::string();
    default: return {};
  }
}

}  // namespace

std::string what_to_write(const RawNode& node, const AttributeType& attribute) {
  const bool is_plain =
      attribute.kind == Kind::Boolean || attribute.kind == Kind::Integer || attribute.kind == Kind::Number;
  const std::string value = meant(node, attribute);
  const bool quoted = is_plain && node.kind == RawKind::String && (!value.empty() || attribute.kind == Kind::Boolean);
  const std::string_view quotes = quoted ? " without quotes" : "";
  if (value.empty() && attribute.kind == Kind::Boolean)
    return fmt::format("write {0} = true or {0} = false{1}", attribute.name, quotes);
  return fmt::format("write {} = {}{}", attribute.name, value.empty() ? example_of(attribute) : value, quotes);
}

}  // namespace pairform
