#include "engine/read/stored_state.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "engine/read/recorded_check.h"
#include "engine/state/format_versions.h"
#include "engine/state/row_reader.h"
#include "engine/state/state_file.h"
#include "schema/address.h"
#include "schema/base_types.h"

namespace pairform {
namespace {

class StoredRowsReader {
 public:
  StoredRowsReader(const Project& project, const DesiredState& desired, StringPool& texts, StoredRows& out)
      : types_(project.types),
        parsed_(project.parsed),
        identities_{*project.entry},
        desired_(desired),
        texts_(texts),
        out_(out),
        parser_(*out.bytes),
        rows_(project.types, texts) {}

  // False: the format is newer.
  bool read(std::int64_t& version) {
    std::string_view rest = *out_.bytes;
    constexpr std::string_view k_mark = "\xEF\xBB\xBF";
    if (rest.starts_with(k_mark)) rest.remove_prefix(k_mark.size());
    for (std::uint32_t number = 1; !rest.empty(); ++number) {
      const std::size_t end = rest.find('\n');
      std::string_view line = rest.substr(0, end);
      rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
      if (line.ends_with('\r')) line.remove_suffix(1);
      simdjson::dom::element json;
      if (!parser_.parse(line, json)) unread(number, "not a whole JSON object");
      else if (number == 1) read_header(json, version);
      else read_row(number, json);
      if (version > k_state_version) return false;
    }
    return true;
  }

  // Without what stands twice, disagrees or stands alone; completed, sorted.
  void settle() {
    find_doubtful_machines();
    drop_twins();
    sort();
    stand_in_for_networks();
    while (drop_wrong()) continue;
    doubt_machines();
    name_lone_halves();
    const bool rows_are_lost =
        std::any_of(out_.unread.begin(), out_.unread.end(), [](const UnreadLine& unread) { return unread.line > 1; });
    if (rows_are_lost) complete_pairs();
    std::sort(out_.unread.begin(), out_.unread.end(),
              [](const UnreadLine& a, const UnreadLine& b) { return a.line < b.line; });
  }

 private:
  std::string_view view(Text text) const { return texts_.view(text); }
  void unread(std::uint32_t line, std::string why, std::string_view address = {}) {
    if (line != 0) out_.unread.push_back({line, std::move(why), std::string(address)});
  }
  void read_header(simdjson::dom::element json, std::int64_t& version) {
    const auto text = [&](std::string_view key, std::string& to) {
      std::string_view value;
      if (json[key].get(value) == simdjson::SUCCESS) to = value;
      return !to.empty();
    };
    if (json["pairform_state"].get(version) != simdjson::SUCCESS || version < 1) {
      version = 0;
      return unread(1, "not the first line of a state");
    }
    const bool project = text("project", out_.recorded.project), provider = text("provider", out_.recorded.provider),
               scope = text("scope", out_.recorded.scope);
    if (!project || !provider || !scope) unread(1, "does not say of which project, provider and scope it is");
  }
  void read_row(std::uint32_t number, simdjson::dom::element json) {
    StateRow row;
    const std::size_t first = out_.recorded.cells.size();
    row.first_cell = static_cast<std::uint32_t>(first);
    std::string wrong = rows_.read(json, row, out_.recorded.cells);
    if (!wrong.empty()) {
      out_.recorded.cells.resize(first);
      return unread(number, std::move(wrong));
    }
    out_.recorded.rows.push_back(row);
    lines_.push_back(number);
  }

  // Machines behind whose lines one cannot be read: it may have been that of a nic.
  void find_doubtful_machines() {
    std::size_t next = 0;
    for (const UnreadLine& unread : out_.unread) {  // both by line
      while (next < lines_.size() && lines_[next] < unread.line) ++next;
      if (next == 0) continue;
      const std::string_view machine = vm_of_nic(view(out_.recorded.rows[RecordedId(next - 1)].address));
      if (type_of(machine) == "vm") doubtful_.insert(texts_.intern(machine));
    }
  }
  // They count as found: what lands where without a line is recorded as it is then, and not taken for what the service says of
  // a machine that pairform has enabled a moment ago (refresh.cc).
  void doubt_machines() {
    for (const UnreadLine& unread : out_.unread)
      if (const std::string_view vm = vm_of_nic(unread.address); vm != unread.address)
        doubtful_.insert(texts_.intern(vm));
    for (StateRow& row : out_.recorded.rows.items())
      if (doubtful_.contains(row.address) && !is_existing(out_.recorded, row, texts_)) row.adopted = true;
  }

