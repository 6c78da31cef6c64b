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

// False: it has a checksum, and it is another one, or links without a checksum. What `plan --json` printed has neither.
bool is_as_saved(std::string_view bytes);
inline constexpr std::string_view k_edited = "it is not as it was saved: somebody has edited it";
bool has_checksum(std::string_view bytes);
// The note on a plan without one.
Diagnostic without_checksum(std::string_view file_name);

// The saved changes over what is there now.
struct RebuiltPlan {
  Match match;  // by the saved links; rows that the plan does not touch ask for nothing
  Diff diff;    // without what hold.h finds
};
// None: something they rest on is gone, or cannot be seen.
std::optional<RebuiltPlan> rebuild_plan(Project& project, World& world, const SavedPlan& saved);

}  // namespace pairform
