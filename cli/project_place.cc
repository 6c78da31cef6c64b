#include "cli/project_place.h"

#include <fmt/format.h>

#include "schema/terminal_text.h"
#include "schema/value.h"

namespace pairform {

namespace fs = std::filesystem;

bool is_project(const fs::path& directory) {
  std::error_code ignored;
  return fs::exists(fs::symlink_status(directory / "pairform.toml", ignored));
}

std::optional<UsageError> enter_start(const Options& options) {
  for (const std::string& directory : options.start) {
    std::error_code failed;
    fs::current_path(directory, failed);
    if (failed)
      return UsageError{fmt::format("-C {}: {}", directory, failed.message()), "name a directory that is there"};
  }
  return std::nullopt;
}

std::string missing_ignore_line(std::string_view text) {
  if (fmt::format("\n{}\n", text).find("\n.pairform/\n") != std::string::npos) return {};
  return text.empty() || text.ends_with('\n') ? ".pairform/\n" : "\n.pairform/\n";
}

std::string project_name_of(const fs::path& directory) {
  std::string name;
  for (const char c : ascii_lower(fs::weakly_canonical(fs::absolute(directory)).filename().string())) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (letter) name += c;
    else if (!name.empty() && name.back() != '-') name += '-';
  }
  name = name.substr(0, 63);
  while (name.ends_with('-')) name.pop_back();
  return name.empty() ? "project" : name;
}

void find_project(Options& options) {
  options.directory = ".";
  if (is_project(".")) return;
  std::error_code failed;
  const fs::path here = fs::current_path(failed);
  if (failed) return;
  for (fs::path above = here; above != above.parent_path();) {
    above = above.parent_path();
    if (!is_project(above)) continue;
    options.directory = above;
    return;
  }
  options.directory = here;
}

void say_where(const Options& options) {
  if (options.directory == "." || !is_project(options.directory)) return;
  print_error(fmt::format("In the project {}\n", escape_for_terminal(options.directory.string())));
}

}  // namespace pairform
