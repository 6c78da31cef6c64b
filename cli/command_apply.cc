#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <system_error>

#include "cli/command.h"
#include "cli/interruption.h"
#include "cli/plan_words.h"
#include "cli/progress.h"
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
    if (!options.approve.empty()) approval_ = options.approve;
  }

  Exit run() {
    Exit exit = Exit::Error;
    try {
      exit = carry_out();
    } catch (const StateError& failed) {
      unwritable(failed.what());
    } catch (const std::system_error& failed) {
      unwritable(failed.what());
    }
    if (options_.json) print_result(exit);
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
  void print_result(Exit exit);
  const std::vector<Text>& settled_before(StepState state) const;  // operations of an earlier run
  std::vector<std::string_view> addresses_in(StepState state) const;
  void say_diagnostics();
  void problem(Code code, std::string summary, std::string detail, std::string help);
  void unwritable(const char* what);
  Diagnostic lock_lost() const;
  bool interrupted() const { return run_.cloud.stop.stop_requested(); }
  // The cloud was not read to its end.
  Exit end_interrupted();
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
  Diagnostics diagnostics_;
  ApplyReport report_;
  ResumeReport resumed_;     // what an earlier run left open
  std::string saved_bytes_;  // of a saved plan, as it was read
  std::string skipped_;      // lines of the end report
  bool executing_ = false;
};

