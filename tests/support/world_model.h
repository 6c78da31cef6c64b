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
  std::string tags;           // JSON, as the portal prints it; likewise extra and in_use
  std::string extra;
  std::string in_use;
  friend bool operator==(const ModelNetwork&, const ModelNetwork&) = default;
};

struct ModelHalf {
  std::string source, target;  // ids of networks
  friend bool operator==(const ModelHalf&, const ModelHalf&) = default;
};

inline std::string region_of_network(const std::string& id) { return id.substr(0, id.find('/')); }
inline std::string slot_of(const ModelHalf& half) { return half.source + ":" + region_of_network(half.target); }

// Each change answers "" or the rule it breaks.
struct ModelCloud {
  std::map<std::string, ModelNetwork> networks;  // by id
  std::map<std::string, ModelHalf> halves;       // by slot
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
    networks.erase(at);
    return "";
  }
  std::string create_half(const ModelHalf& half) {
    for (const std::string& id : {half.source, half.target})
      if (!networks.contains(id)) return slot_of(half) + " needs " + id;
    return halves.emplace(slot_of(half), half).second ? "" : slot_of(half) + " is taken";
  }
  std::string update_half(const std::string& slot, const std::string& target) {
    const auto at = halves.find(slot);
    if (at == halves.end()) return slot + " does not exist";
    if (!networks.contains(target)) return slot + " needs " + target;
    if (region_of_network(target) != region_of_network(at->second.target)) return slot + " cannot change its region";
    at->second.target = target;
    return "";
  }
  std::string delete_half(const std::string& slot) { return halves.erase(slot) == 1 ? "" : slot + " does not exist"; }
};

// "" if they are equal; else every difference, a line each.
inline std::string difference(const ModelCloud& expected, const ModelCloud& found) {
  std::map<std::string, std::string> rows[2];
  for (int side = 0; side < 2; ++side) {
    const ModelCloud& cloud = side == 0 ? expected : found;
    for (const auto& [id, network] : cloud.networks)
      rows[side][id] = network.address_space + network.subnets + network.tags + network.extra + network.in_use;
    for (const auto& [slot, half] : cloud.halves) rows[side][slot] = half.source + " -> " + half.target;
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
