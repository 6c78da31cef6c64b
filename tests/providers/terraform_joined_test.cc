// What several states of Terraform say together: networks, halves and vms, as discover infers stanzas from.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/terraform_texts.h"

namespace pairform::terraform {
namespace {

const std::string k_fabrics = fabric("ea", "eastasia") + "," + fabric("sea", "southeastasia");

std::vector<std::string> networks_of(const Discovered& found) {
  std::vector<std::string> out;
  for (const DiscoveredNetwork& each : found.networks)
    out.push_back(
        fmt::format("{} {} {} {} ({})", each.region, each.name, each.resource_group, each.subscription, each.remark));
  std::sort(out.begin(), out.end());
  return out;
}

std::vector<std::string> halves_of(const Discovered& found) {
  std::vector<std::string> out;
  for (const DiscoveredHalf& each : found.halves) out.push_back(each.source + " -> " + each.target);
  std::sort(out.begin(), out.end());
  return out;
}

TEST(TerraformJoined, MappingsLeadFromNetworkToNetwork) {
  const auto [states, words] = join_texts(
      {state({k_fabrics, network("app", "eastasia"), network("dr", "southeastasia"), mapping("out", "app", "dr")})});
  EXPECT_EQ(words, "");
  EXPECT_EQ(networks_of(states.found),
            (std::vector<std::string>{"eastasia app rg  (azurerm_virtual_network.app in 1.tfstate)",
                                      "southeastasia dr rg  (azurerm_virtual_network.dr in 1.tfstate)"}));
  EXPECT_EQ(halves_of(states.found), (std::vector<std::string>{"@s/rg/eastasia/app -> @s/rg/southeastasia/dr"}));
  EXPECT_EQ(states.found.halves[0].remark, "azurerm_site_recovery_network_mapping.out in 1.tfstate");
  EXPECT_EQ(states.vaults, (std::vector<std::string>{k_vault}));
}

TEST(TerraformJoined, IdsAreComparedWithoutCaseAndNamesAreThoseOfTheNetwork) {
  Diagnostics diagnostics;
  const std::vector<StateRecords> records{
      read_terraform_state(state_file("recovery.tfstate"), "recovery.tfstate", diagnostics),
      read_terraform_state(state_file("network.tfstate"), "network.tfstate", diagnostics)};
  const JoinedStates states = join_states(records, {}, diagnostics);
  EXPECT_EQ(words_of(diagnostics), "");
  EXPECT_EQ(
      networks_of(states.found),
      (std::vector<std::string>{
          "eastasia hub-vnet rg-hub  (azurerm_virtual_network.hub[\"eastasia\"] in network.tfstate)",
          "southeastasia hub-vnet-dr rg-hub-dr  (azurerm_virtual_network.hub[\"southeastasia\"] in network.tfstate)"}));
  EXPECT_EQ(states.found.halves.size(), 2U);
  EXPECT_EQ(states.found.halves[0].source, states.found.halves[1].target);
  EXPECT_EQ(states.found.networks[0].subnets.size(), 2U);
}

// Ids alone: the name and the resource group are in the id, the region is the fabric's, all as Terraform spells them.
TEST(TerraformJoined, ANetworkThatIsInNoStateIsKnownByItsId) {
  const auto [states, words] = join_texts({state({k_fabrics, mapping("out", "App-Net", "dr")})});
  EXPECT_EQ(words, "");
  const std::string by = " (named by azurerm_site_recovery_network_mapping.out in 1.tfstate)";
  EXPECT_EQ(networks_of(states.found),
            (std::vector<std::string>{"eastasia App-Net rg " + by, "southeastasia dr rg " + by}));
  EXPECT_EQ(halves_of(states.found), (std::vector<std::string>{"@s/rg/eastasia/app-net -> @s/rg/southeastasia/dr"}));
}

TEST(TerraformJoined, AMappingWithoutARegionIsLeftOutAndSaid) {
  const auto [states, words] = join_texts({state({fabric("ea", "eastasia"), mapping("out", "app", "dr")})});
  EXPECT_TRUE(states.found.halves.empty());
  EXPECT_EQ(states.left_out,
            (std::vector<std::string>{"azurerm_site_recovery_network_mapping.out in 1.tfstate: the region "
                                      "of " +
                                      network_id("dr") + " is in no state given"}));
  EXPECT_EQ(words, "warning: azurerm_site_recovery_network_mapping.out in 1.tfstate is left out / the region of " +
                       network_id("dr") +
                       " is in no state given / give the state that has the network or the fabric, too: a further "
                       "--from-tfstate\n");
  // The state of the networks mends it.
  EXPECT_EQ(join_texts({state({fabric("ea", "eastasia"), mapping("out", "app", "dr")}),
                        state({network("dr", "southeastasia")})})
                .states.found.halves.size(),
            1U);
}

TEST(TerraformJoined, AMappingWithinARegionIsLeftOut) {
  const auto [states, words] =
      join_texts({state({fabric("ea", "eastasia"), fabric("sea", "East Asia"), mapping("out", "app", "dr")})});
  EXPECT_TRUE(states.found.halves.empty());
  EXPECT_NE(words.find("it maps eastasia to itself, and a mapping joins two regions"), std::string::npos) << words;
}

TEST(TerraformJoined, TheSameMappingInTwoStatesIsOne) {
  const std::string text = state({k_fabrics, mapping("out", "app", "dr")});
  const auto [states, words] = join_texts({text, text});
  EXPECT_EQ(words, "");
  EXPECT_EQ(states.found.halves.size(), 1U);
}

// One of them is older; which, no state says.
TEST(TerraformJoined, TwoStatesThatDisagreeAboutASlotAreToldAndNeitherIsTaken) {
  const auto [states, words] =
      join_texts({state({k_fabrics, mapping("out", "app", "dr")}), state({mapping("out", "app", "dr2")})});
  EXPECT_TRUE(states.found.halves.empty());
  EXPECT_EQ(states.left_out.size(), 2U);
  EXPECT_NE(words.find("azurerm_site_recovery_network_mapping.out in 1.tfstate is left out / it leads app to dr, and "
                       "azurerm_site_recovery_network_mapping.out in 2.tfstate leads it to dr2"),
            std::string::npos)
      << words;
  EXPECT_EQ(states.found.unread, (std::set<DiscoveredSlot>{{"@s/rg/eastasia/app", "southeastasia"}}));
}

TEST(TerraformJoined, ManagedComesBeforeData) {
  const std::string data = resource(
      "azurerm_virtual_network", "seen",
      instance(R"("id":")" + network_id("app") + R"(","name":"app","location":"eastasia")"), R"("mode":"data")");
  for (const auto& texts : {std::vector<std::string>{state({data}), state({network("app", "eastasia")})},
                            {state({network("app", "eastasia")}), state({data})}}) {
    const auto [states, words] = join_texts(texts);
    ASSERT_EQ(states.found.networks.size(), 1U);
    EXPECT_TRUE(states.found.networks[0].remark.starts_with("azurerm_virtual_network.app in "))
        << states.found.networks[0].remark;
  }
}

TEST(TerraformJoined, AProjectIsOfOneVault) {
  const std::string other =
      "/subscriptions/S/resourceGroups/rg-dr/providers/Microsoft.RecoveryServices/vaults/vault-two";
  const std::string text =
      state({k_fabrics, network("app", "eastasia"), network("dr", "southeastasia"), mapping("out", "app", "dr"),
             resource("azurerm_site_recovery_network_mapping", "two",
                      instance(mapping_attributes(network_id("dr"), network_id("app"), other)))});
  const auto [states, words] = join_texts({text});
  EXPECT_EQ(words, "error: the states hold mappings or replications of 2 vaults / a project works on one:\n" + k_vault +
                       "\n" + other + " / say which one: --scope VAULT-ID\n");
  EXPECT_TRUE(states.found.halves.empty());
  std::string odd = k_vault;
  std::transform(odd.begin(), odd.end(), odd.begin(), [](char c) { return c == 'v' ? 'V' : c; });
  const auto chosen = join_texts({text}, {odd});
  EXPECT_TRUE(chosen.words.starts_with("warning: 1 mapping or replication of other vaults is left out / "))
      << chosen.words;
  EXPECT_NE(chosen.words.find(other), std::string::npos) << chosen.words;
  EXPECT_EQ(halves_of(chosen.states.found), (std::vector<std::string>{"@s/rg/eastasia/app -> @s/rg/southeastasia/dr"}));
}

JoinedStates join_file(const std::string& name, const JoinOptions& options = {}) {
  Diagnostics diagnostics;
  const StateRecords records = read_terraform_state(state_file(name), name, diagnostics);
  JoinedStates out = join_states({&records, 1}, options, diagnostics);
  EXPECT_EQ(words_of(diagnostics), "");
  return out;
}

TEST(TerraformJoined, AReplicationIsAVmWithItsNics) {
  const JoinedStates states = join_file("prod.tfstate");
  ASSERT_EQ(states.found.vms.size(), 2U);
  const DiscoveredVm& web1 = states.found.vms[0];
  const std::string home = "@3f2504e0-4f89-41d3-9a0c-0305e82c3301/rg-hub/eastasia/hub-vnet";
  EXPECT_EQ(web1.name, "web1");
  EXPECT_EQ(web1.region, "eastasia");
  EXPECT_EQ(web1.resource_group, "rg-app");
  EXPECT_EQ(web1.subscription, "");  // that of the project
  EXPECT_EQ(web1.network, home);
  EXPECT_EQ(web1.target_region, "southeastasia");
  EXPECT_EQ(web1.target_network, "@3f2504e0-4f89-41d3-9a0c-0305e82c3301/rg-hub-dr/southeastasia/hub-vnet-dr");
  EXPECT_EQ(web1.test_network, "@3f2504e0-4f89-41d3-9a0c-0305e82c3301/rg-hub-dr/southeastasia/drill");
  EXPECT_EQ(web1.remark,
            "azurerm_site_recovery_replicated_vm.web[0] in prod.tfstate; its test failovers go into drill");
  ASSERT_EQ(web1.nics.size(), 1U);
  EXPECT_EQ(web1.nics[0].name, "web1-nic");
  EXPECT_EQ(web1.nics[0].subnet, "web");
  EXPECT_EQ(web1.nics[0].ip, "10.1.1.10");
  EXPECT_EQ(web1.nics[0].target_subnet, "dr-web");
  EXPECT_EQ(web1.nics[0].target_ip, "10.2.1.10");
  EXPECT_EQ(web1.nics[0].test_subnet, "web");
  EXPECT_EQ(states.found.vms[1].nics[0].ip, "dhcp");
  EXPECT_EQ(states.found.vms[1].nics[0].target_ip, "");
  const auto hub = std::find_if(states.found.networks.begin(), states.found.networks.end(),
                                [&](const DiscoveredNetwork& each) { return each.identity == home; });
  ASSERT_NE(hub, states.found.networks.end());
  EXPECT_EQ(hub->in_use.size(), 2U);
  EXPECT_EQ(hub->in_use[0].second, web1.nics[0].identity);
}

TEST(TerraformJoined, FurtherConfigurationsLandByName) {
  const JoinedStates states = join_file("five.tfstate");
  ASSERT_EQ(states.found.vms.size(), 1U);
  ASSERT_EQ(states.found.vms[0].nics.size(), 1U);
  const DiscoveredNic& nic = states.found.vms[0].nics[0];
  EXPECT_EQ(nic.secondary, (TextItems{{"vip", "10.1.1.21"}}));
  EXPECT_EQ(nic.target_secondary, (TextItems{{"vip", "10.2.1.21"}}));
  EXPECT_EQ(nic.target_ip, "10.2.1.20");
  EXPECT_EQ(states.found.vms[0].test_network, "");
}

// The machine is of another configuration: its region is the fabric's, its name in its id; its network is not known.
TEST(TerraformJoined, AVmWhoseMachineIsInNoStateIsKnownByItsIds) {
  const std::string vm = "/subscriptions/S/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/Web1";
  const auto [states, words] = join_texts({state(
      {k_fabrics,
       resource(
           "azurerm_site_recovery_replicated_vm", "web",
           instance(fmt::format(
               R"("id":"{0}/replicationFabrics/ea/replicationProtectionContainers/c/replicationProtectedItems/i",)"
               R"("source_recovery_fabric_name":"EA","target_recovery_fabric_id":"{0}/ReplicationFabrics/sea",)"
               R"("source_vm_id":"{1}","target_network_id":"{2}","network_interface":[{{"source_network_interface_id":"/n/Web1-nic","target_subnet_name":"web"}}])",
               k_vault, vm, network_id("dr"))))})});
  EXPECT_EQ(words, "");
  ASSERT_EQ(states.found.vms.size(), 1U);
  EXPECT_EQ(states.found.vms[0].region, "eastasia");
  EXPECT_EQ(states.found.vms[0].name, "Web1");
  EXPECT_EQ(states.found.vms[0].network, "");
  EXPECT_EQ(states.found.vms[0].target_region, "southeastasia");
  ASSERT_EQ(states.found.vms[0].nics.size(), 1U);
  EXPECT_EQ(states.found.vms[0].nics[0].name, "Web1-nic");
  EXPECT_EQ(states.found.vms[0].nics[0].ip, "");
}

// The same facts in one state or in several, in whatever order, are the same stanzas.
TEST(TerraformJoined, TheOrderOfStatesChangesNothing) {
  const std::string a = state({k_fabrics, mapping("out", "app", "dr")}), b = state({network("app", "eastasia")}),
                    c = state({network("dr", "southeastasia"), mapping("back", "app2", "dr2")});
  const auto keys = [](const Joined& joined) {
    const Inferred inferred = infer(joined.states.found, {});
    std::string out;
    for (const InferredNetwork& each : inferred.networks) out += each.key + " ";
    for (const InferredPair& each : inferred.pairs)
      out += fmt::format("{}: {} -> {} ", each.key, each.source, each.target);
    return out;
  };
  const std::string first = keys(join_texts({a, b, c}));
  EXPECT_FALSE(first.empty());
  EXPECT_EQ(first, keys(join_texts({c, b, a})));
  EXPECT_EQ(first, keys(join_texts({b, a, c})));
}

}  // namespace
}  // namespace pairform::terraform
