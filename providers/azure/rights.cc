#include "providers/azure/rights.h"

#include <algorithm>
#include <array>

#include "providers/azure/arm_id.h"
#include "schema/json_writer.h"
#include "schema/value.h"

namespace pairform::azure {
namespace {

using Actions = std::string_view;

// learn.microsoft.com, "Azure permissions for management and governance", "… for networking", "… for compute",
// "Manage Site Recovery access with Azure RBAC"; azure.md 10.2.
constexpr Actions k_read_vault[] = {
    "Microsoft.RecoveryServices/vaults/read",
    "Microsoft.RecoveryServices/vaults/replicationFabrics/read",
    "Microsoft.RecoveryServices/vaults/replicationProtectionContainers/read",
    "Microsoft.RecoveryServices/vaults/replicationProtectionContainerMappings/read",
    "Microsoft.RecoveryServices/vaults/replicationNetworkMappings/read",
    "Microsoft.RecoveryServices/vaults/replicationProtectedItems/read",
    "Microsoft.RecoveryServices/vaults/replicationPolicies/read",
};
constexpr Actions k_follow_operations[] = {
    "Microsoft.RecoveryServices/vaults/replicationJobs/read",
    "Microsoft.RecoveryServices/vaults/replicationOperationStatus/read",
};
constexpr Actions k_write_halves[] = {
    "Microsoft.RecoveryServices/vaults/replicationFabrics/write",
    "Microsoft.RecoveryServices/vaults/replicationFabrics/replicationNetworks/replicationNetworkMappings/read",
    "Microsoft.RecoveryServices/vaults/replicationFabrics/replicationNetworks/replicationNetworkMappings/write",
    "Microsoft.RecoveryServices/vaults/replicationFabrics/replicationNetworks/replicationNetworkMappings/delete",
};
constexpr Actions k_write_replication[] = {
    "Microsoft.RecoveryServices/vaults/replicationFabrics/write",
    "Microsoft.RecoveryServices/vaults/replicationFabrics/replicationProtectionContainers/read",
    "Microsoft.RecoveryServices/vaults/replicationFabrics/replicationProtectionContainers/write",
    ("Microsoft.RecoveryServices/vaults/replicationFabrics/replicationProtectionContainers/"
     "replicationProtectionContainerMappings/read"),
    ("Microsoft.RecoveryServices/vaults/replicationFabrics/replicationProtectionContainers/"
     "replicationProtectionContainerMappings/write"),
    ("Microsoft.RecoveryServices/vaults/replicationFabrics/replicationProtectionContainers/replicationProtectedItems/"
     "read"),
    ("Microsoft.RecoveryServices/vaults/replicationFabrics/replicationProtectionContainers/replicationProtectedItems/"
     "write"),
    ("Microsoft.RecoveryServices/vaults/replicationFabrics/replicationProtectionContainers/replicationProtectedItems/"
     "remove/action"),
    "Microsoft.RecoveryServices/vaults/replicationPolicies/write",
};
constexpr Actions k_read_networks[] = {"Microsoft.Network/virtualNetworks/read",
                                       "Microsoft.Network/virtualNetworks/subnets/read"};
// Subnets refer to what they use: whoever writes a subnet joins that.
constexpr Actions k_write_networks[] = {"Microsoft.Network/virtualNetworks/write",
                                        "Microsoft.Network/virtualNetworks/delete",
                                        "Microsoft.Network/virtualNetworks/subnets/write",
                                        "Microsoft.Network/virtualNetworks/subnets/delete",
                                        "Microsoft.Network/networkSecurityGroups/join/action",
                                        "Microsoft.Network/routeTables/join/action",
                                        "Microsoft.Network/natGateways/join/action"};
constexpr Actions k_read_machines[] = {"Microsoft.Compute/virtualMachines/read", "Microsoft.Compute/disks/read",
                                       "Microsoft.Network/networkInterfaces/read"};
constexpr Actions k_enable_machines[] = {"Microsoft.Compute/virtualMachines/write"};
constexpr Actions k_use_target_group[] = {
    "Microsoft.Compute/virtualMachines/read",     "Microsoft.Compute/virtualMachines/write",
    "Microsoft.Compute/virtualMachines/delete",   "Microsoft.Compute/availabilitySets/read",
    "Microsoft.Network/networkInterfaces/read",   "Microsoft.Network/networkInterfaces/write",
    "Microsoft.Network/networkInterfaces/delete", "Microsoft.Network/networkInterfaces/join/action",
    "Microsoft.Resources/deployments/read",       "Microsoft.Resources/deployments/write"};
constexpr Actions k_use_target_network[] = {"Microsoft.Network/virtualNetworks/subnets/read",
                                            "Microsoft.Network/virtualNetworks/subnets/join/action"};
constexpr Actions k_read_account[] = {"Microsoft.Storage/storageAccounts/read"};
constexpr Actions k_use_cache_account[] = {"Microsoft.Storage/storageAccounts/read",
                                           "Microsoft.Storage/storageAccounts/listkeys/action"};
constexpr Actions k_read_group[] = {"Microsoft.Resources/subscriptions/resourceGroups/read"};
constexpr Actions k_make_groups[] = {"Microsoft.Resources/subscriptions/resourceGroups/read",
                                     "Microsoft.Resources/subscriptions/resourceGroups/write"};

// Custom roles are assigned in groups and subscriptions, not at single resources.
std::string assignable(const std::string& scope) {
  const auto id = parse_arm_id(scope);
  if (!id || id->resource_group.empty()) return scope;
  return "/subscriptions/" + id->subscription + "/resourceGroups/" + id->resource_group;
}

}  // namespace

bool matches_action(std::string_view pattern, std::string_view action) {
  std::size_t p = 0, a = 0, star = pattern.npos, from = 0;  // `from`: where the last star ends for now
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  while (a < action.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      from = a;
    } else if (p < pattern.size() && lower(pattern[p]) == lower(action[a])) {
      ++p;
      ++a;
    } else if (star != pattern.npos) {
      p = star + 1;
      a = ++from;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == pattern.npos;
}

bool is_allowed(std::span<const Permission> permissions, std::string_view action) {
  const auto matches = [&](const std::string& pattern) { return matches_action(pattern, action); };
  return std::any_of(permissions.begin(), permissions.end(), [&](const Permission& role) {
    return std::any_of(role.actions.begin(), role.actions.end(), matches) &&
           std::none_of(role.not_actions.begin(), role.not_actions.end(), matches);
  });
}

std::span<const std::string_view> actions_for(Work work) {
  switch (work) {
    case Work::ReadVault: return k_read_vault;
    case Work::FollowOperations: return k_follow_operations;
    case Work::WriteHalves: return k_write_halves;
    case Work::WriteReplication: return k_write_replication;
    case Work::ReadNetworks: return k_read_networks;
    case Work::WriteNetworks: return k_write_networks;
    case Work::ReadMachines: return k_read_machines;
    case Work::EnableMachines: return k_enable_machines;
    case Work::UseTargetGroup: return k_use_target_group;
    case Work::UseTargetNetwork: return k_use_target_network;
    case Work::ReadAccount: return k_read_account;
    case Work::UseCacheAccount: return k_use_cache_account;
    case Work::ReadGroup: return k_read_group;
    case Work::MakeGroups: return k_make_groups;
  }
  return {};
}

void RightsNeeded::add(const std::string& scope, Work work) {
  ScopeRights& at = scopes_[ascii_lower(scope)];
  if (at.scope.empty()) at.scope = scope;
  for (const std::string_view action : actions_for(work)) at.actions.emplace(action);
}

std::set<std::string> missing_actions(const std::set<std::string>& needed, std::span<const Permission> permissions) {
  std::set<std::string> out;
  for (const std::string& action : needed)
    if (!is_allowed(permissions, action)) out.insert(action);
  return out;
}

std::string role_definition(const std::string& name, const std::vector<ScopeRights>& missing) {
  std::set<std::string> actions;
  std::map<std::string, std::string> scopes;  // folded -> as spelled
  for (const ScopeRights& each : missing) {
    actions.insert(each.actions.begin(), each.actions.end());
    const std::string scope = assignable(each.scope);
    scopes.emplace(ascii_lower(scope), scope);
  }
  std::string out;
  JsonWriter json(out);
  json.open_object().member("Name", name).key("IsCustom").boolean(true);
  json.member("Description", "What pairform needs and did not have.").key("Actions").open_array();
  for (const std::string& each : actions) json.text(each);
  json.close_array().key("NotActions").open_array().close_array().key("AssignableScopes").open_array();
  for (const auto& [folded, scope] : scopes) json.text(scope);
  json.close_array().close_object();
  return out;
}

}  // namespace pairform::azure
