#include "engine/state_edit.h"

#include <fmt/format.h>

#include "engine/state/state_file.h"
#include "schema/address.h"
#include "schema/network_types.h"

namespace pairform {
namespace {

void complain(Diagnostics& diagnostics, Code code, std::string summary, std::string help) {
  diagnostics.add({code, Severity::Error, std::move(summary), {}, std::move(help), {}, {}});
}

// The rows of a network or of a whole pair; a half names its pair.
std::vector<const StateRow*> rows_of(const Run& run, std::string_view address) {
  std::vector<const StateRow*> rows;
  for (const StateRow& row : run.recorded.rows)
    if (pair_of(run.texts().view(row.address)) == pair_of(address)) rows.push_back(&row);
  return rows;
}

void unknown(const Run& run, std::string_view address, Diagnostics& diagnostics) {
  std::vector<std::string_view> known;
  for (const StateRow& row : run.recorded.rows) known.push_back(pair_of(run.texts().view(row.address)));
  const std::string_view near = known.size() <= 20000 ? nearest_address(address, known) : std::string_view();
  complain(diagnostics, Code::UnknownAddress, fmt::format("{} is not recorded", address),
           near.empty() ? "see `pairform state list`" : fmt::format("did you mean {}?", near));
}

}  // namespace

RowChanges plan_state_move(const Run& run, StringPool& texts, std::string_view from, std::string_view to,
                           Diagnostics& diagnostics) {
  RowChanges changes;
  const auto parts = parse_address(to);
  if (!parts || !parts->half.empty() || parts->type != type_of(from)) {
    complain(diagnostics, Code::BadAddress, fmt::format("{} cannot move to \"{}\"", from, to),
             "a network moves to a network's address, a pair as a whole to a pair's");
    return changes;
  }
  const std::vector<const StateRow*> rows = rows_of(run, from);
  if (rows.empty()) unknown(run, from, diagnostics);
  if (!rows_of(run, to).empty())
    complain(diagnostics, Code::MovedOntoRecorded, fmt::format("{} is recorded already", to), "move or remove that one first");
  if (diagnostics.has_errors()) return changes;
  for (const StateRow* row : rows) {
    DetachedRow moved{*row, {}};
    for (std::size_t c = 0; c < run.types[row->type].columns.size(); ++c) moved.cells.push_back(run.recorded.cell(*row, c));
    const std::string_view address = texts.view(row->address);
    moved.row.address = texts.intern(std::string(to) + std::string(address.substr(pair_of(address).size())));
    changes.drop.push_back({row->address, row->id});
    changes.put.push_back(std::move(moved));
  }
  return changes;
}

RowChanges plan_state_removal(const Run& run, std::string_view address, Diagnostics& diagnostics) {
  RowChanges changes;
  const std::vector<const StateRow*> rows = rows_of(run, address);
  if (rows.empty()) unknown(run, address, diagnostics);
  for (const StateRow* row : rows) {
    changes.drop.push_back({row->address, row->id});
    if (row->type != k_network_type) continue;
    for (const StateRow& half : run.recorded.rows) {
      if (half.type != k_mapping_type || (run.recorded.cell(half, half_column::source) != row->address &&
                                          run.recorded.cell(half, half_column::target) != row->address))
        continue;
      complain(diagnostics, Code::NetworkInUse, fmt::format("{} stands on {}", run.texts().view(half.address), address),
               fmt::format("remove {} first", pair_of(run.texts().view(half.address))));
      break;
    }
  }
  return changes;
}

bool store_edit(Run& run, const RowChanges& changes, std::string_view operation) {
  StateFolder folder(run.recorded, run.texts(), run.types);
  // A move is one put: what refers to the old address follows.
  for (const DetachedRow& row : changes.put) folder.put(row);
  if (changes.put.empty())
    for (const DroppedRow& dropped : changes.drop) folder.drop(dropped);
  const RecordedState state = folder.finish();
  const std::string bytes = serialize_state(state, run.texts(), run.types);
  JournalOutcome outcome{0, JournalResult::Done, changes.put.empty() ? changes : RowChanges{{}, changes.put}};
  const std::vector<JournalRecord> records{JournalHead{std::string(operation), run.state_hash}, std::move(outcome),
                                           JournalFolded{state_hash(bytes)}};
  run.backend->append(encode(records, run.texts(), run.types));
  return run.backend->store(bytes, run.stored.version);
}

}  // namespace pairform
