// What `pairform --help`, `pairform help COMMAND` and `pairform COMMAND --help` print: usage, options, examples, exit
// codes, environment; all from the tables of commands and of options. 80 columns, no blanks at the ends of lines.
#pragma once
#include <string>

#include "cli/command.h"

namespace pairform {

// null: of pairform as a whole.
std::string help_text(const Command* command);

}  // namespace pairform
