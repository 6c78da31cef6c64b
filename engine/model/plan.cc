#include "engine/model/plan.h"

namespace pairform {

Summary summarise(const Diff& diff) {
  Summary summary;
  for (const Change& change : diff.changes) ++summary.by_action[static_cast<std::size_t>(change.action)];
  summary.unchanged = diff.unchanged;
  return summary;
}

}  // namespace pairform
