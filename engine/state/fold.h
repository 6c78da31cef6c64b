// Folding: recorded state and what became of some rows, into new recorded state. Apply does it once at its end, and
// replay of the journal does the same, so that an interrupted apply and a whole one end in the same bytes.
//
// While folding, a row is known by its id (and type), not by its address: two rows may exchange addresses by two moves
// (network.a to network.b, network.b to network.a), and after the first move both are recorded at network.b. A row
// without an id, a pending create, is known by its address.
// At the end two rows with different ids may still have one address, because the second move failed. The one that was
// put last has it; the other is recorded under a free address, network.b-2 (both halves of a pair alike), so that
// nothing recorded is lost.
// References follow a move: after network.app moved to network.hub, a half that was not put again and had the source
// network.app has the source network.hub.
// Cost: O(n + m log m) for n rows and m changes. Threads: a folder belongs to one.
#pragma once
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "engine/model/recorded.h"

namespace pairform {

// A row that stands alone. `row.first_cell` means nothing.
struct DetachedRow {
  StateRow row;
  std::vector<Text> cells;  // as many as the type has columns
};

struct DroppedRow {
  Text address;
  Text id;  // of the row to drop; one with another id at that address stays. None: drop the one that has no id
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
