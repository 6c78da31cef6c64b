// state rebuild: recorded state anew, of the files and the cloud, where it is lost, damaged or older than the cloud. What can
// still be read of it is kept as far as the cloud confirms it (engine/read/stored_state.h, engine/act/rebuild.h). Nothing in
// the cloud is changed. It shows what would be recorded, asks, and keeps the state of before beside the journal.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <vector>

#include "cli/apply_problems.h"
#include "cli/command_state.h"
#include "cli/interruption.h"
#include "cli/plan_words.h"
#include "cli/render_rebuild.h"
#include "cli/waiting.h"
#include "engine/act/resume.h"
#include "engine/read/directives.h"
#include "engine/read/stored_state.h"
#include "engine/state/backend_set.h"
#include "engine/state/file_io.h"
#include "engine/state/lock.h"
#include "schema/terminal_text.h"

namespace pairform {
namespace {

constexpr std::string_view k_operation = "state rebuild";
constexpr std::string_view k_before = "state-before-rebuild.jsonl";  // in .pairform, which git ignores

class RebuildCommand {
 public:
  explicit RebuildCommand(const Options& options) : options_(options), run_(new_run()) { run_.state.will_write = true; }

  Exit run() {
    const Exit exit = carry_out();
    said_.sort();
    if (options_.json) print(rebuild_json(run_, stored_, rebuilt_, written_, said_));
    else print_diagnostics(run_, said_, options_);
    if (!options_.json && exit != Exit::Ok && exit != Exit::Interrupted) print_error_count(said_);
    if (!options_.json && exit == Exit::Interrupted) print("Nothing was changed.\n");
    print_timings(run_, options_);
    return exit;
  }

 private:
  Exit carry_out();
  std::optional<Exit> take_lock();
  bool read();
  std::optional<Exit> make_it();
  std::optional<Exit> ask();
  Exit save_copy();
  Exit store();
  void keep_state_of_before();
  bool only_looks() const { return !options_.out.empty(); }
  bool interrupted() const { return run_.cloud.stop.stop_requested(); }
  Exit problem(Code code, std::string summary, std::string detail, std::string help, Exit exit = Exit::Error) {
    said_.add({code, Severity::Error, std::move(summary), std::move(detail), std::move(help), {}, {}});
    return exit;
  }
  // With --json all of them are in the object.
  void say() {
    if (options_.json) return;
    print_diagnostics(run_, said_, options_);
    said_ = Diagnostics();
  }

