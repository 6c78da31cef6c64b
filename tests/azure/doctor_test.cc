// `pairform doctor` and `pairform init --azure` on the emulator: each kind of finding that only Azure can give, once.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "tests/azure/vault_of_vms.h"

namespace pairform {
namespace {

class AzureDoctor : public testing::Test {
 protected:
  AzureDoctor() { say_time(0); }
  // The service's clock is that of this machine, but for so many seconds. (That of the emulator stands in 2025.)
  void say_time(int ahead) {
    project_.azure().control("calm", R"({"name": "clock-skew"})");
    project_.azure().behave("clock-skew", fmt::format(R"("here": true, "seconds": {})", ahead));
  }
  void put_estate(int vms) {
    put_networks(project_.azure());
    put_pair(project_.azure());
    if (vms != 0) put_vms(project_.azure(), vms);
    project_.write({}, existing_pair() + (vms == 0 ? "" : existing_vms(vms)));
  }
  void put(const std::string& things) { project_.azure().control("put", things); }
  // A machine on network.app that nothing replicates yet, and a stanza that asks for it.
  void put_new_machine(std::string_view more, std::string_view settings = {}) {
    put(fmt::format(R"({{"machine": [{{"group": "rg-app", "name": "new0", "region": "eastasia"{}, "nics": [
      {{"name": "new0-nic", "subnet": "{}/subnets/web", "ip": "10.1.0.200"}}]}}]}})",
                    more, azure_network_id("rg-net-eastasia", "app")));
    project_.write(settings,
                   existing_pair() + "\n[vm.new0]\nnetwork = \"network.app\"\ntarget_region = \"southeastasia\"\n");
  }
  void roles(const std::string& scope, const std::string& actions) {
    project_.azure().control("roles",
                             fmt::format(R"({{"scope": "{}", "roles": [{{"actions": [{}]}}]}})", scope, actions));
  }
  Ran doctor(Program::Arguments more = {}) {
    Program::Arguments words{"doctor"};
    words.insert(words.end(), more.begin(), more.end());
    return project_.run(words);
  }
  // A finding of that severity about that check, with all of these words in its line or in what to do.
  static void expect(const Ran& ran, std::string_view severity, std::string_view check,
                     std::initializer_list<std::string_view> words) {
    std::vector<std::string> blocks;
    std::istringstream lines(ran.out);
    for (std::string line; std::getline(lines, line);)
      if (line.starts_with("ok ") || line.starts_with("note ") || line.starts_with("warning ") ||
          line.starts_with("error "))
        blocks.push_back(line);
      else if (!blocks.empty() && !line.empty()) blocks.back() += "\n" + line;
    for (const std::string& block : blocks) {
      const std::string head = fmt::format("{:<7}  {}", severity, check);
      if (!block.starts_with(head + " ")) continue;
      if (std::all_of(words.begin(), words.end(),
                      [&](std::string_view word) { return block.find(word) != block.npos; }))
        return;
    }
    ADD_FAILURE() << severity << " " << check << " " << (words.size() == 0 ? "" : *words.begin()) << "\n"
                  << ran.out << ran.err;
  }

  AzureProject project_;
};

TEST_F(AzureDoctor, AVaultThatIsWellHasNothingButOk) {
  put_estate(2);
  const Ran ran = doctor();
  EXPECT_EQ(ran.exit_code, 0) << ran.out << ran.err;
  expect(ran, "ok", "credential",
         {"application 22222222-0000-4000-8000-000000000001", "object 0b9f1c1e", "\"environment\""});
  expect(ran, "ok", "vault", {"Vault-Dr", "southeastasia"});
  expect(ran, "ok", "plumbing", {"eastasia to southeastasia", "asr-a2a-default-eastasia", "container mapping"});
  expect(ran, "ok", "plumbing", {"southeastasia to eastasia"});
  expect(ran, "ok", "unseen", {});
  expect(ran, "ok", "pairs", {"2 of 2 halves are there"});
  expect(ran, "ok", "networks", {"2 networks are there"});
  expect(ran, "ok", "subnets", {"security groups"});
  expect(ran, "ok", "vms", {"2 of 2 replicated vms are settled"});
  expect(ran, "ok", "items", {});
  expect(ran, "ok", "groups", {"rg-net-eastasia"});
  expect(ran, "ok", "rights", {"nothing is missing"});
  EXPECT_EQ(project_.calls("PUT", "."), 0U);
  EXPECT_EQ(project_.calls("PATCH", "."), 0U);
  EXPECT_FALSE(project_.has_state());
  const Ran again = doctor();
  EXPECT_EQ(again.out, ran.out) << "the same each time";
}

