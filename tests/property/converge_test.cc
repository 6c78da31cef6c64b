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

std::string nothing_left(const Project& project, bool written) {
  const std::optional<std::string> state = project.state();
  Planned again = project.plan({.locked = true});
  if (!again.sound) return "again: the second plan is refused: " + again.errors();
  if (!again.run.plan.diff.changes.empty() || !again.run.plan.diff.records.empty() || !again.run.prior.drift.empty())
    return "again: the second plan is not empty:\n" + again.json;
  if (std::string wrong = check_state_is_true(again.run, written); !wrong.empty()) return wrong;
  apply_plan(again.run, quick_apply());
  if (project.state() != state) return "again: an apply with nothing to do wrote the state file";
  return project.journal().empty() ? "" : "again: the journal is not empty";
}

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
  planned.run.backend->unlock();
  return nothing_left(project, !planned.run.plan.steps.empty());
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

std::string before_diagnostics(const std::string& json) { return json.substr(0, json.find(",\"diagnostics\":")); }

// Places in files are told by diagnostics, so those alone may differ.
std::string layout_is_nothing(const Scenario& scenario) {
  Project project;
  if (std::string wrong = set_up(project, scenario); !wrong.empty()) return wrong;
  const std::unique_ptr<Project> other = project.copy();
  project.write(scenario.after);
  other->write(scenario.after, scenario.seed + 1);
  const Planned one = project.plan({.load_threads = 1}), two = other->plan({.load_threads = 8});
  if (one.sound != two.sound) return "layout: one is refused, the other is not: " + one.errors() + two.errors();
  if (before_diagnostics(one.json) != before_diagnostics(two.json))
    return "layout: the plans differ\n" + one.json + "\n" + two.json;
  if (!one.sound) return "";
  if (std::string wrong = apply(project, {}, 1); !wrong.empty()) return "apply: " + wrong;
  if (std::string wrong = apply(*other, {.load_threads = 8}, 8); !wrong.empty()) return "apply: " + wrong;
  if (project.state() != other->state()) return "layout: the states differ\n" + *project.state() + *other->state();
  return "";
}

TEST(Property, TheOrderOfFilesAndBlocksAndTheNumberOfThreadsChangeNoByte) {
  hold("layout", 300001, rounds(120), {5, 3}, layout_is_nothing);
}

}  // namespace
}  // namespace pairform::property
