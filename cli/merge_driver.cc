#include "cli/merge_driver.h"

#include <fmt/format.h>

#include "cli/git.h"

namespace pairform {
namespace {

constexpr std::string_view k_line = "pairform.state.jsonl merge=pairform\n";
constexpr const char* k_key = "merge.pairform.driver";
// Git gives the names of files of its own, and that of the file in quotes (%P).
constexpr const char* k_driver = "pairform state merge %O %A %B %P";

// What git says, without the end of its line; empty: it says nothing, or there is none.
std::string git_line(const std::filesystem::path& directory, const std::vector<std::string>& arguments) {
  const auto answer = ask_git(directory, arguments);
  if (!answer || answer->exit_code != 0) return {};
  return answer->out.substr(0, answer->out.find('\n'));
}

bool is_in_a_clone(const std::filesystem::path& directory) {
  return git_line(directory, {"rev-parse", "--is-inside-work-tree"}) == "true";
}

}  // namespace

std::string missing_attributes_line(std::string_view text) {
  if (text.find("merge=pairform") != std::string_view::npos) return {};
  return fmt::format("{}{}", text.empty() || text.ends_with('\n') ? "" : "\n", k_line);
}

bool set_merge_driver(const std::filesystem::path& directory) {
  if (!is_in_a_clone(directory)) return false;
  const auto driven = ask_git(directory, {"config", k_key, k_driver});  // first: git refuses a driver with only a name
  if (!driven || driven->exit_code != 0) return false;
  ask_git(directory, {"config", "merge.pairform.name", "recorded state of pairform, by resource"});
  return true;
}

std::vector<Finding> examine_merge_driver(const std::filesystem::path& directory, const std::string& file) {
  if (!is_in_a_clone(directory)) return {};
  const std::string attribute = git_line(directory, {"check-attr", "merge", "--", file});
  std::string lacks, fix;
  if (!attribute.ends_with(": merge: pairform")) {
    lacks = "no .gitattributes names the driver";
    fix = fmt::format("echo '{} merge=pairform' >> .gitattributes", file);
  }
  if (git_line(directory, {"config", "--get", k_key}).empty()) {
    lacks += fmt::format("{}this clone does not say what it runs", lacks.empty() ? "" : ", and ");
    fix += fmt::format("{}git config {} '{}'", fix.empty() ? "" : "\n", k_key, k_driver);
  }
  if (lacks.empty())
    return {{Check::State, Level::Ok, {}, fmt::format("git merges {} resource by resource", file), {}}};
  return {{Check::State, Level::Note, {}, fmt::format("git merges {} line by line: {}", file, lacks), fix}};
}

}  // namespace pairform
