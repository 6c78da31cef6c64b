// Reads what pairform.toml says beside its resources: include, [project], [provider.NAME], [state], [guards].
// Kinds come from the type table; the range of each setting is a rule by its name (settings_reader.cc), that of a
// provider's the provider's own (engine/provider.h). A setting that
// is wrong is reported and keeps its default, so that the rest can still be read.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "schema/declaration.h"
#include "schema/diagnostic.h"
#include "schema/include_glob.h"
#include "schema/toml_reader.h"

namespace pairform {

// A file that pairform writes, where a setting puts it.
struct OwnFile {
  std::string setting;  // "[state] path"
  std::filesystem::path path;
  Place place;                  // no file: it is the default
  bool beside_journal = false;  // its default is in .pairform, so it may be there
};

struct Settings {
  ProjectSettings project;
  std::string provider;  // the chosen one; empty: what the file says is wrong, and was reported
  std::vector<IncludePattern> includes;
  std::vector<OwnFile> own_files;
};

// What `approve` of [guards] may name: "network.delete", "half.overwrite" and so on.
std::vector<std::string> guarded_steps();

// `directory` is the project's, canonical.
Settings read_settings(const TomlDocument& document, const TypeTable& types, const std::filesystem::path& directory,
                       Diagnostics& diagnostics);

}  // namespace pairform
