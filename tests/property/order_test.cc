// The order of a plan, without carrying it out.
#include <gtest/gtest.h>

#include "tests/property/plan_oracles.h"

namespace pairform::property {
namespace {

std::string planned_is(const Scenario& scenario, std::string (*check)(const Planned&)) {
  Project project;
  if (std::string wrong = set_up(project, scenario); !wrong.empty()) return wrong;
  project.write(scenario.after);
  const Planned planned = project.plan();
  return planned.sound ? check(planned) : "";
}

TEST(Property, AStepWaitsForNothingThatAnotherWaitImplies) {
  hold("direct waits", 900001, rounds(100), {5, 3},
       [](const Scenario& scenario) { return planned_is(scenario, check_direct_waits); });
}

TEST(Property, WithinAPairDeletesComeBeforeUpdatesAndThoseBeforeCreates) {
  hold("pair order", 910001, rounds(100), {5, 3},
       [](const Scenario& scenario) { return planned_is(scenario, check_pair_order); });
}

}  // namespace
}  // namespace pairform::property
