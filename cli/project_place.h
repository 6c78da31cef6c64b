// Where a command works: -C DIR first, as if pairform had been started there, then the project, which is the current
// directory or the nearest above it that holds pairform.toml. Relative paths of the command line are of the current
// directory, never of the project.
#pragma once
#include <optional>

#include "cli/options.h"

namespace pairform {

// Changes the current directory. What is wrong, if it cannot be entered.
std::optional<UsageError> enter_start(const Options& options);

// Does the directory hold pairform.toml, of whatever content?
bool is_project(const std::filesystem::path& directory);

// What a .gitignore with this text lacks, to be written at its end: ".pairform/\n", behind the end of a last line that has
// none; "" where the line is there.
std::string missing_ignore_line(std::string_view text);

// A name for a project in this directory: "dr-east" in /srv/DR (East); "project" where none can be made of it.
std::string project_name_of(const std::filesystem::path& directory);

// Sets `options.directory`: ".", the path of a directory above, or, where there is no project, the path of the current
// one.
void find_project(Options& options);

// On standard error, that the project is another directory than the current one; nothing where it is not.
void say_where(const Options& options);

}  // namespace pairform
