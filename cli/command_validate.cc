#include <fmt/format.h>

#include "cli/command.h"
#include "schema/diagnostic_text.h"
#include "schema/json_writer.h"

namespace pairform {

Exit command_validate(const Options& options) {
  Run run = new_run();
  Diagnostics diagnostics;
  if (load_project(run, options.directory, diagnostics) && read_state(run, diagnostics))
    read_world(run, {.offline = true, .selection = {}, .place_anew = {}}, diagnostics);
  if (options.json) {
    diagnostics.sort();
    std::string out;
    JsonWriter json(out);
    json.open_object().member("format_version", k_validate_format).key("valid").boolean(!diagnostics.has_errors());
    json.key("diagnostics").open_array();
    for (const Diagnostic& each : diagnostics.items()) write_diagnostic(json, each, run.project.config.sources);
    json.close_array().close_object();
    print(out + '\n');
  } else {
    print_diagnostics(run, diagnostics, options);
    print_error_count(diagnostics);
    if (!diagnostics.has_errors())
      print(fmt::format("The files are valid: {} resource{}.\n", run.world.desired.rows.size(),
                        run.world.desired.rows.size() == 1 ? "" : "s"));
  }
  print_timings(run, options);
  return diagnostics.has_errors() ? Exit::Error : Exit::Ok;
}

}  // namespace pairform
