// Reads a file of a project as TOML, with what is wrong reported. A table or key that is given twice is reported, left out
// and ends nothing but itself; any other syntax error ends the file where it stands.
// Cost: one parse, and one more for each thing given twice, of which so many are looked for that it stays linear.
#pragma once
#include <optional>

#include "schema/diagnostic.h"
#include "schema/toml_reader.h"

namespace pairform {

struct ReadDocument {
  std::optional<TomlDocument> whole;  // none: it cannot be read, or has a syntax error
  std::optional<TomlDocument> head;   // of one with a syntax error: what stands before the statement that it is in
};

ReadDocument read_document(const SourceFile& source, FileId id, Diagnostics& diagnostics);

}  // namespace pairform
