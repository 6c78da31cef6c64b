// A model of the cloud, as naive and as strict as it can be: two maps, and every rule broken is said in words. It is
// what properties compare the simulator's content with, and what plans are replayed on in orders that apply would not
// choose. It shares no code with the engine or with the simulator.
#pragma once
#include <map>
#include <string>

namespace pairform::property {

struct ModelNetwork {
  std::string address_space;  // canonical text, as are subnets
  std::string subnets;
  std::string tags;  // JSON, as the portal prints it; likewise extra and in_use
  std::string extra;
  std::string in_use;
  friend bool operator==(const ModelNetwork&, const ModelNetwork&) = default;
};

struct ModelHalf {
  std::string source, target;  // ids of networks
  friend bool operator==(const ModelHalf&, const ModelHalf&) = default;
};

// A machine, and its replication.
struct ModelVm {
  std::string network;
  std::string target_region, target_network;  // empty: not replicated
  std::string status = "settled";
  friend bool operator==(const ModelVm&, const ModelVm&) = default;
};

struct ModelNic {
  std::string vm;                     // id
  std::string subnet, ip, secondary;  // secondary: JSON
  std::string target_subnet, target_ip, target_secondary;
  friend bool operator==(const ModelNic&, const ModelNic&) = default;
};

// Of an id "@-/shop/eastasia/app": "@-/shop/", with the resource group; "" of "eastasia/app".
inline std::string scope_of(const std::string& id) {
  return id.starts_with('@') ? id.substr(0, id.find('/', id.find('/') + 1) + 1) : std::string();
}
inline std::string in_group(const std::string& group) { return group.empty() ? "" : "@-/" + group + "/"; }
// "eastasia" of both; of a vm's id, too.
inline std::string region_of_network(const std::string& id) {
  const std::size_t begin = scope_of(id).size();
  return id.substr(begin, id.find('/', begin) - begin);
}
inline std::string slot_of(const ModelHalf& half) { return half.source + ":" + region_of_network(half.target); }

// Each change answers "" or the rule it breaks.
struct ModelCloud {
  std::map<std::string, ModelNetwork> networks;  // by id
  std::map<std::string, ModelHalf> halves;       // by slot
  std::map<std::string, ModelVm> vms;            // by id
  std::map<std::string, ModelNic> nics;
  friend bool operator==(const ModelCloud&, const ModelCloud&) = default;

