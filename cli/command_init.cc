#include <fcntl.h>
#include <fmt/format.h>

#include <cctype>
#include <sstream>
#include <system_error>

#include "cli/command.h"
#include "engine/state/file_io.h"
#include "schema/terminal_text.h"
#include "schema/text_file.h"
#include "schema/value.h"

namespace pairform {
namespace {

// A project name made from the directory's: what the name pattern allows, else "project".
std::string project_name(const std::filesystem::path& directory) {
  std::string name;
  for (const char c : ascii_lower(std::filesystem::weakly_canonical(directory).filename().string())) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (letter) name += c;
    else if (!name.empty() && name.back() != '-') name += '-';
  }
  while (name.ends_with('-')) name.pop_back();
  return name.empty() ? "project" : name.substr(0, 63);
}

std::string starter(const std::string& name) {
  return fmt::format(
      "# What `pairform plan` previews and `pairform apply` makes true.\n"
      "[project]\n"
      "name = \"{}\"\n"
      "\n"
      "# Two networks that exist already, and the mapping between them: one stanza is the whole pair.\n"
      "# [network.app]\n"
      "# existing = true\n"
      "# region = \"eastasia\"\n"
      "#\n"
      "# [network.app-dr]\n"
      "# existing = true\n"
      "# region = \"southeastasia\"\n"
      "#\n"
      "# [mapping.app]\n"
      "# source = \"network.app\"\n"
      "# target = \"network.app-dr\"\n",
      name);
}

// At the end of the file, which is made where it is not there. No link is followed: it may lead out of the project.
void write(const std::filesystem::path& path, const std::string& text) {
  File::open(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW).write_all(text);
}

std::string shown(const std::filesystem::path& path) { return escape_for_terminal(path.string()); }

bool has_line(const std::string& text, std::string_view wanted) {
  std::istringstream file(text);
  for (std::string line; std::getline(file, line);)
    if (line == wanted) return true;
  return false;
}

}  // namespace

Exit command_init(const Options& options) {
  const std::filesystem::path directory = options.words.empty() ? "." : options.words.front();
  std::error_code failed;
  std::filesystem::create_directories(directory, failed);
  if (failed) {
    print_problem(Code::CannotWrite, fmt::format("{} cannot be made", directory.string()), failed.message(),
                  "choose another directory", options);
    return Exit::Error;
  }
  const std::filesystem::path project = directory / "pairform.toml";
  if (std::filesystem::exists(std::filesystem::symlink_status(project))) {
    print_problem(Code::NotEmpty, fmt::format("{} exists already", project.string()), "init never overwrites a project",
                  "choose another directory, or go on with the project that is there", options);
    return Exit::Error;
  }
  const std::filesystem::path ignore = directory / ".gitignore";
  TextFile ignored = read_text_file(ignore);
  if (std::filesystem::is_symlink(ignore, failed)) ignored = {{}, "it is a symbolic link", false};
  if (!ignored.problem.empty() && !ignored.missing) {
    print_problem(Code::CannotWrite, fmt::format("{} cannot be read", ignore.string()), ignored.problem,
                  "choose another directory, or move it out of the way", options);
    return Exit::Error;
  }
  write(project, starter(project_name(directory)));
  if (!has_line(ignored.text, ".pairform/")) write(ignore, ".pairform/\n");
  print(fmt::format(
      "Made {} and {}.\nNext: declare networks and a mapping, then `pairform validate` and `pairform plan`.\n",
      shown(project.lexically_normal()), shown(ignore.lexically_normal())));
  return Exit::Ok;
}

}  // namespace pairform
