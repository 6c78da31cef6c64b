#include "engine/act/state_edit.h"

#include <fmt/format.h>

#include "engine/act/journal_head.h"
#include "engine/model/relations.h"
#include "engine/state/state_file.h"
#include "schema/address.h"
#include "schema/base_types.h"

namespace pairform {
namespace {

void complain(Diagnostics& diagnostics, Code code, std::string summary, std::string help) {
  diagnostics.add({code, Severity::Error, std::move(summary), {}, std::move(help), {}, {}});
}

// The rows of a network, of a whole pair (a half names its pair), or of a vm with its nics.
std::vector<const StateRow*> rows_of(const RecordedState& recorded, const StringPool& texts, std::string_view address) {
  std::vector<const StateRow*> rows;
  for (const StateRow& row : recorded.rows) {
    const std::string_view each = texts.view(row.address);
    if (pair_of(each) == pair_of(address) || vm_of_nic(each) == address) rows.push_back(&row);
  }
  return rows;
}

DetachedRow detached(const RecordedState& recorded, const TypeTable& types, const StateRow& row) {
  DetachedRow out{row, {}};
  for (std::size_t c = 0; c < types[row.type].columns.size(); ++c) out.cells.push_back(recorded.cell(row, c));
  return out;
}

// What stands on a network, and how: "mapping.app.forward stands on it"; none: nothing.
struct NetworkUser {
  const StateRow* row = nullptr;
  std::string_view how;
};
NetworkUser user_of(const RecordedState& recorded, const Relations<RecordedId>& related, const StateRow& network) {
  for (const Related<RecordedId> user : related.users(recorded.rows.id_of(network))) {
    const StateRow& row = recorded.rows[user.row];
    if (user.role == Role::LivesOn) return {&row, "lives on"};
    return {&row, user.role == Role::LandsIn ? "comes up in" : "stands on"};
  }
  return {};
}

void unknown(const RecordedState& recorded, const StringPool& texts, std::string_view address,
             Diagnostics& diagnostics) {
  std::vector<std::string_view> known;
  for (const StateRow& row : recorded.rows) known.push_back(pair_of(texts.view(row.address)));
  const std::string_view near = nearest_address(address, known);
  complain(diagnostics, Code::UnknownAddress, fmt::format("{} is not recorded", address),
           near.empty() ? "see `pairform state list`" : fmt::format("did you mean {}?", near));
}

}  // namespace

RowChanges plan_state_move(const RecordedState& recorded, const TypeTable& types, StringPool& texts,
                           std::string_view from, std::string_view to, Diagnostics& diagnostics) {
  RowChanges changes;
  const auto parts = parse_address(to);
  if (!parts || !parts->half.empty() || !parts->nic.empty() || parts->type != type_of(from) ||
      vm_of_nic(from) != from) {
    complain(diagnostics, Code::BadAddress, fmt::format("{} cannot move to \"{}\"", from, to),
             "a network moves to a network's address, a pair as a whole to a pair's, a vm with its nics to a vm's");
    return changes;
  }
  const std::vector<const StateRow*> rows = rows_of(recorded, texts, from);
  if (rows.empty()) unknown(recorded, texts, from, diagnostics);
  if (!rows_of(recorded, texts, to).empty())
    complain(diagnostics, Code::MovedOntoRecorded, fmt::format("{} is recorded already", to),
             "move or remove that one first");
  for (const StateRow* row : rows)
    if (row->pending)
      complain(diagnostics, Code::StillPending, fmt::format("{} cannot move yet", texts.view(row->address)),
               "an accepted operation on it has not settled yet: let `pairform apply` see its end first");
  if (diagnostics.has_errors()) return changes;
  for (const StateRow* row : rows) {
    DetachedRow moved = detached(recorded, types, *row);
    const std::string_view address = texts.view(row->address);
    moved.row.address = texts.intern(std::string(to) + std::string(address.substr(pair_of(from).size())));
    changes.drop.push_back({row->address, row->id});
    changes.put.push_back(std::move(moved));
  }
  for (const StateRow& row : recorded.rows) {  // derived because of it
    if (!row.because || texts.view(row.because) != from) continue;
    changes.put.push_back(detached(recorded, types, row));
    changes.put.back().row.because = texts.intern(to);
  }
  return changes;
}

RowChanges plan_state_removal(const RecordedState& recorded, const StringPool& texts, std::string_view address,
                              Diagnostics& diagnostics) {
  RowChanges changes;
  const std::vector<const StateRow*> rows = rows_of(recorded, texts, address);
  if (rows.empty()) unknown(recorded, texts, address, diagnostics);
  const Relations<RecordedId> related = relate(recorded, texts.size());
  for (const StateRow* row : rows) {
    changes.drop.push_back({row->address, row->id});
    const NetworkUser user = row->type == k_network_type ? user_of(recorded, related, *row) : NetworkUser();
    if (user.row != nullptr)
      complain(diagnostics, Code::NetworkInUse,
               fmt::format("{} {} {}", texts.view(user.row->address), user.how, address),
               fmt::format("remove {} first", pair_of(texts.view(user.row->address))));
  }
  return changes;
}

StoreAnswer store_edit(Project& project, StateSession& state, const RowChanges& changes, std::string_view operation) {
  StateFolder folder(state.recorded, project.texts(), project.types);
  // A move is one put: what refers to the old address follows.
  for (const DetachedRow& row : changes.put) folder.put(row);
  if (changes.put.empty())
    for (const DroppedRow& dropped : changes.drop) folder.drop(dropped);
  const RecordedState edited = folder.finish();
  const std::string bytes = serialize_state(edited, project.texts(), project.types);
  JournalOutcome outcome{0, JournalResult::Done, changes.put.empty() ? changes : RowChanges{{}, changes.put}};
  const std::vector<JournalRecord> records{journal_head(project, state, operation, {}), std::move(outcome),
                                           JournalFolded{state_hash(bytes)}};
  if (state.backend->append(encode(records, project.texts(), project.types)) == AppendAnswer::LockLost)
    return StoreAnswer::LockLost;
  return state.backend->store(bytes, state.stored.version);
}

}  // namespace pairform
