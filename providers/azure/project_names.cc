#include "providers/azure/project_names.h"

#include <fmt/format.h>

#include "providers/azure/arm_id.h"
#include "schema/value.h"

namespace pairform::azure {
namespace {

Candidate candidate(const std::string& id, const std::string& region) {
  const auto parsed = parse_arm_id(id);
  Candidate out{ascii_lower(id), region, {}, {}, {}};
  if (!parsed || parsed->parts.empty()) return out;
  out.name = ascii_lower(parsed->name());
  out.subscription = ascii_lower(parsed->subscription);
  out.resource_group = ascii_lower(parsed->resource_group);
  return out;
}

// Those that are listed. Beside them those that are recorded, and those that mappings lead from and to where nothing listed
// has their name: a listing leaves out in silence what may not be read, and it has its name all the same.
std::vector<Candidate> known_networks(const Inventory& inventory, const std::vector<KnownName>& known) {
  std::map<std::string, Candidate> out;
  std::set<std::pair<std::string, std::string>> listed;  // region and name
  for (const auto& [subscription, contents] : inventory.subscriptions)
    if (contents.networks)
      for (const VirtualNetwork& each : contents.networks->things) {
        Candidate one = candidate(each.id, each.region);
        listed.emplace(one.region, one.name);
        out.emplace(one.id, std::move(one));
      }
  for (const NetworkMapping& each : inventory.mappings.things)
    for (const auto& [id, region] : {std::pair(each.primary_network, each.primary_region),
                                     std::pair(each.recovery_network, each.recovery_region)}) {
      Candidate one = candidate(id, region);
      if (!listed.contains({one.region, one.name})) out.emplace(one.id, std::move(one));
    }
  for (const KnownName& each : known)
    if (const auto place = place_of(each.identity); place && each.type == "network" && !each.id.empty())
      out.emplace(ascii_lower(each.id), candidate(each.id, place->region));
  std::vector<Candidate> all;
  all.reserve(out.size());
  for (auto& [id, one] : out) all.push_back(std::move(one));
  return all;
}

// Those that are listed, and those behind replications, which may be gone or may not be read.
std::vector<Candidate> listed_machines(const Inventory& inventory) {
  std::map<std::string, Candidate> out;
  for (const ProtectedItem& item : inventory.items.things) {
    const HomeMachine home = home_of(item);
    out[home.id] = candidate(home.id, home.region);
  }
  for (const auto& [subscription, contents] : inventory.subscriptions)
    if (contents.machines)
      for (const VirtualMachine& each : contents.machines->things)
        out[ascii_lower(each.id)] = candidate(each.id, each.region);
  std::vector<Candidate> all;
  all.reserve(out.size());
  for (auto& [id, each] : out) all.push_back(std::move(each));
  return all;
}

std::map<std::string, std::string> recorded_ids(const std::vector<KnownName>& known) {
  std::map<std::string, std::string> out;
  for (const KnownName& each : known) out[each.identity] = ascii_lower(each.id);
  return out;
}

// ARM id of the machine behind each recorded vm whose replication is listed.
std::map<std::string, std::string> recorded_machines(const std::vector<KnownName>& known, const Inventory& inventory,
                                                     const AzureSettings& settings) {
  std::map<std::string, std::string> machine_of_id, out;
  for (const ProtectedItem& item : inventory.items.things) machine_of_id[vm_id(settings, item.name)] = home_of(item).id;
  for (const KnownName& each : known)
    if (const auto at = machine_of_id.find(ascii_lower(each.id)); each.type == "vm" && at != machine_of_id.end())
      out[each.identity] = at->second;
  return out;
}

std::map<std::string, std::string> recorded_items(const std::vector<KnownName>& known) {
  std::map<std::string, std::string> out;
  for (const KnownName& each : known)
    if (each.type == "vm" && !each.id.empty()) out[ascii_lower(last_segment(each.id))] = each.identity;
  return out;
}

std::vector<NamedPlace> places(const std::vector<KnownName>& known, std::string_view type,
                               const std::map<std::string, std::string>& ids) {
  std::vector<NamedPlace> out;
  for (const KnownName& each : known) {
    if (each.type != type) continue;
    const auto at = ids.find(each.identity);
    out.push_back({each.identity, at == ids.end() ? std::string() : at->second});
  }
  return out;
}

}  // namespace

// While it is protected from the other region, an item names the copy as its machine, and the machine it came from as what
// it comes back as: its name and its resource group.
HomeMachine home_of(const ProtectedItem& item) {
  const std::string spelled = item.friendly_name.empty() ? std::string(last_segment(item.machine)) : item.friendly_name;
  if (!item.reversed()) {
    const std::string name(last_segment(item.machine));
    return {ascii_lower(item.machine), item.initial_primary_region,
            ascii_lower(spelled) == ascii_lower(name) ? spelled : name};
  }
  const std::string name = item.recovery_name.empty() ? spelled : item.recovery_name;
  const std::string group = item.recovery_group.empty() ? std::string() : ascii_lower(item.recovery_group);
  return {ascii_lower(fmt::format("{}/providers/Microsoft.Compute/virtualMachines/{}", group, name)),
          item.initial_primary_region, name};
}

std::string vm_id(const AzureSettings& settings, const std::string& item_name) {
  return ascii_lower(fmt::format("{}/{}", settings.vault, item_name));
}

ProjectNames::ProjectNames(std::vector<KnownName> known, const Inventory& inventory, const AzureSettings& settings)
    : known_(std::move(known)),
      id_of_(recorded_ids(known_)),
      machine_of_(recorded_machines(known_, inventory, settings)),
      vm_of_item_(recorded_items(known_)),
      networks_(places(known_, "network", id_of_), known_networks(inventory, known_), settings.subscription),
      machines_(places(known_, "vm", machine_of_), listed_machines(inventory), settings.subscription) {}

std::string ProjectNames::vm(const ProtectedItem& item) const {
  const auto recorded = vm_of_item_.find(ascii_lower(item.name));
  if (recorded != vm_of_item_.end()) {
    // A stanza that says another group than its machine has does not mean the replication that is recorded.
    const auto binding = machines_.all().find(recorded->second);
    if (binding == machines_.all().end() || binding->second.what != Bound::Elsewhere) return recorded->second;
  }
  const HomeMachine home = home_of(item);
  return machines_.identity(home.id, home.region);
}

std::string ProjectNames::recorded_id(const std::string& identity) const {
  const auto at = id_of_.find(identity);
  return at == id_of_.end() ? std::string() : at->second;
}

std::string ProjectNames::recorded_machine(const std::string& identity) const {
  const auto at = machine_of_.find(identity);
  return at == machine_of_.end() ? std::string() : at->second;
}

}  // namespace pairform::azure
