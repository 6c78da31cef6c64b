// Which prior row is which desired resource, as data: decide/match.h decides it, or a saved plan says so.
#pragma once
#include <span>
#include <vector>

#include "engine/model/diff.h"

namespace pairform {

// What is wanted at one address, and what was there.
struct Pairing {
  ResourceId resource;
  TypeId type;
  DesiredId desired;   // none: nothing is wanted, only outgoing rows
  PriorId origin;      // the prior row that is the same resource; none: it is new
  bool found = false;  // the origin is not recorded, or is forgotten where it was: it is adopted here
  std::uint32_t first_outgoing = 0, outgoing_count = 0;  // into Match::outgoing: other prior rows that leave from here
};

struct Match {
  std::vector<Pairing> pairings;        // by resource
  std::vector<Outgoing> outgoing;       // of one pairing: by prior row
  DenseMap<DesiredId, PriorId> origin;  // the same as in the pairings

  std::span<const Outgoing> outgoing_of(const Pairing& pairing) const {
    return {outgoing.data() + pairing.first_outgoing, pairing.outgoing_count};
  }
  // The pairing at a resource; null: nothing is wanted there and nothing leaves from there.
  const Pairing* find(ResourceId resource) const;
};

}  // namespace pairform
