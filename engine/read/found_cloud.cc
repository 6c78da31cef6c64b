#include "engine/read/found_cloud.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/model/group_words.h"
#include "engine/model/names.h"
#include "schema/address.h"
#include "schema/base_types.h"
#include "schema/value.h"

namespace pairform {
namespace {

class Finder {
 public:
  Finder(const Project& project, CloudView& cloud, StringPool& texts)
      : project_(project),
        cloud_(cloud),
        texts_(texts),
        identities_{*project.entry},
        own_(own_subscription(project.config.settings)) {}

  FoundCloud run() {
    ask_ends();
    for (const ObservedRow& row : observed().rows) take(row);
    ask_ways_back();
    for (const UnseenScope& scope : observed().unseen)
      out_.unseen.push_back(fmt::format("{}: {}", view(scope.scope), view(scope.why)));
    return std::move(out_);
  }

 private:
  const Observed& observed() const { return cloud_.observed(); }
  std::string_view view(Text text) const { return text ? texts_.view(text) : std::string_view(); }
  std::string cell(const ObservedRow& row, std::size_t column) const {
    return std::string(view(observed().cell(row, column)));
  }
  // "" of the project's own, which a stanza means that names none.
  std::string subscription(const ObservedRow& row, std::size_t column) const {
    std::string out = cell(row, column);
    return own_.find(ascii_lower(out)) == std::string::npos ? out : std::string();
  }
  void ask_ends();
  void ask_ways_back();
  void take(const ObservedRow& row);
  void take_network(const ObservedRow& row);
  void take_vm(const ObservedRow& row);
  DiscoveredNic nic(const ObservedRow& row) const;

  const Project& project_;
  CloudView& cloud_;
  StringPool& texts_;
  const IdentityMaker identities_;
  const std::string own_;                                                   // in lower case
  std::map<std::string, std::string, std::less<>> region_of_;               // identity of a network -> region
  std::map<std::string, std::vector<DiscoveredNic>, std::less<>> nics_of_;  // identity of the vm
  FoundCloud out_;
};

// Networks that mappings and vms name, and no listing showed.
void Finder::ask_ends() {
  std::set<Text> ends;
  for (const ObservedRow& row : observed().rows) {
    if (row.type == k_mapping_type)
      ends.insert(observed().cell(row, half_column::source)), ends.insert(observed().cell(row, half_column::target));
    if (row.type == k_vm_type && !row.facts_only)
      for (const std::size_t column : {vm_column::network, vm_column::target_network, vm_column::test_network})
        ends.insert(observed().cell(row, column));
    if (row.type == k_nic_type) nics_of_[std::string(view(row.vm))].push_back(nic(row));
  }
  std::vector<CloudView::Lookup> lookups;
  for (const Text end : ends)
    if (!view(end).empty()) lookups.push_back({k_network_type, end, texts_.intern("")});
  cloud_.ask(lookups);
}

void Finder::take(const ObservedRow& row) {
  if (row.type == k_network_type) take_network(row);
  if (row.type == k_mapping_type)
    out_.found.halves.push_back({cell(row, half_column::source), cell(row, half_column::target), {}});
  if (row.type == k_vm_type && !row.facts_only) take_vm(row);
}

void Finder::take_network(const ObservedRow& row) {
  DiscoveredNetwork network{.identity = std::string(view(row.identity)),
                            .region = cell(row, network_column::region),
                            .name = cell(row, network_column::name),
                            .resource_group = cell(row, network_column::resource_group),
                            .subscription = subscription(row, network_column::subscription),
                            .subnets = project_.parsed.subnets(texts_, observed().cell(row, network_column::subnets)),
                            .in_use = {},
                            .delegated = project_.parsed.items(texts_, row.delegated),
                            .remark = {}};
  for (const AddressInUse& use : observed().in_use_of(row)) network.in_use.emplace_back(use.ip, view(use.owner));
  for (auto& entry : network.delegated) entry.first = ascii_lower(entry.first);
  std::sort(network.delegated.begin(), network.delegated.end());
  region_of_.emplace(network.identity, network.region);
  out_.found.networks.push_back(std::move(network));
}

DiscoveredNic Finder::nic(const ObservedRow& row) const {
  const auto items = [&](std::size_t column) { return project_.parsed.items(texts_, observed().cell(row, column)); };
  DiscoveredNic out{.identity = std::string(view(row.identity)),
                    .name = std::string(view(row.name)),
                    .subnet = cell(row, nic_column::subnet),
                    .ip = cell(row, nic_column::ip),
                    .secondary = items(nic_column::secondary),
                    .target_subnet = std::nullopt,
                    .target_ip = cell(row, nic_column::target_ip),
                    .target_secondary = items(nic_column::target_secondary),
                    .test_subnet = cell(row, nic_column::test_subnet),
                    .test_ip = cell(row, nic_column::test_ip)};
  const std::string subnet = cell(row, nic_column::target_subnet);
  if (!row.facts_only && !subnet.empty()) out.target_subnet = subnet;
  return out;
}

void Finder::take_vm(const ObservedRow& row) {
  DiscoveredVm vm{.identity = std::string(view(row.identity)),
                  .region = cell(row, vm_column::region),
                  .name = cell(row, vm_column::name),
                  .resource_group = cell(row, vm_column::resource_group),
                  .subscription = subscription(row, vm_column::subscription),
                  .network = cell(row, vm_column::network),
                  .target_network = cell(row, vm_column::target_network),
                  .target_region = cell(row, vm_column::target_region),
                  .test_network = cell(row, vm_column::test_network),
                  .status = row.status,
                  .note = std::string(view(row.note)),
                  .nics = {},
                  .remark = {}};
  if (const auto at = nics_of_.find(vm.identity); at != nics_of_.end()) vm.nics = at->second;
  out_.found.vms.push_back(std::move(vm));
}

// A half whose way back no listing showed: only a definite "absent" says that it is missing.
void Finder::ask_ways_back() {
  std::map<DiscoveredSlot, CloudView::Lookup> missing;
  for (const DiscoveredHalf& half : out_.found.halves) {
    const auto source = region_of_.find(half.source), target = region_of_.find(half.target);
    if (source == region_of_.end() || target == region_of_.end()) continue;
    const Text slot = identities_.slot(texts_, texts_.intern(half.target), texts_.intern(source->second));
    if (observed().find({k_mapping_type, slot})) continue;
    missing.emplace(DiscoveredSlot(half.target, source->second),
                    CloudView::Lookup{k_mapping_type, slot, texts_.intern(target->second)});
  }
  std::vector<CloudView::Lookup> lookups;
  lookups.reserve(missing.size());
  for (const auto& [slot, lookup] : missing) lookups.push_back(lookup);
  const std::size_t listed = observed().rows.size();
  cloud_.ask(lookups);
  for (const auto& [slot, lookup] : missing)
    if (cloud_.find(lookup).presence == Existence::Unknown) out_.found.unread.insert(slot);
  for (std::size_t r = listed; r < observed().rows.size(); ++r)
    if (const ObservedRow& row = observed().rows[ObservedId(r)]; row.type == k_mapping_type) take(row);
}

// What files declare and state records, by identity.
class ProjectReader {
 public:
  ProjectReader(const Project& project, const DesiredState& desired, const RecordedState& recorded, StringPool& texts)
      : project_(project),
        desired_(desired),
        recorded_(recorded),
        texts_(texts),
        identities_{*project.entry},
        names_(desired, recorded, identities_, texts) {}

