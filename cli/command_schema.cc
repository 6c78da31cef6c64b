#include "cli/command.h"
#include "cli/schema_file.h"
#include "schema/config_loader.h"

namespace pairform {

Exit command_schema(const Options& options) {
  Run run = new_run();
  if (!options.project) {
    print(json_schema(run.project.types) + '\n');
    return Exit::Ok;
  }
  Diagnostics diagnostics;
  run.project.config = load_configuration(options.directory, run.project.types, 1, diagnostics);
  // What stands in a file that cannot be read would be missing. Other mistakes are validate's to tell.
  if (run.project.config.incomplete || run.project.config.directory.empty() ||
      run.project.config.sources.files.empty()) {
    print_diagnostics(run, diagnostics, options);
    print_error_count(diagnostics);
    return Exit::Error;
  }
  const KnownAddresses known = known_addresses(run.project.config, run.project.types);
  print(json_schema(run.project.types, &known) + '\n');
  return Exit::Ok;
}

}  // namespace pairform
