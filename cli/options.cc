#include "cli/options.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options.hpp>

#include "cli/foreign_words.h"
#include "cli/option_checks.h"
#include "cli/option_table.h"

namespace pairform {
namespace {

namespace po = boost::program_options;

void add_option(po::options_description& description, const OptionRow& row, std::string_view name) {
  const std::string text(name);
  if (is_flag(row)) description.add_options()(text.c_str(), po::bool_switch());
  else if (std::holds_alternative<std::vector<std::string> Options::*>(row.field))
    description.add_options()(text.c_str(), po::value<std::vector<std::string>>());
  else description.add_options()(text.c_str(), po::value<std::string>());
}

// The options of these names for Program_options, in our spellings and in Terraform's (`chdir` for `directory`).
po::options_description describe(std::span<const std::string_view> names) {
  po::options_description description;
  for (const std::string_view name : names) {
    const OptionRow& row = option_row(name);
    add_option(description, row, row.letter.empty() ? std::string(name) : fmt::format("{},{}", name, row.letter));
    if (const std::string_view terraform = terraform_name(row); !terraform.empty())
      add_option(description, row, terraform);
  }
  return description;
}

// Splits words into options and others; `known` must outlive the result. Unknown options stay, marked `unregistered`. `allow_long_disguise` takes
// -out=F for --out=F, as Terraform writes it; an option that Terraform calls otherwise (chdir) gets its own name. Names
// are never guessed from their beginnings.
po::parsed_options parse_words(const std::vector<std::string>& words, const po::options_description& known) {
  using Style = po::command_line_style::style_t;
  constexpr int k_style = Style::allow_long | Style::long_allow_adjacent | Style::long_allow_next |
                          Style::allow_long_disguise | Style::allow_short | Style::allow_dash_for_short |
                          Style::short_allow_adjacent | Style::short_allow_next;
  po::parsed_options parsed(&known, Style::allow_long);  // the prefix in messages about options
  // The library takes words from the front of a vector, so a line of many targets is read in parts. One ends where an
  // option follows a word that is none: that option is nobody's value.
  constexpr std::size_t k_part = 64;
  const auto begins_option = [&](std::size_t at) { return words[at].starts_with('-'); };
  for (std::size_t begin = 0, end = 0; begin < words.size(); begin = end) {
    end = std::min(begin + k_part, words.size());
    while (end < words.size() && (!begins_option(end) || begins_option(end - 1))) ++end;
    const std::vector<std::string> part(words.begin() + static_cast<std::ptrdiff_t>(begin),
                                        words.begin() + static_cast<std::ptrdiff_t>(end));
    const po::parsed_options read =
        po::command_line_parser(part).options(known).style(k_style).allow_unregistered().run();
    parsed.options.insert(parsed.options.end(), read.options.begin(), read.options.end());
  }
  for (po::option& each : parsed.options)
    for (const OptionRow& row : option_rows())
      if (!each.unregistered && !each.string_key.empty() && each.string_key == terraform_name(row))
        each.string_key = row.name;
  return parsed;
}

// A value that was given, but is empty, is a slip: of a script whose variable is not set, say.
UsageError empty_value(const OptionRow& row) {
  const std::string name = row.letter.empty() ? fmt::format("--{}", row.name) : fmt::format("-{}", row.letter);
  return {fmt::format("{} is empty", name), fmt::format("write {} {}, or leave it out", name, row.value)};
}

// Sets the field of one option to what was given.
std::optional<UsageError> take(const OptionRow& row, const po::variable_value& given, Options& options) {
  if (is_flag(row)) {
    if (!given.as<bool>()) return std::nullopt;
    if (const auto* flag = std::get_if<bool Options::*>(&row.field)) options.*(*flag) = true;
    else return std::get<OptionReader>(row.field)("", options);
    return std::nullopt;
  }
  if (const auto* list = std::get_if<std::vector<std::string> Options::*>(&row.field)) {
    const auto& values = given.as<std::vector<std::string>>();
    if (std::find(values.begin(), values.end(), "") != values.end()) return empty_value(row);
    options.*(*list) = values;
    return std::nullopt;
  }
  const auto& value = given.as<std::string>();
  if (value.empty()) return empty_value(row);
  if (const auto* text = std::get_if<std::string Options::*>(&row.field)) options.*(*text) = value;
  else return std::get<OptionReader>(row.field)(value, options);
  return std::nullopt;
}

// Sets the fields of all options of these names that were given.
std::optional<UsageError> take_all(std::span<const std::string_view> names, const po::parsed_options& parsed,
                                   Options& options) {
  po::variables_map given;
  po::store(parsed, given);
  for (const std::string_view name : names) {
    const auto found = given.find(std::string(name));
    if (found == given.end()) continue;
    if (auto wrong = take(option_row(name), found->second, options)) return wrong;
  }
  return std::nullopt;
}

// A line once the options of all commands are read: they may stand on both sides of the command.
struct SplitLine {
  Options options;
  std::optional<std::string> command;
  std::vector<std::string> rest;     // as given: options and words for the command
  std::optional<std::string> stray;  // the first of `rest` that is an option and stands before the command
};

std::variant<SplitLine, UsageError> split_line(std::span<const std::string> arguments) {
  const auto end = std::find(arguments.begin(), arguments.end(), "--");  // what follows is no option
  const po::options_description known = describe(options_of_all());
  const po::parsed_options parsed = parse_words({arguments.begin(), end}, known);
  SplitLine line;
  if (auto wrong = take_all(options_of_all(), parsed, line.options)) return std::move(*wrong);
  for (const po::option& each : parsed.options) {
    const bool is_word = each.position_key != -1;
    if (is_word && !line.command) {
      line.command = each.value.front();
    } else if (is_word || each.unregistered) {
      if (is_harmless(each.original_tokens.front())) continue;
      if (!line.command && !line.stray) line.stray = each.original_tokens.front();
      line.rest.insert(line.rest.end(), each.original_tokens.begin(), each.original_tokens.end());
    }
  }
  line.rest.insert(line.rest.end(), end, arguments.end());
  return line;
}

// The options of a command that are left once those of all commands are read.
std::vector<std::string_view> own_options(const Command& command) {
  std::vector<std::string_view> names(command.options.begin(), command.options.end());
  names.insert(names.end(), command.tolerated.begin(), command.tolerated.end());
  std::erase_if(names, [](std::string_view name) {
    const auto all = options_of_all();
    return std::find(all.begin(), all.end(), name) != all.end();
  });
  return names;
}

// Reads what is left for the command into its options and words.
std::optional<UsageError> read_rest(const Command& command, const std::vector<std::string>& rest, Options& options) {
  const std::vector<std::string_view> own = own_options(command);
  const po::options_description known = describe(own);
  const po::parsed_options parsed = parse_words(rest, known);
  for (const po::option& each : parsed.options) {
    if (each.unregistered) return unknown_option(&command, each.original_tokens.front());
    if (each.position_key != -1) options.words.push_back(each.value.front());
  }
  if (auto wrong = take_all(own, parsed, options)) return wrong;
  return check_options(command, options);
}

// `pairform help`, `pairform help plan`: as `pairform plan --help`.
std::variant<ParsedLine, UsageError> read_help(const SplitLine& line) {
  if (line.rest.empty()) return ParsedLine{nullptr, line.options};
  if (line.rest.size() > 1)
    return UsageError{fmt::format("help: \"{}\" is one word too many", line.rest[1]), "pairform help COMMAND"};
  if (line.rest.front() == "help") return ParsedLine{nullptr, line.options};
  const Command* command = find_command(line.rest.front());
  if (command == nullptr) return unknown_command(line.rest.front());
  ParsedLine parsed{command, line.options};
  parsed.options.help = true;
  return parsed;
}

// Only options stand on the line: help and version need no command.
std::variant<ParsedLine, UsageError> read_without_command(const SplitLine& line) {
  bool version = false, json = false;
  for (const std::string& word : line.rest) {
    if (word == "--version" || word == "-version" || word == "-v") version = true;
    else if (word == "--json" || word == "-json") json = true;
    else return unknown_option(nullptr, word);
  }
  if (version) {
    ParsedLine parsed{find_command("version"), line.options};
    parsed.options.json = json;
    return parsed;
  }
  if (line.options.help) return ParsedLine{nullptr, line.options};
  if (json) return unknown_option(nullptr, "--json");
  return UsageError{"no command", "see `pairform --help`"};
}

std::variant<ParsedLine, UsageError> read_line(SplitLine line) {
  if (!line.command) return read_without_command(line);
  if (*line.command == "help") return read_help(line);
  const Command* command = find_command(*line.command);
  // `pairform --out p.plan plan`: what looks like the command may be the value of an option before it.
  if (command == nullptr) return line.stray ? unknown_option(nullptr, *line.stray) : unknown_command(*line.command);
  ParsedLine parsed{command, std::move(line.options)};
  if (command->words == WordsOf::Tool) {
    parsed.options.words = std::move(line.rest);
    return parsed;
  }
  try {
    if (auto wrong = read_rest(*command, line.rest, parsed.options)) return std::move(*wrong);
  } catch (const po::error& error) {
    return UsageError{error.what(), fmt::format("see `pairform {} --help`", command->name)};
  }
  return parsed;
}

}  // namespace

std::variant<ParsedLine, UsageError> parse_command_line(std::span<const std::string> arguments) {
  if (arguments.empty()) return ParsedLine{};
  try {
    auto line = split_line(arguments);
    if (auto* wrong = std::get_if<UsageError>(&line)) return std::move(*wrong);
    return read_line(std::get<SplitLine>(std::move(line)));
  } catch (const po::error& error) {
    // `pairform -C`: Program_options would name the option as the table does, not as it was written.
    const std::string& last = arguments.back();
    if (last == "--color") return UsageError{"--color needs a value", "write --color always, auto or never"};
    if (last == "-C" || last == "--directory") return UsageError{last + " needs a directory", "pairform -C DIR plan"};
    if (last == "--lock-timeout") return UsageError{last + " needs a duration", "pairform plan --lock-timeout 30s"};
    return UsageError{error.what(), "see `pairform --help`"};
  }
}

}  // namespace pairform
