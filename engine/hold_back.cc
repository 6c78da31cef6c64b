#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "engine/diff.h"
#include "engine/graph.h"
#include "engine/recovery/slot_index.h"
#include "schema/address.h"
#include "schema/network_types.h"

namespace pairform {
namespace {

// Adopting, moving and forgetting change state only: what is held may be remembered, or no longer.
bool is_local(const Change& change) {
  return !change.create && !change.update && !change.shrink &&
         std::all_of(change.leavers.begin(), change.leavers.end(), [](const Leaver& leaver) { return leaver.forget; });
}

bool is_held(const PriorRow& row) { return row.pending || row.status != Status::Settled; }

class Holder {
 public:
  Holder(const DiffInput& input, StringPool& texts, Diff& diff) : input_(input), texts_(texts), diff_(diff) {}

  void run() {
    find_roots();
    if (roots_.empty()) return;
    connect();
    const DependencyGraph graph(input_.estate.size(), edges_);
    const std::vector<std::uint32_t> unknown = graph.reach(vertices(true)), held = graph.reach(vertices(false));
    take_back(unknown, held);
  }

 private:
  struct Root {
    ResourceId resource;
    bool unknown;
    Status status;
    Text why;
  };

  std::vector<std::uint32_t> vertices(bool unknown) const {
    std::vector<std::uint32_t> out;
    for (const Root& root : roots_)
      if (root.unknown == unknown) out.push_back(root.resource.value);
    return out;
  }
  void find_roots();
  void find_blind();
  void add_needed(const PriorRow& vm, bool unknown);
  void connect();
  void connect_vms();
  void take_back(const std::vector<std::uint32_t>& unknown, const std::vector<std::uint32_t>& held);
  void edge(ResourceId from, ResourceId to) {
    if (from && to && from != to) edges_.push_back({from.value, to.value});
  }

  const SlotIndex<DesiredId>& desired_halves() {
    if (!desired_halves_) desired_halves_.emplace(input_.desired, texts_);
    return *desired_halves_;
  }
  const SlotIndex<PriorId>& prior_halves() {
    if (!prior_halves_) prior_halves_.emplace(input_.prior, texts_);
    return *prior_halves_;
  }

