// `pairform discover` in a vault that people have made in a portal, names and groups in odd case: what is printed is valid,
// in Azure's own spelling, and asks for nothing but the halves that it names.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "tests/azure/vault_of_vms.h"

namespace pairform {
namespace {

constexpr const char* k_other_subscription = "00000000-0000-4000-8000-00000000000B";

std::string machine_id(std::string_view name) {
  return fmt::format("{}/providers/Microsoft.Compute/virtualMachines/{}", azure_group_id("RG-Apps"), name);
}

// Two pairs, the second of which is half, and three machines whose landings somebody has set by hand.
class AzureDiscovering : public testing::Test {
 protected:
  void SetUp() override {
    put_odd_networks();
    put_odd_mappings();
    put_odd_machines();
    before_ = azure().things();
  }
  AzureEmulator& azure() { return project_.azure(); }

  void put_odd_networks() {
    azure().control("put", R"json({"network": [
      {"group": "RG-Hub-EA", "name": "App-VNet", "region": "eastasia", "space": ["10.1.0.0/16"],
       "subnets": {"Web": "10.1.1.0/24", "db": "10.1.2.0/24"}},
      {"group": "Rg-Dr.(SEA)", "name": "App-VNet-ASR", "region": "southeastasia", "space": ["10.2.0.0/16"],
       "subnets": {"Front": "10.2.1.0/24", "db": "10.2.2.0/24"}},
      {"group": "RG-Hub-EA", "name": "Hub", "region": "eastasia", "space": ["10.3.0.0/16"],
       "subnets": {"web": "10.3.1.0/24"}},
      {"group": "RG-Other", "name": "hub-DR", "region": "southeastasia", "space": ["10.4.0.0/16"],
       "subnets": {"web": "10.4.1.0/24"}},
      {"group": "RG-Other", "name": "unused", "region": "eastasia", "space": ["10.5.0.0/16"], "subnets": {}}],
      "plumbing": {"regions": ["eastasia", "southeastasia"]}})json");
  }
  void put_odd_mappings() {
    const auto mapping = [&](const char* name, const std::string& from, const std::string& to) {
      azure().control("put",
                      fmt::format(R"({{"mapping": {{"name": "{}", "from": "{}", "to": "{}"}}}})", name, from, to));
    };
    mapping("Made-By-Hand", app_, dr_);
    mapping("and-back", dr_, app_);
    mapping("hub", azure_network_id("RG-Hub-EA", "Hub"), azure_network_id("RG-Other", "hub-DR"));
  }
  void put_odd_machines() {
    for (int i = 0; i < 3; ++i) {
      azure().control("put", fmt::format(R"({{"machine": {{"group": "RG-Apps", "name": "Web{0}", "region": "eastasia",
          "nics": [{{"name": "Web{0}-NIC", "subnet": "{1}/subnets/Web", "ip": "10.1.1.{2}"}}]}}}})",
                                         i, app_, 10 + i));
      azure().control("put", fmt::format(R"({{"item": {{"name": "Item-{0}", "machine": "{1}", "network": "{2}",
                                             "subnet": "Front"}}}})",
                                         i, machine_id(fmt::format("Web{}", i)), dr_));
      land(i, fmt::format("10.2.1.{}", i == 2 ? 77 : 10 + i));
    }
  }
  // In the portal: the address with which a machine comes up.
  void land(int i, const std::string& ip) {
    const std::string config = "details.vmNics.0.ipConfigs.0.";
    azure().control(
        "portal",
        fmt::format(R"({{"id": "{}/replicationFabrics/asr-a2a-default-eastasia/replicationProtectionContainers/)"
                    R"(asr-a2a-default-eastasia-container/replicationProtectedItems/Item-{}", "set": {{
            "{}recoveryStaticIPAddress": "{}", "{}recoveryIPAddressType": "Static"}}}})",
                    k_azure_vault, i, config, ip, config));
  }
  std::string discovered() {
    const Ran ran = project_.run({"discover"});
    EXPECT_EQ(ran.exit_code, 0) << ran.out << ran.err;
    return ran.out;
  }

  // What Terraform would hold if it had made all of it.
  std::string terraform_state() const;

  AzureProject project_;
  const std::string app_ = azure_network_id("RG-Hub-EA", "App-VNet"),
                    dr_ = azure_network_id("Rg-Dr.(SEA)", "App-VNet-ASR");
  std::string before_;
};

