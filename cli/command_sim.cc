#include <fmt/format.h>

#include "cli/command.h"
#include "providers/simulator/portal.h"
#include "providers/simulator/provider.h"
#include "schema/config_loader.h"

namespace pairform {

// The portal works without a sound project: only the place of its database is taken from the files.
Exit command_sim(const Options& options) {
  if (options.help || options.words.empty()) {
    print("usage: pairform sim …\n\nThe simulator's portal: changes things behind pairform's back.\n\n" + portal_usage());
    return options.help ? Exit::Ok : Exit::Error;
  }
  Run run = new_run();
  Diagnostics ignored;
  const Configuration config = load_configuration(options.directory, run.types, 1, ignored, LoadScope::Settings);
  std::string database = ".pairform/simulator.db";
  for (const auto& [name, value] : config.project.provider_settings)
    if (name == "database") database = value;
  try {
    const PortalResult result = run_portal(simulator_database(config.directory.string(), database), options.words);
    print(result.out);
    if (!result.error.empty()) print_problem(Code::PortalRefused, result.error, "", "", options);
    return static_cast<Exit>(result.exit_code);
  } catch (const std::runtime_error& failed) {
    print_problem(Code::ProviderFailed, failed.what(), "", "check [provider.simulator] database", options);
    return Exit::Error;
  }
}

}  // namespace pairform
