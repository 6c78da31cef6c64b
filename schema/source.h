// Where a thing was written: files by 4-byte id, positions as line and column.
// The text of a file is not kept (a project of 100,000 resources is tens of megabytes): the renderer reads it
// again when a diagnostic quotes it.
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "schema/id.h"

namespace pairform {

struct SourcePosition {
  FileId file;               // none: no position (the command line, the cloud, state)
  std::uint32_t line = 0;    // 1-based
  std::uint32_t column = 0;  // 1-based, in characters as toml++ counts them (code points)
  friend auto operator<=>(const SourcePosition&, const SourcePosition&) = default;
};

struct SourceFile {
  std::string name;            // as shown: relative to the project directory, '/' between parts
  std::filesystem::path path;  // where it is read from
};

struct SourceFiles {
  std::vector<SourceFile> files;
  FileId add(std::string name, std::filesystem::path path) {
    files.push_back({std::move(name), std::move(path)});
    return FileId(files.size() - 1);
  }
  const SourceFile& operator[](FileId id) const { return files[id.index()]; }
};

}  // namespace pairform
