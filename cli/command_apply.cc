#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <span>
#include <system_error>

#include "cli/apply_problems.h"
#include "cli/apply_result.h"
#include "cli/command.h"
#include "cli/duration_text.h"
#include "cli/interruption.h"
#include "cli/plan_words.h"
#include "cli/progress.h"
#include "cli/waiting.h"
#include "engine/act/apply.h"
#include "engine/act/resume.h"
#include "engine/decide/guards.h"
#include "engine/read/plan_reader.h"
#include "engine/state/backend_set.h"
#include "engine/state/lock.h"
#include "engine/write/plan_file.h"
#include "schema/base_types.h"
#include "schema/diagnostic_text.h"
#include "schema/json_writer.h"
#include "schema/terminal_text.h"

namespace pairform {
namespace {

class ApplyCommand {
 public:
  ApplyCommand(const Options& options, bool destroy)
      : options_(options), destroy_(destroy || options.destroy), run_(new_run()) {
    run_.state.will_write = true;
    if (const char* approve = std::getenv("PAIRFORM_APPROVE"); approve != nullptr && *approve != '\0')
      approval_ = approve;
    approved_by_environment_ = options.approve.empty();
    if (!options.approve.empty()) approval_ = options.approve;
  }

  Exit run() {
    Exit exit = Exit::Error;
    try {
      exit = carry_out();
    } catch (const std::runtime_error& failed) {
      failed_machine(failed);
    }
    if (exit == Exit::Interrupted && !executing_) claim_last_words();
    if (options_.json) print(apply_result_json(exit, run_, report_, resumed_));
    else if (exit == Exit::Interrupted && !executing_) print("Nothing was changed.\n");
    print_timings(run_, options_);
    return exit;
  }

 private:
  Exit carry_out();
  bool load();
  bool read_saved();
  std::optional<Exit> take_lock();
  std::optional<Exit> make_the_plan();
  std::optional<Exit> saved_plan();
  void show_plan();
  std::optional<Exit> failover();
  std::optional<Exit> guard();
  std::optional<Exit> ask();
  Exit execute();
  Exit end_report();
  void report_problems();
  void print_counts();
  void failures();
  void settle_earlier_steps();
  void end_waiting();
  std::optional<std::string> answer_to(std::string_view question) const;
  // With --json no last line says it.
  std::string to_go_on(std::string_view text, std::string_view json) const;
  void say_diagnostics();
  void problem(Code code, std::string summary, std::string detail, std::string help);
  void failed_machine(const std::runtime_error& failed);  // of state, of files, or of the provider
  bool interrupted() const { return run_.cloud.stop.stop_requested(); }
  bool saved() const { return !options_.words.empty(); }
  // A saved plan is carried out once; what goes on is a plan of its own.
  std::string again() const {
    Options options = options_;
    if (executing_) options.words.clear();
    return same_command(options, destroy_ && !options_.destroy ? "destroy" : "apply");
  }
  std::string_view address(StepId step) const {
    return run_.project.texts().view(
        run_.world.estate.address(run_.plan.diff.changes[run_.plan.steps[step].change].resource));
  }

