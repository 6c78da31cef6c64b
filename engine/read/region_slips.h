// Regions that are most likely misspelt. A region is any word, so target_region = "southeastaisa" would build a second
// side beside southeastasia in silence, as would a managed network there. Told is a region that the files name once, and
// that is one slip away from another one of theirs: a letter too many, too few, another one, or two exchanged.
// A digit is no slip: eastus2 is not eastus.
// Of an existing network nothing is told: it is absent then, which the plan says.
// Cost: each region that stands once is held against every other one, at most a million times.
#pragma once
#include "schema/declaration.h"
#include "schema/diagnostic.h"

namespace pairform {

// Not where an error points at the same value already.
void warn_of_region_slips(const Configuration& config, const TypeTable& types, Diagnostics& diagnostics);

}  // namespace pairform