std::string AzureDiscovering::terraform_state() const {
  std::string all;
  const auto add = [&](const char* type, const std::string& name, const std::string& attributes) {
    all += fmt::format(
        R"({}{{"mode":"managed","type":"azurerm_{}","name":"{}","instances":[{{"schema_version":0,"attributes":{{{}}}}}]}})",
        all.empty() ? "" : ",", type, name, attributes);
  };
  const auto network = [&](const char* label, const char* group, const char* name, const char* region,
                           const std::vector<std::string>& subnets) {
    std::string list;
    for (const std::string& subnet : subnets) {
      const std::size_t is = subnet.find('=');
      list += fmt::format(R"({}{{"name":"{}","address_prefixes":["{}"]}})", list.empty() ? "" : ",",
                          subnet.substr(0, is), subnet.substr(is + 1));
    }
    add("virtual_network", label,
        fmt::format(R"("id":"{}","name":"{}","location":"{}","resource_group_name":"{}","subnet":[{}])",
                    azure_network_id(group, name), name, region, group, list));
  };
  network("app", "RG-Hub-EA", "App-VNet", "East Asia", {"Web=10.1.1.0/24", "db=10.1.2.0/24"});
  network("dr", "Rg-Dr.(SEA)", "App-VNet-ASR", "southeastasia", {"Front=10.2.1.0/24", "db=10.2.2.0/24"});
  network("hub", "RG-Hub-EA", "Hub", "eastasia", {"web=10.3.1.0/24"});
  network("hub-dr", "RG-Other", "hub-DR", "southeastasia", {"web=10.4.1.0/24"});
  network("unused", "RG-Other", "unused", "eastasia", {});
  const std::string fabrics = std::string(k_azure_vault) + "/replicationFabrics/asr-a2a-default-";
  for (const char* region : {"eastasia", "southeastasia"})
    add("site_recovery_fabric", region, fmt::format(R"("id":"{}{}","location":"{}")", fabrics, region, region));
  const auto mapping = [&](const char* label, const std::string& from, const std::string& to, bool out) {
    const char *home = out ? "eastasia" : "southeastasia", *away = out ? "southeastasia" : "eastasia";
    add("site_recovery_network_mapping", label,
        fmt::format(R"("id":"{0}{1}/replicationNetworks/azureNetwork/replicationNetworkMappings/{2}",)"
                    R"("source_recovery_fabric_name":"asr-a2a-default-{1}","target_recovery_fabric_name":)"
                    R"("asr-a2a-default-{3}","source_network_id":"{4}","target_network_id":"{5}")",
                    fabrics, home, label, away, from, to));
  };
  mapping("out", app_, dr_, true);
  mapping("back", dr_, app_, false);
  mapping("hub", azure_network_id("RG-Hub-EA", "Hub"), azure_network_id("RG-Other", "hub-DR"), true);
  for (int i = 0; i < 3; ++i) {
    const std::string nic =
        fmt::format("{}/providers/Microsoft.Network/networkInterfaces/Web{}-NIC", azure_group_id("RG-Apps"), i);
    const std::string machine = machine_id(fmt::format("Web{}", i));
    add("network_interface", fmt::format("web{}", i),
        fmt::format(R"("id":"{}","name":"Web{}-NIC","location":"eastasia","ip_configuration":[{{"name":"ipconfig1",)"
                    R"("primary":true,"private_ip_address":"10.1.1.{}","private_ip_address_allocation":"Static",)"
                    R"("subnet_id":"{}/subnets/Web"}}])",
                    nic, i, 10 + i, app_));
    add("linux_virtual_machine", fmt::format("web{}", i),
        fmt::format(R"("id":"{}","name":"Web{}","location":"eastasia","resource_group_name":"RG-Apps",)"
                    R"("network_interface_ids":["{}"])",
                    machine, i, nic));
    add("site_recovery_replicated_vm", fmt::format("web{}", i),
        fmt::format(R"("id":"{0}eastasia/replicationProtectionContainers/c/replicationProtectedItems/Item-{1}",)"
                    R"("source_vm_id":"{2}","source_recovery_fabric_name":"asr-a2a-default-eastasia",)"
                    R"("target_recovery_fabric_id":"{0}southeastasia","target_network_id":"{3}",)"
                    R"("network_interface":[{{"source_network_interface_id":"{4}","target_subnet_name":"Front",)"
                    R"("target_static_ip":"10.2.1.{5}"}}])",
                    fabrics, i, machine, dr_, nic, i == 2 ? 77 : 10 + i));
  }
  return fmt::format(R"({{"version":4,"resources":[{}]}})", all);
}

