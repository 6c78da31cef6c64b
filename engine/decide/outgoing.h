// What becomes of the prior rows that nothing desires any more: deleted, or only forgotten (left in the cloud).
// Forgotten is
//   what a `removed` stanza names, and what is gone already
//   what was made elsewhere: existing networks and replications
//   what was derived and is not ours to delete: adopted, or a network or pair that somebody else uses
//   what somebody else has made since: half of a whole foreign pair, a network without this project's tag
//   what any of these still needs in the cloud: `network.app` under a forgotten `vm.web1` that lives on it
// (spec sections 2, 4 and 11). Cost: linear.
#pragma once
#include <vector>

#include "engine/model/diff.h"
#include "engine/model/directives.h"
#include "engine/model/relations.h"

namespace pairform {

struct PlacedOutgoing {
  ResourceId at;  // the resource whose change it goes in
  Outgoing outgoing;
};

struct OutgoingInput {
  const PriorState& prior;
  const Estate& estate;
  const Directives& directives;
  const Relations<PriorId>& had;
  const StringPool& texts;
};

void decide_outgoing(const OutgoingInput& input, std::vector<PlacedOutgoing>& outgoing);

}  // namespace pairform
