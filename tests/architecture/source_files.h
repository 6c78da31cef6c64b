// The sources of the project as the architecture tests read them: lines of text, and what each includes.
#pragma once
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>
#include <string>
#include <vector>

namespace pairform::architecture {

namespace fs = std::filesystem;
inline const fs::path k_source = PAIRFORM_SOURCE_DIR;

struct SourceFile {
  std::string path;  // below the source directory
  std::vector<std::string> lines;
  std::vector<std::string> includes;  // without quotes or brackets
};

inline SourceFile source_file(std::string path, std::vector<std::string> lines) {
  static const std::regex include(R"re(^\s*#\s*include\s*[<"]([^>"]+)[>"])re");
  SourceFile file{std::move(path), std::move(lines), {}};
  for (const std::string& line : file.lines) {
    std::smatch match;
    if (std::regex_search(line, match, include)) file.includes.push_back(match[1]);
  }
  return file;
}

// Headers and sources below these directories, by path.
inline std::vector<SourceFile> sources(const std::vector<std::string>& rooms) {
  std::vector<SourceFile> found;
  for (const std::string& room : rooms)
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(k_source / room)) {
      const std::string extension = entry.path().extension().string();
      if (extension != ".h" && extension != ".cc") continue;
      std::ifstream stream(entry.path());
      std::vector<std::string> lines;
      for (std::string line; std::getline(stream, line);) lines.push_back(std::move(line));
      found.push_back(source_file(entry.path().lexically_relative(k_source).generic_string(), std::move(lines)));
    }
  std::sort(found.begin(), found.end(), [](const SourceFile& a, const SourceFile& b) { return a.path < b.path; });
  return found;
}

}  // namespace pairform::architecture