  const DiffInput& input_;
  StringPool& texts_;
  Diff& diff_;
  std::vector<Root> roots_;  // one a resource, by resource
  std::vector<DependencyEdge> edges_;
  std::set<Text> blind_;                     // addresses of vms with a nic that could not be read
  DenseMap<PriorId, ResourceId> change_of_;  // the resource of the change it goes in
  DenseMap<ResourceId, bool> changes_;       // has a change
  TextMap<PriorId> network_at_;              // recorded network address -> prior row
  std::optional<SlotIndex<DesiredId>> desired_halves_;
  std::optional<SlotIndex<PriorId>> prior_halves_;
};

void Holder::find_roots() {
  DenseMap<PriorId, ResourceId> desired_as(input_.prior.rows.size());
  for (const DesiredId d : diff_.origin.ids())
    if (diff_.origin[d] != k_none) desired_as[diff_.origin[d]] = input_.desired.rows[d].resource;
  for (const auto p : input_.prior.rows.ids()) {
    const PriorRow& row = input_.prior.rows[p];
    const bool unknown = row.presence == Seen::Unknown;
    if (!unknown && !is_held(row)) continue;
    const ResourceId at = desired_as[p] ? desired_as[p] : row.resource;
    const Text why = row.pending ? texts_.intern("an accepted operation on it is still running") : row.why_unknown;
    roots_.push_back({at, unknown, row.pending ? Status::Busy : row.status, why});
    if (unknown) diff_.complete = false;
  }
  for (const DesiredRow& row : input_.desired.rows) {
    if (!row.unknown) continue;
    roots_.push_back({row.resource, true, Status::Settled, row.unknown});
    diff_.complete = false;
  }
  find_blind();
  for (const PriorRow& row : input_.prior.rows) {
    if (row.type != k_vm_type || row.presence == Seen::Absent) continue;
    if (row.presence == Seen::Unknown || blind_.contains(row.address)) add_needed(row, true);
    else if (is_held(row)) add_needed(row, false);
  }
  std::stable_sort(roots_.begin(), roots_.end(), [](const Root& a, const Root& b) { return a.resource < b.resource; });
  roots_.erase(
      std::unique(roots_.begin(), roots_.end(), [](const Root& a, const Root& b) { return a.resource == b.resource; }),
      roots_.end());
}

// Of what its nics are told one request says all: a vm with a recorded nic that could not be read is not known either.
void Holder::find_blind() {
  for (const PriorRow& row : input_.prior.rows) {
    if (row.type != k_nic_type || row.presence != Seen::Unknown || row.recorded == k_none) continue;
    const Text vm = texts_.find(vm_of_nic(texts_.view(row.address)));
    const ResourceId at = input_.estate.find(vm);
    if (at && blind_.insert(vm).second) roots_.push_back({at, true, Status::Settled, row.address});
  }
}

// Whatever a held vm lands by or came from: the halves of its pair and both its networks get no changing step either.
// Likewise those of a recorded vm that could not be read: it may have failed over.
void Holder::add_needed(const PriorRow& vm, bool unknown) {
  if (vm.recorded == k_none && unknown) return;
  if (change_of_.empty()) {
    change_of_.assign(input_.prior.rows.size(), ResourceId());
    changes_.assign(input_.estate.size(), false);
    for (const Change& change : diff_.changes) {
      changes_[change.resource] = !is_local(change);
      if (change.origin != k_none) change_of_[change.origin] = change.resource;
      for (const Leaver& leaver : change.leavers) change_of_[leaver.prior] = change.resource;
    }
    for (const auto p : input_.prior.rows.ids())
      if (input_.prior.rows[p].type == k_network_type) network_at_.set(input_.prior.rows[p].address, p);
  }
  const auto add = [&](ResourceId at) {
    if (at && changes_[at]) roots_.push_back({at, unknown, vm.pending ? Status::Busy : vm.status, vm.address});
  };
  const Text network = input_.prior.cell(vm, vm_column::network), region = input_.prior.cell(vm, vm_column::region);
  const Text target = input_.prior.cell(vm, vm_column::target_network);
  const Text target_region = input_.prior.cell(vm, vm_column::target_region);
  for (const Text name : {network, target}) {
    add(input_.estate.find(name));
    if (network_at_[name] != k_none) add(change_of_[network_at_[name]]);
  }
  for (const auto& [from, to] : {std::pair(network, target_region), std::pair(target, region)}) {
    if (const DesiredId d = desired_halves().find(from, to)) add(input_.desired.rows[d].resource);
    if (const PriorId p = prior_halves().find(from, to)) add(change_of_[p]);
  }
}

void Holder::connect() {
  connect_vms();
  for (const DesiredRow& row : input_.desired.rows) {
    if (row.type != k_mapping_type) continue;
    for (const std::size_t column : {half_column::source, half_column::target})
      edge(input_.estate.find(input_.desired.cell(row, column)), row.resource);
    if (row.mirror != k_none) edge(input_.desired.rows[row.mirror].resource, row.resource);
  }
  TextMap<ResourceId> network_leaver(
      texts_.size());              // name of a network that goes -> the resource of the change it goes in
  KeyMap<ResourceId> slot_leaver;  // identity of a half that goes -> the resource of the change it goes in
  for (const Change& change : diff_.changes)
    for (const Leaver& leaver : change.leavers) {
      const PriorRow& row = input_.prior.rows[leaver.prior];
      edge(row.resource, change.resource);
      edge(change.resource, row.resource);
      if (row.type == k_network_type) network_leaver.set(input_.names.name(row.identity), change.resource);
      else slot_leaver.set(row.key(), change.resource);
    }
  for (const PriorRow& row : input_.prior.rows) {
    if (row.type != k_mapping_type) continue;
    const ResourceId mirror = input_.estate[row.resource].mirror;
    if (row.recorded != k_none) edge(mirror, row.resource);
    for (const std::size_t column : {half_column::source, half_column::target}) {
      const Text name = input_.prior.cell(row, column);
      edge(input_.estate.find(name), row.resource);
      edge(row.resource, network_leaver[name]);
    }
  }
  for (const auto d : input_.desired.rows.ids()) {
    const DesiredRow& row = input_.desired.rows[d];
    edge(slot_leaver[row.key()], row.resource);
    if (diff_.origin[d] != k_none) edge(input_.prior.rows[diff_.origin[d]].resource, row.resource);
  }
}

// A vm on its networks, on both halves of its pair, and its nics on it; what it used leaves after it.
void Holder::connect_vms() {
  for (const DesiredRow& row : input_.desired.rows) {
    if (row.type == k_nic_type)
      edge(input_.estate.find(texts_.find(vm_of_nic(texts_.view(row.address)))), row.resource);
    if (row.type != k_vm_type) continue;
    const Text network = input_.desired.cell(row, vm_column::network),
               target = input_.desired.cell(row, vm_column::target_network);
    edge(input_.estate.find(network), row.resource);
    edge(input_.estate.find(target), row.resource);
    const DesiredId half = desired_halves().find(network, input_.desired.cell(row, vm_column::target_region));
    if (half == k_none) continue;
    edge(input_.desired.rows[half].resource, row.resource);
    if (input_.desired.rows[half].mirror != k_none)
      edge(input_.desired.rows[input_.desired.rows[half].mirror].resource, row.resource);
  }
  std::map<Text, ResourceId> networks;                 // that leave, by name: the resource of the change they go in
  std::map<std::pair<Text, Text>, ResourceId> halves;  // that leave, by source and target
  for (const Change& change : diff_.changes)
    for (const Leaver& leaver : change.leavers) {
      const PriorRow& row = input_.prior.rows[leaver.prior];
      if (row.type == k_network_type) networks[row.address] = change.resource;
      if (row.type == k_mapping_type)
        halves[{input_.prior.cell(row, half_column::source), input_.prior.cell(row, half_column::target)}] =
            change.resource;
    }
  for (const PriorRow& row : input_.prior.rows) {
    if (row.type == k_nic_type)
      edge(input_.estate.find(texts_.find(vm_of_nic(texts_.view(row.address)))), row.resource);
    if (row.type != k_vm_type || row.presence == Seen::Absent) continue;
    const Text network = input_.prior.cell(row, vm_column::network),
               target = input_.prior.cell(row, vm_column::target_network);
    for (const Text name : {network, target}) {
      edge(input_.estate.find(name), row.resource);
      if (const auto leaver = networks.find(name); leaver != networks.end()) edge(row.resource, leaver->second);
    }
    for (const auto& [from, to] : {std::pair(network, input_.prior.cell(row, vm_column::target_region)),
                                   std::pair(target, input_.prior.cell(row, vm_column::region))})
      if (const PriorId half = prior_halves().find(from, to)) edge(input_.prior.rows[half].resource, row.resource);
    for (const auto& [from, to] : {std::pair(network, target), std::pair(target, network)})
      if (const auto leaver = halves.find({from, to}); leaver != halves.end()) edge(row.resource, leaver->second);
  }
}

void Holder::take_back(const std::vector<std::uint32_t>& unknown, const std::vector<std::uint32_t>& held) {
  // What could not be looked at, or is left alone, was counted as unchanged where nothing was asked of it.
  DenseMap<ResourceId, bool> unchanged(input_.estate.size(), false);
  for (const DesiredRow& row : input_.desired.rows) unchanged[row.resource] = true;
  for (const Change& change : diff_.changes) unchanged[change.resource] = false;
  for (const Root& root : roots_) diff_.unchanged -= unchanged[root.resource] ? 1 : 0;
  for (const Root& root : roots_) {
    if (root.unknown) diff_.unknown.push_back({root.resource, root.why});
    else diff_.held.push_back({root.resource, root.status, root.why});
  }
  const auto root_at = [&](ResourceId resource) {
    return std::lower_bound(roots_.begin(), roots_.end(), resource,
                            [](const Root& root, ResourceId value) { return root.resource < value; });
  };
  std::set<ResourceId> touched;  // halves that the cloud is asked to change: a pair moves whole or not at all
  for (const Change& change : diff_.changes)
    if (change.type == k_mapping_type && !is_local(change)) touched.insert(change.resource);
  std::erase_if(diff_.changes.items(), [&](const Change& change) {
    const std::size_t at = change.resource.index();
    const bool is_unknown = unknown[at] != UINT32_MAX;
    if (!is_unknown && held[at] == UINT32_MAX) return false;
    if (!is_unknown && is_local(change) && !touched.contains(input_.estate[change.resource].mirror)) return false;
    const auto own = root_at(change.resource);
    if (own != roots_.end() && own->resource == change.resource) return true;
    const Text because = input_.estate.address(ResourceId(is_unknown ? unknown[at] : held[at]));
    std::uint32_t origin = change.resource.value;
    while (!is_unknown && held[origin] != origin) origin = held[origin];
    if (is_unknown) diff_.unknown.push_back({change.resource, because});
    else diff_.held.push_back({change.resource, root_at(ResourceId(origin))->status, because});
    return true;
  });
  std::sort(diff_.unknown.begin(), diff_.unknown.end(),
            [](const UnknownItem& a, const UnknownItem& b) { return a.resource < b.resource; });
  std::sort(diff_.held.begin(), diff_.held.end(),
            [](const HeldItem& a, const HeldItem& b) { return a.resource < b.resource; });
}

}  // namespace

void hold_back(const DiffInput& input, StringPool& texts, Diff& diff) { Holder(input, texts, diff).run(); }

}  // namespace pairform
