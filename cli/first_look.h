// What the cloud of a new project holds, in a few lines: how many networks, pairs and vms in which regions. A cloud that
// cannot be asked is no error: the project is there, and its first plan will say the same.
#pragma once
#include <filesystem>

#include "cli/command.h"

namespace pairform {

void look_first(const std::filesystem::path& directory, const Options& options);

}  // namespace pairform
