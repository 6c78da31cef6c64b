#include "cli/option_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "cli/option_table.h"
#include "schema/diagnostic.h"

namespace pairform {
namespace {

// Of the contract, and not in this version yet.
constexpr std::string_view k_later_options[] = {"markdown"};
constexpr std::string_view k_later_commands[] = {"discover", "schema", "completion"};

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
};

template <class Names>
bool contains(const Names& names, std::string_view name) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

}  // namespace

UsageError unknown_option(const Command& command, std::string_view word) {
  const std::string_view name =
      word.substr(0, word.find('=')).substr(std::min(word.find_first_not_of('-'), word.size()));
  if (contains(k_later_options, name))
    return {fmt::format("--{} is not supported in this version", name), "leave it out"};
  std::vector<std::string_view> known(command.options.begin(), command.options.end());
  known.insert(known.end(), options_of_all().begin(), options_of_all().end());
  const std::string_view near = nearest(name, known);
  return {
      fmt::format("{} has no option --{}", command.name, name),
      near.empty() ? fmt::format("see `pairform {} --help`", command.name) : fmt::format("did you mean --{}?", near)};
}

UsageError unknown_command(std::string_view name) {
  if (contains(k_later_commands, name))
    return {fmt::format("`pairform {}` is not supported in this version", name), "see `pairform --help`"};
  std::vector<std::string_view> known;
  for (const Command& each : commands()) known.push_back(each.name);
  const std::string_view near = nearest(name, known);
  return {fmt::format("there is no command \"{}\"", name),
          near.empty() ? "see `pairform --help`" : fmt::format("did you mean `pairform {}`?", near)};
}

std::optional<UsageError> check_options(const Command& command, const Options& options) {
  for (const Conflict& conflict : k_conflicts)
    if (options.*conflict.one && options.*conflict.other)
      return UsageError{std::string(conflict.summary), std::string(conflict.help)};
  if (options.words.size() > command.most_words && !options.help)
    return UsageError{fmt::format("{}: \"{}\" is one word too many", command.name, options.words[command.most_words]),
                      fmt::format("pairform {} {}", command.name, command.arguments)};
  return std::nullopt;
}

}  // namespace pairform
