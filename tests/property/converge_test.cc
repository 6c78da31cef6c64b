// Random edits and accidents at once, through the real passes: the plan is right, apply does it, nothing is left over.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/property/plan_oracles.h"

namespace pairform::property {
namespace {

// How many scenarios were refused for a reason: too many, and nothing would have been tested.
struct Tally {
  std::uint64_t planned = 0, refused = 0, steps = 0;
};

std::string converges(const Scenario& scenario, Tally& tally) {
  Project project;
  if (std::string wrong = set_up(project, scenario); !wrong.empty()) return wrong;
  const std::vector<std::string> recorded = recorded_ids(project.state());
  const ModelCloud found = project.cloud();
  project.write(scenario.after);
  Planned planned = project.plan({.locked = true});
  if (!planned.sound) {
    ++tally.refused;
    return check_refusal(planned, found, recorded, scenario.after);
  }
  ++tally.planned;
  tally.steps += planned.run.plan.steps.size();
  const ModelCloud expected = expected_cloud(found, recorded, scenario.after);
  Random random(scenario.seed);
  for (const std::string& wrong :
       {check_waits(planned), check_list_order(planned), check_minimal(planned, found, recorded, scenario.after),
        check_replay(planned, found, expected, random, 5)})
    if (!wrong.empty()) return wrong;
  const ApplyReport report = apply_plan(planned.run, quick_apply());
  for (const StepResult& result : report.results)
    if (result.state != StepState::Done)
      return fmt::format("apply: step {} ({}) is not done: {}\n{}", result.step + 1, planned.steps()[result.step],
                         result.error ? result.error->code + " " + result.error->message : "", planned.json);
  if (const std::string wrong = difference(expected, project.cloud()); !wrong.empty())
    return "cloud: after apply\n" + wrong;
  planned.run.state.backend->unlock();
  return nothing_is_left(project, !planned.run.plan.steps.empty());
}

TEST(Property, AnyEditsAndAccidentsConvergeInOneApply) {
  Tally tally;
  const std::uint64_t count = rounds(300);
  hold("converges", 1, count, {5, 5}, [&](const Scenario& scenario) { return converges(scenario, tally); });
  if (HasFailure()) return;
  EXPECT_GT(tally.planned, count / 2) << "too many scenarios are refused to test anything";
  EXPECT_GT(tally.steps, count);
}

TEST(Property, EditsAloneConvergeInOneApply) {
  Tally tally;
  hold("edits", 100001, rounds(150), {8, 0}, [&](const Scenario& scenario) { return converges(scenario, tally); });
}

TEST(Property, AccidentsAloneAreRepaired) {
  Tally tally;
  hold("accidents", 200001, rounds(150), {0, 6}, [&](const Scenario& scenario) { return converges(scenario, tally); });
}

std::string converges_in_any_layout(const Scenario& scenario) {
  Project project;
  if (std::string wrong = set_up(project, scenario); !wrong.empty()) return wrong;
  project.write(scenario.after);
  return layout_is_nothing(project, scenario);
}

TEST(Property, TheOrderOfFilesAndBlocksAndTheNumberOfThreadsChangeNoByte) {
  hold("layout", 300001, rounds(120), {5, 3}, converges_in_any_layout);
}

}  // namespace
}  // namespace pairform::property
