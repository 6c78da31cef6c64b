// The vms that the service leads elsewhere with a half, under an edition in which a mapping fixes the target of its vms
// (recovery/edition.h): whoever leads mapping.app.forward from network.dr to network.dr2 moves every vm that lands in
// network.dr by it. Pure. Cost: linear in rows and changes.
#pragma once
#include <string_view>
#include <vector>

#include "engine/model/diff.h"
#include "engine/provider.h"

namespace pairform {

struct MovedAlong {
  ChangeId half;  // updates its target
  PriorId vm;     // of the project, that lands by it
  Text target;    // the network that it comes up in then
};

// Those that no change of `diff` leads there: vms that are to stay (existing replications), and vms that are left out. In
// the order of changes, and of rows.
std::vector<MovedAlong> find_moved_along(const PriorState& prior, const Diff& diff);

// Says it of those that are recorded, for a plan that leaves them out.
void note_moved_along(const PriorState& prior, const Estate& estate, const Diff& diff, std::string_view edition,
                      const StringPool& texts, std::vector<Note>& notes);

}  // namespace pairform
