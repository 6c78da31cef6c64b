// `pairform sim …`: hands its words to the simulator's portal, which the registry of providers lists as a tool.
#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "cli/command.h"
#include "cli/project_place.h"
#include "cli/wrap.h"
#include "providers/provider_set.h"
#include "schema/check.h"
#include "schema/config_loader.h"
#include "schema/terminal_text.h"

namespace pairform {
namespace {

constexpr std::size_t k_columns = 80;
constexpr std::string_view k_examples =
    R"(
A network with two subnets, a machine on it with one nic at a static address and
one at a dynamic one, and the replication of that machine as the portal would
enable it:
  pairform sim put network eastasia/app address_space=10.1.0.0/16 \
      subnet.web=10.1.1.0/24 subnet.db=10.1.2.0/24
  pairform sim put vm eastasia/web1 network=app nic.eth0=web:10.1.1.10 nic.eth1=db
  pairform sim replicate eastasia/web1 southeastasia
A project replicates it by a table instead:
  [vm.web1]
  network = "network.app"
  target_region = "southeastasia"
)";

const ProviderTool& tool_of(std::string_view command) {
  const auto tools = provider_tools();
  const auto found =
      std::find_if(tools.begin(), tools.end(), [&](const ProviderTool& each) { return each.command == command; });
  PAIRFORM_CHECK(found != tools.end());
  return *found;
}

std::string without_usage(const std::string& text) {
  constexpr std::string_view k_usage = "usage: ";
  return text.starts_with(k_usage) ? text.substr(k_usage.size()) : text;
}

// An error: what is wrong, then what would be right.
void print_result(const ToolResult& result, const Options& options) {
  print(result.out);
  if (result.error.empty()) return;
  const std::size_t line = result.error.find('\n');
  print_problem(Code::PortalRefused, result.error.substr(0, line), "",
                line == std::string::npos ? std::string() : without_usage(result.error.substr(line + 1)), options);
}

}  // namespace

// The portal works without a sound project: only its settings and the edition are taken from the files.
Exit command_sim(const Options& options) {
  const ProviderTool& tool = tool_of("sim");
  const bool help = options.help || (!options.words.empty() && options.words.front() == "help");
  if (help || options.words.empty()) {
    print("The simulator's portal: changes things behind pairform's back.\n\n" + wrap(tool.usage(), k_columns) + '\n' +
          std::string(k_examples));
    return help ? Exit::Ok : Exit::Error;
  }
  Run run = new_run();
  Diagnostics ignored;
  const Configuration config =
      load_configuration(options.directory, run.project.types, 1, ignored, LoadScope::Settings);
  ProviderContext context{config.directory.string(), config.settings.edition, {}};
  for (const ProviderSetting& setting : config.settings.provider_settings)
    context.settings.push_back({setting.name, setting.value});
  say_where(options);
  try {
    if (!is_project(options.directory))
      print_error(fmt::format("No project here or above: using {}\n", escape_for_terminal(tool.place(context))));
    const ToolResult result = tool.run(context, options.words);
    print_result(result, options);
    return static_cast<Exit>(result.exit_code);
  } catch (const std::runtime_error& failed) {
    print_problem(Code::ProviderFailed, failed.what(), "",
                  "check [provider.simulator] database, and PAIRFORM_SIMULATOR_DB", options);
    return Exit::Error;
  }
}

}  // namespace pairform
