#include "cli/complete.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <exception>
#include <optional>
#include <set>

#include "cli/command.h"
#include "cli/option_table.h"
#include "cli/project_place.h"
#include "cli/project_words.h"
#include "schema/diagnostic_code.h"
#include "schema/terminal_text.h"

namespace pairform {
namespace {

constexpr std::string_view k_files = ":files";

// Values of options that are one of a few words. A test gives each of them to the parser.
struct Choice {
  std::string_view option, value;
};
constexpr Choice k_choices[] = {{"color", "always"}, {"color", "never"}, {"color", "auto"}};

// What has been typed before the word at the cursor.
struct Typed {
  const Command* command = nullptr;
  bool help = false;                  // `pairform help`: the next word is a command
  std::vector<std::string> words;     // behind the command, without options and their values
  std::set<std::string> given;        // names of options
  std::vector<std::string> start;     // of -C
  const OptionRow* awaits = nullptr;  // the word at the cursor is its value
  bool only_words = false;            // behind "--"
};

// The options that may stand there.
std::vector<std::string_view> options_of(const Command* command) {
  const auto all = options_of_all();
  std::vector<std::string_view> names;
  if (command != nullptr) names.assign(command->options.begin(), command->options.end());
  for (const std::string_view name : all)
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  return names;
}

// "--target", "-target", "-C" and "-chdir" name rows.
const OptionRow* find_option(const Command* command, std::string_view word) {
  const std::string_view name = word.substr(std::min(word.find_first_not_of('-'), word.size()));
  for (const std::string_view each : options_of(command)) {
    const OptionRow& row = option_row(each);
    if (name == row.name || name == terraform_name(row) || (!row.letter.empty() && word.substr(1) == row.letter))
      return &row;
  }
  return nullptr;
}

void take_option(Typed& typed, const std::string& word) {
  const std::size_t equals = word.find('=');
  const OptionRow* row = find_option(typed.command, std::string_view(word).substr(0, equals));
  if (row == nullptr) return;
  typed.given.emplace(row->name);
  if (is_flag(*row)) return;
  if (equals == std::string::npos) typed.awaits = row;
  else if (row->name == "directory") typed.start.push_back(word.substr(equals + 1));
}

Typed read_words(const std::vector<std::string>& words) {
  Typed typed;
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    const std::string& word = words[i];
    if (typed.awaits != nullptr) {
      if (typed.awaits->name == "directory") typed.start.push_back(word);
      typed.awaits = nullptr;
    } else if (!typed.only_words && word == "--") {
      typed.only_words = true;
    } else if (!typed.only_words && word.starts_with('-')) {
      take_option(typed, word);
    } else if (typed.command != nullptr || typed.help) {
      typed.words.push_back(word);
    } else if (word == "help") {
      typed.help = true;
    } else {
      typed.command = find_command(word);
      if (typed.command == nullptr) typed.only_words = true;  // there is no such command: nothing fits behind it
    }
  }
  return typed;
}

class Completer {
 public:
  Completer(Typed typed, std::string prefix) : typed_(std::move(typed)), prefix_(std::move(prefix)) {}

  Completion run() {
    const std::size_t equals = prefix_.find('=');
    if (typed_.awaits != nullptr) {
      value(*typed_.awaits);
    } else if (!typed_.only_words && prefix_.starts_with('-') && equals != std::string::npos) {
      const OptionRow* row = find_option(typed_.command, std::string_view(prefix_).substr(0, equals));
      before_ = prefix_.substr(0, equals + 1);
      prefix_.erase(0, equals + 1);
      if (row != nullptr && !is_flag(*row)) value(*row);
    } else if (!typed_.only_words && prefix_.starts_with('-')) {
      options();
    } else if (typed_.command == nullptr) {
      if (!typed_.only_words && typed_.words.empty()) commands_of_all();
    } else {
      words();
    }
    return std::move(out_);
  }

 private:
  void offer(std::string_view word, std::string_view about = {}) {
    if (word.starts_with(prefix_)) out_.candidates.push_back({before_ + std::string(word), std::string(about)});
  }

  void commands_of_all() {
    for (const Command& each : commands()) offer(each.name, each.summary);
    if (!typed_.help) offer("help", "the help, or that of one command");
  }

  void options() {
    for (const std::string_view name : options_of(typed_.command)) {
      const OptionRow& row = option_row(name);
      const bool again = std::holds_alternative<std::vector<std::string> Options::*>(row.field);
      if (again || !typed_.given.contains(std::string(name))) offer("--" + std::string(name), row.help);
    }
  }

  void value(const OptionRow& row) {
    for (const Choice& each : k_choices)
      if (each.option == row.name) offer(each.value);
    if (row.name == "format" && typed_.command != nullptr)
      for (const std::string_view each : typed_.command->formats) offer(each);
    kind(row.value);
  }

  // By the word that the usage has in that place.
  void kind(std::string_view word) {
    if (word == "ADDRESS" || word == "FROM" || word == "TO") addresses();
    else if (word == "FILE" || word == "DIR" || word == "PLAN" || word == "PATH" || word == "BASE" || word == "OURS" ||
             word == "THEIRS")
      out_.files = true;
    else if (word == "REGION") regions();
    else if (word == "CODE") codes();
    else if (!word.empty() && std::islower(static_cast<unsigned char>(word.front())) != 0) offer(word);
  }

