// How the project stands, on one screen, without a plan. Reads files, state and, unless --offline, the cloud; leaves all
// three, the lock and the journal alone.
#include <fmt/format.h>

#include <optional>
#include <utility>

#include "cli/command.h"
#include "cli/interruption.h"
#include "cli/render_status.h"
#include "cli/waiting.h"
#include "engine/act/resume.h"

namespace pairform {
namespace {

// False: files, state or the cloud have errors, which are in `said`. `files`: warnings about files that can be read, which
// validate and plan show each time already.
bool look(Run& run, const Options& options, Diagnostics& files, Diagnostics& said) {
  if (!load_project(run, options.directory, files)) {
    said.append(std::exchange(files, {}));
    return false;
  }
  if (options.offline) return read_state(run, said);
  std::optional<WaitingForCloud> waiting(std::in_place, run.cloud, options);
  if (!open_provider(run, said) || !read_state(run, said) || !connect_provider(run, said)) return false;
  resume(run.project, run.world.desired, run.state, run.cloud, {}, said);
  PlanOptions reading;
  reading.allow_unknown = true;
  read_world(run, reading, said);
  return !run.cloud.stop.stop_requested() && run.world.names.has_value();
}

StatusReport report_of(const Run& run, const Options& options, bool readable) {
  StatusReport report{
      .status = {}, .project = run.project.config.settings.name, .provider = {}, .edition = run.project.edition};
  report.readable = readable;
  report.status.offline = options.offline;
  if (run.project.entry != nullptr) report.provider = run.project.entry->name;
  if (readable) report.status = project_status(run.project, run.state, run.world, options.offline);
  if (run.state.backend == nullptr) return report;
  report.locked = run.state.backend->locked_by();
  report.unfolded = !run.state.stored.journal.empty();
  const StateWords& words = run.state.backend->words();
  if (!words.file.empty())
    report.commit = newest_commit(run.project.config.directory,
                                  words.file.lexically_relative(run.project.config.directory).string());
  return report;
}

// Drift, as far as it can be told without a plan: something is otherwise than recorded, or a pair is not whole.
bool has_drifted(const ProjectStatus& status) { return status.drift != 0 || !status.broken.empty(); }

}  // namespace

Exit command_status(const Options& options) {
  Run run = new_run();
  Diagnostics files, said;
  if (!options.offline) run.cloud.stop = catch_interrupts();
  const bool readable = look(run, options, files, said);
  if (run.cloud.stop.stop_requested()) {
    print_diagnostics(run, said, options);
    return end_without_plan(run, options);
  }
  StatusReport report = report_of(run, options, readable);
  report.warnings = files.items().size();
  if (options.json) {
    said.append(std::move(files));
    said.sort();
    print(status_json(report, said, run.project.config.sources) + '\n');
  } else {
    print_diagnostics(run, said, options);
    if (run.project.entry != nullptr) print(status_screen(report));
  }
  print_timings(run, options);
  if (said.has_errors() || !report.status.unread.empty()) return Exit::Error;
  return options.detailed_exitcode && has_drifted(report.status) ? Exit::OnlyDrift : Exit::Ok;
}

}  // namespace pairform
