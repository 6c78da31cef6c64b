#include "tests/property/vm_worlds.h"

#include <fmt/format.h>

#include <algorithm>

#include "schema/base_types.h"

namespace pairform::property {

// Under 2018-05 the service moves what lands by a mapping along with it, also a replication made elsewhere, which is
// kept as it is: the next plan lets go of what that landed in.
bool moves_others_along(const Planned& planned) {
  const Run& run = planned.run;
  if (run.project.edition != "2018-05") return false;
  for (const Step& step : run.plan.steps) {
    if (step.operation != StepOperation::Update || run.plan.diff.changes[step.change].type != k_mapping_type) continue;
    const DesiredRow& half = run.world.desired.rows[run.plan.diff.changes[step.change].desired];
    for (const DesiredRow& row : run.world.desired.rows)
      if (row.type == k_vm_type &&
          run.world.desired.cell(row, vm_column::network) == run.world.desired.cell(half, half_column::source) &&
          run.world.desired.cell(row, vm_column::target_network) != run.world.desired.cell(half, half_column::target))
        return true;
  }
  return false;
}

std::string bring_vms_about(Project& project, const Scenario& scenario, const std::string& provider_settings) {
  for (const WorldNetwork& network : made_elsewhere(scenario))
    if (!project.sim(put_words(network))) return "network cannot be put: " + network.id();
  for (const Words& words : scenario.machines) project.sim(words);
  project.write(scenario.before, 0, provider_settings);
  if (const Planned planned = project.plan(); !planned.sound || moves_others_along(planned)) return "-";
  if (std::string wrong = apply(project); !wrong.empty()) return "before: " + wrong;
  for (const Words& words : scenario.accidents) project.sim(words);
  project.write(scenario.after, 0, provider_settings);
  return "";
}

std::string carry_out_all(Planned& planned, unsigned parallelism) {
  const ApplyReport report = apply_plan(planned.run, quick_apply(parallelism));
  planned.run.state.backend->unlock();
  for (const StepResult& result : report.results)
    if (result.state != StepState::Done)
      return fmt::format("apply: step {} ({}) is not done: {}\n{}", result.step + 1, planned.steps()[result.step],
                         result.error ? result.error->code + " " + result.error->message : "", planned.json);
  return "";
}

std::string check_mirrors(const Planned& planned, const ModelCloud& cloud) {
  const Run& run = planned.run;
  for (const DesiredRow& row : run.world.desired.rows) {
    if (row.type != k_mapping_type || row.mirror == k_none) continue;
    const ModelHalf half{network_identity(planned, run.world.desired.cell(row, half_column::source)),
                         network_identity(planned, run.world.desired.cell(row, half_column::target))};
    const auto at = cloud.halves.find(slot_of(half));
    if (at == cloud.halves.end() || at->second != half)
      return fmt::format("mirror: {} does not lead to {}", slot_of(half), half.target);
  }
  return "";
}

std::set<std::string> held_ids(const ModelCloud& cloud, const std::set<std::string>& only) {
  std::set<std::string> out;
  for (const auto& [id, vm] : cloud.vms) {
    const std::string region = region_of_network(id), scope = scope_of(id);
    const std::string home = scope + vm.target_region +
                             id.substr(scope.size() + region.size());  // a machine that is reversed was made there
    if (vm.status == "settled" || (!only.contains(id) && !only.contains(home))) continue;
    out.insert({id, id + "/", home, home + "/", vm.network, vm.target_network, vm.network + ":" + vm.target_region,
                vm.target_network + ":" + region});
  }
  return out;
}

namespace {

bool is_held(const std::string& id, const std::set<std::string>& held) {
  return held.contains(id) || held.contains(id.substr(0, id.rfind('/') + 1));
}

template <class Thing>
std::string changes(const std::map<std::string, Thing>& found, const std::map<std::string, Thing>& now,
                    const std::set<std::string>& held) {
  for (const auto& [id, thing] : found)
    if (is_held(id, held) && (!now.contains(id) || now.at(id) != thing)) return "held: changed " + id + "\n";
  for (const auto& [id, thing] : now)
    if (is_held(id, held) && !found.contains(id)) return "held: made " + id + "\n";
  return "";
}

}  // namespace

std::string check_untouched(const Planned& planned, const std::set<std::string>& held) {
  const Run& run = planned.run;
  for (const Step& step : run.plan.steps) {
    if (!changes_cloud(step.operation)) continue;
    const std::string identity(
        run.project.texts().view(step.operation == StepOperation::Delete
                                     ? run.world.prior.rows[step.subject].identity
                                     : run.world.desired.rows[run.plan.diff.changes[step.change].desired].identity));
    const std::string id = identity.substr(identity.rfind(' ') + 1);
    if (is_held(id, held))
      return fmt::format("held: a step touches {}\n  held {}\n{}", id, fmt::join(held, ", "), planned.json);
  }
  return "";
}

std::string check_unchanged(const ModelCloud& found, const ModelCloud& now, const std::set<std::string>& held) {
  return changes(found.networks, now.networks, held) + changes(found.halves, now.halves, held) +
         changes(found.vms, now.vms, held) + changes(found.nics, now.nics, held);
}

namespace {

// Machines that are replicated, and that no file of the scenario ever declares.
std::map<std::string, ModelVm> strangers_of(const Scenario& scenario, const ModelCloud& cloud) {
  std::map<std::string, ModelVm> out;
  for (const auto& [id, vm] : cloud.vms)
    if (!vm.target_network.empty()) out.emplace(id, vm);
  for (const World* world : {&scenario.before, &scenario.after})
    for (const WorldVm& vm : world->vms) out.erase(vm.identity());
  return out;
}

// A half that a stranger needs is taken away under the guard only.
std::string check_halves_of(const std::map<std::string, ModelVm>& strangers, const Planned& planned) {
  const Run& run = planned.run;
  const bool guarded = std::any_of(run.plan.guards.begin(), run.plan.guards.end(), [](const GuardFinding& finding) {
    return finding.message.find("half.in_use") != std::string::npos;
  });
  std::set<std::string> slots;
  for (const auto& [id, vm] : strangers) {
    slots.insert(vm.network + ":" + vm.target_region);
    slots.insert(vm.target_network + ":" + region_of_network(id));
  }
  for (const Step& step : run.plan.steps) {
    const Change& change = run.plan.diff.changes[step.change];
    if (change.type != k_mapping_type || guarded) continue;
    const bool goes = step.operation == StepOperation::Delete;
    if (!goes && step.operation != StepOperation::Update) continue;
    const Text slot =
        goes ? run.world.prior.rows[step.subject].identity : run.world.desired.rows[change.desired].identity;
    if (slots.contains(std::string(run.project.texts().view(slot))))
      return fmt::format("strangers: {} is taken away from one, and nobody is asked\n{}",
                         run.project.texts().view(slot), planned.json);
  }
  return "";
}

// No address is given away that the service has recorded for a stranger.
std::string check_addresses_of(const std::map<std::string, ModelVm>& strangers, const Planned& planned,
                               const ModelCloud& found) {
  std::set<std::string> promised;  // "network ip"
  for (const auto& [id, nic] : found.nics) {
    const auto vm = strangers.find(nic.vm);
    if (vm == strangers.end()) continue;
    if (!nic.target_ip.empty()) promised.insert(vm->second.target_network + " " + nic.target_ip);
  }
  for (const PlacementRow& row : planned.run.world.placements) {
    const bool chosen = row.ip_reason == IpReason::SameAddress || row.ip_reason == IpReason::SameHost ||
                        row.ip_reason == IpReason::NextAvailable;
    const std::string place =
        network_identity(planned, row.target_network) + " " + std::string(planned.run.project.texts().view(row.ip));
    if (chosen && promised.contains(place))
      return fmt::format("strangers: {} is promised to one\n{}", place, planned.json);
  }
  return "";
}

// What somebody added to a network stays there as long as the network does.
std::string check_subnets_of_others(const ModelCloud& found, const ModelCloud& now) {
  const auto has = [](const ModelNetwork& network) { return network.subnets.find("\"others\":") != std::string::npos; };
  for (const auto& [id, network] : found.networks)
    if (has(network) && now.networks.contains(id) && !has(now.networks.at(id)))
      return fmt::format("strangers: {} lost a subnet that somebody added\n", id);
  return "";
}

}  // namespace

std::string vms_converge(const Scenario& scenario, VmTally& tally) {
  Project project;
  if (std::string wrong = bring_vms_about(project, scenario); !wrong.empty()) {
    ++tally.refused;
    return wrong == "-" ? "" : wrong;
  }
  const ModelCloud found = project.cloud();
  Planned planned = project.plan({.locked = true});
  if (!planned.sound) {
    ++tally.refused;
    return planned.run.plan.steps.empty() ? "" : "refusal: a refused plan has steps";
  }
  if (moves_others_along(planned)) return "";
  if (!planned.run.plan.complete) {  // nobody knows where a machine lives that is not there
    ++tally.refused;
    return "";
  }
  ++tally.planned;
  tally.steps += planned.run.plan.steps.size();
  tally.tests += planned.run.world.tests.size();
  for (const std::string& wrong : {check_waits(planned), check_direct_waits(planned), check_list_order(planned)})
    if (!wrong.empty()) return wrong;
  const std::map<std::string, ModelVm> strangers = strangers_of(scenario, found);
  tally.with_strangers += strangers.empty() ? 0 : 1;
  if (std::string wrong = check_halves_of(strangers, planned); !wrong.empty()) return wrong;
  if (std::string wrong = check_addresses_of(strangers, planned, found); !wrong.empty()) return wrong;
  if (std::string wrong = carry_out_all(planned); !wrong.empty()) return wrong;
  const ModelCloud now = project.cloud();
  if (std::string wrong = check_subnets_of_others(found, now); !wrong.empty()) return wrong + planned.json;
  if (std::string wrong = check_mirrors(planned, now); !wrong.empty()) return wrong + "\n" + planned.json;
  Random random(scenario.seed);
  if (std::string wrong = check_replay(planned, found, now, random, 5); !wrong.empty()) return wrong + planned.json;
  return nothing_is_left(project, !planned.run.plan.steps.empty());
}

}  // namespace pairform::property
