// What a person may choose in the portal for a replicated item, beside where pairform lets it land.
#pragma once
#include <fmt/format.h>

#include <string>

#include "tests/support/azure_emulator.h"

namespace pairform {

// Members of `portal`: all of that for a NIC of an item and its configurations, with this mark in the names.
inline std::string choices_for_nic(int nic, int configurations, const std::string& mark) {
  const std::string group = azure_group_id("rg-" + mark) + "/providers/Microsoft.Network/",
                    at = fmt::format("details.vmNics.{}.", nic);
  std::string out = fmt::format(
      R"("{0}selectionType": "SelectedByUser", "{0}recoveryNetworkSecurityGroupId": "{1}networkSecurityGroups/nsg",
      "{0}tfoNetworkSecurityGroupId": "{1}networkSecurityGroups/tfo", "{0}enableAcceleratedNetworkingOnRecovery": true,
      "{0}enableAcceleratedNetworkingOnTfo": true, "{0}recoveryNicName": "{2}", "{0}recoveryNicResourceGroupName": "rg-{2}",
      "{0}reuseExistingNic": true, "{0}tfoRecoveryNicName": "{2}-tfo", "{0}tfoRecoveryNicResourceGroupName": "rg-{2}",
      "{0}tfoReuseExistingNic": true, "{0}targetNicName": "{2}-target")",
      at, group, mark);
  for (int i = 0; i < configurations; ++i)
    out += fmt::format(
        R"(, "{0}recoveryPublicIPAddressId": "{1}publicIPAddresses/{2}", "{0}tfoPublicIPAddressId": "{1}publicIPAddresses/t{2}",
        "{0}recoveryLBBackendAddressPoolIds": ["{1}loadBalancers/lb/backendAddressPools/{2}"],
        "{0}tfoLBBackendAddressPoolIds": ["{1}loadBalancers/lb/backendAddressPools/t{2}"],
        "{0}isSeletedForFailover": true)",
        fmt::format("{}ipConfigs.{}.", at, i), group, i);
  return out;
}

}  // namespace pairform
