#include <fmt/format.h>

#include "cli/command.h"
#include "schema/diagnostic_text.h"

namespace pairform {

Exit command_validate(const Options& options) {
  Run run = new_run();
  Diagnostics diagnostics;
  if (load_project(run, options.directory, diagnostics) && read_state(run, diagnostics))
    read_world(run, {.offline = true, .selection = {}, .place_anew = {}}, diagnostics);
  if (options.json) {
    diagnostics.sort();
    std::string out = fmt::format(R"({{"format_version":"1.0","valid":{},"diagnostics":[)", !diagnostics.has_errors());
    for (std::size_t i = 0; i < diagnostics.items().size(); ++i)
      out += (i == 0 ? "" : ",") + diagnostic_json(diagnostics.items()[i], run.config.sources);
    print(out + "]}\n");
  } else {
    print_diagnostics(run, diagnostics, options);
    if (!diagnostics.has_errors()) {
      print(fmt::format("The files are valid: {} resource{}.\n", run.desired.rows.size(),
                        run.desired.rows.size() == 1 ? "" : "s"));
    } else {
      print_error(fmt::format("{} error{}.\n", diagnostics.errors(), diagnostics.errors() == 1 ? "" : "s"));
    }
  }
  return diagnostics.has_errors() ? Exit::Error : Exit::Ok;
}

}  // namespace pairform
