// Which prior row is which desired resource: the one decision that everything after it rests on.
//
//   networks, vms, nics   are what their identity says. A recorded vm that must lead to another region is replaced,
//   with
//                         its nics: a replication cannot be led to another region.
//   halves                pairs first (recovery/mirror.h), then by slot within a pair, then a half that is right
//   already
//                         and that another pair remembers; what is left over of a matched pair is replaced
//   prior rows that no desired row is, or takes the place of, leave: they are deleted, or only forgotten (leavers.h)
//
// `moved` stanzas say where the place of a leaving row is now. Pure, total: it cannot fail. Cost: linear, and a sort of
// what leaves. Threads: one, because names of pairs are interned.
#pragma once
#include <span>
#include <vector>

#include "engine/decide/leavers.h"

namespace pairform {

// What is wanted at one address, and what was there.
struct Pairing {
  ResourceId resource;
  TypeId type;
  DesiredId desired;   // none: nothing is wanted, only leavers
  PriorId origin;      // the prior row that is the same resource; none: it is new
  bool found = false;  // the origin is not recorded, or is forgotten where it was: it is adopted here
  std::uint32_t first_leaver = 0, leaver_count = 0;  // into Match::leavers: other prior rows that leave from here
};

struct Match {
  std::vector<Pairing> pairings;        // by resource
  std::vector<Leaver> leavers;          // of one pairing: by prior row; two at most
  DenseMap<DesiredId, PriorId> origin;  // the same as in the pairings

  std::span<const Leaver> leavers_of(const Pairing& pairing) const {
    return {leavers.data() + pairing.first_leaver, pairing.leaver_count};
  }
  // The pairing at a resource; null: nothing is wanted there and nothing leaves from there.
  const Pairing* find(ResourceId resource) const;
};

struct MatchInput {
  const DesiredState& desired;
  const PriorState& prior;
  const Estate& estate;
  const Directives& directives;
  RelationSet& relations;
};

Match match(const MatchInput& input, StringPool& texts);

}  // namespace pairform
