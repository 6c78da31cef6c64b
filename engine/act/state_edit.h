// Tending recorded state by hand: `state mv` and `state rm`, under the same lock and journal as an apply. They change
// what is remembered, never the cloud, and leave no pair half, no half and no vm without its networks, and no nic
// without its vm.
#pragma once
#include <string_view>

#include "engine/phases.h"

namespace pairform {

// Rows to put and drop for a move of a network, a whole pair, or a vm with its nics. Errors: unknown, taken, another
// kind.
RowChanges plan_state_move(const RecordedState& recorded, const TypeTable& types, StringPool& texts,
                           std::string_view from, std::string_view to, Diagnostics& diagnostics);
// For forgetting a network, a whole pair, a vm with its nics, or one nic. An error where a recorded half or vm needs
// the network.
RowChanges plan_state_removal(const RecordedState& recorded, const StringPool& texts, std::string_view address,
                              Diagnostics& diagnostics);

// Journals the changes and stores the new state. Needs the lock; `state.will_write` was set when state was read.
// Moved: somebody replaced the state file meanwhile.
StoreAnswer store_edit(Project& project, StateSession& state, const RowChanges& changes, std::string_view operation);

}  // namespace pairform
