#include "cli/render_rebuild.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "schema/diagnostic_text.h"
#include "schema/json_writer.h"
#include "schema/terminal_text.h"

namespace pairform {
namespace {

constexpr std::string_view k_format = "1.0";
constexpr std::array k_fates{RowFate::Recorded, RowFate::Updated, RowFate::Moved, RowFate::Gone, RowFate::Kept};

std::size_t count_of(const Rebuilt& rebuilt, RowFate fate) {
  return static_cast<std::size_t>(
      std::count_if(rebuilt.rows.begin(), rebuilt.rows.end(), [&](const RebuiltRow& row) { return row.fate == fate; }));
}

std::string_view heading(RowFate fate) {
  switch (fate) {
    case RowFate::Recorded: return "Recorded, as found in the cloud";
    case RowFate::Updated: return "Recorded otherwise than now";
    case RowFate::Moved: return "Under another address";
    case RowFate::Gone: return "Not in the cloud any more, or nobody's now: forgotten";
    case RowFate::Kept: break;
  }
  return "Kept";
}

std::string row_words(const Run& run, const RebuiltRow& row) {
  const auto text = [&](Text value) { return escape_for_terminal(run.project.texts().view(value)); };
  if (row.fate == RowFate::Moved) return fmt::format("{}  was {}", text(row.address), text(row.previous_address));
  if (row.fate == RowFate::Updated) return fmt::format("{}  {}", text(row.address), fmt::join(row.what, ", "));
  return text(row.address);
}

}  // namespace

std::string rebuild_text(const Run& run, const StoredRows& stored, const Rebuilt& rebuilt) {
  std::string out;
  const auto section = [&](std::string_view title, const std::vector<std::string>& lines) {
    if (lines.empty()) return;
    out += fmt::format("{}:\n", title);
    for (const std::string& line : lines) out += fmt::format("  {}\n", line);
    out += '\n';
  };
  std::vector<std::string> lines;
  for (const UnreadLine& unread : stored.unread)
    lines.push_back(fmt::format("line {}: {}{}{}", unread.line, escape_for_terminal(unread.address),
                                unread.address.empty() ? "" : " ", escape_for_terminal(unread.why)));
  section("Cannot be read of recorded state", lines);
  for (const RowFate fate : k_fates) {
    if (fate == RowFate::Kept) continue;
    lines.clear();
    for (const RebuiltRow& row : rebuilt.rows)
      if (row.fate == fate) lines.push_back(row_words(run, row));
    section(heading(fate), lines);
  }
  lines.clear();
  for (const LeftOutItem& item : run.plan.left_out)
    lines.push_back(fmt::format("{}  {}",
                                escape_for_terminal(run.project.texts().view(run.world.estate.address(item.resource))),
                                escape_for_terminal(item.because)));
  section("Left to `pairform plan`", lines);
  out += fmt::format("Rebuilt: {} recorded, {} recorded otherwise, {} moved, {} forgotten, {} kept.\n",
                     count_of(rebuilt, RowFate::Recorded), count_of(rebuilt, RowFate::Updated),
                     count_of(rebuilt, RowFate::Moved), count_of(rebuilt, RowFate::Gone),
                     count_of(rebuilt, RowFate::Kept));
  if (rebuilt.bytes.empty()) out += "Nothing is recorded, and there is nothing to record.\n";
  else if (rebuilt.is_stored) out += "That is what is recorded: nothing is written.\n";
  return out;
}

std::string rebuild_json(const Run& run, const StoredRows& stored, const std::optional<Rebuilt>& rebuilt, bool written,
                         const Diagnostics& diagnostics) {
  std::string out;
  JsonWriter json(out);
  const StringPool& texts = run.project.texts();
  json.open_object().member("format_version", k_format).key("written").boolean(written);
  json.key("unread").open_array();
  for (const UnreadLine& unread : stored.unread) {
    json.open_object().key("line").number(unread.line);
    if (unread.address.empty()) json.key("address").null();
    else json.member("address", unread.address);
    json.member("reason", unread.why).close_object();
  }
  json.close_array().key("resources").open_array();
  if (rebuilt)
    for (const RebuiltRow& row : rebuilt->rows) {
      json.open_object().member("address", texts.view(row.address)).member("outcome", fate_text(row.fate));
      if (row.previous_address) json.member("previous_address", texts.view(row.previous_address));
      if (!row.what.empty()) {
        json.key("changed").open_array();
        for (const std::string& each : row.what) json.text(each);
        json.close_array();
      }
      json.close_object();
    }
  json.close_array().key("left").open_array();
  if (rebuilt)
    for (const LeftOutItem& item : run.plan.left_out)
      json.open_object()
          .member("address", texts.view(run.world.estate.address(item.resource)))
          .member("because", item.because)
          .close_object();
  json.close_array().key("summary").open_object();
  for (const RowFate fate : k_fates) json.key(fate_text(fate)).number(rebuilt ? count_of(*rebuilt, fate) : 0);
  json.close_object().key("diagnostics").open_array();
  for (const Diagnostic& each : diagnostics.items()) write_diagnostic(json, each, run.project.config.sources);
  json.close_array().close_object();
  return out + '\n';
}

}  // namespace pairform
