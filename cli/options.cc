#include "cli/options.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options.hpp>
#include <charconv>
#include <sstream>

namespace pairform {
namespace {

namespace po = boost::program_options;

// Every option of every command, once.
struct OptionType {
  std::string_view name;
  std::string_view value;  // what the value is called; empty: a flag
  std::string_view help;
};
constexpr OptionType k_options[] = {
    {"directory,C", "DIR", "the project directory (default: the current one)"},
    {"no-color", "", "no colours, as with NO_COLOR in the environment"},
    {"lock-timeout", "D", "wait this long for the lock (default 0s): N with ms, s, m or h"},
    {"help,h", "", "this text"},
    {"json", "", "for programs"},
    {"out", "FILE", "save the plan"},
    {"format", "NAME", "dot (default) or mermaid"},
    {"offline", "", "plan against recorded state, without the cloud"},
    {"destroy", "", "plan the end of everything managed"},
    {"allow-unknown", "", "go on although something could not be read"},
    {"detailed-exitcode", "", "exit 2 on changes, 8 where all of them repair drift"},
    {"target", "ADDRESS", "only this and what it needs; repeatable"},
    {"exclude", "ADDRESS", "not this, nor what waits for its changes; repeatable"},
    {"place-anew", "ADDRESS", "let go of landings kept there (a nic, vm, mapping or network); repeatable"},
    {"during-failover", "", "apply while vms are failed over: only what none of them needs"},
    {"refresh-only", "", "only record what was found in the cloud"},
    {"adopt-only", "", "only adopt, move and forget: nothing in the cloud changes"},
    {"auto-approve", "", "do not ask"},
    {"approve", "DIGEST", "approve what guards refuse: 8 or more digits of the plan's digest"},
    {"wait", "D", "wait this long for accepted steps (default 30m, 0s = not at all)"},
    {"test-network", "ADDRESS", "try a test failover into this network of the target region"},
    {"parallelism", "N", "operations at once (default 10)"},
};
constexpr std::string_view k_for_all[] = {"directory,C", "no-color", "lock-timeout", "help,h"};
// Options of the contract that this version does not have yet.
constexpr std::string_view k_later[] = {"markdown"};
constexpr std::string_view k_later_commands[] = {"discover", "schema", "completion"};
// Options that may be given more than once.
constexpr std::string_view k_repeatable[] = {"target", "exclude", "place-anew"};

const OptionType& option(std::string_view name) {
  return *std::find_if(std::begin(k_options), std::end(k_options),
                       [&](const OptionType& type) { return type.name == name; });
}

std::vector<std::string_view> names_of(const Command& command) {
  std::vector<std::string_view> names(command.options);
  names.insert(names.end(), std::begin(k_for_all), std::end(k_for_all));
  return names;
}

po::options_description describe_options(std::span<const std::string_view> names, std::string_view caption) {
  po::options_description description{std::string(caption)};
  for (const std::string_view name : names) {
    const OptionType& type = option(name);
    const std::string text(type.name), help(type.help);
    const bool repeats = std::find(std::begin(k_repeatable), std::end(k_repeatable), name) != std::end(k_repeatable);
    if (repeats)
      description.add_options()(
          text.c_str(), po::value<std::vector<std::string>>()->value_name(std::string(type.value)), help.c_str());
    else if (type.value.empty()) description.add_options()(text.c_str(), po::bool_switch(), help.c_str());
    else
      description.add_options()(text.c_str(), po::value<std::string>()->value_name(std::string(type.value)),
                                help.c_str());
  }
  return description;
}

// `-out=F` is `--out=F`, `-chdir=D` is `-C D`; `-C` and `-h` are ours.
std::string terraform_spelling(const std::string& word) {
  // A value such as -1s is no option.
  if (word.size() < 3 || word[0] != '-' || word[1] == 'C' || std::isalpha(static_cast<unsigned char>(word[1])) == 0)
    return word;
  std::string spelled = "-" + word;
  if (spelled.starts_with("--chdir")) spelled.replace(0, 7, "--directory");
  return spelled;
}

std::string_view bare(std::string_view option_name) { return option_name.substr(0, option_name.find(',')); }

UsageError unknown_option(const Command& command, std::string name) {
  while (name.starts_with('-')) name.erase(0, 1);
  name = name.substr(0, name.find('='));
  if (std::find(std::begin(k_later), std::end(k_later), name) != std::end(k_later))
    return {fmt::format("--{} is not supported in this version", name), "leave it out"};
  std::vector<std::string_view> known;
  for (const std::string_view each : names_of(command)) known.push_back(bare(each));
  const std::string_view near = nearest(name, known);
  return {
      fmt::format("{} has no option --{}", command.name, name),
      near.empty() ? fmt::format("see `pairform {} --help`", command.name) : fmt::format("did you mean --{}?", near)};
}

// The command: the first word that is neither an option nor the value of one that belongs to all.
std::size_t find_command(std::span<const std::string> words) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "-C" || words[i] == "--directory" || words[i] == "--chdir" || words[i] == "--lock-timeout") ++i;
    else if (!words[i].starts_with('-')) return i;
  }
  return words.size();
}

