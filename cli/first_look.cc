#include "cli/first_look.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "cli/interruption.h"
#include "cli/waiting.h"
#include "schema/terminal_text.h"

namespace pairform {
namespace {

struct Held {
  std::size_t networks = 0, machines = 0, replicated = 0;
};

struct FirstLook {
  std::map<std::string, Held> regions;
  std::set<std::pair<std::string, std::string>> ends;  // of halves: source and target, identities
  std::vector<std::string> unseen;
};

void take(const CloudRow& row, FirstLook& out) {
  const auto text = [&](std::string_view name) { return std::string(find_value(row.attributes, name).value_or("")); };
  if (row.type == "network") ++out.regions[text("region")].networks;
  if (row.type == "vm")
    ++(row.facts_only ? out.regions[text("region")].machines : out.regions[text("region")].replicated);
  if (row.type == "mapping") out.ends.emplace(text("source"), text("target"));
}

std::string counted(std::size_t count, std::string_view word) {
  return fmt::format("{} {}{}", count, word, count == 1 ? "" : "s");
}

void tell(const FirstLook& look) {
  std::size_t width = 0;
  for (const auto& [region, held] : look.regions) width = std::max(width, region.size());
  for (const auto& [region, held] : look.regions)
    print(fmt::format("  {}  {}, {}, {}\n", padded(escape_for_terminal(region), width),
                      counted(held.networks, "network"), counted(held.replicated, "replicated machine"),
                      counted(held.machines, "other")));
  const auto has_mirror = [&](const auto& half) { return look.ends.contains({half.second, half.first}); };
  const auto paired = static_cast<std::size_t>(std::count_if(look.ends.begin(), look.ends.end(), has_mirror));
  print(fmt::format("  {}, {}\n", counted(paired / 2, "mapping pair"),
                    counted(look.ends.size() - paired, "mapping") + " without the way back"));
  if (look.regions.empty()) print("  no network and no machine that you may read\n");
  for (const std::string& each : look.unseen) print(fmt::format("  not read: {}\n", escape_for_terminal(each)));
}

}  // namespace

void look_first(const std::filesystem::path& directory, const Options& options) {
  Run run = new_run();
  run.cloud.stop = catch_interrupts();
  Diagnostics diagnostics;
  bool connected = load_project(run, directory, diagnostics) && open_provider(run, diagnostics);
  FirstLook look;
  {
    const WaitingForCloud waiting(run.cloud, options);
    connected = connected && connect_provider(run, diagnostics);
    if (connected) {
      const auto page = [&](Observation&& seen) {
        for (const CloudRow& row : seen.rows) take(row, look);
        for (const Unseen& each : seen.unseen) look.unseen.push_back(each.scope + ": " + each.error.message);
      };
      run.cloud.provider->observe({{}, {}, true}, page, call_limits(run.cloud.stop));
    }
  }
  if (connected && !run.cloud.stop.stop_requested()) {
    print("The cloud holds:\n");
    tell(look);
  } else {
    print("The cloud was not read: the project is made nevertheless.\n");
  }
  print_diagnostics(run, diagnostics, options);
}

}  // namespace pairform
