// The words of a project that a shell completes: addresses that files declare or state records, and regions. Read without
// checks, as far as it can be read: nothing is said of mistakes.
#pragma once
#include <filesystem>
#include <set>
#include <string>

namespace pairform {

struct ProjectWords {
  std::set<std::string> addresses;  // of pairs, too: "mapping.app" beside its recorded halves
  std::set<std::string> regions;
};

// `directory` holds pairform.toml, or nothing is found.
ProjectWords read_project_words(const std::filesystem::path& directory);

}  // namespace pairform
