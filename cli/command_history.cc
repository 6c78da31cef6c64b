// Who changed what of recorded state, and when: state is committed beside the files, so the history is git's. Reads neither
// the cloud nor the resource files, and writes nothing.
#include <fmt/format.h>

#include <memory>
#include <set>

#include "cli/command.h"
#include "cli/git.h"
#include "cli/state_history.h"
#include "engine/state/backend_set.h"
#include "schema/address.h"
#include "schema/terminal_text.h"

namespace pairform {
namespace {

constexpr std::size_t k_digits = 7;  // of a commit, as git shows them

// The address itself, a half of it as a pair, a nic of it as a vm.
bool concerns(const std::string& address, const std::string& wanted) {
  return address == wanted || pair_of(address) == wanted || vm_of_nic(address) == wanted;
}
bool concerns(const RecordedChange& change, const std::string& wanted) {
  return wanted.empty() || concerns(change.address, wanted) ||
         (!change.moved.empty() && concerns(change.moved, wanted));
}

std::string line_of(const Commit& commit, const RecordedChange& change) {
  return fmt::format("{} {}: {} {}, commit {}\n", commit.date, escape_for_terminal(commit.author), change.address,
                     change.what, commit.id.substr(0, k_digits));
}

// Every address that the history knows, for what was misspelt.
Exit not_in_history(const std::vector<CommitOfState>& history, const std::string& wanted, const Options& options) {
  std::set<std::string_view> known;
  for (const CommitOfState& each : history)
    for (const RecordedChange& change : each.changes) {
      known.insert(change.address);
      known.insert(pair_of(change.address));
    }
  return unknown_address(wanted, "is in no commit of the state file", {known.begin(), known.end()}, options);
}

Exit no_history(std::string summary, std::string detail, std::string help, const Options& options) {
  print_problem(Code::Usage, std::move(summary), std::move(detail), std::move(help), options);
  return Exit::Error;
}

}  // namespace

Exit command_history(const Options& options) {
  Run run = new_run();
  Diagnostics diagnostics;
  if (!load_project(run, options.directory, diagnostics, LoadScope::Settings)) {
    print_diagnostics(run, diagnostics, options);
    return Exit::Error;
  }
  const std::unique_ptr<StateBackend> backend = open_backend(run.project.config);
  if (backend->words().file.empty())
    return no_history("the state of this project is no file", "git has no history of it", "ask the state backend",
                      options);
  const std::string file = backend->words().file.lexically_relative(run.project.config.directory).string();
  const auto answer = ask_git(
      run.project.config.directory,
      {"--literal-pathspecs", "log", "--patch", "--unified=0", "--no-color", "--no-ext-diff", "--no-textconv", "--text",
       "--no-renames", "--no-show-signature", std::string("--format=") + k_commit_format, "--", file});
  if (!answer || answer->exit_code == 127)
    return no_history("git is not there", "the history of state is read from git", "install git", options);
  if (answer->exit_code != 0)
    return no_history("git knows no history of this project",
                      "the directory is no git repository with a commit, or git refuses to read it",
                      "commit the project: git init, git add, git commit", options);
  const std::vector<CommitOfState> history = read_state_log(answer->out);
  const std::string wanted = options.words.empty() ? std::string() : options.words.front();
  std::string out;
  for (const CommitOfState& each : history)
    for (const RecordedChange& change : each.changes)
      if (concerns(change, wanted)) out += line_of(each.commit, change);
  if (history.empty())
    return no_history(fmt::format("no commit has {}", escape_for_terminal(file)), "",
                      fmt::format("after an apply: git add {0} && git commit", escape_for_terminal(file)), options);
  if (out.empty() && !wanted.empty()) return not_in_history(history, wanted, options);
  print(out);
  return Exit::Ok;
}

}  // namespace pairform
