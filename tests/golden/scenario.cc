#include "tests/golden/scenario.h"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <algorithm>
#include <regex>
#include <stdexcept>
#include <vector>

#include "tests/support/program.h"
#include "tests/support/timeless.h"

namespace pairform {
namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

struct ConsoleCommand {
  std::string line;  // without "$ "
  std::string body;  // what follows it, without blank lines at its end
};

struct Console {
  std::string description;
  std::vector<ConsoleCommand> commands;
};

Console read_console(std::string_view text) {
  Console console;
  std::string* body = &console.description;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1);
    const std::string_view line = text.substr(0, end + 1);
    text.remove_prefix(end + 1);
    if (!line.starts_with("$ ")) {
      *body += line;
      continue;
    }
    console.commands.push_back({std::string(line.substr(2, line.find('\n') - 2)), {}});
    body = &console.commands.back().body;
  }
  for (ConsoleCommand& command : console.commands)
    while (command.body.ends_with("\n\n") || command.body == "\n") command.body.pop_back();
  return console;
}

std::vector<std::string> split_words(std::string_view line) {
  std::vector<std::string> words;
  char quote = 0;
  bool inside = false;
  for (const char c : line) {
    if (quote == 0 && c == ' ') {
      inside = false;
      continue;
    }
    if (!inside) words.emplace_back();
    inside = true;
    if (quote == 0 && (c == '"' || c == '\'')) quote = c;
    else if (c == quote) quote = 0;
    else words.back() += c;
  }
  return words;
}

void append_pretty(std::string& out, element json, const std::string& indent) {
  const std::string deeper = indent + "  ";
  bool first = true;
  const auto member = [&](std::string_view key, element value) {
    out += (first ? "\n" : ",\n") + deeper + std::string(key);
    first = false;
    append_pretty(out, value, deeper);
  };
  if (json.type() == element_type::OBJECT && simdjson::dom::object(json).size() > 0) {
    out += '{';
    for (const auto& [key, value] : simdjson::dom::object(json)) member('"' + std::string(key) + "\": ", value);
    out += '\n' + indent + '}';
  } else if (json.type() == element_type::ARRAY && simdjson::dom::array(json).size() > 0) {
    out += '[';
    for (const element each : simdjson::dom::array(json)) member("", each);
    out += '\n' + indent + ']';
  } else {
    out += simdjson::minify(json);
  }
}

// What follows the plan: the line with its digest, and the empty one after it, are its end.
std::string after_the_plan(const std::string& said) {
  const std::size_t end = said.starts_with("Plan for ") ? said.find("\nDigest: ") : std::string::npos;
  if (end == std::string::npos) return said;
  const std::string rest = said.substr(said.find('\n', end + 1) + 1);
  return rest.starts_with('\n') ? rest.substr(1) : rest;
}

class Player {
 public:
  std::string play(const Console& console) {
    text_ = console.description;
    program_.look_for_leaks();
    for (const ConsoleCommand& command : console.commands) {
      text_ += "$ " + command.line + '\n';
      run(command);
      if (!text_.ends_with("\n\n")) text_ += '\n';
    }
    while (text_.ends_with("\n\n")) text_.pop_back();
    return std::move(text_);
  }

 private:
  void run(const ConsoleCommand& command) {
    std::vector<std::string> words = split_words(command.line);
    for (std::string& word : words)
      if (word == "$digest") word = digest_;
    const std::string verb = words.at(0);
    std::string filter;
    if (words.size() > 2 && words[words.size() - 2] == "|") {
      filter = words.back();
      words.resize(words.size() - 2);
    }
    const std::vector<std::string> rest(words.begin() + 1, words.end());
    if (verb == "cat" && rest.size() == 2) {
      text_ += command.body;
      rest[0] == ">" ? program_.write(rest[1], command.body) : program_.append(rest[1], command.body);
    } else if (verb == "cat") {
      text_ += program_.read(rest.at(0));
    } else if (verb == "rm") {
      program_.remove(rest.at(0));
    } else if (verb == "cd") {
      at_ = (at_ / rest.at(0)).lexically_normal();
      program_.change_directory(at_);
    } else if (verb == "export") {
      const std::size_t equals = rest.at(0).find('=');
      program_.set_environment(rest[0].substr(0, equals), rest[0].substr(equals + 1));
    } else if (verb == "pairform") {
      say(program_.run(rest), filter);
    } else if (verb.starts_with("./")) {
      say(program_.run_other(program_.directory() / verb.substr(2), rest), "");
    } else {
      throw std::runtime_error("a scenario has no command " + verb);
    }
  }

  void say(const Ran& ran, std::string_view filter) {
    static const std::regex digest("sha256:[0-9a-f]{64}");
    std::smatch found;
    if (std::regex_search(ran.out, found, digest)) digest_ = found.str();
    if (filter == "quiet" && ran.exit_code == 0) return;
    text_ += normal(filter == "pretty" ? pretty_json(ran.out) : filter == "brief" ? after_the_plan(ran.out) : ran.out);
    if (!ran.err.empty()) text_ += "[stderr]\n" + normal(ran.err);
    if (ran.exit_code != 0) text_ += "[exit " + std::to_string(ran.exit_code) + "]\n";
  }

  std::string normal(std::string said) const {
    static const std::regex time(R"("time":"[0-9T:.-]+Z")");
    said = timeless(std::regex_replace(said, time, "\"time\":\"…\""));
    const std::string directory = program_.directory().string();
    for (std::size_t at = said.find(directory); at != std::string::npos; at = said.find(directory, at))
      said.replace(at, directory.size(), "DIRECTORY");
    if (!said.empty() && !said.ends_with('\n')) said += "[no end of line]\n";
    return said;
  }

  Program program_;
  std::filesystem::path at_;  // below the project directory
  std::string digest_;
  std::string text_;
};

}  // namespace

std::string pretty_json(std::string_view json) {
  simdjson::dom::parser parser;
  element root;
  if (parser.parse(json.data(), json.size()).get(root) != simdjson::SUCCESS) return {};
  std::string out;
  append_pretty(out, root, "");
  return out + '\n';
}

std::string play_scenario(std::string_view text) { return Player().play(read_console(text)); }

}  // namespace pairform
