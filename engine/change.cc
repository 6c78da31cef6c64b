// What is said of one change: the words of its action and reason, what it shows as before, whether it is protected.
#include <algorithm>
#include <array>

#include "engine/diff.h"

namespace pairform {

std::string_view action_text(Action action) {
  constexpr std::array<std::string_view, 8> texts{"no-op",  "create", "update", "replace",
                                                  "delete", "move",   "forget", "adopt"};
  return texts[static_cast<std::size_t>(action)];
}

std::string_view reason_text(Reason reason) {
  constexpr std::array<std::string_view, 12> texts{"not_recorded",
                                                   "not_declared",
                                                   "attribute_changed",
                                                   "immutable_attribute_changed",
                                                   "half_missing",
                                                   "half_crossed",
                                                   "drifted",
                                                   "fact_changed",
                                                   "moved",
                                                   "removed",
                                                   "found",
                                                   "no_longer_asked_for"};
  return texts[static_cast<std::size_t>(reason)];
}

PriorId before_row(const Change& change, const PriorState& prior) {
  const bool origin_present = change.origin != k_none && prior.rows[change.origin].presence != Seen::Absent;
  if ((change.move || change.adopt || change.update || change.shrink) && origin_present) return change.origin;
  if (change.desired != k_none && change.action != Action::Replace) return k_none;
  return change.leavers.empty() ? PriorId() : change.leavers.back().prior;
}

bool is_protected(const Change& change, const DesiredState& desired, const PriorState& prior) {
  bool any = change.desired != k_none && desired.rows[change.desired].protect;
  if (change.origin != k_none) any |= prior.rows[change.origin].protect;
  for (const Leaver& leaver : change.leavers) any |= prior.rows[leaver.prior].protect;
  return any;
}

}  // namespace pairform
