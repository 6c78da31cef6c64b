// A few rows at the end of a terminal that are drawn again in place, below the lines that stay.
//
// The cursor stands on the empty line under the rows, so that a `^C` that the terminal echoes spoils none of them. A row
// is cut to one column less than the terminal has: written into the last column, a character makes some terminals break
// the line, and others erase it. A row that did not change is not written again. The sequences used are \r, cursor up
// (ESC [ n A), erase to the end of the line (ESC [ K) and of the screen (ESC [ J).
// Where the terminal has become narrower, what was drawn is taken to have been broken into more rows, as most terminals
// do. One owner, one thread.
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/wrap.h"

namespace pairform {

class LiveBlock {
 public:
  using Write = std::function<void(std::string_view)>;  // to the terminal, and flushed
  explicit LiveBlock(Write write) : write_(std::move(write)) {}

  // Draws these rows in the place of the last ones. Nothing is written where nothing has changed.
  void show(const std::vector<std::string>& rows, TerminalSize size);
  // Takes the rows away: what is written next stands in their place.
  void clear();

 private:
  std::string to_the_top(std::size_t columns) const;

  Write write_;
  std::vector<std::string> shown_;  // as drawn
  std::size_t columns_ = 0;         // of the terminal, when they were drawn
};

// Columns that a row of the block may take in a terminal of that size.
std::size_t row_width(TerminalSize size);

}  // namespace pairform
