// Text that others wrote, made fit for a terminal: what could move the cursor, colour the screen or turn the reading
// direction round is shown as an escape instead. Names, quoted lines and messages of a cloud all pass through here.
// Code points, not glyphs: a wide character counts as one column.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace pairform {

// Controls (C0, DEL, C1) become \n, \t, \r or \xNN; bidi and invisible characters \u{NNNN}; a byte that is no UTF-8
// \xNN. Everything else is as it was.
std::string escape_for_terminal(std::string_view text);

// One code point of a text, taken off its front.
struct Glyph {
  std::string_view bytes;  // as written; one byte where it is no UTF-8
  std::string shown;       // escaped; equal to `bytes` where that is harmless
};
// `text` must not be empty.
Glyph take_glyph(std::string_view& text);
void skip_character(std::string_view& text);  // without looking at it

// Code points of a text, a byte that is no UTF-8 counting as one.
std::size_t count_characters(std::string_view text);

// The text with blanks behind it, up to so many characters; a longer one stays whole.
std::string padded(std::string_view text, std::size_t width);

// The text in a colour where `colour` says so, else as it is. `codes`: those of SGR, "1;31" for bold red.
std::string paint(std::string_view codes, std::string_view text, bool colour);

}  // namespace pairform