  const Options& options_;
  Run run_;
  StoredRows stored_;
  std::optional<Rebuilt> rebuilt_;  // none: errors
  bool written_ = false;
  Diagnostics said_;
};

std::optional<Exit> RebuildCommand::take_lock() {
  run_.state.backend = open_backend(run_.project.config);
  if (only_looks()) return std::nullopt;
  LockOwner holder;
  if (wait_for_lock(*run_.state.backend, this_process(std::string(k_operation)), options_, run_.cloud.stop, holder))
    return std::nullopt;
  if (interrupted()) return Exit::Interrupted;
  return problem(Code::Locked, "the project is locked", escape_for_terminal(describe(holder)),
                 "wait for it (--lock-timeout 30s)", Exit::Locked);
}

// As read_state (engine/pipeline.h), of state that may be damaged.
bool RebuildCommand::read() {
  if (!read_readable(run_.project, run_.world.desired, run_.cloud.scope, run_.state, stored_, said_)) return false;
  take_over_recorded(run_);
  check_against_state(run_.project.config, run_.world.desired, run_.state.recorded, run_.project.directives, said_);
  return !said_.has_errors();
}

// What an interrupted apply has left in the journal is taken in first, as the next apply would.
std::optional<Exit> RebuildCommand::make_it() {
  const WaitingForCloud waiting(run_.cloud, options_);
  const auto failed = [&] { return interrupted() ? Exit::Interrupted : Exit::Error; };
  if (!open_provider(run_, said_) || !read() || !connect_provider(run_, said_)) return failed();
  const ResumeOptions resuming{.journal = !only_looks(),
                               .interrupted = [this] { return interrupted() || run_.state.backend->lock_lost(); }};
  const ResumeReport resumed = resume(run_.project, run_.world.desired, run_.state, run_.cloud, resuming, said_);
  if (!resumed.unknown.empty() && !options_.allow_unknown) return failed();
  PlanOptions planning{.allow_unknown = options_.allow_unknown};
  planning.selection.adopt_only = planning.selection.refresh_only = true;
  if (!make_plan(run_, planning, said_)) return failed();
  if (!run_.plan.complete && !options_.allow_unknown) {
    said_.add(not_seen(run_, Severity::Error));
    return Exit::Error;
  }
  rebuilt_ = rebuild_recorded(run_.project, run_.state, run_.cloud, run_.world, run_.plan, stored_.inferred);
  return std::nullopt;
}

std::optional<Exit> RebuildCommand::ask() {
  if (options_.auto_approve) return std::nullopt;
  if (isatty(STDIN_FILENO) != 1 || options_.json)
    return problem(Code::NoTerminal, "there is no terminal to ask on", "state rebuild asks before it replaces state",
                   "look at what it would record, then: pairform state rebuild --auto-approve");
  print("\nRecord this? Type \"yes\": ");
  std::fflush(stdout);
  const std::optional<std::string> line = read_line(run_.cloud.stop);
  if (!line) print("\n");
  if (!line) return Exit::Interrupted;
  if (*line == "yes") return std::nullopt;
  print("Nothing was changed.\n");
  return Exit::Error;
}

// Never over a file of the project: its state, its files, what is kept in .pairform.
Exit RebuildCommand::save_copy() {
  const std::string name = escape_for_terminal(options_.out);
  std::error_code ignored;
  const std::filesystem::path path = std::filesystem::absolute(options_.out);
  std::vector<std::filesystem::path> own{run_.state.backend->words().file};
  for (const SourceFile& source : run_.project.config.sources.files) own.push_back(source.path);
  const bool is_own = std::any_of(own.begin(), own.end(), [&](const std::filesystem::path& file) {
    return std::filesystem::equivalent(path, file, ignored);
  });
  const std::filesystem::path hidden = run_.project.config.directory / ".pairform";
  if (is_own || std::filesystem::is_directory(path, ignored) ||
      std::filesystem::equivalent(path.parent_path(), hidden, ignored))
    return problem(Code::CannotWrite, fmt::format("{} is not a file to write to", name),
                   "it is a directory, or part of the project", "choose another file: --out rebuilt.jsonl");
  if (rebuilt_->bytes.empty()) return Exit::Ok;
  write_file_atomically(path, rebuilt_->bytes);
  if (!options_.json) print(fmt::format("Saved to {}; recorded state is as it was.\n", name));
  return Exit::Ok;
}

void RebuildCommand::keep_state_of_before() {
  if (!stored_.bytes) return;
  const std::filesystem::path directory = run_.project.config.directory / ".pairform";
  make_directory(directory);
  require_inside(run_.project.config.directory, directory);
  write_file_atomically(directory / k_before, *stored_.bytes);
  if (!options_.json) print(fmt::format("The state of before is in .pairform/{}.\n", k_before));
}

Exit RebuildCommand::store() {
  keep_state_of_before();
  const StoreAnswer answer = store_rebuilt(run_.project, run_.state, run_.cloud, rebuilt_->bytes);
  if (answer == StoreAnswer::LockLost) {
    said_.add(lock_lost(run_.state.backend->words(), "run it again"));
    return Exit::Locked;
  }
  if (answer == StoreAnswer::Moved)
    return problem(Code::StateUnwritable,
                   fmt::format("the state {} was replaced meanwhile", run_.state.backend->words().noun), "",
                   "run it again");
  written_ = true;
  if (!options_.json) print("State was written; nothing was changed in the cloud.\n");
  return Exit::Ok;
}

Exit RebuildCommand::carry_out() {
  run_.cloud.stop = catch_interrupts();
  if (!load_files(run_, options_, said_)) return Exit::Error;
  if (const auto exit = take_lock()) return *exit;
  if (const auto exit = make_it()) return *exit;
  if (!options_.json) print(rebuild_text(run_, stored_, *rebuilt_));
  say();
  if (only_looks()) return save_copy();
  if (rebuilt_->is_stored) return Exit::Ok;
  if (const auto exit = ask()) return *exit;
  if (interrupted()) return Exit::Interrupted;
  return store();
}

}  // namespace

Exit rebuild_state(const Options& options) {
  if (options.words.size() > 1) {
    print_problem(Code::Usage,
                  fmt::format("state rebuild: \"{}\" is one word too many", escape_for_terminal(options.words[1])), "",
                  "pairform state rebuild", options);
    return Exit::Error;
  }
  return RebuildCommand(options).run();
}

}  // namespace pairform
