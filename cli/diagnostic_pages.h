// The pages of docs/diagnostics, in the program: one a code, what it means, how to mend it, an example. The build writes
// them (cli/diagnostic_pages.cmake), so `pairform explain` says what the documents say, without a network.
#pragma once
#include <span>
#include <string>
#include <string_view>

#include "schema/diagnostic_code.h"

namespace pairform {

struct DiagnosticPage {
  Code code{};
  std::string_view text;  // Markdown
};
// By code; every code has one.
std::span<const DiagnosticPage> diagnostic_pages();

// A page as a terminal shows it: headings in bold where `colour`, words in bold without their asterisks, links as their
// words with the code or the document behind them, blocks of code set in by two, prose broken at `width` columns (0: not
// broken). Tables stay as they are. Ends with a line end.
std::string page_text(std::string_view markdown, std::size_t width, bool colour);

}  // namespace pairform
