#include "engine/decide/taken_over_records.h"

#include <algorithm>
#include <map>
#include <utility>

#include "engine/model/key.h"

namespace pairform {

void record_taken_over(const std::vector<TakenOver>& taken_over, const TypeTable& types, const DesiredState& desired,
                       const PriorState& prior, const RecordedState& recorded, Diff& diff) {
  if (taken_over.empty()) return;
  KeyMap<DesiredId> desired_of;
  for (const DesiredId d : desired.rows.ids()) desired_of.set(desired.rows[d].key(), d);
  std::multimap<std::pair<TypeId, Text>, const TakenOver*> by_id;
  for (const TakenOver& each : taken_over) by_id.emplace(std::pair(each.type, each.id), &each);
  for (const PriorId p : prior.rows.ids()) {
    const PriorRow& row = prior.rows[p];
    const DesiredId wanted = desired_of[row.key()];
    if (!row.recorded || !wanted) continue;
    const auto [first, last] = by_id.equal_range({row.type, recorded.rows[row.recorded].id});
    for (auto at = first; at != last; ++at) {
      const TakenOver& each = *at->second;
      diff.records.push_back({desired.rows[wanted].resource, wanted, p, types[row.type].column(each.column).name,
                              each.was, desired.cell(desired.rows[wanted], each.column)});
    }
  }
  std::stable_sort(diff.records.begin(), diff.records.end(),
                   [](const Record& a, const Record& b) { return a.resource < b.resource; });
}

}  // namespace pairform
