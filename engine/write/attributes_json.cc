#include "engine/write/attributes_json.h"

#include <algorithm>
#include <numeric>
#include <vector>

namespace pairform {

void write_value(JsonWriter& json, Kind kind, Text value, const StringPool& texts) {
  if (value) write_value(json, kind, texts.view(value));
  else if (kind == Kind::Boolean) json.boolean(false);
  else if (kind == Kind::SubnetMap || kind == Kind::TextMap || kind == Kind::IpMap) json.open_object().close_object();
  else json.null();
}

void write_text(JsonWriter& json, Text value, const StringPool& texts) {
  write_value(json, Kind::String, value, texts);
}

void write_attributes(JsonWriter& json, const ResourceType& type, std::span<const Text> cells, const StringPool& texts,
                      Columns columns) {
  std::vector<std::size_t> order(type.columns.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return type.column(a).name < type.column(b).name; });
  json.open_object();
  for (const std::size_t c : order) {
    if (type.column(c).mutability == Mutability::Remembered && (columns == Columns::Shown || !cells[c])) continue;
    if (type.column(c).came_later && columns == Columns::Digested && !cells[c]) continue;
    json.key(type.column(c).name);
    write_value(json, type.column(c).kind, cells[c], texts);
  }
  json.close_object();
}

}  // namespace pairform
