// Text for the terminal it goes to: lines that are too long are broken at blanks, and go on below their own beginning.
#pragma once
#include <cstdio>
#include <string>
#include <string_view>

namespace pairform {

struct TerminalSize {
  std::size_t columns = 0;  // 0: not known
  std::size_t rows = 0;     // 0: not known
};
// Of the terminal behind `stream`, now: it changes when a window is resized. All 0: it is none.
TerminalSize terminal_size(std::FILE* stream);
// Columns of the terminal behind `stream`; 0: it is none, and nothing is broken.
std::size_t terminal_width(std::FILE* stream);
// May lines that were written be written over: a terminal, and not a dumb one (TERM)?
bool can_move_cursor(std::FILE* stream);

// Columns that a text takes: two for a wide character, none for a mark that stands on the one before it, none for the
// escapes that colour.
std::size_t display_width(std::string_view text);
// The text, if it is no wider than `columns`; else as much of it as fits with "..." behind it. Without colours. What
// escape_for_terminal made of a character (\u{202e}) stays whole, or is left out whole.
std::string cut(std::string_view text, std::size_t columns);
// The same, but what is left out is in the middle: addresses differ at their ends more often.
std::string cut_middle(std::string_view text, std::size_t columns);

// Breaks lines wider than `width` columns (0: none). A word that is longer than a line stands on a line of its own.
std::string wrap(std::string_view text, std::size_t width);
// The same of diagnostics: what follows "why:" and "fix:" goes on below itself; quoted lines of files are not broken, for
// the carets below them, nor are lines with a command, for whoever copies it.
std::string wrap_diagnostics(std::string_view text, std::size_t width);

}  // namespace pairform
