#include "cli/terraform_states.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "cli/shell_word.h"
#include "providers/terraform/state_reader.h"
#include "schema/terminal_text.h"
#include "schema/text_file.h"

namespace pairform {
namespace {

Diagnostic problem(Code code, std::string summary, std::string detail, std::string help) {
  return {code, Severity::Error, std::move(summary), std::move(detail), std::move(help), {}, {}};
}

TextFile read_stream(std::FILE* stream) {
  TextFile out;
  std::string buffer(1U << 16U, '\0');
  for (std::size_t got = 0; (got = std::fread(buffer.data(), 1, buffer.size(), stream)) > 0;) {
    out.text.append(buffer, 0, got);
    if (out.text.size() > k_largest_file) return {{}, "it is larger than 256 MiB", false};
  }
  if (std::ferror(stream) != 0) out.problem = "it cannot be read";
  return out;
}

// A file, standard input, or a pipe: --from-tfstate <(terraform state pull).
TextFile read_state(const std::string& name) {
  if (name == "-") return read_stream(stdin);
  std::error_code unknown;
  if (!std::filesystem::is_fifo(name, unknown)) return read_text_file(name);
  std::FILE* pipe = std::fopen(name.c_str(), "rb");
  if (pipe == nullptr) return {{}, std::generic_category().message(errno), false};
  TextFile out = read_stream(pipe);
  std::fclose(pipe);
  return out;
}

}  // namespace

std::vector<terraform::StateRecords> read_terraform_states(const std::vector<std::string>& names,
                                                           Diagnostics& diagnostics) {
  std::vector<terraform::StateRecords> out;
  if (std::count(names.begin(), names.end(), "-") > 1) {
    diagnostics.add(problem(Code::Usage, "standard input is one state", "--from-tfstate - is given twice",
                            "write one of the states to a file"));
    return out;
  }
  for (const std::string& name : names) {
    const TextFile file = read_state(name);
    const std::string shown = name == "-" ? "standard input" : name;
    if (file.problem.empty()) out.push_back(terraform::read_terraform_state(file.text, shown, diagnostics));
    else
      diagnostics.add(problem(Code::FileUnreadable, fmt::format("{} cannot be read: {}", shown, file.problem), {},
                              "terraform state pull > prod.tfstate; - is standard input"));
  }
  return out;
}

std::optional<Diagnostic> removed_blocks_refused(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code failed;
  if (fs::exists(fs::symlink_status(path, failed)))
    return problem(Code::NotEmpty, fmt::format("{} is there already", escape_for_terminal(path)),
                   "nothing is overwritten", "give another name to --terraform-removed");
  const fs::path folder = fs::path(path).parent_path();
  if (folder.empty() || fs::is_directory(folder, failed)) return std::nullopt;
  return problem(Code::CannotWrite, fmt::format("there is no directory for {}", escape_for_terminal(path)), {},
                 "make it, or give another name to --terraform-removed");
}

std::optional<Diagnostic> write_removed_blocks(const std::string& path, const std::string& text) {
  std::FILE* file = std::fopen(path.c_str(), "wx");  // never over what is there
  if (file == nullptr && errno == EEXIST) return removed_blocks_refused(path);
  bool good = file != nullptr && std::fwrite(text.data(), 1, text.size(), file) == text.size();
  int why = errno;
  if (file != nullptr && std::fclose(file) != 0) good = false, why = errno;
  if (good) return std::nullopt;
  std::error_code ignored;
  if (file != nullptr) std::filesystem::remove(path, ignored);  // a part of it would make Terraform forget a part
  return problem(Code::CannotWrite, fmt::format("{} cannot be written", escape_for_terminal(path)),
                 std::system_category().message(why), "look at the disk, or choose another directory");
}

std::string forget_lines(const std::vector<terraform::StateRecords>& states, const std::set<terraform::Place>& taken) {
  std::string out;
  for (const terraform::StateRecords& state : states) {
    const std::vector<std::string> addresses = terraform::addresses_to_forget(state, taken);
    if (states.size() > 1 && !addresses.empty()) out += fmt::format("# {}\n", escape_for_terminal(state.file));
    for (const std::string& each : addresses)
      out += fmt::format("terraform state rm {}\n", escape_for_terminal(shell_word(each)));
  }
  return out;
}

}  // namespace pairform
