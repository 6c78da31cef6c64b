// Finds a half by what a vm knows of its slot: the name of its network and the region it recovers to.
// Built in O(n log n), for the passes that look at vms; asks nothing of anybody.
#pragma once
#include <map>

#include "engine/resource_table.h"
#include "schema/network_types.h"

namespace pairform {

class SlotIndex {
 public:
  // `rows` of desired or prior state: halves by (name of the source, region of the target).
  template <class State>
  static SlotIndex of(const State& state, const StringPool& texts) {
    SlotIndex index(texts.size());
    for (const auto& row : state.rows)
      if (row.type == k_network_type) index.region_.set(row.address, state.cell(row, network_column::region).value);
    for (std::uint32_t r = 0; r < state.rows.size(); ++r) {
      if (state.rows[r].type != k_mapping_type) continue;
      const std::uint32_t region = index.region_[state.cell(state.rows[r], half_column::target)];
      if (region != k_no_row)
        index.halves_.emplace(std::pair(state.cell(state.rows[r], half_column::source), Text(region)), r);
    }
    return index;
  }
  // Row of the half; k_no_row: none.
  std::uint32_t find(Text network, Text target_region) const {
    const auto at = halves_.find({network, target_region});
    return at == halves_.end() ? k_no_row : at->second;
  }

 private:
  explicit SlotIndex(std::size_t texts) : region_(texts) {}
  TextIndex region_;  // address of a network -> region
  std::map<std::pair<Text, Text>, std::uint32_t> halves_;
};

}  // namespace pairform
