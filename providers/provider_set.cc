#include "providers/provider_set.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "engine/recovery/edition.h"
#include "engine/state/backend_set.h"
#include "providers/azure/identity.h"
#include "providers/azure/provider.h"
#include "providers/azure/settings.h"
#include "providers/azure/starter.h"
#include "providers/simulator/portal.h"
#include "providers/simulator/provider.h"
#include "schema/base_types.h"
#include "schema/check.h"

namespace pairform {

namespace {

// The editions that there are, and their names in the documentation of the setting.
void add_editions(TypeTable& table) {
  for (const Edition& edition : all_editions()) table.editions.emplace_back(edition.name);
  for (ResourceType& settings : table.settings)
    for (AttributeType& attribute : settings.attributes)
      if (settings.name == "project" && attribute.name == "edition")
        attribute.doc = fmt::format("The rule set of the service, `{}`.", fmt::join(table.editions, "` or `"));
}

}  // namespace

std::span<const ProviderEntry> provider_entries() {
  static const std::array<ProviderEntry, 2> entries{{{"simulator",
                                                      "2018-05",
                                                      {"2018-05", "2026-02"},
                                                      simulator::extend_types,
                                                      simulator::identity,
                                                      simulator::check_settings,
                                                      simulator::open,
                                                      simulator::may_have_id,
                                                      simulator::files},
                                                     {"azure",
                                                      "2026-02",
                                                      {"2026-02"},
                                                      azure::extend_settings,
                                                      azure::identity,
                                                      azure::check_settings,
                                                      azure::open,
                                                      azure::may_have_id,
                                                      nullptr,
                                                      azure::start}}};
  return entries;
}

std::span<const ProviderTool> provider_tools() {
  static constexpr std::array<ProviderTool, 1> tools{
      {{"sim", simulator::portal_usage, simulator::tool_place, simulator::run_tool}}};
  return tools;
}

TypeTable full_type_table() {
  TypeTable table = base_type_table();
  for (const ProviderEntry& entry : provider_entries()) {
    entry.extend(table);
    table.providers.push_back(entry.name);
  }
  extend_for_backends(table);
  std::sort(table.providers.begin(), table.providers.end());
  for (const ResourceType& type : table.types) PAIRFORM_CHECK(type.attributes.size() <= k_most_attributes);
  add_editions(table);
  set_default_provider(table, provider_entries().front().name);
  return table;
}

}  // namespace pairform
