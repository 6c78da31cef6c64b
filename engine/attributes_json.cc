#include "engine/attributes_json.h"

#include <algorithm>
#include <numeric>
#include <vector>

#include "schema/json_text.h"

namespace pairform {

void append_value_json(std::string& out, Kind kind, Text value, const StringPool& texts) {
  if (value) append_json_value(out, kind, texts.view(value));
  else if (kind == Kind::Boolean) out += "false";
  else if (kind == Kind::SubnetMap || kind == Kind::TextMap || kind == Kind::IpMap) out += "{}";
  else out += "null";
}

void append_text_json(std::string& out, Text value, const StringPool& texts) {
  append_value_json(out, Kind::String, value, texts);
}

void append_attributes_json(std::string& out, const ResourceType& type, std::span<const Text> cells,
                            const StringPool& texts, RememberedColumns remembered) {
  std::vector<std::size_t> order(type.columns.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return type.column(a).name < type.column(b).name; });
  char before = '{';
  for (const std::size_t c : order) {
    if (type.column(c).mutability == Mutability::Remembered && (remembered == RememberedColumns::LeftOut || !cells[c]))
      continue;
    out += before;
    before = ',';
    append_json_string(out, type.column(c).name);
    out += ':';
    append_value_json(out, type.column(c).kind, cells[c], texts);
  }
  out += order.empty() ? "{}" : "}";
}

}  // namespace pairform
