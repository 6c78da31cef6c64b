// What plan and apply share in words.
#pragma once
#include "cli/command.h"

namespace pairform {

// Fills the run up to the plan. False: errors, or state that cannot be read.
bool plan_run(Run& run, const Options& options, Diagnostics& diagnostics);
// What the options ask of planning.
PlanOptions plan_options(const Options& options);
// Milliseconds a pass, to standard error, where PAIRFORM_TIMINGS is set.
void print_timings(const Run& run);
// How much the options given leave out.
void print_left_out(const Run& run);
// What guards found, and how to approve it.
void print_guards(const Run& run);
// The error of a plan that did not see everything.
Diagnostic not_seen(const Plan& made);

}  // namespace pairform
