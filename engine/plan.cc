#include "engine/plan.h"

#include <algorithm>
#include <queue>
#include <tuple>

#include "engine/check.h"
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
      : input_(input), diff_(diff), change_at_(input.book.addresses.size(), k_no_row),
        slot_leaver_(input.texts.size()), network_leaver_(input.texts.size()) {}

  std::vector<Step> run() {
    for (std::uint32_t c = 0; c < diff_.changes.size(); ++c) change_at_[diff_.changes[c].resource.index()] = c;
    made_.resize(diff_.changes.size());
    for (std::uint32_t c = 0; c < diff_.changes.size(); ++c) make(c);
    for (std::uint32_t c = 0; c < diff_.changes.size(); ++c) {
      chain(c);
      if (diff_.changes[c].type == k_mapping_type) connect_half(c);
    }
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
  void reduce();
  std::vector<Step> walk();
  std::vector<Step> renumber(const std::vector<std::uint32_t>& order);

  const StepsInput& input_;
  const Diff& diff_;
  std::vector<Step> steps_;
  std::vector<Made> made_;
  std::vector<std::uint32_t> change_at_;  // by resource
  TextIndex slot_leaver_;                 // slot -> the step by which its half leaves
  TextIndex network_leaver_;              // name of a network -> the step by which it leaves
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
    if (row.type == k_mapping_type) slot_leaver_.set(row.identity, step);
    else network_leaver_.set(input_.names.name(row.identity), step);
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
    if (from.create || from.adopt) wait(made.arrive, slot_leaver_[row.identity]);
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
