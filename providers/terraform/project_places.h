// What a project has, by the identities that states of Terraform give (joined_states.h). A stanza may leave out resource group
// and subscription, or name the vault's own subscription; a state always has an id with both:
//
//   [network.app] region, name                       the one network of that name in a state, in the vault's subscription
//   … resource_group = "RG-App"                      without case
//   … subscription = "…" (the vault's own)           as if it were left out
//
// Two networks of a name in two groups are meant by no stanza without a group, as on Azure (providers/azure/binding.h).
// Pure; O(n log n).
#pragma once
#include <string_view>

#include "engine/recovery/infer.h"

namespace pairform::terraform {

InProject with_identities_of(InProject project, const Discovered& found, std::string_view vault);

}  // namespace pairform::terraform
