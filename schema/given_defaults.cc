#include "schema/given_defaults.h"

#include "schema/diagnostic.h"

namespace pairform {

GivenDefaults::GivenDefaults(const TomlDocument& document, const TypeTable& types) {
  const RawNode* tables = document.find(document.root(), "defaults");
  if (tables == nullptr || tables->kind != RawKind::Table) return;
  types_.resize(types.types.size());
  for (std::size_t t = 0; t < types.types.size(); ++t) {
    const ResourceType& type = types.types[t];
    const RawNode* table = type.defaults ? document.find(*tables, type.name) : nullptr;
    if (table == nullptr || table->kind != RawKind::Table) continue;
    types_[t].resize(type.attributes.size());
    std::vector<std::string_view> names;
    for (const AttributeType& attribute : type.attributes) names.push_back(attribute.name);
    for (const RawNode& member : document.children(*table)) {
      const auto known = type.find_stanza(member.key);
      const auto meant = known ? known : type.find_stanza(nearest(member.key, names));
      if (!meant) continue;
      GivenDefault& given = types_[t][*meant];
      given = {true, std::nullopt, document.place(member)};
      if (known && member.kind == RawKind::Boolean) given.flag = member.integer != 0;
    }
  }
}

void GivenDefaults::add(const GivenDefaults& outer) {
  if (types_.empty()) {
    types_ = outer.types_;
    return;
  }
  for (std::size_t t = 0; t < outer.types_.size(); ++t) {
    if (types_[t].empty()) types_[t] = outer.types_[t];
    for (std::size_t a = 0; a < outer.types_[t].size(); ++a)
      if (!types_[t][a].given) types_[t][a] = outer.types_[t][a];
  }
}

const std::vector<GivenDefault>& GivenDefaults::of(TypeId type) const {
  static const std::vector<GivenDefault> k_none_given;
  return types_.empty() ? k_none_given : types_[type.index()];
}

}  // namespace pairform
