#include "engine/state/fold.h"

#include <algorithm>
#include <set>
#include <string>

#include "schema/address.h"

namespace pairform {
namespace {
// Rows are told apart by their id, so that a move changes the address of one row instead of making a second. One whose
// create is pending has no id yet, and is its address.
std::uint64_t key_of(Text id, Text address) {
  constexpr std::uint64_t k_by_address = std::uint64_t{1} << 32U;
  return id ? id.value : k_by_address | address.value;
}
}  // namespace

const StateRow& StateFolder::row_at(std::size_t slot) const {
  return slot < base_.rows.size() ? base_.rows[RecordedId(slot)] : puts_[slot - base_.rows.size()].row;
}

// Not before the first change: most runs have none.
void StateFolder::index_base() {
  if (!gone_.empty() || base_.rows.empty()) return;
  gone_.resize(base_.rows.size());
  slots_.reserve(base_.rows.size());
  for (const auto i : base_.rows.ids()) slots_.emplace(key_of(base_.rows[i].id, base_.rows[i].address), i.index());
}

// The row takes the place of the one with the same id, of the same type (a network and a vm may have the same id).
// Where that one had another address, it has moved: references to it follow at the end.
void StateFolder::put(DetachedRow row) {
  index_base();
  const std::uint64_t key = key_of(row.row.id, row.row.address);
  auto [at, end] = slots_.equal_range(key);
  while (at != end) {
    if (row_at(at->second).type == row.row.type) {
      if (at->second < base_.rows.size() && row_at(at->second).address != row.row.address)
        moved_[row_at(at->second).address.value] = row.row.address;
      gone_[at->second] = true;
      at = slots_.erase(at);
    } else {
      ++at;
    }
  }
  slots_.emplace(key, gone_.size());
  gone_.push_back(false);
  puts_.push_back(std::move(row));
}

// By id and address: `network.app` with id 7 is dropped; one that was put at another address with that id meanwhile
// stays.
void StateFolder::drop(const DroppedRow& dropped) {
  index_base();
  auto [at, end] = slots_.equal_range(key_of(dropped.id, dropped.address));
  while (at != end) {
    if (row_at(at->second).address == dropped.address) {
      gone_[at->second] = true;
      at = slots_.erase(at);
    } else {
      ++at;
    }
  }
}

void StateFolder::apply(const RowChanges& changes) {
  for (const DroppedRow& dropped : changes.drop) drop(dropped);
  for (const DetachedRow& row : changes.put) put(row);
}

// Slots of rows that are put, not gone, in address order; of those at one address the one put last comes last.
std::vector<std::size_t> StateFolder::surviving_puts() const {
  std::vector<std::size_t> slots;
  for (std::size_t slot = base_.rows.size(); slot < base_.rows.size() + puts_.size(); ++slot)
    if (!gone_[slot]) slots.push_back(slot);
  std::sort(slots.begin(), slots.end(), [&](std::size_t a, std::size_t b) {
    const int order = compare_addresses(pool_.view(row_at(a).address), pool_.view(row_at(b).address));
    return order != 0 ? order < 0 : a < b;
  });
  return slots;
}

// Merges two lists that are each in address order: the rows of before that are not gone, and those that were put. Where
// two want one address, the one put last has it, and the other is displaced.
RecordedState StateFolder::finish() {
  RecordedState out;
  out.project = base_.project;
  out.provider = base_.provider;
  out.scope = base_.scope;
  out.cells = base_.cells;  // those of rows that are gone stay unused: cheaper than moving all the others
  const std::vector<std::size_t> puts = surviving_puts();
  std::vector<StateRow> displaced;  // rows whose address another one has taken
  const auto displace = [&](const StateRow& row) {
    if (row.id)
      displaced.push_back(row);  // without one it is a pending create of this address: the put row replaces it
  };
  out.rows.reserve(base_.rows.size() + puts.size());
  std::size_t next = 0;
  const auto take_base_until = [&](const StateRow* stop) {
    for (; next < base_.rows.size(); ++next) {
      const StateRow& row = base_.rows[RecordedId(next)];
      const int order = stop == nullptr ? -1 : compare_addresses(pool_.view(row.address), pool_.view(stop->address));
      if (order > 0) return;
      if (!gone_.empty() && gone_[next]) continue;
      if (order < 0) out.rows.push_back(row);
      else displace(row);
    }
  };
  for (const std::size_t slot : puts) {
    const DetachedRow& put = puts_[slot - base_.rows.size()];
    take_base_until(&put.row);
    if (!out.rows.empty() && out.rows.back().address == put.row.address) {
      displace(out.rows.back());
      out.rows.items().pop_back();
    }
    out.rows.push_back(put.row);
    out.rows.back().first_cell = static_cast<std::uint32_t>(out.cells.size());
    out.cells.insert(out.cells.end(), put.cells.begin(), put.cells.end());
  }
  take_base_until(nullptr);
  if (!displaced.empty()) park(displaced, out);
  if (!moved_.empty()) follow_moves(out, base_.cells.size());
  return out;
}

// Records displaced rows under free addresses: network.b under network.b-2, or -3, …; the halves of mapping.m, where
// both are displaced, under mapping.m-2.forward and mapping.m-2.reverse.
void StateFolder::park(const std::vector<StateRow>& displaced, RecordedState& out) {
  std::set<std::string, std::less<>> used;  // addresses, pairs as a whole
  for (const StateRow& row : out.rows) used.emplace(pair_of(pool_.view(row.address)));
  std::set<std::string, std::less<>> parked;
  for (StateRow row : displaced) {
    const std::string address(pool_.view(row.address));
    const std::string whole(pair_of(address));
    for (int n = 2;; ++n) {
      const std::string free = whole + '-' + std::to_string(n), full = free + address.substr(whole.size());
      if (used.contains(free) || parked.contains(full)) continue;
      parked.insert(full);
      if (row.first_cell < base_.cells.size()) moved_[row.address.value] = pool_.intern(full);
      row.address = pool_.intern(full);
      break;
    }
    out.rows.push_back(row);
  }
  std::sort(out.rows.begin(), out.rows.end(), [&](const StateRow& a, const StateRow& b) {
    return address_less(pool_.view(a.address), pool_.view(b.address));
  });
}

// A half on network.old refers to network.new once that network has moved.
void StateFolder::follow_moves(RecordedState& out, std::size_t base_cells) const {
  for (const StateRow& row : out.rows) {
    if (row.first_cell >= base_cells) continue;  // put: its references are by the addresses of now
    for (std::size_t c = 0; c < types_[row.type].columns.size(); ++c) {
      if (types_[row.type].column(c).kind != Kind::Reference) continue;
      Text& cell = out.cells[row.first_cell + c];
      if (const auto at = moved_.find(cell.value); at != moved_.end()) cell = at->second;
    }
  }
}

}  // namespace pairform
