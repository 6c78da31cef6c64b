// [vm.KEY.azure]: what the stanza of a vm chooses of the replication that is enabled for it, and what is chosen where it does
// not say. Looked at when replication is enabled; a later change of the table changes nothing of what is replicated. Pure.
#pragma once
#include <map>
#include <span>
#include <string>
#include <vector>

#include "engine/provider.h"
#include "providers/azure/item.h"
#include "providers/azure/settings.h"

namespace pairform::azure {

// Adds its rows to the type table.
void extend_vms(TypeTable& table);

struct ReplicationChoice {
  std::string target_group;   // name of the resource group that it comes up in, in the machine's subscription
  std::string cache_account;  // ARM id; empty: none is known
  std::string target_zone;    // "1", "2", "3"; empty: none
  std::string replica_disk_type, target_disk_type;  // empty: as the disk
  std::vector<std::string> exclude_disks;           // names of data disks
};

// By region the storage account that all replications from there are staged in, where it is one.
using CacheAccounts = std::map<std::string, std::string>;
CacheAccounts common_cache_accounts(std::span<const ProtectedItem> items);

// `extras`: of the step. `machine`: ARM id of the machine, in `region`.
ReplicationChoice choose_replication(std::span<const NamedValue> extras, const AzureSettings& settings,
                                     const std::string& machine, const std::string& region, const CacheAccounts& used);

}  // namespace pairform::azure
