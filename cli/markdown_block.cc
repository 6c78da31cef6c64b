#include "cli/markdown_block.h"

#include <fmt/format.h>

#include <algorithm>

namespace pairform {
namespace {

constexpr std::size_t k_longest_line = 400, k_shortest_cut = 100;
constexpr std::size_t k_lines_open = 24;  // a list of at most so many lines is not folded

std::size_t longest_backticks(std::string_view text) {
  std::size_t longest = 0, run = 0;
  for (const char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return longest;
}

std::string fence_of(std::size_t longest_run) { return std::string(std::max<std::size_t>(3, longest_run + 1), '`'); }

// So many lines of each kind, each cut to `width`.
std::string kinds_text(const std::vector<LineKind>& kinds, std::size_t count, std::size_t width) {
  std::string body;
  for (const LineKind& kind : kinds) {
    if (kind.lines.empty()) continue;
    body += fmt::format("@@ {} @@\n", kind.title);
    const std::size_t shown = std::min(count, kind.lines.size());
    for (std::size_t line = 0; line < shown; ++line) body += cut_text(kind.lines[line], width) + '\n';
    if (shown < kind.lines.size()) body += fmt::format("  and {} more\n", kind.lines.size() - shown);
  }
  return body.empty() ? body : fenced("diff", body);
}

// Cuts each line of an item.
std::string cut_lines(std::string_view item) {
  std::string out;
  while (!item.empty()) {
    const std::size_t end = std::min(item.find('\n'), item.size());
    out += cut_text(item.substr(0, end), k_longest_line) + '\n';
    item.remove_prefix(std::min(end + 1, item.size()));
  }
  return out;
}

}  // namespace

std::string fence_around(std::string_view text) { return fence_of(longest_backticks(text)); }

std::string cut_text(std::string_view text, std::size_t most) {
  constexpr std::string_view k_more = "…";
  if (text.size() <= most) return std::string(text);
  std::size_t end = most - k_more.size();
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return std::string(text.substr(0, end)).append(k_more);
}

std::string fenced(std::string_view language, std::string_view body) {
  const std::string fence = fence_around(body);
  return fmt::format("{}{}\n{}{}\n", fence, language, body, fence);
}

std::string kinds_in_full_or_part(const std::vector<LineKind>& kinds, std::size_t most) {
  std::size_t longest = 0;
  for (const LineKind& kind : kinds) longest = std::max(longest, kind.lines.size());
  std::string text = kinds_text(kinds, longest, k_longest_line);
  if (text.size() <= most) return text;
  std::size_t fits = 0, too_many = longest;  // of each kind
  while (too_many - fits > 1) {
    const std::size_t middle = fits + (too_many - fits) / 2;
    (kinds_text(kinds, middle, k_longest_line).size() <= most ? fits : too_many) = middle;
  }
  return fits == 0 ? kinds_text(kinds, 1, k_shortest_cut) : kinds_text(kinds, fits, k_longest_line);
}

FoldedList folded_list(const ItemList& list, std::size_t most) {
  FoldedList out;
  std::string body;
  std::size_t longest_run = 0;
  const auto around = [&](std::size_t shown, std::size_t run) {
    const bool all = shown == list.items.size();
    const bool open = std::count(body.begin(), body.end(), '\n') <= static_cast<std::ptrdiff_t>(k_lines_open);
    const std::string count = all ? fmt::format("{}", shown) : fmt::format("{} of {}", shown, list.items.size());
    const std::string fence = fence_of(run);
    return std::pair(fmt::format("<details{}><summary>{} {}</summary>\n\n{}diff\n", open ? " open" : "", count,
                                 list.items.size() == 1 ? list.one : list.many, fence),
                     fence + "\n</details>\n");
  };
  // Longer than any beginning and end but for their fences.
  constexpr std::size_t k_frame = 120;
  for (const std::string& item : list.items) {
    const std::string lines = cut_lines(item);
    const std::size_t run = std::max(longest_run, longest_backticks(lines));
    if (body.size() + lines.size() + k_frame + 2 * fence_of(run).size() > most) break;
    body += lines;
    longest_run = run;
    ++out.shown;
  }
  if (out.shown == 0) return out;
  const auto [begin, end] = around(out.shown, longest_run);
  out.text = begin + body + end;
  return out;
}

}  // namespace pairform
