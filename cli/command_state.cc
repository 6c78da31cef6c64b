#include "cli/command_state.h"

#include <fmt/format.h>
#include <simdjson.h>
#include <unistd.h>

#include "cli/address_files.h"
#include "cli/command.h"
#include "cli/landing_table.h"
#include "cli/project_place.h"
#include "cli/render_plan.h"
#include "cli/wrap.h"
#include "engine/model/address_words.h"
#include "engine/read/plan_reader.h"
#include "engine/state/state_file.h"
#include "engine/write/attributes_json.h"
#include "schema/address.h"
#include "schema/base_types.h"
#include "schema/diagnostic_text.h"
#include "schema/json_writer.h"
#include "schema/terminal_text.h"

namespace pairform {
namespace {

// State as recorded, the journal replayed; needs neither the resource files nor the cloud.
bool read(Run& run, const Options& options) {
  Diagnostics diagnostics;
  if (!load_project(run, options.directory, diagnostics, LoadScope::Settings)) {
    print_diagnostics(run, diagnostics, options);
    return false;
  }
  Diagnostics of_state;
  const bool sound = read_state(run, of_state);
  print_diagnostics(run, of_state, options);
  return sound;
}

std::string row_text(const Run& run, const StateRow& row) {
  const auto text = [&](Text value) { return escape_for_terminal(run.project.texts().view(value)); };
  std::string out = fmt::format("{}\n  id: {}\n", text(row.address), row.id ? text(row.id) : "not known yet");
  const ResourceType& type = run.project.types[row.type];
  for (std::size_t c = 0; c < type.columns.size(); ++c)
    if (const Text cell = run.state.recorded.cell(row, c))
      out += fmt::format("  {}: {}\n", type.column(c).name, text(cell));
  if (row.because) out += fmt::format("  because: {}\n", text(row.because));
  if (row.protect) out += "  protected\n";
  if (row.adopted) out += "  adopted: found in the cloud, not made by pairform\n";
  if (row.pending) out += fmt::format("  pending: {}\n", text(row.pending));
  return out;
}

// Recorded landings, "" if there is none.
std::string landings_text(const Run& run, const std::vector<const StateRow*>& rows) {
  std::vector<LandingLine> lines;
  for (const StateRow* row : rows) {
    if (row->type != k_nic_type) continue;
    const auto text = [&](std::size_t column) {
      return escape_for_terminal(run.project.texts().view(run.state.recorded.cell(*row, column)));
    };
    const auto map = [&](std::size_t column) {
      return run.project.parsed.items(run.project.texts(), run.state.recorded.cell(*row, column));
    };
    lines.push_back({.nic = escape_for_terminal(run.project.texts().view(row->address)),
                     .configuration = "primary",
                     .from_subnet = text(nic_column::subnet),
                     .from_ip = text(nic_column::ip),
                     .subnet = text(nic_column::target_subnet),
                     .ip = text(nic_column::target_ip)});
    const auto targets = map(nic_column::target_secondary);
    for (const auto& [name, ip] : map(nic_column::secondary)) {
      LandingLine line = lines.back();
      line.configuration = escape_for_terminal(name);
      line.from_ip = escape_for_terminal(ip);
      line.ip.clear();
      for (const auto& [other, target] : targets)
        if (other == name) line.ip = escape_for_terminal(target);
      lines.push_back(std::move(line));
    }
  }
  return lines.empty() ? std::string()
                       : "\nWhere nics land, as recorded:\n" +
                             wrap(landing_table(lines, terminal_width(stdout)), terminal_width(stdout));
}

// The rows that an address names: itself, both halves of a pair, or a vm with its nics.
std::vector<const StateRow*> find(const Run& run, std::string_view wanted) {
  std::vector<const StateRow*> rows;
  for (const StateRow& row : run.state.recorded.rows) {
    const std::string_view address = run.project.texts().view(row.address);
    if (address == wanted || pair_of(address) == wanted || vm_of_nic(address) == wanted) rows.push_back(&row);
  }
  return rows;
}

std::vector<std::string_view> recorded_addresses(const Run& run) {
  std::vector<std::string_view> known;
  for (const StateRow& row : run.state.recorded.rows) {
    known.push_back(run.project.texts().view(row.address));
    known.push_back(pair_of(known.back()));
  }
  return known;
}

Exit not_recorded(const Run& run, std::string_view wanted, const Options& options) {
  return unknown_address(wanted, "is not recorded", recorded_addresses(run), options);
}

// `show app`: no file, and the key of something recorded perhaps.
std::string suggest_recorded(const std::string& word, const Options& options) {
  Run run = new_run();
  Diagnostics ignored;
  if (!is_key(word) || !load_project(run, options.directory, ignored, LoadScope::Settings) || !read_state(run, ignored))
    return "`pairform plan --out FILE` makes a plan, `pairform state list` lists addresses";
  return escape_for_terminal(suggest_addresses(word, recorded_addresses(run)));
}

Exit print_rows(const Run& run, const std::vector<const StateRow*>& rows, const Options& options) {
  std::string out;
  if (options.json) {
    JsonWriter json(out);
    json.open_array();
    for (const StateRow* row : rows)
      write_state_row(json, run.state.recorded, *row, run.project.texts(), run.project.types);
    json.close_array();
    out += '\n';
  } else {
    for (const StateRow* row : rows) out += row_text(run, *row);
    out += landings_text(run, rows);
  }
  print(out);
  return Exit::Ok;
}

Exit show_plan(const std::string& path, const Options& options) {
  PlanBytes plan = read_plan_file(path);
  if (plan.problem && !plan.problem->detail.empty()) {  // it is there
    print_problem(plan.problem->code, plan.problem->summary, plan.problem->detail, plan.problem->help, options);
    return Exit::Error;
  }
  const std::string& bytes = plan.bytes;
  std::string text;
  try {
    if (!plan.problem)
      text = plan_text(bytes, {.colour = use_colour(stdout, options),
                               .saved = true,
                               .verbose = options.verbose,
                               .width = terminal_width(stdout)});
  } catch (const simdjson::simdjson_error&) {  // JSON, but not a plan
    text.clear();
  }
  if (text.empty()) {
    const std::string name = escape_for_terminal(path);
    if (plan.problem)
      print_problem(Code::PlanDamaged, fmt::format("{} is neither a plan nor an address", name),
                    "there is no such file, and an address has a type: network.app", suggest_recorded(path, options),
                    options);
    else
      print_problem(Code::PlanDamaged, fmt::format("{} is not a plan", name), "",
                    "make it again: pairform plan --out FILE", options);
    return Exit::Error;
  }
  if (!is_as_saved(bytes)) {
    print_problem(Code::PlanDamaged, fmt::format("{} is damaged", escape_for_terminal(path)), std::string(k_edited),
                  "make it again: pairform plan --out FILE", options);
    return Exit::Error;
  }
  print(options.json ? bytes : wrap(text, terminal_width(stdout)));
  if (!has_checksum(bytes))
    print_error(
        diagnostic_text(without_checksum(escape_for_terminal(path)), SourceFiles(), use_colour(stderr, options)));
  return Exit::Ok;
}

}  // namespace

Exit command_show(const Options& options) {
  const std::string word = options.words.empty() ? std::string() : options.words.front();
  if (!word.empty() && !parse_address(word)) return show_plan(word, options);
  say_where(options);
  Run run = new_run();
  if (!read(run, options)) return Exit::Error;
  std::vector<const StateRow*> rows;
  if (!word.empty()) {
    rows = find(run, word);
    if (rows.empty()) return not_recorded(run, word, options);
  } else {
    for (const StateRow& row : run.state.recorded.rows) rows.push_back(&row);
    if (rows.empty() && !options.json) print("Nothing is recorded.\n");
  }
  return print_rows(run, rows, options);
}

namespace {

// The rows that words name, all where there is none; a word that names nothing is an error.
std::optional<std::vector<const StateRow*>> find_all(const Run& run, const Options& options) {
  std::vector<std::string> words(options.words.begin() + 1, options.words.end());
  if (const auto wrong = read_address_files(words)) {
    print_problem(Code::Usage, escape_for_terminal(wrong->summary), "", escape_for_terminal(wrong->help), options);
    return std::nullopt;
  }
  std::vector<bool> named(words.size(), false);
  std::vector<const StateRow*> rows;
  for (const StateRow& row : run.state.recorded.rows) {
    bool wanted = words.empty();
    for (std::size_t w = 0; w < words.size(); ++w)
      if (names_address(words[w], run.project.texts().view(row.address))) wanted = named[w] = true;
    if (wanted) rows.push_back(&row);
  }
  for (std::size_t w = 0; w < words.size(); ++w)
    if (!named[w]) {
      not_recorded(run, words[w], options);
      return std::nullopt;
    }
  return rows;
}

Exit list_state(const Run& run, const Options& options) {
  const auto rows = find_all(run, options);
  if (!rows) return Exit::Error;
  if (options.json) return print_rows(run, *rows, options);
  if (rows->empty()) print_error("Nothing is recorded yet: `pairform plan` shows what is declared.\n");
  for (const StateRow* row : *rows)
    print(fmt::format("{}\n", escape_for_terminal(run.project.texts().view(row->address))));
  return Exit::Ok;
}

}  // namespace

namespace {

// Options that `state` takes for the sake of `state rebuild`; none: they are given with no other verb.
std::optional<UsageProblem> wrong_option(std::string_view verb, const Options& options) {
  if (verb == "rebuild" || verb.empty()) return std::nullopt;
  const std::string_view given = options.auto_approve    ? "--auto-approve"
                                 : options.allow_unknown ? "--allow-unknown"
                                 : !options.out.empty()  ? "--out"
                                                         : "";
  if (given.empty()) return std::nullopt;
  return UsageProblem{fmt::format("state {} has no option {}", escape_for_terminal(verb), given),
                      "it is one of `pairform state rebuild`"};
}

}  // namespace

Exit command_state(const Options& options) {
  const std::string verb = options.words.empty() ? std::string() : options.words.front();
  if (const auto wrong = wrong_option(verb, options)) {
    print_problem(Code::Usage, wrong->summary, "", wrong->help, options);
    return Exit::Error;
  }
  if (verb == "merge") return merge_state(options);
  say_where(options);
  if (verb == "rebuild") return rebuild_state(options);
  if (verb == "mv" || verb == "rm") return edit_state(options);
  if (verb == "verify") return verify_state(options);
  if (verb != "list" && verb != "show") {
    const std::string_view near = nearest(verb, {"list", "show", "mv", "rm", "rebuild", "verify", "merge"});
    print_problem(
        Code::Usage,
        verb.empty() ? "state needs a verb" : fmt::format("state has no verb \"{}\"", escape_for_terminal(verb)), "",
        near.empty()
            ? "pairform state list, show ADDRESS, mv FROM TO, rm ADDRESS, rebuild, verify or merge BASE OURS THEIRS"
            : fmt::format("did you mean `pairform state {}`?", near),
        options);
    return Exit::Error;
  }
  if (verb == "show" && options.words.size() != 2) {
    print_problem(Code::Usage,
                  options.words.size() < 2
                      ? "state show needs an address"
                      : fmt::format("state show: \"{}\" is one word too many", escape_for_terminal(options.words[2])),
                  "", "pairform state show network.app", options);
    return Exit::Error;
  }
  Run run = new_run();
  if (!read(run, options)) return Exit::Error;
  if (verb == "show") {
    const auto rows = find(run, options.words[1]);
    return rows.empty() ? not_recorded(run, options.words[1], options) : print_rows(run, rows, options);
  }
  return list_state(run, options);
}

}  // namespace pairform
