// Worlds of machines through the real passes: one apply is enough, and what state forgets is found again.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/property/plan_oracles.h"
#include "tests/property/vm_worlds.h"

namespace pairform::property {
namespace {

TEST(VmProperty, AnyEditsAndAccidentsConvergeInOneApply) {
  VmTally tally;
  const std::uint64_t count = rounds(200);
  hold("vms converge", 1100001, count, {4, 3, true},
       [&](const Scenario& scenario) { return vms_converge(scenario, tally); });
  if (HasFailure()) return;
  EXPECT_GT(tally.planned, count / 2) << "too many scenarios are refused to test anything";
  EXPECT_GT(tally.steps, count);
  EXPECT_GT(tally.with_strangers, count / 10);
  EXPECT_GT(tally.tests, count / 10) << "too few nics have a test network";
}

}  // namespace
}  // namespace pairform::property
