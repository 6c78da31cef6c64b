#include "cli/live_block.h"

#include <fmt/format.h>

#include <algorithm>

namespace pairform {
namespace {
constexpr std::size_t k_usual_columns = 80;  // of a terminal that does not say
}

std::size_t row_width(TerminalSize size) {
  return std::max<std::size_t>(size.columns == 0 ? k_usual_columns : size.columns, 2) - 1;
}

// From the line under the block to its first row, in a terminal of so many columns.
std::string LiveBlock::to_the_top(std::size_t columns) const {
  std::size_t rows = 0;
  for (const std::string& row : shown_) rows += std::max<std::size_t>(1, (display_width(row) + columns - 1) / columns);
  return rows == 0 ? "\r" : fmt::format("\r\x1b[{}A", rows);
}

void LiveBlock::show(const std::vector<std::string>& rows, TerminalSize size) {
  const std::size_t columns = row_width(size) + 1;
  std::vector<std::string> fitting;
  fitting.reserve(rows.size());
  for (const std::string& row : rows) fitting.push_back(cut(row, columns - 1));
  if (fitting == shown_ && columns == columns_) return;
  const bool resized = columns != columns_;
  std::string out = to_the_top(columns);
  for (std::size_t i = 0; i < fitting.size(); ++i) {
    const bool same = !resized && i < shown_.size() && shown_[i] == fitting[i];
    out += same ? "\n" : fitting[i] + "\x1b[K\n";
  }
  write_(out + "\x1b[J");
  shown_ = std::move(fitting);
  columns_ = columns;
}

void LiveBlock::clear() {
  if (shown_.empty()) return;
  write_(to_the_top(columns_) + "\x1b[J");
  shown_.clear();
}

}  // namespace pairform