TEST_F(AzureDoctor, OfflineAsksNobody) {
  put_estate(1);
  project_.azure().forget();
  const Ran ran = doctor({"--offline"});
  EXPECT_EQ(ran.exit_code, 0) << ran.out << ran.err;
  EXPECT_TRUE(project_.azure().log().empty());
  expect(ran, "ok", "files", {"contoso-dr"});
}

TEST_F(AzureDoctor, ADeniedVaultIsAFindingAndTheRestIsTold) {
  put_estate(1);
  project_.azure().behave("vault", R"("status": 403)");
  const Ran ran = doctor();
  EXPECT_EQ(ran.exit_code, 1);
  expect(ran, "error", "vault", {"may not be read", "PF7002", "az role assignment create"});
  expect(ran, "note", "vault", {"the cloud was not read"});
  expect(ran, "ok", "credential", {"signed in as"});
  expect(ran, "ok", "files", {});
  expect(ran, "ok", "pairs", {"2 halves are wanted"});
}

TEST_F(AzureDoctor, ACredentialThatFailsIsAFindingToo) {
  put_estate(0);
  project_.set_secret("an-old-one~nobody-takes");
  const Ran ran = doctor();
  EXPECT_EQ(ran.exit_code, 1);
  expect(ran, "error", "credential", {"AADSTS7000215", "PF7004", "fix: "});
  expect(ran, "ok", "files", {});
}

TEST_F(AzureDoctor, PlumbingThatLacksIsMadeBothWays) {
  put(R"({"network": [
    {"group": "rg-net-eastasia", "name": "app", "region": "eastasia", "space": ["10.1.0.0/16"], "subnets": {"web": "10.1.0.0/21"}},
    {"group": "rg-net-southeastasia", "name": "dr", "region": "southeastasia", "space": ["10.2.0.0/16"], "subnets": {"web": "10.2.0.0/21"}}]})");
  project_.write({}, existing_pair());
  const Ran ran = doctor();
  EXPECT_EQ(ran.exit_code, 0) << ran.out << ran.err;
  expect(ran, "note", "plumbing", {"eastasia to southeastasia: the first apply makes fabric asr-a2a-default-eastasia"});
  expect(ran, "note", "plumbing", {"southeastasia to eastasia: the first apply makes"});
  expect(ran, "note", "pairs", {"are not in the cloud yet"});
}

TEST_F(AzureDoctor, WhatTheVaultHoldsBesideIsCounted) {
  put_estate(2);
  project_.write({}, existing_pair() + existing_vms(1));
  put(fmt::format(R"({{"foreign": [{{"list": "replicationProtectedItems", "body": {{"id":
    "{}/replicationFabrics/f/replicationProtectionContainers/c/replicationProtectedItems/hv", "name": "hv", "properties": {{
    "providerSpecificDetails": {{"instanceType": "HyperVReplicaAzure"}}}}}}}}]}})",
                  k_azure_vault));
  const Ran ran = doctor();
  expect(ran, "note", "items", {"1 of the vault's items is not Azure to Azure"});
  expect(ran, "note", "items", {"1 of the replicated machines is in no file", "existing = true"});
}

