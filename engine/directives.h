// What files say about addresses: moved, removed, import (spec sections 2 and 6). Checked against the declarations
// (no cloud, no state), then told to diff as hints; those with nothing left to do are reported, so that they can go.
#pragma once
#include "engine/resource_table.h"

namespace pairform {

struct Directives {
  // Recorded address (a network, a vm, or a whole pair as "mapping.key") -> desired address of the same kind, chains
  // followed.
  std::vector<std::pair<Text, Text>> moved;
  std::vector<Text> removed;   // recorded addresses to forget: a network, a vm with its nics, a whole pair, or (a
                               // saved plan) one half
  std::vector<Text> imported;  // desired addresses of networks that may be adopted without the tag
};

// Every check that needs the files only.
Directives read_directives(Configuration& config, const TypeTable& types, const DesiredState& desired,
                           Diagnostics& diagnostics);

// With state: a note on each that is finished, an error where something would move onto what is recorded.
void check_against_state(const Configuration& config, const RecordedState& recorded, const Directives& directives,
                         Diagnostics& diagnostics);

}  // namespace pairform
