// What files say about addresses: moved, removed, import (spec sections 2 and 6). Checked against the declarations
// (no cloud, no state), then told to diff as hints; those with nothing left to do are reported, so that they can go.
#pragma once
#include "engine/model/directives.h"
#include "engine/model/rows.h"

namespace pairform {

// Every check that needs the files only.
Directives read_directives(Configuration& config, const TypeTable& types, const DesiredState& desired,
                           Diagnostics& diagnostics);

// With state: a note on each that is finished, a warning on one that is near to what no stanza declares any more, an error
// where something would move onto what is recorded.
void check_against_state(const Configuration& config, const DesiredState& desired, const RecordedState& recorded,
                         const Directives& directives, Diagnostics& diagnostics);

}  // namespace pairform
