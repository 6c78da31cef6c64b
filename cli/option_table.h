// Every option of every command, once: how it is written, how it is explained, and where its value goes. The parser,
// the usage text and the checks (cli/options.h, cli/option_checks.h) all read these rows. Which command takes which of
// them stands in the table of commands (cli/command.cc), by name.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "cli/options.h"

namespace pairform {

// Reads the value of one option into its field, "" of a flag; what is wrong, where it is not of the right form.
using OptionReader = std::optional<UsageError> (*)(const std::string& text, Options& options);

// A flag takes no value (its row has none), a list may be given more than once, every other option once.
using OptionField =
    std::variant<bool Options::*, std::string Options::*, std::vector<std::string> Options::*, OptionReader>;

struct OptionRow {
  std::string_view name;       // "directory" is written --directory, or -directory as Terraform does
  std::string_view letter;     // "C": -C; empty: none
  std::string_view terraform;  // how Terraform writes it, "-chdir=D", as the help lists it; empty: Terraform has none
  std::string_view value;      // what the help calls its value; empty: a flag
  std::string_view help;
  OptionField field;
};

std::span<const OptionRow> option_rows();
// Aborts where no row has the name.
const OptionRow& option_row(std::string_view name);
// Is it written without a value?
inline bool is_flag(const OptionRow& row) { return row.value.empty(); }
// Those that every command takes, with an effect or without, in the order of the help.
std::span<const std::string_view> options_of_all();
// The name in Terraform's spelling where it is another one, "chdir" of "directory"; else empty.
std::string_view terraform_name(const OptionRow& row);

}  // namespace pairform
