// Asks git, which is another program: no shell, each argument as it is, no question to a person, no lock taken. What the
// repository's configuration names to be run (a pager, an external diff, a monitor of files) is not.
//
// An argument must not come from a file or a name unless it stands behind "--", where git takes nothing for an option.
#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace pairform {

struct GitAnswer {
  int exit_code = -1;  // 127: there is no git on this machine
  std::string out;     // all that it said; what it says on standard error is dropped
};

// Waits for it. `directory`: where it runs. None: no process could be made.
std::optional<GitAnswer> ask_git(const std::filesystem::path& directory, const std::vector<std::string>& arguments);

// One commit, as far as histories show it.
struct Commit {
  std::string id;    // 40 digits
  std::string date;  // "2026-11-03", of the author
  std::string author;
  std::string subject;
};
// What a line of `git log --format=k_commit_format` says. None: it is no such line.
extern const char* const k_commit_format;
std::optional<Commit> parse_commit(std::string_view line);

// The newest commit that changed the file (a path within `directory`). None: there is none, or git cannot say.
std::optional<Commit> newest_commit(const std::filesystem::path& directory, const std::string& file);

}  // namespace pairform
