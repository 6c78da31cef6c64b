// [provider.azure] of one project, and what is wrong with it. Nothing secret has a key there: credentials come from the
// environment (credential/source.h).
#pragma once
#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "engine/provider.h"

namespace pairform::azure {

struct AzureSettings {
  std::string subscription, resource_group, vault;  // of the vault, as spelled
  std::string tenant;                               // empty: the environment's
  std::string arm_endpoint;                         // "https://management.azure.com", without "/" at its end
  std::string authority;                            // "https://login.microsoftonline.com"
  std::string credential = "auto";
  std::string api_site_recovery = "2024-04-01", api_network = "2024-01-01", api_compute = "2022-11-01";
  std::map<std::string, std::string> cache_storage_accounts;   // canonical region -> ARM id
  std::map<std::string, std::string> network_resource_groups;  // canonical region -> name
  std::string target_resource_group = "{source}-asr";
  bool create_resource_groups = false;
  std::string policy = "24-hour-retention-policy";
  int policy_retention_minutes = 1440, policy_crash_minutes = 5, policy_app_minutes = 0;
  bool policy_multi_vm_sync = true, agent_auto_update = false;
  unsigned operations_at_once = 50;
  std::chrono::milliseconds timeout{60'000};

  // "/subscriptions/…/vaults/NAME", as spelled.
  std::string vault_id() const;
};

// Adds the rows of [provider.azure] and of [vm.KEY.azure] (vm_settings.h) to the type table.
void extend_settings(TypeTable& table);

// Words of names in Azure.
bool is_group_name(std::string_view text);
// An ARM id of a storage account, or "group/name" in `subscription`; "": it is neither.
std::string storage_account_id(std::string_view text, const std::string& subscription);

// Everything that is wrong with the table, each with what to write instead; no cloud, no files.
std::vector<SettingProblem> check_settings(std::span<const NamedValue> settings);

// The values of a table in which nothing is wrong.
AzureSettings read_settings(std::span<const NamedValue> settings);

}  // namespace pairform::azure
