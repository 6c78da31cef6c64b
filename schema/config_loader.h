// Reads a project: pairform.toml, its includes, every check that needs one stanza only. Files are read on a small
// pool of threads, a file's tree is dropped at once; the result does not depend on their number.
// Everything wrong in all files is reported in one run; a syntax error ends its file, not the run.
#pragma once
#include <filesystem>
#include <string_view>

#include "schema/declaration.h"
#include "schema/diagnostic.h"

namespace pairform {

enum class LoadScope {
  Whole,
  Settings,  // pairform.toml's settings only: no resource file is opened
};

// `directory` holds pairform.toml. `threads`: at least 1. Always returns what could be read; whether it may be used is
// `diagnostics.has_errors()`.
Configuration load_configuration(const std::filesystem::path& directory, const TypeTable& types, unsigned threads,
                                 Diagnostics& diagnostics, LoadScope scope = LoadScope::Whole);

// The same of a project that is not there yet: its pairform.toml would hold `text`, which is TOML, and no resources.
// `directory` need not exist.
Configuration configuration_of(const std::filesystem::path& directory, std::string_view text, const TypeTable& types,
                               Diagnostics& diagnostics);

}  // namespace pairform
