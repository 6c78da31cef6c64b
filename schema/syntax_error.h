// Makes a diagnostic of what the parser says: its words, a way to fix it, and for a table or key given twice both
// places (the parser names only the second). Runs on the error path only.
#pragma once
#include <string_view>

#include "schema/diagnostic.h"
#include "schema/toml_reader.h"

namespace pairform {

// `text` is the file that `read_toml` refused with `error`.
Diagnostic syntax_diagnostic(std::string_view text, FileId file, const TomlError& error);

}  // namespace pairform
