// If a region is lost: where does every vm come up, and does it come home? Reads files, state and cloud, and leaves all
// three, the lock and the journal alone.
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "cli/command.h"
#include "cli/partial_run.h"
#include "cli/render_drill.h"
#include "cli/shell_word.h"
#include "cli/wrap.h"
#include "engine/model/address_words.h"
#include "engine/recovery/kept_landings.h"
#include "engine/recovery/landing_text.h"
#include "schema/address.h"
#include "schema/base_types.h"
#include "schema/terminal_text.h"

namespace pairform {
namespace {

// The regions that vms have their home in, by what the word names: `pairform drill vm.web1`.
bool names_vm(const Run& run, const std::string& word, const Options& options) {
  for (const DeclaredVm& vm : run.world.desired.vms) {
    if (!names_address(std::string(vm_of_nic(word)), run.project.texts().view(vm.address))) continue;
    const std::string_view region = run.project.texts().view(vm.region);
    print_problem(Code::Usage, fmt::format("{} is no region", escape_for_terminal(word)),
                  "a drill is of the loss of a region",
                  fmt::format("pairform drill {} --vm {}", region.empty() ? "REGION" : region,
                              escape_for_terminal(shell_word(word))),
                  options);
    return true;
  }
  return false;
}

// False: nothing of the project is there.
bool find_region(const Run& run, const std::string& region, const Options& options) {
  const std::vector<std::string> known = regions_of(run.project, run.world.desired);
  if (std::binary_search(known.begin(), known.end(), region)) return true;
  if (names_vm(run, options.words.front(), options)) return false;
  print_problem(Code::NothingInRegion,
                fmt::format("the project has neither vm nor network in \"{}\"", escape_for_terminal(region)), "",
                known.empty() ? std::string("declare what is there")
                              : fmt::format("its regions are {}", list_text(known, known.size())),
                options);
  return false;
}

// The network of the project that `--test-network` names, in a region that vms of the drilled one recover to. None: it
// is told why not.
DesiredId find_test_network(const Run& run, const DrillRequest& request, const std::string& wanted,
                            const Options& options) {
  const auto view = [&](Text text) { return run.project.texts().view(text); };
  std::vector<std::string_view> networks;
  DesiredId network;
  for (const auto d : run.world.desired.rows.ids()) {
    if (run.world.desired.rows[d].type != k_network_type) continue;
    networks.push_back(view(run.world.desired.rows[d].address));
    if (networks.back() == wanted) network = d;
  }
  if (!network) {
    unknown_address(wanted, "is no network of the project", networks, options);
    return {};
  }
  const Text region = run.world.desired.cell(run.world.desired.rows[network], network_column::region);
  for (const DesiredId other : request.test_networks)
    if (run.world.desired.cell(run.world.desired.rows[other], network_column::region) == region) {
      print_problem(Code::Usage,
                    fmt::format("--test-network names two networks of {}: {} and {}", view(region),
                                view(run.world.desired.rows[other].address), wanted),
                    "", "name one network for each region that vms recover to", options);
      return {};
    }
  std::vector<std::string> targets;
  for (const DeclaredVm& vm : run.world.desired.vms) {
    if (view(vm.region) != request.region) continue;
    if (vm.target_region == region) return network;
    targets.emplace_back(view(vm.target_region));
  }
  std::sort(targets.begin(), targets.end());
  targets.erase(std::unique(targets.begin(), targets.end()), targets.end());
  print_problem(Code::TestNetworkElsewhere, fmt::format("no vm of {} recovers to {}", request.region, view(region)),
                fmt::format("{} is there; a test failover comes up in the region that vms recover to", wanted),
                targets.empty() ? std::string("leave --test-network out")
                                : fmt::format("name a network of {}", list_text(targets, targets.size())),
                options);
  return {};
}

bool find_test_networks(const Run& run, DrillRequest& request, const Options& options) {
  for (const std::string& wanted : options.test_network) {
    const DesiredId network = find_test_network(run, request, wanted, options);
    if (!network) return false;
    request.test_networks.push_back(network);
  }
  return true;
}

std::vector<std::string_view> vms_of(const DrillReport& report) {
  std::vector<std::string_view> all;
  for (const DrilledVm& vm : report.vms) all.push_back(vm.address);
  return all;
}

// What of the report is asked for. False: one of the vms is not in it.
bool select(DrillReport& report, const Options& options) {
  if (const auto none = select_vms(report, options.vm)) {
    const std::vector<std::string_view> all = vms_of(report);
    print_problem(Code::UnknownAddress,
                  fmt::format("--vm {}: no such vm has its home in {}", escape_for_terminal(*none), report.region), "",
                  suggest_addresses(*none, all), options);
    return false;
  }
  if (options.problems) show_problems_only(report);
  return true;
}

// Something that may matter was not seen.
bool is_unseen(const Run& run) {
  return std::any_of(run.world.prior.rows.begin(), run.world.prior.rows.end(),
                     [](const PriorRow& row) { return row.presence == Existence::Unknown; });
}

// Without a drill. Errors of files are told in JSON, too: whoever reads the object learns of them.
void print_errors(const Run& run, const PartialRun& part, const std::string& region, Diagnostics& diagnostics,
                  const Options& options) {
  if (options.json && (!part.readable || part.files_wrong) && !run.cloud.stop.stop_requested())
    print(drill_json(report_errors(region, run.project.config.sources, diagnostics)) + "\n");
  print_diagnostics(run, diagnostics, options);
}

// None: the words name what is not there, which is told.
std::optional<DrillRequest> find_request(const Run& run, const PartialRun& part, const std::string& region,
                                         const Options& options) {
  DrillRequest request{.region = region,
                       .test = options.test,
                       .test_networks = {},
                       .offline = options.offline,
                       .files_wrong = part.files_wrong};
  // A network whose stanza is wrong may be there.
  if (!run.world.wrong.networks && !find_region(run, region, options)) return std::nullopt;
  if (!find_test_networks(run, request, options)) return std::nullopt;
  return request;
}

void print_report(const Run& run, const DrillReport& report, Diagnostics& diagnostics, const Options& options) {
  if (is_unseen(run))
    diagnostics.add({Code::NotSeen,
                     Severity::Error,
                     "not everything could be read",
                     "what could not be seen is told as it is recorded",
                     "give pairform access, or drill what is recorded: --offline",
                     {},
                     {}});
  if (options.json) print(drill_json(report) + "\n");
  else print(wrap(drill_text(report, {use_colour(stdout, options), options.offline}), terminal_width(stdout)));
  print_diagnostics(run, diagnostics, options);
  print_timings(run, options);
}

}  // namespace

Exit command_drill(const Options& options) {
  if (options.words.empty()) {
    print_problem(Code::Usage, "drill needs a region", "", "pairform drill eastasia", options);
    return Exit::Error;
  }
  Run run = new_run();
  Diagnostics diagnostics;
  const std::string region = canonical_region(options.words.front());
  const PartialRun part = run_in_part(run, options, "drill again", diagnostics);
  if (!part.readable) {
    print_errors(run, part, region, diagnostics, options);
    return end_without_plan(run, options);
  }
  std::optional<DrillRequest> request = find_request(run, part, region, options);
  if (!request) {
    print_errors(run, part, region, diagnostics, options);
    return Exit::Error;
  }
  request->kept = kept_otherwise(
      {run.project.config, run.project.parsed, run.state.recorded, *run.world.names, run.world.landings, {}},
      run.world.desired, run.world.prior, run.project.texts());
  DrillReport report = report_drill(run.project, run.world, *request, diagnostics);
  if (!select(report, options)) {
    print_diagnostics(run, diagnostics, options);
    return Exit::Error;
  }
  print_report(run, report, diagnostics, options);
  if (is_unseen(run)) return Exit::Error;
  const bool all_home = report.count(VmFate::Home) == report.vms.size() && report.too_small == 0;
  return all_home && !report.errors ? Exit::Ok : Exit::Changes;
}

}  // namespace pairform
