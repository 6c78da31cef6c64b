// Which halves a plan takes from machines that it does not lead elsewhere: those of others (strangers), and those of the
// project whose replication is enabled elsewhere or is forgotten.
//
//   vm.web0  existing = true; lands by mapping.app.forward and comes home by mapping.app.reverse. Both are deleted: it is a
//            user of both, and afterwards it has no way over and no way back.
//
// Pure. Cost: O(machines + changes) where a half is taken away, none where none is.
#pragma once
#include <string>
#include <vector>

#include "engine/model/plan.h"
#include "engine/model/relations.h"

namespace pairform {

struct HalfUsesInput {
  const DesiredState& desired;
  const PriorState& prior;
  const Estate& estate;
  RelationSet& relations;
  const StringPool& texts;
  bool moves_along = false;  // the service moves machines along with the half by which they land (the edition says so)
};

// By resource of the half; of each way over and way back apart.
std::vector<HalfUse> find_half_uses(const HalfUsesInput& input, const Diff& diff);

}  // namespace pairform