void ApplyCommand::say_diagnostics() {
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

void ApplyCommand::unwritable(const char* what) {
  const bool opened = run_.state.backend != nullptr;
  problem(Code::StateUnwritable, what,
          executing_ ? fmt::format("what was done until then stands in {}", run_.state.backend->words().journal)
                     : "nothing was changed",
          fmt::format("{}, then: {}", opened ? run_.state.backend->words().look_at : "look at what it names", again()));
}

void ApplyCommand::problem(Code code, std::string summary, std::string detail, std::string help) {
  diagnostics_.add({code, Severity::Error, std::move(summary), std::move(detail), std::move(help), {}, {}});
  say_diagnostics();
}

bool ApplyCommand::load() {
  // A saved plan reads no resource files.
  return load_project(run_, options_.directory, diagnostics_, saved() ? LoadScope::Settings : LoadScope::Whole);
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
  if (run_.state.backend->lock(this_process(destroy_ ? "destroy" : "apply"), options_.lock_timeout, holder))
    return std::nullopt;
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
  PlanOptions planning{.allow_unknown = true};
  if (saved.linked) planning.saved = &saved;
  Diagnostics moved;
  const bool sound = make_plan(run_, planning, moved);
  if (!sound && interrupted()) {
    diagnostics_.append(std::move(moved));
    return end_interrupted();
  }
  if (const auto exit = failover()) return exit;
  if (sound && run_.plan.digest == saved.digest) {
    if (shows_plan(saved_bytes_, run_.project, run_.world, run_.plan)) return std::nullopt;
    problem(Code::PlanDamaged, fmt::format("{} was edited", name),
            "its steps or changes are not those that its digest names",
            "make a new plan and read it: pairform plan --out FILE");
    return Exit::Error;
  }
  problem(Code::PlanStale, fmt::format("{} is stale", name),
          "what it would change, or what that rests on, has moved since it was made",
          "make a new plan and read it: pairform plan --out FILE");
  return Exit::Stale;
}

std::optional<Exit> ApplyCommand::make_the_plan() {
  if (!open_provider(run_, diagnostics_) || !read_state(run_, diagnostics_)) {
    say_diagnostics();
    return Exit::Error;
  }
  ResumeOptions resuming{true, options_.wait, [this] { return interrupted() || run_.state.backend->lock_lost(); }, {}};
  if (!options_.json)
    resuming.progress = [](std::string_view what, std::string_view text) {
      static std::chrono::steady_clock::time_point last{};
      if (std::chrono::steady_clock::now() - last < std::chrono::seconds(10)) return;
      last = std::chrono::steady_clock::now();
      print(
          fmt::format("  waiting  {} was accepted earlier and is still running {}\n", what, escape_for_terminal(text)));
      std::fflush(stdout);
    };
  resumed_ = resume(run_.project, run_.world.desired, run_.state, run_.cloud, resuming, diagnostics_);
  if (options_.json)
    for (const auto& [event, addresses] : {std::pair{"done", &resumed_.done}, std::pair{"failed", &resumed_.failed}})
      for (const Text settled : *addresses)
        print(event_json({event, 0, run_.project.texts().view(settled), {}, {}, {}}));
  if (saved()) {
    if (const auto exit = saved_plan()) return exit;
  } else {
    PlanOptions planning = plan_options(options_);
    planning.destroy = destroy_;
    const bool sound = make_plan(run_, planning, diagnostics_);
    if (!sound && interrupted()) return end_interrupted();
    if (!sound) {
      say_diagnostics();
      return Exit::Error;
    }
  }
  if (run_.plan.complete || options_.allow_unknown || saved()) return std::nullopt;
  show_plan();
  diagnostics_.add(not_seen(run_, Severity::Error));
  say_diagnostics();
  return Exit::Error;
}

Exit ApplyCommand::end_interrupted() {
  say_diagnostics();
  if (!options_.json) print(fmt::format("Nothing was changed.\nTo go on: {}\n", again()));
  return Exit::Interrupted;
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
  std::string vms;
  std::size_t count = 0;
  for (const PriorRow& row : run_.world.prior.rows) {
    if (row.type != k_vm_type || row.status != Status::FailedOver) continue;
    if (++count <= 5) vms += fmt::format("{}{}", vms.empty() ? "" : ", ", run_.project.texts().view(row.address));
  }
  for (const Stranger& stranger : run_.world.prior.strangers) {
    if (stranger.status != Status::FailedOver) continue;
    if (++count <= 5) vms += fmt::format("{}{}", vms.empty() ? "" : ", ", run_.project.texts().view(stranger.id));
  }
  if (count == 0) return std::nullopt;
  if (count > 5) vms += fmt::format(" and {} more", count - 5);
  problem(Code::FailoverInProgress, fmt::format("{} vm{} failed over", count, count == 1 ? " is" : "s are"),
          fmt::format("{}: nothing is changed while a failover is in progress", vms),
          fmt::format(
              "finish it (commit, reprotect, fail back); what no such vm needs can be done now: {} --during-failover",
              again()));
  return Exit::Refused;
}

std::optional<Exit> ApplyCommand::guard() {
  const std::string& digest = run_.plan.digest;
  if (!approval_.empty() && !approves(approval_, digest)) {
    problem(Code::DigestMismatch, fmt::format("{} approves another plan", escape_for_terminal(approval_)),
            fmt::format("this plan's digest is {}", digest), "read this plan, and approve it if it is right");
    return Exit::Refused;
  }
  if (run_.plan.guards.empty() || !approval_.empty()) return std::nullopt;
  if (!options_.json && !options_.auto_approve && isatty(STDIN_FILENO) == 1) {
    print("\nType 8 or more digits of the digest to approve: ");
    std::fflush(stdout);
    std::string typed;
    std::getline(std::cin, typed);
    if (approves(typed, digest)) {
      approval_ = typed;
      return std::nullopt;
    }
  }
  report_guards(run_.plan, fmt::format("{} --approve {}", again(), digest.substr(7, k_given_digits)), diagnostics_);
  say_diagnostics();
  return Exit::Refused;
}

std::optional<Exit> ApplyCommand::ask() {
  if (options_.auto_approve || saved() || !approval_.empty()) return std::nullopt;
  if (isatty(STDIN_FILENO) != 1 || options_.json) {
    problem(Code::NoTerminal, "there is no terminal to ask on", "apply asks before it changes anything",
            fmt::format("read the plan, then: {} --auto-approve, or --approve {}", again(),
                        run_.plan.digest.substr(7, k_given_digits)));
    return Exit::Error;
  }
  print("\nCarry out this plan? Only \"yes\" does: ");
  std::fflush(stdout);
  std::string answer;
  std::getline(std::cin, answer);
  if (answer == "yes") return std::nullopt;
  print("Nothing was changed.\n");
  return Exit::Error;
}

Exit ApplyCommand::execute() {
  const bool terminal = isatty(STDOUT_FILENO) == 1;
  Progress progress(run_, options_.json ? Progress::Style::Json
                          : terminal    ? Progress::Style::Terminal
                                        : Progress::Style::Lines);
  ApplyOptions applying;
  applying.scheduler.parallelism = options_.parallelism;
  applying.scheduler.wait = options_.wait;
  applying.operation = destroy_ ? "destroy" : "apply";
  applying.event = [&](const ApplyEvent& event) { progress.event(event); };
  applying.scheduler.stop = run_.cloud.stop;
  applying.interrupted = [this] { return interrupted(); };
  if (!options_.json && !run_.plan.steps.empty()) print("\n");
  executing_ = true;
  report_ = apply_plan(run_.project, run_.state, run_.cloud, run_.world, run_.plan, applying);
  progress.finish();
  return end_report();
}

Diagnostic ApplyCommand::lock_lost() const {
  return {
      Code::LockLost,
      Severity::Error,
      "the lock was lost: nothing new was started, what ran was finished",
      fmt::format("{}, so another run may be at work; state was not written", run_.state.backend->words().lock_gone),
      fmt::format("what was done is found again by the next run: {}", again()),
      {},
      {}};
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
        "state says what is true", fmt::format("run it again, it does what is missing alone: {}", again()), pair);
  if (report_.interrupted && !report_.lock_lost)
    add(Code::Interrupted, "interrupted: nothing new was started, what ran was finished", "state is written",
        fmt::format("to go on: {}", again()));
  if (report_.lock_lost) diagnostics_.add(lock_lost());
  if (report_.state_moved)
    add(Code::StateUnwritable,
        fmt::format("the state {} was replaced while apply ran", run_.state.backend->words().noun),
        fmt::format("what was done stands in {}", run_.state.backend->words().journal),
        "run apply again: it goes on from both");
}

