// Worlds of machines: the order of files is nothing, state is memory, what is not seen is left alone, and nobody who
// has a place moves for a newcomer.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "schema/address.h"
#include "schema/base_types.h"
#include "tests/property/vm_worlds.h"

namespace pairform::property {
namespace {

std::string converges_in_any_layout(const Scenario& scenario) {
  Project project;
  if (std::string wrong = bring_vms_about(project, scenario); !wrong.empty()) return wrong == "-" ? "" : wrong;
  return layout_is_nothing(project, scenario);
}

TEST(VmProperty, TheOrderOfFilesAndBlocksAndTheNumberOfThreadsChangeNoByte) {
  hold("vms, layout", 1200001, rounds(50), {4, 2, true}, converges_in_any_layout);
}

std::string without_adopted(std::string state) {
  constexpr std::string_view k_adopted = R"(,"adopted":true)";
  for (std::size_t at = state.find(k_adopted); at != std::string::npos; at = state.find(k_adopted))
    state.erase(at, k_adopted.size());
  return state;
}

// What only state remembers of the past would rightly be lost with it: what the stanza of a pair said that went; facts
// that changed are remembered only when state is written for another reason.
Scenario without_memories(Scenario scenario) {
  for (World* world : {&scenario.before, &scenario.after})
    for (WorldPair& pair : world->pairs) pair.subnets.clear(), pair.same_host = false;
  std::erase_if(scenario.accidents, [](const Words& words) { return words[0] == "put" && words[1] == "vm"; });
  return scenario;
}

// Brings `after` about; "-" where that is refused or not known.
std::string settle(Project& project, const Scenario& scenario) {
  if (std::string wrong = bring_vms_about(project, scenario); !wrong.empty()) return wrong;
  const Planned planned = project.plan();
  if (!planned.sound || !planned.run.plan.complete || moves_others_along(planned)) return "-";
  const std::string wrong = apply(project);
  return wrong.empty() ? "" : "apply: " + wrong;
}

// Did somebody add to a derived network that was adopted and does not bear our tag? Without state nothing tells that it
// was derived: it is an existing one then, under a key of its own (spec section 11).
bool others_added_to_what_was_adopted(const std::string& state, const ModelCloud& cloud) {
  for (const auto& [address, thing] : recorded_things(state)) {
    const auto network = cloud.networks.find(thing.id);
    if (!thing.is_network || thing.existing || thing.because.empty() || network == cloud.networks.end()) continue;
    const bool ours = network->second.tags.find("pairform-project") != std::string::npos;
    if (!ours && (network->second.subnets != thing.subnets || network->second.address_space != thing.address_space))
      return true;
  }
  return false;
}

std::string losing_state_is_nothing(const Scenario& given) {
  const Scenario scenario = without_memories(given);
  Project project;
  if (std::string wrong = settle(project, scenario); !wrong.empty()) return wrong == "-" ? "" : wrong;
  const std::optional<std::string> state = project.state();
  if (!state || scenario.after.networks.empty()) return "";
  const ModelCloud cloud = project.cloud();
  if (others_added_to_what_was_adopted(*state, cloud)) return "";
  project.set_state(std::nullopt);
  const Planned planned = project.plan();
  if (!planned.sound) return "lost: refused: " + planned.errors();
  for (const Step& step : planned.run.plan.steps)
    if (changes_cloud(step.operation)) return "lost: a step would change the cloud:\n" + planned.json;
  if (std::string wrong = apply(project); !wrong.empty()) return "apply: " + wrong;
  if (without_adopted(project.state().value_or("")) != without_adopted(*state))
    return "lost: what was made again differs:\n" + *state + project.state().value_or("");
  const std::string wrong = difference(cloud, project.cloud());
  return wrong.empty() ? "" : "cloud: it has changed\n" + wrong;
}

TEST(VmProperty, LosingStateChangesNothingInTheCloud) {
  hold("vms, lost", 1210001, rounds(70), {4, 2, true}, losing_state_is_nothing);
}

// Where state is lost in the middle of edits and accidents: nothing is deleted, and nothing that is there is made.
std::string nothing_is_lost(const Scenario& scenario) {
  Project project;
  if (std::string wrong = bring_vms_about(project, scenario); !wrong.empty()) return wrong == "-" ? "" : wrong;
  project.set_state(std::nullopt);
  const ModelCloud found = project.cloud();
  Planned planned = project.plan({.locked = true});
  if (!planned.sound || !planned.run.plan.complete) return "";
  for (const Step& step : planned.run.plan.steps)
    if (step.operation == StepOperation::Delete)
      return "lost: something is deleted that nothing remembers:\n" + planned.json;
  if (std::string wrong = carry_out_all(planned); !wrong.empty()) return wrong;
  const ModelCloud now = project.cloud();
  Random random(scenario.seed);
  if (std::string wrong = check_replay(planned, found, now, random, 2); !wrong.empty()) return wrong;
  return nothing_is_left(project, !planned.run.plan.steps.empty());
}

TEST(VmProperty, WithoutStateNothingIsDeletedAndNothingIsMadeTwice) {
  hold("vms, unremembered", 1220001, rounds(70), {4, 3, true}, nothing_is_lost);
}

// Identities, as the portal lists them, of what a step changes and of what that stands on: a half on its networks, a
// vm on its networks and on both halves it lands by, a nic on its vm and where that lands.
std::set<std::string> rests_on(const Planned& planned, const Step& step) {
  const Run& run = planned.run;
  std::set<std::string> ids;
  const bool is_gone =
      step.operation == StepOperation::Forget && run.world.prior.rows[step.subject].presence == Existence::Absent;
  const auto add = [&](Text identity) {
    const std::string text(run.project.texts().view(identity));
    ids.insert(text.substr(text.rfind(' ') + 1));
  };
  const auto add_row = [&](const auto& state, const auto& row, const auto& add_vm) {
    add(row.identity);
    if (is_gone) return;  // what is gone stands on nothing
    // What is outside the project is not looked at.
    const auto network = [&](std::size_t column) {
      const bool ours = run.project.texts().view(state.cell(row, column)).starts_with("network.");
      return ours ? network_identity(planned, state.cell(row, column)) : "";
    };
    if (row.type == k_mapping_type) ids.insert({network(half_column::source), network(half_column::target)});
    if (row.type == k_vm_type) {
      const std::string source = network(vm_column::network), target = network(vm_column::target_network);
      ids.insert({source, target});
      for (const auto& half : state.rows)
        if (half.type == k_mapping_type && run.project.texts().view(half.identity) == slot_of({source, target}))
          add(half.identity);
    }
    if (row.type != k_nic_type) return;
    const std::string_view vm = vm_of_nic(run.project.texts().view(row.address));
    for (const auto& other : state.rows)
      if (run.project.texts().view(other.address) == vm) add_vm(state, other, add_vm);
  };
  if (step.subject != k_none) add_row(run.world.prior, run.world.prior.rows[step.subject], add_row);
  if (step.operation == StepOperation::Delete || step.operation == StepOperation::Forget) return ids;
  add_row(run.world.desired, run.world.desired.rows[run.plan.diff.changes[step.change].desired], add_row);
  return ids;
}

// What pairform may be denied to read.
std::vector<std::string> scopes_of(const Project& project, const ModelCloud& found) {
  std::vector<std::string> scopes;
  for (const auto& [id, network] : found.networks) scopes.insert(scopes.end(), {id, region_of_network(id)});
  for (const auto& [slot, half] : found.halves) scopes.push_back(slot);
  for (const auto& [id, vm] : found.vms) scopes.push_back(id);
  const std::vector<std::string> recorded = recorded_ids(project.state());
  for (const auto& [id, nic] : found.nics)  // of another one nobody could know
    if (std::find(recorded.begin(), recorded.end(), id) != recorded.end()) scopes.push_back(id);
  return scopes;
}

template <class Thing>
std::string changed(const std::map<std::string, Thing>& found, const std::map<std::string, Thing>& now,
                    const std::set<std::string>& denied) {
  for (const auto& [id, thing] : found)
    if (is_in(id, denied) && (!now.contains(id) || now.at(id) != thing)) return "unseen: changed " + id;
  return "";
}

std::string unseen_is_left_alone(const Scenario& scenario) {
  Project project;
  if (std::string wrong = bring_vms_about(project, scenario); !wrong.empty()) return wrong == "-" ? "" : wrong;
  const ModelCloud found = project.cloud();
  const Planned seen = project.plan();
  if (!seen.sound || !seen.run.plan.complete) return "";
  Random random(scenario.seed);
  const std::set<std::string> denied = deny_some(project, scopes_of(project, found), 2, random);
  const std::string said = fmt::format("denied {}\n", fmt::join(denied, ", "));
  Planned planned = project.plan({.locked = true});
  // For a mapping that cannot be read speaks what is remembered of it, and that may fix another target.
  if (planned.has_error(Code::TargetFixed)) return "";
  if (!planned.sound) return "unseen: refused: " + said + planned.errors();
  for (const Step& step : planned.run.plan.steps)
    for (const std::string& id : rests_on(planned, step))
      if (is_in(id, denied)) return fmt::format("unseen: a step rests on {}: {}{}", id, said, planned.json);
  if (std::string wrong = carry_out_all(planned); !wrong.empty()) return said + wrong;
  const ModelCloud now = project.cloud();
  for (const std::string& wrong :
       {changed(found.networks, now.networks, denied), changed(found.halves, now.halves, denied),
        changed(found.vms, now.vms, denied), changed(found.nics, now.nics, denied)})
    if (!wrong.empty()) return wrong + "\n" + said + planned.json;
  for (const std::string& scope : denied) project.sim({"allow", scope});
  if (std::string wrong = apply(project); !wrong.empty())
    return "seen again: " + said + wrong + planned.json + project.state().value_or("");
  const std::string wrong = nothing_is_left(project, false);
  return wrong.empty() ? "" : "seen again: " + said + wrong;
}

TEST(VmProperty, WhatCannotBeSeenIsLeftAloneWithAllThatDependsOnIt) {
  hold("vms, unseen", 1230001, rounds(80), {4, 2, true}, unseen_is_left_alone);
}

// Another vm on a network that nobody lands in, towards any region.
World with_newcomers(const World& world, const ModelCloud& cloud, Random& random) {
  World out = world;
  for (int n = 1; n <= 2; ++n) {
    if (world.networks.empty()) return world;
    const WorldNetwork& home = random.pick(world.networks);
    bool landed_in = home.subnets.empty();
    for (const auto& [id, vm] : cloud.vms) landed_in |= vm.target_network == home.id();
    const WorldNetwork& away = random.pick(world.networks);
    if (landed_in || away.region == home.region) continue;
    const std::string number = std::to_string(n), prefix = home.subnets.begin()->second;
    WorldVm vm{.key = "0-new" + number,
               .region = home.region,
               .name = "new" + number,
               .network = home.key,
               .target_region = away.region,
               .target_network = {},
               .existing = false,
               .seeding_polls = 0,
               .nics = {}};
    for (const char* name : {"a", "b"})
      vm.nics.push_back({.name = name,
                         .subnet = home.subnets.begin()->first,
                         .ip = "dhcp",
                         .secondary = {},
                         .target_subnet = {},
                         .target_ip = {}});
    if (prefix.ends_with("/24")) vm.nics[0].ip = prefix.substr(0, prefix.rfind('.')) + ".10" + number;
    out.vms.insert(out.vms.begin(), vm);
  }
  return out;
}

std::string newcomers_move_nobody(const Scenario& scenario) {
  Project project;
  if (std::string wrong = settle(project, scenario); !wrong.empty()) return wrong == "-" ? "" : wrong;
  const ModelCloud found = project.cloud();
  Random random(scenario.seed);
  const World more = with_newcomers(scenario.after, found, random);
  if (!more.is_legal() || more.vms.size() == scenario.after.vms.size()) return "";
  project.write(more);
  Planned planned = project.plan({.locked = true});
  if (!planned.sound) return "";
  for (const Step& step : planned.run.plan.steps)
    if (step.subject != k_none && planned.run.world.prior.rows[step.subject].recorded != k_none)
      return "newcomer: something else is touched:\n" + planned.json;
  if (std::string wrong = carry_out_all(planned); !wrong.empty()) return wrong;
  const ModelCloud now = project.cloud();
  for (const auto& [id, nic] : found.nics)
    if (now.nics.at(id) != nic)
      return fmt::format("newcomer: {} has moved\n{}{}", id, difference(found, now), planned.json);
  project.write(scenario.after);
  if (std::string wrong = apply(project); !wrong.empty()) return "newcomers go: " + wrong;
  const ModelCloud then = project.cloud();
  for (const auto& [id, nic] : found.nics)
    if (then.nics.at(id) != nic) return fmt::format("newcomers go: {} has moved\n{}", id, difference(found, then));
  return nothing_is_left(project, false);
}

TEST(VmProperty, ANewcomerMovesNobodyWhenItComesAndWhenItGoes) {
  hold("vms, newcomers", 1240001, rounds(60), {2, 1, true}, newcomers_move_nobody);
}

}  // namespace
}  // namespace pairform::property
