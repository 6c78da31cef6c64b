// Section 4 of the contract as it is written: what covers a slot, what its target is, which rows derive from it and
// because of which vm. Maps of texts, one slot after the other; nothing of the engine but the canonical text of shapes.
#pragma once
#include <algorithm>
#include <set>

#include "schema/value.h"
#include "tests/property/project.h"

namespace pairform::property {

struct NaiveDerivation {
  std::map<std::string, std::string> because;  // address of a derived network or pair -> vm
  std::map<std::string, std::string> targets;  // address of a vm -> id of its target network
  std::set<std::string> errors;                // "<what> <vm>"
};

class NaiveDeriver {
 public:
  NaiveDeriver(const World& world, const ModelCloud& cloud, const std::map<std::string, RecordedThing>& recorded)
      : world_(world), cloud_(cloud), recorded_(recorded) {
    for (const WorldNetwork& network : world.networks) {
      networks_[network.id()] = "";
      addresses_.insert("network." + network.key);
    }
    for (const WorldPair& pair : world.pairs) addresses_.insert("mapping." + pair.key);
    for (const auto& [slot, half] : world.halves()) held_[slot] = half.target;
  }

  NaiveDerivation run() {
    std::map<std::string, const WorldVm*> vms;
    for (const WorldVm& vm : world_.vms) vms[vm.key] = &vm;
    std::vector<std::string> order;
    std::map<std::string, std::vector<const WorldVm*>> asked;  // by slot
    for (const auto& [key, vm] : vms) {
      const WorldNetwork* home = home_of(*vm);
      if (home == nullptr || vm->existing) continue;
      const std::string slot = home->id() + ":" + vm->target_region;
      if (asked[slot].empty()) order.push_back(slot);
      asked[slot].push_back(vm);
    }
    for (const auto& [slot, vms_of_slot] : asked) asked_.insert(slot);
    for (const std::string& slot : order) cover(slot, *home_of(*asked[slot].front()), asked[slot]);
    for (const auto& [key, vm] : vms)
      if (vm->existing && home_of(*vm) != nullptr) keep(*vm);
    return out_;
  }

 private:
  const WorldNetwork* home_of(const WorldVm& vm) {
    const auto machine = cloud_.vms.find(vm.identity());
    const WorldNetwork* declared = world_.find(vm.network);
    const std::string id = machine != cloud_.vms.end() ? machine->second.network
                           : declared != nullptr       ? declared->id()
                                                       : "";
    for (const WorldNetwork& network : world_.networks)
      if (network.id() == id) return &network;
    return nullptr;
  }
  void error(const char* what, const WorldVm& vm) { out_.errors.insert(std::string(what) + " vm." + vm.key); }
  std::string found(const std::string& slot) const {
    const auto half = cloud_.halves.find(slot);
    return half == cloud_.halves.end() ? "" : half->second.target;
  }
  std::string remembered(const std::string& slot) const {
    for (const auto& [address, thing] : recorded_)
      if (thing.id == slot && !thing.target.empty())
        return recorded_.contains(thing.target) ? recorded_.at(thing.target).id : thing.target;
    return "";
  }
  const RecordedThing* recorded_network(const std::string& id) const {
    for (const auto& [address, thing] : recorded_)
      if (thing.is_network && thing.id == id) return &thing;
    return nullptr;
  }
  std::string default_id(const WorldNetwork& n, const std::string& region) const {
    return ascii_lower(in_group(n.group.empty() ? "" : n.group + "-asr") + region + "/" + n.name + "-asr");
  }

  // Case 3: the network of that name in T. False: it cannot be, and `why` says so.
  bool take_default(const WorldNetwork& n, const std::string& region, const WorldVm& first, const char*& why) {
    const std::string id = default_id(n, region), address = "network." + n.key + "-asr-" + region;
    if (networks_.contains(id)) return true;
    const auto there = cloud_.networks.find(id);
    const RecordedThing* known = recorded_network(id);
    const bool derived_before = known != nullptr && !known->because.empty() && !known->existing;
    if (there != cloud_.networks.end() && !derived_before && !same_shape(n, there->second))
      return why = "DefaultNetworkDiffers", false;
    if (!addresses_.insert(address).second) return why = "DerivedKeyTaken", false;
    networks_[id] = n.id();
    out_.because[address] = "vm." + first.key;
    return true;
  }
  bool same_shape(const WorldNetwork& n, const ModelNetwork& other) const {
    if (n.existing) {
      const auto own = cloud_.networks.find(n.id());
      return own == cloud_.networks.end() ||
             (own->second.address_space == other.address_space && own->second.subnets == other.subnets);
    }
    std::vector<Prefix> spaces;
    for (const std::string& space : n.spaces) spaces.push_back(parse_prefix(space)->prefix);
    std::vector<Subnet> subnets;
    for (const auto& [name, prefix] : n.subnets) subnets.push_back({name, {parse_prefix(prefix)->prefix}});
    return canonical_prefix_list(spaces) == other.address_space && canonical_subnet_map(subnets) == other.subnets;
  }
  // A row for an X that is found or remembered.
  bool take_network(const std::string& x, const WorldNetwork& n, const std::string& region, const WorldVm& first) {
    if (const auto row = networks_.find(x); row != networks_.end()) return row->second.empty() || row->second == n.id();
    const char* ignored = nullptr;
    if (x == default_id(n, region) && take_default(n, region, first, ignored)) return true;
    const RecordedThing* known = recorded_network(x);
    if (known != nullptr && (known->because.empty() || !known->existing)) return false;
    std::string key = name_of(x) + "-" + region, address = "network." + key;
    for (int i = 2; known == nullptr && !addresses_.insert(address).second; ++i)
      address = "network." + key + "-" + std::to_string(i);
    for (const auto& [recorded_address, thing] : recorded_)
      if (&thing == known) address = recorded_address;
    networks_[x] = "";
    out_.because[address] = "vm." + first.key;
    return true;
  }
  std::string name_of(const std::string& id) const {
    return names.contains(id) ? names.at(id) : id.substr(id.rfind('/') + 1);
  }

