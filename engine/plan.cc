#include "engine/plan.h"

#include <algorithm>
#include <map>
#include <queue>
#include <set>
#include <tuple>

#include "engine/check.h"
#include "engine/network_change.h"
#include "engine/recovery/slot_index.h"
#include "schema/address.h"
#include "schema/network_types.h"

namespace pairform {

std::string_view operation_text(StepOperation operation) {
  constexpr std::array<std::string_view, 7> texts{"create", "update", "shrink", "delete", "move", "forget", "adopt"};
  return texts[static_cast<std::size_t>(operation)];
}

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
      : input_(input),
        diff_(diff),
        change_at_(input.book.addresses.size(), k_no_row),
        leaver_(input.texts.size()),
        network_leaver_(input.texts.size()) {}

  std::vector<Step> run() {
    for (std::uint32_t c = 0; c < diff_.changes.size(); ++c) change_at_[diff_.changes[c].resource.index()] = c;
    made_.resize(diff_.changes.size());
    for (std::uint32_t c = 0; c < diff_.changes.size(); ++c) make(c);
    for (std::uint32_t c = 0; c < diff_.changes.size(); ++c) {
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
    std::array<std::uint32_t, 2> leave{k_no_row, k_no_row};
    std::uint32_t arrive = k_no_row;  // create, adopt or move
    std::uint32_t update = k_no_row;
    std::uint32_t shrink = k_no_row;
    std::uint32_t first() const { return arrive != k_no_row ? arrive : update != k_no_row ? update : shrink; }
    std::uint32_t arrived() const { return update != k_no_row ? update : arrive; }  // all that others need is there
  };

  const Change& change(std::uint32_t c) const { return diff_.changes[c]; }
  std::uint32_t add(std::uint32_t c, StepOperation operation, std::uint32_t subject) {
    steps_.push_back({c, operation, subject, {}});
    return static_cast<std::uint32_t>(steps_.size() - 1);
  }
  void wait(std::uint32_t step, std::uint32_t for_step) {
    if (step != k_no_row && for_step != k_no_row && step != for_step) steps_[step].waits_for.push_back(for_step);
  }
  std::uint32_t change_of(Text name) const {
    const ResourceId resource = input_.book.find(name);
    return resource ? change_at_[resource.index()] : k_no_row;
  }
  std::uint32_t mirror_change(std::uint32_t c) const {
    const ResourceId mirror = mirror_address(input_.book, input_.texts, change(c).resource);
    return mirror ? change_at_[mirror.index()] : k_no_row;
  }

  void make(std::uint32_t c);
  void chain(std::uint32_t c);
  void connect_half(std::uint32_t c);
  void leave_networks(std::uint32_t step, std::uint32_t prior, Text but);
  void order_pair(std::uint32_t c);
  void connect_machines();
  void connect_vm(std::uint32_t c, const SlotIndex& wanted, const SlotIndex& had);
  void connect_nic(std::uint32_t c);
  bool goes_whole(std::uint32_t half) const;
  void leave_place(std::uint32_t step, const PriorRow& vm, const SlotIndex& had);
  void leave_subnet(std::uint32_t step, Text network, Text subnet);
  bool brings(std::uint32_t c, Text subnet);
  void reduce();
  std::vector<Step> walk();
  std::vector<Step> renumber(const std::vector<std::uint32_t>& order);

  const StepsInput& input_;
  const Diff& diff_;
  std::vector<Step> steps_;
  std::vector<Made> made_;
  std::vector<std::uint32_t> change_at_;  // by resource
  TextIndex leaver_;                      // slot of a half, identity of a vm or nic -> the step by which it leaves
  TextIndex network_leaver_;              // name of a network -> the step by which it leaves
  TextIndex vm_at_{0};                    // recorded address of a vm -> prior row
  TextIndex wanted_vm_{0};                // address of a vm -> desired row
  TextIndex wanted_slot_{0};              // slot -> desired half
  std::map<std::uint32_t, std::set<std::string>> brought_;  // by change of a network: subnets it adds or changes
};

void Orderer::make(std::uint32_t c) {
  const Change& from = change(c);
  Made& made = made_[c];
  std::size_t slot = 0;
  for (const Leaver& leaver : from.leavers) {
    const PriorRow& row = input_.prior.rows[leaver.prior];
    const std::uint32_t step = add(c, leaver.forget ? StepOperation::Forget : StepOperation::Delete, leaver.prior);
    PAIRFORM_CHECK(slot < made.leave.size());
    made.leave[slot++] = step;
    if (row.type == k_network_type) network_leaver_.set(input_.names.name(row.identity), step);
    else leaver_.set(row.identity, step);
  }
  if (from.create) made.arrive = add(c, StepOperation::Create, k_no_row);
  if (from.adopt) made.arrive = add(c, StepOperation::Adopt, from.origin);
  if (from.move) made.arrive = add(c, StepOperation::Move, from.origin);
  if (from.update) made.update = add(c, StepOperation::Update, from.origin);
  if (from.shrink) made.shrink = add(c, StepOperation::Shrink, from.origin);
}

void Orderer::chain(std::uint32_t c) {
  const Made& made = made_[c];
  // A network that is only forgotten is in nobody's way (state knows rows by id), and may wait for a half that needs
  // the new one first.
  for (const std::uint32_t leave : made.leave) {
    const bool forgotten = leave != k_no_row && steps_[leave].operation == StepOperation::Forget;
    if (!forgotten || change(c).type == k_mapping_type) wait(made.first(), leave);
  }
  wait(made.update, made.arrive);
  wait(made.shrink, made.update != k_no_row ? made.update : made.arrive);
}

void Orderer::leave_networks(std::uint32_t step, std::uint32_t prior, Text but) {
  const PriorRow& row = input_.prior.rows[prior];
  for (const std::size_t column : {half_column::source, half_column::target}) {
    const Text network = input_.prior.cell(row, column);
    if (network && network != but) wait(network_leaver_[network], step);
  }
}

void Orderer::connect_half(std::uint32_t c) {
  const Change& from = change(c);
  const Made& made = made_[c];
  for (std::size_t i = 0; i < from.leavers.size(); ++i) leave_networks(made.leave[i], from.leavers[i].prior, Text());
  if (from.desired != k_no_row) {
    const DesiredRow& row = input_.desired.rows[from.desired];
    for (const std::size_t column : {half_column::source, half_column::target}) {
      const std::uint32_t network = change_of(input_.desired.cell(row, column));
      if (network != k_no_row) wait(made.first(), made_[network].arrived());
    }
    if (from.create || from.adopt) wait(made.arrive, leaver_[row.identity]);
    if (made.update != k_no_row && from.origin != k_no_row) leave_networks(made.update, from.origin, Text());
  }
  order_pair(c);
}

void Orderer::order_pair(std::uint32_t c) {
  const std::uint32_t other = mirror_change(c);
  if (other == k_no_row || change(c).desired == k_no_row) return;
  const Made& own = made_[c];
  const Made& mirror = made_[other];
  if (own.update != k_no_row)
    for (const std::uint32_t leave : mirror.leave) wait(own.update, leave);
  if (!change(c).create) return;
  for (const std::uint32_t leave : mirror.leave) wait(own.arrive, leave);
  wait(own.arrive, mirror.update);
}

void Orderer::connect_machines() {
  const auto is_machine = [](const Change& of) { return of.type == k_vm_type || of.type == k_nic_type; };
  if (std::none_of(diff_.changes.begin(), diff_.changes.end(), is_machine)) return;
  for (std::uint32_t p = 0; p < input_.prior.rows.size(); ++p)
    if (input_.prior.rows[p].type == k_vm_type) vm_at_.set(input_.prior.rows[p].address, p);
  for (std::uint32_t d = 0; d < input_.desired.rows.size(); ++d)
    if (input_.desired.rows[d].type == k_vm_type) wanted_vm_.set(input_.desired.rows[d].address, d);
    else if (input_.desired.rows[d].type == k_mapping_type) wanted_slot_.set(input_.desired.rows[d].identity, d);
  const SlotIndex wanted = SlotIndex::of(input_.desired, input_.texts), had = SlotIndex::of(input_.prior, input_.texts);
  for (std::uint32_t c = 0; c < diff_.changes.size(); ++c) {
    if (change(c).type == k_vm_type) connect_vm(c, wanted, had);
    if (change(c).type == k_nic_type) connect_nic(c);
  }
}

// What a vm that goes stood on leaves after it.
void Orderer::leave_place(std::uint32_t step, const PriorRow& vm, const SlotIndex& had) {
  const Text network = input_.prior.cell(vm, vm_column::network),
             target = input_.prior.cell(vm, vm_column::target_network);
  for (const Text name : {network, target})
    if (name) wait(network_leaver_[name], step);
  for (const std::uint32_t p : {had.find(network, input_.prior.cell(vm, vm_column::target_region)),
                                had.find(target, input_.prior.cell(vm, vm_column::region))})
    if (p != k_no_row) wait(leaver_[input_.prior.rows[p].identity], step);
}

void Orderer::connect_vm(std::uint32_t c, const SlotIndex& wanted, const SlotIndex& had) {
  const Change& from = change(c);
  const Made& made = made_[c];
  for (std::size_t i = 0; i < from.leavers.size(); ++i)
    leave_place(made.leave[i], input_.prior.rows[from.leavers[i].prior], had);
  if (from.desired == k_no_row) return;
  const DesiredRow& row = input_.desired.rows[from.desired];
  const auto wait_for = [&](ResourceId resource) {
    const std::uint32_t other = resource ? change_at_[resource.index()] : k_no_row;
    if (other != k_no_row) wait(made.first(), made_[other].arrived());
  };
  const Text network = input_.desired.cell(row, vm_column::network);
  wait_for(input_.book.find(network));
  wait_for(input_.book.find(input_.desired.cell(row, vm_column::target_network)));
  const std::uint32_t half = wanted.find(network, input_.desired.cell(row, vm_column::target_region));
  if (half != k_no_row) {
    wait_for(input_.desired.rows[half].resource);
    if (const std::uint32_t mirror = input_.desired.rows[half].mirror; mirror != k_no_row)
      wait_for(input_.desired.rows[mirror].resource);
  }
  if (made.update == k_no_row || from.origin == k_no_row) return;
  const PriorRow& prior = input_.prior.rows[from.origin];
  const Text left = input_.prior.cell(prior, vm_column::target_network);
  if (left) wait(network_leaver_[left], made.update);
  // A pair that goes as a whole, and whose slots nobody waits for, goes after what landed by it.
  // Its network may be another one by now: the way home tells from where it came.
  const std::uint32_t home = had.find(left, input_.prior.cell(prior, vm_column::region));
  if (home == k_no_row) return;
  const Text from_network = input_.prior.cell(input_.prior.rows[home], half_column::target);
  for (const std::uint32_t p : {had.find(from_network, input_.prior.cell(prior, vm_column::target_region)), home})
    if (p != k_no_row && goes_whole(p)) wait(leaver_[input_.prior.rows[p].identity], made.update);
}

bool Orderer::goes_whole(std::uint32_t half) const {
  const ResourceId own = input_.prior.rows[half].resource;
  for (const ResourceId resource : {own, mirror_address(input_.book, input_.texts, own)}) {
    if (!resource) continue;
    const std::uint32_t c = change_at_[resource.index()];
    if (c == k_no_row || change(c).desired != k_no_row || change(c).leavers.size() != 1) return false;
    if (wanted_slot_[input_.prior.rows[change(c).leavers.front().prior].identity] != k_no_row) return false;
  }
  return true;
}

// Does this change of a network add the subnet, or give it another prefix?
bool Orderer::brings(std::uint32_t c, Text subnet) {
  const auto [at, fresh] = brought_.try_emplace(c);
  const Change& from = change(c);
  if (fresh && from.desired != k_no_row && from.origin != k_no_row)
    at->second = brought_subnets(
        input_.texts.view(input_.prior.cell(input_.prior.rows[from.origin], network_column::subnets)),
        input_.texts.view(input_.desired.cell(input_.desired.rows[from.desired], network_column::subnets)));
  return at->second.contains(std::string(input_.texts.view(subnet)));
}

// A landing that goes, or moves away: then what it stood in may go, or change its prefix.
void Orderer::leave_subnet(std::uint32_t step, Text network, Text subnet) {
  if (!network || step == k_no_row) return;
  wait(network_leaver_[network], step);
  const std::uint32_t other = change_of(network);
  if (other == k_no_row || change(other).type != k_network_type) return;
  wait(made_[other].shrink, step);
  if (brings(other, subnet)) wait(made_[other].update, step);
}

void Orderer::connect_nic(std::uint32_t c) {
  const Change& from = change(c);
  const Made& made = made_[c];
  const auto vm_of = [&](std::uint32_t p) -> const PriorRow* {
    const Text vm = input_.texts.find(vm_of_nic(input_.texts.view(input_.prior.rows[p].address)));
    const std::uint32_t at = vm ? vm_at_[vm] : k_no_row;
    return at == k_no_row ? nullptr : &input_.prior.rows[at];
  };
  for (std::size_t i = 0; i < from.leavers.size(); ++i) {
    const PriorRow* vm = vm_of(from.leavers[i].prior);
    if (vm == nullptr) continue;
    wait(leaver_[vm->identity], made.leave[i]);
    leave_subnet(made.leave[i], input_.prior.cell(*vm, vm_column::target_network),
                 input_.prior.cell(input_.prior.rows[from.leavers[i].prior], nic_column::target_subnet));
  }
  if (from.desired == k_no_row) return;
  const DesiredRow& row = input_.desired.rows[from.desired];
  const Text vm_address = input_.texts.find(vm_of_nic(input_.texts.view(row.address)));
  const std::uint32_t vm_change = change_of(vm_address);
  if (vm_change != k_no_row) wait(made.first(), made_[vm_change].arrived());
  const std::uint32_t vm_row = vm_address ? wanted_vm_[vm_address] : k_no_row;
  const Text target =
      vm_row == k_no_row ? Text() : input_.desired.cell(input_.desired.rows[vm_row], vm_column::target_network);
  const Text subnet = input_.desired.cell(row, nic_column::target_subnet);
  const std::uint32_t network = target ? change_of(target) : k_no_row;
  if (network != k_no_row && brings(network, subnet)) wait(made.first(), made_[network].arrived());
  if (made.update == k_no_row || from.origin == k_no_row) return;
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
  std::vector<std::uint32_t> seen_by(steps_.size(), k_no_row), open;
  for (std::uint32_t s = 0; s < steps_.size(); ++s) {
    auto& waits = steps_[s].waits_for;
    if (waits.size() < 2 || waits.size() > k_most_looked) continue;
    open.clear();
    std::size_t looked = 0;
    const auto look = [&](std::uint32_t from) {
      for (const std::uint32_t further : steps_[from].waits_for) {
        if (++looked > k_most_looked || seen_by[further] == s) continue;
        seen_by[further] = s;
        open.push_back(further);
      }
    };
    for (const std::uint32_t waited : waits) look(waited);
    while (!open.empty() && looked <= k_most_looked) {
      const std::uint32_t from = open.back();
      open.pop_back();
      look(from);
    }
    std::erase_if(waits, [&](std::uint32_t waited) { return seen_by[waited] == s; });
  }
}

std::vector<Step> Orderer::walk() {
  const auto key = [&](std::uint32_t s) {
    return std::tuple(change(steps_[s].change).resource, steps_[s].operation, s);
  };
  const auto later = [&](std::uint32_t a, std::uint32_t b) { return key(a) > key(b); };
  std::vector<std::uint32_t> missing(steps_.size()), starts(steps_.size() + 1, 0), dependents;
  for (const Step& step : steps_)
    for (const std::uint32_t waited : step.waits_for) ++starts[waited + 1];
  for (std::size_t s = 0; s < steps_.size(); ++s) starts[s + 1] += starts[s];
  dependents.resize(starts.back());
  std::vector<std::uint32_t> fill(starts.begin(), starts.end() - 1);
  std::priority_queue<std::uint32_t, std::vector<std::uint32_t>, decltype(later)> ready(later);
  for (std::uint32_t s = 0; s < steps_.size(); ++s) {
    missing[s] = static_cast<std::uint32_t>(steps_[s].waits_for.size());
    for (const std::uint32_t waited : steps_[s].waits_for) dependents[fill[waited]++] = s;
    if (missing[s] == 0) ready.push(s);
  }
  std::vector<bool> emitted(steps_.size(), false);
  std::vector<std::uint32_t> order;
  order.reserve(steps_.size());
  // The smallest ready step of the mirror of the change just served.
  const auto mirror_step = [&](std::uint32_t c) {
    std::uint32_t best = k_no_row;
    const std::uint32_t other = change(c).type == k_mapping_type ? mirror_change(c) : k_no_row;
    if (other == k_no_row) return best;
    const Made& made = made_[other];
    for (const std::uint32_t s : {made.leave[0], made.leave[1], made.arrive, made.update, made.shrink})
      if (s != k_no_row && !emitted[s] && missing[s] == 0 && (best == k_no_row || key(s) < key(best))) best = s;
    return best;
  };
  std::uint32_t next = k_no_row;
  while (next != k_no_row || !ready.empty()) {
    if (next == k_no_row) {
      next = ready.top();
      ready.pop();
      if (emitted[next]) {
        next = k_no_row;
        continue;
      }
    }
    emitted[next] = true;
    order.push_back(next);
    for (std::uint32_t i = starts[next]; i < starts[next + 1]; ++i)
      if (--missing[dependents[i]] == 0) ready.push(dependents[i]);
    next = mirror_step(steps_[next].change);
  }
  PAIRFORM_CHECK(order.size() == steps_.size());
  return renumber(order);
}

std::vector<Step> Orderer::renumber(const std::vector<std::uint32_t>& order) {
  std::vector<std::uint32_t> number(order.size());
  for (std::uint32_t i = 0; i < order.size(); ++i) number[order[i]] = i;
  std::vector<Step> out;
  out.reserve(order.size());
  for (const std::uint32_t s : order) {
    out.push_back(std::move(steps_[s]));
    for (std::uint32_t& waited : out.back().waits_for) waited = number[waited];
    std::sort(out.back().waits_for.begin(), out.back().waits_for.end());
  }
  return out;
}

}  // namespace

std::vector<Step> order_steps(const StepsInput& input, const Diff& diff) { return Orderer(input, diff).run(); }

}  // namespace pairform
