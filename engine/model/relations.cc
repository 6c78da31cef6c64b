#include "engine/model/relations.h"

#include <algorithm>
#include <tuple>

#include "schema/base_types.h"

namespace pairform {

template <class I, class State, class NameOf, class ParentOf>
class Relater {
 public:
  Relater(const State& state, std::size_t texts, NameOf name_of, ParentOf parent_of)
      : state_(state), name_of_(name_of), parent_of_(parent_of) {
    out_.network_ = TextMap<I>(texts);
  }

  Relations<I> run() {
    for (const I i : state_.rows.ids())
      if (state_.rows[i].type == k_network_type) out_.network_.set_first(name_of_(state_.rows[i]), i);
    index_slots();
    for (const I i : state_.rows.ids()) relate(i);
    out_.users_ = DependencyGraph(state_.rows.size(), edges_);
    for (DependencyEdge& edge : edges_) std::swap(edge.from, edge.to);
    out_.needs_ = DependencyGraph(state_.rows.size(), edges_);
    return std::move(out_);
  }

 private:
  void index_slots() {
    for (const I i : state_.rows.ids()) {
      if (state_.rows[i].type != k_mapping_type) continue;
      const I target = out_.network_[cell(i, half_column::target)];
      if (!target) continue;
      const Text region = cell(target, network_column::region);
      if (region) out_.slots_.push_back({cell(i, half_column::source), region, i});
    }
    const auto key = [](const auto& slot) { return std::tuple(slot.network, slot.region); };
    // The first row of a slot is it: rows that are recorded stand before those that were only found.
    std::stable_sort(out_.slots_.begin(), out_.slots_.end(),
                     [&](const auto& a, const auto& b) { return key(a) < key(b); });
  }

  void relate(I i) {
    const TypeId type = state_.rows[i].type;
    if (type == k_mapping_type) {
      on_network(i, half_column::source, Role::Source);
      on_network(i, half_column::target, Role::Target);
    } else if (type == k_vm_type) {
      on_network(i, vm_column::network, Role::LivesOn);
      on_network(i, vm_column::target_network, Role::LandsIn);
      const I half = out_.half(cell(i, vm_column::network), cell(i, vm_column::target_region));
      on(i, half, Role::LandsBy);
      on(i, way_home(i, half), Role::ComesHomeBy);
      on_network(i, vm_column::test_network, Role::TestsIn);
    } else if (type == k_nic_type) {
      on(i, parent_of_(state_.rows[i]), Role::PartOf);
    }
  }

  I way_home(I vm, I half) const {
    if constexpr (requires { state_.rows[half].mirror; }) return half ? state_.rows[half].mirror : I();
    else return out_.half(cell(vm, vm_column::target_network), cell(vm, vm_column::region));
  }

  Text cell(I row, std::size_t column) const { return state_.cell(state_.rows[row], column); }
  void on_network(I row, std::size_t column, Role role) { on(row, out_.network_[cell(row, column)], role); }
  void on(I row, I needed, Role role) {
    if (needed) edges_.push_back({needed.value, row.value, static_cast<std::uint8_t>(role)});
  }

  const State& state_;
  NameOf name_of_;
  ParentOf parent_of_;
  Relations<I> out_;
  std::vector<DependencyEdge> edges_;  // from what is needed to what needs it
};

template <class I>
I Relations<I>::half(Text network, Text region) const {
  const auto at =
      std::lower_bound(slots_.begin(), slots_.end(), std::tuple(network, region),
                       [](const Slot& slot, const auto& key) { return std::tuple(slot.network, slot.region) < key; });
  return network && region && at != slots_.end() && at->network == network && at->region == region ? at->row : I();
}

template class Relations<DesiredId>;
template class Relations<PriorId>;
template class Relations<RecordedId>;

namespace {

template <class I, class State, class NameOf, class ParentOf>
Relations<I> relate_rows(const State& state, std::size_t texts, NameOf name_of, ParentOf parent_of) {
  return Relater<I, State, NameOf, ParentOf>(state, texts, name_of, parent_of).run();
}

}  // namespace

Relations<DesiredId> relate(const DesiredState& desired, const Estate& estate, std::size_t texts) {
  return relate_rows<DesiredId>(
      desired, texts, [](const DesiredRow& row) { return row.address; },
      [&](const DesiredRow& nic) {
        const ResourceId vm = estate[nic.resource].parent;
        return vm ? estate[vm].desired : DesiredId();
      });
}

Relations<PriorId> relate(const PriorState& prior, const Estate& estate, const NetworkNames& names, std::size_t texts) {
  // Two vms may be at one address: the recorded one, and one that was found because files give the address to another
  // machine now. A nic that is recorded is of the first, one that was only found of the second.
  DenseMap<ResourceId, PriorId> recorded_vm(estate.size()), found_vm(estate.size());
  for (const PriorId p : prior.rows.ids())
    if (prior.rows[p].type == k_vm_type) (prior.rows[p].recorded ? recorded_vm : found_vm)[prior.rows[p].resource] = p;
  return relate_rows<PriorId>(
      prior, texts, [&](const PriorRow& row) { return names.name(row.identity); },
      [&](const PriorRow& nic) {
        const ResourceId vm = estate[nic.resource].parent;
        if (!vm) return PriorId();
        const PriorId own = nic.recorded ? recorded_vm[vm] : found_vm[vm];
        return own ? own : nic.recorded ? found_vm[vm] : recorded_vm[vm];
      });
}

Relations<RecordedId> relate(const RecordedState& recorded, std::size_t texts) {
  return relate_rows<RecordedId>(
      recorded, texts, [](const StateRow& row) { return row.address; }, [](const StateRow&) { return RecordedId(); });
}

}  // namespace pairform
