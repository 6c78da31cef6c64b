// Landings that are kept although the rules would choose another one now: `same-host` came to a pair after its vms were
// placed, say. What is kept stays until somebody lets it go (--place-anew).
#pragma once
#include <map>
#include <string>

#include "engine/recovery/landing.h"

namespace pairform {

// By row of the nic in `desired`: what to let go, the pair by which it lands, or the network. By the same placement once
// more.
std::map<DesiredId, std::string> kept_otherwise(const LandingInput& input, DesiredState& desired, PriorState& prior,
                                                StringPool& texts);

}  // namespace pairform
