// The first events and the last line of `apply --json` (docs/formats/events.md).
#pragma once
#include <string>

#include "cli/command.h"
#include "engine/act/apply.h"
#include "engine/act/resume.h"

namespace pairform {

// What an earlier run left open and this one settled: an event each. `failures`: why, by address.
std::string earlier_events_json(const Run& run, const ResumeReport& resumed, const Diagnostics& failures);

// What an earlier run left open and this one settled is counted with the steps.
std::string apply_result_json(Exit exit, const Run& run, const ApplyReport& report, const ResumeReport& resumed);

// The run is being left before any step was sent: writes the result line past the buffers, unless nobody takes it.
void say_interrupted_result();

}  // namespace pairform
