#include "engine/decide/hold.h"

#include <functional>
#include <range/v3/algorithm/any_of.hpp>
#include <range/v3/algorithm/binary_search.hpp>
#include <range/v3/algorithm/lower_bound.hpp>
#include <range/v3/algorithm/sort.hpp>
#include <range/v3/algorithm/stable_sort.hpp>
#include <range/v3/algorithm/unique.hpp>

#include "schema/base_types.h"

namespace pairform {
namespace {

bool is_held(const PriorRow& row) { return row.pending || row.status != Status::Settled; }
Status status_of(const PriorRow& row) { return row.pending ? Status::Busy : row.status; }

class Holder {
 public:
  Holder(const HoldInput& input, StringPool& texts) : input_(input), texts_(texts) {}

  Held run() {
    if (!anything_unsettled()) return std::move(out_);
    find_places();
    find_unsettled();
    find_blind();
    find_needed();
    // Of two reasons for one resource the first found counts: its own state, a blind nic, what needs it.
    ranges::stable_sort(roots_, std::less(), &Root::resource);
    roots_.erase(ranges::unique(roots_, std::equal_to(), &Root::resource), roots_.end());
    connect_desired();
    connect_prior();
    find_left_alone();
    return std::move(out_);
  }

 private:
  struct Root {
    ResourceId resource;
    bool unknown;  // it could not be read; else `status` holds it
    Status status;
    // The service's words; or of what needs it, as `vm.web1` of the `network.dr` it comes home from; or of `vm.web1`
    // its nic that could not be read. None: the status says all.
    Text why;
  };

  const PriorRow& row(PriorId p) const { return input_.prior.rows[p]; }
  const DesiredRow& want(DesiredId d) const { return input_.desired.rows[d]; }
  // Where the row is wanted; where it is recorded if it is not.
  ResourceId wanted_at(PriorId p) const { return wanted_at_[p] ? wanted_at_[p] : row(p).resource; }
  ResourceId mirror_of(ResourceId half) const { return input_.estate[half].mirror; }
  // What leaves `from` alone leaves `to` alone.
  void edge(ResourceId from, ResourceId to) {
    if (from && to && from != to) edges_.push_back({from.value, to.value});
  }

  static bool is_unsettled(const PriorRow& of);
  bool anything_unsettled() const;
  void find_places();
  void find_unsettled();
  void find_blind();
  void find_needed();
  // Where a machine is replicated from and to; names of networks.
  struct Replication {
    Text network, target_network, region, target_region;
  };
  void add_needed(PriorId vm, bool unknown);
  void add_needed(const Replication& of, bool unknown, Status status, Text who);
  void connect_desired();
  void connect_prior();
  void find_left_alone();
  std::vector<std::uint32_t> reach(const DependencyGraph& graph, bool unknown) const;
  const Root* root_at(ResourceId resource) const;