// The counted last line, and the lines of what was skipped.
void ApplyCommand::print_counts() {
  if (options_.json) return;
  const auto count = [&](StepState state) { return report_.count(state); };
  if (!run_.plan.steps.empty())
    print(fmt::format("\nDone {}, failed {}, skipped {}, deferred {}, pending {}, not started {}.\n",
                      count(StepState::Done), count(StepState::Failed), count(StepState::Skipped),
                      count(StepState::Deferred), count(StepState::Accepted), count(StepState::NotStarted)) +
          skipped_);
  else if (report_.state_written) print("State was written; nothing was changed in the cloud.\n");
}

Exit ApplyCommand::end_report() {
  report_problems();
  print_counts();
  bool pending = report_.count(StepState::Accepted) != 0;
  for (const StateRow& row : run_.state.recorded.rows) pending |= static_cast<bool>(row.pending);
  if (pending && !report_.lock_lost)
    diagnostics_.add({Code::StillPending,
                      Severity::Warning,
                      "steps were accepted and are not settled yet",
                      "the lock is released; what waits for them is deferred",
                      fmt::format("to go on: {}", again()),
                      {},
                      {}});
  say_diagnostics();
  const Exit exit = report_.lock_lost                       ? Exit::Locked
                    : report_.interrupted                   ? Exit::Interrupted
                    : report_.count(StepState::Failed) != 0 ? Exit::Failed
                    : report_.state_moved                   ? Exit::Error
                    : pending                               ? Exit::Pending
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
    const std::string& help = result.error->help;
    diagnostics_.add({differs ? Code::ReadBackDiffers : Code::StepFailed,
                      Severity::Error,
                      fmt::format("{} failed", what),
                      fmt::format("{}: {}", result.error->code, result.error->message),
                      differs        ? "what was found is recorded; plan again and look at it"
                      : help.empty() ? fmt::format("correct that, then: {}", again())
                                     : fmt::format("{}, then: {}", help, again()),
                      {},
                      std::string(address(step))});
  }
}

// What an earlier run left open and this one settled is counted with the steps.
void ApplyCommand::print_result(Exit exit) {
  constexpr std::pair<std::string_view, StepState> outcomes[] = {
      {"done", StepState::Done},         {"failed", StepState::Failed},    {"skipped", StepState::Skipped},
      {"deferred", StepState::Deferred}, {"pending", StepState::Accepted}, {"not_started", StepState::NotStarted}};
  print(event_json({"result", 0, {}, {}, {}, {}}, [&](JsonWriter& json) {
    json.key("exit_code").number(static_cast<int>(exit)).key("counts").open_object();
    for (const auto& [name, state] : outcomes)
      json.key(name).number(report_.count(state) + settled_before(state).size());
    json.close_object();
    for (const auto& [name, state] : outcomes) {
      json.key(name).open_array();
      for (const std::string_view each : addresses_in(state)) json.text(each);
      json.close_array();
    }
  }));
}

const std::vector<Text>& ApplyCommand::settled_before(StepState state) const {
  static const std::vector<Text> none;
  return state == StepState::Done       ? resumed_.done
         : state == StepState::Failed   ? resumed_.failed
         : state == StepState::Accepted ? resumed_.pending
                                        : none;
}

// Sorted, each once.
std::vector<std::string_view> ApplyCommand::addresses_in(StepState state) const {
  std::vector<std::string_view> addresses;
  for (const Text before : settled_before(state)) addresses.push_back(run_.project.texts().view(before));
  for (const StepResult& result : report_.results)
    if (result.state == state) addresses.push_back(address(StepId(result.step)));
  std::sort(addresses.begin(), addresses.end());
  addresses.erase(std::unique(addresses.begin(), addresses.end()), addresses.end());
  return addresses;
}

Exit ApplyCommand::carry_out() {
  if (saved() && (options_.destroy || options_.refresh_only || options_.adopt_only || options_.allow_unknown ||
                  !options_.target.empty() || !options_.exclude.empty() || !options_.place_anew.empty())) {
    problem(Code::Usage, "a saved plan takes no options of planning", "it is carried out as it was reviewed",
            "leave them out, or plan anew with them: pairform plan --out FILE");
    return Exit::Error;
  }
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
  run_.cloud.stop = catch_interrupts(OnInterrupt::Finish);
  std::signal(SIGPIPE, SIG_IGN);  // whoever reads along may leave; the apply goes on
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
