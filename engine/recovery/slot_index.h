// Finds a half by what a vm knows of its slot: the name of its network and the region it recovers to.
// Built in O(n log n), for the passes that look at vms; asks nothing of anybody.
#pragma once
#include <map>
#include <utility>

#include "engine/model/rows.h"
#include "schema/base_types.h"

namespace pairform {

template <class RowId>
class SlotIndex {
 public:
  // `rows` of desired or prior state: halves by (name of the source, region of the target).
  template <class State>
  SlotIndex(const State& state, const StringPool& texts) : region_(texts.size()) {
    for (const auto& row : state.rows)
      if (row.type == k_network_type) region_.set(row.address, state.cell(row, network_column::region));
    for (const RowId r : state.rows.ids()) {
      if (state.rows[r].type != k_mapping_type) continue;
      const Text region = region_[state.cell(state.rows[r], half_column::target)];
      if (region) halves_.emplace(std::pair(state.cell(state.rows[r], half_column::source), region), r);
    }
  }
  // Row of the half; none: there is none.
  RowId find(Text network, Text target_region) const {
    const auto at = halves_.find({network, target_region});
    return at == halves_.end() ? RowId() : at->second;
  }

 private:
  TextMap<Text> region_;  // address of a network -> region
  std::map<std::pair<Text, Text>, RowId> halves_;
};

}  // namespace pairform