  const HoldInput& input_;
  StringPool& texts_;
  Held out_;
  std::vector<Root> roots_;  // in the end one a resource, by resource
  std::vector<DependencyEdge> edges_;
  DenseMap<PriorId, ResourceId> wanted_at_;  // where a desired row is it; none: nothing wants it
  DenseMap<PriorId, ResourceId> leaves_at_;  // the resource of the pairing it leaves from; none: it stays
  DenseMap<ResourceId, bool> changes_cloud_;
  DenseMap<ResourceId, bool> blind_;  // vms with a recorded nic that could not be read
};

bool Holder::is_unsettled(const PriorRow& of) { return of.presence == Existence::Unknown || is_held(of); }

bool Holder::anything_unsettled() const {
  return ranges::any_of(input_.prior.rows, is_unsettled) ||
         ranges::any_of(input_.prior.strangers,
                        [](const Stranger& stranger) { return stranger.status != Status::Settled; }) ||
         ranges::any_of(input_.desired.rows, [](const DesiredRow& desired) { return desired.unknown || desired.gone; });
}

// Where every prior row is wanted or leaves from, and which pairings would change the cloud.
void Holder::find_places() {
  wanted_at_.assign(input_.prior.rows.size(), ResourceId());
  leaves_at_.assign(input_.prior.rows.size(), ResourceId());
  changes_cloud_.assign(input_.estate.size(), false);
  for (const DesiredId d : input_.match.origin.ids())
    if (const PriorId p = input_.match.origin[d]) wanted_at_[p] = want(d).resource;
  for (const Pairing& pairing : input_.match.pairings) {
    for (const Outgoing& outgoing : input_.match.outgoing_of(pairing)) leaves_at_[outgoing.prior] = pairing.resource;
    changes_cloud_[pairing.resource] = !input_.asked(pairing).is_local();
  }
}

void Holder::find_unsettled() {
  for (const PriorId p : input_.prior.rows.ids()) {
    if (!is_unsettled(row(p))) continue;
    const bool unknown = row(p).presence == Existence::Unknown;
    const Text why =
        row(p).pending ? texts_.intern("an accepted operation on it is still running") : row(p).why_unknown;
    roots_.push_back({wanted_at(p), unknown, status_of(row(p)), why});
  }
  for (const DesiredRow& desired : input_.desired.rows)
    if (desired.gone) roots_.push_back({desired.resource, false, Status::Gone, Text()});
    else if (desired.unknown) roots_.push_back({desired.resource, true, Status::Settled, desired.unknown});
  for (const Root& root : roots_)
    if (root.unknown) out_.complete = false;
}

// One request to the service says where all nics of a vm land: a vm with a recorded nic that could not be read, as
// `vm.web1` with `vm.web1.nic.eth0`, is not known either.
void Holder::find_blind() {
  blind_.assign(input_.estate.size(), false);
  for (const PriorRow& nic : input_.prior.rows) {
    if (nic.type != k_nic_type || nic.presence != Existence::Unknown || !nic.recorded) continue;
    const ResourceId vm = input_.estate[nic.resource].parent;
    if (!vm || blind_[vm]) continue;
    blind_[vm] = true;
    roots_.push_back({vm, true, Status::Settled, nic.address});
  }
}

void Holder::find_needed() {
  for (const PriorId p : input_.prior.rows.ids()) {
    const PriorRow& vm = row(p);
    if (vm.type != k_vm_type || vm.presence == Existence::Absent) continue;
    if (vm.presence == Existence::Unknown || blind_[vm.resource]) add_needed(p, true);
    else if (is_held(vm)) add_needed(p, false);
  }
  for (const Stranger& stranger : input_.prior.strangers)
    if (stranger.status != Status::Settled)
      add_needed({stranger.network, stranger.target_network, stranger.region, stranger.target_region}, false,
                 stranger.status, stranger.id);
}

// A failed over `vm.web1` comes home by both halves of its pair and between both its networks: none of them is changed
// in the cloud while it is held. Likewise those of a recorded vm that could not be read: it may have failed over.
void Holder::add_needed(PriorId vm, bool unknown) {
  const PriorRow& of = row(vm);
  if (!of.recorded && unknown) return;
  const auto cell = [&](std::size_t column) { return input_.prior.cell(of, column); };
  add_needed({cell(vm_column::network), cell(vm_column::target_network), cell(vm_column::region),
              cell(vm_column::target_region)},
             unknown, status_of(of), of.address);
}

void Holder::add_needed(const Replication& of, bool unknown, Status status, Text who) {
  const auto add = [&](ResourceId at) {
    if (at && changes_cloud_[at]) roots_.push_back({at, unknown, status, who});
  };
  const auto add_prior = [&](PriorId p) {
    if (p) add(wanted_at_[p] ? wanted_at_[p] : leaves_at_[p]);
  };
  const auto& wanted = input_.relations.wanted();
  const auto& had = input_.relations.had();
  for (const Text name : {of.network, of.target_network}) {
    if (const DesiredId network = wanted.network(name)) add(want(network).resource);
    add_prior(had.network(name));
  }
  for (const auto& [from, to] : {std::pair(of.network, of.target_region), std::pair(of.target_network, of.region)}) {
    if (const DesiredId half = wanted.half(from, to)) add(want(half).resource);
    add_prior(had.half(from, to));
  }
}

// A desired resource is left alone with what it stands on (`vm.web1` with `network.app`), with its mirror, with the
// prior row that it is, and with the row that leaves its slot.
void Holder::connect_desired() {
  KeyMap<ResourceId> slot_outgoing;  // key of a half, vm or nic that leaves -> where from
  for (const PriorId p : leaves_at_.ids())
    if (leaves_at_[p] && row(p).type != k_network_type) slot_outgoing.set(row(p).key(), leaves_at_[p]);
  const auto& wanted = input_.relations.wanted();
  for (const DesiredId d : input_.desired.rows.ids()) {
    const ResourceId at = want(d).resource;
    for (const Related<DesiredId> on : wanted.needs(d)) edge(want(on.row).resource, at);
    if (want(d).mirror) edge(want(want(d).mirror).resource, at);
    edge(slot_outgoing[want(d).key()], at);
    if (const PriorId origin = input_.match.origin[d]) edge(row(origin).resource, at);
  }
}

// A prior row is left alone with what it stands on; and what it stands on is not deleted while it is left alone:
// `network.old` while `mapping.a.forward` leads to it.
void Holder::connect_prior() {
  const auto& had = input_.relations.had();
  for (const PriorId p : input_.prior.rows.ids()) {
    const ResourceId at = row(p).resource;
    edge(at, leaves_at_[p]);
    edge(leaves_at_[p], at);
    if (row(p).type == k_mapping_type && row(p).recorded) edge(mirror_of(at), at);
    if (row(p).type == k_vm_type && row(p).presence == Existence::Absent) continue;
    for (const Related<PriorId> on : had.needs(p)) {
      edge(wanted_at(on.row), at);
      edge(at, leaves_at_[on.row]);
    }
  }
}

std::vector<std::uint32_t> Holder::reach(const DependencyGraph& graph, bool unknown) const {
  std::vector<std::uint32_t> vertices;
  for (const Root& root : roots_)
    if (root.unknown == unknown) vertices.push_back(root.resource.value);
  return graph.reach(vertices);
}

const Holder::Root* Holder::root_at(ResourceId resource) const {
  const auto at = ranges::lower_bound(roots_, resource, std::less(), &Root::resource);
  return at != roots_.end() && at->resource == resource ? &*at : nullptr;
}

void Holder::find_left_alone() {
  const DependencyGraph graph(input_.estate.size(), edges_);
  const std::vector<std::uint32_t> unknown = reach(graph, true), held = reach(graph, false);
  for (const Root& root : roots_) {
    if (root.unknown) out_.unknown.push_back({root.resource, root.why});
    else out_.held.push_back({root.resource, root.status, root.why});
  }
  for (const Pairing& pairing : input_.match.pairings) {
    const std::size_t at = pairing.resource.index();
    const bool is_unknown = unknown[at] != UINT32_MAX;
    if (!is_unknown && held[at] == UINT32_MAX) continue;
    const Asked asked = input_.asked(pairing);
    const bool nothing = asked.action == Action::NoOp;
    const Root* root = root_at(pairing.resource);
    if (nothing && root == nullptr) continue;  // it is as it should be: unchanged
    const ResourceId mirror = mirror_of(pairing.resource);
    const bool mirror_changes = mirror && changes_cloud_[mirror];
    // What is held may still be adopted, moved or forgotten, which changes state only; not where the other half of the
    // pair is to be changed in the cloud: a pair is planned as one (docs/adr/0006).
    if (!nothing && !is_unknown && asked.is_local() && !mirror_changes) continue;
    out_.left_alone.push_back(pairing.resource);
    if (nothing) continue;
    out_.stops_a_change = true;
    if (pairing.origin) out_.asked.push_back(pairing.origin);
    for (const Outgoing& outgoing : input_.match.outgoing_of(pairing)) out_.asked.push_back(outgoing.prior);
    if (root != nullptr) continue;
    std::uint32_t reached_from = pairing.resource.value;  // in the end the root
    while (!is_unknown && held[reached_from] != reached_from) reached_from = held[reached_from];
    const Text because = input_.estate.address(ResourceId(is_unknown ? unknown[at] : held[at]));
    if (is_unknown) out_.unknown.push_back({pairing.resource, because});
    else out_.held.push_back({pairing.resource, root_at(ResourceId(reached_from))->status, because});
  }
  ranges::sort(out_.unknown, std::less(), &UnknownItem::resource);
  ranges::sort(out_.held, std::less(), &HeldItem::resource);
}

}  // namespace

Held hold(const HoldInput& input, StringPool& texts) { return Holder(input, texts).run(); }

Match leave_alone(Match match, const Held& held) {
  if (held.left_alone.empty()) return match;
  std::erase_if(match.pairings,
                [&](const Pairing& pairing) { return ranges::binary_search(held.left_alone, pairing.resource); });
  return match;
}

}  // namespace pairform
