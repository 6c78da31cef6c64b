#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <system_error>

#include "cli/command.h"
#include "cli/render_plan.h"
#include "cli/plan_words.h"
#include "cli/wrap.h"
#include "engine/plan_file.h"
#include "engine/resume.h"
#include "schema/terminal_text.h"

namespace pairform {
namespace {

void save(const std::string& path, const std::string& json) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << json << '\n';
  file.close();
  if (!file) throw std::system_error(errno, std::generic_category(), path);
}

}  // namespace

bool plan_run(Run& run, const Options& options, Diagnostics& diagnostics) {
  if (!load_project(run, options.directory, diagnostics)) return false;
  if (!options.offline && !open_provider(run, diagnostics)) return false;
  if (!read_state(run, diagnostics)) return false;
  if (!options.offline) resume(run, {}, diagnostics);
  if (const auto owner = run.backend->locked_by())
    diagnostics.add({Code::Locked, Severity::Note, "an apply is under way; this plan may be out of date soon",
                     escape_for_terminal(describe(*owner)), "plan again when it is done", {}, {}});
  return make_plan(run, plan_options(options), diagnostics);
}

PlanOptions plan_options(const Options& options) {
  return {options.offline, options.destroy, options.allow_unknown,
          {options.target, options.exclude, options.adopt_only, options.refresh_only}};
}

void print_timings(const Run& run) {
  if (std::getenv("PAIRFORM_TIMINGS") == nullptr) return;
  for (const Run::Timing& timing : run.timings) print_error(fmt::format("{:>12.1f} ms  {}\n", timing.milliseconds, timing.pass));
}

Diagnostic not_seen(const Plan& made) {
  return {Code::NotSeen, Severity::Error, fmt::format("{} resources could not be read", made.diff.unknown.size()),
          "nothing is done about what could not be seen, nor about what depends on it",
          "give pairform access and plan again, or go on without them: --allow-unknown", {}, {}};
}

void print_left_out(const Run& run) {
  if (run.plan.left_out != 0)
    print(fmt::format("\n{} more change{} left out by the options given.\n", run.plan.left_out, run.plan.left_out == 1 ? " is" : "s are"));
}

void print_guards(const Run& run) {
  if (run.plan.guards.empty()) return;
  print("\nNeeds approval:\n");
  for (const GuardFinding& finding : run.plan.guards) print(fmt::format("  {}\n", escape_for_terminal(finding.message)));
  print(fmt::format("  to approve exactly this plan: pairform apply --approve {}\n", run.plan.digest.substr(7, 12)));
}

Exit command_plan(const Options& options) {
  Run run = new_run();
  Diagnostics diagnostics;
  const bool sound = plan_run(run, options, diagnostics);
  const bool unseen = sound && !run.plan.complete && !options.allow_unknown;
  diagnostics.sort();
  const std::string json = plan_json(run, diagnostics);
  if (unseen) diagnostics.add(not_seen(run.plan));
  if (options.json) {
    print(json);
    print("\n");
  } else {
    if (sound) {
      print(wrap(plan_text(json, {use_colour(stdout, options), options.offline}), terminal_width(stdout)));
      print_left_out(run);
      print_guards(run);
    }
    print_diagnostics(run, diagnostics, options);
  }
  print_timings(run);
  if (!sound) return Exit::Error;
  if (!options.out.empty()) {
    save(options.out, json);
    if (!options.json) print(fmt::format("Saved to {}. Carry it out: pairform apply {}\n", options.out, options.out));
  }
  if (unseen) return Exit::Error;
  if (!options.detailed_exitcode || run.plan.diff.changes.empty()) return Exit::Ok;
  return run.plan.only_drift() ? Exit::OnlyDrift : Exit::Changes;
}

}  // namespace pairform
