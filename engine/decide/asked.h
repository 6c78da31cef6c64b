// What one pairing asks of the cloud and of state, before anybody decides whether it may be done: hold.h asks whether
// anything is asked at all, differ.h makes a Change of it, checks.h looks at the shapes of networks.
// Pure; constant a pairing, but for networks whose shape changes.
#pragma once
#include "engine/decide/match.h"
#include "engine/model/columns.h"
#include "engine/model/diff.h"
#include "engine/model/network_change.h"

namespace pairform {

// All that wanting and having consist of, for passes that compare them.
struct Compared {
  const TypeTable& types;
  const DesiredState& desired;
  const PriorState& prior;
  const Estate& estate;
  const Match& match;
  const ParsedColumns& parsed;
  const StringPool& texts;
};

struct Asked {
  Action action = Action::NoOp;  // the strongest of what happens
  Arrival arrival = Arrival::None;
  bool update = false, shrink = false;
  AttributeSet changed = 0;  // bit c: column c is to be written
  bool lands_anew = false;   // a nic whose landing is only said again, because its vm comes up in another network
  bool deletes = false;      // a outgoing row is deleted
  // Adopting, moving and forgetting change state only.
  bool is_local() const { return arrival != Arrival::Create && !update && !shrink && !deletes; }
};

Asked asked_of(const Compared& compared, const Pairing& pairing);
// What a change asks for: of a saved plan.
Asked asked_by(const Change& change);

// How a managed network gets from what it holds to what it should hold.
NetworkChange shape_change(const Compared& compared, const Pairing& network);

}  // namespace pairform
