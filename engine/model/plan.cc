#include "engine/model/plan.h"

#include <algorithm>

namespace pairform {

Summary summarise(const Diff& diff) {
  Summary summary;
  for (const Change& change : diff.changes) ++summary.by_action[static_cast<std::size_t>(change.action)];
  summary.unchanged = diff.unchanged;
  return summary;
}

bool Plan::only_drift() const {
  return std::all_of(diff.changes.begin(), diff.changes.end(), [](const Change& change) {
    return change.reason == Reason::Drifted || change.reason == Reason::HalfMissing ||
           change.reason == Reason::HalfCrossed;
  });
}

}  // namespace pairform
