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
#include <cstddef>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "providers/terraform/records.h"

namespace pairform::terraform {

struct RemovedBlocks {
  std::string text;            // of a .tf file, canonical; "": nothing to forget
  std::size_t blocks = 0;      // resources that it makes Terraform forget
  std::size_t not_blocks = 0;  // resources with a comment in place of a block
};

// `taken`: places of the mappings and replications that pairform takes over. An address that several states have, as
// workspaces of one configuration do, is one resource: it gets a block if all of them are taken over. Where several states
// have something, a block stands below the name of the first that has it. Names are labels of Terraform's language
// (is_label), so nothing can break out.
RemovedBlocks removed_blocks(std::span<const StateRecords> states, const std::set<Place>& taken);

// Addresses for `terraform state rm`, unquoted: "module.dr[\"eastasia\"].azurerm_site_recovery_network_mapping.app", and with
// the key of an instance where not all of them are taken over.
std::vector<std::string> addresses_to_forget(const StateRecords& state, const std::set<Place>& taken);

}  // namespace pairform::terraform
