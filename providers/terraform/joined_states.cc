#include "providers/terraform/joined_states.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "providers/azure/arm_id.h"
#include "providers/azure/identity.h"
#include "providers/azure/settings.h"
#include "providers/terraform/state_reader.h"
#include "providers/terraform/unfit_names.h"

namespace pairform::terraform {
namespace {

using azure::ArmId;
using azure::parse_arm_id;

std::string name_in(std::string_view id) { return std::string(azure::last_segment(id)); }

// Addresses of landings and facts are IPv4. "": none, or none that can be read.
std::string canonical_ip(const std::string& text) {
  const auto ip = parse_ip(text);
  return ip && !ip->v6 ? to_text(*ip) : std::string();
}

class Joiner {
 public:
  Joiner(std::span<const StateRecords> states, const JoinOptions& options, Diagnostics& diagnostics)
      : states_(states), options_(options), diagnostics_(diagnostics) {}

  JoinedStates join();

 private:
  void index();
  void index_networks();
  bool choose_vault();
  bool in_vault(const std::string& vault) const {
    return options_.vault.empty() || fold_id(vault) == fold_id(options_.vault);
  }
  // Is it to be taken? What is of another vault is counted, and what is of none is told.
  bool is_wanted(const Place& place, const std::string& vault);
  void say_other_vaults();
  struct Slot {
    std::vector<const MappingRecord*> mappings;  // of different targets
    std::vector<Place> places;                   // of all
  };
  void add_half(const MappingRecord& mapping, const std::vector<Place>& places);
  void add_unplaced(const MappingRecord& mapping, const std::string& source_region, const std::string& target_region);
  void add_halves();
  void add_vm(const ReplicationRecord& replication);
  void add_nics(DiscoveredVm& vm, const ReplicationRecord& replication, const MachineRecord* machine);
  DiscoveredNic nic_of(const DiscoveredVm& vm, const std::string& id) const;
  void set_landings(DiscoveredNic& nic, const std::vector<LandingRecord>& landings) const;
  void add_occupancy();

  // Of a network's id: its own location, else that of whoever names it.
  std::string region_of(const std::string& network, const std::string& otherwise) const;
  std::string fabric_region(const std::string& key) const;
  // Its identity; it is added where no state has it. "": it is not given, or its region is not known.
  std::string network(const std::string& id, const std::string& region, const Place& named_by);
  std::vector<std::string> nic_ids(const ReplicationRecord& replication, const MachineRecord* machine) const;
  std::string home_network(const std::vector<std::string>& nics) const;
  std::string subscription_text(const ArmId& id) const {
    return fold_id(id.subscription) == own_subscription_ ? std::string() : id.subscription;
  }
  void leave_out(const Place& place, const std::string& why, const std::string& help);

