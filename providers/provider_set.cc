#include "providers/provider_set.h"

#include <algorithm>
#include <array>

#include "engine/state/backend_set.h"
#include "providers/simulator/portal.h"
#include "providers/simulator/provider.h"
#include "schema/check.h"
#include "schema/network_types.h"

namespace pairform {

std::span<const ProviderEntry> provider_entries() {
  static const std::array<ProviderEntry, 1> entries{
      {{"simulator", "2018-05", simulator::extend_types, simulator::identity, simulator::open}}};
  return entries;
}

std::span<const ProviderTool> provider_tools() {
  static constexpr std::array<ProviderTool, 1> tools{{{"sim", simulator::portal_usage, simulator::run_tool}}};
  return tools;
}

TypeTable full_type_table() {
  TypeTable table = base_type_table();
  table.providers = {"azure"};  // reserved: it comes next
  for (const ProviderEntry& entry : provider_entries()) {
    entry.extend(table);
    table.providers.push_back(entry.name);
  }
  extend_for_backends(table);
  std::sort(table.providers.begin(), table.providers.end());
  for (const ResourceType& type : table.types) PAIRFORM_CHECK(type.attributes.size() <= k_most_attributes);
  return table;
}

}  // namespace pairform
