// The stanza that would declare what is recorded and declared by no file.
#include <fmt/format.h>

#include "cli/command.h"
#include "schema/address.h"
#include "schema/json_text.h"
#include "schema/network_types.h"
#include "schema/terminal_text.h"

namespace pairform {
namespace {

// A basic TOML string. JSON's escapes are TOML's, but for DEL.
std::string toml(std::string_view text) {
  std::string out;
  for (const char c : json_string(text)) {
    if (c == '\x7f') out += "\\u007f";
    else out += c;
  }
  return out;
}

std::string network_stanza(const Run& run, const StateRow& row) {
  const auto cell = [&](std::size_t column) { return run.texts().view(run.recorded.cell(row, column)); };
  const std::string_view address = run.texts().view(row.address);
  std::string out = fmt::format("[{}]\nregion = {}\n", address, toml(cell(network_column::region)));
  if (cell(network_column::name) != address.substr(8)) out += fmt::format("name = {}\n", toml(cell(network_column::name)));
  if (const auto group = cell(network_column::resource_group); !group.empty()) out += fmt::format("resource_group = {}\n", toml(group));
  if (const auto subscription = cell(network_column::subscription); !subscription.empty())
    out += fmt::format("subscription = {}\n", toml(subscription));
  if (cell(network_column::existing) == "true") return out + "existing = true\n";
  out += fmt::format("address_space = {}\n", cell(network_column::address_space));
  std::string subnets;
  for (const Subnet& subnet : parse_subnet_map(cell(network_column::subnets)).value_or(std::vector<Subnet>())) {
    const std::string name = is_key(subnet.name) ? subnet.name : toml(subnet.name);
    for (const Prefix& prefix : subnet.prefixes)
      subnets += fmt::format("{}{} = \"{}\"", subnets.empty() ? " " : ", ", name, to_text(prefix));
  }
  return out + fmt::format("subnets = {{{} }}\n", subnets);
}

std::string pair_stanza(const Run& run, const std::vector<const StateRow*>& halves) {
  const StateRow& first = *halves.front();  // the forward half, if it is recorded
  const bool forward = run.texts().view(first.address).ends_with(".forward");
  const std::string source = toml(run.texts().view(run.recorded.cell(first, half_column::source)));
  const std::string target = toml(run.texts().view(run.recorded.cell(first, half_column::target)));
  std::string out = fmt::format("[{}]\nsource = {}\ntarget = {}\n", pair_of(run.texts().view(first.address)),
                                forward ? source : target, forward ? target : source);
  if (first.protect) out += "protect = true\n";
  return out;
}

}  // namespace

Exit command_promote(const Options& options) {
  if (options.words.empty()) {
    print_problem(Code::Usage, "promote needs an address", "", "pairform promote mapping.app", options);
    return Exit::Error;
  }
  const std::string& wanted = options.words.front();
  Run run = new_run();
  Diagnostics diagnostics;
  if (!load_project(run, options.directory, diagnostics) || !read_state(run, diagnostics)) {
    print_diagnostics(run, diagnostics, options);
    return Exit::Error;
  }
  for (const DesiredRow& row : run.desired.rows) {
    if (pair_of(run.texts().view(row.address)) != pair_of(wanted)) continue;
    const SourcePosition at = run.config.declarations.items[row.declaration].at;
    print_problem(Code::StillDeclared, fmt::format("{} is declared", pair_of(wanted)),
                  fmt::format("at {}:{}", run.config.sources[at.file].name, at.line), "there is nothing to promote", options);
    return Exit::Error;
  }
  std::vector<const StateRow*> rows;
  std::vector<std::string_view> known;
  for (const StateRow& row : run.recorded.rows) {
    known.push_back(pair_of(run.texts().view(row.address)));
    if (known.back() == pair_of(wanted)) rows.push_back(&row);
  }
  if (rows.empty()) return unknown_address(wanted, "is not recorded", known, options);
  print(rows.front()->type == k_network_type ? network_stanza(run, *rows.front()) : pair_stanza(run, rows));
  return Exit::Ok;
}

}  // namespace pairform
