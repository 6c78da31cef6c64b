// Makes a diagnostic of what the parser says: its words, a way to fix it, and for a table or key given twice both
// places (the parser names only the second). Runs on the error path only.
#pragma once
#include <cstddef>
#include <optional>
#include <string_view>

#include "schema/diagnostic.h"
#include "schema/toml_reader.h"

namespace pairform {

// `text` is the file that `read_toml` refused with `error`.
Diagnostic syntax_diagnostic(std::string_view text, FileId file, const TomlError& error);

// A table or key that is given twice ends nothing but itself: the first counts.
struct GivenTwice {
  Diagnostic diagnostic;
  std::size_t begin = 0, end = 0;  // bytes of the second one: a table with what stands below its header
};
// None if the error is another one.
std::optional<GivenTwice> given_twice(std::string_view text, FileId file, const TomlError& error);

// Where the statement begins in which the error is: what stands before it is whole.
std::size_t start_of_statement(std::string_view text, const TomlError& error);

}  // namespace pairform
