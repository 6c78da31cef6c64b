// A terminal's screen, so far as pairform uses one: text, \r, \n, cursor up (ESC [ n A), erase to the end of the line
// (ESC [ K) and of the screen (ESC [ J), colours. A character written behind the last column breaks the line, and one in
// the last column may be erased by what comes next, as in xterm. Whatever else is written is a failure of the test.
// Lines that scroll out at the top are kept, and can no more be reached.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace pairform {

class Screen {
 public:
  Screen(std::size_t columns, std::size_t rows) : columns_(columns), rows_(rows) {}

  void write(std::string_view bytes);
  // From the first line that was ever written on; blanks at ends are left out.
  std::vector<std::string> lines() const;
  std::string text() const;
  // Lines that the terminal had to break, as far as they were written then.
  const std::vector<std::string>& broken() const { return broken_; }
  // How many lines hold `part`.
  std::size_t count(std::string_view part) const;

 private:
  void put(std::string_view character);
  void line_feed();
  void escape(std::string_view& bytes);

  std::size_t columns_, rows_;
  std::vector<std::vector<std::string>> cells_{1};
  std::size_t row_ = 0, column_ = 0;
  std::vector<std::string> broken_;
};

// A program's \n becomes \r\n.
std::string as_the_driver_hands_it_on(std::string_view text);

}  // namespace pairform
