// What is said of one change: what it shows as before, and whether it is protected.
#include "engine/model/diff.h"

#include <algorithm>

namespace pairform {

PriorId before_row(const Change& change, const PriorState& prior) {
  const bool origin_present = change.origin != k_none && prior.rows[change.origin].presence != Existence::Absent;
  const bool goes_on =
      change.arrival == Arrival::Move || change.arrival == Arrival::Adopt || change.update || change.shrink;
  if (goes_on && origin_present) return change.origin;
  if (change.desired != k_none && change.action != Action::Replace) return k_none;
  return change.outgoing.empty() ? PriorId() : change.outgoing.back().prior;
}

bool is_protected(const Change& change, const DesiredState& desired, const PriorState& prior) {
  bool any = change.desired != k_none && desired.rows[change.desired].protect;
  if (change.origin != k_none) any |= prior.rows[change.origin].protect;
  for (const Outgoing& outgoing : change.outgoing) any |= prior.rows[outgoing.prior].protect;
  return any;
}

}  // namespace pairform
