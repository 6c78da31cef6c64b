// The verbs of `state` that change what is recorded.
#pragma once
#include "cli/command.h"

namespace pairform {

// The first word of the options is the verb: "mv" or "rm".
Exit edit_state(const Options& options);

}  // namespace pairform
