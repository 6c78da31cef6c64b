// Replication that takes its time: nobody waits for it, the lock is released, and the next run goes on where it stands.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "schema/address.h"
#include "schema/base_types.h"
#include "tests/property/vm_worlds.h"

namespace pairform::property {
namespace {

struct LongTally {
  std::uint64_t accepted = 0, deferred = 0, failed = 0;
};

std::string address_of(const Planned& planned, std::uint32_t step) {
  const std::string text = planned.steps()[step];
  return text.substr(text.find(' ') + 1);
}

// What one run may leave undone: vms that seed, and what waits for them.
std::string check_report(const Planned& planned, const ApplyReport& report, bool may_fail, LongTally& tally) {
  std::set<std::string> seeding;
  for (const StepResult& result : report.results) {
    const std::string address = address_of(planned, result.step);
    if (result.state == StepState::Accepted) seeding.insert(address);
    tally.accepted += result.state == StepState::Accepted ? 1 : 0;
    tally.deferred += result.state == StepState::Deferred ? 1 : 0;
    tally.failed += result.state == StepState::Failed ? 1 : 0;
    if (result.state == StepState::Failed && !may_fail)
      return fmt::format("long: {} failed: {}", address, result.error->message);
    if (result.state == StepState::NotStarted || result.state == StepState::Waiting)
      return "long: not started: " + address;
  }
  for (const StepResult& result : report.results) {
    const std::string address = address_of(planned, result.step);
    if (result.state == StepState::Done && planned.steps()[result.step].starts_with("create") &&
        seeding.contains(std::string(vm_of_nic(address))))
      return "long: lands before its vm is there: " + address;
  }
  return "";
}

std::string it_ends_as_if_nobody_had_waited(const Scenario& scenario, LongTally& tally) {
  Project project;
  if (std::string wrong = bring_vms_about(project, scenario); !wrong.empty()) return wrong == "-" ? "" : wrong;
  const Planned calm = project.plan();
  if (!calm.sound || !calm.run.plan.complete || moves_others_along(calm)) return "";
  const std::unique_ptr<Project> other = project.copy();
  if (std::string wrong = apply(*other); !wrong.empty()) return "undisturbed: " + wrong;
  World world = scenario.after;
  Random random(scenario.seed);
  std::set<std::string> ours;
  for (WorldVm& vm : world.vms) {
    vm.seeding_polls = static_cast<unsigned>(random.below(4));
    ours.insert(vm.identity());
  }
  project.write(world);
  const bool fails = random.chance(30);
  const std::vector<std::string> errors{"throttled", "unavailable", "denied", "lost"};
  if (fails) project.sim({"fail", "poll", "vm", "--times", "1", "--error", random.pick(errors)});
  for (int run = 1; run <= 12; ++run) {
    Planned planned = project.plan({.locked = true});
    if (!planned.sound) return fmt::format("long: run {} is refused: {}", run, planned.errors());
    ApplyOptions options = quick_apply();
    options.scheduler.wait = std::chrono::milliseconds(0);
    options.scheduler.attempts = 1;
    const ApplyReport report = apply_plan(planned.run, options);
    if (std::string wrong = check_report(planned, report, fails, tally); !wrong.empty())
      return wrong + "\n" + planned.json;
    const bool all = report.count(StepState::Done) == report.results.size();
    planned.run.state.backend->unlock();
    const Planned now = project.plan();
    if (!now.sound) return fmt::format("long: after run {} refused: {}", run, now.errors());
    if (std::string wrong = check_untouched(now, held_ids(project.cloud(), ours)); !wrong.empty()) return wrong;
    const bool pending = project.state().value_or("").find("\"pending\"") != std::string::npos;  // a plan only looks
    if (!all || pending || !now.run.plan.diff.changes.empty() || !now.run.plan.diff.held.empty()) continue;
    if (std::string wrong = difference(other->cloud(), project.cloud()); !wrong.empty()) return "long: cloud\n" + wrong;
    if (project.state() != other->state())
      return "long: state\nexpected\n" + other->state().value_or("") + "found\n" + project.state().value_or("");
    return "";
  }
  return "long: never done\n" + project.plan().json;
}

TEST(VmProperty, ReplicationThatTakesItsTimeEndsAsIfNobodyHadWaited) {
  LongTally tally;
  const std::uint64_t count = rounds(60);
  hold("vms, long", 1500001, count, {4, 1, true},
       [&](const Scenario& scenario) { return it_ends_as_if_nobody_had_waited(scenario, tally); });
  if (HasFailure()) return;
  EXPECT_GT(tally.accepted, count / 12);
  EXPECT_GT(tally.deferred, count / 12);
}

}  // namespace
}  // namespace pairform::property
