// Text for the terminal it goes to: lines that are too long are broken at blanks, and go on below their own beginning.
#pragma once
#include <cstdio>
#include <string>
#include <string_view>

namespace pairform {

// Columns of the terminal behind `stream`; 0: it is none, and nothing is broken.
std::size_t terminal_width(std::FILE* stream);

// Breaks lines longer than `width` characters (0: none). Escapes that colour take no width; a word that is longer than
// a line stands on a line of its own.
std::string wrap(std::string_view text, std::size_t width);

}  // namespace pairform
