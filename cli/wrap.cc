#include "cli/wrap.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "schema/terminal_text.h"

namespace pairform {
namespace {

struct Range {
  char32_t first, last;
};
// Unicode's East Asian Wide and Fullwidth, and pictures; in order.
constexpr Range k_wide[] = {
    {0x1100, 0x115F},   {0x231A, 0x231B},   {0x2329, 0x232A},   {0x23E9, 0x23EC},   {0x25FD, 0x25FE},
    {0x2614, 0x2615},   {0x2648, 0x2653},   {0x26AA, 0x26AB},   {0x26BD, 0x26BE},   {0x26C4, 0x26C5},
    {0x2705, 0x2705},   {0x270A, 0x270B},   {0x2728, 0x2728},   {0x274C, 0x274C},   {0x2753, 0x2757},
    {0x2795, 0x2797},   {0x2B1B, 0x2B1C},   {0x2B50, 0x2B50},   {0x2E80, 0x303E},   {0x3041, 0x33FF},
    {0x3400, 0x4DBF},   {0x4E00, 0xA4CF},   {0xA960, 0xA97F},   {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},
    {0xFE10, 0xFE19},   {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},   {0x16FE0, 0x18AFF},
    {0x1B000, 0x1B2FF}, {0x1F18E, 0x1F19A}, {0x1F200, 0x1F320}, {0x1F32D, 0x1F64F}, {0x1F680, 0x1F6FF},
    {0x1F7E0, 0x1F7EB}, {0x1F90C, 0x1F9FF}, {0x1FA70, 0x1FAFF}, {0x20000, 0x3FFFD}};
// Marks that stand on the character before them; in order.
constexpr Range k_marks[] = {{0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD}, {0x0610, 0x061A}, {0x064B, 0x065F},
                             {0x06D6, 0x06DC}, {0x0900, 0x0902}, {0x093C, 0x093C}, {0x0941, 0x0948}, {0x094D, 0x094D},
                             {0x0E31, 0x0E31}, {0x0E34, 0x0E3A}, {0x0E47, 0x0E4E}, {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF},
                             {0x20D0, 0x20F0}, {0x302A, 0x302D}, {0x3099, 0x309A}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}};

template <std::size_t N>
bool is_in(const Range (&ranges)[N], char32_t c) {
  const Range* after =
      std::upper_bound(ranges, ranges + N, c, [](char32_t value, const Range& range) { return value < range.first; });
  return after != ranges && c <= (after - 1)->last;
}

char32_t code_point(std::string_view bytes) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  if (bytes.size() == 1) return byte(0);
  char32_t value = byte(0) & (0xFFU >> (bytes.size() + 1));
  for (std::size_t i = 1; i < bytes.size(); ++i) value = value << 6 | (byte(i) & 0x3FU);
  return value;
}

std::size_t columns_of(std::string_view character) {
  const char32_t c = code_point(character);
  return is_in(k_marks, c) ? 0 : is_in(k_wide, c) ? 2 : 1;
}

// Takes one character off the front of a text that is not empty.
std::string_view take_character(std::string_view& text) {
  const std::string_view whole = text;
  skip_character(text);
  return whole.substr(0, whole.size() - text.size());
}

// Below the beginning of the line itself.
std::size_t indent_of(std::string_view line) { return std::min(line.find_first_not_of(' '), line.size()) + 2; }

void wrap_line(std::string& out, std::string_view line, std::size_t width, std::size_t indent) {
  std::size_t used = 0;
  bool first = true;
  while (!line.empty()) {
    std::size_t end = line.find(' ', std::min(line.find_first_not_of(' '), line.size()));
    end = std::min(end, line.size());
    std::string_view word = line.substr(0, end);
    const std::size_t taken = display_width(word);
    if (!first && used + taken > width) {
      word.remove_prefix(std::min(word.find_first_not_of(' '), word.size()));
      out += '\n' + std::string(indent, ' ');
      used = indent + display_width(word);
    } else {
      used += taken;
    }
    out += word;
    first = false;
    line.remove_prefix(end);
  }
}

}  // namespace

TerminalSize terminal_size(std::FILE* stream) {
  winsize size{};
  if (isatty(fileno(stream)) != 1 || ioctl(fileno(stream), TIOCGWINSZ, &size) != 0) return {};
  return {size.ws_col, size.ws_row};
}

