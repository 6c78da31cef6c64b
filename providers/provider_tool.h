// A command that a provider brings along beside its cloud: `pairform sim …`, the simulator's portal. It has words of
// its own, and needs no sound project: only the provider's settings and the edition are read from the files. The engine
// knows nothing of tools; the registry (providers/provider_set.h) lists them.
#pragma once
#include <span>
#include <string>
#include <string_view>

namespace pairform {

struct ProviderContext;

struct ToolResult {
  int exit_code = 0;
  std::string out;    // for standard output, ending with a newline; empty: nothing
  std::string error;  // what is wrong, without a final newline, and behind its first line what would be right; safe for
                      // a terminal; empty: none
};

struct ProviderTool {
  std::string_view command;  // "sim"
  // All forms, one a line, for the help.
  std::string (*usage)() = nullptr;
  // What it works on, for people: the path of a database. Throws as `run` does.
  std::string (*place)(const ProviderContext& context) = nullptr;
  // `words`: everything behind the command. Throws std::runtime_error with a sentence for the user where the provider
  // cannot be opened.
  ToolResult (*run)(const ProviderContext& context, std::span<const std::string> words) = nullptr;
};

}  // namespace pairform
