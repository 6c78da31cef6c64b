// Writes the files of `pairform discover --out DIR`. Nothing that is there is overwritten or edited: what has no file of its
// own left goes to discovered.toml, discovered-2.toml. Where DIR is no project yet, pairform.toml and .gitignore are made.
// Failures of the machine are std::system_error.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "cli/stanza_files.h"

namespace pairform {

struct WrittenFiles {
  std::vector<std::string> paths;  // relative to the directory, as written; the project's own first
};

// The first lines of pairform.toml in a new project, with the files that it includes. `provider`: further lines, of the
// provider.
std::string project_text(const std::string& name, const std::string& provider, const std::vector<std::string>& include);

// `files`: where each document would go. `project`: the directory of the project that it belongs to, or becomes. Where the
// schema for editors is there, or is to be made with a new project (cli/schema_file.h), the first line of each file leads
// there.
WrittenFiles write_stanza_files(const std::filesystem::path& directory, std::vector<StanzaFile> files,
                                const std::string& name, const std::string& provider, bool is_new_project,
                                const std::filesystem::path& project);

}  // namespace pairform
