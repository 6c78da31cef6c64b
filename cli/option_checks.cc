#include "cli/option_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "cli/foreign_words.h"
#include "cli/option_table.h"
#include "schema/diagnostic.h"

namespace pairform {
namespace {

struct Conflict {
  bool Options::*one;
  bool Options::*other;
  std::string_view summary, help;
};
constexpr Conflict k_conflicts[] = {
    {&Options::refresh_only, &Options::offline, "--refresh-only needs the cloud, --offline leaves it out",
     "use one of the two"},
    {&Options::refresh_only, &Options::destroy, "--refresh-only goes with neither --destroy nor --adopt-only",
     "use one of them"},
    {&Options::refresh_only, &Options::adopt_only, "--refresh-only goes with neither --destroy nor --adopt-only",
     "use one of them"},
    {&Options::json, &Options::markdown, "--json and --markdown are two forms of one plan", "use one of the two"},
};

template <class Names>
bool contains(const Names& names, std::string_view name) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

}  // namespace

UsageError unknown_option(const Command* command, std::string_view word) {
  const std::string_view typed = word.substr(0, word.find('=')),
                         name = typed.substr(std::min(typed.find_first_not_of('-'), typed.size()));
  std::vector<std::string_view> known(options_of_all().begin(), options_of_all().end());
  for (const Command& each : commands())
    if (command == nullptr || command == &each) known.insert(known.end(), each.options.begin(), each.options.end());
  if (command == nullptr && contains(known, name))
    return {fmt::format("{} is an option of a command", typed),
            fmt::format("write it after the command: pairform COMMAND {}", typed)};
  std::string summary = command == nullptr ? fmt::format("there is no option {}", typed)
                                           : fmt::format("{} has no option {}", command->name, typed);
  if (const std::string_view near = nearest(name, known); !near.empty())
    return {std::move(summary), fmt::format("did you mean --{}?", near)};
  if (const std::string_view hint = hint_for_option(name); !hint.empty())
    return {std::move(summary), std::string(hint)};
  return {std::move(summary),
          command == nullptr ? "see `pairform --help`" : fmt::format("see `pairform {} --help`", command->name)};
}

UsageError unknown_command(std::string_view name) {
  std::string summary = fmt::format("there is no command \"{}\"", name);
  if (const std::string_view hint = hint_for_command(name); !hint.empty())
    return {std::move(summary), std::string(hint)};
  std::vector<std::string_view> known{"help"};
  for (const Command& each : commands()) known.push_back(each.name);
  const std::string_view near = nearest(name, known);
  return {std::move(summary),
          near.empty() ? "see `pairform --help`" : fmt::format("did you mean `pairform {}`?", near)};
}

namespace {
// "dot or mermaid", "text, gcc or json"
std::string one_of(std::span<const std::string_view> words) {
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i)
    out += fmt::format("{}{}", i == 0 ? "" : i + 1 == words.size() ? " or " : ", ", words[i]);
  return out;
}

std::optional<UsageError> check_format(const Command& command, const Options& options) {
  if (options.format.empty()) return std::nullopt;
  if (!contains(command.formats, options.format))
    return UsageError{fmt::format("--format {} is not known", options.format),
                      fmt::format("write --format {}", one_of(command.formats))};
  if (options.json && options.format != "json")
    return UsageError{fmt::format("--json and --format {} are two forms", options.format), "use one of the two"};
  return std::nullopt;
}
}  // namespace

std::optional<UsageError> check_options(const Command& command, const Options& options) {
  for (const Conflict& conflict : k_conflicts)
    if (options.*conflict.one && options.*conflict.other)
      return UsageError{std::string(conflict.summary), std::string(conflict.help)};
  if (auto wrong = check_format(command, options)) return wrong;
  if (options.budget != 0 && !options.markdown)
    return UsageError{"--budget is the size of Markdown", "add --markdown, or leave it out"};
  if (std::find(options.words.begin(), options.words.end(), "") != options.words.end())
    return UsageError{fmt::format("{}: a word is empty", command.name), "write it, or leave it out"};
  if (options.words.size() > command.most_words && !options.help)
    return UsageError{fmt::format("{}: \"{}\" is one word too many", command.name, options.words[command.most_words]),
                      fmt::format("pairform {} {}", command.name, command.arguments)};
  return std::nullopt;
}

}  // namespace pairform
