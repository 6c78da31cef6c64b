// Writing JSON by hand, canonically: no insignificant space, the shortest escapes, UTF-8 passed through but for what a
// terminal that shows it would obey, or would not show.
#pragma once
#include <string>
#include <string_view>

namespace pairform {

// Appends `text` as a JSON string with its quotes. Escapes `"`, `\`, control characters (DEL and C1 too: U+009B begins an
// escape sequence) and hidden ones (is_hidden), \u and four digits, beyond U+FFFF two of them; invalid UTF-8 is replaced by
// U+FFFD, so that what is written can always be read again.
void append_json_string(std::string& out, std::string_view text);
std::string json_string(std::string_view text);

// Bytes of the well-formed UTF-8 sequence that starts at `at`; 0 if none does. `at` must be inside `text`.
std::size_t utf8_sequence_length(std::string_view text, std::size_t at);

// The value of one well-formed sequence, or of one byte that is none.
char32_t code_point(std::string_view sequence);

// Unicode's bidi controls, and what is drawn as nothing at all.
bool is_hidden(char32_t c);

// Is every byte of `text` part of well-formed UTF-8?
bool is_utf8(std::string_view text);

}  // namespace pairform
