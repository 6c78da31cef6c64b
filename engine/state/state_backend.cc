#include "engine/state/state_backend.h"

namespace pairform {

std::string describe(const LockOwner& owner) {
  if (owner.who.empty()) return "somebody who has not said who";
  return owner.who + " (process " + std::to_string(owner.process) + "), " + owner.operation + " since " + owner.since;
}

}  // namespace pairform
