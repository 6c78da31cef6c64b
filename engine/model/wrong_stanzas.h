// What stanzas with errors may declare, for commands that go on with the rest (drill, why; spec section 11): where one of
// them may say something, nothing is guessed. Nothing is wrong where a plan is made, but in an attempt to tell as much as
// can be told. Found by engine/read/wrong_stanzas.h. Example: `[mapping.app]` from network.app in eastasia to a network
// that is misspelt may be of network.app, or of any network in another region, but not of network.lab in eastasia.
#pragma once
#include <set>

#include "schema/string_pool.h"

namespace pairform {

struct WrongStanzas {
  bool networks = false;      // a network whose row is missing may be declared
  std::set<Text> ends;        // addresses of networks that wrong mappings name
  std::set<Text> one_end_in;  // of wrong mappings of which one end is not known: the region of the other one
  bool no_end_known = false;  // of one wrong mapping neither end is known

  // May a mapping that is wrong be of the network at this address, in this region?
  bool may_map(Text network, Text region) const {
    if (no_end_known || ends.contains(network)) return true;
    return one_end_in.size() > 1 || (one_end_in.size() == 1 && !one_end_in.contains(region));
  }
};

}  // namespace pairform