TEST_F(AzureDoctor, ASecurityGroupThatLacksAtTheTargetIsAWarning) {
  put(R"({"network": [
    {"group": "rg-net-eastasia", "name": "app", "region": "eastasia", "space": ["10.1.0.0/16"], "subnets": {"web": {
      "addressPrefix": "10.1.0.0/21", "networkSecurityGroup": {"id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/networkSecurityGroups/n"},
      "routeTable": {"id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/routeTables/r"},
      "natGateway": {"id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/natGateways/n"}}}},
    {"group": "rg-net-southeastasia", "name": "dr", "region": "southeastasia", "space": ["10.2.0.0/16"], "subnets": {"web": "10.2.0.0/21"}}],
    "plumbing": {"regions": ["eastasia", "southeastasia"]}})");
  project_.write({}, existing_pair());
  const Ran ran = doctor();
  expect(ran, "warning", "subnets",
         {"mapping.app.forward: subnet \"web\" of app has a network security group and a route table "
          "and a NAT gateway, \"web\" of dr has none",
          "southeastasia"});
}

TEST_F(AzureDoctor, AMachineToBeReplicatedIsLookedAtBeforeAnyJob) {
  put_estate(0);
  put_new_machine(R"(, "ineligible": ["A2AOperatingSystemNotSupported"])");
  const Ran ran = doctor();
  EXPECT_EQ(ran.exit_code, 1);
  expect(ran, "error", "eligibility", {"vm.new0", "A2AOperatingSystemNotSupported", "see the support matrix"});
  expect(ran, "error", "cache", {"no cache account is known for vm.new0 of eastasia", "cache_storage_accounts"});
  expect(ran, "error", "groups",
         {"there is no resource group rg-app-asr", "az group create", "create_resource_groups"});
}

TEST_F(AzureDoctor, AMachineThatTheServiceTakesIsOk) {
  put_estate(0);
  put(R"({"group": {"name": "rg-app-asr", "region": "southeastasia"},
          "storage": {"group": "rg-app", "name": "cacheeastasia1", "region": "eastasia"}})");
  put_new_machine("", "cache_storage_accounts = { eastasia = \"rg-app/cacheeastasia1\" }\n");
  const Ran ran = doctor();
  expect(ran, "ok", "eligibility", {"vm.new0: the service would replicate it"});
  expect(ran, "ok", "cache", {"eastasia: storage account cacheeastasia1"});
  expect(ran, "ok", "groups", {"rg-app-asr"});
}

TEST_F(AzureDoctor, ACacheAccountIsThereAndInTheRegion) {
  put_estate(0);
  put(R"({"storage": {"group": "rg-app", "name": "cacheelsewhere", "region": "southeastasia"}})");
  project_.write(
      "cache_storage_accounts = { eastasia = \"rg-app/cacheelsewhere\", southeastasia = \"rg-app/cachegone\" }\n",
      existing_pair());
  const Ran ran = doctor();
  EXPECT_EQ(ran.exit_code, 1);
  expect(ran, "error", "cache", {"cacheelsewhere is in southeastasia, and caches replication from eastasia"});
  expect(ran, "error", "cache", {"there is no storage account", "cachegone", "az storage account create"});
}

TEST_F(AzureDoctor, GroupsAreMadeWhereThatIsAllowed) {
  put_estate(0);
  put_new_machine("", "create_resource_groups = true\n");
  expect(doctor(), "note", "groups", {"resource group rg-app-asr is made when it is needed"});
}

// The group of a machine's copy is in the machine's subscription.
TEST_F(AzureDoctor, GroupsAreMadeInTheSubscriptionsOfTheirMachines) {
  put_estate(0);
  constexpr const char* k_other = "00000000-0000-4000-8000-000000000002";
  put(fmt::format(R"({{"machine": [{{"subscription": "{}", "group": "rg-two", "name": "new0", "region": "eastasia",
      "nics": [{{"name": "new0-nic", "subnet": "{}/subnets/web", "ip": "10.1.0.200"}}]}}]}})",
                  k_other, azure_network_id("rg-net-eastasia", "app")));
  project_.write("create_resource_groups = true\n",
                 existing_pair() + fmt::format("\n[vm.new0]\nnetwork = \"network.app\"\ntarget_region = "
                                               "\"southeastasia\"\nsubscription = \"{}\"\n",
                                               k_other));
  roles(fmt::format("/subscriptions/{}", k_other), R"("*/read")");
  expect(doctor(), "error", "rights",
         {fmt::format("at /subscriptions/{}: Microsoft.Resources/subscriptions/resourceGroups/write", k_other)});
}

