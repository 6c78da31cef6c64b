#include "cli/diagnostic_pages.h"

#include <algorithm>
#include <cctype>

#include "cli/wrap.h"
#include "schema/terminal_text.h"

namespace pairform {
namespace {

// Where a link leads, for who cannot follow it: "PF3004" of "PF3004.md", "docs/azure.md" of "../azure.md#trace".
std::string place_of(std::string_view link) {
  if (link.find("://") != std::string_view::npos) return std::string(link);
  link = link.substr(0, link.find('#'));
  if (link.starts_with("../")) return "docs/" + std::string(link.substr(3));
  if (link.starts_with("PF") && link.ends_with(".md")) link.remove_suffix(3);
  return std::string(link);
}

// "[a page](PF3004.md)" as "a page (PF3004)", "[PF3004](PF3004.md)" as "PF3004".
std::string without_links(std::string_view line) {
  std::string out;
  while (true) {
    const std::size_t middle = line.find("](");
    const std::size_t open = middle == std::string_view::npos ? middle : line.rfind('[', middle);
    const std::size_t close = middle == std::string_view::npos ? middle : line.find(')', middle);
    if (open == std::string_view::npos || close == std::string_view::npos) return out + std::string(line);
    const std::string_view words = line.substr(open + 1, middle - open - 1);
    const std::string place = place_of(line.substr(middle + 2, close - middle - 2));
    out += std::string(line.substr(0, open)) + std::string(words);
    if (!place.empty() && place != words) out += " (" + place + ')';
    line.remove_prefix(close + 1);
  }
}

std::string without_asterisks(std::string text) {
  for (std::size_t at = text.find("**"); at != std::string::npos; at = text.find("**", at)) text.erase(at, 2);
  return text;
}

std::string prose(std::string_view line, std::size_t width, bool colour) {
  const bool heading = line.starts_with('#');
  if (heading) line.remove_prefix(std::min(line.find_first_not_of("# "), line.size()));
  std::string text = without_asterisks(without_links(line));
  if (heading) return paint("1", text, colour) + '\n';
  if (text.starts_with('|')) return text + '\n';
  const bool item = text.starts_with("- ") || (!text.empty() && std::isdigit(static_cast<unsigned char>(text.front())));
  std::string wrapped = wrap(text + '\n', width);
  // Lines of a terminal go on set in, as below a list's mark; those of a paragraph begin where it does.
  for (std::size_t at = wrapped.find("\n  "); !item && at != std::string::npos; at = wrapped.find("\n  ", at))
    wrapped.erase(at + 1, 2);
  return wrapped;
}

}  // namespace

std::string page_text(std::string_view markdown, std::size_t width, bool colour) {
  std::string out;
  bool in_block = false;
  while (!markdown.empty()) {
    const std::size_t end = std::min(markdown.find('\n'), markdown.size());
    const std::string_view line = markdown.substr(0, end);
    markdown.remove_prefix(std::min(end + 1, markdown.size()));
    if (line.starts_with("```")) in_block = !in_block;
    else if (line.empty()) out += '\n';
    else if (in_block) out += "  " + std::string(line) + '\n';
    else out += prose(line, width, colour);
  }
  return out;
}

}  // namespace pairform