std::size_t terminal_width(std::FILE* stream) { return terminal_size(stream).columns; }

bool can_move_cursor(std::FILE* stream) {
  const char* term = std::getenv("TERM");
  return term != nullptr && std::string_view(term) != "dumb" && isatty(fileno(stream)) == 1;
}

std::size_t display_width(std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty()) {
    if (text.front() == '\x1b') {
      text.remove_prefix(std::min(text.find('m'), text.size() - 1) + 1);
      continue;
    }
    columns += columns_of(take_character(text));
  }
  return columns;
}

namespace {

// Bytes of what escape_for_terminal shows for one character, at the front: \x1b, \u{202e}. 0: none.
std::size_t escape_length(std::string_view text) {
  constexpr std::string_view k_digits = "0123456789abcdefABCDEF";
  if (text.starts_with("\\x"))
    return text.size() >= 4 && text.substr(2, 2).find_first_not_of(k_digits) == text.npos ? 4 : 0;
  if (!text.starts_with("\\u{")) return 0;
  const std::size_t end = std::min(text.find_first_not_of(k_digits, 3), text.size());
  return end < text.size() && text[end] == '}' ? end + 1 : 0;
}

// A character, or all of an escape: half of one would be something else.
std::string_view take_whole(std::string_view& text) {
  const std::size_t length = escape_length(text);
  if (length == 0) return take_character(text);
  const std::string_view taken = text.substr(0, length);
  text.remove_prefix(length);
  return taken;
}

// As many characters as fit.
std::string_view head(std::string_view text, std::size_t columns) {
  std::string_view rest = text;
  for (std::size_t used = 0; !rest.empty();) {
    std::string_view after = rest;
    used += display_width(take_whole(after));
    if (used > columns) break;
    rest = after;
  }
  return text.substr(0, text.size() - rest.size());
}

std::string_view tail(std::string_view text, std::size_t columns) {
  std::size_t width = display_width(text);
  while (width > columns) width -= display_width(take_whole(text));
  return text;
}

}  // namespace

std::string cut(std::string_view text, std::size_t columns) {
  if (display_width(text) <= columns) return std::string(text);
  const std::string dots(std::min<std::size_t>(columns, 3), '.');
  return std::string(head(text, columns - dots.size())) + dots;
}

std::string cut_middle(std::string_view text, std::size_t columns) {
  if (display_width(text) <= columns) return std::string(text);
  const std::string dots(std::min<std::size_t>(columns, 3), '.');
  const std::size_t kept = columns - dots.size();
  return std::string(head(text, kept - kept / 2)) + dots + std::string(tail(text, kept / 2));
}

namespace {

// Breaks each line by itself; `indent`: where it goes on, none: it is not broken.
std::string wrap_lines(std::string_view text, std::size_t width,
                       std::optional<std::size_t> (*indent)(std::string_view)) {
  if (width < 30) return std::string(text);  // not a terminal, or one too narrow to read anything on
  std::string out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    const auto below = display_width(line) <= width ? std::nullopt : indent(line);
    if (below) wrap_line(out, line, width, *below);
    else out += line;
    if (end < text.size()) out += '\n';
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::string without_colours(std::string_view line) {
  std::string out;
  while (!line.empty()) {
    if (line.front() == '\x1b') line.remove_prefix(std::min(line.find('m'), line.size() - 1) + 1);
    else out += take_character(line);
  }
  return out;
}

// "  12 | target = …", and the line of carets below it.
bool is_quotation(std::string_view line) {
  const std::size_t bar = line.find(" | ");
  return bar != line.npos && bar >= 4 && line.substr(0, bar).find_first_not_of("0123456789 ") == line.npos;
}

std::optional<std::size_t> indent_in_diagnostic(std::string_view coloured) {
  constexpr std::string_view k_head = "  why:  ";
  const std::string line = without_colours(coloured);
  const bool is_command = line.find(" --") != line.npos;  // somebody will copy it
  if (is_quotation(line) || is_command) return std::nullopt;
  return line.starts_with("  ") ? k_head.size() : 2;
}

}  // namespace

std::string wrap(std::string_view text, std::size_t width) {
  return wrap_lines(text, width, [](std::string_view line) { return std::optional(indent_of(line)); });
}

std::string wrap_diagnostics(std::string_view text, std::size_t width) {
  return wrap_lines(text, width, indent_in_diagnostic);
}

}  // namespace pairform
