#include "tests/property/rebuilding.h"

#include <fmt/format.h>

#include "engine/act/rebuild.h"
#include "engine/read/directives.h"
#include "engine/read/stored_state.h"

namespace pairform::property {

// As the command does it. The passes of Project::plan end where they read state: it is no state then.
Rebuilding rebuild(const Project& project) {
  const std::optional<std::string> state = project.state();
  project.set_state("no state\n");
  Planned planned = project.plan({.locked = true});
  project.set_state(state);
  Run& run = planned.run;
  Diagnostics said;
  StoredRows stored;
  Rebuilding result;
  const auto failed = [&] {
    for (const Diagnostic& each : said.items()) {
      result.errors += fmt::format("{} {}\n", code_text(each.code), each.summary);
      result.of_another |= each.code == Code::StateOfAnother || each.code == Code::StateTooNew;
    }
    return result;
  };
  if (!run.state.backend || !run.cloud.provider) return result;  // the files are wrong
  if (!read_readable(run.project, run.world.desired, run.cloud.scope, run.state, stored, said)) return failed();
  take_over_recorded(run);
  resume(run.project, run.world.desired, run.state, run.cloud, {.journal = true}, said);
  PlanOptions options{.allow_unknown = true};
  options.selection.adopt_only = options.selection.refresh_only = true;
  Diagnostics of_plan;
  if (!make_plan(run, options, of_plan)) {
    said.append(std::move(of_plan));
    return failed();
  }
  const Rebuilt rebuilt = rebuild_recorded(run.project, run.state, run.cloud, run.world, run.plan, stored.inferred);
  result.done =
      rebuilt.is_stored || store_rebuilt(run.project, run.state, run.cloud, rebuilt.bytes) == StoreAnswer::Durable;
  run.state.backend->unlock();
  return result;
}

}  // namespace pairform::property
