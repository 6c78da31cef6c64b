#include "schema/value_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "schema/address.h"
#include "schema/json_text.h"
#include "schema/json_writer.h"
#include "schema/misplaced.h"

namespace pairform {

std::optional<std::string_view> ValueReader::read(const RawNode& node, const AttributeType& attribute,
                                                  StanzaReport& report) {
  const auto value = read_kind(node, attribute, report);
  if (!value || attribute.must_be == nullptr) return value;
  const std::string must_be = attribute.must_be(*value);
  if (must_be.empty()) return value;
  report.error(Code::BadSetting, document_.place(node),
               fmt::format("{} of provider {} not valid: {}", attribute.name, attribute.provider, *value), {},
               fmt::format("write {}", must_be));
  return std::nullopt;
}

std::optional<std::string_view> ValueReader::read_kind(const RawNode& node, const AttributeType& attribute,
                                                       StanzaReport& report) {
  text_.clear();
  bool good = false;
  switch (attribute.kind) {
    case Kind::String:
      good = expect(node, RawKind::String, attribute, report);
      if (good) return node.text;
      break;
    case Kind::Region: good = expect(node, RawKind::String, attribute, report) && read_region(node, report); break;
    case Kind::Reference: good = read_reference(node, attribute, report); break;
    case Kind::Boolean:
      good = expect(node, RawKind::Boolean, attribute, report);
      text_ = node.integer != 0 ? "true" : "false";
      break;
    case Kind::Integer:
      good = expect(node, RawKind::Integer, attribute, report);
      fmt::format_to(std::back_inserter(text_), "{}", node.integer);
      break;
    case Kind::Number: good = read_number(node, attribute, report); break;
    case Kind::Duration: good = read_duration(node, attribute, report); break;
    case Kind::PrefixList: good = read_prefix_list(node, attribute, report); break;
    case Kind::SubnetMap: good = read_subnet_map(node, attribute, report); break;
    case Kind::TextList: good = read_text_list(node, attribute, report); break;
    case Kind::TextMap: good = read_text_map(node, attribute, report); break;
    case Kind::Ip:
    case Kind::SourceIp: good = read_ip(node, attribute, report); break;
    case Kind::IpMap: good = read_ip_map(node, attribute, report); break;
  }
  if (!good) return std::nullopt;
  return text_;
}

namespace {
// The one string that an array or table holds, ["network.app"]; none: it holds more, or something else.
std::optional<std::string_view> only_text(const TomlDocument& document, const RawNode& node) {
  if (node.kind != RawKind::Array && node.kind != RawKind::Table) return std::nullopt;
  const auto items = document.children(node);
  if (items.empty() || (*items.begin()).kind != RawKind::String || ++items.begin() != items.end()) return std::nullopt;
  return (*items.begin()).text;
}
}  // namespace

bool ValueReader::expect(const RawNode& node, RawKind kind, const AttributeType& attribute,
                         StanzaReport& report) const {
  if (node.kind == kind) return true;
  const auto text = kind == RawKind::String ? only_text(document_, node) : std::nullopt;
  report.error(
      Code::WrongType, document_.place(node),
      fmt::format("{} must be {}, not {}", attribute.name, kind_wanted(attribute.kind), kind_words(node.kind)), {},
      text ? fmt::format("write {} = {}", attribute.name, json_string(*text)) : what_to_write(node, attribute));
  return false;
}

// An item of a list or map; all of ours are strings.
bool ValueReader::expect_item(const RawNode& item, const AttributeType& attribute, StanzaReport& report) const {
  if (item.kind == RawKind::String) return true;
  if (refuse_include(document_, item, report)) return false;
  const auto text = only_text(document_, item);
  const std::string what =
      item.key.empty() ? fmt::format("an item of {}", attribute.name) : fmt::format("{}.{}", attribute.name, item.key);
  report.error(Code::WrongType, document_.place(item),
               fmt::format("{} must be a string, not {}", what, kind_words(item.kind)), {},
               text && !item.key.empty()
                   ? fmt::format("write {} = {}", item.key, json_string(*text))
                   : fmt::format("for example {} = {}", attribute.name, example_of(attribute.kind)));
  return false;
}

bool ValueReader::read_region(const RawNode& node, StanzaReport& report) {
  text_ = canonical_region(node.text);
  const bool good = is_region(text_);
  if (!good)
    report.error(Code::BadRegion, document_.place(node), fmt::format("region not valid: \"{}\"", node.text),
                 region_problem(node.text), "write it like \"eastasia\"");
  return good;
}

bool ValueReader::read_reference(const RawNode& node, const AttributeType& attribute, StanzaReport& report) {
  if (!expect(node, RawKind::String, attribute, report)) return false;
  const std::string& type = attribute.references;
  const std::string_view text = trimmed(node.text), blank = blank_problem(node.text);
  const std::size_t dot = text.find('.');
  const std::string_view head = text.substr(0, dot);
  const std::string_view key = dot == std::string_view::npos ? std::string_view() : text.substr(dot + 1);
  const bool good = head == type && is_key(key);
  if (good && blank.empty()) {
    text_ = node.text;
    return true;
  }
  std::string help = fmt::format("write the address of a {0}, for example \"{0}.app\"", type);
  const std::string_view meant = dot == std::string_view::npos ? text : key;
  if (is_key(meant) && (dot == std::string_view::npos || !nearest(head, {type}).empty()))
    help = fmt::format("did you mean \"{}.{}\"?", type, meant);
  if (head == type && !key.empty()) help = fmt::format("write \"{}.{}\", if that is its key", type, key_of_name(key));
  if (good) help = fmt::format("write {} = \"{}\"", attribute.name, text);
  const Place place = document_.place(node);
  report.add({Code::BadReference,
              Severity::Error,
              fmt::format("{} must be the address of a {}, not \"{}\"", attribute.name, type, node.text),
              good ? std::string(blank) : fmt::format("References are addresses in quotes: \"{}.KEY\".", type),
              std::move(help),
              {{place.at, place.length, {}}},
              {},
              head == type ? std::string(text) : std::string()});
  return false;
}

bool ValueReader::read_number(const RawNode& node, const AttributeType& attribute, StanzaReport& report) {
  const bool whole = node.kind == RawKind::Integer;
  if (!whole && !expect(node, RawKind::Number, attribute, report)) return false;
  const double number = whole ? static_cast<double>(node.integer) : node.number;
  if (!std::isfinite(number)) {
    report.error(Code::BadSetting, document_.place(node), fmt::format("{} must be a finite number", attribute.name), {},
                 fmt::format("write {} = 0.5", attribute.name));
    return false;
  }
  fmt::format_to(std::back_inserter(text_), "{}", number);
  return true;
}

bool ValueReader::read_duration(const RawNode& node, const AttributeType& attribute, StanzaReport& report) {
  if (!expect(node, RawKind::String, attribute, report)) return false;
  const auto milliseconds = parse_duration(node.text);
  if (!milliseconds) {
    const bool bare = !node.text.empty() && node.text.find_first_not_of("0123456789") == std::string_view::npos;
    report.error(
        Code::BadSetting, document_.place(node), fmt::format("{} is not a duration: \"{}\"", attribute.name, node.text),
        bare ? "It has no unit: ms, s, m or h." : "A duration is a whole number with ms, s, m or h, at most 1000h.",
        bare ? fmt::format("write {} = \"{}ms\"", attribute.name, node.text) : "write it like \"500ms\" or \"30s\"");
    return false;
  }
  fmt::format_to(std::back_inserter(text_), "{}", *milliseconds);
  return true;
}

bool ValueReader::read_prefix(const RawNode& item, const AttributeType& attribute, StanzaReport& report) {
  if (!expect_item(item, attribute, report)) return false;
  const auto parsed = parse_prefix(item.text);
  if (!parsed) {
    const std::string_view text = trimmed(item.text), blank = blank_problem(item.text);
    const bool only_blank = !blank.empty() && parse_prefix(text);
    const std::string help = only_blank       ? fmt::format("write \"{}\"", text)
                             : parse_ip(text) ? fmt::format("add its length, for example \"{}/24\"", text)
                                              : "write it like \"10.1.0.0/16\"";
    report.error(Code::BadPrefix, document_.place(item), fmt::format("not a prefix: \"{}\"", item.text),
                 only_blank
                     ? std::string(blank)
                     : "A prefix is an address, a slash and a length: no leading zeroes, at most /32 (IPv6: /128).",
                 help);
    return false;
  }
  if (parsed->has_host_bits) {
    report.error(Code::HostBits, document_.place(item), fmt::format("prefix has host bits: {}", item.text),
                 fmt::format("Of a /{0} the bits after the first {0} are zero.", parsed->prefix.length),
                 fmt::format("write \"{}\"", to_text(parsed->prefix)));
    return false;
  }
  prefixes_.push_back({parsed->prefix, &item, &attribute});
  return true;
}

namespace {
// What parses as version 4 without host bits is canonical as it stands; version 6 has many spellings.
void write_prefix(JsonWriter& json, const PlacedPrefix& placed) {
  if (placed.prefix.base.v6) json.text(to_text(placed.prefix));
  else json.text(placed.node->text);
}

// The ordinary case without an allocation: few names, no two of the same first letter and length.
bool differ_at_once(const TomlDocument& document, const RawNode& table) {
  std::size_t seen = 0;
  for (const RawNode& item : document.children(table)) {
    if (item.key.empty()) return false;
    const std::size_t first = static_cast<unsigned char>(item.key.front()) & 0x1FU;
    const std::size_t bit = (first * 5U + item.key.size() * 7U) & 31U;
    if ((seen >> bit & 1U) != 0) return false;
    seen |= std::size_t{1} << bit;
  }
  return true;
}
}  // namespace

bool ValueReader::read_prefix_list(const RawNode& node, const AttributeType& attribute, StanzaReport& report) {
  if (!expect(node, RawKind::Array, attribute, report)) return false;
  bool good = true;
  const auto first = static_cast<std::ptrdiff_t>(prefixes_.size());
  for (const RawNode& item : document_.children(node)) good = read_prefix(item, attribute, report) && good;
  std::stable_sort(prefixes_.begin() + first, prefixes_.end(),
                   [](const PlacedPrefix& a, const PlacedPrefix& b) { return a.prefix < b.prefix; });
  text_.clear();
  JsonWriter json(text_);
  json.open_array();
  for (auto placed = prefixes_.begin() + first; placed != prefixes_.end(); ++placed) write_prefix(json, *placed);
  json.close_array();
  return good;
}

// Names that are equal but for case are one subnet to the cloud.
bool ValueReader::names_differ(const RawNode& table, StanzaReport& report) const {
  if (differ_at_once(document_, table)) return true;
  std::vector<std::pair<std::string, const RawNode*>> folded;
  for (const RawNode& item : document_.children(table)) folded.emplace_back(ascii_lower(item.key), &item);
  const auto before = [](const RawNode* a, const RawNode* b) {
    return std::pair(a->key_line, a->key_column) < std::pair(b->key_line, b->key_column);
  };
  std::sort(folded.begin(), folded.end(), [&](const auto& a, const auto& b) {
    return a.first != b.first ? a.first < b.first : before(a.second, b.second);
  });
  bool good = true;
  for (std::size_t i = 1; i < folded.size(); ++i) {
    if (folded[i - 1].first != folded[i].first) continue;
    const RawNode &one = *folded[i - 1].second, &two = *folded[i].second;
    report.error(Code::SubnetNameCase, document_.key_place(two), document_.key_place(one), "the other one",
                 fmt::format("names equal but for case: \"{}\" and \"{}\"", one.key, two.key),
                 "The service does not tell them apart.", "rename one of them, or leave it out");
    good = false;
  }
  return good;
}

namespace {
bool check_subnet_name(std::string_view name, const Place& place, StanzaReport& report) {
  if (is_cloud_name(name, 1, k_subnet_name_most)) return true;
  const std::string_view bare = trimmed(name);
  report.error(Code::BadName, place, fmt::format("subnet name not valid: \"{}\"", name),
               cloud_name_problem(name, 1, k_subnet_name_most),
               is_cloud_name(bare, 1, k_subnet_name_most) ? fmt::format("write \"{}\"", bare) : "rename the subnet");
  return false;
}
}  // namespace

bool ValueReader::read_subnet_map(const RawNode& node, const AttributeType& attribute, StanzaReport& report) {
  if (!expect(node, RawKind::Table, attribute, report)) return false;
  bool good = names_differ(node, report);
  text_.clear();
  JsonWriter json(text_);
  json.open_object();
  for (const RawNode& item : document_.children(node)) {
    good = check_subnet_name(item.key, document_.key_place(item), report) && good;
    const bool read = read_prefix(item, attribute, report);
    good = good && read;
    if (!read) continue;
    json.key(item.key);
    write_prefix(json, prefixes_.back());
  }
  json.close_object();
  return good;
}

bool ValueReader::read_text_list(const RawNode& node, const AttributeType& attribute, StanzaReport& report) {
  if (!expect(node, RawKind::Array, attribute, report)) return false;
  bool good = true;
  text_.clear();
  JsonWriter json(text_);
  json.open_array();
  for (const RawNode& item : document_.children(node)) {
    good = expect_item(item, attribute, report) && good;
    json.text(item.text);
  }
  json.close_array();
  return good;
}

// Source subnet = target subnet: both sides of ours are names of subnets.
bool ValueReader::read_text_map(const RawNode& node, const AttributeType& attribute, StanzaReport& report) {
  if (!expect(node, RawKind::Table, attribute, report)) return false;
  bool good = names_differ(node, report);
  text_.clear();
  JsonWriter json(text_);
  json.open_object();
  // Ours map subnets; what a provider maps it checks itself (a region = "group/name").
  const bool of_subnets = attribute.provider.empty();
  for (const RawNode& item : document_.children(node)) {
    if (of_subnets) good = check_subnet_name(item.key, document_.key_place(item), report) && good;
    if (!expect_item(item, attribute, report)) {
      good = false;
      continue;
    }
    if (of_subnets) good = check_subnet_name(item.text, document_.place(item), report) && good;
    json.member(item.key, item.text);
  }
  json.close_object();
  return good;
}

namespace {
// What to write instead: an address with a length or a blank behind it is that address, and "dhpc" is "dhcp".
std::string what_address(std::string_view name, std::string_view text, Kind kind) {
  const std::string_view bare = trimmed(text.substr(0, text.find('/')));
  const auto ip = parse_ip(bare);
  if (ip && !ip->v6) return fmt::format("write {} = {}", name, json_string(bare));
  if (kind == Kind::Ip && ascii_lower(bare) == k_dynamic) return fmt::format("write an address, or leave {} out", name);
  if (kind == Kind::SourceIp && !nearest(trimmed(text), {k_dynamic, "dynamic"}).empty())
    return fmt::format("did you mean \"{}\"?", k_dynamic);
  return fmt::format("write {} = {}", name, example_of(Kind::Ip));
}

std::string why_no_address(std::string_view text, Kind kind) {
  if (parse_ip(text)) return "pairform places IPv4 addresses only.";
  const std::string_view bare = trimmed(text);
  if (parse_ip(bare) || (kind == Kind::SourceIp && ascii_lower(bare) == k_dynamic))
    return std::string(blank_problem(text));
  if (ascii_lower(text) != k_dynamic) return {};
  return kind == Kind::IpMap ? "Only ip and target_ip can be dynamic: further configurations are static."
                             : "Only ip and target_ip can be dynamic.";
}
}  // namespace

bool ValueReader::read_ip(const RawNode& node, const AttributeType& attribute, StanzaReport& report) {
  if (!expect(node, RawKind::String, attribute, report)) return false;
  if (attribute.kind == Kind::SourceIp && ascii_lower(node.text) == k_dynamic) {
    text_ = k_dynamic;
    return true;
  }
  const auto ip = parse_ip(node.text);
  if (!ip || ip->v6) {
    report.error(Code::BadIp, document_.place(node), fmt::format("not an IPv4 address: \"{}\"", node.text),
                 why_no_address(node.text, attribute.kind), what_address(attribute.name, node.text, attribute.kind));
    return false;
  }
  text_ = to_text(*ip);
  return true;
}

bool ValueReader::read_ip_map(const RawNode& node, const AttributeType& attribute, StanzaReport& report) {
  if (!expect(node, RawKind::Table, attribute, report)) return false;
  bool good = names_differ(node, report);
  std::vector<std::pair<std::string, std::string>> items;
  for (const RawNode& item : document_.children(node)) {
    const auto ip = item.kind == RawKind::String ? parse_ip(item.text) : std::nullopt;
    if (ip && !ip->v6) {
      items.emplace_back(item.key, to_text(*ip));
      continue;
    }
    good = false;
    if (expect_item(item, attribute, report))
      report.error(Code::BadIp, document_.place(item), fmt::format("not an IPv4 address: \"{}\"", item.text),
                   why_no_address(item.text, Kind::IpMap), what_address(item.key, item.text, Kind::IpMap));
  }
  text_ = canonical_text_map(std::move(items));
  return good;
}

}  // namespace pairform
