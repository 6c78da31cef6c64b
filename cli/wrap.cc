#include "cli/wrap.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>

#include "schema/terminal_text.h"

namespace pairform {
namespace {

// Characters that take a column: without escapes.
std::size_t visible(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\x1b') {
      while (i < text.size() && text[i] != 'm') ++i;
    } else {
      plain += text[i];
    }
  }
  return count_characters(plain);
}

void wrap_line(std::string& out, std::string_view line, std::size_t width) {
  const std::size_t indent = std::min(line.find_first_not_of(' '), line.size()) + 2;
  std::size_t used = 0;
  bool first = true;
  while (!line.empty()) {
    std::size_t end = line.find(' ', std::min(line.find_first_not_of(' '), line.size()));
    end = std::min(end, line.size());
    std::string_view word = line.substr(0, end);
    const std::size_t taken = visible(word);
    if (!first && used + taken > width) {
      word.remove_prefix(std::min(word.find_first_not_of(' '), word.size()));
      out += '\n' + std::string(indent, ' ');
      used = indent + visible(word);
    } else {
      used += taken;
    }
    out += word;
    first = false;
    line.remove_prefix(end);
  }
}

}  // namespace

std::size_t terminal_width(std::FILE* stream) {
  winsize size{};
  if (isatty(fileno(stream)) != 1 || ioctl(fileno(stream), TIOCGWINSZ, &size) != 0) return 0;
  return size.ws_col;
}

std::string wrap(std::string_view text, std::size_t width) {
  if (width < 30) return std::string(text);  // not a terminal, or one too narrow to read anything on
  std::string out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    if (visible(line) <= width) out += line;
    else wrap_line(out, line, width);
    if (end < text.size()) out += '\n';
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

}  // namespace pairform
