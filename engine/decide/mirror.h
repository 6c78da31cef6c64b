// Which desired pair is which prior pair: the heart of a plan, as one pure function.
//
// Spec section 3: a desired and a prior pair are the same if they hold the same two slots; else if they have the same
// key and share a slot; else if they share a slot in whatever role, the desired forward slot first; else the same key.
// Each rule runs over all pairs still unmatched, in address order, before the next; "the desired forward slot first"
// makes the third rule two: all forward slots, then all reverse ones. A slot holds at most one half on either side, so
// the first, third and fourth rule are unambiguous and the result does not depend on the order within a rule.
// Cost: O(pairs). Pure: no state, any thread. Held against a brute-force oracle in tests/property.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "schema/id.h"

namespace pairform {

struct PairSlots {
  Text key;      // address of the pair: mapping.m
  Text forward;  // slot identities; none: the pair has no such half
  Text reverse;
};

struct PairMatch {
  std::vector<std::uint32_t> prior_of;    // by desired pair: index into prior; UINT32_MAX: new
  std::vector<std::uint32_t> desired_of;  // by prior pair: index into desired; UINT32_MAX: leaves
};

// What a file says of a pair's new address: matched before every rule.
struct PairHint {
  std::uint32_t desired;
  std::uint32_t prior;
};

// Both lists in address order; slots are unique within each list, and so are keys; a pair is in one hint at most.
PairMatch match_pairs(std::span<const PairSlots> desired, std::span<const PairSlots> prior,
                      std::span<const PairHint> hints = {});

}  // namespace pairform
