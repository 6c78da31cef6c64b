#include "schema/json_text.h"

#include <array>

namespace pairform {

// Unicode 15, table 3-7.
std::size_t utf8_sequence_length(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(at);
  if (lead < 0x80) return 1;
  std::size_t length = 0;
  unsigned char low = 0x80, high = 0xBF;
  if (lead >= 0xC2 && lead <= 0xDF) length = 2;
  else if (lead >= 0xE0 && lead <= 0xEF) length = 3;
  else if (lead >= 0xF0 && lead <= 0xF4) length = 4;
  if (lead == 0xE0) low = 0xA0;
  if (lead == 0xED) high = 0x9F;
  if (lead == 0xF0) low = 0x90;
  if (lead == 0xF4) high = 0x8F;
  if (length == 0 || at + length > text.size()) return 0;
  if (byte(at + 1) < low || byte(at + 1) > high) return 0;
  for (std::size_t i = 2; i < length; ++i)
    if (byte(at + i) < 0x80 || byte(at + i) > 0xBF) return 0;
  return length;
}

bool is_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = utf8_sequence_length(text, at);
    if (length == 0) return false;
    at += length;
  }
  return true;
}

char32_t code_point(std::string_view sequence) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(sequence[i]); };
  if (sequence.size() == 1) return byte(0);
  char32_t value = byte(0) & (0xFFU >> (sequence.size() + 1));
  for (std::size_t i = 1; i < sequence.size(); ++i) value = value << 6 | (byte(i) & 0x3FU);
  return value;
}

bool is_hidden(char32_t c) {
  return c == 0xAD || c == 0x061C || (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
         (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || (c >= 0xFFF9 && c <= 0xFFFB) || (c >= 0xE0000 && c <= 0xE0FFF);
}

namespace {

void append_unit(std::string& out, unsigned unit) {
  static constexpr std::array<char, 17> hex{"0123456789abcdef"};
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) out += hex[(unit >> shift) & 15U];
}

void append_escape(std::string& out, char32_t c) {
  const auto value = static_cast<unsigned>(c);
  if (value < 0x10000) return append_unit(out, value);
  append_unit(out, 0xD800U + ((value - 0x10000U) >> 10U));
  append_unit(out, 0xDC00U + ((value - 0x10000U) & 0x3FFU));
}

// Of what is neither ASCII nor a control below U+0020.
bool is_escaped(char32_t c) { return (c >= 0x7F && c < 0xA0) || is_hidden(c); }

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  std::size_t written = 0;  // bytes of `text` before this one are in `out`
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    const auto byte = static_cast<unsigned char>(c);
    const bool escaped = byte < 0x20 || c == '"' || c == '\\';
    if (!escaped && byte < 0x7F) {
      ++at;
      continue;
    }
    if (const std::size_t length = escaped ? 0 : utf8_sequence_length(text, at); length != 0) {
      if (const char32_t value = code_point(text.substr(at, length)); is_escaped(value)) {
        out.append(text, written, at - written);
        append_escape(out, value);
        written = at + length;
      }
      at += length;
      continue;
    }
    out.append(text, written, at - written);
    written = ++at;
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      case '\b': out += "\\b"; break;
      case '\f': out += "\\f"; break;
      default:
        if (!escaped) {
          out += "\xEF\xBF\xBD";
          break;
        }
        append_unit(out, byte);
    }
  }
  out.append(text, written);
  out += '"';
}

std::string json_string(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

}  // namespace pairform
