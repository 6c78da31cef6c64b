// What the rows of options cannot say one by one: that a command has no such option or no such word, that two options
// exclude each other, and what was probably meant. Pure; no use of Program_options.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "cli/options.h"

namespace pairform {

// `word` as it was given, "--ofline" or "-ofline=x". No command: it stands before one, or without one.
UsageError unknown_option(const Command* command, std::string_view word);
UsageError unknown_command(std::string_view name);
// Options that exclude each other, more words than the command takes. None: the line is in order.
std::optional<UsageError> check_options(const Command& command, const Options& options);

}  // namespace pairform
