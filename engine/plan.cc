#include "engine/plan.h"

#include <algorithm>
#include <map>
#include <queue>
#include <set>
#include <tuple>

#include "engine/network_change.h"
#include "engine/recovery/slot_index.h"
#include "schema/address.h"
#include "schema/check.h"
#include "schema/network_types.h"

namespace pairform {

Summary summarise(const Diff& diff) {
  Summary summary;
  for (const Change& change : diff.changes) ++summary.by_action[static_cast<std::size_t>(change.action)];
  summary.unchanged = diff.unchanged;
  return summary;
}

namespace {

class Orderer {
 public:
  Orderer(const StepsInput& input, const Diff& diff)
      : input_(input), diff_(diff), change_at_(input.estate.size()), network_leaver_(input.texts.size()) {}

  DenseMap<StepId, Step> run() {
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
  // The steps of one change, as indexes into steps_.
  struct Made {
    std::array<StepId, 2> leave;
    StepId arrive;  // create, adopt or move
    StepId update;
    StepId shrink;
    StepId first() const { return arrive ? arrive : update ? update : shrink; }
    StepId arrived() const { return update ? update : arrive; }  // all that others need is there
  };

  const Change& change(ChangeId c) const { return diff_.changes[c]; }
  StepId add(ChangeId c, StepOperation operation, PriorId subject) {
    return steps_.push_back({c, operation, subject, {}});
  }
  void wait(StepId step, StepId for_step) {
    if (step && for_step && step != for_step) steps_[step].waits_for.push_back(for_step);
  }
  ChangeId change_of(Text name) const {
    const ResourceId resource = input_.estate.find(name);
    return resource ? change_at_[resource] : ChangeId();
  }
  ChangeId mirror_change(ChangeId c) const {
    const ResourceId mirror = input_.estate[change(c).resource].mirror;
    return mirror ? change_at_[mirror] : ChangeId();
  }

  void make(ChangeId c);
  void chain(ChangeId c);
  void connect_half(ChangeId c);
  void leave_networks(StepId step, PriorId prior, Text but);
  void order_pair(ChangeId c);
  void connect_machines();
  void connect_vm(ChangeId c, const SlotIndex<DesiredId>& wanted, const SlotIndex<PriorId>& had);
  void connect_nic(ChangeId c);
  bool goes_whole(PriorId half) const;
  void leave_place(StepId step, const PriorRow& vm, const SlotIndex<PriorId>& had);
  void leave_subnet(StepId step, Text network, Text subnet);
  bool brings(ChangeId c, Text subnet);
  void reduce();
  DenseMap<StepId, Step> walk();
  DenseMap<StepId, Step> renumber(const std::vector<StepId>& order);

  const StepsInput& input_;
  const Diff& diff_;
  DenseMap<StepId, Step> steps_;
  DenseMap<ChangeId, Made> made_;
  DenseMap<ResourceId, ChangeId> change_at_;
  KeyMap<StepId> leaver_;                              // of a half, vm or nic: the step by which it leaves
  TextMap<StepId> network_leaver_;                     // name of a network -> the step by which it leaves
  TextMap<PriorId> vm_at_;                             // recorded address of a vm
  TextMap<DesiredId> wanted_vm_;                       // address of a vm
  TextMap<DesiredId> wanted_slot_;                     // slot -> desired half
  std::map<ChangeId, std::set<std::string>> brought_;  // by change of a network: subnets it adds or changes
};

void Orderer::make(ChangeId c) {
  const Change& from = change(c);
  Made& made = made_[c];
  std::size_t slot = 0;
  for (const Leaver& leaver : from.leavers) {
    const PriorRow& row = input_.prior.rows[leaver.prior];
    const StepId step = add(c, leaver.forget ? StepOperation::Forget : StepOperation::Delete, leaver.prior);
    PAIRFORM_CHECK(slot < made.leave.size());
    made.leave[slot++] = step;
    if (row.type == k_network_type) network_leaver_.set(input_.names.name(row.identity), step);
    else leaver_.set(row.key(), step);
  }
  if (from.create) made.arrive = add(c, StepOperation::Create, k_none);
  if (from.adopt) made.arrive = add(c, StepOperation::Adopt, from.origin);
  if (from.move) made.arrive = add(c, StepOperation::Move, from.origin);
  if (from.update) made.update = add(c, StepOperation::Update, from.origin);
  if (from.shrink) made.shrink = add(c, StepOperation::Shrink, from.origin);
}

void Orderer::chain(ChangeId c) {
  const Made& made = made_[c];
  // A network that is only forgotten is in nobody's way (state knows rows by id), and may wait for a half that needs
  // the new one first.
  for (const StepId leave : made.leave) {
    const bool forgotten = leave && steps_[leave].operation == StepOperation::Forget;
    if (!forgotten || change(c).type == k_mapping_type) wait(made.first(), leave);
  }
  wait(made.update, made.arrive);
  wait(made.shrink, made.update ? made.update : made.arrive);
}

void Orderer::leave_networks(StepId step, PriorId prior, Text but) {
  const PriorRow& row = input_.prior.rows[prior];
  for (const std::size_t column : {half_column::source, half_column::target}) {
    const Text network = input_.prior.cell(row, column);
    if (network && network != but) wait(network_leaver_[network], step);
  }
}

void Orderer::connect_half(ChangeId c) {
  const Change& from = change(c);
  const Made& made = made_[c];
  for (std::size_t i = 0; i < from.leavers.size(); ++i) leave_networks(made.leave[i], from.leavers[i].prior, Text());
  if (from.desired != k_none) {
    const DesiredRow& row = input_.desired.rows[from.desired];
    for (const std::size_t column : {half_column::source, half_column::target}) {
      const ChangeId network = change_of(input_.desired.cell(row, column));
      if (network != k_none) wait(made.first(), made_[network].arrived());
    }
    if (from.create || from.adopt) wait(made.arrive, leaver_[row.key()]);
    if (made.update != k_none && from.origin != k_none) leave_networks(made.update, from.origin, Text());
  }
  order_pair(c);
}

void Orderer::order_pair(ChangeId c) {
  const ChangeId other = mirror_change(c);
  if (other == k_none || change(c).desired == k_none) return;
  const Made& own = made_[c];
  const Made& mirror = made_[other];
  if (own.update != k_none)
    for (const StepId leave : mirror.leave) wait(own.update, leave);
  if (!change(c).create) return;
  for (const StepId leave : mirror.leave) wait(own.arrive, leave);
  wait(own.arrive, mirror.update);
}

void Orderer::connect_machines() {
  const auto is_machine = [](const Change& of) { return of.type == k_vm_type || of.type == k_nic_type; };
  if (std::none_of(diff_.changes.begin(), diff_.changes.end(), is_machine)) return;
  for (const auto p : input_.prior.rows.ids())
    if (input_.prior.rows[p].type == k_vm_type) vm_at_.set(input_.prior.rows[p].address, p);
  for (const auto d : input_.desired.rows.ids())
    if (input_.desired.rows[d].type == k_vm_type) wanted_vm_.set(input_.desired.rows[d].address, d);
    else if (input_.desired.rows[d].type == k_mapping_type) wanted_slot_.set(input_.desired.rows[d].identity, d);
  const SlotIndex<DesiredId> wanted(input_.desired, input_.texts);
  const SlotIndex<PriorId> had(input_.prior, input_.texts);
  for (const ChangeId c : diff_.changes.ids()) {
    if (change(c).type == k_vm_type) connect_vm(c, wanted, had);
    if (change(c).type == k_nic_type) connect_nic(c);
  }
}

// What a vm that goes stood on leaves after it.
void Orderer::leave_place(StepId step, const PriorRow& vm, const SlotIndex<PriorId>& had) {
  const Text network = input_.prior.cell(vm, vm_column::network),
             target = input_.prior.cell(vm, vm_column::target_network);
  for (const Text name : {network, target})
    if (name) wait(network_leaver_[name], step);
  for (const PriorId p : {had.find(network, input_.prior.cell(vm, vm_column::target_region)),
                          had.find(target, input_.prior.cell(vm, vm_column::region))})
    if (p != k_none) wait(leaver_[input_.prior.rows[p].key()], step);
}

void Orderer::connect_vm(ChangeId c, const SlotIndex<DesiredId>& wanted, const SlotIndex<PriorId>& had) {
  const Change& from = change(c);
  const Made& made = made_[c];
  for (std::size_t i = 0; i < from.leavers.size(); ++i)
    leave_place(made.leave[i], input_.prior.rows[from.leavers[i].prior], had);
  if (from.desired == k_none) return;
  const DesiredRow& row = input_.desired.rows[from.desired];
  const auto wait_for = [&](ResourceId resource) {
    const ChangeId other = resource ? change_at_[resource] : ChangeId();
    if (other != k_none) wait(made.first(), made_[other].arrived());
  };
  const Text network = input_.desired.cell(row, vm_column::network);
  wait_for(input_.estate.find(network));
  wait_for(input_.estate.find(input_.desired.cell(row, vm_column::target_network)));
  const DesiredId half = wanted.find(network, input_.desired.cell(row, vm_column::target_region));
  if (half != k_none) {
    wait_for(input_.desired.rows[half].resource);
    if (const DesiredId mirror = input_.desired.rows[half].mirror) wait_for(input_.desired.rows[mirror].resource);
  }
  if (made.update == k_none || from.origin == k_none) return;
  const PriorRow& prior = input_.prior.rows[from.origin];
  const Text left = input_.prior.cell(prior, vm_column::target_network);
  if (left) wait(network_leaver_[left], made.update);
  // A pair that goes as a whole, and whose slots nobody waits for, goes after what landed by it.
  // Its network may be another one by now: the way home tells from where it came.
  const PriorId home = had.find(left, input_.prior.cell(prior, vm_column::region));
  if (home == k_none) return;
  const Text from_network = input_.prior.cell(input_.prior.rows[home], half_column::target);
  for (const PriorId p : {had.find(from_network, input_.prior.cell(prior, vm_column::target_region)), home})
    if (p != k_none && goes_whole(p)) wait(leaver_[input_.prior.rows[p].key()], made.update);
}

bool Orderer::goes_whole(PriorId half) const {
  const ResourceId own = input_.prior.rows[half].resource;
  for (const ResourceId resource : {own, input_.estate[own].mirror}) {
    if (!resource) continue;
    const ChangeId c = change_at_[resource];
    if (c == k_none || change(c).desired != k_none || change(c).leavers.size() != 1) return false;
    if (wanted_slot_[input_.prior.rows[change(c).leavers.front().prior].identity]) return false;
  }
  return true;
}

// Does this change of a network add the subnet, or give it another prefix?
bool Orderer::brings(ChangeId c, Text subnet) {
  const auto [at, fresh] = brought_.try_emplace(c);
  const Change& from = change(c);
  if (fresh && from.desired != k_none && from.origin != k_none)
    at->second = brought_subnets(
        input_.texts.view(input_.prior.cell(input_.prior.rows[from.origin], network_column::subnets)),
        input_.texts.view(input_.desired.cell(input_.desired.rows[from.desired], network_column::subnets)));
  return at->second.contains(std::string(input_.texts.view(subnet)));
}

// A landing that goes, or moves away: then what it stood in may go, or change its prefix.
void Orderer::leave_subnet(StepId step, Text network, Text subnet) {
  if (!network || step == k_none) return;
  wait(network_leaver_[network], step);
  const ChangeId other = change_of(network);
  if (other == k_none || change(other).type != k_network_type) return;
  wait(made_[other].shrink, step);
  if (brings(other, subnet)) wait(made_[other].update, step);
}

void Orderer::connect_nic(ChangeId c) {
  const Change& from = change(c);
  const Made& made = made_[c];
  const auto vm_of = [&](PriorId p) -> const PriorRow* {
    const Text vm = input_.texts.find(vm_of_nic(input_.texts.view(input_.prior.rows[p].address)));
    const PriorId at = vm_at_[vm];
    return at ? &input_.prior.rows[at] : nullptr;
  };
  for (std::size_t i = 0; i < from.leavers.size(); ++i) {
    const PriorRow* vm = vm_of(from.leavers[i].prior);
    if (vm == nullptr) continue;
    wait(leaver_[vm->key()], made.leave[i]);
    leave_subnet(made.leave[i], input_.prior.cell(*vm, vm_column::target_network),
                 input_.prior.cell(input_.prior.rows[from.leavers[i].prior], nic_column::target_subnet));
  }
  if (from.desired == k_none) return;
  const DesiredRow& row = input_.desired.rows[from.desired];
  const Text vm_address = input_.texts.find(vm_of_nic(input_.texts.view(row.address)));
  const ChangeId vm_change = change_of(vm_address);
  if (vm_change != k_none) wait(made.first(), made_[vm_change].arrived());
  const DesiredId vm_row = wanted_vm_[vm_address];
  const Text target =
      vm_row == k_none ? Text() : input_.desired.cell(input_.desired.rows[vm_row], vm_column::target_network);
  const Text subnet = input_.desired.cell(row, nic_column::target_subnet);
  const ChangeId network = target ? change_of(target) : ChangeId();
  if (network != k_none && brings(network, subnet)) wait(made.first(), made_[network].arrived());
  if (made.update == k_none || from.origin == k_none) return;
  const PriorRow* vm = vm_of(from.origin);
  if (vm == nullptr) return;
  const Text left = input_.prior.cell(*vm, vm_column::target_network);
  const Text left_subnet = input_.prior.cell(input_.prior.rows[from.origin], nic_column::target_subnet);
  if (left != target || left_subnet != subnet) leave_subnet(made.update, left, left_subnet);
}

// Drops a wait that other waits of the same step imply. Looks at no more than k_most_looked steps for each, so that a
// network that thousands of halves leave costs nothing; real chains are five or six long.
void Orderer::reduce() {
  constexpr std::size_t k_most_looked = 512;
  for (Step& step : steps_) {
    std::sort(step.waits_for.begin(), step.waits_for.end());
    step.waits_for.erase(std::unique(step.waits_for.begin(), step.waits_for.end()), step.waits_for.end());
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

DenseMap<StepId, Step> Orderer::walk() {
  const auto key = [&](StepId s) { return std::tuple(change(steps_[s].change).resource, steps_[s].operation, s); };
  const auto later = [&](StepId a, StepId b) { return key(a) > key(b); };
  DenseMap<StepId, std::uint32_t> missing(steps_.size());
  std::vector<std::uint32_t> starts(steps_.size() + 1, 0);
  std::vector<StepId> dependents;
  for (const Step& step : steps_)
    for (const StepId waited : step.waits_for) ++starts[waited.index() + 1];
  for (std::size_t s = 0; s < steps_.size(); ++s) starts[s + 1] += starts[s];
  dependents.resize(starts.back());
  std::vector<std::uint32_t> fill(starts.begin(), starts.end() - 1);
  std::priority_queue<StepId, std::vector<StepId>, decltype(later)> ready(later);
  for (const StepId s : steps_.ids()) {
    missing[s] = static_cast<std::uint32_t>(steps_[s].waits_for.size());
    for (const StepId waited : steps_[s].waits_for) dependents[fill[waited.index()]++] = s;
    if (missing[s] == 0) ready.push(s);
  }
  DenseMap<StepId, bool> emitted(steps_.size());
  std::vector<StepId> order;
  order.reserve(steps_.size());
  // The smallest ready step of the mirror of the change just served.
  const auto mirror_step = [&](ChangeId c) {
    StepId best;
    const ChangeId other = change(c).type == k_mapping_type ? mirror_change(c) : ChangeId();
    if (other == k_none) return best;
    const Made& made = made_[other];
    for (const StepId s : {made.leave[0], made.leave[1], made.arrive, made.update, made.shrink})
      if (s && !emitted[s] && missing[s] == 0 && (!best || key(s) < key(best))) best = s;
    return best;
  };
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
    for (std::uint32_t i = starts[next.index()]; i < starts[next.index() + 1]; ++i)
      if (--missing[dependents[i]] == 0) ready.push(dependents[i]);
    next = mirror_step(steps_[next].change);
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
    std::sort(out.back().waits_for.begin(), out.back().waits_for.end());
  }
  return out;
}

}  // namespace

DenseMap<StepId, Step> order_steps(const StepsInput& input, const Diff& diff) { return Orderer(input, diff).run(); }

}  // namespace pairform
