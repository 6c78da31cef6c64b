// Bodies of the requests that make or change something. Each is judged by Azure's own description in a test, and by rules
// that the description does not state: no empty text, `recoveryFabricName` always (optional in the schema, fatal without it:
// github.com/Azure/bicep/issues/12888).
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "providers/azure/network.h"
#include "providers/azure/settings.h"

namespace pairform::azure {

std::string fabric_body(std::string_view region);
std::string container_body();
std::string policy_body(const AzureSettings& settings);
std::string container_mapping_body(std::string_view target_container, std::string_view policy,
                                   const AzureSettings& settings);
// Of a network mapping, to make it and to lead it elsewhere. Networks: ARM ids; `recovery_fabric`: its name.
std::string mapping_body(std::string_view primary_network, std::string_view recovery_network,
                         std::string_view recovery_fabric);
// A machine that is to be replicated. Neither the name nor the size over there can be given here: Azure's description of
// the request has neither, so they go with the first PATCH (nic_list.h). The NICs, which it does not have either, likewise;
// until then all of them are for the service to place, in the subnet given here.
struct NewItem {
  std::string policy, machine, recovery_container, resource_group;  // ARM ids
  std::string network;                                              // ARM id; "": as the network's mapping says
  std::string subnet;                                               // name; "": for the service to choose
  std::string cache_account;                                        // ARM id; in the region of the machine
  std::vector<std::string> disks;                                   // ARM ids; the disk of the system is one of them
  std::string zone{};                                               // "1"; "": none
  std::string replica_disk_type{}, target_disk_type{};              // "Premium_LRS"; "": as the disk has it
};
std::string item_body(const NewItem& item);
std::string disable_body();
// A network that is made, with the tag of its project.
std::string network_body(std::string_view region, std::string_view project,
                         const std::vector<std::string>& address_space, const std::vector<AzureSubnet>& subnets);
// A subnet that is added.
std::string subnet_body(const std::vector<std::string>& prefixes);
std::string group_body(std::string_view region, std::string_view project);

}  // namespace pairform::azure
