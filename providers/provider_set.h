// The registry of providers: a new one is one folder and one line here.
#pragma once
#include <span>

#include "engine/provider.h"
#include "providers/provider_tool.h"

namespace pairform {

std::span<const ProviderEntry> provider_entries();  // by name
std::span<const ProviderTool> provider_tools();     // by command

// The base type table with what every provider and every state backend adds, and the names that are reserved for
// providers.
TypeTable full_type_table();

}  // namespace pairform
