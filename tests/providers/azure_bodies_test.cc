// Requests that make or change something are, byte for byte, those that Azure's own description was asked about
// (tests/azure_emulator/validator/bodies.json, judged there).
#include <gtest/gtest.h>
#include <simdjson.h>

#include <filesystem>
#include <map>
#include <stdexcept>

#include "providers/azure/bodies.h"
#include "providers/azure/plumbing.h"
#include "providers/azure/requests.h"

namespace pairform::azure {
namespace {

using simdjson::dom::element;

struct Judged {
  std::string method, url, body;
};

// Requests that the description accepts, by name; values as text, in whatever order of members.
const std::map<std::string, Judged>& judged() {
  static const std::map<std::string, Judged> all = [] {
    std::map<std::string, Judged> out;
    simdjson::dom::parser parser;
    const auto file = std::filesystem::path(PAIRFORM_SOURCE_DIR) / "tests/azure_emulator/validator/bodies.json";
    for (const element each : simdjson::dom::array(parser.load(file.string()))) {
      std::string_view name, method, url, expect;
      if (each["name"].get(name) != simdjson::SUCCESS || each["method"].get(method) != simdjson::SUCCESS ||
          each["url"].get(url) != simdjson::SUCCESS || each["expect"].get(expect) != simdjson::SUCCESS)
        continue;
      element body;
      const bool has_body = each["body"].get(body) == simdjson::SUCCESS;
      if (expect == "accept")
        out[std::string(name)] = {std::string(method), std::string(url), has_body ? simdjson::minify(body) : "null"};
    }
    return out;
  }();
  return all;
}

const std::string k_subscription = "/subscriptions/00000000-0000-4000-8000-000000000001";
const std::string k_vault =
    k_subscription + "/resourceGroups/rg-dr/providers/Microsoft.RecoveryServices/vaults/vault-dr";
const std::string k_policy = "24-hour-retention-policy";
const std::string k_item = "3f1c0e9a7b5d4c2e8f60a1b2c3d4e5f6";

std::string fabric_id(const std::string& region) { return k_vault + "/replicationFabrics/" + fabric_name(region); }
std::string container_id(const std::string& region) {
  return fabric_id(region) + "/replicationProtectionContainers/" + container_name(fabric_name(region));
}
std::string network_id(const std::string& group, const std::string& name) {
  return k_subscription + "/resourceGroups/" + group + "/providers/Microsoft.Network/virtualNetworks/" + name;
}

struct Case {
  const char* judged;
  Call call;
  std::string id, name, body;  // body empty: none
};

TEST(AzureBodies, AreThoseThatTheDescriptionAccepts) {
  const AzureSettings settings;
  const std::string east = "eastasia", southeast = "southeastasia";
  const std::string app = network_id("rg-net", "app-vnet"), dr = network_id("rg-net-dr", "app-vnet-dr");
  const std::string mapping =
      fabric_id(east) + "/replicationNetworks/azureNetwork/replicationNetworkMappings/app-vnet-to-southeastasia";
  const std::string group = k_subscription + "/resourceGroups/";
  const std::string disk = group + "rg-app/providers/Microsoft.Compute/disks/web1_";
  NewItem enabled{k_vault + "/replicationPolicies/" + k_policy,
                  group + "rg-app/providers/Microsoft.Compute/virtualMachines/web1",
                  container_id(southeast),
                  group + "rg-app-asr",
                  dr,
                  "web",
                  group + "rg-app/providers/Microsoft.Storage/storageAccounts/cacheeastasia1",
                  {disk + "os"}};
  enabled.replica_disk_type = enabled.target_disk_type = "Premium_LRS";
  NewItem by_mapping = enabled, into_zone = enabled;
  by_mapping.network = by_mapping.subnet = "";
  into_zone.zone = "1";
  into_zone.replica_disk_type = into_zone.target_disk_type = "";
  into_zone.disks.push_back(disk + "data");
  const Case cases[] = {
      {"g01-fabric-put", Call::WriteFabric, k_vault, fabric_name(east), fabric_body(east)},
      {"g02-container-put", Call::WriteContainer, fabric_id(east), container_name(fabric_name(east)), container_body()},
      {"g03-policy-put", Call::WritePolicy, k_vault, k_policy, policy_body(settings)},
      {"g04-container-mapping-put", Call::WriteContainerMapping, container_id(east),
       container_mapping_name(east, southeast, k_policy),
       container_mapping_body(container_id(southeast), k_vault + "/replicationPolicies/" + k_policy, settings)},
      {"g05-container-mapping-reverse-put", Call::WriteContainerMapping, container_id(southeast),
       container_mapping_name(southeast, east, k_policy),
       container_mapping_body(container_id(east), k_vault + "/replicationPolicies/" + k_policy, settings)},
      {"g06-network-mapping-create", Call::MakeMapping, fabric_id(east), "app-vnet-to-southeastasia",
       mapping_body(app, dr, fabric_name(southeast))},
      {"g07-network-mapping-retarget-put", Call::WriteMapping, mapping, "",
       mapping_body(app, network_id("rg-net-dr", "test-vnet"), fabric_name(southeast))},
      {"g09-network-mapping-delete", Call::DeleteMapping, mapping, "", ""},
      {"g10-item-enable", Call::MakeItem, container_id(east), k_item, item_body(enabled)},
      {"g33-enable-without-network", Call::MakeItem, container_id(east), k_item, item_body(by_mapping)},
      {"g35-enable-into-a-zone", Call::MakeItem, container_id(east), k_item, item_body(into_zone)},
      {"g12-item-disable", Call::RemoveItem, container_id(east) + "/replicationProtectedItems/" + k_item, "",
       disable_body()},
      {"g14-vnet-create", Call::WriteNetwork, dr, "",
       network_body(southeast, "contoso-dr", {"10.2.0.0/16"},
                    {{"web", {"10.2.1.0/24"}, {}, {}}, {"db", {"10.2.2.0/24"}, {}, {}}})},
      {"g17-subnet-put-new", Call::WriteSubnet, dr, "new", subnet_body({"10.3.1.0/24"})},
      {"g18-subnet-delete", Call::DeleteSubnet, dr, "db", ""},
      {"g19-vnet-delete", Call::DeleteNetwork, dr, "", ""},
      {"g20-list-mappings", Call::ListMappings, k_vault, "", ""},
      {"g22-list-fabrics", Call::ListFabrics, k_vault, "", ""},
      {"g23-list-vnets", Call::ListNetworks, k_subscription, "", ""},
      {"g34-resource-group-put", Call::WriteGroup, k_subscription, "", group_body(southeast, "contoso-dr")},
  };
  for (const Case& each : cases) {
    const auto at = judged().find(each.judged);
    ASSERT_NE(at, judged().end()) << each.judged;
    // The name of the group is that of the judged one.
    const std::string name = each.call == Call::WriteGroup
                                 ? at->second.url.substr(at->second.url.rfind('/') + 1,
                                                         at->second.url.find('?') - at->second.url.rfind('/') - 1)
                                 : each.name;
    const auto made = request(each.call, settings, each.id, name);
    ASSERT_TRUE(made) << each.judged;
    EXPECT_EQ(made->method, at->second.method) << each.judged;
    EXPECT_EQ(made->path + "?api-version=" + made->api_version, at->second.url) << each.judged;
    EXPECT_EQ(each.body.empty() ? "null" : each.body, at->second.body) << each.judged;
  }
}

TEST(AzureBodies, ASubnetMayHaveSeveralPrefixes) {
  EXPECT_EQ(subnet_body({"10.0.0.0/24", "fd00::/64"}),
            R"({"properties":{"addressPrefixes":["10.0.0.0/24","fd00::/64"]}})");
}

TEST(AzureBodies, ThePolicyIsThatOfTheSettings) {
  AzureSettings settings;
  settings.policy_multi_vm_sync = false;
  settings.policy_retention_minutes = 0;
  settings.policy_crash_minutes = 15;
  settings.policy_app_minutes = 60;
  EXPECT_EQ(
      policy_body(settings),
      R"({"properties":{"providerSpecificInput":{"instanceType":"A2A","multiVmSyncStatus":"Disable","recoveryPointHistory":0,)"
      R"("crashConsistentFrequencyInMinutes":15,"appConsistentFrequencyInMinutes":60}}})");
}

}  // namespace
}  // namespace pairform::azure
