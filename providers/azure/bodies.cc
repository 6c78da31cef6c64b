#include "providers/azure/bodies.h"

#include "schema/json_writer.h"

namespace pairform::azure {
namespace {

constexpr std::string_view k_project_tag = "pairform-project";

template <class Write>
std::string json_object(Write write) {
  std::string out;
  JsonWriter json(out);
  json.open_object();
  write(json);
  json.close_object();
  return out;
}

// {"properties":{…}}
template <class Write>
std::string json_properties(Write write) {
  return json_object([&](JsonWriter& json) {
    json.key("properties").open_object();
    write(json);
    json.close_object();
  });
}

void json_texts(JsonWriter& json, const std::vector<std::string>& items) {
  json.open_array();
  for (const std::string& each : items) json.text(each);
  json.close_array();
}

void json_given(JsonWriter& json, std::string_view name, const std::string& text) {
  if (!text.empty()) json.member(name, text);
}

void json_prefixes(JsonWriter& json, const std::vector<std::string>& of) {
  json.key("properties").open_object();
  if (of.size() == 1) json.member("addressPrefix", of.front());
  else json_texts(json.key("addressPrefixes"), of);
  json.close_object();
}

}  // namespace

std::string fabric_body(std::string_view region) {
  return json_properties([&](JsonWriter& json) {
    json.key("customDetails").open_object().member("instanceType", "Azure").member("location", region).close_object();
  });
}

std::string container_body() {
  return json_properties([](JsonWriter& json) {
    json.key("providerSpecificInput")
        .open_array()
        .open_object()
        .member("instanceType", "A2A")
        .close_object()
        .close_array();
  });
}

// A policy that names only the first of these keeps no recovery points (recorded: policy-get-a2a).
std::string policy_body(const AzureSettings& settings) {
  return json_properties([&](JsonWriter& json) {
    json.key("providerSpecificInput").open_object().member("instanceType", "A2A");
    json.member("multiVmSyncStatus", settings.policy_multi_vm_sync ? "Enable" : "Disable");
    json.key("recoveryPointHistory").number(settings.policy_retention_minutes);
    json.key("crashConsistentFrequencyInMinutes").number(settings.policy_crash_minutes);
    json.key("appConsistentFrequencyInMinutes").number(settings.policy_app_minutes);
    json.close_object();
  });
}

std::string container_mapping_body(std::string_view target_container, std::string_view policy,
                                   const AzureSettings& settings) {
  return json_properties([&](JsonWriter& json) {
    json.member("targetProtectionContainerId", target_container).member("policyId", policy);
    json.key("providerSpecificInput").open_object().member("instanceType", "A2A");
    json.member("agentAutoUpdateStatus", settings.agent_auto_update ? "Enabled" : "Disabled").close_object();
  });
}

std::string mapping_body(std::string_view primary_network, std::string_view recovery_network,
                         std::string_view recovery_fabric) {
  return json_properties([&](JsonWriter& json) {
    json.member("recoveryFabricName", recovery_fabric).member("recoveryNetworkId", recovery_network);
    json.key("fabricSpecificDetails").open_object().member("instanceType", "AzureToAzure");
    json.member("primaryNetworkId", primary_network).close_object();
  });
}

std::string item_body(const NewItem& item) {
  return json_properties([&](JsonWriter& json) {
    json.member("policyId", item.policy).key("providerSpecificDetails").open_object().member("instanceType", "A2A");
    json.member("fabricObjectId", item.machine).member("recoveryContainerId", item.recovery_container);
    json.member("recoveryResourceGroupId", item.resource_group);
    json_given(json, "recoveryAzureNetworkId", item.network);
    json_given(json, "recoverySubnetName", item.subnet);
    json_given(json, "recoveryAvailabilityZone", item.zone);
    json.key("vmManagedDisks").open_array();
    for (const std::string& disk : item.disks) {
      json.open_object().member("diskId", disk).member("primaryStagingAzureStorageAccountId", item.cache_account);
      json.member("recoveryResourceGroupId", item.resource_group);
      json_given(json, "recoveryReplicaDiskAccountType", item.replica_disk_type);
      json_given(json, "recoveryTargetDiskAccountType", item.target_disk_type);
      json.close_object();
    }
    json.close_array().close_object();
  });
}

std::string disable_body() {
  return json_properties([](JsonWriter& json) { json.member("disableProtectionReason", "NotSpecified"); });
}

std::string network_body(std::string_view region, std::string_view project,
                         const std::vector<std::string>& address_space, const std::vector<AzureSubnet>& subnets) {
  return json_object([&](JsonWriter& json) {
    json.member("location", region);
    json.key("tags").open_object().member(k_project_tag, project).close_object();
    json.key("properties").open_object();
    json_texts(json.key("addressSpace").open_object().key("addressPrefixes"), address_space);
    json.close_object().key("subnets").open_array();
    for (const AzureSubnet& each : subnets) {
      json.open_object().member("name", each.name);
      json_prefixes(json, each.prefixes);
      json.close_object();
    }
    json.close_array().close_object();
  });
}

std::string subnet_body(const std::vector<std::string>& of) {
  return json_object([&](JsonWriter& json) { json_prefixes(json, of); });
}

std::string group_body(std::string_view region, std::string_view project) {
  return json_object([&](JsonWriter& json) {
    json.member("location", region).key("tags").open_object().member(k_project_tag, project).close_object();
  });
}

}  // namespace pairform::azure