std::optional<UsageError> fill(Options& options, const po::variables_map& given) {
  const auto flag = [&](const char* name) { return given.count(name) != 0 && given[name].as<bool>(); };
  const auto text = [&](const char* name) {
    return given.count(name) != 0 ? given[name].as<std::string>() : std::string();
  };
  if (given.count("directory") != 0) options.directory = text("directory");
  options.help = flag("help");
  options.no_color = flag("no-color");
  options.json = flag("json");
  options.out = text("out");
  if (given.count("format") != 0) options.format = text("format");
  if (options.format != "dot" && options.format != "mermaid")
    return UsageError{fmt::format("--format {} is not known", options.format),
                      "write --format dot or --format mermaid"};
  options.offline = flag("offline");
  options.destroy = flag("destroy");
  options.allow_unknown = flag("allow-unknown");
  options.detailed_exitcode = flag("detailed-exitcode");
  if (given.count("target") != 0) options.target = given["target"].as<std::vector<std::string>>();
  if (given.count("exclude") != 0) options.exclude = given["exclude"].as<std::vector<std::string>>();
  if (given.count("place-anew") != 0) options.place_anew = given["place-anew"].as<std::vector<std::string>>();
  options.during_failover = flag("during-failover");
  options.test_network = text("test-network");
  options.refresh_only = flag("refresh-only");
  options.adopt_only = flag("adopt-only");
  if (options.refresh_only && options.offline)
    return UsageError{"--refresh-only needs the cloud, --offline leaves it out", "use one of the two"};
  if (options.refresh_only && (options.destroy || options.adopt_only))
    return UsageError{"--refresh-only goes with neither --destroy nor --adopt-only", "use one of them"};
  options.auto_approve = flag("auto-approve");
  options.approve = text("approve");
  for (const auto& [name, field] :
       {std::pair{"wait", &options.wait}, std::pair{"lock-timeout", &options.lock_timeout}}) {
    if (given.count(name) == 0) continue;
    const auto duration = text(name) == "0" ? std::optional(0LL) : parse_duration(text(name));
    if (!duration)
      return UsageError{fmt::format("--{} \"{}\" is not a duration", name, text(name)),
                        "write N with ms, s, m or h: 30s"};
    *field = std::chrono::milliseconds(*duration);
  }
  if (given.count("parallelism") != 0) {
    const std::string number = text("parallelism");
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), options.parallelism);
    if (error != std::errc() || end != number.data() + number.size() || options.parallelism == 0 ||
        options.parallelism > 1000)
      return UsageError{fmt::format("--parallelism {} is not a number from 1 to 1000", number),
                        "write --parallelism 10"};
  }
  if (given.count("approve") != 0 && !is_approval(options.approve))
    return UsageError{fmt::format("--approve {} is not a digest", options.approve),
                      "give 8 or more hex digits of the digest that plan shows"};
  return std::nullopt;
}

}  // namespace