TEST_F(AzureDoctor, AVaultInTheSourceRegionIsToldOf) {
  put_estate(1);
  project_.write(
      {}, existing_pair() + "\n[vm.back]\nexisting = true\nnetwork = \"network.dr\"\ntarget_region = \"eastasia\"\n");
  expect(doctor(), "warning", "vault", {"is in southeastasia, the region of vm.back", "a vault in the target region"});
}

TEST_F(AzureDoctor, RightsThatAreMissingComeAsARole) {
  put_estate(1);
  roles(k_azure_vault, R"("*/read")");
  roles(azure_group_id("rg-net-eastasia"), R"("Microsoft.Compute/*")");
  const Ran ran = doctor();
  EXPECT_EQ(ran.exit_code, 1);
  expect(ran, "error", "rights",
         {"are missing", "az role definition create --role-definition '{\"Name\":\"pairform on Vault-Dr\"",
          "Microsoft.Network/virtualNetworks/read", "replicationNetworks/replicationNetworkMappings/write"});
  expect(ran, "error", "rights",
         {"at /subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-net-eastasia: "
          "Microsoft.Network/virtualNetworks/read",
          "az role assignment create --assignee 0b9f1c1e-0000-4000-8000-000000000001"});
  const Ran json = doctor({"--json"});
  EXPECT_EQ(json.exit_code, 1);
  EXPECT_NE(json.out.find(R"("role_definition":{"Name":"pairform on Vault-Dr","IsCustom":true,)"), std::string::npos)
      << json.out;
  EXPECT_NE(json.out.find(R"({"format_version":1,"findings":[{"check":"files","severity":"ok","address":null,)"),
            std::string::npos)
      << json.out;
}

// What lists need is there, what follows an operation is not.
TEST_F(AzureDoctor, RightsToFollowOperationsAreAskedFor) {
  put_estate(1);
  roles(k_azure_vault,
        R"("Microsoft.RecoveryServices/vaults/read", "Microsoft.RecoveryServices/vaults/replicationFabrics/*",
    "Microsoft.RecoveryServices/vaults/replicationProtectedItems/read")");
  expect(doctor(), "error", "rights",
         {"Microsoft.RecoveryServices/vaults/replicationJobs/read",
          "Microsoft.RecoveryServices/vaults/replicationOperationStatus/read"});
}

// A project without a mapping and without managed networks only looks on.
TEST_F(AzureDoctor, AProjectThatOnlyLooksOnNeedsNoRightToWrite) {
  put_estate(0);
  project_.write({}, "\n[network.app]\nexisting = true\nregion = \"eastasia\"\n");
  roles("/subscriptions/" + std::string(k_azure_subscription), R"("*/read")");
  const Ran ran = doctor();
  EXPECT_EQ(ran.exit_code, 0) << ran.out << ran.err;
  expect(ran, "ok", "rights", {"nothing is missing"});
}

TEST_F(AzureDoctor, AManagedNetworkAndItsGroupAreLookedAt) {
  project_.write("network_resource_groups = { eastasia = \"rg-none\" }\n", {});
  std::string file = project_.program().read("pairform.toml");
  const std::string first =
      "network_resource_groups = { eastasia = \"rg-net-eastasia\", southeastasia = \"rg-net-southeastasia\" }\n";
  file.replace(file.find(first), first.size(), "");
  project_.program().write("pairform.toml",
                           file +
                               "\n[network.mine]\nregion = \"eastasia\"\naddress_space = [\"10.7.0.0/16\"]\n"
                               "subnets = { web = \"10.7.0.0/24\" }\n");
  const Ran ran = doctor();
  EXPECT_EQ(ran.exit_code, 1);
  expect(ran, "error", "groups", {"there is no resource group rg-none"});
}

