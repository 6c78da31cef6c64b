#include "engine/decide/order.h"

#include <map>
#include <queue>
#include <range/v3/algorithm/none_of.hpp>
#include <range/v3/algorithm/sort.hpp>
#include <range/v3/algorithm/unique.hpp>
#include <set>
#include <tuple>

#include "engine/model/network_change.h"
#include "schema/base_types.h"
#include "schema/check.h"

namespace pairform {

namespace {

class Orderer {
 public:
  Orderer(const StepsInput& input, const Diff& diff)
      : input_(input), diff_(diff), change_at_(input.estate.size()), leave_step_(input.prior.rows.size()) {}

  DenseMap<StepId, Step> run() {
    if (diff_.changes.empty()) return {};
    for (const ChangeId c : diff_.changes.ids()) change_at_[diff_.changes[c].resource] = c;
    made_.resize(diff_.changes.size());
    for (const ChangeId c : diff_.changes.ids()) make(c);
    for (const ChangeId c : diff_.changes.ids()) {
      chain(c);
      if (diff_.changes[c].type == k_mapping_type) connect_half(c);
    }
    connect_machines();
    reduce();
    return walk();
  }

 private:
  // The steps of one change.
  struct Made {
    std::vector<StepId> outgoing;  // steps of the outgoing rows, in their order
    StepId arrive;                 // create, adopt or move
    StepId update;
    StepId shrink;
    StepId first() const { return arrive ? arrive : update ? update : shrink; }
    StepId arrived() const { return update ? update : arrive; }  // then others may begin: a shrink only takes away
  };

  const Change& change(ChangeId c) const { return diff_.changes[c]; }
  StepId add(ChangeId c, StepOperation operation, PriorId subject) {
    return steps_.push_back({c, operation, subject, {}});
  }
  void wait(StepId step, StepId for_step) {
    if (step && for_step && step != for_step) steps_[step].waits_for.push_back(for_step);
  }
  const Relations<DesiredId>& wanted() const { return input_.relations.wanted(); }
  const Relations<PriorId>& had() const { return input_.relations.had(); }
  ChangeId change_of(DesiredId row) const { return row ? change_at_[input_.desired.rows[row].resource] : ChangeId(); }
  void wait_for_arrival(const Made& made, DesiredId of) {
    const ChangeId other = change_of(of);
    if (other) wait(made.first(), made_[other].arrived());
  }
  void wait_for_needs(const Made& made, DesiredId row) {
    for (const Related<DesiredId> on : wanted().needs(row)) wait_for_arrival(made, on.row);
  }
  // What the prior row stands on leaves after this step.
  void leave_needs(StepId step, PriorId row) {
    for (const Related<PriorId> on : had().needs(row)) wait(leave_step_[on.row], step);
  }
  const std::vector<Subnet>& subnets(Text cell) const { return input_.parsed.subnets(input_.texts, cell); }
  ChangeId mirror_change(ChangeId c) const {
    const ResourceId mirror = input_.estate[change(c).resource].mirror;
    return mirror ? change_at_[mirror] : ChangeId();
  }

  void make(ChangeId c);
  void chain(ChangeId c);
  void connect_half(ChangeId c);
  void order_pair(ChangeId c);
  void connect_machines();
  void connect_vm(ChangeId c);
  void land_elsewhere(StepId update, PriorId vm);
  void connect_nic(ChangeId c);
  void connect_test(ChangeId c, DesiredId vm, PriorId old_vm);
  bool goes_whole(PriorId half) const;
  void leave_subnet(StepId step, PriorId vm, Text subnet);
  bool brings_subnet(ChangeId c, Text subnet);
  void reduce();
  struct Dependents {
    std::vector<std::uint32_t> starts;
    std::vector<StepId> steps;
  };
  Dependents dependents() const;
  // What the list is sorted by.
  std::tuple<ResourceId, StepOperation, StepId> key(StepId s) const {
    return {change(steps_[s].change).resource, steps_[s].operation, s};
  }
  template <class IsReady>
  StepId mirror_step(ChangeId half, IsReady is_ready) const;
  DenseMap<StepId, Step> walk();
  DenseMap<StepId, Step> renumber(const std::vector<StepId>& order);

