// Diagnostics as people and programs read them.
//
// text, one diagnostic (no blank lines in it; lines that have nothing to say are left out):
//   FILE:LINE:COLUMN: error PF1304: SUMMARY
//      3 | address_space = ["10.1.0.1/16"]
//        |                  ^^^^^^^^^^^^^
//     also: FILE:LINE:COLUMN: LABEL          each further place, quoted the same way
//     why:  DETAIL
//     fix:  HELP                             further lines of a detail or help stand below its first
//     more: pairform explain PF1304          the page of the code; where it is asked for, and once a code
// JSON: {"code","severity","summary","detail","file","line","column","address"}, on one line, in this order; severity
//   is error, warning or note; detail is the detail, the other places and the help, a line each, and may be empty;
//   no file, line, column or address is null.
//
// Nothing of a user's or a cloud's text reaches the terminal unescaped (terminal_text.h).
// Cost: the file of a place is read once for all diagnostics of a call that follow each other in that file.
#pragma once
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "schema/diagnostic.h"

namespace pairform {

class JsonWriter;

std::string diagnostic_text(const Diagnostic& diagnostic, const SourceFiles& sources, bool colour);
// All of them, a blank line between. `explained`: the codes whose page was named before; the first diagnostic of each
// other one ends with the command that shows its page, and the code is added. Null: no line names a page.
std::string diagnostics_text(std::span<const Diagnostic> diagnostics, const SourceFiles& sources, bool colour,
                             std::set<Code>* explained = nullptr);

void write_diagnostic(JsonWriter& json, const Diagnostic& diagnostic, const SourceFiles& sources);

// "error", "warning", "note".
std::string_view severity_text(Severity severity);

}  // namespace pairform