  const Options& options_;
  bool destroy_;
  Run run_;
  std::string approval_;
  bool approved_by_environment_ = false;  // by PAIRFORM_APPROVE, if there is an approval
  Diagnostics diagnostics_;
  ApplyReport report_;
  ResumeReport resumed_;                        // what an earlier run left open
  std::size_t still_pending_ = 0;               // of those
  Diagnostics earlier_;                         // what of it has failed, not told yet; a plan is made all the same
  std::string saved_bytes_;                     // of a saved plan, as it was read
  std::optional<WaitingForCloud> waiting_;      // while the cloud is read, and nothing is printed
  std::string skipped_;                         // lines of the end report
  std::chrono::steady_clock::duration took_{};  // all steps
  bool executing_ = false;
};

// What was settled while it waited is told, too.
void ApplyCommand::end_waiting() {
  if (!waiting_) return;
  waiting_.reset();
  if (!options_.json) return;
  print(earlier_events_json(run_, resumed_, earlier_));
}

void ApplyCommand::say_diagnostics() {
  end_waiting();
  diagnostics_.append(std::move(earlier_));
  diagnostics_.sort();
  if (!options_.json) {
    print_diagnostics(run_, diagnostics_, options_);
  } else {
    for (const Diagnostic& each : diagnostics_.items())
      print(event_json(
          {"diagnostic", 0, each.address, {}, code_text(each.code) + ": " + each.summary, {}},
          [&](JsonWriter& json) { write_diagnostic(json.key("diagnostic"), each, run_.project.config.sources); }));
  }
  diagnostics_ = Diagnostics();
}

void ApplyCommand::failed_machine(const std::runtime_error& failed) {
  const StateBackend* const backend = run_.state.backend.get();
  const bool of_state = dynamic_cast<const StateError*>(&failed) || dynamic_cast<const std::system_error*>(&failed);
  problem(
      of_state ? Code::StateUnwritable : Code::CannotWrite, failed.what(),
      executing_ ? fmt::format("what was done until then stands in {}", backend->words().journal)
                 : "nothing was changed",
      fmt::format("{}, then: {}", backend != nullptr ? backend->words().look_at : "look at what it names", again()));
}

void ApplyCommand::problem(Code code, std::string summary, std::string detail, std::string help) {
  diagnostics_.add({code, Severity::Error, std::move(summary), std::move(detail), std::move(help), {}, {}});
  say_diagnostics();
}

bool ApplyCommand::load() {
  // A saved plan reads no resource files.
  return saved() ? load_project(run_, options_.directory, diagnostics_, LoadScope::Settings)
                 : load_files(run_, options_, diagnostics_);
}

// Before the lock is taken: nobody waits for a project because of a file that is no plan.
bool ApplyCommand::read_saved() {
  if (!saved()) return true;
  PlanBytes plan = read_plan_file(options_.words.front());
  if (plan.problem) {
    diagnostics_.add(std::move(*plan.problem));
    say_diagnostics();
    return false;
  }
  saved_bytes_ = std::move(plan.bytes);
  return true;
}

std::optional<Exit> ApplyCommand::take_lock() {
  run_.state.backend = open_backend(run_.project.config);
  LockOwner holder;
  const LockOwner self = this_process(destroy_ ? "destroy" : "apply");
  if (wait_for_lock(*run_.state.backend, self, options_, run_.cloud.stop, holder)) return std::nullopt;
  if (interrupted()) return Exit::Interrupted;
  problem(Code::Locked, "the project is locked", escape_for_terminal(describe(holder)),
          fmt::format("wait for it (--lock-timeout 30s); {}", run_.state.backend->words().lock_ends));
  return Exit::Locked;
}

std::optional<Exit> ApplyCommand::saved_plan() {
  const std::string name = escape_for_terminal(options_.words.front());
  SavedPlan saved;
  if (!read_plan(saved_bytes_, name, run_.project, run_.state.recorded, saved, diagnostics_)) {
    say_diagnostics();
    return Exit::Error;
  }
  run_.world.desired = std::move(saved.desired);
  take_over_recorded(run_);
  PlanOptions planning{.allow_unknown = true};
  if (saved.linked) planning.saved = &saved;
  Diagnostics moved;
  const bool sound = make_plan(run_, planning, moved);
  if (!sound && interrupted()) {
    diagnostics_.append(std::move(moved));
    say_diagnostics();
    return Exit::Interrupted;
  }
  if (const auto exit = failover()) return exit;
  if (sound && run_.plan.digest == saved.digest) {
    if (shows_plan(saved_bytes_, run_.project, run_.world, run_.plan)) return std::nullopt;
    problem(Code::PlanDamaged, fmt::format("{} was edited", name),
            "its steps or changes are not those that its digest names",
            "make a new plan and read it: pairform plan --out FILE");
    return Exit::Error;
  }
  problem(Code::PlanStale, fmt::format("{} is stale", name), what_moved(run_, saved_bytes_),
          "make a new plan and read it: pairform plan --out FILE");
  return Exit::Stale;
}

void ApplyCommand::settle_earlier_steps() {
  ResumeOptions resuming{true, options_.wait, [this] { return interrupted() || run_.state.backend->lock_lost(); }, {}};
  resuming.progress = [this](std::string_view address, std::string_view text, std::size_t running) {
    waiting_->earlier(address, text, running);
  };
  resumed_ = resume(run_.project, run_.world.desired, run_.state, run_.cloud, resuming, earlier_);
  still_pending_ = resumed_.pending.size();
  waiting_->read();
}

std::optional<Exit> ApplyCommand::make_the_plan() {
  waiting_.emplace(run_.cloud, options_);
  if (!open_provider(run_, diagnostics_) || !read_state(run_, diagnostics_) || !connect_provider(run_, diagnostics_)) {
    say_diagnostics();
    return interrupted() ? Exit::Interrupted : Exit::Error;
  }
  settle_earlier_steps();
  if (!resumed_.unknown.empty() && !options_.allow_unknown) {  // of a step of an earlier run: going on would lose it
    say_diagnostics();
    return Exit::Error;
  }
  if (saved()) {
    if (const auto exit = saved_plan()) return exit;
  } else {
    PlanOptions planning = plan_options(options_);
    planning.destroy = destroy_;
    if (!make_plan(run_, planning, diagnostics_)) {
      say_diagnostics();
      return interrupted() ? Exit::Interrupted : Exit::Error;
    }
  }
  end_waiting();
  if (run_.plan.complete || options_.allow_unknown || saved()) return std::nullopt;
  show_plan();
  diagnostics_.add(not_seen(run_, Severity::Error));
  say_diagnostics();
  return Exit::Error;
}

void ApplyCommand::show_plan() {
  diagnostics_.sort();
  if (!options_.json) {
    print(plan_words(run_, options_, destroy_, saved_bytes_));
    say_diagnostics();
    return;
  }
  print(event_json({"plan", 0, {}, {}, {}, {}}, [&](JsonWriter& json) {
    json.key("plan").raw(plan_json(run_.project, run_.world, run_.plan, diagnostics_));
  }));
}

// While vms are failed over nothing is touched, unless somebody says that he knows.
std::optional<Exit> ApplyCommand::failover() {
  if (options_.during_failover) return std::nullopt;
  constexpr std::size_t k_most_named = 5;
  const std::vector<std::string_view> vms = failed_over(run_);
  if (vms.empty()) return std::nullopt;
  std::string named = fmt::format("{}", fmt::join(std::span(vms).first(std::min(vms.size(), k_most_named)), ", "));
  if (vms.size() > k_most_named) named += fmt::format(" and {} more", vms.size() - k_most_named);
  // What was given already goes on counting: without it the next refusal would be for the lack of it.
  std::string command = again() + " --during-failover";
  if (approves(approval_, run_.plan.digest))
    command += fmt::format(" --approve {}", run_.plan.digest.substr(7, k_given_digits));
  else if (options_.auto_approve) command += " --auto-approve";
  problem(Code::FailoverInProgress, fmt::format("{} vm{} failed over", vms.size(), vms.size() == 1 ? " is" : "s are"),
          fmt::format("{}: nothing is changed while a failover is in progress", named),
          fmt::format("finish it (commit, reprotect, fail back); what no such vm needs can be done now: {}", command));
  return Exit::Refused;
}

std::optional<Exit> ApplyCommand::guard() {
  const std::string& digest = run_.plan.digest;
  if (!approval_.empty() && !approves(approval_, digest)) {
    const std::string given =
        fmt::format("{}{}", approved_by_environment_ ? "PAIRFORM_APPROVE=" : "", escape_for_terminal(approval_));
    problem(Code::DigestMismatch,
            fmt::format("{} {}", given,
                        is_approval(approval_, k_given_digits) ? "approves another plan" : "is not a digest"),
            fmt::format("this plan's digest is {}", digest),
            approved_by_environment_
                ? "read this plan; if it is right, set PAIRFORM_APPROVE to its digest, else unset it"
                : "read this plan, and approve it if it is right");
    return Exit::Refused;
  }
  if (run_.plan.guards.empty() || !approval_.empty()) return std::nullopt;
  if (!options_.json && !options_.auto_approve && isatty(STDIN_FILENO) == 1) {
    const std::optional<std::string> typed = answer_to("Type 8 or more digits of the digest to approve: ");
    if (!typed) return Exit::Interrupted;
    if (approves(*typed, digest)) {
      approval_ = *typed;
      return std::nullopt;
    }
  }
  report_guards(run_.plan, fmt::format("{} --approve {}", again(), digest.substr(7, k_given_digits)), diagnostics_);
  say_diagnostics();
  return Exit::Refused;
}

// Without the blanks around it; none: interrupted.
std::optional<std::string> ApplyCommand::answer_to(std::string_view question) const {
  print(fmt::format("\n{}", question));
  std::fflush(stdout);
  const std::optional<std::string> line = read_line(run_.cloud.stop);
  if (!line) print("\n");
  if (!line) return std::nullopt;
  constexpr std::string_view k_blanks = " \t\r";
  const std::size_t first = std::min(line->find_first_not_of(k_blanks), line->size());
  return line->substr(first, line->find_last_not_of(k_blanks) + 1 - first);
}

std::optional<Exit> ApplyCommand::ask() {
  if (options_.auto_approve || saved() || !approval_.empty()) return std::nullopt;
  if (isatty(STDIN_FILENO) != 1 || options_.json) {
    problem(Code::NoTerminal, "there is no terminal to ask on", "apply asks before it changes anything",
            fmt::format("read the plan, then: {} --auto-approve, or --approve {}", again(),
                        run_.plan.digest.substr(7, k_given_digits)));
    return Exit::Error;
  }
  const std::optional<std::string> answer = answer_to("Carry out this plan? Type \"yes\": ");
  if (!answer) return Exit::Interrupted;
  if (*answer == "yes") return std::nullopt;
  print("Nothing was changed.\n");
  return Exit::Error;
}

Exit ApplyCommand::execute() {
  if (!begin_steps()) return Exit::Interrupted;
  Progress progress(run_, Progress::style(options_));
  ApplyOptions applying;
  applying.scheduler.parallelism = options_.parallelism;
  applying.scheduler.wait = options_.wait;
  applying.scheduler.under_way =
      static_cast<std::size_t>(std::count_if(resumed_.pending.begin(), resumed_.pending.end(), [this](Text address) {
        return run_.project.types.find_type_of(run_.project.texts().view(address)) == k_vm_type;
      }));
  applying.operation = destroy_ ? "destroy" : "apply";
  applying.event = [&](const ApplyEvent& event) { progress.event(event); };
  applying.scheduler.stop = run_.cloud.stop;
  applying.interrupted = [this] { return interrupted(); };
  applying.during_failover = options_.during_failover;
  if (!options_.json && !run_.plan.steps.empty()) print("\n");
  executing_ = true;
  report_ = apply_plan(run_.project, run_.state, run_.cloud, run_.world, run_.plan, applying);
  progress.finish();
  took_ = progress.elapsed();
  resumed_.pending.insert(resumed_.pending.end(), report_.busy.begin(), report_.busy.end());
  return end_report();
}

// The last line says how to go on; with --json there is none, and each diagnostic says it.
std::string ApplyCommand::to_go_on(std::string_view text, std::string_view json) const {
  return options_.json ? fmt::format("{}{}", json, again()) : std::string(text);
}

// What went wrong, one diagnostic each: steps that failed, pairs of which one half is missing, an interruption, a state
// file that somebody else replaced.
void ApplyCommand::report_problems() {
  const auto add = [&](Code code, std::string what, std::string why, std::string help, std::string about = {}) {
    diagnostics_.add({code, Severity::Error, std::move(what), std::move(why), std::move(help), {}, std::move(about)});
  };
  failures();
  for (const std::string& pair : report_.half_pairs)
    add(Code::PairIsHalf, fmt::format("{} is half: one direction is done, the other is not", pair),
        "state says what is true",
        to_go_on("run it again: it does only the rest", "the next apply does only the rest: "), pair);
  if (report_.interrupted && !report_.lock_lost)
    add(Code::Interrupted, "interrupted: nothing new was started, what ran was finished",
        report_.unwritable.empty() ? "state is written" : "state could not be written",
        to_go_on("run it again", "to go on: "));
  if (report_.lock_lost)
    diagnostics_.add(
        lock_lost(run_.state.backend->words(),
                  to_go_on("run it again: it finds what was done", "what was done is found again by the next run: ")));
  if (report_.may_be_failed_over()) diagnostics_.add(failover_began(report_, again()));
  if (report_.state_moved || !report_.unwritable.empty()) diagnostics_.add(state_unwritable(run_, report_, again()));
}

// The counted last line, and the lines of what was skipped.
void ApplyCommand::print_counts() {
  if (options_.json) return;
  const auto count = [&](StepState state) { return report_.count(state); };
  const std::string earlier = earlier_steps(resumed_, still_pending_);
  print(earlier);
  if (!run_.plan.steps.empty())
    print(fmt::format("\nDone {}, failed {}, skipped {}, deferred {}, pending {}, not started {}.\n",
                      count(StepState::Done), count(StepState::Failed), count(StepState::Skipped),
                      count(StepState::Deferred), count(StepState::Accepted), count(StepState::NotStarted)) +
          (took_ < std::chrono::seconds(1) ? "" : fmt::format("Took {}.\n", short_duration_text(took_))) + skipped_);
  else if (report_.state_written)
    print(earlier.empty() ? "State was written; nothing was changed in the cloud.\n"
                          : "State was written; no new step was begun.\n");
}

Exit ApplyCommand::end_report() {
  report_problems();
  print_counts();
  bool accepted = report_.count(StepState::Accepted) != 0;
  for (const StateRow& row : run_.state.recorded.rows) accepted |= static_cast<bool>(row.pending);
  const bool pending = accepted || !report_.busy.empty();
  if (pending && !report_.lock_lost)
    diagnostics_.add(still_pending(accepted, report_, run_.project.texts(), to_go_on("run it again", "to go on: ")));
  say_diagnostics();
  const Exit exit = report_.lock_lost                                                   ? Exit::Locked
                    : report_.interrupted                                               ? Exit::Interrupted
                    : !report_.unwritable.empty()                                       ? Exit::Error
                    : report_.may_be_failed_over()                                      ? Exit::Refused
                    : report_.count(StepState::Failed) != 0 || !resumed_.failed.empty() ? Exit::Failed
                    : report_.state_moved                                               ? Exit::Error
                    : pending                                                           ? Exit::Pending
                                                                                        : Exit::Ok;
  if (!options_.json && exit != Exit::Ok) print(fmt::format("To go on: {}\n", again()));
  return exit;
}

// The end report names what failed and what that took along, a line a step, in the order of the plan.
void ApplyCommand::failures() {
  constexpr std::size_t k_most_told = 50;
  std::size_t told = 0;
  for (const StepResult& result : report_.results) {
    if (result.state != StepState::Failed && result.state != StepState::Skipped) continue;
    if (++told > k_most_told) continue;
    const StepId step(result.step);
    const std::string_view operation = operation_text(run_.plan.steps[step].operation);
    const std::string what = fmt::format("step {}, {} {}", step_number(step), operation, address(step));
    if (result.state == StepState::Skipped) {
      if (!options_.json)
        skipped_ += fmt::format("  {} was skipped, because of {}\n", what, address(StepId(result.because)));
      continue;
    }
    const bool differs = result.error->code == "ReadBackDiffers";
    const std::string help = what_helps(*result.error);
    diagnostics_.add(
        {differs ? Code::ReadBackDiffers : Code::StepFailed,
         Severity::Error,
         fmt::format("{} failed", what),
         error_detail(*result.error),
         help_with_page(differs        ? "what was found is recorded; plan again and look at it"
                        : help.empty() ? to_go_on("correct that, then run it again", "correct that, then: ")
                        : help.find("run it again") != std::string::npos
                            ? help
                            : to_go_on(help + ", then run it again", help + ", then: "),
                        *result.error),
         {},
         std::string(address(step))});
  }
}

Exit ApplyCommand::carry_out() {
  if (saved() && (options_.destroy || options_.refresh_only || options_.adopt_only || options_.allow_unknown ||
                  !options_.target.empty() || !options_.exclude.empty() || !options_.place_anew.empty())) {
    problem(Code::Usage, "a saved plan takes no options of planning", "it is carried out as it was reviewed",
            "leave them out, or plan anew with them: pairform plan --out FILE");
    return Exit::Error;
  }
  run_.cloud.stop = catch_interrupts(options_.json ? std::function<void()>(say_interrupted_result) : nullptr);
  std::signal(SIGPIPE, SIG_IGN);  // whoever reads along may leave; the apply goes on
  if (!load()) {
    say_diagnostics();
    return Exit::Error;
  }
  if (const std::string& reason = run_.project.config.settings.guards.frozen; !reason.empty()) {
    problem(Code::Frozen, fmt::format("applies are frozen: {}", reason), "[guards] frozen refuses every apply",
            "take `frozen` out of pairform.toml when it is over");
    return Exit::Refused;
  }
  if (!read_saved()) return Exit::Error;
  if (const auto exit = take_lock()) return *exit;
  if (const auto exit = make_the_plan()) return *exit;
  show_plan();
  const bool nothing = run_.plan.diff.changes.empty() && run_.plan.diff.records.empty();
  if (const auto exit = failover()) return *exit;
  if (!nothing || !approval_.empty()) {
    if (const auto exit = guard()) return *exit;
  }
  if (!nothing) {
    if (const auto exit = ask()) return *exit;
  }
  return execute();
}

}  // namespace

Exit command_apply(const Options& options) { return ApplyCommand(options, false).run(); }
Exit command_destroy(const Options& options) { return ApplyCommand(options, true).run(); }

}  // namespace pairform