  // Rows that `why` says something of go.
  template <class Why>
  bool drop(Why why) {
    DenseMap<RecordedId, StateRow> kept;
    std::vector<std::uint32_t> lines;
    for (const RecordedId r : out_.recorded.rows.ids()) {
      const std::string because = why(r);
      if (because.empty()) {
        kept.push_back(out_.recorded.rows[r]);
        lines.push_back(lines_[r.index()]);
      } else {
        unread(lines_[r.index()], because, view(out_.recorded.rows[r].address));
      }
    }
    const bool dropped = kept.size() != out_.recorded.rows.size();
    out_.recorded.rows = std::move(kept);
    lines_ = std::move(lines);
    return dropped;
  }

  bool is_same(const StateRow& a, const StateRow& b) const {
    if (a.type != b.type || a.id != b.id || a.because != b.because || a.pending != b.pending ||
        a.depends_on != b.depends_on || a.protect != b.protect || a.adopted != b.adopted)
      return false;
    for (std::size_t c = 0; c < types_[a.type].columns.size(); ++c)
      if (out_.recorded.cell(a, c) != out_.recorded.cell(b, c)) return false;
    return true;
  }
  // A line that was doubled counts once; of two that differ, as a merge leaves them, nobody knows which one is right.
  void drop_twins() {
    std::map<Text, RecordedId> first;
    std::set<Text> differ;
    std::vector<bool> again(out_.recorded.rows.size(), false);
    for (const RecordedId r : out_.recorded.rows.ids()) {
      const auto [at, fresh] = first.try_emplace(out_.recorded.rows[r].address, r);
      if (fresh) continue;
      again[r.index()] = true;
      if (!is_same(out_.recorded.rows[at->second], out_.recorded.rows[r])) differ.insert(at->first);
    }
    drop([&](RecordedId r) -> std::string {
      if (differ.contains(out_.recorded.rows[r].address)) return "stands twice, and not the same";
      return again[r.index()] ? "stands twice" : "";
    });
  }

  void sort() {
    std::vector<RecordedId> order(out_.recorded.rows.ids().begin(), out_.recorded.rows.ids().end());
    std::sort(order.begin(), order.end(), [&](RecordedId a, RecordedId b) {
      return address_less(view(out_.recorded.rows[a].address), view(out_.recorded.rows[b].address));
    });
    DenseMap<RecordedId, StateRow> sorted;
    std::vector<std::uint32_t> lines;
    for (const RecordedId r : order) {
      sorted.push_back(out_.recorded.rows[r]);
      lines.push_back(lines_[r.index()]);
    }
    out_.recorded.rows = std::move(sorted);
    lines_ = std::move(lines);
  }

  std::set<Text> recorded_addresses() const {
    std::set<Text> out;
    for (const StateRow& row : out_.recorded.rows) out.insert(row.address);
    return out;
  }
  // Addresses of networks that a row refers to.
  std::vector<Text> networks_of(const StateRow& row) const {
    std::vector<Text> out;
    const ResourceType& type = types_[row.type];
    for (std::size_t c = 0; c < type.columns.size(); ++c) {
      const Text cell = out_.recorded.cell(row, c);
      if (type.column(c).kind == Kind::Reference && cell && parse_address(view(cell))) out.push_back(cell);
    }
    return out;
  }

  Text identity_of_network(const StateRow& row) const {
    const auto cell = [&](std::size_t column) { return out_.recorded.cell(row, column); };
    return identities_.network(texts_, cell(network_column::region), cell(network_column::name),
                               cell(network_column::resource_group), cell(network_column::subscription));
  }

