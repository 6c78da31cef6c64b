#include "cli/apply_problems.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/recovery/landing_text.h"

namespace pairform {

std::string what_helps(const ProviderError& error) {
  if (!error.help.empty()) return error.help;
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

Diagnostic lock_lost(const StateWords& words, std::string help) {
  return {Code::LockLost,
          Severity::Error,
          "the lock was lost: nothing new was started, what ran was finished",
          fmt::format("{}, so another run may be at work; state was not written", words.lock_gone),
          std::move(help),
          {},
          {}};
}

Diagnostic failover_began(const ApplyReport& report, const std::string& command) {
  const std::size_t count = report.failed_over.size();
  std::vector<std::string> named = report.failed_over;
  named.resize(std::min(count, k_most_listed));
  return {Code::FailoverInProgress,
          Severity::Error,
          fmt::format("{} vm{} been failed over since the plan was made", count, count == 1 ? " has" : "s have"),
          fmt::format("{}: nothing new was started, what ran was finished", list_text(named, count)),
          fmt::format("finish it (commit, reprotect, fail back); what no such vm needs can be done now: {} "
                      "--during-failover",
                      command),
          {},
          {}};
}

}  // namespace pairform
