// `--target @targets.txt`: a file of addresses and patterns, one a line, in the place of an address. What stands behind
// a # is a comment. A file that names nothing is an error: no --target at all would mean everything.
#pragma once
#include <optional>

#include "cli/options.h"

namespace pairform {

// Puts what files say in the place of their names, in all lists of addresses; keeps what was typed.
std::optional<UsageError> read_address_files(Options& options);
// The same for one list: the words of `state list`.
std::optional<UsageError> read_address_files(std::vector<std::string>& words);

}  // namespace pairform
