// Recorded state in memory: one row a resource, sorted by address, values as interned canonical text.
// The file's format is specified in state_file.h. State is memory, not truth: losing it, or using an older one,
// never deletes or makes anything twice.
#pragma once
#include <string>
#include <vector>

#include "schema/dense_map.h"
#include "schema/resource_type.h"
#include "schema/string_pool.h"

namespace pairform {

struct StateRow {
  Text address;  // never none
  TypeId type;
  Text id;                       // the provider's id; none only while a create is pending
  std::uint32_t first_cell = 0;  // into RecordedState::cells; as many as the type has columns
  Text because;                  // address of what it was derived for; none: declared
  Text pending;                  // handle of an accepted operation; none: settled
  Text depends_on;               // canonical TextList of addresses that the attributes do not tell; none: empty
  bool protect = false;
  bool adopted = false;  // found in the cloud, not made by pairform (never set on existing networks)
};

using RecordedId = Id<struct RecordedTag>;  // RecordedState::rows

struct RecordedState {
  std::string project;  // empty: no state file yet
  std::string provider;
  std::string scope;
  DenseMap<RecordedId, StateRow> rows;  // sorted by address, addresses unique
  std::vector<Text> cells;
  Text cell(const StateRow& row, std::size_t column) const { return cells[row.first_cell + column]; }
};

}  // namespace pairform
