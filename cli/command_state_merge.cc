// state merge: git's merge driver for recorded state. It needs no project, no lock and no cloud: git names three files of its
// own, in which the state of three commits stands.
#include <fmt/format.h>

#include <system_error>

#include "cli/command_state.h"
#include "engine/state/file_io.h"
#include "engine/state/merge.h"
#include "schema/terminal_text.h"
#include "schema/text_file.h"

namespace pairform {
namespace {

constexpr std::size_t k_files = 3;

std::optional<UsageProblem> wrong_merge_words(const Options& options) {
  const std::size_t given = options.words.size() - 1;
  if (options.json) return UsageProblem{"state merge has no option --json", "see `pairform state --help`"};
  const std::string help = "pairform state merge BASE OURS THEIRS, or with a NAME for messages; git: %O %A %B %P";
  if (given < k_files) return UsageProblem{"state merge needs three files", help};
  if (given > k_files + 1)
    return UsageProblem{
        fmt::format("state merge: \"{}\" is one word too many", escape_for_terminal(options.words[k_files + 2])), help};
  return std::nullopt;
}

// The three files. None: one cannot be read, which is told.
std::optional<std::vector<std::string>> read_files(const Options& options) {
  std::vector<std::string> texts;
  texts.reserve(k_files);
  for (std::size_t i = 1; i <= k_files; ++i) {
    TextFile file = read_text_file(options.words[i], UINTMAX_MAX);
    if (!file.problem.empty()) {
      print_problem(Code::StateDamaged, fmt::format("{} cannot be read", escape_for_terminal(options.words[i])),
                    file.problem, "name the state of the base, ours and theirs", options);
      return std::nullopt;
    }
    texts.push_back(std::move(file.text));
  }
  return texts;
}

// Over ours, whole or not at all. What a link leads to is replaced, not the link.
void write_result(const std::string& path, const std::string& state) {
  std::error_code failed;
  const std::filesystem::path real = std::filesystem::canonical(path, failed);
  write_file_atomically(failed ? std::filesystem::path(path) : real, state);
}

}  // namespace

Exit merge_state(const Options& options) {
  if (const auto wrong = wrong_merge_words(options)) {
    print_problem(Code::Usage, wrong->summary, "", wrong->help, options);
    return Exit::Error;
  }
  const auto texts = read_files(options);
  if (!texts) return Exit::Error;
  const std::string& ours = options.words[2];
  const std::string name = options.words.size() > k_files + 1 ? options.words[k_files + 1] : ours;
  Run run = new_run();
  Diagnostics said;
  const StateMerge merged =
      merge_states({(*texts)[0], (*texts)[1], (*texts)[2], name}, run.project.types, run.project.texts(), said);
  if (merged.outcome != MergeOutcome::Unreadable && merged.state != (*texts)[1]) write_result(ours, merged.state);
  print_diagnostics(run, said, options);
  print_error_count(said);
  if (merged.outcome == MergeOutcome::Merged) return Exit::Ok;
  if (merged.outcome == MergeOutcome::Unreadable)
    print_error(fmt::format("Nothing was merged: {} is as it was.\n", escape_for_terminal(name)));
  return Exit::Error;
}

}  // namespace pairform
