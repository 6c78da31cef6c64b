// What a provider is told before it lists: the regions and the resources that the project names, in files or in state.
// Networks come as declared and as recorded; vms likewise, replicated or not. Halves and nics are found by theirs.
// One entry an identity; the id is the recorded one. Views reach into the string pool, which outlives the request.
// Cost: one sort by identity handle.
#pragma once
#include <string>
#include <vector>

#include "engine/read/resolve.h"

namespace pairform {

struct ProjectScope {
  std::vector<std::string> regions;  // sorted
  std::vector<KnownResource> known;
  ObserveRequest request() const { return {regions, known, false}; }
};

ProjectScope project_scope(const DesiredState& desired, const RecordedState& recorded, const IdentityMaker& identities,
                           StringPool& texts);

}  // namespace pairform
