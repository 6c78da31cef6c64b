#include "cli/help.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/option_table.h"
#include "cli/wrap.h"

namespace pairform {
namespace {

constexpr std::size_t k_columns = 80;

struct Entry {
  std::string what, text;
};

constexpr HelpRow k_exit_codes[] = {
    {"0", "done, or nothing to do"},
    {"1", "error"},
    {"2", "changes (plan --detailed-exitcode); a vm does not come home (drill)"},
    {"3", "refused: a guard, a protected resource, a freeze, a failover"},
    {"4", "a step failed"},
    {"5", "locked by another run"},
    {"6", "the saved plan is stale"},
    {"7", "accepted steps are still pending: run apply again"},
    {"8", "only drift (plan and status, with --detailed-exitcode)"},
    {"130", "interrupted"},
};
constexpr HelpRow k_environment[] = {
    {"PAIRFORM_APPROVE", "a digest, as apply --approve"},
    {"PAIRFORM_SIMULATOR_DB", "the simulator's database, instead of the project's"},
    {"PAIRFORM_TIMINGS", "1: as --timings"},
    {"PAIRFORM_AZURE_TRACE", "a file to append each request to Azure to"},
    {"NO_COLOR", "1: no colours"},
};
// Shown in the help of every command that prints more than a line.
constexpr std::string_view k_everywhere[] = {"directory", "color", "no-color", "help"};

}  // namespace

std::string option_usage(const OptionRow& row) {
  std::string what =
      row.letter.empty() ? fmt::format("--{}", row.name) : fmt::format("-{}, --{}", row.letter, row.name);
  if (!row.value.empty()) what += fmt::format(" {}", row.value);
  return what;
}

namespace {

// Two columns, the second one broken at blanks.
std::string rows(const std::vector<Entry>& entries) {
  std::size_t width = 0;
  for (const Entry& each : entries) width = std::max(width, each.what.size());
  std::string out;
  for (const Entry& each : entries) {
    out += fmt::format("  {:<{}}  ", each.what, width);
    std::string_view rest = each.text;
    while (rest.size() > k_columns - width - 4) {
      const std::size_t blank = rest.rfind(' ', k_columns - width - 4);
      out += std::string(rest.substr(0, blank)) + '\n' + std::string(width + 4, ' ');
      rest.remove_prefix(blank + 1);
    }
    out += std::string(rest) + '\n';
  }
  return out;
}

std::string help_rows(std::span<const HelpRow> pairs) {
  std::vector<Entry> entries;
  for (const HelpRow& each : pairs) entries.push_back({std::string(each.what), std::string(each.text)});
  return rows(entries);
}

// "dot (default), mermaid"
std::string formats_text(std::span<const std::string_view> formats) {
  std::string out;
  for (std::size_t i = 0; i < formats.size(); ++i)
    out += fmt::format("{}{}{}",
                       i == 0                    ? ""
                       : i + 1 == formats.size() ? " or "
                                                 : ", ",
                       formats[i], i == 0 ? " (default)" : "");
  return out;
}

// `command`: whose help it is; null: of pairform as a whole.
std::string option_rows_text(std::span<const std::string_view> names, const Command* command) {
  std::vector<Entry> entries;
  for (const std::string_view name : names)
    entries.push_back({option_usage(option_row(name)), option_help(option_row(name), command)});
  return rows(entries);
}

std::string general_help() {
  std::string out =
      "pairform keeps the network mappings of disaster recovery as files declare them.\n\n"
      "usage: pairform COMMAND [OPTIONS]\n\n";
  std::vector<Entry> entries;
  for (const Command& each : commands()) {
    const bool is_version = each.name == "version";
    if (is_version) entries.push_back({"help [COMMAND]", "this text, or that of one command"});
    entries.push_back({is_version ? "version, --version" : std::string(each.name), std::string(each.summary)});
  }
  out += rows(entries);
  out += "\noptions of all commands:\n" + option_rows_text(options_of_all(), nullptr);
  out +=
      "\naddresses: network.app, mapping.app (a pair), vm.web1, vm.web1.nic.eth0\n"
      "  --target, --exclude, --place-anew, --vm and `state list` also take a\n"
      "  pattern in quotes, 'mapping.ea-*' or 'vm.web?', and @FILE with an address\n"
      "  a line.\n";
  out += "\nexit codes:\n" + help_rows(k_exit_codes);
  out += "\nenvironment:\n" + help_rows(k_environment);
  out += "\nTerraform's spellings work too:";
  for (const OptionRow& row : option_rows())
    if (!row.terraform.empty()) out += fmt::format(" {}", row.terraform);
  return wrap(out + ".\n", k_columns);
}

bool takes_addresses(const Command& command) {
  constexpr std::string_view k_lists[] = {"target", "vm"};
  return std::find_first_of(command.options.begin(), command.options.end(), std::begin(k_lists), std::end(k_lists)) !=
         command.options.end();
}

}  // namespace

std::span<const HelpRow> exit_code_rows() { return k_exit_codes; }
std::span<const HelpRow> environment_rows() { return k_environment; }

std::vector<std::string_view> shown_options(const Command& command) {
  std::vector<std::string_view> names(command.options.begin(), command.options.end());
  names.insert(names.end(), std::begin(k_everywhere), std::end(k_everywhere));
  return names;
}

std::string option_help(const OptionRow& row, const Command* command) {
  return command != nullptr && row.name == "format" ? formats_text(command->formats) : std::string(row.help);
}

std::string help_text(const Command* command) {
  if (command == nullptr) return general_help();
  const std::vector<std::string_view> names = shown_options(*command);
  std::string out = wrap(fmt::format("usage: pairform {} {}\n", command->name, command->arguments), k_columns) + '\n' +
                    wrap(std::string(command->summary) + '\n', k_columns);
  out += "\noptions:\n" + option_rows_text(names, command);
  if (takes_addresses(*command))
    out += "\nADDRESS may be a pattern in quotes, 'mapping.ea-*' or 'vm.web?', or @FILE with\nan address a line.\n";
  out += "\nexamples:\n";
  for (const Example& each : command->examples) out += fmt::format("  {}\n      {}\n", each.line, each.what);
  return out;
}

}  // namespace pairform
