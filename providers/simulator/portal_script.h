// Commands for the portal in a file, one a line, so that a big cloud is made by one process: `sim run cloud.txt`.
//
//   # a comment
//   put network eastasia/app address_space=10.1.0.0/16 subnet.web=10.1.1.0/24
//   put vm eastasia/web1 network=app nic.eth0=web:10.1.1.10 "tag.owner=the web team"
//
// Words stand between blanks; quotes, double or single, keep blanks in a word; `#` at the start of a word makes the rest of
// the line a comment. Nothing else is special.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace pairform::simulator {

struct ScriptLine {
  std::size_t number = 0;          // from 1
  std::vector<std::string> words;  // at least one
};

struct Script {
  std::vector<ScriptLine> lines;  // without those that hold no word
  std::string error;              // "line 3: a quote is not closed"; safe for a terminal. Empty: it was read
};

Script parse_script(std::string_view text);
// `path`: a file, or "-" for standard input.
Script read_script(const std::string& path);

}  // namespace pairform::simulator
