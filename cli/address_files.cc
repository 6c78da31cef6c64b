#include "cli/address_files.h"

#include <fmt/format.h>

#include <sstream>

#include "schema/text_file.h"
#include "schema/value.h"

namespace pairform {
namespace {

std::optional<UsageError> read_file(const std::string& path, std::vector<std::string>& words) {
  if (path.empty()) return UsageError{"@ stands without a file", "write @FILE: an address a line"};
  const TextFile file = read_text_file(path);
  if (!file.problem.empty())
    return UsageError{fmt::format("@{}: {}", path, file.problem), "name a file with an address a line"};
  std::istringstream lines(file.text.starts_with("\xEF\xBB\xBF") ? file.text.substr(3) : file.text);
  const std::size_t before = words.size();
  for (std::string line; std::getline(lines, line);)
    if (const std::string_view word = trimmed(std::string_view(line).substr(0, line.find('#'))); !word.empty())
      words.emplace_back(word);
  if (words.size() == before)
    return UsageError{fmt::format("@{} names no address", path), "write an address a line, or leave the option out"};
  return std::nullopt;
}

}  // namespace

std::optional<UsageError> read_address_files(std::vector<std::string>& words) {
  std::vector<std::string> all;
  for (const std::string& word : words) {
    if (!word.starts_with('@')) all.push_back(word);
    else if (auto wrong = read_file(word.substr(1), all)) return wrong;
  }
  words = std::move(all);
  return std::nullopt;
}

std::optional<UsageError> read_address_files(Options& options) {
  options.typed = {options.target, options.exclude, options.place_anew};
  for (auto* list : {&options.target, &options.exclude, &options.place_anew, &options.vm})
    if (auto wrong = read_address_files(*list)) return wrong;
  return std::nullopt;
}

}  // namespace pairform
