#include "providers/azure/network.h"

#include <algorithm>

#include "providers/azure/arm_id.h"
#include "schema/ip.h"
#include "schema/value.h"

namespace pairform::azure {
namespace {

// A NIC may hold one address, or a small prefix of them ("172.20.2.16/28").
bool is_address(const std::string& text) {
  if (text.empty() || parse_ip(text)) return true;
  const auto prefix = parse_prefix(text);
  return prefix && (prefix->prefix.base.v6 || prefix->prefix.length >= 16);
}

// A subnet has one prefix as a text, or several as a list; both may be there.
AzureSubnet decode_subnet(const JsonIn& from, std::string& wrong) {
  AzureSubnet out;
  out.name = from.text("name");
  const JsonIn properties = from.object("properties");
  out.prefixes = properties.texts("addressPrefixes");
  const std::string one = properties.text("addressPrefix");
  if (out.prefixes.empty() && !one.empty()) out.prefixes.push_back(one);
  for (const JsonIn& delegation : properties.list("delegations"))
    if (std::string service = delegation.object("properties").text("serviceName"); !service.empty())
      out.delegations.push_back(std::move(service));
  out.security_group = properties.object("networkSecurityGroup").text("id");
  out.route_table = properties.object("routeTable").text("id");
  out.nat_gateway = properties.object("natGateway").text("id");
  need(properties.present(), "properties.subnets[].properties", wrong);
  need(!out.prefixes.empty(), "properties.subnets[].properties.addressPrefix", wrong);
  need(!properties.says_null("ipConfigurations"), "properties.subnets[].properties.ipConfigurations", wrong);
  need(!properties.says_null("delegations"), "properties.subnets[].properties.delegations", wrong);
  for (const JsonIn& user : properties.list("ipConfigurations")) {
    out.users.push_back({user.text("id"), user.object("properties").text("privateIPAddress")});
    need(!out.users.back().id.empty(), "properties.subnets[].properties.ipConfigurations[].id", wrong);
    need(is_address(out.users.back().address),
         "properties.subnets[].properties.ipConfigurations[].properties.privateIPAddress", wrong);
  }
  return out;
}

AzureIpConfiguration decode_ip_configuration(const JsonIn& from, std::string& wrong) {
  const JsonIn properties = from.object("properties");
  AzureIpConfiguration out;
  out.id = from.text("id");
  out.name = from.text("name");
  out.subnet = properties.object("subnet").text("id");
  out.address = properties.text("privateIPAddress");
  const std::string method = properties.text("privateIPAllocationMethod");
  out.is_static = same_word(method, "Static");
  need(!method.empty(), "properties.ipConfigurations[].properties.privateIPAllocationMethod", wrong);
  need(is_address(out.address) && (!out.is_static || !out.address.empty()),
       "properties.ipConfigurations[].properties.privateIPAddress", wrong);
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
  for (const JsonIn& subnet : properties.list("subnets")) network.subnets.push_back(decode_subnet(subnet, out.wrong));
  network.tags = root.entries("tags");
  network.provisioning_state = properties.text("provisioningState");
  const auto id = parse_arm_id(network.id);
  need(id && id->is("Microsoft.Network", "virtualNetworks"), "id", out.wrong);
  need(!network.name.empty(), "name", out.wrong);
  need(!network.region.empty(), "location", out.wrong);
  need(properties.present(), "properties", out.wrong);
  need(!network.address_space.empty(), "properties.addressSpace.addressPrefixes", out.wrong);
  need(properties.has("subnets"), "properties.subnets", out.wrong);
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
    nic.configurations.push_back(decode_ip_configuration(each, out.wrong));
  need(parse_arm_id(nic.id).has_value(), "id", out.wrong);
  need(!nic.name.empty(), "name", out.wrong);
  need(!nic.region.empty(), "location", out.wrong);
  need(!nic.configurations.empty(), "properties.ipConfigurations", out.wrong);
  const auto primaries = std::count_if(nic.configurations.begin(), nic.configurations.end(),
                                       [](const AzureIpConfiguration& each) { return each.primary; });
  need(primaries == 1 || nic.configurations.size() <= 1, "properties.ipConfigurations[].properties.primary", out.wrong);
  if (out.wrong.empty()) out.thing = std::move(nic);
  return out;
}

}  // namespace pairform::azure
