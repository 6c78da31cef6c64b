// Pieces of Markdown around texts that others wrote: fences that no text can end, lines that are cut, lists that are cut
// where a budget ends. A comment of a pull request is read by a program that turns links, mentions (@somebody) and HTML
// into what they say, but not inside code: so every name of a user or of a cloud stands inside a fence.
// Pure. Texts are escaped already (schema/terminal_text.h): a line has no line end in it. Sizes are bytes.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace pairform {

// "```", or more backticks where the text has that many in a row.
std::string fence_around(std::string_view text);

// The text, or its beginning with "…" behind it, so that it has at most `most` bytes (3 or more). No UTF-8 is cut apart.
std::string cut_text(std::string_view text, std::size_t most);

// "```diff\n" + body + "```\n"; `body` consists of whole lines.
std::string fenced(std::string_view language, std::string_view body);

// Lines of one kind, of which a few may stand for all: "Deletes".
struct LineKind {
  std::string_view title;
  std::vector<std::string> lines;  // with the sign that colours them in a diff, without line ends
};
// All kinds that have lines, as one fence with "@@ title @@" before each; none: "". In full if that is at most `most`
// bytes; else as many of each kind as fit, at least one, and the count of the rest. At most `most` bytes if that is 250
// for each kind or more.
std::string kinds_in_full_or_part(const std::vector<LineKind>& kinds, std::size_t most);

// What is left out where the room ends, item by item.
struct ItemList {
  std::string_view one, many;      // "pair", "pairs"
  std::vector<std::string> items;  // each of one or more whole lines
};
struct FoldedList {
  std::string text;       // of <details>; "": not even one item has room
  std::size_t shown = 0;  // items
};
// As many items from the first on as have room in `most` bytes, folded under a summary that counts them.
FoldedList folded_list(const ItemList& list, std::size_t most);

}  // namespace pairform
