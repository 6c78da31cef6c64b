// What an earlier run left open, settled before anything is planned: intents without an outcome (the cloud is asked by
// identity whether it happened) and accepted operations (polled once, or until `wait` is over). It only reads: what is left
// of a step (a vm that waited for its container, a network that got one of two subnets) is for the plan that follows, and
// is sent once that is approved.
// The outcomes are folded into `state.recorded`; the holder of the lock journals them too, `plan` keeps them in memory.
#pragma once
#include <chrono>
#include <functional>

#include "engine/phases.h"

namespace pairform {

struct ResumeOptions {
  bool journal = false;               // needs the lock
  std::chrono::milliseconds wait{0};  // how long to wait for accepted operations; 0: ask once
  std::function<bool()> interrupted;  // may be empty
  // Accepted operations are still running: how many, and of the first one the address and the service's words about it
  // ("" if it has none). Called after each round of polls; may be empty.
  std::function<void(std::string_view address, std::string_view text, std::size_t running)> progress;
};

// What became of accepted operations, by recorded address, each in address order.
struct ResumeReport {
  std::vector<Text> done;
  std::vector<Text> failed;
  std::vector<Text> pending;  // still
  std::vector<Text>
      unknown;  // steps of which it could not be read whether they were carried out: their intents stay open in
                // the journal, as long as nothing more is written to it
};

// `desired`: what networks are called now. Operations that failed are told as errors by a run that journals, which ends with
// exit code 4, else as warnings.
ResumeReport resume(Project& project, const DesiredState& desired, StateSession& state, const CloudSession& cloud,
                    const ResumeOptions& options, Diagnostics& diagnostics);

}  // namespace pairform
