#include "engine/state/row_reader.h"

#include <algorithm>
#include <array>

#include "schema/address.h"
#include "schema/json_text.h"

namespace pairform {
namespace {
using simdjson::SUCCESS;
using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::key_value_pair;
using simdjson::dom::object;

constexpr std::array<std::string_view, 9> k_keys{"address", "adopted", "attributes", "because", "depends_on",
                                                 "id",      "pending", "protect",    "type"};

// A prefix in state has no host bits: 10.1.0.4/16 was never written, so somebody has edited the file.
bool read_prefix(element json, std::vector<Prefix>& out) {
  std::string_view text;
  if (json.get(text) != SUCCESS) return false;
  const auto parsed = parse_prefix(text);
  if (!parsed || parsed->has_host_bits) return false;
  out.push_back(parsed->prefix);
  return true;
}

bool read_prefixes(element json, std::vector<Prefix>& out) {
  array items;
  if (json.get(items) != SUCCESS) return false;
  return std::all_of(items.begin(), items.end(), [&](element item) { return read_prefix(item, out); });
}

bool read_texts(element json, std::vector<std::string>& out) {
  array items;
  if (json.get(items) != SUCCESS) return false;
  for (const element item : items) {
    std::string_view text;
    if (item.get(text) != SUCCESS) return false;
    out.emplace_back(text);
  }
  return true;
}

// simdjson gives the keys of an object one by one and takes a key that stands there twice. Which of the two subnets
// "web" would count? Neither: the line is damaged.
template <class Named, class Name>
bool has_twins(std::vector<Named> items, Name name) {
  std::sort(items.begin(), items.end(), [&](const Named& a, const Named& b) { return name(a) < name(b); });
  return std::adjacent_find(items.begin(), items.end(),
                            [&](const Named& a, const Named& b) { return name(a) == name(b); }) != items.end();
}

bool read_subnet_map(element json, std::string& out) {
  object map;
  if (json.get(map) != SUCCESS) return false;
  std::vector<Subnet> subnets;
  for (const key_value_pair entry : map) {
    Subnet subnet{std::string(entry.key), {}};
    if (!entry.value.is_array() ? !read_prefix(entry.value, subnet.prefixes)
                                : !read_prefixes(entry.value, subnet.prefixes))
      return false;
    subnets.push_back(std::move(subnet));
  }
  if (has_twins(subnets, [](const Subnet& subnet) -> const std::string& { return subnet.name; })) return false;
  out = canonical_subnet_map(std::move(subnets));
  return true;
}

bool read_text_map(element json, std::string& out) {
  object map;
  if (json.get(map) != SUCCESS) return false;
  std::vector<std::pair<std::string, std::string>> items;
  for (const key_value_pair entry : map) {
    std::string_view text;
    if (entry.value.get(text) != SUCCESS) return false;
    items.emplace_back(entry.key, text);
  }
  if (has_twins(items, [](const auto& item) -> const std::string& { return item.first; })) return false;
  out = canonical_text_map(std::move(items));
  return true;
}

bool read_ip(element json, Kind kind, std::string& out) {
  std::string_view text;
  if (json.get(text) != SUCCESS) return false;
  out = text;
  return is_sound(kind, text);
}

// Whole numbers, also where a number may have a fraction, are written without one: 5, not 5.0. A duration is not
// negative.
bool read_number(element json, Kind kind, std::string& out) {
  std::int64_t whole = 0;
  double number = 0;
  if (json.get(whole) == SUCCESS) {
    out = std::to_string(whole);
    return kind != Kind::Duration || whole >= 0;
  }
  if (kind != Kind::Number || json.get(number) != SUCCESS) return false;
  out = simdjson::minify(json);
  return true;
}

// The canonical text of a value into `out`. False: it has not the shape of its kind.
bool read_value(element json, Kind kind, std::string& out) {
  std::string_view text;
  bool truth = false;
  std::vector<Prefix> prefixes;
  std::vector<std::string> texts;
  switch (kind) {
    case Kind::String:
    case Kind::Reference:
      if (json.get(text) != SUCCESS) return false;
      out = text;
      return true;
    case Kind::Region:
      if (json.get(text) != SUCCESS) return false;
      out = canonical_region(text);
      return true;
    case Kind::Boolean:
      if (json.get(truth) != SUCCESS) return false;
      out = truth ? "true" : "false";
      return true;
    case Kind::Integer:
    case Kind::Number:
    case Kind::Duration: return read_number(json, kind, out);
    case Kind::PrefixList:
      if (!read_prefixes(json, prefixes)) return false;
      out = canonical_prefix_list(std::move(prefixes));
      return true;
    case Kind::TextList:
      if (!read_texts(json, texts)) return false;
      out = canonical_text_list(texts);
      return true;
    case Kind::SubnetMap: return read_subnet_map(json, out);
    case Kind::TextMap: return read_text_map(json, out);
    case Kind::Ip:
    case Kind::SourceIp: return read_ip(json, kind, out);
    case Kind::IpMap: return read_text_map(json, out) && is_sound(kind, out);
  }
  return false;
}

}  // namespace

// simdjson reads some bytes beyond the end of a line. In the middle of a file those are the next lines; only the last
// lines are copied to where there is room behind them.
bool LineParser::parse(std::string_view line, element& out) {
  const char* data = line.data();
  if (static_cast<std::size_t>(end_ - (line.data() + line.size())) < simdjson::SIMDJSON_PADDING) {
    padded_.assign(line);
    padded_.append(simdjson::SIMDJSON_PADDING, ' ');
    data = padded_.data();
  }
  return parser_.parse(data, line.size(), false).get(out) == SUCCESS;
}

std::string RowReader::read(element json, StateRow& row, std::vector<Text>& cells) {
  object object;
  if (json.get(object) != SUCCESS) return "not a JSON object";
  if (std::string wrong = read_address(object, row); !wrong.empty()) return wrong;
  const std::size_t first = cells.size();
  cells.resize(first + types_[row.type].columns.size());
  unsigned seen = 0;
  for (const key_value_pair field : object) {
    const auto* const key = std::find(k_keys.begin(), k_keys.end(), field.key);
    if (key == k_keys.end()) return "unknown key " + json_string(field.key);
    const unsigned bit = 1U << static_cast<unsigned>(key - k_keys.begin());
    if ((seen & bit) != 0) return "key " + json_string(field.key) + " twice";
    seen |= bit;
    std::string wrong =
        field.key == "attributes" ? read_attributes(field.value, row, cells) : read_key(field.key, field.value, row);
    if (!wrong.empty()) return wrong;
  }
  if (!row.id && !row.pending) return std::string(pool_.view(row.address)) + " has no \"id\"";
  return fill_gaps(row, cells, first);
}

// The type of a nic is "vm", its address's first word, and its columns are those of a nic: so the address decides the
// type, and "type" must agree with it.
std::string RowReader::read_address(object object, StateRow& row) {
  std::string_view address, type;
  if (object["address"].get(address) != SUCCESS) return "no \"address\"";
  if (object["type"].get(type) != SUCCESS) return "no \"type\"";
  const auto parts = parse_address(address);
  row.type = parts ? types_.find_type_of(address) : types_.find_type(type);
  if (!row.type) return "unknown type " + json_string(type);
  if (!parts || (parts->type == "mapping" && parts->half.empty()))
    return json_string(address) + " is not the address of a row";
  if (parts->type != type) return json_string(address) + " is not of type " + json_string(type);
  row.address = pool_.intern(address);
  return "";
}

std::string RowReader::read_key(std::string_view key, element value, StateRow& row) {
  if (key == "adopted" || key == "protect") {
    bool truth = false;
    if (value.get(truth) != SUCCESS) return json_string(key) + " is not true or false";
    (key == "adopted" ? row.adopted : row.protect) = truth;
  } else if (key == "depends_on") {
    if (!read_value(value, Kind::TextList, scratch_)) return json_string(key) + " is not a list of texts";
    row.depends_on = scratch_ == "[]" ? Text() : pool_.intern(scratch_);
  } else if (key == "id" || key == "because" || key == "pending") {
    std::string_view text;
    if (value.get(text) != SUCCESS || text.empty()) return json_string(key) + " is not a text";
    (key == "id" ? row.id : key == "because" ? row.because : row.pending) = pool_.intern(text);
  }
  return "";
}

std::string RowReader::read_attributes(element json, const StateRow& row, std::vector<Text>& cells) {
  object attributes;
  if (json.get(attributes) != SUCCESS) return "\"attributes\" is not an object";
  const ResourceType& type = types_[row.type];
  const std::size_t first = cells.size() - type.columns.size();
  for (const key_value_pair field : attributes) {
    const auto column = type.find_column(field.key);
    if (!column) return "unknown attribute " + json_string(field.key) + " of " + std::string(pool_.view(row.address));
    if (cells[first + *column]) return "attribute " + json_string(field.key) + " twice";
    if (field.value.is_null()) continue;
    const Kind kind = type.column(*column).kind;
    if (!read_value(field.value, kind, scratch_))
      return json_string(field.key) + " of " + std::string(pool_.view(row.address)) + " is not " +
             std::string(kind_words(kind));
    cells[first + *column] = pool_.intern(scratch_);
  }
  return "";
}

// What an older version did not write: a column that is true or false gets its default. A value that no version leaves
// out must be there.
std::string RowReader::fill_gaps(const StateRow& row, std::vector<Text>& cells, std::size_t first) const {
  const ResourceType& type = types_[row.type];
  for (std::size_t c = 0; c < type.columns.size(); ++c) {
    const AttributeType& column = type.column(c);
    if (cells[first + c]) continue;
    if (column.presence == Presence::Required)
      return std::string(pool_.view(row.address)) + " has no " + json_string(column.name);
    if (column.kind == Kind::Boolean && !column.default_value.empty())
      cells[first + c] = pool_.intern(column.default_value);
  }
  return "";
}

}  // namespace pairform
