// The head with which a run that writes begins its records in the journal.
#pragma once
#include <string>
#include <string_view>

#include "engine/phases.h"

namespace pairform {

// `scope`: the provider's where it is open; empty: as recorded.
inline JournalHead journal_head(const Project& project, const StateSession& state, std::string_view operation,
                                std::string_view scope) {
  return {.operation = std::string(operation),
          .state = state.hash,
          .project = project.config.settings.name,
          .provider = project.config.settings.provider,
          .scope = scope.empty() ? state.recorded.scope : std::string(scope)};
}

}  // namespace pairform
