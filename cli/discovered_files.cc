#include "cli/discovered_files.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "cli/merge_driver.h"
#include "cli/project_place.h"
#include "cli/schema_file.h"
#include "engine/state/file_io.h"
#include "schema/text_file.h"
#include "schema/value.h"

namespace pairform {
namespace {

namespace fs = std::filesystem;

bool is_there(const fs::path& path) { return fs::exists(fs::symlink_status(path)); }

// A file that is new; no link is followed.
void make_file(const fs::path& path, std::string_view text) {
  File::open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW).write_all(text);
}

// "discovered.toml", or the first of discovered-2.toml, … that is free.
std::string free_name(const fs::path& directory) {
  std::string name = "discovered.toml";
  for (int number = 2; is_there(directory / name); ++number) name = fmt::format("discovered-{}.toml", number);
  return name;
}

// What would be written over something goes together into a file of its own.
std::vector<StanzaFile> moved_aside(const fs::path& directory, std::vector<StanzaFile> files) {
  std::vector<StanzaFile> out;
  StanzaDocument aside;
  for (StanzaFile& file : files) {
    if (is_there(directory / file.path)) aside = join(std::move(aside), file.document);
    else out.push_back(std::move(file));
  }
  if (!aside.empty()) out.push_back({free_name(directory), std::move(aside)});
  return out;
}

// Patterns that name the files, and those that a later run adds beside them.
std::vector<std::string> include_of(const std::vector<StanzaFile>& files) {
  std::set<std::string> out;
  for (const StanzaFile& file : files) {
    const std::string folder = fs::path(file.path).parent_path().string();
    out.insert(folder.empty() ? "discovered*.toml" : folder + "/*.toml");
  }
  return {out.begin(), out.end()};
}

// Writes what it lacks at the end of a file that can be read, or that is not there.
void continue_file(const fs::path& path, std::string (*missing_line)(std::string_view text)) {
  const TextFile file = read_text_file(path);
  const std::string line = missing_line(file.text);
  if (!line.empty() && (file.missing || file.problem.empty()))
    File::open(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW).write_all(line);
}

}  // namespace

std::string project_text(const std::string& name, const std::string& provider,
                         const std::vector<std::string>& include) {
  std::string out;
  for (const std::string& pattern : include)
    out += fmt::format("{}\"{}\"", out.empty() ? "include = [" : ", ", pattern);
  if (!out.empty()) out += "]\n\n";
  return out + fmt::format("[project]\nname = \"{}\"\n{}", name, provider);
}

WrittenFiles write_stanza_files(const fs::path& directory, std::vector<StanzaFile> files, const std::string& name,
                                const std::string& provider, bool is_new_project, const fs::path& project) {
  WrittenFiles out;
  fs::create_directories(directory);
  files = moved_aside(directory, std::move(files));
  if (is_new_project) {
    make_file(directory / "pairform.toml",
              schema_line(project, directory) + project_text(name, provider, include_of(files)));
    out.paths.emplace_back("pairform.toml");
    continue_file(directory / ".gitignore", missing_ignore_line);
    continue_file(directory / ".gitattributes", missing_attributes_line);
    set_merge_driver(directory);
  }
  const bool has_schema = is_new_project || has_schema_file(project);
  std::map<fs::path, std::string> first_lines;  // by folder: files may be thousands, folders are few
  for (const StanzaFile& file : files) {
    const fs::path folder = (directory / file.path).parent_path();
    const auto [first, is_new] = first_lines.try_emplace(folder);
    if (is_new) fs::create_directories(folder);
    if (is_new && has_schema) first->second = schema_line(project, folder);
    make_file(directory / file.path, first->second + toml_text(file.document));
    out.paths.push_back(file.path);
  }
  return out;
}

}  // namespace pairform