TEST_F(AzureDoctor, ANetworkThatMayNotBeReadIsUnseen) {
  put_estate(0);
  ASSERT_EQ(project_.run({"apply", "--auto-approve"}).exit_code, 0);
  project_.azure().control("deny", fmt::format(R"({{"scope": "{}"}})", azure_network_id("rg-net-eastasia", "app")));
  const Ran ran = doctor();
  EXPECT_EQ(ran.exit_code, 1);
  expect(ran, "error", "unseen", {"network.app", "it is unknown", "--allow-unknown"});
}

TEST_F(AzureDoctor, TwoMappingsOnASlotAreUnseen) {
  put_estate(0);
  put(fmt::format(R"({{"mapping": [{{"name": "another", "from": "{}", "to": "{}"}}]}})",
                  azure_network_id("rg-net-eastasia", "app"), azure_network_id("rg-net-southeastasia", "dr")));
  const Ran ran = doctor();
  EXPECT_EQ(ran.exit_code, 1);
  expect(ran, "error", "unseen", {"mapping.app.forward", "2 mappings"});
}

TEST_F(AzureDoctor, HealthAndStatusAreTold) {
  put_estate(2);
  const std::string item =
      fmt::format(R"({{"item": "{}/replicationFabrics/asr-a2a-default-eastasia/replicationProtectionContainers/)"
                  R"(asr-a2a-default-eastasia-container/replicationProtectedItems/item-1"}})",
                  k_azure_vault);
  project_.azure().control("failover", item);
  project_.azure().control("commit", item);
  const Ran ran = doctor();
  expect(ran, "warning", "vms", {"vm.web1", "it is failed over"});
  expect(ran, "note", "vms", {"1 of 2 replicated vms are settled"});
}

// It expires tokens too early or too late, and is the reason of many a failure that names something else.
TEST_F(AzureDoctor, AMachineThatWasDeletedOrGotANicIsToldOf) {
  put_estate(2);
  EXPECT_EQ(doctor().exit_code, 0);
  project_.azure().control(
      "portal", fmt::format(R"({{"id": "{}/providers/Microsoft.Compute/virtualMachines/web0", "remove": true}})",
                            azure_group_id("rg-app")));
  put(fmt::format(R"({{"machine": [{{"group": "rg-app", "name": "web1", "region": "eastasia", "nics": [
      {{"name": "web1-front", "subnet": "{0}/subnets/web", "ip": "10.1.0.11"}},
      {{"name": "web1-back", "subnet": "{0}/subnets/db", "ip": "10.1.8.11"}},
      {{"name": "web1-third", "subnet": "{0}/subnets/db", "ip": "10.1.8.99"}}]}}]}})",
                  azure_network_id("rg-net-eastasia", "app")));
  const Ran ran = doctor();
  EXPECT_EQ(ran.exit_code, 1);
  expect(ran, "error", "vms", {"machine web0 is not there any more, its replication is", "take its stanza out"});
  expect(ran, "warning", "vms", {"web1-third of machine web1 is not replicated", "enable it again"});
}

TEST_F(AzureDoctor, AClockThatIsWrongIsToldOf) {
  put_estate(0);
  say_time(7200);
  const Ran slow = doctor();
  EXPECT_EQ(slow.exit_code, 0) << slow.out << slow.err;
  expect(slow, "warning", "credential",
         {"the clock of this machine is 2 h 0 min slow, by the clock of Azure", "fix: set the clock"});
  say_time(-7200);
  expect(doctor(), "warning", "credential", {"the clock of this machine is 2 h 0 min fast"});
}

