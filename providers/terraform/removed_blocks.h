// What makes Terraform forget what pairform manages from now on, and leave it in the cloud: two tools that own one mapping
// undo each other. Networks stay Terraform's.
//
//   removed {
//     from = module.dr.azurerm_site_recovery_network_mapping.app
//     lifecycle { destroy = false }
//   }
//
// `removed` (Terraform 1.7, OpenTofu 1.7) takes no keys, so a block is about all instances of a resource, in all instances
// of its module. It needs `terraform init`. `terraform state rm` does not, works with every version, and is about one
// instance of a module.
#pragma once
#include <span>
#include <string>
#include <vector>

#include "providers/terraform/records.h"

namespace pairform::terraform {

enum class Forget { Mappings, MappingsAndVms };

// The text of a .tf file, canonical; where several states have something, below the name of each. "": nothing to forget.
// Names are labels of Terraform's language (is_label), so nothing can break out.
std::string removed_blocks(std::span<const StateRecords> states, Forget what);

// Addresses for `terraform state rm`, unquoted: "module.dr[\"eastasia\"].azurerm_site_recovery_network_mapping.app".
std::vector<std::string> addresses_to_forget(const StateRecords& state, Forget what);

}  // namespace pairform::terraform
