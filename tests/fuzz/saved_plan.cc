// A saved plan of any bytes, over a state of a project.
#include "cli/command.h"
#include "engine/read/plan_reader.h"
#include "engine/state/state_file.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pairform;
  Run run = new_run();
  run.project.entry = &run.project.providers.front();
  run.project.config.settings.name = "contoso-dr";
  run.project.config.settings.provider = run.project.entry->name;
  run.project.edition = run.project.entry->default_edition;
  const std::string_view bytes = fuzz::text_of(data, size);
  SavedPlan saved;
  Diagnostics diagnostics;
  is_as_saved(bytes);
  has_checksum(bytes);
  if (!read_plan(bytes, "plan.json", run.project, run.state.recorded, saved, diagnostics))
    fuzz::promise(diagnostics.has_errors(), "a plan that is refused is refused with an error");
  return 0;
}
