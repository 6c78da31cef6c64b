#include "engine/decide/hold.h"

#include <fmt/format.h>

#include <array>
#include <functional>
#include <range/v3/algorithm/any_of.hpp>
#include <range/v3/algorithm/binary_search.hpp>
#include <range/v3/algorithm/lower_bound.hpp>
#include <range/v3/algorithm/sort.hpp>
#include <range/v3/algorithm/stable_sort.hpp>
#include <range/v3/algorithm/unique.hpp>
#include <set>

#include "schema/base_types.h"

namespace pairform {
namespace {

constexpr std::uint8_t k_leaves = 1;  // of an edge: to a row that leaves, from what it stands on

bool is_held(const PriorRow& row) { return row.pending || row.status != Status::Settled; }
Status status_of(const PriorRow& row) {
  return row.pending && row.status == Status::Settled ? Status::Busy : row.status;
}

class Holder {
 public:
  Holder(const HoldInput& input, StringPool& texts) : input_(input), texts_(texts) {}

  Held run() {
    if (input_.left_out.empty() && !anything_unsettled()) return std::move(out_);
    find_places();
    find_left_out();
    find_unsettled();
    find_blind();
    find_needed();
    // Of two reasons for one resource the first found counts: that it is left out, its own state, a blind nic, what
    // needs it.
    ranges::stable_sort(roots_, std::less(), &Root::resource);
    roots_.erase(ranges::unique(roots_, std::equal_to(), &Root::resource), roots_.end());
    connect_desired();
    connect_prior();
    find_left_alone();
    return std::move(out_);
  }

 private:
  enum class Why : std::uint8_t { Unknown, Held, LeftOut };
  struct Root {
    ResourceId resource;
    Why kind;  // Unknown: it could not be read; Held: `status` holds it
    Status status;
    // The service's words; or of what needs it, as `vm.web1` of the `network.dr` it comes home from; or of `vm.web1`
    // its nic that could not be read. None: the status says all.
    Text why;
    std::string words{};  // of what is left out: why
  };

  const PriorRow& row(PriorId p) const { return input_.prior.rows[p]; }
  const DesiredRow& want(DesiredId d) const { return input_.desired.rows[d]; }
  // Where the row is wanted; where it is recorded if it is not.
  ResourceId wanted_at(PriorId p) const { return wanted_at_[p] ? wanted_at_[p] : row(p).resource; }
  ResourceId mirror_of(ResourceId half) const { return input_.estate[half].mirror; }
  // What leaves `from` alone leaves `to` alone; `k_leaves`: not where `from` is only left out.
  void edge(ResourceId from, ResourceId to, std::uint8_t label = 0) {
    if (from && to && from != to) edges_.push_back({from.value, to.value, label});
  }

  static bool is_unsettled(const PriorRow& of);
  bool anything_unsettled() const;
  void find_places();
  void find_left_out();
  void find_asked_for(DesiredId vm);
  void add_asked_for(PriorId recorded, Text vm);
  Text why_unsettled(const PriorRow& of);
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
  void leave_alone(const Pairing& pairing);
  bool forgets_network(const Pairing& pairing) const;
  void forget_nothing();
  void add_item(ResourceId resource, const Root& root, Text because);
  void find_reached();
  std::vector<std::uint32_t> reach(const DependencyGraph& graph, Why kind) const;
  bool reaches(Why kind, ResourceId resource) const { return reached_[index(kind)][resource.index()] != UINT32_MAX; }
  static std::size_t index(Why kind) { return static_cast<std::size_t>(kind); }
  const Root* root_at(ResourceId resource) const;

