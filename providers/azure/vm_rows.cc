#include <fmt/format.h>

#include <algorithm>

#include "providers/azure/arm_id.h"
#include "providers/azure/handle.h"
#include "providers/azure/item_steps.h"
#include "providers/azure/rows.h"
#include "schema/value.h"

namespace pairform::azure {
namespace {

bool is_v4(const std::string& text) {
  const auto ip = parse_ip(text);
  return ip && !ip->v6;
}

const AzureIpConfiguration* primary_of(const NetworkInterface& interface) {
  for (const AzureIpConfiguration& each : interface.configurations)
    if (each.primary) return &each;
  return interface.configurations.empty() ? nullptr : &interface.configurations.front();
}

// {"vip":"10.1.1.11"} of the further configurations with a static address of version 4; none: there is none. Dynamic ones
// and those of version 6 are carried through by writes, and not shown.
template <class Configurations, class Address>
std::optional<std::string> secondary_of(const Configurations& configurations, const void* primary, Address address) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const auto& each : configurations)
    if (&each != primary && is_v4(address(each))) out.emplace_back(each.name, address(each));
  return out.empty() ? std::nullopt : std::optional(canonical_text_map(std::move(out)));
}

std::string static_address(const ItemConfiguration& each) { return each.dynamic ? std::string() : each.address; }

// Why a NIC of a machine that is protected lands nowhere; "" where it lands, or where the service does not say yet.
std::string why_nowhere(const ProtectedItem& item, const ItemNic& nic) {
  if (item.status.status != Status::Settled || nic.lands()) return {};
  const bool selected = nic.selected && nic.primary() != nullptr && nic.primary()->selected;
  return selected ? "no recovery network is given for it" : "it is not selected for failover";
}

void add_note(std::string& note, const std::string& more) {
  if (!more.empty()) note += (note.empty() ? "" : "; ") + more;
}

std::string note_of(const ProtectedItem& item) {
  std::string out = item.status.status == Status::Busy ? item.going_on() : item.status.because;
  if (!item.recovery_health.empty() && !same_word(item.recovery_health, "Normal"))
    add_note(out, "replication health: " + item.recovery_health);
  return out;
}

std::vector<std::string> nic_ids(const ProtectedItem& item) {
  std::vector<std::string> out;
  for (const ItemNic& nic : item.nics) out.push_back(nic.source);
  return out;
}

}  // namespace

VmRows::VmRows(const Inventory& inventory, const ProjectNames& names, const AzureSettings& settings)
    : names_(names), settings_(settings) {
  for (const auto& [subscription, contents] : inventory.subscriptions) {
    if (contents.networks)
      for (const VirtualNetwork& each : contents.networks->things) networks_[ascii_lower(each.id)] = &each;
    if (contents.machines && !contents.machines->error && contents.machines->misread.empty())
      whole_.insert(subscription);
    if (contents.machines)
      for (const VirtualMachine& each : contents.machines->things) machines_[ascii_lower(each.id)] = &each;
    if (contents.interfaces)
      for (const NetworkInterface& each : contents.interfaces->things) {
        interfaces_[ascii_lower(each.id)] = &each;
        if (!each.machine.empty()) interfaces_of_[ascii_lower(each.machine)].push_back(&each);
      }
  }
  for (auto& [machine, nics] : interfaces_of_)
    std::sort(nics.begin(), nics.end(), [](const NetworkInterface* a, const NetworkInterface* b) {
      return ascii_lower(a->id) < ascii_lower(b->id);
    });
  for (const ProtectedItem& item : inventory.items.things)
    for (const std::string& machine : {home_of(item).id, ascii_lower(item.machine), ascii_lower(item.recovery_machine),
                                       ascii_lower(item.test_machine)})
      of_items_.insert(machine);
}

const VirtualMachine* VmRows::find_machine(const std::string& folded) const {
  const auto at = machines_.find(folded);
  return at == machines_.end() ? nullptr : at->second;
}

const VirtualNetwork* VmRows::find_network(const std::string& folded) const {
  const auto at = networks_.find(folded);
  return at == networks_.end() ? nullptr : at->second;
}