  const StepsInput& input_;
  const Diff& diff_;
  DenseMap<StepId, Step> steps_;
  DenseMap<ChangeId, Made> made_;
  DenseMap<ResourceId, ChangeId> change_at_;
  DenseMap<PriorId, StepId> leave_step_;               // the step by which it leaves; none: it stays
  KeyMap<StepId> half_leaving_;                        // slot -> the step by which the half that held it leaves
  TextSet wanted_slots_;                               // of desired halves
  std::map<ChangeId, std::set<std::string>> brought_;  // by change of a network: subnets it adds or changes
};

void Orderer::make(ChangeId c) {
  const Change& from = change(c);
  Made& made = made_[c];
  for (const Outgoing& outgoing : from.outgoing) {
    const PriorRow& row = input_.prior.rows[outgoing.prior];
    const StepId step = add(c, outgoing.forget ? StepOperation::Forget : StepOperation::Delete, outgoing.prior);
    made.outgoing.push_back(step);
    leave_step_[outgoing.prior] = step;
    if (row.type == k_mapping_type) half_leaving_.set(row.key(), step);
  }
  switch (from.arrival) {
    case Arrival::Create: made.arrive = add(c, StepOperation::Create, k_none); break;
    case Arrival::Adopt: made.arrive = add(c, StepOperation::Adopt, from.origin); break;
    case Arrival::Move: made.arrive = add(c, StepOperation::Move, from.origin); break;
    case Arrival::None: break;
  }
  if (from.update) made.update = add(c, StepOperation::Update, from.origin);
  if (from.shrink) made.shrink = add(c, StepOperation::Shrink, from.origin);
}

void Orderer::chain(ChangeId c) {
  const Made& made = made_[c];
  // A network, vm or nic that is only forgotten does not block what arrives at its address: state tells rows apart by
  // id. And it must not. Example: the stanza of the existing network.hub names another network now. The old row is
  // forgotten only after mapping.app.forward points to the new network, and that update waits for the arrival of the new
  // network: if the arrival waited for the forget, that would be a cycle.
  // A half does wait: the new half may take the same slot as the forgotten one.
  for (const StepId outgoing : made.outgoing) {
    const bool forgotten = outgoing && steps_[outgoing].operation == StepOperation::Forget;
    if (!forgotten || change(c).type == k_mapping_type) wait(made.first(), outgoing);
  }
  wait(made.update, made.arrive);
  wait(made.shrink, made.update ? made.update : made.arrive);
}

void Orderer::connect_half(ChangeId c) {
  const Change& from = change(c);
  const Made& made = made_[c];
  for (std::size_t i = 0; i < from.outgoing.size(); ++i) leave_needs(made.outgoing[i], from.outgoing[i].prior);
  if (from.desired) {
    wait_for_needs(made, from.desired);
    // A created or adopted half takes a slot, so it waits for the half that leaves it: mapping.b.forward on the slot that
    // mapping.a.forward gives up. A moved half has its slot already.
    if (from.arrival == Arrival::Create || from.arrival == Arrival::Adopt)
      wait(made.arrive, half_leaving_[input_.desired.rows[from.desired].key()]);
    if (made.update && from.origin) leave_needs(made.update, from.origin);
  }
  order_pair(c);
}

void Orderer::order_pair(ChangeId c) {
  const ChangeId other = mirror_change(c);
  if (!other || !change(c).desired) return;
  const Made& own = made_[c];
  const Made& mirror = made_[other];
  if (own.update != k_none)
    for (const StepId outgoing : mirror.outgoing) wait(own.update, outgoing);
  if (change(c).arrival != Arrival::Create) return;
  for (const StepId outgoing : mirror.outgoing) wait(own.arrive, outgoing);
  wait(own.arrive, mirror.update);
}

void Orderer::connect_machines() {
  const auto is_machine = [](const Change& of) { return of.type == k_vm_type || of.type == k_nic_type; };
  if (ranges::none_of(diff_.changes, is_machine)) return;
  for (const DesiredRow& row : input_.desired.rows)
    if (row.type == k_mapping_type) wanted_slots_.insert(row.identity);
  for (const ChangeId c : diff_.changes.ids()) {
    if (change(c).type == k_vm_type) connect_vm(c);
    if (change(c).type == k_nic_type) connect_nic(c);
  }
}

void Orderer::connect_vm(ChangeId c) {
  const Change& from = change(c);
  const Made& made = made_[c];
  for (std::size_t i = 0; i < from.outgoing.size(); ++i) leave_needs(made.outgoing[i], from.outgoing[i].prior);
  if (!from.desired) return;
  wait_for_needs(made, from.desired);
  if (made.update && from.origin) land_elsewhere(made.update, from.origin);
}

// The recovery network of `vm.web1` changes: its old one may go after that update, as a test network that it leaves may,
// and so may the pair by which it
// landed, if both halves go and no desired half wants their slots. The vm may live on another network by now, so that
// pair is found by its reverse half, which leads to where the vm lived: vm.web1 lived on network.a and landed in
// network.b, and lives on network.c now. The recorded half on network.b leads to network.a; from there the forward half
// is found.
void Orderer::land_elsewhere(StepId update, PriorId vm) {
  for (const Role role : {Role::LandsIn, Role::TestsIn})
    if (const PriorId left = had().need(vm, role)) wait(leave_step_[left], update);
  const PriorId home = had().need(vm, Role::ComesHomeBy);
  if (!home) return;
  const Text lived_on = input_.prior.cell(input_.prior.rows[home], half_column::target);
  const Text target_region = input_.prior.cell(input_.prior.rows[vm], vm_column::target_region);
  for (const PriorId half : {had().half(lived_on, target_region), home})
    if (half && goes_whole(half)) wait(leave_step_[half], update);
}

// Does the whole pair of this half leave, and no desired half takes over one of its slots?
bool Orderer::goes_whole(PriorId half) const {
  const ResourceId own = input_.prior.rows[half].resource;
  for (const ResourceId resource : {own, input_.estate[own].mirror}) {
    if (!resource) continue;
    const ChangeId c = change_at_[resource];
    if (!c || change(c).desired || change(c).outgoing.size() != 1) return false;
    if (wanted_slots_.contains(input_.prior.rows[change(c).outgoing.front().prior].identity)) return false;
  }
  return true;
}

// Does this change of a network add the subnet, or give it another prefix?
bool Orderer::brings_subnet(ChangeId c, Text subnet) {
  const auto [at, fresh] = brought_.try_emplace(c);
  const Change& from = change(c);
  if (fresh && from.desired != k_none && from.origin != k_none)
    at->second =
        brought_subnets(subnets(input_.prior.cell(input_.prior.rows[from.origin], network_column::subnets)),
                        subnets(input_.desired.cell(input_.desired.rows[from.desired], network_column::subnets)));
  return at->second.contains(std::string(input_.texts.view(subnet)));
}

// A target address of this vm goes, or moves to another subnet: after that its recovery network may go, shrink, or
// change the prefix of that subnet.
void Orderer::leave_subnet(StepId step, PriorId vm, Text subnet) {
  const PriorId network = had().need(vm, Role::LandsIn);
  if (!network || !step) return;
  wait(leave_step_[network], step);
  const ChangeId other =
      change_of(wanted().network(input_.prior.cell(input_.prior.rows[vm], vm_column::target_network)));
  if (!other) return;
  wait(made_[other].shrink, step);
  if (brings_subnet(other, subnet)) wait(made_[other].update, step);
}

void Orderer::connect_nic(ChangeId c) {
  const Change& from = change(c);
  const Made& made = made_[c];
  const auto subnet_of = [&](PriorId nic) {
    return input_.prior.cell(input_.prior.rows[nic], nic_column::target_subnet);
  };
  for (std::size_t i = 0; i < from.outgoing.size(); ++i) {
    const PriorId vm = had().need(from.outgoing[i].prior, Role::PartOf);
    if (!vm) continue;
    wait(leave_step_[vm], made.outgoing[i]);
    leave_subnet(made.outgoing[i], vm, subnet_of(from.outgoing[i].prior));
  }
  if (!from.desired) return;
  wait_for_needs(made, from.desired);
  const DesiredId vm = wanted().need(from.desired, Role::PartOf);
  // The vm may have no change while its recovery network gets the subnet in this plan: then only this wait makes the
  // nic's step come after the update of the network.
  const ChangeId network = vm ? change_of(wanted().need(vm, Role::LandsIn)) : ChangeId();
  const Text subnet = input_.desired.cell(input_.desired.rows[from.desired], nic_column::target_subnet);
  if (network && brings_subnet(network, subnet)) wait(made.first(), made_[network].arrived());
  // An update that leaves the old subnet, or the old recovery network: what it leaves may go afterwards.
  const PriorId old_vm = made.update && from.origin ? had().need(from.origin, Role::PartOf) : PriorId();
  connect_test(c, vm, old_vm);
  if (!old_vm) return;
  const Text target = vm ? input_.desired.cell(input_.desired.rows[vm], vm_column::target_network) : Text();
  const Text left = input_.prior.cell(input_.prior.rows[old_vm], vm_column::target_network);
  if (left != target || subnet_of(from.origin) != subnet) leave_subnet(made.update, old_vm, subnet_of(from.origin));
}

// The same of the test network: a subnet that the test comes up in must be there first, and one that it leaves goes
// afterwards. A prefix that changes under a test waits for nothing: nobody runs there. (checks.cc refuses the plan that
// would make a circle of such waits and of those of landings.)
void Orderer::connect_test(ChangeId c, DesiredId vm, PriorId old_vm) {
  const ChangeId tested = vm ? change_of(wanted().need(vm, Role::TestsIn)) : ChangeId();
  const Text subnet = input_.desired.cell(input_.desired.rows[change(c).desired], nic_column::test_subnet);
  if (tested && subnet && brings_subnet(tested, subnet)) wait(made_[c].first(), made_[tested].arrived());
  if (!old_vm || input_.prior.cell(input_.prior.rows[change(c).origin], nic_column::test_subnet) == subnet) return;
  const ChangeId left =
      change_of(wanted().network(input_.prior.cell(input_.prior.rows[old_vm], vm_column::test_network)));
  if (left) wait(made_[left].shrink, made_[c].update);
}

// Drops a wait that other waits of the same step imply. Looks at no more than k_most_looked steps for each, so that a
// network that thousands of halves leave costs nothing; real chains are five or six long.
void Orderer::reduce() {
  constexpr std::size_t k_most_looked = 512;
  for (Step& step : steps_) {
    ranges::sort(step.waits_for);
    step.waits_for.erase(ranges::unique(step.waits_for), step.waits_for.end());
  }
  DenseMap<StepId, StepId> seen_by(steps_.size());
  std::vector<StepId> open;
  for (const StepId s : steps_.ids()) {
    auto& waits = steps_[s].waits_for;
    if (waits.size() < 2 || waits.size() > k_most_looked) continue;
    open.clear();
    std::size_t looked = 0;
    const auto look = [&](StepId from) {
      for (const StepId further : steps_[from].waits_for) {
        if (++looked > k_most_looked || seen_by[further] == s) continue;
        seen_by[further] = s;
        open.push_back(further);
      }
    };
    for (const StepId waited : waits) look(waited);
    while (!open.empty() && looked <= k_most_looked) {
      const StepId from = open.back();
      open.pop_back();
      look(from);
    }
    std::erase_if(waits, [&](StepId waited) { return seen_by[waited] == s; });
  }
}

// Who waits for each step, as one array: those of step s are of [starts[s], starts[s + 1]).
Orderer::Dependents Orderer::dependents() const {
  Dependents out{std::vector<std::uint32_t>(steps_.size() + 1, 0), {}};
  for (const Step& step : steps_)
    for (const StepId waited : step.waits_for) ++out.starts[waited.index() + 1];
  for (std::size_t s = 0; s < steps_.size(); ++s) out.starts[s + 1] += out.starts[s];
  out.steps.resize(out.starts.back());
  std::vector<std::uint32_t> fill(out.starts.begin(), out.starts.end() - 1);
  for (const StepId s : steps_.ids())
    for (const StepId waited : steps_[s].waits_for) out.steps[fill[waited.index()]++] = s;
  return out;
}

// The smallest step of the mirror of a half's change for which `is_ready`.
template <class IsReady>
StepId Orderer::mirror_step(ChangeId half, IsReady is_ready) const {
  StepId best;
  const ChangeId other = change(half).type == k_mapping_type ? mirror_change(half) : ChangeId();
  if (other == k_none) return best;
  const Made& made = made_[other];
  const auto offer = [&](StepId s) {
    if (s && is_ready(s) && (!best || key(s) < key(best))) best = s;
  };
  for (const StepId s : made.outgoing) offer(s);
  for (const StepId s : {made.arrive, made.update, made.shrink}) offer(s);
  return best;
}

DenseMap<StepId, Step> Orderer::walk() {
  const auto later = [&](StepId a, StepId b) { return key(a) > key(b); };
  std::priority_queue<StepId, std::vector<StepId>, decltype(later)> ready(later);
  const Dependents waiting = dependents();
  DenseMap<StepId, std::uint32_t> missing(steps_.size());
  for (const StepId s : steps_.ids()) {
    missing[s] = static_cast<std::uint32_t>(steps_[s].waits_for.size());
    if (missing[s] == 0) ready.push(s);
  }
  DenseMap<StepId, bool> emitted(steps_.size());
  std::vector<StepId> order;
  order.reserve(steps_.size());
  StepId next;
  while (next || !ready.empty()) {
    if (next == k_none) {
      next = ready.top();
      ready.pop();
      if (emitted[next]) {
        next = k_none;
        continue;
      }
    }
    emitted[next] = true;
    order.push_back(next);
    for (std::uint32_t i = waiting.starts[next.index()]; i < waiting.starts[next.index() + 1]; ++i)
      if (--missing[waiting.steps[i]] == 0) ready.push(waiting.steps[i]);
    next = mirror_step(steps_[next].change, [&](StepId s) { return !emitted[s] && missing[s] == 0; });
  }
  PAIRFORM_CHECK(order.size() == steps_.size());
  return renumber(order);
}

DenseMap<StepId, Step> Orderer::renumber(const std::vector<StepId>& order) {
  DenseMap<StepId, StepId> number(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) number[order[i]] = StepId(i);
  DenseMap<StepId, Step> out;
  out.reserve(order.size());
  for (const StepId s : order) {
    out.push_back(std::move(steps_[s]));
    for (StepId& waited : out.back().waits_for) waited = number[waited];
    ranges::sort(out.back().waits_for);
  }
  return out;
}

}  // namespace

DenseMap<StepId, Step> order_steps(const StepsInput& input, const Diff& diff) { return Orderer(input, diff).run(); }

}  // namespace pairform
