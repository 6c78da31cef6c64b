// The subnets that a mapping's `subnets` and `reverse_subnets` name, where only the cloud knows them: of networks that
// are made elsewhere. A name that nothing answers to is an error (PF1406), never dropped; of managed networks that is
// told when the files are read. Names are compared without ASCII case.
// Cost: linear in the entries and in the subnets of the networks concerned, times a logarithm.
#pragma once
#include "engine/recovery/landing.h"

namespace pairform {

// What a landing by such an entry already told (its target subnet is absent, PF3301) is not told again.
void check_mapped_names(const LandingInput& input, const DesiredState& desired, const PriorState& prior,
                        const StringPool& texts, Diagnostics& diagnostics);

}  // namespace pairform
