// Every request that may be sent to Azure, and no other: one that is not in this table cannot be built. In particular
// nothing fails over, commits, reprotects or cleans up; nothing deletes a replicated item, a fabric or a container mapping
// by DELETE, which purges without the service's own checks; and no vault is written.
//
// Held against Azure's own descriptions by a test (tests/azure_emulator/descriptions).
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "providers/azure/arm/arm_client.h"
#include "providers/azure/settings.h"

namespace pairform::azure {

enum class Call {
  ReadVault,
  ListFabrics,
  ListContainers,
  ListContainerMappings,
  ListPolicies,
  ListMappings,
  ListItems,
  ReadJob,
  ReadFabric,
  WriteFabric,
  ReadContainer,
  WriteContainer,
  ReadPolicy,
  WritePolicy,
  ReadContainerMapping,
  WriteContainerMapping,
  ReadMapping,
  MakeMapping,
  WriteMapping,
  DeleteMapping,
  ReadItem,
  MakeItem,
  ChangeItem,
  RemoveItem,
  ListNetworks,
  ReadNetwork,
  WriteNetwork,
  DeleteNetwork,
  ReadSubnet,
  WriteSubnet,
  DeleteSubnet,
  CheckAddress,
  ListInterfaces,
  ListMachines,
  ReadMachine,
  ReadEligibility,
  ReadGroup,
  WriteGroup,
  ReadStorageAccount,
  ReadPermissions,
};

// Which version of which API.
enum class Api { SiteRecovery, Vault, Network, Compute, Group, Storage, Permission };

struct CallForm {
  Call call;
  std::string_view method;
  // "{vault}/replicationFabrics/{name}". The first part in braces says of what kind the id is that it begins with (its
  // last type, in lower case), the second one is a name. "" of the kind: any id.
  std::string_view path;
  Api api;
};
std::span<const CallForm> all_calls();

// `id`: what the path begins with, as the service spells it: of the vault, of a fabric, of a mapping; of a subscription
// "/subscriptions/…". `name`: what the form has as {name}. None: `id` is no id of that kind, or the name is empty where one
// is needed.
std::optional<ArmRequest> request(Call call, const AzureSettings& settings, std::string_view id,
                                  std::string_view name = {});

}  // namespace pairform::azure