bool VmRows::has_lost_its_machine(const ProtectedItem& item) const {
  const std::string machine = home_of(item).id;
  return item.status.status == Status::Settled && !item.reversed() && whole_.contains(subscription_of(machine)) &&
         find_machine(machine) == nullptr;
}

std::vector<std::string> VmRows::not_replicated(const ProtectedItem& item) const {
  std::vector<std::string> out;
  const VirtualMachine* machine = find_machine(home_of(item).id);
  if (machine == nullptr || item.status.status != Status::Settled || item.reversed()) return out;
  for (const std::string& nic : machine->nics)
    if (std::none_of(item.nics.begin(), item.nics.end(),
                     [&](const ItemNic& each) { return same_word(each.source, nic); }))
      out.emplace_back(last_segment(nic));
  return out;
}

std::string VmRows::spelled_machine(const std::string& folded) const {
  const VirtualMachine* machine = find_machine(folded);
  return machine == nullptr ? folded : machine->id;
}

std::string VmRows::first_subnet_of(const std::string& folded) const {
  const VirtualMachine* machine = find_machine(folded);
  if (machine == nullptr || machine->nics.empty()) return {};
  const auto nic = interfaces_.find(ascii_lower(machine->nics.front()));
  const AzureIpConfiguration* primary = nic == interfaces_.end() ? nullptr : primary_of(*nic->second);
  return primary == nullptr ? std::string() : std::string(last_segment(primary->subnet));
}

std::vector<const NetworkInterface*> VmRows::interfaces_of(const std::string& machine) const {
  const auto at = interfaces_of_.find(machine);
  return at == interfaces_of_.end() ? std::vector<const NetworkInterface*>() : at->second;
}

CloudRow VmRows::vm_row(const std::string& identity, const std::string& region, const std::string& name,
                        std::string_view machine) const {
  const PlaceName place = spelled_place(identity, machine);
  CloudRow row;
  row.type = "vm";
  row.identity = identity;
  row.attributes = {{"region", region},
                    {"name", name},
                    {"resource_group", or_none(place.resource_group)},
                    {"subscription", or_none(place.subscription)}};
  return row;
}

// Identity of the network that its primary address is in; "" where it has none.
std::string VmRows::network_of(const NetworkInterface& interface) const {
  const AzureIpConfiguration* primary = primary_of(interface);
  if (primary == nullptr || primary->subnet.empty()) return {};
  return names_.network(std::string(parent_of(primary->subnet)), interface.region);
}

// As the network spells it; what names it may be folded.
std::string VmRows::spelled_subnet(const std::string& network, const std::string& subnet) const {
  const auto at = networks_.find(ascii_lower(network));
  if (at != networks_.end())
    for (const AzureSubnet& each : at->second->subnets)
      if (ascii_lower(each.name) == ascii_lower(subnet)) return each.name;
  return subnet;
}

CloudRow VmRows::nic_row(const std::string& vm, const std::string& name, const NetworkInterface* facts) const {
  CloudRow row;
  row.type = "nic";
  row.identity = nic_identity(vm, name);
  row.facts_only = true;
  row.attributes = {{"vm", vm}, {"name", facts == nullptr || name.find('@') != name.npos ? name : facts->name}};
  if (facts == nullptr) return row;
  row.id = ascii_lower(facts->id);
  const AzureIpConfiguration* primary = primary_of(*facts);
  if (primary == nullptr) return row;
  row.attributes.push_back(
      {"subnet", spelled_subnet(std::string(parent_of(primary->subnet)), std::string(last_segment(primary->subnet)))});
  row.attributes.push_back(
      {"ip", primary->is_static && is_v4(primary->address) ? primary->address : std::string(k_dynamic)});
  row.attributes.push_back({"secondary", secondary_of(facts->configurations, primary, [](const auto& each) {
                              return each.is_static ? each.address : std::string();
                            })});
  return row;
}

// What the item itself tells of a NIC that may not be read.
void add_item_facts(CloudRow& row, const std::string& subnet, const ItemNic& nic, const ItemConfiguration& primary) {
  if (subnet.empty()) return;
  row.attributes.push_back({"subnet", subnet});
  const std::string address = static_address(primary);
  row.attributes.push_back({"ip", is_v4(address) ? address : std::string(k_dynamic)});
  row.attributes.push_back({"secondary", secondary_of(nic.configurations, &primary, static_address)});
}

