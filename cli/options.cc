#include "cli/options.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options.hpp>
#include <sstream>

#include "cli/option_checks.h"
#include "cli/option_table.h"

namespace pairform {
namespace {

namespace po = boost::program_options;

enum class Spellings { Own, OwnAndTerraforms };

void add_option(po::options_description& description, const OptionRow& row, std::string_view name) {
  const std::string text(name), help(row.help), value(row.value);
  if (std::holds_alternative<bool Options::*>(row.field))
    description.add_options()(text.c_str(), po::bool_switch(), help.c_str());
  else if (std::holds_alternative<std::vector<std::string> Options::*>(row.field))
    description.add_options()(text.c_str(), po::value<std::vector<std::string>>()->value_name(value), help.c_str());
  else description.add_options()(text.c_str(), po::value<std::string>()->value_name(value), help.c_str());
}

// The options of these names for Program_options: for a help text with their own spellings only, for a parser with
// Terraform's too (`chdir` for `directory`).
po::options_description describe(std::span<const std::string_view> names, std::string_view caption,
                                 Spellings spellings) {
  po::options_description description{std::string(caption)};
  for (const std::string_view name : names) {
    const OptionRow& row = option_row(name);
    add_option(description, row, row.letter.empty() ? std::string(name) : fmt::format("{},{}", name, row.letter));
    const std::string_view terraform = terraform_name(row);
    if (spellings == Spellings::OwnAndTerraforms && !terraform.empty()) add_option(description, row, terraform);
  }
  return description;
}

// Splits words into options and others. Unknown options stay, marked `unregistered`. `allow_long_disguise` takes
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

// Sets the field of one option to what was given.
std::optional<UsageError> take(const OptionRow& row, const po::variable_value& given, Options& options) {
  if (const auto* flag = std::get_if<bool Options::*>(&row.field)) {
    options.*(*flag) = given.as<bool>();
  } else if (const auto* list = std::get_if<std::vector<std::string> Options::*>(&row.field)) {
    options.*(*list) = given.as<std::vector<std::string>>();
  } else if (const auto* text = std::get_if<std::string Options::*>(&row.field)) {
    options.*(*text) = given.as<std::string>();
  } else {
    return std::get<OptionReader>(row.field)(given.as<std::string>(), options);
  }
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
  std::vector<std::string> rest;  // as given: options and words for the command
};

std::variant<SplitLine, UsageError> split_line(std::span<const std::string> arguments) {
  const auto end = std::find(arguments.begin(), arguments.end(), "--");  // what follows is no option
  const po::options_description known = describe(options_of_all(), "", Spellings::OwnAndTerraforms);
  const po::parsed_options parsed = parse_words({arguments.begin(), end}, known);
  SplitLine line;
  if (auto wrong = take_all(options_of_all(), parsed, line.options)) return std::move(*wrong);
  for (const po::option& each : parsed.options) {
    const bool is_word = each.position_key != -1;
    if (is_word && !line.command) line.command = each.value.front();
    else if (is_word || each.unregistered)
      line.rest.insert(line.rest.end(), each.original_tokens.begin(), each.original_tokens.end());
  }
  line.rest.insert(line.rest.end(), end, arguments.end());
  return line;
}

// Reads what is left for the command into its options and words.
std::optional<UsageError> read_rest(const Command& command, const std::vector<std::string>& rest, Options& options) {
  const po::options_description known = describe(command.options, "", Spellings::OwnAndTerraforms);
  const po::parsed_options parsed = parse_words(rest, known);
  for (const po::option& each : parsed.options) {
    if (each.unregistered) return unknown_option(command, each.original_tokens.front());
    if (each.position_key != -1) options.words.push_back(each.value.front());
  }
  if (auto wrong = take_all(command.options, parsed, options)) return wrong;
  return check_options(command, options);
}

const Command* find_command(std::string_view name) {
  for (const Command& command : commands())
    if (command.name == name) return &command;
  return nullptr;
}

// Only options stand on the line: help and version need no command.
std::variant<ParsedLine, UsageError> read_without_command(const SplitLine& line) {
  if (std::find(line.rest.begin(), line.rest.end(), "--version") != line.rest.end())
    return ParsedLine{find_command("version"), {}};
  if (line.options.help) return ParsedLine{};
  return UsageError{"no command", "see `pairform --help`"};
}

std::variant<ParsedLine, UsageError> read_line(SplitLine line) {
  if (!line.command) return read_without_command(line);
  if (*line.command == "help") return ParsedLine{};
  const Command* command = find_command(*line.command);
  if (command == nullptr) return unknown_command(*line.command);
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
    if (last == "-C" || last == "--directory") return UsageError{last + " needs a directory", "pairform -C DIR plan"};
    if (last == "--lock-timeout") return UsageError{last + " needs a duration", "pairform plan --lock-timeout 30s"};
    return UsageError{error.what(), "see `pairform --help`"};
  }
}

std::string help_text(const Command* command) {
  std::ostringstream out;
  if (command == nullptr) {
    out << "pairform keeps the network mappings of disaster recovery the way files say they should be.\n\n"
           "usage: pairform COMMAND [OPTIONS]\n\n";
    for (const Command& each : commands()) out << fmt::format("  {:<10} {}\n", each.name, each.summary);
    out << "\n" << describe(options_of_all(), "options of all commands", Spellings::Own);
    out << "\nTerraform's spellings work too:";
    for (const OptionRow& row : option_rows())
      if (!row.terraform.empty()) out << ' ' << row.terraform;
    out << ".\n";
    return out.str();
  }
  std::vector<std::string_view> names(command->options.begin(), command->options.end());
  names.insert(names.end(), options_of_all().begin(), options_of_all().end());
  out << fmt::format("usage: pairform {} {}\n\n{}\n", command->name, command->arguments, command->summary);
  out << "\n" << describe(names, "options", Spellings::Own);
  return out.str();
}

}  // namespace pairform