  const HoldInput& input_;
  StringPool& texts_;
  Held out_;
  std::vector<Root> roots_;  // in the end one a resource, by resource
  std::vector<DependencyEdge> edges_;
  std::array<std::vector<std::uint32_t>, 3> reached_;  // by Why, then by resource: where it was reached from
  DenseMap<PriorId, ResourceId> wanted_at_;            // where a desired row is it; none: nothing wants it
  DenseMap<PriorId, ResourceId> leaves_at_;            // the resource of the pairing it leaves from; none: it stays
  DenseMap<ResourceId, bool> changes_cloud_;
  DenseMap<ResourceId, bool> lets_go_;  // a derived row that would be forgotten because no vm asks for it any more
  DenseMap<ResourceId, bool> blind_;    // vms with a recorded nic that could not be read
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
  lets_go_.assign(input_.estate.size(), false);
  for (const DesiredId d : input_.match.origin.ids())
    if (const PriorId p = input_.match.origin[d]) wanted_at_[p] = want(d).resource;
  for (const Pairing& pairing : input_.match.pairings) {
    for (const Outgoing& outgoing : input_.match.outgoing_of(pairing)) {
      leaves_at_[outgoing.prior] = pairing.resource;
      const PriorRow& of = row(outgoing.prior);
      if (outgoing.forget && !outgoing.removed && of.because) lets_go_[pairing.resource] = true;
    }
    changes_cloud_[pairing.resource] = !input_.asked(pairing).is_local();
  }
}

// What is left out is not changed, and what is recorded only because it asks for it does not leave.
void Holder::find_left_out() {
  std::set<Text> vms;
  for (const LeftOutItem& item : input_.left_out) {
    roots_.push_back({item.resource, Why::LeftOut, Status::Settled, Text(), item.because});
    const Resource& of = input_.estate[item.resource];
    if (of.type != k_vm_type) continue;
    vms.insert(of.address);
    if (of.desired) find_asked_for(of.desired);
  }
  if (vms.empty()) return;
  for (const PriorId p : input_.prior.rows.ids())
    if (row(p).because && leaves_at_[p] && vms.contains(row(p).because)) add_asked_for(p, row(p).because);
}

// The recorded pair by which a vm that is left out would land, where nobody else wants it: `mapping.app-to-west` of
// `vm.web1`, also where it is recorded because of another vm, or was declared.
void Holder::find_asked_for(DesiredId vm) {
  const auto cell = [&](std::size_t column) { return input_.desired.cell(want(vm), column); };
  const PriorId half = input_.relations.had().half(cell(vm_column::network), cell(vm_column::target_region));
  if (half && leaves_at_[half]) add_asked_for(half, want(vm).address);
}

void Holder::add_asked_for(PriorId recorded, Text vm) {
  roots_.push_back({leaves_at_[recorded], Why::LeftOut, Status::Settled, Text(),
                    std::string(texts_.view(vm)) + ", which is left out, asks for it"});
}

// What is going on with it, as far as anybody says: "…: being seeded, 45 %".
Text Holder::why_unsettled(const PriorRow& of) {
  const Text going_on = of.status == Status::Busy ? of.note : Text();
  if (!of.pending) return of.why_unknown ? of.why_unknown : going_on;
  constexpr std::string_view k_accepted = "an accepted operation on it has not settled yet";
  return going_on ? texts_.intern(fmt::format("{}: {}", k_accepted, texts_.view(going_on))) : texts_.intern(k_accepted);
}

void Holder::find_unsettled() {
  for (const PriorId p : input_.prior.rows.ids()) {
    if (!is_unsettled(row(p))) continue;
    const bool unknown = row(p).presence == Existence::Unknown;
    roots_.push_back({wanted_at(p), unknown ? Why::Unknown : Why::Held, status_of(row(p)), why_unsettled(row(p))});
  }
  for (const DesiredRow& desired : input_.desired.rows)
    if (desired.gone) roots_.push_back({desired.resource, Why::Held, Status::Gone, Text()});
    else if (desired.unknown) roots_.push_back({desired.resource, Why::Unknown, Status::Settled, desired.unknown});
  for (const Root& root : roots_)
    if (root.kind == Why::Unknown) out_.complete = false;
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
    roots_.push_back({vm, Why::Unknown, Status::Settled, nic.address});
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
// in the cloud while it is held, and none that was derived for it is forgotten: state has to know by what it comes home.
// Likewise those of a recorded vm that could not be read: it may have failed over.
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
    if (at && (changes_cloud_[at] || lets_go_[at]))
      roots_.push_back({at, unknown ? Why::Unknown : Why::Held, status, who});
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
    const bool goes = leaves_at_[p] == at && !wanted_at_[p];
    for (const Related<PriorId> on : had.needs(p)) {
      edge(wanted_at(on.row), at, goes ? k_leaves : 0);
      edge(at, leaves_at_[on.row]);
    }
  }
}

std::vector<std::uint32_t> Holder::reach(const DependencyGraph& graph, Why kind) const {
  std::vector<std::uint32_t> vertices;
  for (const Root& root : roots_)
    if (root.kind == kind) vertices.push_back(root.resource.value);
  return graph.reach(vertices);
}

void Holder::find_reached() {
  const DependencyGraph graph(input_.estate.size(), edges_);
  for (const Why kind : {Why::Unknown, Why::Held}) reached_[index(kind)] = reach(graph, kind);
  std::erase_if(edges_, [](const DependencyEdge& each) { return each.label == k_leaves; });
  reached_[index(Why::LeftOut)] = reach(DependencyGraph(input_.estate.size(), edges_), Why::LeftOut);
}

const Holder::Root* Holder::root_at(ResourceId resource) const {
  const auto at = ranges::lower_bound(roots_, resource, std::less(), &Root::resource);
  return at != roots_.end() && at->resource == resource ? &*at : nullptr;
}

// `because`: of what is reached from a root, what it depends on; none: it is the root itself.
void Holder::add_item(ResourceId resource, const Root& root, Text because) {
  const Text why = because ? because : root.why;
  switch (root.kind) {
    case Why::Unknown: out_.unknown.push_back({resource, why}); return;
    case Why::Held: out_.held.push_back({resource, root.status, why}); return;
    case Why::LeftOut: out_.left_out.push_back({resource, why ? std::string(texts_.view(why)) : root.words}); return;
  }
}

void Holder::find_left_alone() {
  find_reached();
  for (const Root& root : roots_) add_item(root.resource, root, Text());
  for (const Pairing& pairing : input_.match.pairings) leave_alone(pairing);
  if (!input_.left_out.empty()) forget_nothing();
  ranges::sort(out_.unknown, std::less(), &UnknownItem::resource);
  ranges::sort(out_.held, std::less(), &HeldItem::resource);
  ranges::sort(out_.left_out, std::less(), &LeftOutItem::resource);
}

// State learns nothing of what is left out, nor of the networks that it stands on: what they were recorded to hold is what
// its error is told from. If `network.dr` were recorded without the subnet that `vm.w1` lands in, the next plan would
// take the recorded subnet of vm.w1 for one of another network.
void Holder::forget_nothing() {
  for (const PriorId p : input_.prior.rows.ids()) {
    if (!reaches(Why::LeftOut, wanted_at(p))) continue;
    out_.asked.push_back(p);
    for (const Related<PriorId> on : input_.relations.had().needs(p))
      if (row(on.row).type == k_network_type) out_.asked.push_back(on.row);
  }
  ranges::sort(out_.asked);
  out_.asked.erase(ranges::unique(out_.asked), out_.asked.end());
}

bool Holder::forgets_network(const Pairing& pairing) const {
  return ranges::any_of(input_.match.outgoing_of(pairing), [&](const Outgoing& outgoing) {
    return outgoing.forget && row(outgoing.prior).type == k_network_type;
  });
}

void Holder::leave_alone(const Pairing& pairing) {
  const ResourceId at = pairing.resource;
  const bool only_held = !reaches(Why::Unknown, at) && !reaches(Why::LeftOut, at);
  if (only_held && !reaches(Why::Held, at)) return;
  const Asked asked = input_.asked(pairing);
  const bool nothing = asked.action == Action::NoOp;
  const Root* root = root_at(at);
  if (nothing && root == nullptr) return;  // it is as it should be: unchanged
  const ResourceId mirror = mirror_of(at);
  const bool mirror_changes = mirror && changes_cloud_[mirror];
  // What is held may still be adopted, moved or forgotten, which changes state only; not where the other half of the
  // pair is to be changed in the cloud: a pair is planned as one (docs/adr/0006). And no network is forgotten on which
  // something stands that stays recorded: `vm.web1`, held, would name a network.app that state does not know any more.
  const bool forgets = lets_go_[at] ? root != nullptr : root == nullptr && forgets_network(pairing);
  if (!nothing && only_held && asked.is_local() && !mirror_changes && !forgets) return;
  out_.left_alone.push_back(at);
  if (nothing) return;
  out_.stops_a_change = true;
  if (pairing.origin) out_.asked.push_back(pairing.origin);
  for (const Outgoing& outgoing : input_.match.outgoing_of(pairing)) out_.asked.push_back(outgoing.prior);
  if (root != nullptr) return;
  const Why kind = reaches(Why::Unknown, at) ? Why::Unknown : reaches(Why::LeftOut, at) ? Why::LeftOut : Why::Held;
  const std::vector<std::uint32_t>& from = reached_[index(kind)];
  std::uint32_t reached_from = at.value;  // in the end the root
  while (from[reached_from] != reached_from) reached_from = from[reached_from];
  add_item(at, *root_at(ResourceId(reached_from)), input_.estate.address(ResourceId(from[at.index()])));
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
