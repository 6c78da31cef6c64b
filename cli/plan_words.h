// What plan, apply and why share: options to planning, and a plan in words.
#pragma once
#include "cli/command.h"

namespace pairform {

// Fills the run up to the plan. False: errors, or state that cannot be read.
bool plan_run(Run& run, const Options& options, Diagnostics& diagnostics);
// What the options ask of planning.
PlanOptions plan_options(const Options& options);
// Milliseconds a pass, to standard error, where PAIRFORM_TIMINGS is set.
void print_timings(const Run& run);

// The plan, made without errors, as text, with what the options leave out and what needs approval, for the terminal
// behind standard output. `saved`: the JSON it was read from; "": it was made by this run.
std::string plan_words(const Run& run, const Options& options, bool destroy, const std::string& saved = {});
// The command line that would do the same again: "pairform apply --target network.app". `verb`: apply or destroy.
std::string same_command(const Options& options, std::string_view verb);
// What the plan needs approval for, one diagnostic a code. `command` approves it.
void report_guards(const Plan& plan, const std::string& command, Diagnostics& diagnostics);
// That a plan did not see everything.
Diagnostic not_seen(const Run& run, Severity severity);

}  // namespace pairform
