// A vault in which machines are replicated, as others have made it: network app in eastasia and dr in southeastasia, mapped
// both ways, and machines web0, web1, … of two NICs each, in web and db, that land in dr.
#pragma once
#include <fmt/format.h>

#include <string>

#include "tests/support/azure_project.h"

namespace pairform {

inline void put_networks(AzureEmulator& azure) {
  azure.control("put", R"({"network": [
    {"group": "rg-net-eastasia", "name": "app", "region": "eastasia", "space": ["10.1.0.0/16"],
     "subnets": {"web": "10.1.0.0/21", "db": "10.1.8.0/21"}},
    {"group": "rg-net-southeastasia", "name": "dr", "region": "southeastasia", "space": ["10.2.0.0/16"],
     "subnets": {"web": "10.2.0.0/21", "db": "10.2.8.0/21"}}],
    "plumbing": {"regions": ["eastasia", "southeastasia"]}})");
}

inline void put_pair(AzureEmulator& azure) {
  const std::string app = azure_network_id("rg-net-eastasia", "app"),
                    dr = azure_network_id("rg-net-southeastasia", "dr");
  azure.control("put", fmt::format(R"({{"mapping": [{{"name": "app-to-southeastasia", "from": "{0}", "to": "{1}"}},
                                                  {{"name": "dr-to-eastasia", "from": "{1}", "to": "{0}"}}]}})",
                                   app, dr));
}

inline void put_vms(AzureEmulator& azure, int count) {
  const std::string app = azure_network_id("rg-net-eastasia", "app");
  std::string machines, items;
  for (int i = 0; i < count; ++i) {
    const std::string ip = fmt::format("{}.{}", i / 200, 10 + i % 200), comma = i == 0 ? "" : ",\n";
    machines += fmt::format(R"({0}{{"group": "rg-app", "name": "web{1}", "region": "eastasia", "nics": [
        {{"name": "web{1}-front", "subnet": "{2}/subnets/web", "ip": "10.1.{3}"}},
        {{"name": "web{1}-back", "subnet": "{2}/subnets/db", "ip": "10.1.{4}.{5}"}}]}})",
                            comma, i, app, ip, 8 + i / 200, 10 + i % 200);
    items += fmt::format(
        R"({}{{"name": "item-{}", "machine": "{}/providers/Microsoft.Compute/virtualMachines/web{}", "subnet": "web"}})",
        comma, i, azure_group_id("rg-app"), i);
  }
  azure.control("put", fmt::format(R"({{"machine": [{}]}})", machines));
  azure.control("put", fmt::format(R"({{"item": [{}]}})", items));
}

// The project of it: everything exists already.
inline std::string existing_pair() {
  return R"(
[network.app]
existing = true
region = "eastasia"

[network.dr]
existing = true
region = "southeastasia"

[mapping.app]
source = "network.app"
target = "network.dr"
)";
}

inline std::string existing_vms(int count) {
  std::string out = R"(
[defaults.vm]
existing = true
network = "network.app"
target_region = "southeastasia"
)";
  for (int i = 0; i < count; ++i) out += fmt::format("\n[vm.web{}]\n", i);
  return out;
}

}  // namespace pairform
