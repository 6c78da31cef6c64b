#include "cli/apply_problems.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/recovery/landing_text.h"
#include "engine/write/moved_since.h"
#include "schema/terminal_text.h"

namespace pairform {

std::string what_helps(const ProviderError& error) {
  if (!error.help.empty()) return error.help.substr(0, error.help.size() - (error.help.ends_with('.') ? 1U : 0U));
  switch (error.kind) {
    case ErrorKind::Throttled: return "wait as long as it says, or ask less at once with a smaller --parallelism";
    case ErrorKind::Unavailable: return "wait until the service answers";
    case ErrorKind::Conflict: return "wait until what is going on there is over";
    default: return {};
  }
}

std::string earlier_steps(const ResumeReport& resumed, std::size_t pending) {
  const std::size_t done = resumed.done.size(), failed = resumed.failed.size();
  if (done + failed + pending == 0) return {};
  return fmt::format("\nOf an earlier run: done {}, failed {}, pending {}.\n", done, failed, pending);
}

Diagnostic state_unwritable(const Run& run, const ApplyReport& report, const std::string& command) {
  const StateWords& words = run.state.backend->words();
  Diagnostic out{Code::StateUnwritable, Severity::Error, report.unwritable, "", "", {}, {}};
  if (report.unwritable.empty()) {
    out.summary = fmt::format("the state {} was replaced while apply ran", words.noun);
    out.detail = fmt::format("what was done stands in {}", words.journal);
    out.help = "run apply again: it goes on from both";
    return out;
  }
  out.detail = report.state_written ? "nothing new was started; what was done is recorded"
                                    : fmt::format("nothing new was started; what was done stands in {}", words.journal);
  out.help = fmt::format("{}, then: {}", words.look_at, command);
  if (report.unrecorded.empty()) return out;
  std::vector<std::string> named;
  for (const StepId step : report.unrecorded)
    named.push_back(fmt::format("{} {}", operation_text(run.plan.steps[step].operation),
                                run.project.texts().view(run.world.estate.address(
                                    run.plan.diff.changes[run.plan.steps[step].change].resource))));
  const std::size_t count = named.size();
  named.resize(std::min(count, k_most_listed));
  out.detail = fmt::format("nothing new was started; carried out in the cloud, and recorded nowhere: {}",
                           list_text(named, count));
  out.help += fmt::format(
      "\n{} says that {} sent, and the next run asks the cloud what became of {}. Should it be lost, "
      "`pairform apply --adopt-only` records what is there",
      words.journal, count == 1 ? "it was" : "they were", count == 1 ? "it" : "them");
  return out;
}

Diagnostic lock_lost(const StateWords& words, std::string help) {
  return {Code::LockLost,
          Severity::Error,
          "the lock was lost: nothing new was started, what ran was finished",
          fmt::format("{}, so another run may be at work; state was not written", words.lock_gone),
          std::move(help),
          {},
          {}};
}

Diagnostic still_pending(bool accepted, const ApplyReport& report, const StringPool& texts, std::string help) {
  std::string what = "steps were accepted and are not settled yet",
              why = "the lock is released; what waits for them is deferred";
  if (!accepted) {
    std::vector<std::string> named;
    for (const Text address : report.busy) named.emplace_back(texts.view(address));
    const std::size_t count = named.size();
    named.resize(std::min(count, k_most_listed));
    what = fmt::format("the cloud is at work on {} vm{} of this project", count, count == 1 ? "" : "s");
    why = fmt::format("{}: nothing is done about {} until that has ended; the plan says what it is",
                      list_text(named, count), count == 1 ? "it" : "them");
  }
  return {Code::StillPending, Severity::Warning, std::move(what), std::move(why), std::move(help), {}, {}};
}

Diagnostic failover_began(const ApplyReport& report, const std::string& command) {
  if (!report.unread.empty())
    return {Code::FailoverInProgress,
            Severity::Error,
            "it cannot be read any more whether a vm is failed over",
            fmt::format("{}: nothing new was started", report.unread),
            fmt::format("run it again; or, if none is failed over: {} --during-failover", command),
            {},
            {}};
  const std::size_t count = report.failed_over.size();
  std::vector<std::string> named = report.failed_over;
  named.resize(std::min(count, k_most_listed));
  return {Code::FailoverInProgress,
          Severity::Error,
          fmt::format("{} vm{} not in the state that the plan saw", count, count == 1 ? " is" : "s are"),
          fmt::format("{}: a failover may have begun, and nothing new was started", list_text(named, count)),
          fmt::format("see what they are doing, and plan again: what they need is held then. What no such vm needs can "
                      "be done now: {} --during-failover",
                      command),
          {},
          {}};
}

std::string what_moved(const Run& run, std::string_view saved_plan) {
  constexpr std::size_t k_most = 5;
  const std::vector<std::string> moved = moved_since(saved_plan, run.project, run.world);
  if (moved.empty()) return "what its changes rest on, or bring about, has moved since it was made";
  std::string out = "since it was made:";
  for (std::size_t i = 0; i < std::min(moved.size(), k_most); ++i) out += '\n' + escape_for_terminal(moved[i]);
  if (moved.size() > k_most) out += fmt::format("\nand {} more", moved.size() - k_most);
  return out;
}

}  // namespace pairform
