// What pairform manages from now on, of what Terraform manages: that alone Terraform is to forget (removed_blocks.h).
#pragma once
#include <set>

#include "engine/recovery/infer.h"
#include "providers/terraform/joined_states.h"

namespace pairform::terraform {

// Places of the mappings of which a half is declared, by what was inferred or by the project (Discovered::project), and of
// the replications whose vm is managed likewise. An existing vm stays Terraform's. Pure; O(n log n).
std::set<Place> taken_over(const JoinedStates& states, const Inferred& inferred);

}  // namespace pairform::terraform
