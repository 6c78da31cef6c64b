// Saved plans, read (docs/formats/plan.md): the changes that one holds, and those changes over what is there now.
// A damaged file is told as PF2020, whatever its bytes. Cost: linear.
#pragma once
#include <optional>
#include <string_view>

#include "engine/model/match.h"
#include "engine/phases.h"
#include "engine/read/saved_plan.h"

namespace pairform {

// Reads a saved plan and lays its changes over `recorded`. False: damaged, of a newer format, or of another
// project; `file_name` is how messages call it.
bool read_plan(std::string_view bytes, std::string_view file_name, Project& project, const RecordedState& recorded,
               SavedPlan& out, Diagnostics& diagnostics);

// False: it has a checksum, and it is another one. What `plan --json` printed has none.
bool is_as_saved(std::string_view bytes);

// The saved changes over what is there now.
struct RebuiltPlan {
  Match match;  // by the saved links; rows that the plan does not touch ask for nothing
  Diff diff;    // without what hold.h finds
};
// None: something they rest on is gone, or cannot be seen.
std::optional<RebuiltPlan> rebuild_plan(Project& project, World& world, const SavedPlan& saved);

}  // namespace pairform
