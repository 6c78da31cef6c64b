#include "engine/decide/half_uses.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "schema/base_types.h"

namespace pairform {
namespace {

// A half that a plan deletes, or leads elsewhere.
struct Taken {
  ResourceId resource;  // of the change
  Text target;          // where it leads afterwards; none: it is deleted
};

// A machine, and the slots of the halves by which it lands and comes home.
struct Machine {
  std::string name;
  Text network, target_network;
  Text over, back;
};

class UseFinder {
 public:
  UseFinder(const HalfUsesInput& input, const Diff& diff) : input_(input), diff_(diff) {}

  std::vector<HalfUse> run() {
    find_taken();
    if (taken_.empty()) return {};
    for (const DesiredRow& row : input_.desired.rows)
      if (row.type == k_mapping_type) wanted_slots_.insert(row.identity);
    for (const Stranger& stranger : input_.prior.strangers)
      use({std::string(input_.texts.view(stranger.id)), stranger.network, stranger.target_network, stranger.over,
           stranger.back});
    find_left_where_they_are();
    for (const PriorId p : input_.prior.rows.ids())
      if (stays(p)) use(machine(p));
    std::vector<HalfUse> out;
    for (auto& [key, machines] : uses_) {
      std::sort(machines.begin(), machines.end());
      out.push_back({std::get<0>(key), std::get<1>(key), std::get<2>(key), std::move(machines)});
    }
    return out;
  }

 private:
  const PriorRow& row(PriorId p) const { return input_.prior.rows[p]; }

  void find_taken() {
    for (const Change& change : diff_.changes) {
      if (change.type != k_mapping_type) continue;
      for (const Outgoing& outgoing : change.outgoing)
        if (!outgoing.forget && row(outgoing.prior).presence == Existence::Present)
          taken_.insert({row(outgoing.prior).identity, {change.resource, Text()}});
      if (!change.update || !change.origin) continue;
      const Text after = diff_.cell(change.first_after, half_column::target);
      if (input_.prior.cell(row(change.origin), half_column::target) != after)
        taken_.insert({row(change.origin).identity, {change.resource, after}});
    }
  }

  // Machines that the plan leads where files want them, or whose replication it ends, lose nothing.
  void find_left_where_they_are() {
    led_.assign(input_.prior.rows.size(), false);
    for (const Change& change : diff_.changes) {
      if (change.type != k_vm_type) continue;
      if (change.update && change.origin) led_[change.origin] = true;
      for (const Outgoing& outgoing : change.outgoing)
        if (!outgoing.forget) led_[outgoing.prior] = true;
    }
    // One that is managed and left out by the options follows with the next plan.
    for (const DesiredRow& row : input_.desired.rows)
      if (row.type == k_vm_type && !row.existing) managed_.insert(row.identity);
  }
  bool stays(PriorId p) const {
    return row(p).type == k_vm_type && row(p).presence == Existence::Present && !led_[p] &&
           !managed_.contains(row(p).identity);
  }

  Machine machine(PriorId p) const {
    const auto cell = [&](std::size_t column) { return input_.prior.cell(row(p), column); };
    const auto& had = input_.relations.had();
    const PriorId over = had.need(p, Role::LandsBy), back = had.need(p, Role::ComesHomeBy);
    Machine out{.name = std::string(input_.texts.view(row(p).address)),
                .network = cell(vm_column::network),
                .target_network = cell(vm_column::target_network),
                .over = over ? row(over).identity : Text(),
                .back = back ? row(back).identity : Text()};
    // It does not land by a half that leads elsewhere already, and one that is put right is not taken away.
    if (over && input_.prior.cell(row(over), half_column::target) != out.target_network) out.over = Text();
    return out;
  }

  void use(const Machine& machine) {
    const auto over = taken_.find(machine.over), back = taken_.find(machine.back);
    const bool led_along = over != taken_.end() && over->second.target && input_.moves_along;
    if (over != taken_.end() && machine.over) add(over->first, over->second, Way::Over, machine, led_along);
    if (back != taken_.end() && machine.back && back->second.target != machine.network)
      add(back->first, back->second, Way::Back, machine, led_along);
  }

  // Does the machine have no such way when the plan is done? It has one where the half is made anew, by another pair, and
  // where the service moves it to the network to which the half by which it lands leads from then on.
  void add(Text slot, const Taken& taken, Way way, const Machine& machine, bool led_along) {
    const bool lost = taken.target ? way == Way::Back : !wanted_slots_.contains(slot);
    uses_[{taken.resource, way, lost && !led_along}].push_back(machine.name);
  }

  const HalfUsesInput& input_;
  const Diff& diff_;
  std::map<Text, Taken> taken_;  // by slot
  std::set<Text> wanted_slots_, managed_;
  DenseMap<PriorId, bool> led_;
  std::map<std::tuple<ResourceId, Way, bool>, std::vector<std::string>> uses_;
};

}  // namespace

std::vector<HalfUse> find_half_uses(const HalfUsesInput& input, const Diff& diff) {
  return UseFinder(input, diff).run();
}

}  // namespace pairform