  // Networks that rows refer to, and that have no line: `network.app`. Where a line tells of the network that files declare
  // there, under an address that nothing declares, the address is what was damaged ("network.aqp").
  void stand_in_for_networks() {
    const std::set<Text> known = recorded_addresses();
    std::set<Text> needed, declared;
    for (const StateRow& row : out_.recorded.rows)
      for (const Text network : networks_of(row))
        if (!known.contains(network)) needed.insert(network);
    if (needed.empty()) return;
    for (const DesiredRow& desired : desired_.rows) declared.insert(desired.address);
    std::map<Text, RecordedId> misnamed;  // by identity
    for (const RecordedId r : out_.recorded.rows.ids()) {
      const StateRow& row = out_.recorded.rows[r];
      if (row.type == k_network_type) misnamed.emplace(identity_of_network(row), r);
    }
    for (const DesiredRow& desired : desired_.rows) {
      if (desired.type != k_network_type || !needed.contains(desired.address)) continue;
      const auto at = misnamed.find(desired.identity);
      if (at != misnamed.end()) {
        if (!declared.contains(out_.recorded.rows[at->second].address))
          out_.recorded.rows[at->second].address = desired.address;
      } else if (desired.existing) {
        stand_in(desired);
      }
    }
    sort();
  }
  void stand_in(const DesiredRow& desired) {
    StateRow row{.address = desired.address, .type = desired.type, .id = desired.identity};
    row.first_cell = static_cast<std::uint32_t>(out_.recorded.cells.size());
    for (std::size_t c = 0; c < types_[row.type].columns.size(); ++c)
      out_.recorded.cells.push_back(desired_.cell(desired, c));
    out_.recorded.rows.push_back(row);
    out_.inferred.insert(row.address);
    lines_.push_back(0);
  }

  // One round. False: all rows agree with themselves and with each other.
  bool drop_wrong() {
    std::map<RecordedId, std::string> wrong;
    for (WrongRow& row : find_wrong_rows(types_, parsed_, out_.recorded, identities_, texts_))
      wrong.emplace(row.row, std::move(row.what));
    const std::set<Text> known = recorded_addresses();
    return drop([&](RecordedId r) -> std::string {
      if (const auto at = wrong.find(r); at != wrong.end()) return at->second;
      const StateRow& row = out_.recorded.rows[r];
      for (const Text network : networks_of(row))
        if (!known.contains(network)) return fmt::format("needs {}, of which no line can be read", view(network));
      const std::string_view address = view(row.address), vm = vm_of_nic(address);
      if (vm != address && !known.contains(texts_.intern(vm)))
        return fmt::format("needs {}, of which no line can be read", vm);
      return "";
    });
  }

  static bool is_half(const StateRow& row) { return row.type == k_mapping_type; }
  Text mirror_address(const StateRow& half) const {
    const bool forward = view(half.address).ends_with(".forward");
    return texts_.intern(fmt::format("{}.{}", pair_of(view(half.address)), forward ? "reverse" : "forward"));
  }
  // Of each recorded half: its slot, as far as that is known.
  std::map<RecordedId, Text> slots() const {
    const NetworkNames names(DesiredState(), out_.recorded, identities_, texts_);
    std::map<RecordedId, Text> out;
    for (const RecordedId r : out_.recorded.rows.ids())
      if (is_half(out_.recorded.rows[r]))
        out.emplace(r, identity_of(out_.recorded.rows[r], out_.recorded, names, identities_, texts_));
    return out;
  }

  // A half alone, at an address that nothing declares, on the slot of a half that files declare and no line tells of: its
  // address was damaged ("mapping.aqp.forward").
  void name_lone_halves() {
    std::set<Text> known = recorded_addresses(), declared;
    std::map<Text, Text> at_slot;  // identity -> declared address
    for (const DesiredRow& row : desired_.rows) {
      declared.insert(row.address);
      if (row.type == k_mapping_type) at_slot.emplace(row.identity, row.address);
    }
    for (const auto& [r, slot] : slots()) {
      StateRow& row = out_.recorded.rows[r];
      const auto meant = at_slot.find(slot);
      if (meant == at_slot.end() || known.contains(meant->second) || declared.contains(row.address) ||
          known.contains(mirror_address(row)))
        continue;
      row.address = meant->second;
      known.insert(row.address);
    }
    sort();
  }

