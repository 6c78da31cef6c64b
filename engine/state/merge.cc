#include "engine/state/merge.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "engine/state/merge_checks.h"
#include "engine/state/merge_lines.h"
#include "engine/state/row_reader.h"
#include "engine/state/state_file.h"
#include "schema/address.h"
#include "schema/json_text.h"
#include "schema/json_writer.h"
#include "schema/value.h"

namespace pairform {
namespace {

// What an input is called in messages, and what becomes of it.
StateWords merge_words(std::string_view name, MergeSide side) {
  const std::string what = fmt::format("{} ({})", name, name_of(side));
  StateWords words{};
  words.noun = "file";
  words.state = what;
  words.restore = "Mend it in the commit that it is of, or take one side whole (`git checkout --ours -- FILE`)";
  words.older = "take one side whole (`git checkout --ours -- FILE`)";
  words.one_side = "End that merge first: take one side whole (`git checkout --ours -- FILE`)";
  return words;
}

class Merge {
 public:
  Merge(const MergeInput& input, const TypeTable& types, StringPool& pool, Diagnostics& diagnostics)
      : input_(input),
        types_(types),
        pool_(pool),
        diagnostics_(diagnostics),
        lines_{MergeLines(input.base, pool), MergeLines(input.ours, pool), MergeLines(input.theirs, pool)},
        reader_(types, pool) {}

  StateMerge run() {
    if (!merge_headers()) return {};
    read_rows();
    if (!all_sound()) return {};
    merge_rows();
    if (!all_sound()) return {};
    check_merged(rows_, types_, pool_, [&](Text address) { return region_of(address); });
    return write();
  }

 private:
  static constexpr std::array<MergeSide, 3> k_sides{MergeSide::Base, MergeSide::Ours, MergeSide::Theirs};
  MergeLines& of(MergeSide side) { return lines_[static_cast<std::size_t>(side)]; }
  std::string_view bytes_of(MergeSide side) const {
    return side == MergeSide::Base ? input_.base : side == MergeSide::Ours ? input_.ours : input_.theirs;
  }

  // Where one is not, the reader of state says what is wrong with it.
  bool all_sound() {
    bool sound = true;
    for (const MergeSide side : k_sides) {
      if (of(side).is_sound()) continue;
      sound = false;
      StringPool pool;
      RecordedState ignored;
      Diagnostics said;
      const StateWords words = merge_words(input_.name, side);
      if (parse_state(bytes_of(side), types_, words, FileId(), pool, ignored, said))
        said.add(
            {Code::StateDamaged, Severity::Error, words.state + " cannot be merged", "", words.restore + ".", {}, {}});
      diagnostics_.append(std::move(said));
    }
    return sound;
  }

  bool merge_headers();
  bool same_cloud(const std::array<RecordedState, 3>& headers);
  void read_rows();
  bool is_sound() const;
  bool copy_same();
  void begin_row(std::string_view address);
  void take_row();
  void end_group();
  void merge_rows();
  void read_version(MergedRow& row, MergeSide side, std::string_view line);
  void choose(MergedGroup& group, MergedRow& row) const;
  std::string difference(const MergedRow& row) const;
  Text region_of(Text address);
  StateMerge write();
  void write_block(std::string& out, const MergedGroup& group);
  void tell(std::size_t line, const MergeConflict& conflict, std::string_view address);

  // One row of the group being read.
  struct ReadRow {
    std::string_view address;
    std::array<std::string_view, 3> lines;  // by MergeSide; empty: not there
    // Of copy_same() it is one view three times: nothing need be compared.
    bool is_same() const {
      const bool one = lines[0].data() == lines[1].data() && lines[1].data() == lines[2].data();
      return one || (lines[0] == lines[1] && lines[1] == lines[2]);
    }
  };
  // A part of the result, in order: lines of ours, or a group that changed.
  struct Piece {
    std::string_view bytes;  // with the ends of lines
    std::size_t group = SIZE_MAX;
  };
  void copy(std::string_view bytes) {
    if (!pieces_.empty() && pieces_.back().group == SIZE_MAX && !pieces_.back().bytes.empty() &&
        pieces_.back().bytes.data() + pieces_.back().bytes.size() == bytes.data())
      pieces_.back().bytes = {pieces_.back().bytes.data(), pieces_.back().bytes.size() + bytes.size()};
    else pieces_.push_back({bytes});
  }

