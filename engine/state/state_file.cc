#include "engine/state/state_file.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "engine/state/format_versions.h"
#include "engine/state/row_reader.h"
#include "schema/address.h"
#include "schema/json_text.h"
#include "schema/json_writer.h"

namespace pairform {
namespace {
constexpr std::size_t k_most_told = 20;
constexpr std::array<std::string_view, 4> k_markers{"<<<<<<<", "|||||||", "=======", ">>>>>>>"};

bool is_marker(std::string_view line) {
  return std::any_of(k_markers.begin(), k_markers.end(), [&](std::string_view m) { return line.starts_with(m); });
}

// Takes the next line off `rest`, without its line end, LF or CRLF. `ends`: it had one.
std::string_view take_line(std::string_view& rest, bool& ends) {
  const std::size_t newline = rest.find('\n');
  ends = newline != std::string_view::npos;
  std::string_view line = rest.substr(0, newline);
  rest.remove_prefix(ends ? newline + 1 : rest.size());
  if (ends && line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::string_view without_byte_order_mark(std::string_view bytes) {
  constexpr std::string_view k_mark = "\xEF\xBB\xBF";
  return bytes.starts_with(k_mark) ? bytes.substr(k_mark.size()) : bytes;
}

class StateReader {
 public:
  StateReader(std::string_view bytes, const TypeTable& types, const StateWords& words, FileId file, StringPool& pool,
              RecordedState& out, Diagnostics& diagnostics)
      : bytes_(without_byte_order_mark(bytes)),
        words_(words),
        file_id_(file),
        pool_(pool),
        out_(out),
        diagnostics_(diagnostics),
        parser_(bytes),
        rows_(types, pool) {}

  bool read() {
    out_ = {};
    if (bytes_.empty()) tell(Code::StateDamaged, 1, "the " + words_.noun + " is empty", "", way_out());
    else if (!find_conflicts()) read_lines();
    if (wrong_ > k_most_told)
      diagnostics_.add({Code::StateDamaged,
                        Severity::Error,
                        words_.state + ": " + std::to_string(wrong_ - k_most_told) + " more lines are wrong",
                        "",
                        way_out(),
                        {},
                        {}});
    if (wrong_ != 0) out_ = {};
    return wrong_ == 0;
  }

 private:
  std::string way_out() const {
    return words_.restore + ": state is memory, and `pairform plan` finds again what is in the cloud.";
  }
  void tell(Code code, std::size_t line, std::string summary, std::string detail, std::string help) {
    if (++wrong_ > k_most_told) return;
    Diagnostic told{code, Severity::Error, std::move(summary), std::move(detail), std::move(help), {}, {}};
    if (file_id_) told.spans.push_back({{file_id_, static_cast<std::uint32_t>(line), 1}, 1, {}});
    else told.summary = words_.state + ":" + std::to_string(line) + ": " + told.summary;
    diagnostics_.add(std::move(told));
  }
  void damaged(std::size_t line, std::string_view what) {
    tell(Code::StateDamaged, line, std::string(what), "", way_out());
  }

  // Where there are conflict markers nothing else is told: the rows of both branches are in the file, so it is no news
  // that network.app is there twice.
  bool find_conflicts() {
    bool found = false, ends = true;
    std::size_t number = 0;
    for (std::string_view rest = bytes_; !rest.empty();) {
      const std::string_view line = take_line(rest, ends);
      ++number;
      if (line.empty() || line.front() == '{' || !is_marker(line)) continue;
      found = true;
      tell(Code::StateConflict, number, "conflict marker " + std::string(line.substr(0, 7)),
           "Two branches changed the same rows, and the merge was left unfinished.",
           words_.one_side +
               ", then run `pairform plan`: state is memory, and what the other side made is found again in the "
               "cloud.");
    }
    return found;
  }

  void read_lines() {
    bool ends = true;
    std::string_view rest = bytes_;
    out_.rows.reserve(bytes_.size() / 256);
    for (std::size_t number = 1; !rest.empty(); ++number) {
      const std::string_view line = take_line(rest, ends);
      simdjson::dom::element json;
      if (!ends) {
        damaged(number, "the last line is cut off");
      } else if (!parser_.parse(line, json)) {
        damaged(number, "not a whole JSON object");
      } else if (number == 1) {
        if (!read_header(json)) return;
      } else {
        read_row(number, json);
      }
    }
    check_order();
  }

  // False: the other lines cannot be read, because this is no state, or state of a newer format.
  bool read_header(simdjson::dom::element json) {
    std::int64_t version = 0;
    if (json["pairform_state"].get(version) != simdjson::SUCCESS || version < 1) {
      damaged(1, "this is not the first line of a state " + words_.noun);
      return false;
    }
    if (version > k_state_version) {
      tell(Code::StateTooNew, 1,
           "written by a newer pairform (format " + std::to_string(version) + ", this one reads " +
               std::to_string(k_state_version) + ")",
           "", "Use the newer pairform, or " + words_.older + ".");
      return false;
    }
    std::size_t known = 1;  // keys that belong there: pairform_state itself, and these three
    known += header_text(json, "project", out_.project);
    known += header_text(json, "provider", out_.provider);
    known += header_text(json, "scope", out_.scope);
    simdjson::dom::object object;
    // Only where all four are there: what is missing was reported, and a misspelt key would be reported twice.
    if (known == 4 && json.get(object) == simdjson::SUCCESS && object.size() != known)
      damaged(1, "the first line has a key too many");
    return true;
  }

  std::size_t header_text(simdjson::dom::element json, std::string_view key, std::string& out) {
    std::string_view text;
    if (json[key].get(text) == simdjson::SUCCESS && !text.empty()) {
      out = text;
      return 1;
    }
    damaged(1, "the first line has no " + json_string(key));
    return 0;
  }

  void read_row(std::size_t number, simdjson::dom::element json) {
    StateRow row;
    const std::size_t first = out_.cells.size();
    row.first_cell = static_cast<std::uint32_t>(first);
    const std::string wrong = rows_.read(json, row, out_.cells);
    if (!wrong.empty()) {
      out_.cells.resize(first);
      damaged(number, wrong);
      return;
    }
    in_order_ = in_order_ && (out_.rows.empty() || compare(out_.rows.back(), row) < 0);
    out_.rows.push_back(row);
    lines_.push_back(static_cast<std::uint32_t>(number));
  }

  int compare(const StateRow& a, const StateRow& b) const {
    return compare_addresses(pool_.view(a.address), pool_.view(b.address));
  }

  // Rows are sorted by address, as they are written: a line that stands elsewhere was moved, or doubled, by a merge or by
  // hand, and what else that has changed nobody knows. Addresses that stand twice are told as that, wherever they stand.
  void check_order() {
    if (in_order_) return;
    const std::size_t before = wrong_;
    std::vector<RecordedId> order(out_.rows.ids().begin(), out_.rows.ids().end());
    std::stable_sort(order.begin(), order.end(),
                     [&](RecordedId a, RecordedId b) { return compare(out_.rows[a], out_.rows[b]) < 0; });
    for (std::size_t i = 1; i < order.size(); ++i) {
      const StateRow& row = out_.rows[order[i]];
      if (out_.rows[order[i - 1]].address != row.address) continue;
      tell(Code::StateDuplicate, lines_[order[i].index()],
           std::string(pool_.view(row.address)) + " stands already on line " +
               std::to_string(lines_[order[i - 1].index()]),
           "",
           "Delete one of the two lines, then run `pairform plan`: state is memory, and the plan shows what "
           "differs from the cloud.");
    }
    if (wrong_ != before) return;  // one mistake, one message: doubled lines stand out of order, too
    RecordedId last;               // the greatest so far
    for (const RecordedId i : out_.rows.ids()) {
      if (!last || compare(out_.rows[last], out_.rows[i]) < 0) {
        last = i;
        continue;
      }
      tell(Code::StateDamaged, lines_[i.index()],
           std::string(pool_.view(out_.rows[i].address)) + " stands behind " +
               std::string(pool_.view(out_.rows[last].address)) + " (line " + std::to_string(lines_[last.index()]) +
               ")",
           "Rows are sorted by address.",
           "Move the line to its place, then run `pairform plan`. Or take the file from version control again, or "
           "delete "
           "it: state is memory, and the plan finds again what is in the cloud.");
    }
  }

  std::string_view bytes_;
  const StateWords& words_;
  FileId file_id_;
  StringPool& pool_;
  RecordedState& out_;
  Diagnostics& diagnostics_;
  LineParser parser_;
  RowReader rows_;
  std::vector<std::uint32_t> lines_;  // of each row of out_.rows as read
  std::size_t wrong_ = 0;
  bool in_order_ = true;  // the rows read so far, each address greater than the one before
};

void write_member(JsonWriter& json, std::string_view key, Text text, const StringPool& pool) {
  if (text) json.member(key, pool.view(text));
}

// The column whose name comes next after `name` by bytes; the count of columns if there is none. Types have a
// handful of columns.
std::size_t next_column(const ResourceType& type, std::string_view name) {
  std::size_t next = type.columns.size();
  for (std::size_t c = 0; c < type.columns.size(); ++c)
    if (type.column(c).name > name && (next == type.columns.size() || type.column(c).name < type.column(next).name))
      next = c;
  return next;
}

void write_recorded(JsonWriter& json, const ResourceType& type, std::span<const Text> cells, const StringPool& pool) {
  json.open_object();
  for (std::size_t c = next_column(type, ""); c < type.columns.size(); c = next_column(type, type.column(c).name)) {
    const AttributeType& column = type.column(c);
    const std::string_view value = cells[c]                       ? pool.view(cells[c])
                                   : column.kind == Kind::Boolean ? column.default_value
                                                                  : std::string_view();
    if (!cells[c] && value.empty()) continue;
    json.key(column.name);
    write_value(json, column.kind, value);
  }
  json.close_object();
}

}  // namespace

bool parse_state(std::string_view bytes, const TypeTable& types, const StateWords& words, FileId file, StringPool& pool,
                 RecordedState& out, Diagnostics& diagnostics) {
  return StateReader(bytes, types, words, file, pool, out, diagnostics).read();
}

void write_state_row(JsonWriter& json, const StateRow& row, std::span<const Text> cells, const StringPool& pool,
                     const TypeTable& types) {
  json.open_object();
  json.member("address", pool.view(row.address));
  if (row.adopted) json.key("adopted").boolean(true);
  json.key("attributes");
  write_recorded(json, types[row.type], cells, pool);
  write_member(json, "because", row.because, pool);
  if (row.depends_on) {
    json.key("depends_on");
    write_value(json, Kind::TextList, pool.view(row.depends_on));
  }
  write_member(json, "id", row.id, pool);
  write_member(json, "pending", row.pending, pool);
  if (row.protect) json.key("protect").boolean(true);
  json.member("type", type_of(pool.view(row.address)));  // of vm.web1.nic.eth0: vm
  json.close_object();
}

void write_state_row(JsonWriter& json, const RecordedState& state, const StateRow& row, const StringPool& pool,
                     const TypeTable& types) {
  write_state_row(json, row, std::span(state.cells).subspan(row.first_cell, types[row.type].columns.size()), pool,
                  types);
}

std::string serialize_state(const RecordedState& state, const StringPool& pool, const TypeTable& types) {
  std::string out;
  out.reserve(256 * (state.rows.size() + 1));
  JsonWriter head(out);
  head.open_object().key("pairform_state").number(k_state_version);
  head.member("project", state.project).member("provider", state.provider).member("scope", state.scope);
  head.close_object();
  out += '\n';
  for (const StateRow& row : state.rows) {
    JsonWriter json(out);
    write_state_row(json, state, row, pool, types);
    out += '\n';
  }
  return out;
}

bool check_state_header(const RecordedState& state, std::string_view project, std::string_view provider,
                        std::string_view scope, const StateWords& words, FileId file, Diagnostics& diagnostics) {
  if (state.project.empty()) return true;
  bool same = true;
  const auto check = [&](std::string_view what, std::string_view recorded, std::string_view here) {
    if (recorded == here) return;
    same = false;
    diagnostics.add({Code::StateOfAnother,
                     Severity::Error,
                     (file ? std::string() : words.state + ":1: ") + "state of the " + std::string(what) + " " +
                         json_string(recorded) + ", but this is " + json_string(here),
                     "",
                     what == "project"
                         ? words.of_its_own + ". After a rename write the new name into the first line of "
                                              "the state: the networks that it made have the old name in a "
                                              "tag, and are found again by nothing else."
                         : words.of_its_own + ": state is memory, and `pairform plan` finds again what is "
                                              "in the cloud.",
                     file ? std::vector<Span>{{{file, 1, 1}, 1, {}}} : std::vector<Span>(),
                     {}});
  };
  check("project", state.project, project);
  check("provider", state.provider, provider);
  check("scope", state.scope, scope);
  return same;
}

}  // namespace pairform
