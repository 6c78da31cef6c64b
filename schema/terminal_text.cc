#include "schema/terminal_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "schema/json_text.h"

namespace pairform {
namespace {

std::string shown_as(std::string_view bytes) {
  if (bytes == "\n") return "\\n";
  if (bytes == "\t") return "\\t";
  if (bytes == "\r") return "\\r";
  const char32_t c = code_point(bytes);
  if (c < 0x20 || (c >= 0x7F && c < 0xA0)) return fmt::format("\\x{:02x}", static_cast<unsigned>(c));
  if (bytes.size() == 1 && c >= 0x80) return fmt::format("\\x{:02x}", static_cast<unsigned>(c));
  if (is_hidden(c)) return fmt::format("\\u{{{:x}}}", static_cast<unsigned>(c));
  return std::string(bytes);
}

}  // namespace

Glyph take_glyph(std::string_view& text) {
  const std::size_t length = std::max<std::size_t>(1, utf8_sequence_length(text, 0));
  Glyph glyph{text.substr(0, length), {}};
  glyph.shown = shown_as(glyph.bytes);
  text.remove_prefix(length);
  return glyph;
}

void skip_character(std::string_view& text) {
  text.remove_prefix(std::max<std::size_t>(1, utf8_sequence_length(text, 0)));
}

std::size_t count_characters(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); ++count) at += std::max<std::size_t>(1, utf8_sequence_length(text, at));
  return count;
}

std::string escape_for_terminal(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) out += take_glyph(text).shown;
  return out;
}

std::string padded(std::string_view text, std::size_t width) {
  const std::size_t taken = count_characters(text);
  std::string out(text);
  out.append(taken < width ? width - taken : 0, ' ');
  return out;
}

std::string paint(std::string_view codes, std::string_view text, bool colour) {
  if (!colour) return std::string(text);
  return fmt::format("\x1b[{}m{}\x1b[0m", codes, text);
}

}  // namespace pairform