  // A pair that files declare is found again whole, or has no mirror by intent.
  void complete_pairs() {
    const std::set<Text> known = recorded_addresses();
    std::set<Text> taken, declared;
    for (const auto& [r, slot] : slots()) taken.insert(slot);
    for (const DesiredRow& row : desired_.rows) declared.insert(row.address);
    const std::size_t count = out_.recorded.rows.size();
    for (std::size_t i = 0; i < count; ++i) {
      const StateRow half = out_.recorded.rows[RecordedId(i)];
      if (!is_half(half) || half.pending || known.contains(mirror_address(half)) || declared.contains(half.address))
        continue;
      add_mirror(half, mirror_address(half), taken);
    }
    sort();
  }
  void add_mirror(const StateRow& half, Text address, const std::set<Text>& taken) {
    const Text source = out_.recorded.cell(half, half_column::source),
               target = out_.recorded.cell(half, half_column::target);
    const NetworkNames names(DesiredState(), out_.recorded, identities_, texts_);
    const Text region = names.recorded_region(source);
    if (!region || !names.recorded_region(target)) return;  // a network outside the project: the slot is not known
    StateRow mirror = half;
    mirror.address = address;
    mirror.id = identities_.slot(texts_, names.recorded_identity(target), region);
    if (taken.contains(mirror.id)) return;
    mirror.adopted = true;
    mirror.first_cell = static_cast<std::uint32_t>(out_.recorded.cells.size());
    out_.recorded.cells.resize(out_.recorded.cells.size() + types_[half.type].columns.size());
    out_.recorded.cells[mirror.first_cell + half_column::source] = target;
    out_.recorded.cells[mirror.first_cell + half_column::target] = source;
    out_.recorded.rows.push_back(mirror);
    out_.inferred.insert(mirror.address);
    lines_.push_back(0);
  }

  const TypeTable& types_;
  const ParsedColumns& parsed_;
  const IdentityMaker identities_;
  const DesiredState& desired_;
  StringPool& texts_;
  StoredRows& out_;
  LineParser parser_;
  RowReader rows_;
  std::set<Text> doubtful_;           // addresses of vms
  std::vector<std::uint32_t> lines_;  // of each row; 0: it stands in for one that cannot be read
};

}  // namespace

bool read_stored_rows(const Project& project, const DesiredState& desired, const StateWords& words, FileId file,
                      StringPool& texts, StoredRows& out, Diagnostics& diagnostics) {
  StoredRowsReader reader(project, desired, texts, out);
  std::int64_t version = 0;
  if (reader.read(version)) {
    reader.settle();
    return true;
  }
  out.recorded = RecordedState();
  Diagnostic newer{Code::StateTooNew,
                   Severity::Error,
                   fmt::format("written by a newer pairform (format {}, this one reads {})", version, k_state_version),
                   "",
                   "Use the newer pairform, or " + words.older + ".",
                   {},
                   {}};
  if (file) newer.spans.push_back({{file, 1, 1}, 1, {}});
  else newer.summary = words.state + ":1: " + newer.summary;
  diagnostics.add(std::move(newer));
  return false;
}

bool replay_journal(Project& project, const std::string& scope, StateSession& state, Diagnostics& diagnostics) {
  const StateWords& words = state.backend->words();
  const ProjectSettings& settings = project.config.settings;
  if (!parse_journal(state.stored.journal, project.types, words, project.texts(), state.journal, diagnostics) ||
      !check_journal_head(state.journal, settings.name, settings.provider, scope, words, diagnostics))
    return false;
  if (state.will_write || !state.stored.journal.empty()) state.hash = state_hash(state.stored.state);
  state.recorded =
      replay(std::move(state.recorded), state.hash, state.journal, words, project.texts(), project.types, diagnostics);
  state.stored.state.reset();
  return true;
}

bool read_readable(Project& project, const DesiredState& desired, const std::string& scope, StateSession& state,
                   StoredRows& out, Diagnostics& diagnostics) {
  state.stored = state.backend->load();
  const StateWords& words = state.backend->words();
  const FileId file =
      state.stored.state && !words.file.empty() ? project.config.sources.add(words.state, words.file) : FileId();
  out = StoredRows();
  out.bytes = state.stored.state;
  if (out.bytes && !read_stored_rows(project, desired, words, file, project.texts(), out, diagnostics)) return false;
  const ProjectSettings& settings = project.config.settings;
  // What the first line does not say is taken to be as here.
  RecordedState& recorded = out.recorded;
  if (recorded.project.empty()) recorded.project = settings.name;
  if (recorded.provider.empty()) recorded.provider = settings.provider;
  if (recorded.scope.empty()) recorded.scope = scope;
  if (!check_state_header(recorded, settings.name, settings.provider, scope.empty() ? recorded.scope : scope, words,
                          file, diagnostics))
    return false;
  state.recorded = recorded;
  return replay_journal(project, scope, state, diagnostics);
}

}  // namespace pairform
