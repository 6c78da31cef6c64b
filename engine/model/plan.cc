#include "engine/model/plan.h"

#include <fmt/format.h>

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

std::string finding_text(const GuardFinding& finding, std::size_t most) {
  const std::size_t count = finding.concerns.size();
  if (count == 0) return finding.message;
  const std::size_t shown = most == 0 ? count : std::min(most, count);
  const std::vector<std::string> first(finding.concerns.begin(), finding.concerns.begin() + static_cast<long>(shown));
  return fmt::format("{}: {}{}", finding.message, fmt::join(first, ", "),
                     shown == count ? "" : fmt::format(" and {} more", count - shown));
}

}  // namespace pairform
