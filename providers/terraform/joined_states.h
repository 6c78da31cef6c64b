// Joins what several states say into what `discover` infers stanzas from: networks, halves and vms, as if a cloud had been
// listed. Nobody asks a cloud here, so a fact that no state has is not known, and what cannot be told at all is left out
// and said.
//
//   A network  is what azurerm_virtual_network says, managed before data; else its id says name and resource group, and the
//              fabric of the mapping, or where the machine is, its region.
//   A half     is one mapping. Two states that give one slot two targets are of different times: neither is taken.
//   A vm       is a replication. Its network is that of its first NIC, as far as the machine or the NIC is in a state.
//
// Of one vault: a project works on one. Identities are those that the provider for Azure makes of the same attributes
// (providers/azure/identity.h), so a vault that is listed and a state with the same facts give the same stanzas.
// The vault's own subscription is not said of what is in it: a stanza that names none means it.
// Names are as Terraform has them; remarks are places, "azurerm_virtual_network.hub[\"eastasia\"] in prod.tfstate".
// Pure; O(n log n) in records.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/recovery/infer.h"
#include "providers/terraform/records.h"
#include "schema/diagnostic.h"

namespace pairform::terraform {

// Which resource of Terraform says what: a mapping one half, a replication one vm. Of two states that both hold one, each.
struct Origin {
  Place place;
  std::string source, target;  // identities of the networks of a half; "": it is a vm
  std::string vm;              // identity; "": it is a half
};

struct JoinedStates {
  Discovered found;
  std::vector<Origin> origins;  // of all in `found`
  // Mappings that are left out because a region is in no state, with their networks: k_some_region stands for it.
  Discovered unplaced;
  std::vector<std::string> vaults;  // ids as spelled, each once, of all mappings and replications
  // What could not be told, and why, a line each for a comment: "azurerm_site_recovery_network_mapping.app in prod.tfstate:
  // the region of hub is in no state".
  std::vector<std::string> left_out;
};

inline constexpr std::string_view k_some_region = "REGION";

struct JoinOptions {
  std::string vault;           // only what is of this one, folded or not; "": all, and more than one is an error
  bool must_be_there = false;  // it is an error where the states hold something, and nothing of this vault
};

// The provider that such states are of, as in [project] provider.
inline constexpr std::string_view k_provider = "azure";
// The vault of a project on Azure with these settings, in which nothing is wrong.
std::string vault_of(std::span<const NamedValue> settings);

JoinedStates join_states(std::span<const StateRecords> states, const JoinOptions& options, Diagnostics& diagnostics);

}  // namespace pairform::terraform