TEST_F(AzureDoctor, PlumbingInAStrangeStateIsToldOf) {
  put_estate(1);
  const std::string fabric = fmt::format("{}/replicationFabrics/asr-a2a-default-eastasia", k_azure_vault);
  project_.azure().control("portal", fmt::format(R"({{"id": "{}", "set": {{"state": "Invalid"}}}})", fabric));
  project_.azure().control(
      "portal",
      fmt::format(R"({{"id": "{}/replicationProtectionContainers/asr-a2a-default-eastasia-container/)"
                  R"(replicationProtectionContainerMappings/eastasia-southeastasia-24-hour-retention-policy",)"
                  R"("set": {{"state": "PairingFailed"}}}})",
                  fabric));
  const Ran ran = doctor();
  EXPECT_EQ(ran.exit_code, 0) << "what is replicated already goes on\n" << ran.out << ran.err;
  expect(ran, "warning", "plumbing",
         {"eastasia to southeastasia: the state of fabric asr-a2a-default-eastasia is not Valid, container mapping "
          "eastasia-southeastasia-24-hour-retention-policy is not Paired",
          "Site Recovery infrastructure"});
  expect(ran, "warning", "plumbing", {"southeastasia to eastasia: the state of fabric asr-a2a-default-eastasia"});
  put_new_machine("");
  const Ran to_do = doctor();
  EXPECT_EQ(to_do.exit_code, 1);
  expect(to_do, "error", "plumbing", {"is not Paired; the service begins no replication there"});
}

TEST_F(AzureDoctor, MappingsOfOthersAreCounted) {
  put_estate(0);
  put(fmt::format(R"({{"foreign": [{{"list": "replicationNetworkMappings", "body": {{"id":
    "{}/replicationFabrics/f/replicationNetworks/n/replicationNetworkMappings/vmm", "name": "vmm", "properties": {{
    "fabricSpecificSettings": {{"instanceType": "VmmToAzure"}}}}}}}}]}})",
                  k_azure_vault));
  const Ran ran = doctor();
  EXPECT_EQ(ran.exit_code, 0) << ran.out << ran.err;
  expect(ran, "note", "items", {"1 of the vault's network mappings is not Azure to Azure"});
}

// One item is of a declared vm, the other one of nobody.
TEST_F(AzureDoctor, WhatIsNotUnderstoodIsNamed) {
  put_estate(2);
  project_.write({}, existing_pair() + existing_vms(1));
  project_.azure().behave("member", R"("match": "replicationProtectedItems$", "path":
    "properties.providerSpecificDetails.vmNics", "do": "mistype")");
  const Ran ran = doctor();
  EXPECT_EQ(ran.exit_code, 1);
  expect(ran, "warning", "items", {"replicationprotecteditems/item-0: Azure's answer is not understood", "vmNics"});
  expect(ran, "warning", "items", {"replicationprotecteditems/item-1: Azure's answer is not understood", "report it"});
  expect(ran, "error", "unseen", {"vm.web0"});
}

// Denied is unknown: never "there is no".
TEST_F(AzureDoctor, WhatMayNotBeReadIsNotSaidToBeAbsent) {
  put_estate(0);
  put(R"({"group": {"name": "rg-app-asr", "region": "southeastasia"},
          "storage": {"group": "rg-cache", "name": "cacheeastasia1", "region": "eastasia"}})");
  put_new_machine("", "cache_storage_accounts = { eastasia = \"rg-cache/cacheeastasia1\" }\n");
  for (const std::string& scope :
       {azure_group_id("rg-app-asr"), azure_group_id("rg-cache"),
        azure_group_id("rg-app") + "/providers/Microsoft.Compute/virtualMachines/new0/providers"})
    project_.azure().control("deny", fmt::format(R"({{"scope": "{}"}})", scope));
  const Ran ran = doctor();
  EXPECT_EQ(ran.exit_code, 0) << ran.out << ran.err;
  expect(ran, "warning", "groups",
         {"resource group rg-app-asr could not be read, so it is not known whether it is there: AuthorizationFailed"});
  expect(ran, "warning", "cache", {"storage account cacheeastasia1 could not be read: AuthorizationFailed"});
  expect(ran, "warning", "rights", {"the rights at", "rg-app-asr could not be read: AuthorizationFailed"});
  expect(ran, "note", "eligibility", {"vm.new0: the service does not say (AuthorizationFailed)"});
  EXPECT_EQ(ran.out.find("there is no"), std::string::npos) << ran.out;
  EXPECT_EQ(ran.out.find("nothing is missing"), std::string::npos) << ran.out;
  const Ran json = doctor({"--json"});
  EXPECT_NE(
      json.out.find(R"({"check":"groups","severity":"warning","address":null,"text":"resource group rg-app-asr )"),
      std::string::npos)
      << json.out;
}

