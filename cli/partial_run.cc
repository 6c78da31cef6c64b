#include "cli/partial_run.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/interruption.h"
#include "cli/waiting.h"
#include "engine/act/resume.h"
#include "schema/address.h"
#include "schema/terminal_text.h"

namespace pairform {
namespace {

// Can the rest be told without the stanzas that are wrong?
bool is_about_stanzas(const Diagnostics& diagnostics) {
  return std::all_of(diagnostics.items().begin(), diagnostics.items().end(), [](const Diagnostic& each) {
    return each.severity != Severity::Error || parse_address(each.address).has_value();
  });
}

}  // namespace

PartialRun run_in_part(Run& run, const Options& options, std::string_view again, Diagnostics& diagnostics) {
  PartialRun out;
  if (!options.offline) run.cloud.stop = catch_interrupts();
  out.files_wrong = !load_project(run, options.directory, diagnostics);
  if (run.project.entry == nullptr || run.project.config.incomplete || !is_about_stanzas(diagnostics)) return out;
  Diagnostics later;
  std::optional<WaitingForCloud> waiting;
  if (!options.offline) waiting.emplace(run.cloud, options);
  const bool read = (options.offline || open_provider(run, later)) && read_state(run, later) &&
                    (options.offline || connect_provider(run, later));
  if (read && !options.offline) resume(run.project, run.world.desired, run.state, run.cloud, {}, later);
  diagnostics.append(std::move(later));
  if (!read) return out;
  if (const auto owner = run.state.backend->locked_by())
    diagnostics.add({Code::Locked,
                     Severity::Note,
                     "an apply is under way; this may be out of date soon",
                     escape_for_terminal(describe(*owner)),
                     fmt::format("{} when it is done", again),
                     {},
                     {}});
  PlanOptions planning;
  planning.offline = options.offline;
  planning.allow_unknown = true;
  out.planned = make_plan(run, planning, diagnostics);
  out.readable = !run.cloud.stop.stop_requested();
  return out;
}

}  // namespace pairform