// Without what says where a stanza comes from.
std::string without_places(const std::string& text) {
  std::string out;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);)
    if (!line.starts_with("# ") || line.find(" in prod.tfstate") == std::string::npos) out += line + "\n";
  return out;
}

TEST_F(AzureDiscovering, AStateOfTerraformWithTheSameFactsGivesTheSameStanzas) {
  const std::string of_cloud = discovered();
  project_.program().write("prod.tfstate", terraform_state());
  azure().forget();
  const Ran of_state = project_.run({"discover", "--from-tfstate", "prod.tfstate"});
  EXPECT_EQ(of_state.exit_code, 0) << of_state.err;
  EXPECT_EQ(project_.calls("GET", "."), 0U) << "no cloud is asked";
  EXPECT_EQ(without_places(of_state.out), of_cloud);
  // And what the cloud gave is declared for the state.
  project_.write({}, of_cloud);
  const Ran again = project_.run({"discover", "--from-tfstate", "prod.tfstate"});
  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_EQ(again.out, "");
}

TEST_F(AzureDiscovering, NamesStandAsAzureSpellsThem) {
  EXPECT_EQ(discovered(), R"toml([network.App-VNet]
existing = true
region = "eastasia"
resource_group = "RG-Hub-EA"

[network.App-VNet-ASR]
existing = true
region = "southeastasia"
resource_group = "Rg-Dr.(SEA)"

[network.Hub]
existing = true
region = "eastasia"
resource_group = "RG-Hub-EA"

[network.hub-DR]
existing = true
region = "southeastasia"
resource_group = "RG-Other"

[mapping.App-VNet]
source = "network.App-VNet"
target = "network.App-VNet-ASR"
subnets = { Web = "Front" }
addresses = "same-host"

# Half a pair: network.hub-DR has no way back to network.Hub. The plan makes it.
[mapping.Hub]
source = "network.Hub"
target = "network.hub-DR"

[defaults.vm]
existing = true
network = "network.App-VNet"
target_region = "southeastasia"

[vm]
Web0 = { resource_group = "RG-Apps" }
Web1 = { resource_group = "RG-Apps" }
Web2 = { resource_group = "RG-Apps", nic.Web2-NIC.target_ip = "10.2.1.77" }
)toml");
}

TEST_F(AzureDiscovering, FromNothingToAnEmptyPlanAndNothingMoves) {
  project_.write({}, discovered());
  EXPECT_EQ(project_.run({"validate"}).exit_code, 0);
  const Ran plan = project_.run({"plan"});
  EXPECT_EQ(plan.exit_code, 0) << plan.err;
  EXPECT_NE(plan.out.find("\nPlan: 1 to create, 0 to update, 0 to replace, 0 to delete, 0 to move, 0 to forget, "),
            std::string::npos)
      << plan.out;
  azure().forget();
  const Ran adopted = project_.run({"apply", "--adopt-only", "--auto-approve"});
  EXPECT_EQ(adopted.exit_code, 0) << adopted.out << adopted.err;
  EXPECT_EQ(project_.calls("PUT", ".") + project_.calls("PATCH", ".") + project_.calls("DELETE", "."), 0U);
  EXPECT_EQ(azure().things(), before_);
  const Ran again = project_.run({"discover"});
  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_EQ(again.out, "");
  EXPECT_NE(again.err.find("Nothing new"), std::string::npos) << again.err;
  // Only what is asked for is repaired.
  EXPECT_EQ(project_.run({"apply", "--target", "mapping.Hub", "--auto-approve"}).exit_code, 0);
  EXPECT_EQ(project_.run({"plan", "--detailed-exitcode"}).exit_code, 0);
}