TEST_F(AzureDoctor, CriticalHealthIsAWarning) {
  put_estate(2);
  project_.azure().control(
      "portal",
      fmt::format(R"({{"id": "{}/replicationFabrics/asr-a2a-default-eastasia/replicationProtectionContainers/)"
                  R"(asr-a2a-default-eastasia-container/replicationProtectedItems/item-1", "set": {{
                            "health": "Critical"}}}})",
                  k_azure_vault));
  const Ran ran = doctor();
  EXPECT_EQ(ran.exit_code, 0) << ran.out << ran.err;
  expect(ran, "warning", "vms", {"the replication of web1 is critical", "Replicated items"});
  EXPECT_EQ(ran.out.find("web0 is critical"), std::string::npos) << ran.out;
}

// A PUT by a version that does not know a member loses it.
TEST_F(AzureDoctor, MembersThatOnlyANewerVersionShowsAreToldOf) {
  put(R"({"network": [{"group": "rg-net-eastasia", "name": "app", "region": "eastasia", "space": ["10.1.0.0/16"],
    "tags": {"pairform-project": "contoso-dr"},
    "subnets": {"web": {"addressPrefix": "10.1.0.0/21", "ipamPoolPrefixAllocations": [{"numberOfIpAddresses": "8"}]}},
    "properties": {"privateEndpointVNetPolicies": "Disabled"}}]})");
  for (const char* member : {"ipamPoolPrefixAllocations", "privateEndpointVNetPolicies"})
    project_.azure().behave("since", fmt::format(R"("version": "2024-05-01", "member": "{}")", member));
  const std::string stanza =
      "\n[network.app]\nregion = \"eastasia\"\naddress_space = [\"10.1.0.0/16\"]\n"
      "subnets = { web = \"10.1.0.0/21\" }\n";
  project_.write({}, stanza);
  const Ran ran = doctor();
  EXPECT_EQ(ran.exit_code, 0) << ran.out << ran.err;
  expect(ran, "warning", "networks",
         {"network.app: it has members that version 2024-01-01 of the network API does not show",
          "may lose: properties.subnets[].properties.ipamPoolPrefixAllocations\n", "api_network = \"2025-01-01\""});
  project_.write("api_network = \"2025-01-01\"\n", stanza);
  EXPECT_EQ(doctor().out.find("may lose"), std::string::npos);
  project_.write({}, "\n[network.app]\nexisting = true\nregion = \"eastasia\"\n");
  EXPECT_EQ(doctor().out.find("may lose"), std::string::npos) << "pairform does not write it";
}

TEST_F(AzureDoctor, OfManyMachinesAHundredAreAskedAbout) {
  put_estate(0);
  constexpr int k_machines = 103;
  std::string machines, stanzas = "\n[defaults.vm]\nnetwork = \"network.app\"\ntarget_region = \"southeastasia\"\n";
  for (int i = 0; i < k_machines; ++i) {
    machines += fmt::format(R"({}{{"group": "rg-app", "name": "m{}", "region": "eastasia", {}
        "nics": [{{"subnet": "{}/subnets/web"}}]}})",
                            i == 0 ? "" : ",", i, i == 0 ? R"("ineligible": ["A2AOperatingSystemNotSupported"],)" : "",
                            azure_network_id("rg-net-eastasia", "app"));
    stanzas += fmt::format("\n[vm.m{}]\n", i);
  }
  put(fmt::format(R"({{"machine": [{}]}})", machines));
  project_.write({}, existing_pair() + stanzas);
  const Ran ran = doctor();
  EXPECT_EQ(project_.calls("GET", "replicationEligibilityResults"), 100U);
  expect(ran, "error", "eligibility", {"vm.m0: A2AOperatingSystemNotSupported"});
  expect(ran, "ok", "eligibility", {"the service would replicate 99 vms"});
  expect(ran, "note", "eligibility", {"3 more vms are not asked about: at most 100 are", "an apply asks about each"});
}

