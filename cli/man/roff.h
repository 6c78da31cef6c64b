// Text as man(7) takes it: what people wrote for the help and the reference, with what roff would read as an instruction
// made harmless.
#pragma once
#include <string>
#include <string_view>

namespace pairform {

// One line of prose or code. `words` in backticks become bold, links [words](place) their words.
std::string roff_text(std::string_view text);
// The same for an argument of a macro: in quotes.
std::string roff_argument(std::string_view text);

// A page, piece by piece.
class RoffPage {
 public:
  // "PAIRFORM-PLAN", 1; `about` is the line that apropos lists.
  RoffPage(std::string_view name, int section, std::string_view version, std::string_view about);
  RoffPage& section(std::string_view title);     // a heading
  RoffPage& subsection(std::string_view title);  // a lesser one
  RoffPage& paragraph(std::string_view text);    // blank text is left out
  RoffPage& item(std::string_view what, std::string_view text);
  RoffPage& code(std::string_view text);  // lines as they are, set in
  std::string text() const { return out_; }

 private:
  std::string out_;
};

}  // namespace pairform
