// The three-way merge of recorded state: what two branches made of the state that both began with, put together resource by
// resource. It is what git's merge driver runs (`pairform state merge`): git itself merges lines, so two rows that stand next
// to each other conflict, and what no longer fits together does not.
//
//   rows     one that only one side changed, added or removed is taken from there. Both sides otherwise than the base and
//            otherwise than each other: a conflict (PF2013). Rows are compared as canonical bytes.
//   pairs    the result is refused (PF2014) where it contradicts itself and neither side did so alone:
//              a pair that is not whole: mapping.app.forward of ours, while theirs has removed mapping.app.reverse
//              a nic without its vm, or one that was placed in another network than its vm lands in now
//              a half, a vm or a dependency on a row that the other side has removed
//              two rows with one id, two halves on one slot
//            What one side already has alone (a `mirror = false`, a half whose mirror failed) is no contradiction.
//   header   the project's name is merged as a row is. Another provider or scope on one side: nothing can be merged.
//
// Where there are conflicts the result has git's markers around all rows of that network, pair or vm, ours above, theirs
// below, so that either side is whole; everything else is merged. Such a file is refused by every command until somebody has
// chosen (PF2002).
//
// Pure but for interned texts. Cost: linear. Lines that are the same bytes in all three are copied and never parsed; for
// three states of a million rows with a thousand changes it is below the cost of parsing them with simdjson.
// Memory: the result, and what changed.
#pragma once
#include <string>
#include <string_view>

#include "engine/model/recorded.h"
#include "schema/diagnostic.h"

namespace pairform {

// Stored state, any bytes. All but an empty base must end with a line end, as the reader of state wants it.
struct MergeInput {
  std::string_view base;    // what both sides began with; empty: both made the file
  std::string_view ours;    // the branch that one is on
  std::string_view theirs;  // the branch that is merged into it
  std::string_view name;    // of the file, for messages: "pairform.state.jsonl"
};

enum class MergeOutcome : unsigned char {
  Merged,      // `state` is whole
  Conflicts,   // `state` has markers; each conflict is an error in the diagnostics
  Unreadable,  // a side is no sound state, or of another cloud: `state` is empty, and the diagnostics say why
};

struct StateMerge {
  MergeOutcome outcome = MergeOutcome::Unreadable;
  std::string state;
};

StateMerge merge_states(const MergeInput& input, const TypeTable& types, StringPool& pool, Diagnostics& diagnostics);

}  // namespace pairform
