#include "providers/simulator/portal_script.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <system_error>

#include "schema/terminal_text.h"

namespace pairform::simulator {
namespace {

constexpr std::string_view k_blanks = " \t\r";

// The words of one line. False: a quote is not closed.
bool split(std::string_view line, std::vector<std::string>& words) {
  for (;;) {
    const std::size_t start = line.find_first_not_of(k_blanks);
    if (start == std::string_view::npos || line[start] == '#') return true;
    line.remove_prefix(start);
    std::string& word = words.emplace_back();
    while (!line.empty() && k_blanks.find(line.front()) == std::string_view::npos) {
      const char quote = line.front();
      if (quote != '"' && quote != '\'') {
        word += quote;
        line.remove_prefix(1);
        continue;
      }
      const std::size_t end = line.find(quote, 1);
      if (end == std::string_view::npos) return false;
      word += line.substr(1, end - 1);
      line.remove_prefix(end + 1);
    }
  }
}

}  // namespace

Script parse_script(std::string_view text) {
  Script out;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    ScriptLine line{number, {}};
    if (!split(text.substr(0, end), line.words)) {
      out.error = fmt::format("line {}: a quote is not closed", number);
      return out;
    }
    if (!line.words.empty()) out.lines.push_back(std::move(line));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return out;
}

Script read_script(const std::string& path) {
  if (path == "-") return parse_script(std::string(std::istreambuf_iterator<char>(std::cin), {}));
  std::error_code ignored;
  const bool is_directory = std::filesystem::is_directory(path, ignored);  // which opens as a file, and cannot be read
  std::ifstream file(path, std::ios::binary);
  if (is_directory || !file.is_open()) return {{}, fmt::format("{}: it cannot be read", escape_for_terminal(path))};
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  return parse_script(text);
}

}  // namespace pairform::simulator
