// What the merge of states knows of one network, pair or vm that is not the same in all three. Internal to merge.cc and
// merge_checks.cc.
#pragma once
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/model/recorded.h"
#include "schema/diagnostic_code.h"

namespace pairform {

enum class MergeSide : std::uint8_t { Base, Ours, Theirs };
inline constexpr std::array<std::string_view, 3> k_merge_side_names{"base", "ours", "theirs"};
inline std::string_view name_of(MergeSide side) { return k_merge_side_names[static_cast<std::size_t>(side)]; }
inline MergeSide other_side(MergeSide side) { return side == MergeSide::Ours ? MergeSide::Theirs : MergeSide::Ours; }

struct RowVersion {
  std::string text;  // canonical, without a line end; empty: this side has no such row
  StateRow row;      // its cells are in MergeRows::cells
};

// One address in the three states.
struct MergedRow {
  std::string_view address;
  std::array<RowVersion, 3> versions;  // by MergeSide
  MergeSide taken = MergeSide::Ours;   // Ours also where both sides are the same

  const RowVersion& of(MergeSide side) const { return versions[static_cast<std::size_t>(side)]; }
  const RowVersion& result() const { return of(taken); }
  bool is_there() const { return !result().text.empty(); }
  bool is_of(MergeSide side) const { return of(side).text == result().text; }
};

struct MergeConflict {
  Code code{};
  std::string summary;  // without the place
  std::string detail;
};

// All rows of network.app, of mapping.app or of vm.web1 with its nics, those that did not change, too.
struct MergedGroup {
  std::string_view address;
  std::vector<MergedRow> rows;           // in address order
  std::vector<MergeConflict> conflicts;  // none: the rows are merged
  bool blocked = false;                  // has a conflict, or a part in one that is told with another group

  bool is_of(MergeSide side) const {
    for (const MergedRow& row : rows)
      if (!row.is_of(side)) return false;
    return true;
  }
};

struct MergeRows {
  std::vector<MergedGroup> groups;  // in address order
  std::vector<Text> cells;          // of all versions
  Text cell(const StateRow& row, std::size_t column) const { return cells[row.first_cell + column]; }
};

}  // namespace pairform
