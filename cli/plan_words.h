// What plan, apply and why share: options to planning, and a plan in words.
#pragma once
#include "cli/command.h"

namespace pairform {

// Reads the files, and brings the schema that editors use up to date (cli/schema_file.h). False: errors.
bool load_files(Run& run, const Options& options, Diagnostics& diagnostics);
// Fills the run up to the plan. False: errors, or state that cannot be read.
bool plan_run(Run& run, const Options& options, const PlanOptions& planning, Diagnostics& diagnostics);
// What the options of plan, apply and destroy ask of planning.
PlanOptions plan_options(const Options& options);

// The plan, made without errors, as text, with what the options leave out and what needs approval, for the terminal
// behind standard output. `saved`: the JSON it was read from; "": it was made by this run.
std::string plan_words(const Run& run, const Options& options, bool destroy, const std::string& saved = {});
// The same as Markdown (cli/render_markdown.h), also where errors kept it from being made.
std::string plan_comment(const Run& run, const Options& options, const Diagnostics& diagnostics);
// The command line that would do the same again: "pairform apply --target network.app". `verb`: apply or destroy. It
// works where this one was typed, and is quoted for a shell.
std::string same_command(const Options& options, std::string_view verb);
// The vms and the machines of others that are failed over: while there are any, apply refuses.
std::vector<std::string_view> failed_over(const Run& run);
// What the plan needs approval for, one diagnostic a code. `command` approves it.
void report_guards(const Plan& plan, const std::string& command, Diagnostics& diagnostics);
// The one that carries out the plan saved by --out.
std::string saved_plan_command(const Options& options);
// That a plan did not see everything.
Diagnostic not_seen(const Run& run, Severity severity);

}  // namespace pairform
