// The spaces and subnets of derived networks, once it is known who lands in them (spec section 4: a derived network owns
// what it took from its source, no more). Until then their rows hold the whole shape of their source: for network.app-asr-west that of
// network.app. What somebody uses stays, what overlaps something that somebody else added is left out, with a warning.
// Cost: linear in landings and observed rows, each looked at once at most, and not at all where no subnet leaves.
#pragma once
#include "engine/recovery/derive.h"
#include "engine/recovery/derived_rows.h"

namespace pairform {

struct FollowSourcesInput {
  const DeriveInput& derive;
  const std::vector<DerivedNetwork>& networks;
  const DenseMap<DeclaredVmId, VmLanding>& landings;
  const Observed& observed;
};
void follow_sources(const FollowSourcesInput& input, DesiredState& desired, StringPool& texts,
                    Diagnostics& diagnostics);

}  // namespace pairform