class AzureInit : public testing::Test {
 protected:
  Ran init(const std::string& directory, const std::string& id) {
    Program& program = project_.program();
    program.set_environment("PAIRFORM_AZURE_ENDPOINTS", project_.azure().url() + " " + project_.azure().url());
    return project_.run({"init", directory, "--azure", id});
  }
  AzureProject project_;
};

TEST_F(AzureInit, ListsWhatTheVaultAndItsSubscriptionHold) {
  put_networks(project_.azure());
  put_pair(project_.azure());
  put_vms(project_.azure(), 2);
  const Ran ran = init("dr", k_azure_vault);
  EXPECT_EQ(ran.exit_code, 0) << ran.err;
  EXPECT_EQ(ran.err, "");
  EXPECT_EQ(ran.out,
            "Made dr/pairform.toml, dr/.gitignore, dr/.gitattributes and dr/.pairform/schema.json.\n"
            "The cloud holds:\n"
            "  eastasia       1 network, 2 replicated machines, 0 others\n"
            "  southeastasia  1 network, 0 replicated machines, 0 others\n"
            "  1 mapping pair, 0 mappings without the way back\n"
            "Next:\n"
            "  cd dr && pairform doctor\n"
            "  pairform plan\n");
  const std::string file = project_.program().read("dr/pairform.toml");
  EXPECT_NE(file.find("name = \"dr\"\nprovider = \"azure\"\n\n[provider.azure]\nvault = \"" +
                      std::string(k_azure_vault) + "\"\n"),
            std::string::npos)
      << file;
  EXPECT_EQ(project_.program().read("dr/.gitignore"), ".pairform/\n");
  EXPECT_EQ(project_.run({"-C", "dr", "doctor"}).exit_code, 0);
}

TEST_F(AzureInit, WithoutASignInTheFileIsMadeAllTheSame) {
  for (const char* name : {"AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET"})
    project_.program().set_environment(name, "");
  project_.program().set_environment("PATH", "/nowhere");
  project_.program().set_environment("PAIRFORM_AZURE_METADATA", "http://127.0.0.1:1");
  const Ran ran = init("dr", k_azure_vault);
  EXPECT_EQ(ran.exit_code, 0) << ran.err;
  EXPECT_NE(ran.out.find("The cloud was not read: the project is made nevertheless.\n"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("  cd dr && pairform doctor\n"), std::string::npos) << ran.out;
  EXPECT_NE(ran.err.find("az login"), std::string::npos) << ran.err;
  EXPECT_NE(project_.program().read("dr/pairform.toml"), "");
}

TEST_F(AzureInit, AWrongIdMakesNothing) {
  const Ran ran = init("dr", "vault-dr");
  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_NE(ran.err.find("--azure vault-dr: vault is no id of a Recovery Services vault"), std::string::npos)
      << ran.err;
  EXPECT_NE(ran.err.find("/providers/Microsoft.RecoveryServices/vaults/vault-dr"), std::string::npos) << ran.err;
  EXPECT_FALSE(std::filesystem::exists(project_.program().directory() / "dr"));
  EXPECT_TRUE(project_.azure().log().empty());
}

TEST_F(AzureInit, NeverOverwrites) {
  const std::string before = project_.program().read("pairform.toml");
  const Ran ran = init(".", k_azure_vault);
  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_NE(ran.err.find("PF5004"), std::string::npos) << ran.err;
  EXPECT_EQ(project_.program().read("pairform.toml"), before);
}

}  // namespace
}  // namespace pairform
