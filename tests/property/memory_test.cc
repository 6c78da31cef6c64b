// State is memory, not truth; absent is not unseen; a saved plan is what it was.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "schema/base_types.h"
#include "tests/property/plan_oracles.h"

namespace pairform::property {
namespace {

// Brings a project to what `after` asks for. "-" if that is refused, or asks for nothing.
std::string bring_about(Project& project, Scenario scenario, std::optional<std::string>& older) {
  forget_reshaping(scenario);
  if (std::string wrong = set_up(project, scenario); !wrong.empty()) return wrong;
  older = project.state();
  project.write(scenario.after);
  if (scenario.after.networks.empty() || !project.plan().sound) return "-";
  const std::string wrong = apply(project);
  return wrong.empty() ? "" : "apply: " + wrong;
}

// Everything is as the files say; then another state is put back. `strict`: no step may touch the cloud on the way.
std::string state_is_memory(const Scenario& scenario, bool lost, bool strict) {
  Project project;
  std::optional<std::string> older;
  if (std::string wrong = bring_about(project, scenario, older); !wrong.empty()) return wrong == "-" ? "" : wrong;
  const std::optional<std::string> state = project.state();
  const ModelCloud cloud = project.cloud();
  project.set_state(lost ? std::nullopt : older);
  const Planned planned = project.plan();
  if (!planned.sound) return "refused: " + planned.errors();
  for (const Step& step : planned.run.plan.steps)
    if (strict && changes_cloud(step.operation)) return "touched: a step would change the cloud:\n" + planned.json;
  if (std::string wrong = apply(project); !wrong.empty()) return "apply: " + wrong;
  if (without_adopted(project.state().value_or("")) != without_adopted(state.value_or("")))
    return "state: what was made again differs:\n" + state.value_or("") + project.state().value_or("");
  const std::string wrong = difference(cloud, project.cloud());
  return wrong.empty() ? "" : "cloud: it has changed\n" + wrong;
}

TEST(Property, LosingStateChangesNothingInTheCloud) {
  hold("lost", 400001, rounds(100), {5, 3},
       [](const Scenario& scenario) { return state_is_memory(scenario, true, true); });
}

TEST(Property, AnOlderStateEndsInTheSameCloudAndTheSameState) {
  hold("older", 420001, rounds(100), {5, 3},
       [](const Scenario& scenario) { return state_is_memory(scenario, false, false); });
}

TEST(Property, AnOlderStateChangesNothingInTheCloud) {
  hold("older, strict", 440001, rounds(100), {5, 3},
       [](const Scenario& scenario) { return state_is_memory(scenario, false, true); });
}

// Forgotten in the middle of edits and accidents: nothing desired is deleted or replaced, nothing that exists is made.
std::string nothing_is_lost(const Scenario& scenario) {
  Project project;
  if (std::string wrong = set_up(project, scenario); !wrong.empty()) return wrong;
  project.set_state(std::nullopt);
  project.write(scenario.after);
  const ModelCloud found = project.cloud();
  const Planned planned = project.plan();
  if (!planned.sound) return check_refusal(planned, found, {}, scenario.after);
  std::string wrong = check_minimal(planned, found, {}, scenario.after);
  if (!wrong.empty()) return wrong;
  for (const Step& step : planned.run.plan.steps)
    if (step.operation == StepOperation::Delete)
      return "lost: something is deleted that nothing remembers:\n" + planned.json;
  wrong = apply(project);
  if (!wrong.empty()) return "apply: " + wrong;
  wrong = difference(expected_cloud(found, {}, scenario.after), project.cloud());
  return wrong.empty() ? "" : "cloud: after apply\n" + wrong;
}

TEST(Property, WithoutStateNothingDesiredIsDeletedAndNothingIsMadeTwice) {
  hold("unremembered", 500001, rounds(100), {5, 4}, nothing_is_lost);
}

// What a step rests on: itself, and for a half the networks at both ends, before and after.
std::set<std::string> rests_on(const Planned& planned, const Step& step) {
  const Run& run = planned.run;
  std::set<std::string> ids;
  const auto add = [&](Text text) { ids.emplace(run.project.texts().view(text)); };
  const Change& change = run.plan.diff.changes[step.change];
  const auto network = [&](Text name) {
    for (const DesiredRow& row : run.world.desired.rows)
      if (row.address == name) return add(row.identity);
    for (const PriorRow& row : run.world.prior.rows)
      if (row.address == name) return add(row.identity);
    add(name);
  };
  if (step.subject != k_none) {
    const PriorRow& row = run.world.prior.rows[step.subject];
    add(row.identity);
    if (row.type == k_mapping_type)
      network(run.world.prior.cell(row, half_column::source)), network(run.world.prior.cell(row, half_column::target));
  }
  if (step.operation == StepOperation::Delete || step.operation == StepOperation::Forget) return ids;
  const DesiredRow& row = run.world.desired.rows[change.desired];
  add(row.identity);
  if (row.type == k_mapping_type)
    network(run.world.desired.cell(row, half_column::source)),
        network(run.world.desired.cell(row, half_column::target));
  return ids;
}

// What pairform may be denied to read.
std::vector<std::string> scopes_of(const ModelCloud& found) {
  std::vector<std::string> scopes;
  for (const auto& [id, network] : found.networks) scopes.insert(scopes.end(), {id, region_of_network(id)});
  for (const auto& [slot, half] : found.halves) scopes.push_back(slot);
  return scopes;
}

// Some regions and ids may not be read: nothing is done about them nor about what depends on them; the rest is done,
// and once they may be read again, they are too.
std::string unseen_is_left_alone(const Scenario& scenario) {
  Project project;
  if (std::string wrong = set_up(project, scenario); !wrong.empty()) return wrong;
  project.write(scenario.after);
  const std::vector<std::string> recorded = recorded_ids(project.state());
  const ModelCloud found = project.cloud();
  if (!project.plan().sound) return "";
  Random random(scenario.seed);
  const std::set<std::string> denied = deny_some(project, scopes_of(found), 3, random);
  const std::string said = fmt::format("denied {}\n", fmt::join(denied, ", "));
  Planned planned = project.plan({.locked = true});
  if (!planned.sound) return "unseen: refused: " + said + planned.errors();
  bool concerned = false;
  for (const PriorRow& row : planned.run.world.prior.rows)
    concerned |= is_in(std::string(planned.run.project.texts().view(row.identity)), denied);
  if (planned.run.plan.complete == concerned) return "unseen: complete is wrong: " + said + planned.json;
  for (const Step& step : planned.run.plan.steps)
    for (const std::string& id : rests_on(planned, step))
      if (is_in(id, denied)) return fmt::format("unseen: a step rests on {}: {}{}", id, said, planned.json);
  const ApplyReport report = apply_plan(planned.run, quick_apply());
  if (report.count(StepState::Done) != report.results.size()) return "unseen: a step failed: " + said + planned.json;
  planned.run.state.backend->unlock();
  const ModelCloud now = project.cloud();
  for (const auto& [id, network] : found.networks)
    if (is_in(id, denied) && (!now.networks.contains(id) || now.networks.at(id) != network))
      return "unseen: changed " + id;
  for (const auto& [slot, half] : found.halves)
    if (is_in(slot, denied) && (!now.halves.contains(slot) || now.halves.at(slot) != half))
      return "unseen: changed " + slot;
  for (const std::string& scope : denied) project.sim({"allow", scope});
  if (!project.plan().sound) return "seen again: refused: " + said + project.plan().errors();
  if (std::string wrong = apply(project); !wrong.empty()) return "seen again: apply: " + said + wrong;
  const std::string wrong = difference(expected_cloud(found, recorded, scenario.after), project.cloud());
  return wrong.empty() ? "" : "seen again: the cloud is wrong: " + said + wrong;
}

TEST(Property, WhatCannotBeSeenIsLeftAloneWithAllThatDependsOnIt) {
  hold("unseen", 600001, rounds(150), {5, 3}, unseen_is_left_alone);
}

// A saved plan read back is the same plan while nothing it rests on moves, and another one as soon as something does.
std::string saved_plan_is_stale_exactly_when_it_should_be(const Scenario& scenario) {
  Project project;
  if (std::string wrong = set_up(project, scenario); !wrong.empty()) return wrong;
  project.write(scenario.after);
  const Planned planned = project.plan({.plan = {}});
  if (!planned.sound) return "";
  const std::string digest = planned.run.plan.digest;
  project.write(scenario.before);  // a saved plan reads no resource files
  Planned saved = project.plan_saved(planned.json);
  if (!saved.sound) return "saved: refused: " + saved.errors() + planned.json;
  if (saved.run.plan.digest != digest) return "saved: another digest\n" + planned.json + "\n" + saved.json;
  project.sim({"put", "network", "eastasia/nobodys", "address_space=10.99.0.0/16"});
  project.sim({"put", "network", "westeurope/nobodys", "address_space=10.98.0.0/16"});
  project.sim({"put", "mapping", "eastasia/nobodys", "westeurope/nobodys"});
  if (project.plan_saved(planned.json).run.plan.digest != digest)
    return "saved: a stranger's networks make it stale\n" + planned.json;
  for (const Step& step : planned.run.plan.steps) {
    const std::unique_ptr<Project> touched = project.copy();
    const std::set<std::string> ids = rests_on(planned, step);
    const auto half =
        std::find_if(ids.begin(), ids.end(), [](const std::string& id) { return id.find(':') != std::string::npos; });
    bool moved = false;
    if (half != ids.end()) {
      const std::string source = half->substr(0, half->find(':')), region = half->substr(half->find(':') + 1);
      moved = touched->sim({"delete", "mapping", source, region});
      if (!moved) {  // it was not there: somebody makes it
        touched->sim({"put", "network", region + "/sudden", "address_space=10.97.0.0/16"});
        moved = touched->sim({"put", "mapping", source, region + "/sudden"});
      }
    } else {
      moved = touched->sim({"put", "network", *ids.begin(), "address_space=10.96.0.0/16"});
    }
    if (!moved) continue;
    if (touched->plan_saved(planned.json).run.plan.digest == digest)
      return fmt::format("saved: not stale although {} moved\n{}", half != ids.end() ? *half : *ids.begin(),
                         planned.json);
  }
  saved = project.plan_saved(planned.json, true);
  const ApplyReport report = apply_plan(saved.run, quick_apply());
  saved.run.state.backend->unlock();
  if (report.count(StepState::Done) != report.results.size()) return "saved: a step failed\n" + planned.json;
  if (planned.run.plan.steps.empty()) return "";
  if (project.plan_saved(planned.json).run.plan.digest == digest)
    return "saved: it can be applied twice\n" + planned.json;
  project.write(scenario.after);
  const Planned again = project.plan();
  return again.sound && again.run.plan.diff.changes.empty()
             ? ""
             : "saved: something is left to do\n" + planned.json + "\n" + again.json;
}

TEST(Property, ASavedPlanIsStaleExactlyWhenWhatItRestsOnHasMoved) {
  hold("saved", 700001, rounds(60), {5, 3}, saved_plan_is_stale_exactly_when_it_should_be);
}

}  // namespace
}  // namespace pairform::property
