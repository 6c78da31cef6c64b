#include "tests/support/screen.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

namespace pairform {
namespace {

std::string joined(const std::vector<std::string>& cells) {
  std::string line;
  for (const std::string& cell : cells) line += cell.empty() ? " " : cell;
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

std::size_t length_of(unsigned char first) { return first < 0xC0 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4; }

}  // namespace

void Screen::line_feed() {
  if (++row_ == cells_.size()) cells_.emplace_back();
}

void Screen::put(std::string_view character) {
  if (column_ == columns_) {
    broken_.push_back(joined(cells_[row_]));
    line_feed();
    column_ = 0;
  }
  std::vector<std::string>& line = cells_[row_];
  if (line.size() <= column_) line.resize(column_ + 1);
  line[column_++] = character;
}

void Screen::escape(std::string_view& bytes) {
  const std::size_t end = bytes.find_first_not_of("[0123456789;", 1);
  if (bytes.size() < 2 || bytes[1] != '[' || end == std::string_view::npos) {
    ADD_FAILURE() << "an escape sequence that no test knows";
    bytes = {};
    return;
  }
  const std::string number(bytes.substr(2, end - 2));
  const char what = bytes[end];
  bytes.remove_prefix(end + 1);
  const std::size_t at = std::min(column_, columns_ - 1);  // in the last column also right behind it
  switch (what) {
    case 'A': {
      const std::size_t up = number.empty() ? 1 : static_cast<std::size_t>(std::atoi(number.c_str()));
      const std::size_t top = cells_.size() - std::min(cells_.size(), rows_);
      row_ = std::max(top, row_ - std::min(row_, up));
      break;
    }
    case 'J': cells_.resize(row_ + 1); [[fallthrough]];
    case 'K': {
      std::vector<std::string>& now = cells_[row_];
      now.resize(std::min(now.size(), at));
      break;
    }
    case 'm': break;
    default: ADD_FAILURE() << "the escape sequence " << what;
  }
}

void Screen::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const char first = bytes.front();
    if (first == '\x1b') {
      escape(bytes);
      continue;
    }
    const std::size_t length = std::min(length_of(static_cast<unsigned char>(first)), bytes.size());
    if (first == '\r') column_ = 0;
    else if (first == '\n') line_feed();
    else put(bytes.substr(0, length));
    bytes.remove_prefix(length);
  }
}

std::string as_the_driver_hands_it_on(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '\n' ? "\r\n" : std::string(1, c);
  return out;
}

std::vector<std::string> Screen::lines() const {
  std::vector<std::string> out;
  for (const auto& line : cells_) out.push_back(joined(line));
  return out;
}

std::string Screen::text() const {
  std::string out;
  for (const std::string& line : lines()) out += line + '\n';
  return out;
}

std::size_t Screen::count(std::string_view part) const {
  const std::vector<std::string> all = lines();
  return static_cast<std::size_t>(std::count_if(
      all.begin(), all.end(), [&](const std::string& line) { return line.find(part) != std::string::npos; }));
}

}  // namespace pairform
