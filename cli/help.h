// What `pairform --help`, `pairform help COMMAND` and `pairform COMMAND --help` print: usage, options, examples, exit
// codes, environment; all from the tables of commands and of options. 80 columns, no blanks at the ends of lines.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command.h"
#include "cli/option_table.h"

namespace pairform {

struct HelpRow {
  std::string_view what, text;
};
std::span<const HelpRow> exit_code_rows();
std::span<const HelpRow> environment_rows();
// "-C, --directory DIR"
std::string option_usage(const OptionRow& row);
// What the option does; of --format, what this command takes. null: of no command.
std::string option_help(const OptionRow& row, const Command* command);
// The options that the help of a command shows, in its order: its own, then those of all that have an effect everywhere.
std::vector<std::string_view> shown_options(const Command& command);

// null: of pairform as a whole.
std::string help_text(const Command* command);

}  // namespace pairform
