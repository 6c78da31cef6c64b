// Does what two branches made hold together? The rules are those of merge.h. Internal to merge.cc.
#pragma once
#include <functional>

#include "engine/state/merge_group.h"

namespace pairform {

// The region of a network that neither side changed; none: it is not recorded.
using RegionOf = std::function<Text(Text address)>;

// Adds conflicts to groups that have none of their own. Cost: linear in what changed, and a look-up of `region_of` for each
// network that a changed half leads to.
void check_merged(MergeRows& merged, const TypeTable& types, const StringPool& pool, const RegionOf& region_of);

}  // namespace pairform
