// What a plan leaves alone, decided before the diff: what could not be read (unknown), what something is still going on
// with (held: busy, failed over, reversed, broken, or an operation of ours still running), what has an error and is left
// out by the options (left_out.h), and whatever depends on it.
//
//   a root is     a prior row that is unknown or held; a desired row that rests on something unknown; a vm with a
//                 recorded nic that could not be read; a recorded vm of which the machine is gone; and what a held vm needs to come home, where the plan would
//                 change it in the cloud: its networks and the halves of its pair; likewise of a stranger that is not
//                 settled; what is left out, and what is recorded because a vm that is left out asks for it
//   it reaches    what stands on it (model/relations.h), its mirror, what takes its place or its slot; and the leaving
//                 of what it stands on: `network.old` stays while `vm.web1`, which lives there, cannot be asked.
//                 From what is left out not the leaving of what stands on it: `mapping.a` may be deleted while its
//                 network, which cannot be deleted, is left out
//
// What only changes state (adopt, move, forget) goes on where something is held, but not where it is unknown; of a pair
// only if neither half is to be changed in the cloud, because a pair is one (docs/adr/0006). Networks on which something held
// stands are not forgotten: what stays recorded refers to nothing that state does not know.
// The pairings left alone are taken out of the match, so no pass after this one has a case for them.
// Pure. Cost: a scan where nothing is unknown or held; else linear in rows and relations, and a breadth-first walk.
#pragma once
#include <functional>
#include <span>

#include "engine/decide/asked.h"
#include "engine/model/relations.h"

namespace pairform {

struct Held {
  std::vector<UnknownItem> unknown;    // by resource
  std::vector<HeldItem> held;          // by resource
  std::vector<LeftOutItem> left_out;   // by resource: those given, and what depends on them
  std::vector<ResourceId> left_alone;  // ascending: their pairings are not given to the diff
  // Prior rows that something was asked of, and is not any more, or of which state learns nothing meanwhile.
  std::vector<PriorId> asked;
  bool complete = true;         // everything could be read
  bool stops_a_change = false;  // something that was asked for is not done
};

struct HoldInput {
  const DesiredState& desired;
  const PriorState& prior;
  const Estate& estate;
  const Match& match;
  RelationSet& relations;
  std::function<Asked(const Pairing&)> asked;  // of a saved plan: what it says
  std::span<const LeftOutItem> left_out{};     // what has an error and is left out, by resource
};

Held hold(const HoldInput& input, StringPool& texts);

// The match without the pairings that are left alone.
Match leave_alone(Match match, const Held& held);

}  // namespace pairform
