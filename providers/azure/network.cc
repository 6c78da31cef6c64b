#include "providers/azure/network.h"

#include "providers/azure/arm_id.h"
#include "schema/value.h"

namespace pairform::azure {
namespace {

// A subnet has one prefix as a text, or several as a list; both may be there.
AzureSubnet decode_subnet(const JsonIn& from) {
  AzureSubnet out;
  out.name = from.text("name");
  const JsonIn properties = from.object("properties");
  out.prefixes = properties.texts("addressPrefixes");
  const std::string one = properties.text("addressPrefix");
  if (out.prefixes.empty() && !one.empty()) out.prefixes.push_back(one);
  for (const JsonIn& delegation : properties.list("delegations"))
    if (std::string service = delegation.object("properties").text("serviceName"); !service.empty())
      out.delegations.push_back(std::move(service));
  for (const JsonIn& user : properties.list("ipConfigurations"))
    out.users.push_back({user.text("id"), user.object("properties").text("privateIPAddress")});
  return out;
}

AzureIpConfiguration decode_ip_configuration(const JsonIn& from) {
  const JsonIn properties = from.object("properties");
  AzureIpConfiguration out;
  out.id = from.text("id");
  out.name = from.text("name");
  out.subnet = properties.object("subnet").text("id");
  out.address = properties.text("privateIPAddress");
  out.is_static = same_word(properties.text("privateIPAllocationMethod"), "Static");
  out.is_v6 = same_word(properties.text("privateIPAddressVersion"), "IPv6");
  out.primary = properties.flag("primary");
  return out;
}

}  // namespace

Decoded<VirtualNetwork> decode_network(simdjson::dom::element body) {
  Decoded<VirtualNetwork> out;
  const JsonIn root(body, out.wrong);
  const JsonIn properties = root.object("properties");
  VirtualNetwork network;
  network.id = root.text("id");
  network.name = root.text("name");
  network.region = canonical_region(root.text("location"));
  network.etag = root.text("etag");
  network.address_space = properties.object("addressSpace").texts("addressPrefixes");
  for (const JsonIn& subnet : properties.list("subnets")) network.subnets.push_back(decode_subnet(subnet));
  network.tags = root.entries("tags");
  network.provisioning_state = properties.text("provisioningState");
  const auto id = parse_arm_id(network.id);
  need(id && id->is("Microsoft.Network", "virtualNetworks"), "id", out.wrong);
  need(!network.name.empty(), "name", out.wrong);
  need(!network.region.empty(), "location", out.wrong);
  for (const AzureSubnet& subnet : network.subnets) need(!subnet.name.empty(), "properties.subnets[].name", out.wrong);
  if (out.wrong.empty()) out.thing = std::move(network);
  return out;
}

Decoded<NetworkInterface> decode_interface(simdjson::dom::element body) {
  Decoded<NetworkInterface> out;
  const JsonIn root(body, out.wrong);
  const JsonIn properties = root.object("properties");
  NetworkInterface nic;
  nic.id = root.text("id");
  nic.name = root.text("name");
  nic.region = canonical_region(root.text("location"));
  nic.machine = properties.object("virtualMachine").text("id");
  nic.primary = properties.flag("primary");
  for (const JsonIn& each : properties.list("ipConfigurations"))
    nic.configurations.push_back(decode_ip_configuration(each));
  need(parse_arm_id(nic.id).has_value(), "id", out.wrong);
  need(!nic.name.empty(), "name", out.wrong);
  need(!nic.region.empty(), "location", out.wrong);
  if (out.wrong.empty()) out.thing = std::move(nic);
  return out;
}

}  // namespace pairform::azure
