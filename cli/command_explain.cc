// What a code of a diagnostic means and how to mend it: the page of docs/diagnostics, out of the program itself. Needs no
// project and no network, so it answers where people are when something is wrong.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "cli/command.h"
#include "cli/diagnostic_pages.h"
#include "schema/diagnostic.h"
#include "schema/terminal_text.h"

namespace pairform {
namespace {

constexpr std::size_t k_columns = 80;

std::string in_capitals(std::string_view word) {
  std::string out(word);
  for (char& each : out) each = static_cast<char>(std::toupper(static_cast<unsigned char>(each)));
  return out;
}

// "PF1402", "pf1402" and "1402" are one code. Null: there is none such.
const DiagnosticPage* find_page(std::string_view word) {
  std::string code = in_capitals(word);
  if (!code.starts_with("PF")) code = "PF" + code;
  const std::span<const DiagnosticPage> pages = diagnostic_pages();
  const auto found = std::find_if(pages.begin(), pages.end(),
                                  [&](const DiagnosticPage& each) { return code_text(each.code) == code; });
  return found == pages.end() ? nullptr : &*found;
}

// The codes that have the word in their title, "PF2010 (project is locked)"; else the one that is spelt nearly so.
std::string suggestion(const std::string& word) {
  std::string out;
  std::size_t count = 0;
  const std::string capitals = in_capitals(word);
  for (const CodeInfo& each : all_codes()) {
    if (word.size() < 3 || in_capitals(each.title).find(capitals) == std::string::npos || ++count > 5) continue;
    out += fmt::format("{}{} ({})", out.empty() ? "did you mean " : ", ", code_text(each.code), each.title);
  }
  if (!out.empty()) return out + '?';
  std::vector<std::string> codes;
  for (const CodeInfo& each : all_codes()) codes.push_back(code_text(each.code));
  const std::string_view near = nearest(capitals, {codes.begin(), codes.end()});
  return near.empty() ? std::string("`pairform explain` lists all codes")
                      : fmt::format("did you mean {}? `pairform explain` lists all codes", near);
}

}  // namespace

Exit command_explain(const Options& options) {
  std::string out;
  for (const DiagnosticPage& each : diagnostic_pages())
    if (options.words.empty()) out += fmt::format("{}  {}\n", code_text(each.code), code_title(each.code));
  for (const std::string& word : options.words) {
    const DiagnosticPage* page = find_page(word);
    if (page == nullptr) {
      const std::string shown = escape_for_terminal(word);
      print_problem(Code::Usage, fmt::format("there is no code {}", shown), "", suggestion(word), options);
      return Exit::Error;
    }
    if (!out.empty()) out += '\n';
    out += page_text(page->text, k_columns, use_colour(stdout, options));
  }
  print(out);
  return Exit::Ok;
}

}  // namespace pairform