  void cover(const std::string& slot, const WorldNetwork& n, const std::vector<const WorldVm*>& vms) {
    const std::string region = vms.front()->target_region;
    if (!held_.contains(slot)) choose(slot, n, region, vms);
    if (!held_.contains(slot)) return;
    for (const WorldVm* vm : vms) {
      const WorldNetwork* wanted = world_.find(vm->target_network);
      const bool other = wanted != nullptr && wanted->id() != held_[slot];
      if (other && world_.edition != "2026-02") error("TargetFixed", *vm);
      out_.targets["vm." + vm->key] = other ? wanted->id() : held_[slot];
    }
  }
  void choose(const std::string& slot, const WorldNetwork& n, const std::string& region,
              const std::vector<const WorldVm*>& vms) {
    const WorldVm& first = *vms.front();
    const std::string lone_half = found(slot), recorded = remembered(slot);
    const std::string whole = !lone_half.empty() && found(lone_half + ":" + n.region) == n.id() ? lone_half : "";
    for (const std::string* candidate : {&whole, &recorded, &lone_half}) {
      const std::string& x = *candidate;
      if (x.empty() || held_.contains(x + ":" + n.region)) continue;
      if (&x == &lone_half && is_landed_by(x + ":" + n.region, n)) continue;
      if (!take_network(x, n, region, first)) return error("StanzaNeeded", first);
      return pair(slot, n, x, first);
    }
    std::string wanted;
    for (const WorldVm* vm : vms) {
      const WorldNetwork* target = world_.find(vm->target_network);
      if (target == nullptr) continue;
      if (!wanted.empty() && wanted != target->id()) return error("TargetsDisagree", *vm);
      wanted = target->id();
    }
    const char* why = nullptr;
    if (wanted.empty() && !take_default(n, region, first, why)) return error(why, first);
    pair(slot, n, wanted.empty() ? default_id(n, region) : wanted, first);
  }
  // A newcomer moves nobody: other vms land by the slot of the way back, and not in `n`.
  bool is_landed_by(const std::string& home, const WorldNetwork& n) {
    if (!asked_.contains(home)) return false;
    const std::string there = found(home), from = home.substr(0, home.rfind(':'));
    const bool whole = !there.empty() && found(there + ":" + region_of_network(from)) == from;
    return (whole && there != n.id()) || (!remembered(home).empty() && remembered(home) != n.id());
  }
  void pair(const std::string& slot, const WorldNetwork& n, const std::string& x, const WorldVm& first) {
    const std::string address = "mapping." + n.key + "-to-" + region_of_network(x), home = x + ":" + n.region;
    if (held_.contains(home)) return error("NoWayHome", first);
    if (!addresses_.insert(address).second) return error("DerivedKeyTaken", first);
    held_[slot] = x;
    held_[home] = n.id();
    out_.because[address] = "vm." + first.key;
  }
  // A replication made elsewhere is where it is.
  void keep(const WorldVm& vm) {
    const auto machine = cloud_.vms.find(vm.identity());
    const WorldNetwork* wanted = world_.find(vm.target_network);
    std::string& target = out_.targets["vm." + vm.key];
    if (machine != cloud_.vms.end()) target = machine->second.target_network;
    if (wanted != nullptr) target = wanted->id();
    if (target.empty() || wanted != nullptr || networks_.contains(target)) return;
    if (!take_network(target, *home_of(vm), region_of_network(target), vm)) error("StanzaNeeded", vm);
  }

 public:
  std::map<std::string, std::string> names;  // id of a network that no file names -> its name as the cloud spells it

 private:
  const World& world_;
  const ModelCloud& cloud_;
  const std::map<std::string, RecordedThing>& recorded_;
  std::map<std::string, std::string> networks_;  // rows: id -> of a derived one the network it follows
  std::map<std::string, std::string> held_;      // slot -> id of the target
  std::set<std::string> addresses_;
  std::set<std::string> asked_;  // slots
  NaiveDerivation out_;
};

}  // namespace pairform::property
