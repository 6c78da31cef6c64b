#include "engine/model/match.h"

#include <functional>
#include <range/v3/algorithm/lower_bound.hpp>

namespace pairform {

const Pairing* Match::find(ResourceId resource) const {
  const auto at = ranges::lower_bound(pairings, resource, std::less(), &Pairing::resource);
  return at != pairings.end() && at->resource == resource ? &*at : nullptr;
}

}  // namespace pairform
