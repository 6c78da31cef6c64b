#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <optional>
#include <system_error>

#include "cli/command.h"
#include "cli/first_look.h"
#include "cli/merge_driver.h"
#include "cli/project_place.h"
#include "cli/schema_file.h"
#include "cli/shell_word.h"
#include "engine/state/file_io.h"
#include "providers/provider_set.h"
#include "schema/check.h"
#include "schema/terminal_text.h"
#include "schema/text_file.h"
#include "schema/value.h"

namespace pairform {
namespace {

constexpr std::string_view k_stanzas =
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
    "# target = \"network.app-dr\"\n";

// `provider`: of [project] and [provider.*], where it is not the default one.
std::string starter(const std::string& name, const std::string& provider) {
  return fmt::format(
      "#:schema .pairform/schema.json\n"
      "# What `pairform plan` previews and `pairform apply` makes true.\n"
      "[project]\n"
      "name = \"{}\"\n"
      "{}{}",
      name, provider, k_stanzas);
}

// At the end of the file, which is made where it is not there. No link is followed: it may lead out of the project.
void write(const std::filesystem::path& path, const std::string& text) {
  File::open(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW).write_all(text);
}

std::string shown(const std::filesystem::path& path) { return escape_for_terminal(path.string()); }

// The lines of the project file that choose Azure. None: the id is wrong, which is told.
std::optional<std::string> azure_lines(const Options& options) {
  const auto entries = provider_entries();
  const auto entry =
      std::find_if(entries.begin(), entries.end(), [](const ProviderEntry& each) { return each.name == "azure"; });
  PAIRFORM_CHECK(entry != entries.end() && entry->start != nullptr);
  const Starter start = entry->start(options.azure);
  if (start.summary.empty()) return fmt::format("provider = \"{0}\"\n\n[provider.{0}]\n{1}", entry->name, start.lines);
  print_problem(Code::Usage, fmt::format("--azure {}: {}", escape_for_terminal(options.azure), start.summary),
                start.detail, start.help, options);
  return std::nullopt;
}

// What a file says that gets a line more; "" where there is none. None: it cannot be continued, which is told.
std::optional<std::string> text_to_continue(const std::filesystem::path& path, const Options& options) {
  TextFile file = read_text_file(path);
  std::error_code failed;
  if (std::filesystem::is_symlink(path, failed)) file = {{}, "it is a symbolic link", false};
  if (file.problem.empty() || file.missing) return std::move(file.text);
  print_problem(Code::CannotWrite, fmt::format("{} cannot be read", path.string()), file.problem,
                "choose another directory, or move it out of the way", options);
  return std::nullopt;
}

// Makes all of them. False: something is in the way, which is told, and nothing was made.
bool make_files(const std::filesystem::path& directory, const std::string& provider, const Options& options) {
  std::error_code failed;
  std::filesystem::create_directories(directory, failed);
  if (failed) {
    print_problem(Code::CannotWrite, fmt::format("{} cannot be made", directory.string()), failed.message(),
                  "choose another directory", options);
    return false;
  }
  const std::filesystem::path project = directory / "pairform.toml";
  if (std::filesystem::exists(std::filesystem::symlink_status(project))) {
    print_problem(Code::NotEmpty, fmt::format("{} exists already", project.string()), "init never overwrites a project",
                  "choose another directory, or go on with the project that is there", options);
    return false;
  }
  const std::filesystem::path ignore = directory / ".gitignore", attributes = directory / ".gitattributes";
  const auto ignored = text_to_continue(ignore, options);
  if (!ignored) return false;
  const auto attributed = text_to_continue(attributes, options);
  if (!attributed) return false;
  make_schema_file(directory, new_run().project.types);
  write(project, starter(project_name_of(directory), provider));
  if (const std::string line = missing_ignore_line(*ignored); !line.empty()) write(ignore, line);
  if (const std::string line = missing_attributes_line(*attributed); !line.empty()) write(attributes, line);
  const std::filesystem::path schema = directory / ".pairform" / "schema.json";
  print(fmt::format("Made {}, {}, {} and {}.\n", shown(project.lexically_normal()), shown(ignore.lexically_normal()),
                    shown(attributes.lexically_normal()), shown(schema.lexically_normal())));
  if (set_merge_driver(directory)) print("In this clone git merges recorded state resource by resource.\n");
  return true;
}

}  // namespace

Exit command_init(const Options& options) {
  const std::filesystem::path directory = options.words.empty() ? "." : options.words.front();
  std::string provider;
  if (!options.azure.empty()) {
    const auto lines = azure_lines(options);
    if (!lines) return Exit::Error;
    provider = *lines;
  }
  if (!make_files(directory, provider, options)) return Exit::Error;
  if (provider.empty()) {
    print("Next: declare networks and a mapping, then `pairform validate` and `pairform plan`.\n");
    return Exit::Ok;
  }
  look_first(directory, options);
  const std::string there = directory.lexically_normal().string();
  print(fmt::format("Next:\n  {}pairform doctor\n  pairform plan\n",
                    there == "." ? "" : fmt::format("cd {} && ", escape_for_terminal(shell_word(there)))));
  return Exit::Ok;
}

}  // namespace pairform
