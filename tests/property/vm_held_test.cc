// What a failover needs is left alone, whatever files ask for, whoever plans, whenever; and the rest is done.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/property/vm_worlds.h"

namespace pairform::property {
namespace {

// Says of some vms that they are not settled.
class StatusProvider : public Provider {
 public:
  StatusProvider(std::unique_ptr<Provider> inner, const std::map<std::string, Status>& statuses)
      : inner_(std::move(inner)), statuses_(statuses) {}
  Capabilities capabilities() const override { return inner_->capabilities(); }
  std::string scope() const override { return inner_->scope(); }
  Route route(const CloudStep& step) const override { return inner_->route(step); }
  std::vector<BeginAnswer> begin(std::span<const CloudStep> steps, const CallLimits& limits) override {
    return inner_->begin(steps, limits);
  }
  PollAnswer poll(std::string_view handle, const CallLimits& limits) override { return inner_->poll(handle, limits); }
  void observe(const ObserveRequest& request, const std::function<void(Observation&&)>& page,
               const CallLimits& limits) override {
    const auto retell = [&](Observation&& seen) {
      for (CloudRow& row : seen.rows) tell(row);
      page(std::move(seen));
    };
    inner_->observe(request, retell, limits);
  }
  LookupAnswer lookup(const LookupKey& key, const CallLimits& limits) override {
    LookupAnswer answer = inner_->lookup(key, limits);
    if (auto* row = std::get_if<CloudRow>(&answer)) tell(*row);
    return answer;
  }

 private:
  void tell(CloudRow& row) const {
    if (row.type == "vm" && !row.facts_only && statuses_.contains(row.identity))
      row.status = statuses_.at(row.identity);
  }
  std::unique_ptr<Provider> inner_;
  const std::map<std::string, Status>& statuses_;
};

std::set<std::string> vms_of(const Scenario& scenario) {
  std::set<std::string> out;
  for (const World* world : {&scenario.before, &scenario.after})
    for (const WorldVm& vm : world->vms) out.insert(vm.identity());
  return out;
}

struct HeldTally {
  std::uint64_t held = 0, steps = 0;
};

// Some vms are not settled: whatever that means, nothing that they need is touched, and the rest is done.
std::string the_rest_is_done(const Scenario& scenario, HeldTally& tally) {
  Project project;
  if (std::string wrong = bring_vms_about(project, scenario); !wrong.empty()) return wrong == "-" ? "" : wrong;
  const Planned calm = project.plan();
  if (!calm.sound || !calm.run.plan.complete || moves_others_along(calm)) return "";
  const ModelCloud found = project.cloud();
  Random random(scenario.seed);
  std::map<std::string, Status> statuses;
  ModelCloud told = found;
  for (auto& [id, vm] : told.vms)
    if (!vm.target_network.empty() && random.chance(50)) {
      statuses[id] =
          random.pick(std::vector<Status>{Status::Busy, Status::FailedOver, Status::Reversed, Status::Broken});
      vm.status = "held";
    }
  RunOptions options{.locked = true,
                     .wrap_provider = [&](std::unique_ptr<Provider> inner) -> std::unique_ptr<Provider> {
                       return std::make_unique<StatusProvider>(std::move(inner), statuses);
                     }};
  const std::set<std::string> held = held_ids(told, vms_of(scenario));
  Planned planned = project.plan(options);
  if (!planned.sound) return "held: refused: " + planned.errors();
  if (std::string wrong = check_untouched(planned, held); !wrong.empty()) return wrong;
  tally.held += held.empty() ? 0 : 1;
  tally.steps += held.empty() ? 0 : planned.run.plan.steps.size();
  const std::string first = planned.json;
  if (std::string wrong = carry_out_all(planned); !wrong.empty()) return wrong;
  if (std::string wrong = check_unchanged(found, project.cloud(), held); !wrong.empty()) return wrong + planned.json;
  planned = project.plan(options);
  planned.run.state.backend->unlock();
  if (!planned.sound) return "held: refused again: " + planned.errors();
  if (!planned.run.plan.diff.changes.empty()) return "held: the rest was not done\n" + first + "\n" + planned.json;
  if (!project.plan().sound) return "settled: refused: " + project.plan().errors();
  if (std::string wrong = apply(project); !wrong.empty()) return "settled: " + wrong;
  return nothing_is_left(project, false);
}

TEST(VmProperty, WhatAHeldVmNeedsIsLeftAloneAndTheRestIsDone) {
  HeldTally tally;
  const std::uint64_t count = rounds(100);
  hold("vms, held", 1400001, count, {4, 2, true},
       [&](const Scenario& scenario) { return the_rest_is_done(scenario, tally); });
  if (HasFailure()) return;
  EXPECT_GT(tally.held, count / 8);
  EXPECT_GT(tally.steps, count / 8);
}

// Regions are lost and come back, portals are clicked, files were edited in the morning; a colleague plans after each
// event, and now and then applies what may be done.
std::string nothing_is_touched_all_day(const Scenario& scenario, HeldTally& tally) {
  Project project;
  if (std::string wrong = bring_vms_about(project, scenario); !wrong.empty()) return wrong == "-" ? "" : wrong;
  Random random(scenario.seed);
  const std::set<std::string> ours = vms_of(scenario);
  std::vector<std::string> regions{"eastasia", "southeastasia", "westeurope"};
  const std::string lost = random.pick(regions);
  std::vector<Words> day{{"failover", lost}, {"commit", lost}, {"reprotect", lost}};
  for (const std::string& other : regions)
    if (other != lost)
      for (const char* what : {"failover", "commit", "reprotect"}) day.push_back({what, other});
  std::string said;
  for (const Words& words : day) {
    // The other regions give back only what came from the lost one.
    if (words[0] == "failover" && words[1] != lost && held_ids(project.cloud(), ours).empty()) continue;
    said += fmt::format("sim {}{}\n", fmt::join(words, " "), project.sim(words) ? "" : " (refused)");
    const bool blind = random.chance(30);
    if (blind) project.sim({"deny", lost});
    const ModelCloud found = project.cloud();
    const std::set<std::string> held = held_ids(found, ours);
    Planned planned = project.plan({.locked = true});
    if (std::string wrong = check_untouched(planned, held); !wrong.empty()) return said + wrong;
    tally.held += held.empty() ? 0 : 1;
    tally.steps += planned.run.plan.steps.size();
    if (planned.sound && random.chance(50)) {
      apply_plan(
          planned.run,
          quick_apply());  // not all of it can be done: a copy may hold the address of a machine that is to be made
      if (std::string wrong = check_unchanged(found, project.cloud(), held); !wrong.empty())
        return said + wrong + planned.json;
    }
    planned.run.state.backend->unlock();
    if (blind) project.sim({"allow", lost});
  }
  return "";
}

TEST(VmProperty, AtNoPointOfTheDayIsAnythingTouchedThatAFailoverNeeds) {
  HeldTally tally;
  const std::uint64_t count = rounds(60);
  hold("vms, day", 1410001, count, {3, 1, true},
       [&](const Scenario& scenario) { return nothing_is_touched_all_day(scenario, tally); });
  if (HasFailure()) return;
  EXPECT_GT(tally.held, count / 4);
}

}  // namespace
}  // namespace pairform::property
