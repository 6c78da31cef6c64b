// Which prior row is which desired resource: the one decision that everything after it rests on.
//
//   networks, vms, nics   are what their identity says. A recorded vm that must lead to another region is replaced,
//                         with its nics: a replication cannot be led to another region.
//   halves                pairs first (mirror.h), then by slot within a pair, then a half that is right already and
//                         that another pair remembers; what is left over of a matched pair is replaced
//   prior rows that no desired row is, or takes the place of, leave: they are deleted, or only forgotten (outgoing.h)
//
// `moved` stanzas say where the place of a leaving row is now. Pure, total: it cannot fail. Cost: linear, and a sort of
// what leaves. Threads: one, because names of pairs are interned.
#pragma once
#include "engine/decide/outgoing.h"
#include "engine/model/match.h"

namespace pairform {

struct MatchInput {
  const DesiredState& desired;
  const PriorState& prior;
  const Estate& estate;
  const Directives& directives;
  RelationSet& relations;
};

Match match(const MatchInput& input, StringPool& texts);

}  // namespace pairform