void VmRows::add_landing(CloudRow& row, const ProtectedItem& item, const ItemNic& nic) const {
  const ItemConfiguration& primary = *nic.primary();
  row.facts_only = false;
  row.attributes.push_back({"target_subnet", spelled_subnet(nic.recovery_network, primary.recovery_subnet)});
  if (is_v4(primary.recovery_address)) row.attributes.push_back({"target_ip", primary.recovery_address});
  row.attributes.push_back({"target_secondary", secondary_of(nic.configurations, &primary, [](const auto& each) {
                              // One that is not selected does not come up.
                              return each.selected ? each.recovery_address : std::string();
                            })});
  if (!primary.test_subnet.empty())
    row.attributes.push_back({"test_subnet", spelled_subnet(nic.test_network, primary.test_subnet)});
  if (is_v4(primary.test_address)) row.attributes.push_back({"test_ip", primary.test_address});
  if (!item.selected_network.empty() && ascii_lower(nic.recovery_network) != ascii_lower(item.selected_network))
    row.note = fmt::format("lands in another network than its vm: {}", last_segment(nic.recovery_network));
}

// Protected from the region that it was failed over to: it lives where it would have landed, and its landing is the way home.
void VmRows::add_reversed(CloudRow& row, const ProtectedItem& item, const ItemNic& nic) const {
  const ItemConfiguration& primary = *nic.primary();
  row.facts_only = false;
  row.attributes.push_back({"target_subnet", spelled_subnet(nic.network, primary.subnet)});
  if (const std::string address = static_address(primary); is_v4(address))
    row.attributes.push_back({"target_ip", address});
  row.attributes.push_back({"target_secondary", secondary_of(nic.configurations, &primary, static_address)});
  if (!nic.lands()) return;
  row.home = HomeLanding{
      names_.network(nic.recovery_network, item.recovery_region),
      spelled_subnet(nic.recovery_network, primary.recovery_subnet),
      is_v4(primary.recovery_address) ? primary.recovery_address : std::string(),
      secondary_of(nic.configurations, &primary, [](const auto& each) { return each.recovery_address; }).value_or("")};
}

// One NIC of an item, and the networks that it tells of.
CloudRow VmRows::item_nic(const ProtectedItem& item, const ItemNic& nic, const std::string& name,
                          const NetworkInterface* facts, Ends& ends) const {
  CloudRow row = nic_row(names_.vm(item), name, facts);
  row.note = why_nowhere(item, nic);
  if (row.id.empty()) row.id = ascii_lower(nic.source);
  if (facts != nullptr && ends.network.empty()) ends.network = network_of(*facts);
  const ItemConfiguration* primary = nic.primary();
  if (item.reversed()) {
    if (primary == nullptr || nic.network.empty() || primary->subnet.empty()) return row;
    add_reversed(row, item, nic);
    if (ends.target.empty()) ends.target = names_.network(nic.network, item.primary_region);
    return row;
  }
  if (ends.network.empty() && !nic.network.empty()) ends.network = names_.network(nic.network, item.primary_region);
  if (primary == nullptr) return row;
  if (facts == nullptr) add_item_facts(row, spelled_subnet(nic.network, primary->subnet), nic, *primary);
  if (!nic.lands()) return row;
  add_landing(row, item, nic);
  if (ends.target.empty()) ends.target = names_.network(nic.recovery_network, item.recovery_region);
  return row;
}

// Its NICs as the item lists them. Protected the other way round it lists those of the copy, which have the names of those
// at home. While it is seeded it lists none: then they are those of the machine.
std::vector<CloudRow> VmRows::item_nics(const ProtectedItem& item, const HomeMachine& home, Ends& ends) const {
  std::vector<CloudRow> out;
  std::map<std::string, const NetworkInterface*> at_home;  // by folded name
  for (const NetworkInterface* each : interfaces_of(home.id)) at_home.emplace(ascii_lower(each->name), each);
  const std::vector<std::string> called = nic_names(nic_ids(item));
  for (std::size_t i = 0; i < item.nics.size(); ++i) {
    const auto& index = item.reversed() ? at_home : interfaces_;
    const auto facts = index.find(ascii_lower(item.reversed() ? called[i] : item.nics[i].source));
    out.push_back(item_nic(item, item.nics[i], called[i], facts == index.end() ? nullptr : facts->second, ends));
  }
  if (!item.nics.empty()) return out;
  for (const NetworkInterface* each : interfaces_of(home.id)) {
    out.push_back(nic_row(names_.vm(item), each->name, each));
    if (ends.network.empty()) ends.network = network_of(*each);
  }
  return out;
}

