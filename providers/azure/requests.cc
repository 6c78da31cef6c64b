#include "providers/azure/requests.h"

#include <array>

#include "providers/azure/arm_id.h"
#include "providers/azure/json_in.h"
#include "schema/check.h"

namespace pairform::azure {
namespace {

constexpr std::array<CallForm, 40> k_calls{{
    {Call::ReadVault, "GET", "{vaults}", Api::Vault},
    {Call::ListFabrics, "GET", "{vaults}/replicationFabrics", Api::SiteRecovery},
    {Call::ListContainers, "GET", "{vaults}/replicationProtectionContainers", Api::SiteRecovery},
    {Call::ListContainerMappings, "GET", "{vaults}/replicationProtectionContainerMappings", Api::SiteRecovery},
    {Call::ListPolicies, "GET", "{vaults}/replicationPolicies", Api::SiteRecovery},
    {Call::ListMappings, "GET", "{vaults}/replicationNetworkMappings", Api::SiteRecovery},
    {Call::ListItems, "GET", "{vaults}/replicationProtectedItems", Api::SiteRecovery},
    {Call::ReadJob, "GET", "{vaults}/replicationJobs/{name}", Api::SiteRecovery},
    {Call::ReadFabric, "GET", "{replicationfabrics}", Api::SiteRecovery},
    {Call::WriteFabric, "PUT", "{vaults}/replicationFabrics/{name}", Api::SiteRecovery},
    {Call::ReadContainer, "GET", "{replicationprotectioncontainers}", Api::SiteRecovery},
    {Call::WriteContainer, "PUT", "{replicationfabrics}/replicationProtectionContainers/{name}", Api::SiteRecovery},
    {Call::ReadPolicy, "GET", "{replicationpolicies}", Api::SiteRecovery},
    {Call::WritePolicy, "PUT", "{vaults}/replicationPolicies/{name}", Api::SiteRecovery},
    {Call::ReadContainerMapping, "GET", "{replicationprotectioncontainermappings}", Api::SiteRecovery},
    {Call::WriteContainerMapping, "PUT",
     "{replicationprotectioncontainers}/replicationProtectionContainerMappings/{name}", Api::SiteRecovery},
    {Call::ReadMapping, "GET", "{replicationnetworkmappings}", Api::SiteRecovery},
    {Call::MakeMapping, "PUT",
     "{replicationfabrics}/replicationNetworks/azureNetwork/replicationNetworkMappings/{name}", Api::SiteRecovery},
    {Call::WriteMapping, "PUT", "{replicationnetworkmappings}", Api::SiteRecovery},
    {Call::DeleteMapping, "DELETE", "{replicationnetworkmappings}", Api::SiteRecovery},
    {Call::ReadItem, "GET", "{replicationprotecteditems}", Api::SiteRecovery},
    {Call::MakeItem, "PUT", "{replicationprotectioncontainers}/replicationProtectedItems/{name}", Api::SiteRecovery},
    {Call::ChangeItem, "PATCH", "{replicationprotecteditems}", Api::SiteRecovery},
    {Call::RemoveItem, "POST", "{replicationprotecteditems}/remove", Api::SiteRecovery},
    {Call::ListNetworks, "GET", "{subscriptions}/providers/Microsoft.Network/virtualNetworks", Api::Network},
    {Call::ReadNetwork, "GET", "{virtualnetworks}", Api::Network},
    {Call::WriteNetwork, "PUT", "{virtualnetworks}", Api::Network},
    {Call::DeleteNetwork, "DELETE", "{virtualnetworks}", Api::Network},
    {Call::ReadSubnet, "GET", "{virtualnetworks}/subnets/{name}", Api::Network},
    {Call::WriteSubnet, "PUT", "{virtualnetworks}/subnets/{name}", Api::Network},
    {Call::DeleteSubnet, "DELETE", "{virtualnetworks}/subnets/{name}", Api::Network},
    {Call::CheckAddress, "GET", "{virtualnetworks}/CheckIPAddressAvailability", Api::Network},
    {Call::ListInterfaces, "GET", "{subscriptions}/providers/Microsoft.Network/networkInterfaces", Api::Network},
    {Call::ListMachines, "GET", "{subscriptions}/providers/Microsoft.Compute/virtualMachines", Api::Compute},
    {Call::ReadMachine, "GET", "{virtualmachines}", Api::Compute},
    {Call::ReadEligibility, "GET",
     "{virtualmachines}/providers/Microsoft.RecoveryServices/replicationEligibilityResults/default", Api::SiteRecovery},
    {Call::ReadGroup, "GET", "{subscriptions}/resourceGroups/{name}", Api::Group},
    {Call::WriteGroup, "PUT", "{subscriptions}/resourceGroups/{name}", Api::Group},
    {Call::ReadStorageAccount, "GET", "{storageaccounts}", Api::Storage},
    {Call::ReadPermissions, "GET", "{}/providers/Microsoft.Authorization/permissions", Api::Permission},
}};

// Of those whose version is no setting.
constexpr std::string_view k_api_vault = "2024-04-01", k_api_group = "2024-03-01", k_api_storage = "2023-01-01",
                           k_api_permission = "2022-04-01";

std::string version_of(Api api, const AzureSettings& settings) {
  switch (api) {
    case Api::SiteRecovery: return settings.api_site_recovery;
    case Api::Network: return settings.api_network;
    case Api::Compute: return settings.api_compute;
    case Api::Vault: return std::string(k_api_vault);
    case Api::Group: return std::string(k_api_group);
    case Api::Storage: return std::string(k_api_storage);
    case Api::Permission: return std::string(k_api_permission);
  }
  return {};
}

const CallForm& form_of(Call call) {
  for (const CallForm& each : k_calls)
    if (each.call == call) return each;
  PAIRFORM_CHECK(false);
  return k_calls.front();
}

bool is_of_kind(const ArmId& id, std::string_view kind) {
  if (kind.empty()) return true;
  if (kind == "subscriptions") return id.provider.empty() && id.resource_group.empty();
  return !id.parts.empty() && same_word(id.parts.back().type, kind);
}

// As the service spells the id, each segment escaped.
std::string escaped_id(std::string_view id) {
  std::string out;
  for (std::size_t at = 1; at <= id.size();) {
    const std::size_t end = std::min(id.find('/', at), id.size());
    out += '/' + escaped_segment(id.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

}  // namespace

std::span<const CallForm> all_calls() { return k_calls; }

std::optional<ArmRequest> request(Call call, const AzureSettings& settings, std::string_view id,
                                  std::string_view name) {
  const CallForm& form = form_of(call);
  const std::size_t kind_end = form.path.find('}');
  const auto parsed = parse_arm_id(id);
  if (!parsed || !is_of_kind(*parsed, form.path.substr(1, kind_end - 1))) return std::nullopt;
  std::string rest(form.path.substr(kind_end + 1));
  if (const std::size_t at = rest.find("{name}"); at != rest.npos) {
    if (name.empty()) return std::nullopt;
    rest.replace(at, std::string_view("{name}").size(), escaped_segment(name));
  } else {
    PAIRFORM_CHECK(name.empty());
  }
  return ArmRequest{
      .method = std::string(form.method), .path = escaped_id(id) + rest, .api_version = version_of(form.api, settings)};
}

}  // namespace pairform::azure
