// Which halves that were found are one pair, which end of it is the source, and what is left as it is: spec of `pairform
// discover`, classes whole, half and one way. Indexes are those of `Discovered`.
// Cost: O(n log n) in halves and vms. Pure.
#pragma once
#include <string>
#include <vector>

#include "engine/recovery/infer.h"

namespace pairform {

struct DraftPair {
  std::size_t source = 0, target = 0;  // networks found
  PairClass kind = PairClass::Whole;
  bool missing_forward = false;     // of a Half: the one that is there leads from the target to the source
  std::vector<std::size_t> halves;  // one, or the forward and the reverse one
};

struct DraftPairs {
  std::vector<DraftPair> pairs;
  std::map<DiscoveredSlot, std::size_t> half_at;  // the half on each slot, the project's included
  std::vector<std::string> unread;                // what is left out, and why, a line each
};

// `network_at`: identity -> network found. Which end is the source is still open, but of what is one way.
DraftPairs draft_pairs(const Discovered& found, const std::map<std::string, std::size_t>& network_at);

// Turns each pair so that its source is the end that is protected: the one whose vms land in the other; else the target is
// the one whose name, or resource group, ends like that of a recovery network; else as most pairs of the two regions; else
// the source has the smaller key. `keys`: of networks found.
void orient_pairs(const Discovered& found, const std::vector<std::string>& keys, std::vector<DraftPair>& pairs);

}  // namespace pairform
