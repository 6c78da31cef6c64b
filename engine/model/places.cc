#include "engine/model/places.h"

#include "schema/base_types.h"

namespace pairform {
namespace {

constexpr FileId k_project_file{std::uint32_t{0}};  // pairform.toml is read first

}  // namespace

Span entry_span(const Declarations& declarations, const DeclaredValue& map, std::size_t entry, EntryPart part) {
  const auto entries = declarations.entries.find(map.at);
  if (entries == declarations.entries.end() || entry >= entries->second.size()) return {map.at, map.length, {}};
  const DeclaredEntry& found = entries->second[entry];
  return part == EntryPart::Name ? Span{found.key_at, found.key_length, {}} : Span{found.at, found.length, {}};
}

Places::Places(const Configuration& config) : config_(config) {
  for (const Declaration& item : config.declarations.defaults) {
    if (item.within) of_nics_.emplace(item.within, &item);
    else defaults_[{item.type, item.at.file}].push_back(&item);
  }
}

const DeclaredValue* Places::in(const Declaration& table, std::size_t attribute) const {
  for (std::uint32_t v = table.first_value; v < table.first_value + table.value_count; ++v)
    if (config_.declarations.values[v].attribute == attribute) return &config_.declarations.values[v];
  return nullptr;
}

// Of the file that declares it before those of the project.
const DeclaredValue* Places::by_default(TypeId type, FileId file, std::size_t attribute) const {
  for (const FileId each : {file, k_project_file}) {
    const auto tables = defaults_.find({type, each});
    if (tables == defaults_.end()) continue;
    for (const Declaration* table : tables->second)
      if (const DeclaredValue* value = in(*table, attribute)) return value;
  }
  return nullptr;
}

const DeclaredValue* Places::value(DeclarationId stanza, std::size_t attribute) const {
  if (!stanza) return nullptr;
  const Declaration& own = config_.declarations.items[stanza];
  const DeclaredValue* value = in(own, attribute);
  return value != nullptr ? value : by_default(own.type, own.at.file, attribute);
}

const DeclaredValue* Places::nic_value(DeclarationId nic, DeclarationId vm, std::size_t attribute) const {
  if (nic)
    if (const DeclaredValue* own = in(config_.declarations.items[nic], attribute)) return own;
  if (!vm) return nullptr;
  const Declaration& of = config_.declarations.items[vm];
  if (const auto all = of_nics_.find(of.key); all != of_nics_.end())
    if (const DeclaredValue* value = in(*all->second, attribute)) return value;
  return by_default(k_nic_type, nic ? config_.declarations.items[nic].at.file : of.at.file, attribute);
}

void Places::point(Diagnostic& diagnostic, const DeclaredValue* value, DeclarationId stanza, std::string label) const {
  if (value != nullptr) {
    diagnostic.spans.push_back({value->at, value->length, std::move(label)});
  } else if (stanza && config_.declarations.items[stanza].at.file) {
    const Declaration& table = config_.declarations.items[stanza];
    diagnostic.spans.push_back({table.at, table.length, std::move(label)});
  }
}

}  // namespace pairform
