// Finds the files that `include` names. A pattern is relative to the project directory, its parts between '/' are
// matched by fnmatch (* ? [..], and \ before a character that is meant literally), and a part ** stands for any number
// of directories. A name that begins with a dot is matched only by a part that begins with one. ** does not follow
// links. A link that leaves the project is an error wherever a pattern meets it.
// The result does not depend on the order of patterns or of the file system: sorted by the bytes of the name.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "schema/diagnostic.h"
#include "schema/toml_reader.h"

namespace pairform {

// An entry of `include`.
struct IncludePattern {
  std::string pattern;
  Place place;
};

struct IncludedFile {
  std::string name;            // relative to the project directory, '/' between parts
  std::filesystem::path path;  // real: absolute and through no link
};

// `directory` is canonical. Every real file is in the result once; pairform.toml never is.
std::vector<IncludedFile> expand_includes(const std::filesystem::path& directory,
                                          const std::vector<IncludePattern>& patterns, Diagnostics& diagnostics);

}  // namespace pairform
