// The only pass with effects: runs the steps of a plan, journals every intent before it is sent and every outcome after
// it, reads back what was written, and folds the outcomes into new state at the end, once.
// It adds no decision: what is done, to what, in which order and with which values is in the plan.
// Where the journal cannot be written any more (a full disk) nothing more is sent, and steps that were sent are waited for.
// At the end their outcomes are appended once more, and state is written; if that fails, too, the report says which steps
// only the cloud knows. Their intents stand in the journal, since no step is sent without: the next run asks about them.
// Where the lock is lost nothing more is sent, and neither journal nor state is written.
#pragma once
#include <chrono>
#include <functional>

#include "engine/act/scheduler.h"
#include "engine/model/plan.h"
#include "engine/phases.h"

namespace pairform {

struct ApplyEvent {
  enum class Kind { Start, Retry, Accepted, Polled, Done, Failed, Skipped, Deferred, Tick } kind = Kind::Start;
  StepId step;  // none: a tick
  const ProviderError* error = nullptr;
  StepId because;
  NextRetry retry{};         // Retry
  std::string_view words{};  // Polled: the service's, about the operation; may be empty
};

struct ApplyOptions {
  SchedulerOptions scheduler;
  std::string operation = "apply";  // for the journal
  std::function<void(const ApplyEvent&)> event;
  std::function<bool()> interrupted;
  bool during_failover = false;  // a failover that begins meanwhile stops nothing
  std::chrono::milliseconds status_age =
      std::chrono::seconds(10);  // how old statuses of machines may be when a step is sent
};

struct ApplyReport {
  std::vector<StepResult> results;      // by step
  std::vector<std::string> half_pairs;  // addresses of pairs of which one half is done and the other is not
  std::vector<Text>
      busy;  // recorded or found addresses of vms of this project at which the cloud is at work, though no
             // operation of ours is known to be under way: they are not settled yet
  // Machines of which a failover may have begun after the plan, with their status; and why statuses could not be read. Then
  // nothing is started any more.
  std::vector<std::string> failed_over;
  std::string unread;
  bool may_be_failed_over() const { return !failed_over.empty() || !unread.empty(); }
  bool interrupted = false;
  bool state_written = false;
  bool state_moved = false;  // somebody replaced the state file meanwhile: the journal keeps the outcomes
  bool lock_lost = false;    // what was done is in the journal as far as it could be written
  // Why the journal or state could not be written ("cannot write …: No space left on device"); nothing was started any
  // more. Empty: they were; or what could not be written at first was written at last, and all steps were done.
  std::string unwritable;
  std::vector<StepId> unrecorded;  // carried out or accepted, and neither the journal nor state says so. In order
  std::uint32_t count(StepState state) const;
};

// `project`: texts are added. `state`: the journal grows, and the backend stores what folded out of it.
ApplyReport apply_plan(Project& project, StateSession& state, const CloudSession& cloud, const World& world,
                       const Plan& plan, const ApplyOptions& options);

}  // namespace pairform