  InProject run() {
    for (const DesiredRow& row : desired_.rows)
      if (row.type == k_network_type) {
        region_.emplace(row.identity, desired_.cell(row, network_column::region));
        out_.networks.emplace(view(row.identity), view(row.address));
      }
    for (const StateRow& row : recorded_.rows)
      if (row.type == k_network_type)
        region_.emplace(names_.recorded_identity(row.address), recorded_.cell(row, network_column::region));
    for (const DesiredRow& row : desired_.rows) {
      take_key(row.address);
      if (row.type == k_mapping_type)
        take_half(desired_, row, names_.identity(desired_.cell(row, half_column::source)),
                  names_.identity(desired_.cell(row, half_column::target)));
    }
    for (const DeclaredVm& vm : desired_.vms) {
      take_key(vm.address);
      out_.vms.emplace(view(vm.identity));
      if (!vm.existing) out_.managed_vms.emplace(view(vm.identity));
    }
    for (const StateRow& row : recorded_.rows) {
      take_key(row.address);
      if (row.type == k_mapping_type)
        take_half(recorded_, row, names_.recorded_identity(recorded_.cell(row, half_column::source)),
                  names_.recorded_identity(recorded_.cell(row, half_column::target)));
      if (row.type == k_vm_type) out_.vms.emplace(view(identities_.recorded_vm(texts_, recorded_, row)));
    }
    return std::move(out_);
  }

 private:
  std::string_view view(Text text) const { return text ? texts_.view(text) : std::string_view(); }
  void take_key(Text address) { out_.keys.emplace(pair_of(view(address))); }
  template <class State, class Row>
  void take_half(const State& state, const Row& row, Text source, Text target) {
    const auto region = region_.find(target);
    if (region == region_.end()) return;
    out_.slots.emplace(
        DiscoveredSlot(view(source), view(region->second)),
        SlotRule{std::string(view(target)), project_.parsed.items(texts_, state.cell(row, half_column::subnets)),
                 view(state.cell(row, half_column::addresses)) == "same-host"});
  }

  const Project& project_;
  const DesiredState& desired_;
  const RecordedState& recorded_;
  StringPool& texts_;
  const IdentityMaker identities_;
  const NetworkNames names_;
  std::map<Text, Text> region_;  // identity of a network -> region
  InProject out_;
};

}  // namespace

InProject project_contents(const Project& project, const DesiredState& desired, const RecordedState& recorded,
                           StringPool& texts) {
  return ProjectReader(project, desired, recorded, texts).run();
}

FoundCloud found_cloud(const Project& project, const DesiredState& desired, const RecordedState& recorded,
                       Beside beside, CloudView& cloud, StringPool& texts) {
  FoundCloud out = Finder(project, cloud, texts).run();
  if (beside == Beside::Project) out.found.project = project_contents(project, desired, recorded, texts);
  return out;
}

}  // namespace pairform
