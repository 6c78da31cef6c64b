#include <fmt/format.h>

#include "cli/command.h"
#include "providers/simulator/portal.h"
#include "providers/simulator/provider.h"
#include "schema/config_loader.h"

namespace pairform {
namespace {
std::string without_usage(const std::string& text) {
  constexpr std::string_view k_usage = "usage: ";
  return text.starts_with(k_usage) ? text.substr(k_usage.size()) : text;
}
}  // namespace

// The portal works without a sound project: only the place of its database is taken from the files.
Exit command_sim(const Options& options) {
  if (options.help || options.words.empty()) {
    print("usage: pairform sim …\n\nThe simulator's portal: changes things behind pairform's back.\n\n" +
          simulator::portal_usage());
    return options.help ? Exit::Ok : Exit::Error;
  }
  Run run = new_run();
  Diagnostics ignored;
  const Configuration config = load_configuration(options.directory, run.types, 1, ignored, LoadScope::Settings);
  std::string database = ".pairform/simulator.db";
  for (const auto& [name, value] : config.project.provider_settings)
    if (name == "database") database = value;
  try {
    const simulator::PortalResult result = simulator::run_portal(
        simulator::database_path(config.directory.string(), database), options.words, config.project.edition);
    print(result.out);
    const std::size_t line = result.error.find('\n');
    if (!result.error.empty())  // what is wrong, then what would be right
      print_problem(Code::PortalRefused, result.error.substr(0, line), "",
                    line == std::string::npos ? std::string() : without_usage(result.error.substr(line + 1)), options);
    return static_cast<Exit>(result.exit_code);
  } catch (const std::runtime_error& failed) {
    print_problem(Code::ProviderFailed, failed.what(), "", "check [provider.simulator] database", options);
    return Exit::Error;
  }
}

}  // namespace pairform
