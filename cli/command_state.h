// The verbs of `state` that are more than a look at what is recorded.
#pragma once
#include <optional>
#include <string>

#include "cli/command.h"

namespace pairform {

// Words of a verb that are wrong, and what would have been right.
struct UsageProblem {
  std::string summary;
  std::string help;
};

// The first word of the options is the verb: "mv" or "rm".
Exit edit_state(const Options& options);
// "merge", of which the other words are files, from the current directory.
Exit merge_state(const Options& options);
// "rebuild".
Exit rebuild_state(const Options& options);
// "verify".
Exit verify_state(const Options& options);

}  // namespace pairform