  void words();

  const ProjectWords& project() {
    if (!project_) {
      Options options;
      options.start = typed_.start;
      project_.emplace();
      if (!enter_start(options)) {
        find_project(options);
        project_ = read_project_words(options.directory);
      }
    }
    return *project_;
  }

  // Halves and nics are offered where their pair or vm is typed already: of 5,000 vms there are enough without.
  void addresses() {
    const auto parts = [](std::string_view address) { return std::count(address.begin(), address.end(), '.'); };
    for (const std::string& each : project().addresses)
      if (parts(each) < 2 || parts(prefix_) >= 2) offer(each);
  }
  void regions() {
    for (const std::string& each : project().regions) offer(each);
  }
  void codes() {
    for (const CodeInfo& each : all_codes()) offer(code_text(each.code), each.title);
  }

  Typed typed_;
  std::string prefix_;
  std::string before_;  // stands before the value, in the same word: "--target="
  std::optional<ProjectWords> project_;
  Completion out_;
};

std::vector<std::string_view> split(std::string_view text, std::string_view separator) {
  std::vector<std::string_view> parts;
  for (std::size_t end = 0; end != std::string_view::npos;
       text.remove_prefix(std::min(end + separator.size(), text.size()))) {
    end = text.find(separator);
    if (const std::string_view part = text.substr(0, end); !part.empty()) parts.push_back(part);
    if (end == std::string_view::npos) break;
  }
  return parts;
}

// The words of a usage line that stand for words, "[PLAN]" and "ADDRESS", without options and what belongs to them.
std::vector<std::string_view> places_of(std::string_view usage) {
  std::vector<std::string_view> places;
  bool in_option = false;
  for (const std::string_view each : split(usage, " ")) {
    if (each.starts_with("[--") || each == "[OPTIONS]") in_option = true;
    if (!in_option && each.find_first_not_of('.') != std::string_view::npos) places.push_back(each);
    if (each.ends_with(']')) in_option = false;
  }
  return places;
}

// By the usage line: `drill REGION [OPTIONS]`, `state list [ADDRESS]... | mv FROM TO`.
void Completer::words() {
  const std::vector<std::string_view> ways = split(typed_.command->arguments, " | ");
  for (const std::string_view way : ways) {
    const std::vector<std::string_view> places = places_of(way);
    if (places.empty()) continue;
    if (ways.size() > 1 && !typed_.words.empty() && places.front() != typed_.words.front()) continue;
    std::size_t at = typed_.words.size();
    if (at >= places.size() && places.back().ends_with("...")) at = places.size() - 1;
    if (at >= places.size()) continue;
    std::string word(places[at]);
    std::erase_if(word, [](char c) { return c == '[' || c == ']' || c == '.'; });
    for (const std::string_view each : split(word, "|")) kind(each);
  }
}

}  // namespace

Completion complete(std::vector<std::string> words) {
  std::string prefix = words.back();
  return Completer(read_words(words), std::move(prefix)).run();
}

std::string completion_lines(const Completion& completion, std::string_view shell) {
  std::string out;
  for (const Candidate& each : completion.candidates) {
    const std::string about = escape_for_terminal(each.about);
    if (shell == "zsh")
      for (const char c : each.word) out += c == ':' || c == '\\' ? std::string{'\\', c} : std::string(1, c);
    else out += each.word;
    if (!about.empty() && shell != "bash") out += (shell == "zsh" ? ':' : '\t') + about;
    out += '\n';
  }
  if (completion.files && completion.candidates.empty()) out = std::string(k_files) + '\n';
  return out;
}

namespace {

// Bash takes "=" for the end of a word: --target=ma is three words. They are one again; the answer is for the last of them.
bool join_at_equals(std::vector<std::string>& words) {
  bool of_last = false;
  for (std::size_t i = 1; i < words.size();) {
    const bool joined = words[i] == "=" || words[i - 1].ends_with('=');
    if (joined && words[i - 1].starts_with("-")) {
      of_last = i + 1 == words.size();
      words[i - 1] += words[i];
      words.erase(words.begin() + static_cast<std::ptrdiff_t>(i));
    } else {
      ++i;
    }
  }
  return of_last;
}

}  // namespace

int answer_shell(const std::vector<std::string>& arguments) {
  if (const int nowhere = ::open("/dev/null", O_WRONLY); nowhere >= 0) ::dup2(nowhere, STDERR_FILENO);
  try {
    if (arguments.size() < 2) return 0;
    const std::string& shell = arguments.front();
    std::vector<std::string> words(arguments.begin() + 1, arguments.end());
    const bool value_alone = shell == "bash" && join_at_equals(words);
    Completion answer = complete(std::move(words));
    if (value_alone)
      for (Candidate& each : answer.candidates) each.word.erase(0, each.word.find('=') + 1);
    print(completion_lines(answer, shell));
    std::fflush(stdout);
  } catch (const std::exception&) {  // whoever types is not to be told what is wrong with a disk
    return 0;
  }
  return 0;
}

}  // namespace pairform
