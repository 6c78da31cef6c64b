// Recorded state made anew of what the files declare, what the cloud holds and what is recorded now, for `pairform state
// rebuild`. It decides nothing by itself: the plan is one of adopt_only and refresh_only together, so what is adopted, moved
// and forgotten is what an apply would adopt, move and forget, and its rows are made by the code of an apply.
//
//   declared, and in the cloud      recorded as found; where it is recorded already, brought up to date
//   recorded, and in the cloud      kept
//   recorded, not in the cloud      forgotten; not what could not be read, nor what is pending
//   a half that leads elsewhere     than files ask for, and is not recorded: left to a plan, whose guard asks (half.overwrite)
//
// Nothing is sent: the cloud stays as it is. Threads: one.
#pragma once
#include <set>
#include <string>
#include <vector>

#include "engine/model/plan.h"
#include "engine/phases.h"

namespace pairform {

enum class RowFate : std::uint8_t { Recorded, Updated, Moved, Kept, Gone };
std::string_view fate_text(RowFate fate);  // "recorded", …

struct RebuiltRow {
  RowFate fate = RowFate::Kept;
  Text address;                   // Gone: as it was recorded
  Text previous_address;          // Moved; none: of any other
  std::vector<std::string> what;  // Updated: the attributes and marks that differ, by name
};

struct Rebuilt {
  std::string bytes;             // of the state; empty where there is nothing to record, and nothing is stored
  std::vector<RebuiltRow> rows;  // in address order
  bool is_stored = false;        // these very bytes are stored already
};

// `inferred`: recorded rows that stand in for lines that cannot be read (read/stored_state.h).
Rebuilt rebuild_recorded(Project& project, StateSession& state, const CloudSession& cloud, const World& world,
                         const Plan& plan, const std::set<Text>& inferred);

// Stores the bytes under the lock, in one step: after a crash there is the state of before or this one. What a journal held
// is in these bytes already, and is retired. Moved: somebody replaced the state meanwhile.
StoreAnswer store_rebuilt(const Project& project, StateSession& state, const CloudSession& cloud,
                          const std::string& bytes);

}  // namespace pairform
