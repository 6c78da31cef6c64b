// The command line to Options; the only user of Program_options.
// Terraform's spellings work too: `-out=F`, `-auto-approve`, `-chdir=D`. The directory is not looked at, and no file is
// read: see cli/project_place.h and cli/address_files.h.
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
  const Command* command = nullptr;  // null: help is asked for, and for no command
  Options options;
};

std::variant<ParsedLine, UsageError> parse_command_line(std::span<const std::string> arguments);

}  // namespace pairform