  std::string create_network(const std::string& id, const ModelNetwork& network) {
    return networks.emplace(id, network).second ? "" : id + " exists already";
  }
  std::string shape_network(const std::string& id, const std::string& address_space, const std::string& subnets) {
    const auto at = networks.find(id);
    if (at == networks.end()) return id + " does not exist";
    at->second.address_space = address_space;
    at->second.subnets = subnets;
    return "";
  }
  std::string delete_network(const std::string& id) {
    const auto at = networks.find(id);
    if (at == networks.end()) return id + " does not exist";
    if (at->second.in_use != "[]") return id + " has addresses in use";
    for (const auto& [slot, half] : halves)
      if (half.source == id || half.target == id) return id + " is in use by " + slot;
    for (const auto& [name, vm] : vms)
      if (vm.network == id || vm.target_network == id) return id + " is in use by " + name;
    networks.erase(at);
    return "";
  }
  std::string create_half(const ModelHalf& half) {
    for (const std::string& id : {half.source, half.target})
      if (!networks.contains(id)) return slot_of(half) + " needs " + id;
    return halves.emplace(slot_of(half), half).second ? "" : slot_of(half) + " is taken";
  }
  // `moves_along`: the service takes along what lands by it.
  std::string update_half(const std::string& slot, const std::string& target, bool moves_along) {
    const auto at = halves.find(slot);
    if (at == halves.end()) return slot + " does not exist";
    if (!networks.contains(target)) return slot + " needs " + target;
    if (region_of_network(target) != region_of_network(at->second.target)) return slot + " cannot change its region";
    for (auto& [id, vm] : vms)
      if (moves_along && vm.network == at->second.source && vm.target_network == at->second.target)
        vm.target_network = target;
    at->second.target = target;
    return "";
  }
  std::string delete_half(const std::string& slot) { return halves.erase(slot) == 1 ? "" : slot + " does not exist"; }
  // `paired`: the way home must be there, too. A machine that nobody put there comes about by it.
  std::string enable(const std::string& id, const ModelVm& vm, bool paired) {
    if (!networks.contains(vm.network) || !networks.contains(vm.target_network)) return id + " needs its networks";
    const auto half = halves.find(vm.network + ":" + vm.target_region);
    if (half == halves.end()) return id + " needs a mapping of " + vm.network;
    if (paired && !halves.contains(slot_of({half->second.target, half->second.source})))
      return id + " needs a way home";
    const auto [machine, made] = vms.try_emplace(id, vm);
    if (machine->second.network != vm.network) return id + " lives on " + machine->second.network;
    if (!made && !machine->second.target_network.empty()) return id + " is replicated already";
    machine->second = vm;
    return "";
  }
  std::string retarget(const std::string& id, const std::string& target) {
    const auto at = vms.find(id);
    if (at == vms.end() || at->second.target_network.empty()) return id + " is not replicated";
    if (!networks.contains(target)) return id + " needs " + target;
    at->second.target_network = target;
    return "";
  }
  std::string disable(const std::string& id) {
    const auto at = vms.find(id);
    if (at == vms.end() || at->second.target_network.empty()) return id + " is not replicated";
    at->second.target_region = at->second.target_network = "";
    for (auto& [name, nic] : nics)
      if (nic.vm == id) nic.target_subnet = nic.target_ip = "", nic.target_secondary = "{}";
    return "";
  }
  std::string land(const std::string& id, const ModelNic& nic) {
    const auto vm = vms.find(nic.vm);
    if (vm == vms.end() || vm->second.target_network.empty()) return id + " needs " + nic.vm;
    const auto network = networks.find(vm->second.target_network);
    if (network == networks.end()) return id + " needs " + vm->second.target_network;
    if (network->second.subnets.find('"' + nic.target_subnet + '"') == std::string::npos)
      return id + " needs subnet " + nic.target_subnet;
    if (network->second.in_use.find('"' + nic.target_ip + '"') != std::string::npos)
      return id + " lands on what is in use";
    ModelNic& there = nics.try_emplace(id, nic).first->second;
    there.target_subnet = nic.target_subnet;
    there.target_ip = nic.target_ip;
    there.target_secondary = nic.target_secondary;
    return "";
  }
  std::string take_off(const std::string& id) {
    const auto at = nics.find(id);
    if (at == nics.end() || vms.at(at->second.vm).target_network.empty()) return id + " does not land";
    at->second.target_subnet = at->second.target_ip = "", at->second.target_secondary = "{}";
    return "";
  }
};

// "" if they are equal; else every difference, a line each.
inline std::string difference(const ModelCloud& expected, const ModelCloud& found) {
  std::map<std::string, std::string> rows[2];
  for (int side = 0; side < 2; ++side) {
    const ModelCloud& cloud = side == 0 ? expected : found;
    for (const auto& [id, network] : cloud.networks)
      rows[side][id] = network.address_space + network.subnets + network.tags + network.extra + network.in_use;
    for (const auto& [slot, half] : cloud.halves) rows[side][slot] = half.source + " -> " + half.target;
    for (const auto& [id, vm] : cloud.vms)
      rows[side]["vm " + id] = vm.network + " -> " + vm.target_region + " " + vm.target_network + " " + vm.status;
    for (const auto& [id, nic] : cloud.nics)
      rows[side]["nic " + id] = nic.subnet + " " + nic.ip + nic.secondary + " -> " + nic.target_subnet + " " +
                                nic.target_ip + nic.target_secondary;
  }
  std::string out;
  for (const auto& [id, row] : rows[0]) {
    const auto at = rows[1].find(id);
    if (at == rows[1].end()) out += "missing " + id + " " + row + "\n";
    else if (at->second != row) out += "wrong " + id + "\n  expected " + row + "\n  found    " + at->second + "\n";
  }
  for (const auto& [id, row] : rows[1])
    if (!rows[0].contains(id)) out += "too much " + id + " " + row + "\n";
  return out;
}

}  // namespace pairform::property
