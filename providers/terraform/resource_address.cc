#include "providers/terraform/resource_address.h"

#include <fmt/format.h>

#include <algorithm>

#include "schema/json_text.h"
#include "schema/terminal_text.h"

namespace pairform::terraform {
namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
}
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The end of the key that begins at `at` with "[": one past its "]". npos: it has no end, or is none.
std::size_t end_of_key(std::string_view text, std::size_t at) {
  std::size_t end = at + 1;
  if (end < text.size() && text[end] == '"') {
    for (++end; end < text.size() && text[end] != '"'; ++end)
      if (text[end] == '\\') ++end;
    ++end;
  } else {
    const std::size_t begin = end;
    while (end < text.size() && is_digit(text[end])) ++end;
    if (end == begin) return std::string_view::npos;
  }
  return end < text.size() && text[end] == ']' ? end + 1 : std::string_view::npos;
}

}  // namespace

std::string text_key(std::string_view key) {
  std::string out;
  for (std::size_t i = 0; i < key.size(); ++i) {
    const char c = key[i];
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        // "${" and "%{" begin a template; doubled, they stand for themselves.
        if ((c == '$' || c == '%') && i + 1 < key.size() && key[i + 1] == '{') out += c;
        out += c;
    }
  }
  return fmt::format("[\"{}\"]", out);
}

bool is_label(std::string_view text) {
  if (text.empty() || !is_utf8(text) || escape_for_terminal(text) != text) return false;
  if (!is_letter(text.front()) && text.front() != '_') return false;
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return is_letter(c) || is_digit(c) || c == '_' || c == '-'; });
}

std::optional<std::string> without_keys(std::string_view module) {
  if (escape_for_terminal(module) != module) return std::nullopt;  // Terraform escapes what is in a key
  std::string out;
  for (std::size_t at = 0; at < module.size();) {
    if (!out.empty() && module[at++] != '.') return std::nullopt;
    constexpr std::string_view word = "module.";
    if (module.substr(at, word.size()) != word) return std::nullopt;
    const std::size_t label = at + word.size(), end = std::min(module.find_first_of(".[", label), module.size());
    if (!is_label(module.substr(label, end - label))) return std::nullopt;
    out += (out.empty() ? "" : ".") + std::string(module.substr(at, end - at));
    at = end;
    if (at < module.size() && module[at] == '[') at = end_of_key(module, at);
    if (at == std::string_view::npos || at > module.size()) return std::nullopt;
    if (at + 1 == module.size()) return std::nullopt;  // a point at the end
  }
  return out;
}

}  // namespace pairform::terraform