std::variant<ParsedLine, UsageError> parse_command_line(std::span<const std::string> arguments) {
  std::vector<std::string> words(arguments.begin(), arguments.end());
  const std::size_t at = find_command(words);
  const bool asks_help = std::any_of(words.begin(), words.end(), [](const std::string& word) {
    return word == "--help" || word == "-h" || word == "-help";
  });
  if (at == words.size()) {
    const std::string last = words.empty() ? std::string() : words.back();
    if (last == "-C" || last == "--directory" || last == "--chdir")
      return UsageError{last + " needs a directory", "pairform -C DIR plan"};
    if (last == "--lock-timeout") return UsageError{last + " needs a duration", "pairform plan --lock-timeout 30s"};
    const bool asks_version = std::find(words.begin(), words.end(), "--version") != words.end();
    for (const Command& command : commands())
      if (asks_version && command.name == "version") return ParsedLine{&command, {}};
    if (asks_help || words.empty()) return ParsedLine{};
    return UsageError{"no command", "see `pairform --help`"};
  }
  std::string name = words[at];
  words.erase(words.begin() + static_cast<std::ptrdiff_t>(at));
  const auto found =
      std::find_if(commands().begin(), commands().end(), [&](const Command& each) { return each.name == name; });
  if (found == commands().end()) {
    if (std::find(std::begin(k_later_commands), std::end(k_later_commands), name) != std::end(k_later_commands))
      return UsageError{fmt::format("`pairform {}` is not supported in this version", name), "see `pairform --help`"};
    if (name == "help") return ParsedLine{};
    std::vector<std::string_view> known;
    for (const Command& each : commands()) known.push_back(each.name);
    const std::string_view near = nearest(name, known);
    return UsageError{fmt::format("there is no command \"{}\"", name),
                      near.empty() ? "see `pairform --help`" : fmt::format("did you mean `pairform {}`?", near)};
  }
  ParsedLine line{&*found, {}};
  if (name == "sim") {  // the portal reads its own words; only what belongs to all is taken here
    Options& options = line.options;
    for (std::size_t i = 0; i < words.size(); ++i) {
      if ((words[i] == "-C" || words[i] == "--directory") && i + 1 < words.size()) options.directory = words[++i];
      else if (words[i].starts_with("-chdir=")) options.directory = words[i].substr(7);
      else if (words[i] == "--lock-timeout") ++i;  // the portal takes no lock
      else if (words[i] == "--no-color" || words[i] == "-no-color") options.no_color = true;
      else options.words.push_back(words[i]);
    }
    options.help = asks_help;
    return line;
  }
  for (std::string& word : words) word = terraform_spelling(word);
  const std::vector<std::string_view> names = names_of(*found);
  po::options_description all = describe_options(names, "");
  all.add_options()("words", po::value<std::vector<std::string>>());
  po::positional_options_description positional;
  positional.add("words", -1);
  po::variables_map given;
  try {
    using Style = po::command_line_style::style_t;
    const int style = Style::allow_long | Style::long_allow_adjacent | Style::long_allow_next | Style::allow_short |
                      Style::allow_dash_for_short | Style::short_allow_adjacent | Style::short_allow_next;
    po::store(po::command_line_parser(words).options(all).positional(positional).style(style).run(), given);
  } catch (const po::unknown_option& unknown) {
    return unknown_option(*found, unknown.get_option_name());
  } catch (const po::error& error) {
    return UsageError{error.what(), fmt::format("see `pairform {} --help`", name)};
  }
  if (const auto wrong = fill(line.options, given)) return *wrong;
  if (given.count("words") != 0) line.options.words = given["words"].as<std::vector<std::string>>();
  if (line.options.words.size() > found->most_words && !line.options.help)
    return UsageError{fmt::format("{}: \"{}\" is one word too many", name, line.options.words[found->most_words]),
                      fmt::format("pairform {} {}", name, found->arguments)};
  return line;
}

std::string help_text(const Command* command) {
  std::ostringstream out;
  if (command == nullptr) {
    out << "pairform keeps the network mappings of disaster recovery the way files say they should be.\n\n"
           "usage: pairform COMMAND [OPTIONS]\n\n";
    for (const Command& each : commands()) out << fmt::format("  {:<10} {}\n", each.name, each.summary);
    out << "\n" << describe_options(k_for_all, "options of all commands");
    out << "\nTerraform's spellings work too: -out=F -target=A -auto-approve -detailed-exitcode -json -no-color "
           "-chdir=D.\n";
    return out.str();
  }
  out << fmt::format("usage: pairform {} {}\n\n{}\n", command->name, command->arguments, command->summary);
  out << "\n" << describe_options(names_of(*command), "options");
  return out.str();
}

}  // namespace pairform
