#include "engine/model/observed.h"

#include <fmt/format.h>

#include "schema/json_text.h"
#include "schema/value.h"

namespace pairform {

namespace {

std::string why_unusable(const HomeLanding& home) {
  if (!is_utf8(home.network) || !is_utf8(home.subnet)) return "the answer cannot be used: home is not a text";
  if (!home.ip.empty() && !parse_ip(home.ip))
    return fmt::format("the answer cannot be used: home is not an address: {}", home.ip);
  if (!home.secondary.empty() && !is_sound(Kind::IpMap, home.secondary))
    return fmt::format("the answer cannot be used: home is not {}: {}", kind_words(Kind::IpMap), home.secondary);
  return {};
}

}  // namespace

std::string why_unusable(const CloudRow& row, const TypeTable& types) {
  const TypeId type = types.find_type(row.type);
  if (!type) return fmt::format("the answer is of an unknown type, \"{}\"", row.type);
  for (std::size_t c = 0; c < types[type].columns.size(); ++c) {
    const AttributeType& column = types[type].column(c);
    const auto value = find_value(row.attributes, column.name);
    if (value && !is_sound(column.kind, *value))
      return fmt::format("the answer cannot be used: {} is not {}: {}", column.name, kind_words(column.kind), *value);
  }
  for (const Occupied& use : row.in_use)
    if (!parse_ip(use.ip)) return fmt::format("the answer cannot be used: in_use is not an address: {}", use.ip);
  if (!is_utf8(row.note)) return "the answer cannot be used: note is not a text";
  for (const Delegated& one : row.delegated)
    if (!is_utf8(one.subnet) || !is_utf8(one.service)) return "the answer cannot be used: delegated is not a text";
  if (row.home) return why_unusable(*row.home);
  return {};
}

std::string why_another(const CloudRow& row, std::string_view type, std::string_view identity) {
  if (row.type == type && row.identity == identity) return {};
  return fmt::format("the answer is about another resource: asked was the {} {}, told was the {} {}", type, identity,
                     row.type, row.identity);
}

ObservedId add_observed(Observed& observed, const CloudRow& row, const TypeTable& types, const std::string& project,
                        StringPool& texts) {
  if (!why_unusable(row, types).empty()) return k_none;
  const TypeId type = types.find_type(row.type);
  ObservedRow seen{.type = type,
                   .identity = texts.intern(row.identity),
                   .id = texts.intern(row.id),
                   .first_cell = static_cast<std::uint32_t>(observed.cells.size()),
                   .status = row.status,
                   .ours = !row.owner_project.empty() && row.owner_project == project,
                   .facts_only = row.facts_only,
                   .failover_failed = row.failover_failed,
                   .made_up = row.made_up,
                   .made_elsewhere = row.made_elsewhere};
  for (std::size_t c = 0; c < types[type].columns.size(); ++c) {
    const auto value = find_value(row.attributes, types[type].column(c).name);
    observed.cells.push_back(value ? texts.intern(*value) : Text());
  }
  if (type == k_nic_type) {
    seen.vm = texts.intern(find_value(row.attributes, "vm").value_or(""));
    seen.name = texts.intern(find_value(row.attributes, "name").value_or(""));
  }
  if (row.home) {
    const auto text = [&](const std::string& value) { return value.empty() ? Text() : texts.intern(value); };
    observed.homes.push_back({seen.identity, text(row.home->network), text(row.home->subnet), text(row.home->ip),
                              text(row.home->secondary)});
  }
  if (!row.note.empty()) seen.note = texts.intern(row.note);
  if (!row.delegated.empty()) {
    std::vector<std::pair<std::string, std::string>> services;
    for (const Delegated& one : row.delegated) services.emplace_back(one.subnet, one.service);
    seen.delegated = texts.intern(canonical_text_map(std::move(services)));
  }
  seen.first_in_use = static_cast<std::uint32_t>(observed.in_use.size());
  seen.in_use_count = static_cast<std::uint32_t>(row.in_use.size());
  for (const Occupied& use : row.in_use) observed.in_use.push_back({*parse_ip(use.ip), texts.intern(use.owner)});
  const ObservedId at = observed.rows.push_back(seen);
  observed.by_key.set(seen.key(), at);
  return at;
}

std::vector<Text> named_cells(const CloudRow& row, const ResourceType& type, const NetworkNames& names,
                              StringPool& texts) {
  std::vector<Text> cells;
  for (std::size_t c = 0; c < type.columns.size(); ++c) {
    const auto value = find_value(row.attributes, type.column(c).name);
    Text text = value ? texts.intern(*value) : Text();
    if (text && type.column(c).kind == Kind::Reference) text = names.name(text);
    cells.push_back(text);
  }
  return cells;
}

std::vector<Text> cells_to_record(const CloudRow& row, const ResourceType& type, TypeId id,
                                  const std::vector<Text>& was, const NetworkNames& names, StringPool& texts) {
  std::vector<Text> cells = named_cells(row, type, names, texts);
  for (std::size_t c = 0; c < cells.size(); ++c) {
    const bool same = type.column(c).mutability == Mutability::Replaces && cells[c] && was[c] &&
                      ascii_lower(texts.view(cells[c])) == ascii_lower(texts.view(was[c]));
    if (same || is_ours(type, id, c)) cells[c] = was[c];
  }
  return cells;
}

}  // namespace pairform
