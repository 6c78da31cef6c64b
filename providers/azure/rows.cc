#include "providers/azure/rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "providers/azure/arm/error.h"
#include "providers/azure/arm_id.h"
#include "schema/value.h"

namespace pairform::azure {
namespace {

ProviderError unusable(std::string_view what, const std::string& text) {
  return invalid("AnswerNotUnderstood",
                 fmt::format("Azure's answer is not understood: {} is no {}", text.empty() ? "nothing" : text, what));
}

// None: one of them is no prefix.
std::optional<std::vector<Prefix>> prefixes_of(const std::vector<std::string>& texts, std::string& wrong) {
  std::vector<Prefix> out;
  for (const std::string& text : texts) {
    const auto prefix = parse_prefix(text);
    if (!prefix) {
      wrong = text;
      return std::nullopt;
    }
    out.push_back(prefix->prefix);
  }
  return out;
}

std::string owner_project(const VirtualNetwork& network) {
  for (const auto& [name, value] : network.tags)
    if (ascii_lower(name) == "pairform-project") return value;
  return {};
}

// The thing that an IP configuration is of: a NIC, a load balancer.
std::string holder_of(const std::string& configuration) { return ascii_lower(parent_of(configuration)); }

void add_address(std::map<std::string, std::map<Ip, std::string>>& addresses, const std::string& network,
                 const std::string& address, const std::string& owner) {
  if (network.empty()) return;
  if (const auto ip = parse_ip(address)) addresses[network].emplace(*ip, owner);
  const auto held = parse_prefix(address);  // a NIC may hold a small prefix: "172.20.2.16/28"
  if (!held || held->prefix.base.v6) return;
  for (Ip ip = first_address(held->prefix); ip <= last_address(held->prefix); ++ip.low)
    addresses[network].emplace(ip, owner);
}

}  // namespace

std::map<std::string, std::string> nic_owners(const Inventory& inventory, const ProjectNames& names) {
  std::map<std::string, std::string> vm_of;  // folded ARM id of a machine -> identity of the vm
  for (const auto& [identity, binding] : names.machines().all())
    if (binding.what == Bound::To) vm_of[binding.id] = identity;
  for (const ProtectedItem& item : inventory.items.things) {
    const std::string vm = names.vm(item);
    for (const std::string& machine : {home_of(item).id, ascii_lower(item.machine), ascii_lower(item.recovery_machine)})
      if (!machine.empty()) vm_of[machine] = vm;
  }
  std::map<std::string, std::vector<std::string>> nics_of;  // machine -> ARM ids
  for (const auto& [subscription, contents] : inventory.subscriptions)
    if (contents.interfaces)
      for (const NetworkInterface& each : contents.interfaces->things)
        if (!each.machine.empty()) nics_of[ascii_lower(each.machine)].push_back(ascii_lower(each.id));
  std::map<std::string, std::string> out;
  for (auto& [machine, nics] : nics_of) {
    const auto vm = vm_of.find(machine);
    if (vm == vm_of.end()) continue;
    std::sort(nics.begin(), nics.end());
    const std::vector<std::string> called = nic_names(nics);
    for (std::size_t i = 0; i < nics.size(); ++i) out[nics[i]] = nic_identity(vm->second, called[i]);
  }
  return out;
}

Occupancy occupancy_of(const Inventory& inventory, const std::map<std::string, std::string>& owners,
                       const std::vector<VirtualNetwork>& expanded) {
  std::map<std::string, std::map<Ip, std::string>> addresses;
  const auto owner = [&](const std::string& holder) {
    const auto at = owners.find(holder);
    return at == owners.end() ? holder : at->second;
  };
  for (const auto& [subscription, contents] : inventory.subscriptions)
    if (contents.interfaces)
      for (const NetworkInterface& nic : contents.interfaces->things)
        for (const AzureIpConfiguration& each : nic.configurations)
          add_address(addresses, ascii_lower(parent_of(each.subnet)), each.address, owner(ascii_lower(nic.id)));
  for (const VirtualNetwork& network : expanded)
    for (const AzureSubnet& subnet : network.subnets)
      for (const SubnetUser& user : subnet.users)
        add_address(addresses, ascii_lower(network.id), user.address, owner(holder_of(user.id)));
  Occupancy out;
  for (const auto& [network, held] : addresses)
    for (const auto& [ip, by] : held) out[network].push_back({to_text(ip), by});
  return out;
}

PlaceName spelled_place(const std::string& identity, std::string_view id) {
  PlaceName place = place_of(identity).value_or(PlaceName{});
  const auto spell = [](std::string& folded, const std::string& spelled) {
    if (ascii_lower(spelled) == folded) folded = spelled;
  };
  if (const auto parsed = parse_arm_id(id)) {
    spell(place.resource_group, parsed->resource_group);
    spell(place.subscription, parsed->subscription);
  }
  return place;
}

std::variant<CloudRow, ProviderError> network_row(const VirtualNetwork& network, const std::string& identity,
                                                  std::vector<Occupied> in_use) {
  std::string wrong;
  auto space = prefixes_of(network.address_space, wrong);
  if (!space) return unusable("prefix", wrong);
  std::vector<Subnet> subnets;
  CloudRow row;
  for (const AzureSubnet& subnet : network.subnets) {
    auto prefixes = prefixes_of(subnet.prefixes, wrong);
    if (!prefixes || prefixes->empty()) return unusable(fmt::format("prefix of subnet {}", subnet.name), wrong);
    subnets.push_back({subnet.name, std::move(*prefixes)});
    for (const std::string& service : subnet.delegations) row.delegated.push_back({subnet.name, service});
  }
  const PlaceName place = spelled_place(identity, network.id);
  row.type = "network";
  row.id = ascii_lower(network.id);
  row.identity = identity;
  row.attributes = {{"region", network.region},
                    {"name", network.name},
                    {"address_space", canonical_prefix_list(std::move(*space))},
                    {"subnets", canonical_subnet_map(std::move(subnets))},
                    {"resource_group", or_none(place.resource_group)},
                    {"subscription", or_none(place.subscription)}};
  row.owner_project = owner_project(network);
  row.in_use = std::move(in_use);
  return row;
}

CloudRow half_row(const NetworkMapping& mapping, const std::string& source, const std::string& target) {
  CloudRow row;
  row.type = "mapping";
  row.id = ascii_lower(mapping.id);
  row.identity = half_identity(source, mapping.recovery_region);
  row.attributes = {{"name", mapping.name}, {"source", source}, {"target", target}};
  if (!mapping.state.empty() && !same_word(mapping.state, "Paired"))
    row.note = fmt::format("the service calls this mapping \"{}\"", mapping.state);
  return row;
}

std::vector<std::string> nic_names(const std::vector<std::string>& ids) {
  std::set<std::string> taken;
  std::vector<std::string> out;
  for (const std::string& id : ids) {
    std::string name(last_segment(id));
    if (!taken.insert(ascii_lower(name)).second) {
      const auto parsed = parse_arm_id(id);
      name += '@' + (parsed ? parsed->resource_group : std::string());
      taken.insert(ascii_lower(name));
    }
    out.push_back(std::move(name));
  }
  return out;
}

}  // namespace pairform::azure
