// The verbs of `state` that change what is recorded.
#pragma once
#include "cli/command.h"

namespace pairform {

// `verb`: "mv" or "rm".
Exit edit_state(const Options& options, std::string_view verb);

}  // namespace pairform
