// The table [provider.NAME] of a project, and what the chosen provider says of it. Pure.
#pragma once
#include <vector>

#include "engine/phases.h"
#include "engine/provider.h"

namespace pairform {

std::vector<NamedValue> settings_of(const Project& project);

// Mistakes in the table, each at its key, and an edition that the provider does not honour.
void check_provider(const Project& project, Diagnostics& diagnostics);

}  // namespace pairform
