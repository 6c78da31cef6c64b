// What becomes of the rows that nothing desires any more: deleted, or only forgotten (left in the cloud).
// Forgotten is what a `removed` stanza names, what is gone already, what was made elsewhere (existing networks and
// replications), what was derived and is not ours to delete (adopted, or a network in use), and what any of these still
// needs in the cloud (spec sections 2, 4 and 11).
// Cost: linear, in rounds of at most the depth of what needs what: nics, vms, halves, networks.
#pragma once
#include <vector>

#include "engine/diff.h"

namespace pairform {

struct PlacedLeaver {
  ResourceId at;  // the resource whose change it goes in
  Leaver leaver;
};

void decide_leavers(const DiffInput& input, std::vector<PlacedLeaver>& leavers, StringPool& texts);

}  // namespace pairform
