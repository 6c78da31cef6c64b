#include "schema/resource_type.h"

#include "schema/address.h"

namespace pairform {

std::optional<std::uint16_t> ResourceType::find_stanza(std::string_view attribute) const {
  for (std::size_t i = 0; i < attributes.size(); ++i)
    if (attributes[i].where != Where::Row && attributes[i].name == attribute) return static_cast<std::uint16_t>(i);
  return std::nullopt;
}

std::optional<std::uint16_t> ResourceType::find_column(std::string_view attribute) const {
  for (std::size_t c = 0; c < columns.size(); ++c)
    if (attributes[columns[c]].name == attribute) return static_cast<std::uint16_t>(c);
  return std::nullopt;
}

TypeId TypeTable::find_type(std::string_view name) const {
  for (std::size_t i = 0; i < types.size(); ++i)
    if (types[i].name == name) return TypeId(i);
  return TypeId();
}

TypeId TypeTable::find_type_of(std::string_view address) const {
  const auto parts = parse_address(address);
  return parts ? find_type(parts->nic.empty() ? parts->type : "nic") : TypeId();
}

const ResourceType* TypeTable::find_directive(std::string_view name) const {
  for (const ResourceType& table : directives)
    if (table.name == name) return &table;
  return nullptr;
}

const ResourceType* TypeTable::find_settings(std::string_view name) const {
  for (const ResourceType& table : settings)
    if (table.name == name) return &table;
  return nullptr;
}

}  // namespace pairform
