// What makes Terraform forget what pairform manages from now on, and leave it in the cloud: two tools that own one mapping
// undo each other. Networks stay Terraform's.
//
//   removed {
//     from = module.dr.azurerm_site_recovery_network_mapping.app
//     lifecycle { destroy = false }
//   }
//
// `removed` (Terraform 1.7, OpenTofu 1.7) takes no keys, so a block is about all instances of a resource, in all instances
// of its module; where pairform takes over only some of them there is a comment instead. It needs `terraform init`.
// `terraform state rm` does not, works with every version, and may be about one instance.
#pragma once
#include <set>
#include <span>
#include <string>
#include <vector>

#include "providers/terraform/records.h"

namespace pairform::terraform {

// The text of a .tf file, canonical; where several states have something, below the name of each. "": nothing to forget.
// `taken`: places of the mappings and replications that pairform takes over. Names are labels of Terraform's language
// (is_label), so nothing can break out.
std::string removed_blocks(std::span<const StateRecords> states, const std::set<Place>& taken);

// Addresses for `terraform state rm`, unquoted: "module.dr[\"eastasia\"].azurerm_site_recovery_network_mapping.app", and with
// the key of an instance where not all of them are taken over.
std::vector<std::string> addresses_to_forget(const StateRecords& state, const std::set<Place>& taken);

}  // namespace pairform::terraform
