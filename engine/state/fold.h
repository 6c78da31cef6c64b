// Folding: recorded state and what became of some rows, into new recorded state. Apply does it once at its end, and
// replay of the journal does the same, so that an interrupted apply and a whole one end in the same bytes.
//
// While folding a row is known by its **id** (and type), not by its address: two rows may exchange addresses by two
// moves, and in between both stand at one address. A row without an id (a create that is pending) is known by its
// address. At the end a row that shares an address with one put later, and is another thing, keeps its place in state
// under a free address (the key with -2, -3, … appended; both halves of a pair alike): nothing recorded is ever lost.
// References follow: where a row has moved, the rows that were not put again and referred to its old address refer to
// the new one.
// Cost: O(n + m log m) for n rows and m changes. Threads: a folder belongs to one.
#pragma once
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "engine/state/state.h"

namespace pairform {

// A row that stands alone. `row.first_cell` means nothing.
struct DetachedRow {
  StateRow row;
  std::vector<Text> cells;  // as many as the type has columns
};

struct DroppedRow {
  Text address;
  Text id;  // of the row that is meant; another one at that address stays. None: the one without an id
};

// What one outcome does to state, drops before puts.
struct RowChanges {
  std::vector<DroppedRow> drop;
  std::vector<DetachedRow> put;
};

class StateFolder {
 public:
  // All must outlive the folder.
  StateFolder(const RecordedState& base, StringPool& pool, const TypeTable& types)
      : base_(base), pool_(pool), types_(types) {}

  // Records the row; the same row (by id) elsewhere is gone.
  void put(DetachedRow row);
  void drop(const DroppedRow& dropped);
  void apply(const RowChanges& changes);

  // Sorted by address, addresses unique. Project, provider and scope are those of the base.
  RecordedState finish();

 private:
  void index_base();
  const StateRow& row_at(std::size_t slot) const;
  std::vector<std::size_t> surviving_puts() const;
  void park(const std::vector<StateRow>& displaced, RecordedState& out);
  void follow_moves(RecordedState& out, std::size_t base_cells) const;

  const RecordedState& base_;
  StringPool& pool_;
  const TypeTable& types_;
  std::unordered_map<std::uint32_t, Text> moved_;  // address in the base -> address now
  std::vector<DetachedRow> puts_;                  // in the order put
  std::vector<bool> gone_;  // by slot: rows of the base first, then `puts_`. Empty: nothing has changed yet
  std::unordered_multimap<std::uint64_t, std::size_t> slots_;  // by id, or by address without one; those not gone
};

}  // namespace pairform
