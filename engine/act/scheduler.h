// Runs the steps of a plan against a provider: independent ones at once, each after what it waits for.
//
// It counts operations in flight, not threads: an accepted operation holds no thread, only its turn and its lane. Where
// the provider says how many accepted ones may be under way (Capabilities::accepted_at_once) they are counted apart,
// and their turns are free for further requests. One that goes on when the run no longer waits for it (Route::goes_on)
// keeps its place against others of its kind: those are deferred. A write that a read does not show yet, or shows otherwise, is looked up
// again within the provider's read-back window. If it differs at the end of the window, the step failed; if it never
// showed, the step is done without a row, since the provider said so. Lanes and groups
// are the provider's (Provider::route). Throttled, unavailable, conflict and lost answers are tried at most 6 times,
// from 100 ms, doubling, with jitter, honouring the service's own retry time; an answer that was lost is looked up
// before anything is repeated. A failed step skips only what waits for it, an accepted one that outlasts the wait
// defers it.
//
// Threads: `run_steps` is the only owner of all state and calls every hook on its caller's thread; workers only call
// the provider. Hooks may throw (the journal's disk is full): what runs is waited for, nothing new starts, and the
// exception goes on to the caller.
#pragma once
#include <chrono>
#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "engine/worker_pool.h"

namespace pairform {

enum class StepState {
  Waiting,  // not looked at yet
  Running,
  Accepted,  // settles later: pending
  Done,
  Failed,
  Skipped,     // because of a failed step
  Deferred,    // because of a pending one
  NotStarted,  // interrupted before
};

struct ScheduledStep {
  bool local = false;  // changes state only: no provider
  CloudStep cloud;
  std::vector<std::uint32_t> waits_for;  // indexes of steps
};

struct StepResult {
  std::uint32_t step = 0;
  StepState state = StepState::Waiting;
  std::optional<CloudRow> row;         // Done: as read back; none after a delete and for local steps
  std::string handle;                  // Accepted
  std::optional<ProviderError> error;  // Failed
  std::uint32_t because = UINT32_MAX;  // Skipped, Deferred: the step that caused it; none: operations of earlier runs
};

struct SchedulerOptions {
  unsigned parallelism = 10;
  std::chrono::milliseconds wait{std::chrono::minutes(30)};  // for accepted steps; 0 = not at all
  std::size_t under_way = 0;                                 // operations of earlier runs that go on
  unsigned attempts = k_attempts;
  std::chrono::milliseconds first_delay = k_first_delay;
  std::stop_token stop{};  // reaches every call of the provider; `interrupted` must say the same
};

// A request will be sent once more.
struct NextRetry {
  unsigned number = 0;  // of this retry, from 1
  unsigned most = 0;    // as many as a step may have
  std::chrono::milliseconds pause{0};
};

struct SchedulerHooks {
  // About to be sent, together: write the intents. Called before every send, so before a retry, too. False: they could
  // not be written durably (the lock is lost); they are not sent, and nothing starts any more.
  std::function<bool(std::span<const std::uint32_t>)> before;
  // Is what was read back what was planned? An error otherwise; the step then fails.
  std::function<std::optional<ProviderError>(std::uint32_t, const Done&)> verify;
  // May steps that were accepted be gone on with? Asked before they are polled, since a provider sends what else a step needs
  // then. False: they are left as they are, pending, and nothing starts any more. May be empty.
  std::function<bool()> may_go_on;
  // Ended or accepted, together: write the outcomes. Local steps come this way too.
  std::function<void(std::span<const StepResult>)> after;
  std::function<void(std::uint32_t)> started;
  // A retry is waiting: which step, why, when.
  std::function<void(std::uint32_t, const ProviderError&, const NextRetry&)> retrying;
  // An accepted step was polled and is still running.
  std::function<void(std::uint32_t, const Running&)> polled;
  // Called at least ten times a second.
  std::function<void()> tick;
  // Stop starting new steps.
  std::function<bool()> interrupted;
};

// One result a step, in order; none is Waiting or Running.
std::vector<StepResult> run_steps(Provider& provider, std::vector<ScheduledStep> steps, const SchedulerOptions& options,
                                  const SchedulerHooks& hooks);

}  // namespace pairform
