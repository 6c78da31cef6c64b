#include "engine/act/rebuild.h"

#include <algorithm>
#include <array>
#include <map>

#include "engine/act/journal_head.h"
#include "engine/act/state_after.h"
#include "engine/state/state_file.h"
#include "schema/address.h"

namespace pairform {
namespace {

// What became of each recorded row, and which are new.
class FateFinder {
 public:
  FateFinder(const Project& project, const RecordedState& before, const RecordedState& after,
             const std::set<Text>& inferred)
      : project_(project), before_(before), after_(after) {
    for (const StateRow& row : before.rows)
      if (!inferred.contains(row.address)) was_.emplace(row.address, &row);
    for (const StateRow& row : after.rows) is_.insert(row.address);
    for (const auto& [address, row] : was_)
      if (row->id && !is_.contains(address)) moved_.emplace(std::pair(row->type, row->id), row);
  }

  std::vector<RebuiltRow> run() {
    std::vector<RebuiltRow> out;
    for (const StateRow& row : after_.rows) out.push_back(fate_of(row));
    for (const auto& [address, row] : was_)
      if (!is_.contains(address) && !arrived_.contains(address)) out.push_back({RowFate::Gone, address, {}, {}});
    const StringPool& texts = project_.texts();
    std::sort(out.begin(), out.end(), [&](const RebuiltRow& a, const RebuiltRow& b) {
      return address_less(texts.view(a.address), texts.view(b.address));
    });
    return out;
  }

 private:
  RebuiltRow fate_of(const StateRow& row) {
    if (const auto at = was_.find(row.address); at != was_.end()) {
      std::vector<std::string> what = differences(*at->second, row);
      return {what.empty() ? RowFate::Kept : RowFate::Updated, row.address, {}, std::move(what)};
    }
    const auto from = moved_.find({row.type, row.id});
    if (from == moved_.end()) return {RowFate::Recorded, row.address, {}, {}};
    arrived_.insert(from->second->address);
    return {RowFate::Moved, row.address, from->second->address, {}};
  }

  std::vector<std::string> differences(const StateRow& was, const StateRow& is) const {
    std::vector<std::string> out;
    const ResourceType& type = project_.types[is.type];
    for (std::size_t c = 0; c < type.columns.size(); ++c)
      if (before_.cell(was, c) != after_.cell(is, c)) out.emplace_back(type.column(c).name);
    if (was.id != is.id) out.emplace_back("id");
    if (was.because != is.because) out.emplace_back("because");
    if (was.pending != is.pending) out.emplace_back("pending");
    if (was.depends_on != is.depends_on) out.emplace_back("depends_on");
    if (was.protect != is.protect) out.emplace_back("protect");
    if (was.adopted != is.adopted) out.emplace_back("adopted");
    return out;
  }

  const Project& project_;
  const RecordedState& before_;
  const RecordedState& after_;
  std::map<Text, const StateRow*> was_;                       // by address
  std::set<Text> is_;                                         // addresses
  std::map<std::pair<TypeId, Text>, const StateRow*> moved_;  // by id: rows whose address is not recorded any more
  std::set<Text> arrived_;                                    // addresses of before, of rows that have another one now
};

}  // namespace

std::string_view fate_text(RowFate fate) {
  constexpr std::array<std::string_view, 5> k_texts{"recorded", "updated", "moved", "kept", "gone"};
  return k_texts[static_cast<std::size_t>(fate)];
}

Rebuilt rebuild_recorded(Project& project, StateSession& state, const CloudSession& cloud, const World& world,
                         const Plan& plan, const std::set<Text>& inferred) {
  const RecordedState after = state_after(project, state, cloud, world, plan);
  Rebuilt out;
  out.rows = FateFinder(project, state.recorded, after, inferred).run();
  const bool no_journal = state.stored.journal.empty();  // else it is folded into these bytes, and retired with them
  if (after.rows.empty() && state.hash.empty() && no_journal) {  // never stored, and nothing to store
    out.is_stored = true;
    return out;
  }
  out.bytes = serialize_state(after, project.texts(), project.types);
  out.is_stored = no_journal && state_hash(out.bytes) == state.hash;
  return out;
}

StoreAnswer store_rebuilt(const Project& project, StateSession& state, const CloudSession& cloud,
                          const std::string& bytes) {
  const std::vector<JournalRecord> records{journal_head(project, state, "state rebuild", cloud.scope),
                                           JournalFolded{state_hash(bytes)}};
  if (state.backend->append(encode(records, project.texts(), project.types)) == AppendAnswer::LockLost)
    return StoreAnswer::LockLost;
  return state.backend->store(bytes, state.stored.version);
}

}  // namespace pairform