  const MergeInput& input_;
  const TypeTable& types_;
  StringPool& pool_;
  Diagnostics& diagnostics_;
  std::array<MergeLines, 3> lines_;
  RowReader reader_;
  std::array<std::string, 3> project_;  // of each header
  std::string provider_, scope_;
  MergeSide project_of_ = MergeSide::Ours;
  bool projects_differ_ = false;
  std::string_view last_;                      // the address of the row before
  std::string_view group_;                     // the address of the group being read
  std::vector<ReadRow> read_;                  // its rows
  std::vector<std::vector<ReadRow>> changed_;  // of groups that are not the same in all three, parallel to rows_.groups
  std::vector<Piece> pieces_;
  MergeRows rows_;
};

bool Merge::merge_headers() {
  std::array<RecordedState, 3> headers;
  bool read = true;
  for (const MergeSide side : k_sides) {
    const std::size_t s = static_cast<std::size_t>(side);
    if (side == MergeSide::Base && input_.base.empty()) continue;
    const std::string header = std::string(of(side).header()) + (of(side).is_sound() ? "\n" : "");
    Diagnostics ignored;
    StringPool pool;
    if (!of(side).header().empty() &&
        parse_state(header, types_, merge_words(input_.name, side), FileId(), pool, headers[s], ignored))
      continue;
    of(side).damage();
    read = false;
  }
  if (!read) return all_sound();
  if (!same_cloud(headers)) return false;
  provider_ = headers[1].provider;
  scope_ = headers[1].scope;
  for (std::size_t s = 0; s < project_.size(); ++s) project_[s] = headers[s].project;
  if (project_[1] == project_[2] || project_[2] == project_[0]) return true;
  projects_differ_ = project_[1] != project_[0];
  project_of_ = MergeSide::Theirs;
  return true;
}

bool Merge::same_cloud(const std::array<RecordedState, 3>& headers) {
  const RecordedState& ours = headers[1];
  const RecordedState& theirs = headers[2];
  const auto differs = [&](std::string_view what, const std::string& a, const std::string& b) {
    if (a == b) return false;
    diagnostics_.add(
        {Code::StateOfAnother,
         Severity::Error,
         fmt::format("{}: ours is state of the {} {}, theirs of {}", input_.name, what, json_string(a), json_string(b)),
         "What one cloud holds says nothing of another one.",
         "Take the side of the cloud that the files name now (`git checkout --ours -- FILE`, or --theirs), "
         "then run `pairform plan`.",
         {},
         {}});
    return true;
  };
  return !differs("provider", ours.provider, theirs.provider) && !differs("scope", ours.scope, theirs.scope);
}

void Merge::read_rows() {
  const auto is_left = [](const MergeLines& each) { return !each.at_end(); };
  while (is_sound() && std::any_of(lines_.begin(), lines_.end(), is_left))
    if (!copy_same()) take_row();
  end_group();
}

bool Merge::is_sound() const {
  return std::all_of(lines_.begin(), lines_.end(), [](const MergeLines& each) { return each.is_sound(); });
}

// The next line, where it is the same bytes in all three: the usual case. False: it is not.
bool Merge::copy_same() {
  const std::string_view ours = of(MergeSide::Ours).rest();
  const std::string_view base = of(MergeSide::Base).rest();
  const std::string_view theirs = of(MergeSide::Theirs).rest();
  const std::size_t size = ours.find('\n') + 1;
  if (size < 2 || ours[size - 2] == '\r' || base.size() < size || theirs.size() < size ||
      std::memcmp(ours.data(), base.data(), size) != 0 || std::memcmp(ours.data(), theirs.data(), size) != 0)
    return false;  // a line end of another system is not copied
  const std::string_view line = ours.substr(0, size - 1);
  const std::string_view address = canonical_address(line);
  // Behind the row before it, of whichever of the three that was: where that is not so, row by row it comes out whose fault
  // it is.
  if (address.empty() || (!last_.empty() && compare_addresses(last_, address) >= 0)) return false;
  for (MergeLines& each : lines_) each.skip(size, address);
  begin_row(address);
  read_.push_back({address, {line, line, line}});
  return true;
}

void Merge::begin_row(std::string_view address) {
  last_ = address;
  const std::string_view group = vm_of_nic(pair_of(address));
  if (group == group_) return;
  end_group();
  group_ = group;
}

// The rows of the smallest address that comes next.
void Merge::take_row() {
  ReadRow row;
  for (MergeLines& each : lines_) {
    const std::string_view address = each.address();
    if (!address.empty() && (row.address.empty() || compare_addresses(address, row.address) < 0)) row.address = address;
  }
  if (!is_sound()) return;
  for (std::size_t s = 0; s < lines_.size(); ++s) {
    if (lines_[s].address() != row.address) continue;
    row.lines[s] = lines_[s].line();
    lines_[s].take();
  }
  begin_row(row.address);
  read_.push_back(row);
}

void Merge::end_group() {
  const bool same = std::all_of(read_.begin(), read_.end(), [](const ReadRow& row) { return row.is_same(); });
  if (!same) {
    pieces_.push_back({{}, changed_.size()});
    changed_.push_back(std::move(read_));
  } else {
    constexpr std::string_view k_end = "\n";
    for (const ReadRow& row : read_) {
      const std::string_view line = row.lines[static_cast<std::size_t>(MergeSide::Ours)];
      const bool plain = line.data()[line.size()] == '\n';  // in bounds: every line ends
      copy(plain ? std::string_view(line.data(), line.size() + 1) : line);
      if (!plain) copy(k_end);
    }
  }
  read_.clear();
}

void Merge::read_version(MergedRow& row, MergeSide side, std::string_view line) {
  simdjson::dom::element json;
  RowVersion& version = row.versions[static_cast<std::size_t>(side)];
  version.row.first_cell = static_cast<std::uint32_t>(rows_.cells.size());
  if (!of(side).parse(line, json) || !reader_.read(json, version.row, rows_.cells).empty()) return of(side).damage();
  JsonWriter out(version.text);
  write_state_row(out, version.row,
                  std::span(rows_.cells).subspan(version.row.first_cell, types_[version.row.type].columns.size()),
                  pool_, types_);
}

void Merge::merge_rows() {
  rows_.groups.reserve(changed_.size());
  for (const std::vector<ReadRow>& read : changed_) {
    MergedGroup& group = rows_.groups.emplace_back();
    group.address = vm_of_nic(pair_of(read.front().address));
    group.rows.reserve(read.size());
    for (const ReadRow& each : read) {
      MergedRow& row = group.rows.emplace_back();
      row.address = each.address;
      for (const MergeSide side : k_sides)
        if (const std::string_view line = each.lines[static_cast<std::size_t>(side)]; !line.empty())
          read_version(row, side, line);
      choose(group, row);
    }
  }
}

void Merge::choose(MergedGroup& group, MergedRow& row) const {
  const std::string& base = row.of(MergeSide::Base).text;
  const std::string& ours = row.of(MergeSide::Ours).text;
  const std::string& theirs = row.of(MergeSide::Theirs).text;
  if (ours == theirs || theirs == base) return;
  row.taken = MergeSide::Theirs;
  if (ours == base) return;
  const std::string what = ours.empty()     ? "ours has removed it, theirs has changed it"
                           : theirs.empty() ? "ours has changed it, theirs has removed it"
                           : base.empty()   ? "ours and theirs have recorded it, each otherwise"
                                            : "ours and theirs have changed it, each otherwise";
  group.conflicts.push_back({Code::MergeConflict, fmt::format("{}: {}", row.address, what), difference(row)});
  group.blocked = true;
}

// "target: network.dr in ours, network.dr2 in theirs": what the two say otherwise, the first few.
std::string Merge::difference(const MergedRow& row) const {
  constexpr std::size_t k_most = 3;
  const StateRow& ours = row.of(MergeSide::Ours).row;
  const StateRow& theirs = row.of(MergeSide::Theirs).row;
  if (row.of(MergeSide::Ours).text.empty() || row.of(MergeSide::Theirs).text.empty()) return {};
  std::string out;
  std::size_t told = 0;
  const auto compare = [&](std::string_view name, Text a, Text b) {
    if (a == b || ++told > k_most) return;
    out += fmt::format("{}{}: {} in ours, {} in theirs", out.empty() ? "" : "; ", name, a ? pool_.view(a) : "none",
                       b ? pool_.view(b) : "none");
  };
  const ResourceType& type = types_[ours.type];
  for (std::size_t c = 0; c < type.columns.size(); ++c)
    compare(type.column(c).name, rows_.cell(ours, c), rows_.cell(theirs, c));
  compare("id", ours.id, theirs.id);
  compare("because", ours.because, theirs.because);
  compare("pending", ours.pending, theirs.pending);
  if (told > k_most) out += fmt::format("; and {} more", told - k_most);
  return out;
}

Text Merge::region_of(Text address) {
  const std::string_view line = of(MergeSide::Ours).find(pool_.view(address));
  if (line.empty()) return {};
  simdjson::dom::element json;
  std::string_view region;
  if (!of(MergeSide::Ours).parse(line, json) || json["attributes"]["region"].get(region) != simdjson::SUCCESS)
    return {};
  return pool_.intern(canonical_region(region));
}

void Merge::tell(std::size_t line, const MergeConflict& conflict, std::string_view address) {
  diagnostics_.add({conflict.code,
                    Severity::Error,
                    fmt::format("{}:{}: {}", input_.name, line, conflict.summary),
                    conflict.detail,
                    "Keep one of the two sides between the markers, delete the other one and the markers, then run "
                    "`pairform plan`: state is memory, and the plan shows what differs from the cloud.",
                    {},
                    std::string(address)});
}

void Merge::write_block(std::string& out, const MergedGroup& group) {
  const auto rows_of = [&](MergeSide side) {
    for (const MergedRow& row : group.rows)
      if (const std::string& text = row.of(side).text; !text.empty()) out.append(text) += '\n';
  };
  out += "<<<<<<< ours\n";
  rows_of(MergeSide::Ours);
  out += "=======\n";
  rows_of(MergeSide::Theirs);
  out += ">>>>>>> theirs\n";
}

StateMerge Merge::write() {
  StateMerge merged{MergeOutcome::Merged, {}};
  std::string& out = merged.state;
  out.reserve(std::max(input_.ours.size(), input_.theirs.size()) + 4096);
  std::size_t line = 1, counted = 0;  // of the bytes so far; counted where a conflict asks for it
  const auto here = [&] {
    line += static_cast<std::size_t>(std::count(out.begin() + static_cast<std::ptrdiff_t>(counted), out.end(), '\n'));
    counted = out.size();
    merged.outcome = MergeOutcome::Conflicts;
    return line;
  };
  const auto header = [&](MergeSide side) {
    RecordedState head;
    head.project = project_[static_cast<std::size_t>(side)];
    head.provider = provider_;
    head.scope = scope_;
    return serialize_state(head, pool_, types_);
  };
  if (projects_differ_) {
    tell(here(),
         {Code::MergeConflict, "the first line: ours and theirs have another project each",
          fmt::format("{} in ours, {} in theirs", json_string(project_[1]), json_string(project_[2]))},
         {});
    out += "<<<<<<< ours\n" + header(MergeSide::Ours) + "=======\n" + header(MergeSide::Theirs) + ">>>>>>> theirs\n";
  } else {
    out += header(project_of_);
  }
  for (const Piece& piece : pieces_) {
    if (piece.group == SIZE_MAX) {
      out += piece.bytes;
      continue;
    }
    const MergedGroup& group = rows_.groups[piece.group];
    if (group.blocked) {
      const std::size_t at = here();
      for (const MergeConflict& conflict : group.conflicts) tell(at, conflict, group.address);
      write_block(out, group);
      continue;
    }
    for (const MergedRow& row : group.rows)
      if (row.is_there()) out.append(row.result().text) += '\n';
  }
  return merged;
}

}  // namespace

StateMerge merge_states(const MergeInput& input, const TypeTable& types, StringPool& pool, Diagnostics& diagnostics) {
  return Merge(input, types, pool, diagnostics).run();
}

}  // namespace pairform
