#include "engine/model/match.h"

#include <algorithm>

namespace pairform {

const Pairing* Match::find(ResourceId resource) const {
  const auto at = std::lower_bound(pairings.begin(), pairings.end(), resource,
                                   [](const Pairing& pairing, ResourceId value) { return pairing.resource < value; });
  return at != pairings.end() && at->resource == resource ? &*at : nullptr;
}

}  // namespace pairform
