// Carries steps out: begins them, and drives those that were accepted until they have ended.
//
// An accepted step is driven by those who poll it: each poll asks after the request that is under way, and once that has
// ended sends the next one that the step needs (step_run.h), until nothing is needed; then the thing is read until it shows
// what was written, at once and after 2, 5, 10 and 20 s. Before it is time to ask again a poll repeats its last answer without
// a call.
//
// After a restart nothing of that is in memory: `poll` only reads, whether something is under way.
// The steps of one vm's landing travel as one request: one run, a handle for each.
// Threads: any number; calls about one step wait for each other.
#pragma once
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "providers/azure/announced.h"
#include "providers/azure/step_run.h"

namespace pairform::azure {

class Writer {
 public:
  Writer(Session& session, Reader& reader) : session_(session), reader_(reader), plumbing_(session, reader) {}

  std::vector<BeginAnswer> begin(std::span<const CloudStep> steps, const CallLimits& limits);
  PollAnswer poll(std::string_view handle, const CallLimits& limits);
  // What of this is not there, or not where it has to be: each read once. What may not be read is left to its steps.
  std::vector<StepProblem> lacks(const NeededThings& needed, const CallLimits& limits);

 private:
  struct Driven {
    std::mutex mutex;
    StepRun run;
    std::optional<PollAnswer> ended;  // for whoever still waits for the mutex
  };
  // A handle in memory: its run, and which step of the run's group it is of.
  struct Place {
    std::shared_ptr<Driven> driven;
    std::size_t step = 0;
  };
  std::vector<BeginAnswer> begin_group(std::span<const CloudStep> steps, const CallLimits& limits);
  std::vector<BeginAnswer> accept(StepRun run);
  std::optional<Place> find(std::string_view handle);
  PollAnswer drive(std::string_view handle, const Place& place, const CallLimits& limits);
  PollAnswer go_on(StepRun& run, const CallLimits& limits);
  std::optional<PollAnswer> seeded(StepRun& run, const CallLimits& limits);
  std::optional<PollAnswer> ask_after(StepRun& run, const CallLimits& limits, bool& may_send);
  PollAnswer take(StepRun& run, Move move, const CallLimits& limits);
  PollAnswer unseen(StepRun& run);
  PollAnswer refused(StepRun& run, ProviderError error);
  PollAnswer read_back(StepRun& run, const CallLimits& limits);
  PollAnswer look_at_item(const Handle& handle, const CallLimits& limits);
  PollAnswer look_only(const Handle& handle, const CallLimits& limits);
  Move advance(StepRun& run, const CallLimits& limits, bool may_send = true);
  std::chrono::milliseconds pause_before_asking(const StepRun& run) const;
  Running running(StepRun& run, std::string text, std::chrono::milliseconds pause) const;

  Session& session_;
  Reader& reader_;
  PlumbingMaker plumbing_;
  std::mutex table_;  // of driven_
  std::map<std::string, Place, std::less<>> driven_;
};

}  // namespace pairform::azure