std::vector<CloudRow> VmRows::of(const ProtectedItem& item) const {
  const HomeMachine home = home_of(item);
  const auto machine = machines_.find(home.id);
  const bool is_listed = machine != machines_.end();
  CloudRow row = vm_row(names_.vm(item), home.region, is_listed ? machine->second->name : home.name,
                        is_listed ? machine->second->id : home.id);
  row.id = vm_id(settings_, item.name);
  row.status = item.status.status;
  row.made_elsewhere = !same_word(item.name, item_name(settings_.vault_id(), home.id));
  row.failover_failed = item.status.failover_failed;
  // Where pairform has begun something about it and does not know of its job: by this it is asked about with all others.
  if (row.status == Status::Busy)
    row.operation = handle_text({Handle::Kind::Vm, Operation::Create, ascii_lower(item.id), tag_of(row.identity), {}},
                                settings_.vault_id());
  row.note = note_of(item);
  Ends ends;
  if (is_listed) ends.network = home_network(*machine->second);
  std::vector<CloudRow> out = item_nics(item, home, ends);
  for (const CloudRow& nic : out)
    if (nic.facts_only && !nic.note.empty())
      add_note(row.note,
               fmt::format("nic {} lands nowhere: {}", find_value(nic.attributes, "name").value_or(""), nic.note));
  if (has_lost_its_machine(item)) add_note(row.note, "the machine is not there any more, its replication is");
  for (const std::string& nic : not_replicated(item))
    add_note(row.note, fmt::format("nic {} is not replicated: the machine got it later", nic));
  add_note(row.note, others_note(names_.machines(), row.identity));
  const bool reversed = item.reversed();
  if (!reversed && !item.selected_network.empty())
    ends.target = names_.network(item.selected_network, item.recovery_region);
  row.attributes.push_back({"network", or_none(ends.network)});
  row.attributes.push_back({"target_region", reversed ? item.primary_region : item.recovery_region});
  row.attributes.push_back({"target_network", or_none(ends.target)});
  if (!item.test_network.empty() && !reversed)
    row.attributes.push_back({"test_network", names_.network(item.test_network, item.recovery_region)});
  out.insert(out.begin(), std::move(row));
  return out;
}

// Of its first NIC; "" where that may not be read.
std::string VmRows::home_network(const VirtualMachine& machine) const {
  if (machine.nics.empty()) return {};
  const auto first = interfaces_.find(ascii_lower(machine.nics.front()));
  return first == interfaces_.end() ? std::string() : network_of(*first->second);
}

std::vector<CloudRow> VmRows::of(const VirtualMachine& machine) const {
  const std::string identity = names_.machine(machine);
  CloudRow row = vm_row(identity, machine.region, machine.name, machine.id);
  row.facts_only = true;
  row.id = ascii_lower(machine.id);
  row.note = others_note(names_.machines(), identity);
  row.attributes.push_back({"network", or_none(home_network(machine))});
  std::vector<CloudRow> out;
  std::vector<std::string> ids = machine.nics;
  std::sort(ids.begin(), ids.end(), [](const auto& a, const auto& b) { return ascii_lower(a) < ascii_lower(b); });
  const std::vector<std::string> called = nic_names(ids);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const auto at = interfaces_.find(ascii_lower(ids[i]));
    out.push_back(nic_row(identity, called[i], at == interfaces_.end() ? nullptr : at->second));
    if (out.back().id.empty()) out.back().id = ascii_lower(ids[i]);
  }
  out.insert(out.begin(), std::move(row));
  return out;
}

}  // namespace pairform::azure
