#include "cli/state_history.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <map>
#include <utility>

#include "schema/terminal_text.h"

namespace pairform {
namespace {

// A resource as one line of state has it: each member as text, those of "attributes" by their own names.
struct Row {
  std::string type, id;
  std::map<std::string, std::string> members;
};

struct StateLines {
  std::map<std::string, Row> before, after;  // by address
};

std::string value_text(const simdjson::dom::element& value) {
  std::string_view text;
  if (value.get(text) == simdjson::SUCCESS) return escape_for_terminal(text);
  return escape_for_terminal(simdjson::minify(value));
}

// False: it is no row of state.
bool read_row(simdjson::dom::parser& parser, std::string_view line, std::string& address, Row& row) {
  simdjson::dom::element json;
  simdjson::dom::object members;
  if (parser.parse(line.data(), line.size()).get(json) != simdjson::SUCCESS || json.get(members) != simdjson::SUCCESS)
    return false;
  for (const auto& [key, value] : members) {
    simdjson::dom::object attributes;
    if (key == "address") address = value_text(value);
    else if (key == "type") row.type = value_text(value);
    else if (key == "id") row.id = value_text(value);
    else if (key == "attributes" && value.get(attributes) == simdjson::SUCCESS)
      for (const auto& [name, each] : attributes) row.members[std::string(name)] = value_text(each);
    else row.members[std::string(key)] = value_text(value);
  }
  return !address.empty();
}

// "target a -> b, adopted true -> nothing"
std::string difference(const Row& before, const Row& after) {
  std::string out;
  const auto add = [&](const std::string& name, const std::string& was, const std::string& is) {
    if (was != is)
      out += fmt::format("{}{} {} -> {}", out.empty() ? "" : ", ", escape_for_terminal(name),
                         was.empty() ? "nothing" : was, is.empty() ? "nothing" : is);
  };
  const auto value = [](const Row& row, const std::string& name) {
    const auto found = row.members.find(name);
    return found == row.members.end() ? std::string() : found->second;
  };
  std::map<std::string, bool> names;
  for (const auto* row : {&before, &after})
    for (const auto& each : row->members) names[each.first] = true;
  for (const auto& each : names) add(each.first, value(before, each.first), value(after, each.first));
  add("id", before.id, after.id);
  return out;
}

// What appears under another address with the id of what disappears is the same resource.
std::map<std::string, std::string> moves(const StateLines& lines) {
  std::map<std::pair<std::string, std::string>, std::string> gone;  // type and id -> address
  for (const auto& [address, row] : lines.before)
    if (!row.id.empty() && !lines.after.contains(address)) gone[{row.type, row.id}] = address;
  std::map<std::string, std::string> out;  // by the new address
  for (const auto& [address, row] : lines.after) {
    if (lines.before.contains(address)) continue;
    const auto found = gone.find({row.type, row.id});
    if (found == gone.end()) continue;
    out[address] = found->second;
    gone.erase(found);
  }
  return out;
}

// Of a resource that is recorded for the first time: what it leads to, where it has that.
std::string first_words(const Row& row) {
  const auto target = row.members.find("target");
  return target == row.members.end() ? std::string("recorded") : "recorded, target " + target->second;
}

std::vector<RecordedChange> changes_of(const StateLines& lines) {
  const std::map<std::string, std::string> moved = moves(lines);
  std::map<std::string, RecordedChange> out;  // by address
  for (const auto& [address, row] : lines.before)
    if (!lines.after.contains(address)) out[address] = {address, "recorded no more", {}};
  for (const auto& [address, row] : lines.after) {
    const auto from = moved.find(address);
    const auto was = lines.before.find(from == moved.end() ? address : from->second);
    if (was == lines.before.end()) {
      out[address] = {address, first_words(row), {}};
      continue;
    }
    std::string what = difference(was->second, row);
    if (from != moved.end()) {
      out.erase(from->second);
      what = fmt::format("moved from {}{}{}", from->second, what.empty() ? "" : ", ", what);
    }
    if (!what.empty()) out[address] = {address, std::move(what), from == moved.end() ? "" : from->second};
  }
  std::vector<RecordedChange> all;
  all.reserve(out.size());
  for (auto& each : out) all.push_back(std::move(each.second));
  return all;
}

}  // namespace

std::vector<CommitOfState> read_state_log(std::string_view log) {
  std::vector<CommitOfState> out;
  simdjson::dom::parser parser;
  StateLines lines;
  const auto finish = [&] {
    if (!out.empty()) out.back().changes = changes_of(lines);
    lines = {};
  };
  while (!log.empty()) {
    const std::size_t end = std::min(log.find('\n'), log.size());
    const std::string_view line = log.substr(0, end);
    log.remove_prefix(std::min(end + 1, log.size()));
    if (auto commit = parse_commit(line)) {
      finish();
      out.push_back({std::move(*commit), {}});
    } else if (line.starts_with("-{") || line.starts_with("+{")) {
      std::string address;
      Row row;
      if (read_row(parser, line.substr(1), address, row))
        (line.front() == '-' ? lines.before : lines.after).insert_or_assign(std::move(address), std::move(row));
    }
  }
  finish();
  return out;
}

}  // namespace pairform