// What files say of resource groups in another case is the same network, and nothing looks changed.
TEST_F(AzureDiscovering, AGroupInAnotherCaseIsNoChange) {
  std::string text = discovered();
  for (const char* group : {"RG-Hub-EA", "Rg-Dr.(SEA)", "RG-Other", "RG-Apps"})
    for (std::size_t at = text.find(group); at != std::string::npos; at = text.find(group, at + 1))
      std::transform(group, group + std::string_view(group).size(), text.begin() + static_cast<std::ptrdiff_t>(at),
                     [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  project_.write({}, text);
  EXPECT_EQ(project_.run({"apply", "--auto-approve"}).exit_code, 0);
  EXPECT_EQ(project_.run({"plan", "--detailed-exitcode"}).exit_code, 0);
  EXPECT_EQ(project_.run({"discover"}).out, "");
}

TEST_F(AzureDiscovering, AnotherSubscriptionIsSaidAndTheVaultsIsNot) {
  azure().control("put", fmt::format(R"({{"network": {{"subscription": "{}", "group": "RG-Far", "name": "Far",
      "region": "southeastasia", "space": ["10.9.0.0/16"], "subnets": {{"web": "10.9.1.0/24"}}}}}})",
                                     k_other_subscription));
  const std::string far = fmt::format(
      "/subscriptions/{}/resourceGroups/RG-Far/providers/Microsoft.Network/virtualNetworks/Far", k_other_subscription);
  azure().control("put", R"({"network": {"group": "RG-Hub-EA", "name": "Near", "region": "eastasia",
      "space": ["10.8.0.0/16"], "subnets": {"web": "10.8.1.0/24"}}})");
  azure().control("put", fmt::format(R"({{"mapping": {{"name": "far", "from": "{}", "to": "{}"}}}})",
                                     azure_network_id("RG-Hub-EA", "Near"), far));
  const std::string text = discovered();
  EXPECT_NE(text.find(fmt::format("[network.Far]\nexisting = true\nregion = \"southeastasia\"\n"
                                  "resource_group = \"RG-Far\"\nsubscription = \"{}\"\n",
                                  k_other_subscription)),
            std::string::npos)
      << text;
  EXPECT_EQ(text.find(k_azure_subscription), std::string::npos) << text;
  project_.write({}, text);
  EXPECT_EQ(project_.run({"apply", "--adopt-only", "--auto-approve"}).exit_code, 0);
  EXPECT_EQ(project_.run({"discover"}).out, "");
}

std::set<std::string> lines_of(const std::string& text) {
  std::istringstream in(text);
  std::set<std::string> out;
  for (std::string line; std::getline(in, line);) out.insert(line);
  return out;
}

// A part that may not be read: what is printed is a part of what is there, and no half looks free that may be held.
TEST_F(AzureDiscovering, WhatIsDeniedIsNamedAndTheRestIsASubset) {
  const std::set<std::string> whole = lines_of(discovered());
  for (const std::string& scope :
       {azure_group_id("Rg-Dr.(SEA)"), azure_network_id("RG-Hub-EA", "App-VNet"), azure_group_id("RG-Other")}) {
    azure().control("deny", fmt::format(R"({{"scope": "{}", "what": "read"}})", scope));
    const Ran ran = project_.run({"discover"});
    EXPECT_EQ(ran.exit_code, 1) << scope << ran.out;
    EXPECT_TRUE(ran.out.starts_with("# Not read: ")) << scope << ran.out;
    for (const std::string& line : lines_of(ran.out))
      EXPECT_TRUE(whole.contains(line) || line.starts_with("# Not read: ")) << scope << ": " << line;
    azure().control("allow");
  }
}

}  // namespace
}  // namespace pairform