  std::span<const StateRecords> states_;
  const JoinOptions& options_;
  Diagnostics& diagnostics_;
  JoinedStates out_;
  std::string own_subscription_;                        // of the vault, folded
  std::map<std::string, std::size_t> of_other_vaults_;  // mappings and replications
  // By folded id.
  std::map<std::string, std::size_t> networks_;                   // in out_.found.networks
  std::set<std::string> unfit_;                                   // networks that no stanza may name
  std::map<std::string, std::vector<Subnet>> subnets_;            //
  std::map<std::string, const NetworkRecord*> known_;             //
  std::map<std::string, const NicRecord*> nics_;                  //
  std::map<std::string, const MachineRecord*> machines_;          //
  std::map<std::string, std::string> nic_owners_;                 // identity of the nic of a vm that is replicated
  std::map<std::string, const FabricRecord*> fabrics_;            // by key
  std::map<std::string, const ReplicationRecord*> replicas_;      // by machine
  std::map<std::string, std::vector<Place>> replication_places_;  // likewise
};

void Joiner::leave_out(const Place& place, const std::string& why, const std::string& help) {
  out_.left_out.push_back(fmt::format("{}: {}", place, why));
  diagnostics_.add({Code::NotSeen, Severity::Warning, fmt::format("{} is left out", place), why, help, {}, {}});
}

// What is read twice is taken once: the state that manages it before one that only reads it, then the first one.
void Joiner::index() {
  for (const StateRecords& state : states_) {
    for (const NetworkRecord& each : state.networks) {
      const NetworkRecord*& known = known_[fold_id(each.id)];
      if (known == nullptr || (known->is_data && !each.is_data)) known = &each;
    }
    for (const SubnetRecord& each : state.subnets) {
      std::vector<Subnet>& there = subnets_[fold_id(each.network)];
      const auto same = std::find_if(there.begin(), there.end(), [&](const Subnet& subnet) {
        return ascii_lower(subnet.name) == ascii_lower(each.name);
      });
      if (same == there.end()) there.push_back({each.name, each.prefixes});
      else if (same->prefixes.empty()) same->prefixes = each.prefixes;
    }
    for (const FabricRecord& each : state.fabrics) fabrics_.emplace(each.key, &each);
    for (const NicRecord& each : state.nics) nics_.emplace(fold_id(each.id), &each);
    for (const MachineRecord& each : state.machines) machines_.emplace(fold_id(each.id), &each);
  }
}

void Joiner::index_networks() {
  for (const auto& [id, record] : known_) network(record->id, record->region, record->place);
}

std::string Joiner::fabric_region(const std::string& key) const {
  const auto at = fabrics_.find(key);
  return at == fabrics_.end() ? std::string() : at->second->region;
}

std::string Joiner::region_of(const std::string& network, const std::string& otherwise) const {
  const auto at = known_.find(fold_id(network));
  return at == known_.end() || at->second->region.empty() ? otherwise : at->second->region;
}

std::string Joiner::network(const std::string& id, const std::string& region, const Place& named_by) {
  const auto parsed = parse_arm_id(id);
  if (!parsed || region.empty() || !parsed->is("microsoft.network", "virtualnetworks")) return {};
  const auto [at, added] = networks_.emplace(fold_id(id), out_.found.networks.size());
  if (!added) return out_.found.networks[at->second].identity;
  const auto known = known_.find(at->first);
  const NetworkRecord* record = known == known_.end() ? nullptr : known->second;
  DiscoveredNetwork network;
  network.region = region;
  network.name = record == nullptr || record->name.empty() ? parsed->name() : record->name;
  network.resource_group =
      record == nullptr || record->resource_group.empty() ? parsed->resource_group : record->resource_group;
  network.subscription = subscription_text(*parsed);
  network.identity = azure::identity_of({parsed->subscription, parsed->resource_group, region, parsed->name()});
  if (const auto subnets = subnets_.find(at->first); subnets != subnets_.end()) network.subnets = subnets->second;
  network.remark = record == nullptr ? fmt::format("named by {}", named_by) : record->place;
  if (const std::string why = why_unfit(network); !why.empty()) {
    networks_.erase(at);
    if (unfit_.insert(fold_id(id)).second)
      leave_out(network.remark, why, "correct the state, or write the stanza by hand");
    return {};
  }
  out_.found.networks.push_back(std::move(network));
  return out_.found.networks.back().identity;
}

bool Joiner::is_wanted(const Place& place, const std::string& vault) {
  if (in_vault(vault)) return true;
  if (vault.empty()) leave_out(place, "its id names no vault", "");
  else ++of_other_vaults_[vault];
  return false;
}

void Joiner::say_other_vaults() {
  if (of_other_vaults_.empty()) return;
  std::string list;
  std::size_t count = 0;
  for (const auto& [vault, each] : of_other_vaults_) {
    list += (list.empty() ? "" : "\n") + vault;
    count += each;
  }
  diagnostics_.add({Code::NotSeen,
                    Severity::Warning,
                    fmt::format("{} of other vaults {} left out",
                                count == 1 ? std::string("1 mapping or replication")
                                           : fmt::format("{} mappings and replications", count),
                                count == 1 ? "is" : "are"),
                    fmt::format("this project works on {}; they are of\n{}", options_.vault, list),
                    "a project for each vault: pairform -C DIR discover --from-tfstate FILE",
                    {},
                    {}});
}

bool Joiner::choose_vault() {
  std::map<std::string, std::string> vaults;
  for (const StateRecords& state : states_) {
    for (const MappingRecord& each : state.mappings) vaults.emplace(fold_id(each.vault), each.vault);
    for (const ReplicationRecord& each : state.replications) vaults.emplace(fold_id(each.vault), each.vault);
  }
  vaults.erase("");
  std::string list;
  for (const auto& [folded, vault] : vaults) {
    out_.vaults.push_back(vault);
    list += (list.empty() ? "" : "\n") + vault;
  }
  const std::string chosen = !options_.vault.empty() ? options_.vault : list;
  if (const auto id = parse_arm_id(chosen)) own_subscription_ = fold_id(id->subscription);
  if (!options_.vault.empty() && !vaults.empty() && !vaults.contains(fold_id(options_.vault)) &&
      options_.must_be_there) {
    diagnostics_.add({Code::Usage,
                      Severity::Error,
                      "the states hold nothing of the vault that --scope names",
                      fmt::format("they hold what is of\n{}", list),
                      "correct --scope, or leave it out",
                      {},
                      {}});
    return false;
  }
  if (!options_.vault.empty() || vaults.size() < 2) return true;
  diagnostics_.add({Code::Usage,
                    Severity::Error,
                    fmt::format("the states hold mappings or replications of {} vaults", vaults.size()),
                    fmt::format("a project works on one:\n{}", list),
                    "say which one: --scope VAULT-ID",
                    {},
                    {}});
  return false;
}

// What can be said of a mapping without its region, for a stanza that a person completes.
void Joiner::add_unplaced(const MappingRecord& mapping, const std::string& source_region,
                          const std::string& target_region) {
  const auto end = [&](const std::string& id, const std::string& region) -> std::string {
    if (!region.empty()) return network(id, region, mapping.place);
    const auto parsed = parse_arm_id(id);
    if (!parsed || !parsed->is("microsoft.network", "virtualnetworks")) return {};
    DiscoveredNetwork unknown;
    unknown.region = std::string(k_some_region);
    unknown.name = parsed->name();
    unknown.resource_group = parsed->resource_group;
    unknown.subscription = subscription_text(*parsed);
    unknown.identity = azure::identity_of({parsed->subscription, parsed->resource_group, {}, parsed->name()});
    unknown.remark = fmt::format("its region is in no state; named by {}", mapping.place);
    out_.unplaced.networks.push_back(unknown);
    return unknown.identity;
  };
  std::string source = end(mapping.source, source_region), target = end(mapping.target, target_region);
  if (!source.empty() && !target.empty())
    out_.unplaced.halves.push_back({std::move(source), std::move(target), mapping.place});
}

void Joiner::add_half(const MappingRecord& mapping, const std::vector<Place>& places) {
  const std::string source_fabric = fabric_region(mapping.source_fabric),
                    target_fabric = fabric_region(mapping.target_fabric);
  const std::string source_region = region_of(mapping.source, source_fabric),
                    target_region = region_of(mapping.target, target_fabric);
  if (source_region.empty() || target_region.empty()) {
    add_unplaced(mapping, source_region, target_region);
    return leave_out(
        mapping.place,
        fmt::format("the region of {} is in no state given", source_region.empty() ? mapping.source : mapping.target),
        "give the state that has the network or the fabric, too: a further --from-tfstate");
  }
  if (source_region == target_region)
    return leave_out(mapping.place, fmt::format("it maps {} to itself, and a mapping joins two regions", source_region),
                     "");
  const std::string source = network(mapping.source, source_region, mapping.place);
  const std::string target = network(mapping.target, target_region, mapping.place);
  if (source.empty() || target.empty()) {
    if (!source.empty()) out_.found.unread.insert({source, target_region});  // the slot is taken all the same
    return leave_out(mapping.place,
                     fmt::format("{} is left out", name_in(source.empty() ? mapping.source : mapping.target)), "");
  }
  out_.found.halves.push_back({source, target, mapping.place});
  for (const Place& place : places) out_.origins.push_back({place, source, target, {}});
}

// One mapping a slot. The same one in two states is one; two targets are told, and neither is taken.
void Joiner::add_halves() {
  std::map<std::pair<std::string, std::string>, Slot> slots;
  for (const StateRecords& state : states_)
    for (const MappingRecord& each : state.mappings) {
      if (!is_wanted(each.place, each.vault)) continue;
      std::string region = region_of(each.target, fabric_region(each.target_fabric));
      if (region.empty()) region = each.target_fabric.empty() ? fold_id(each.target) : each.target_fabric;
      Slot& slot = slots[{fold_id(each.source), region}];
      slot.places.push_back(each.place);
      std::vector<const MappingRecord*>& there = slot.mappings;
      if (std::none_of(there.begin(), there.end(),
                       [&](const MappingRecord* other) { return fold_id(other->target) == fold_id(each.target); }))
        there.push_back(&each);
    }
  for (const auto& [key, slot] : slots) {
    if (slot.mappings.size() == 1) {
      add_half(*slot.mappings.front(), slot.places);
      continue;
    }
    for (const MappingRecord* each : slot.mappings) {
      const MappingRecord& other = *slot.mappings[each == slot.mappings.front() ? 1 : 0];
      leave_out(each->place,
                fmt::format("it leads {} to {}, and {} leads it to {}", name_in(each->source), name_in(each->target),
                            other.place, name_in(other.target)),
                "the cloud has one of them; give the newer state alone");
      if (const std::string region = region_of(each->target, fabric_region(each->target_fabric)); !region.empty())
        if (const auto id = parse_arm_id(each->source))
          if (const std::string at = region_of(each->source, fabric_region(each->source_fabric)); !at.empty())
            out_.found.unread.insert(
                {azure::identity_of({id->subscription, id->resource_group, at, id->name()}), region});
    }
  }
}

// The machine's own, the primary one first, then those that only the replication names.
std::vector<std::string> Joiner::nic_ids(const ReplicationRecord& replication, const MachineRecord* machine) const {
  std::vector<std::string> out;
  std::set<std::string> seen;
  const auto add = [&](const std::string& id) {
    if (!id.empty() && seen.insert(fold_id(id)).second) out.push_back(id);
  };
  if (machine != nullptr)
    for (const std::string& id : machine->nics) add(id);
  for (const NicLandingRecord& each : replication.nics) add(each.nic);
  return out;
}

// The network of the first nic that is in a state. "": none is.
std::string Joiner::home_network(const std::vector<std::string>& nics) const {
  for (const std::string& id : nics) {
    const auto nic = nics_.find(fold_id(id));
    if (nic == nics_.end()) continue;
    for (const NicConfigurationRecord& each : nic->second->configurations)
      if (const std::string_view network = azure::parent_of(each.subnet); each.primary && !network.empty())
        return std::string(network);
  }
  return {};
}

DiscoveredNic Joiner::nic_of(const DiscoveredVm& vm, const std::string& id) const {
  DiscoveredNic out;
  const auto at = nics_.find(fold_id(id));
  out.name = at == nics_.end() || at->second->name.empty() ? name_in(id) : at->second->name;
  out.identity = azure::nic_identity(vm.identity, name_in(id));
  if (at == nics_.end()) return out;
  for (const NicConfigurationRecord& each : at->second->configurations) {
    const std::string ip = canonical_ip(each.ip);
    if (each.primary) {
      out.subnet = name_in(each.subnet);
      out.ip = each.is_static ? ip : "dhcp";
    } else if (each.is_static && !ip.empty()) {
      out.secondary.emplace_back(each.name, ip);
    }
  }
  std::sort(out.secondary.begin(), out.secondary.end());
  return out;
}

void Joiner::set_landings(DiscoveredNic& nic, const std::vector<LandingRecord>& landings) const {
  for (const LandingRecord& each : landings) {
    if (!each.primary) {
      if (const std::string ip = canonical_ip(each.ip); !ip.empty())
        nic.target_secondary.emplace_back(each.configuration, ip);
      continue;
    }
    if (!each.subnet.empty()) nic.target_subnet = each.subnet;
    nic.target_ip = canonical_ip(each.ip);
    nic.test_subnet = each.test_subnet;
    nic.test_ip = canonical_ip(each.test_ip);
  }
  std::sort(nic.target_secondary.begin(), nic.target_secondary.end());
}

void Joiner::add_nics(DiscoveredVm& vm, const ReplicationRecord& replication, const MachineRecord* machine) {
  std::map<std::string, const NicLandingRecord*> landings;
  for (const NicLandingRecord& each : replication.nics) landings.emplace(fold_id(each.nic), &each);
  for (const std::string& id : nic_ids(replication, machine)) {
    DiscoveredNic nic = nic_of(vm, id);
    if (const auto at = landings.find(fold_id(id)); at != landings.end()) set_landings(nic, at->second->landings);
    nic_owners_.emplace(fold_id(id), nic.identity);
    vm.nics.push_back(std::move(nic));
  }
}

void Joiner::add_vm(const ReplicationRecord& replication) {
  const auto id = parse_arm_id(replication.machine);
  if (!id) return;
  const auto at = machines_.find(fold_id(replication.machine));
  const MachineRecord* machine = at == machines_.end() ? nullptr : at->second;
  const std::string home = home_network(nic_ids(replication, machine));
  DiscoveredVm vm;
  vm.region = machine == nullptr || machine->region.empty() ? region_of(home, fabric_region(replication.source_fabric))
                                                            : machine->region;
  vm.target_region = region_of(replication.target_network, fabric_region(replication.target_fabric));
  if (vm.region.empty() || vm.target_region.empty())
    return leave_out(
        replication.place,
        vm.region.empty() ? "its region is in no state given" : "the region it recovers to is in no state given",
        "give the state that has the fabrics, too: a further --from-tfstate");
  if (vm.region == vm.target_region)
    return leave_out(replication.place,
                     fmt::format("it stays in {}, and pairform recovers to another region", vm.region), "");
  vm.name = machine == nullptr || machine->name.empty() ? id->name() : machine->name;
  vm.resource_group =
      machine == nullptr || machine->resource_group.empty() ? id->resource_group : machine->resource_group;
  vm.subscription = subscription_text(*id);
  vm.identity = azure::identity_of({id->subscription, id->resource_group, vm.region, id->name()});
  vm.network = network(home, region_of(home, vm.region), replication.place);
  vm.target_network = network(replication.target_network, vm.target_region, replication.place);
  vm.test_network =
      network(replication.test_network, region_of(replication.test_network, vm.target_region), replication.place);
  vm.remark = replication.place;
  if (!replication.test_network.empty())
    vm.remark += fmt::format("; its test failovers go into {}", name_in(replication.test_network));
  add_nics(vm, replication, machine);
  if (const std::string why = why_unfit(vm); !why.empty())
    return leave_out(replication.place, why, "correct the state, or write the stanza by hand");
  for (const Place& place : replication_places_.at(fold_id(replication.machine)))
    out_.origins.push_back({place, {}, {}, vm.identity});
  out_.found.vms.push_back(std::move(vm));
}

// Addresses in use, as far as states know them: those of nics.
void Joiner::add_occupancy() {
  for (const auto& [id, nic] : nics_) {
    const auto owner = nic_owners_.find(id);
    for (const NicConfigurationRecord& each : nic->configurations) {
      const auto network = networks_.find(fold_id(azure::parent_of(each.subnet)));
      const auto ip = parse_ip(each.ip);
      if (network == networks_.end() || !ip) continue;
      out_.found.networks[network->second].in_use.emplace_back(*ip, owner == nic_owners_.end() ? id : owner->second);
    }
  }
}

JoinedStates Joiner::join() {
  for (const StateRecords& state : states_)
    for (const Place& each : state.refused) out_.left_out.push_back(fmt::format("{}: it cannot be read", each));
  if (!choose_vault()) return std::move(out_);
  index();
  index_networks();
  add_halves();
  for (const StateRecords& state : states_)
    for (const ReplicationRecord& each : state.replications)
      if (is_wanted(each.place, each.vault)) {
        replicas_.emplace(fold_id(each.machine), &each);
        replication_places_[fold_id(each.machine)].push_back(each.place);
      }
  for (const auto& [machine, replication] : replicas_) add_vm(*replication);
  say_other_vaults();
  add_occupancy();
  return std::move(out_);
}

}  // namespace

std::string vault_of(std::span<const NamedValue> settings) { return azure::read_settings(settings).vault_id(); }

JoinedStates join_states(std::span<const StateRecords> states, const JoinOptions& options, Diagnostics& diagnostics) {
  return Joiner(states, options, diagnostics).join();
}

}  // namespace pairform::terraform
