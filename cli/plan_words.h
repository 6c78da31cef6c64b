// What plan and apply share in words.
#pragma once
#include "cli/command.h"

namespace pairform {

// Milliseconds a pass, to standard error, where PAIRFORM_TIMINGS is set.
void print_timings(const Run& run);
// What guards found, and how to approve it.
void print_guards(const Run& run);
// The error of a plan that did not see everything.
Diagnostic not_seen(const Plan& made);

}  // namespace pairform
