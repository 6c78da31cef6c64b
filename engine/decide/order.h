// The order of things: from what has to change to steps, each with the steps it waits for.
//
// What waits for what (spec sections 3 and 6); who stands on whom comes from model/relations.h:
//   the first step of a half     the arrival (create, adopt, move, then update) of both its networks
//   the first step of a vm       the arrival of its networks and of both halves of its pair
//   the first step of a nic      the arrival of its vm; the update of the network that brings its subnet
//   a network's leaving          every half, vm and landing that used it: deleted, forgotten, or pointed elsewhere
//   a half's leaving             the deletes of the vms that landed by it; where the pair goes as a whole, their
//                                updates too
//   a network's shrink           every landing that leaves the subnet; its update, too, where it changes that prefix
//   a vm's delete                those of its nics
//   taking a slot or address     what held it to have left (state knows rows by id: there nothing is in the way)
//   within a pair                deletes of what leaves, then updates of what stays, then creates of what arrives
//   within one resource          delete, create / adopt / move, update, shrink
// Direct waits only: what other waits imply is left out.
// The list: again and again the ready step with the smallest (address, operation); after a half its mirror, if ready.
// Pure. Cost: O((steps + waits) log steps).
#pragma once
#include "engine/model/columns.h"
#include "engine/model/plan.h"
#include "engine/model/relations.h"

namespace pairform {

struct StepsInput {
  const DesiredState& desired;
  const PriorState& prior;
  const Estate& estate;
  RelationSet& relations;
  const ParsedColumns& parsed;
  const StringPool& texts;
};

// The changes must be possible (a network replaced under halves that stay would be a cycle: checks.h finds it first).
DenseMap<StepId, Step> order_steps(const StepsInput& input, const Diff& diff);

}  // namespace pairform
