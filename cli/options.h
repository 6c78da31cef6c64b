// The command line to Options; the only user of Program_options.
// Terraform's spellings work too: `-out=F`, `-auto-approve`, `-chdir=D`.
#pragma once
#include <span>
#include <string>
#include <variant>

#include "cli/command.h"

namespace pairform {

struct UsageError {
  std::string summary;
  std::string help;  // what would have been right
};

struct ParsedLine {
  const Command* command = nullptr;  // null: `pairform` or `pairform --help`
  Options options;
};

std::variant<ParsedLine, UsageError> parse_command_line(std::span<const std::string> arguments);

// Usage, options and what they mean; null: the list of commands.
std::string help_text(const Command* command);

}  // namespace pairform
