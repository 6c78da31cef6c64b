// Virtual networks and network interfaces, as Microsoft.Network answers them.
//
// It leaves out what there is none of, and writes no null (vnet-get-created, vnet-get-with-nic, nic-get; the examples of its
// description): a subnet in which nothing sits has no member `ipConfigurations`. What decisions rest on is always there:
// `properties`, the address space, `subnets` (empty of a network without any), a NIC's configurations with how their addresses
// are allocated. Where one of these lacks, or null stands in its place, the thing was not understood: a network is never taken
// for an empty one, nor an address for a free one.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "providers/azure/decoded.h"
#include "providers/azure/json_in.h"

namespace pairform::azure {

// An IP configuration that sits in a subnet.
struct SubnetUser {
  std::string id;       // in capitals
  std::string address;  // only where it was asked for ($expand=subnets/ipConfigurations); empty: it has none
};

struct AzureSubnet {
  std::string name;
  std::vector<std::string> prefixes;     // one, or several, IPv6 ones too
  std::vector<std::string> delegations;  // names of services: "Microsoft.Web/serverFarms"
  std::vector<SubnetUser> users;
  std::string security_group, route_table, nat_gateway;  // ids; empty: it has none
};

struct VirtualNetwork {
  std::string id, name, region, etag;  // the region is canonical
  std::vector<std::string> address_space;
  std::vector<AzureSubnet> subnets;
  std::vector<std::pair<std::string, std::string>> tags;
  std::string provisioning_state;  // "Succeeded"
};

struct AzureIpConfiguration {
  std::string id, name, subnet;  // the subnet's id
  std::string address;           // empty: none at the moment
  bool is_static = false, is_v6 = false, primary = false;
};

struct NetworkInterface {
  std::string id, name, region;
  std::string machine;   // ARM id of the virtual machine it belongs to; empty: none, or of something else
  bool primary = false;  // the machine's first
  std::vector<AzureIpConfiguration> configurations;
};

Decoded<VirtualNetwork> decode_network(simdjson::dom::element body);
Decoded<NetworkInterface> decode_interface(simdjson::dom::element body);

}  // namespace pairform::azure
