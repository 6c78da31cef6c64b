// The real program is killed at each operation on a file of the project, before and after it and half way through; going on
// ends where the run ends that nobody kills.
//
// The suite tries some points of every plan, others of each. PAIRFORM_CRASH_ALL=60 tries every point of every plan, with each
// thing that may happen before the next run, and so many seeded worlds (./dev crash).
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/crash/sweep.h"

namespace pairform::crash {
namespace {

class Killed : public testing::TestWithParam<CrashPlan> {};

std::size_t number_of(const std::string& name) {
  const std::vector<CrashPlan> all = crash_plans();
  for (std::size_t i = 0; i < all.size(); ++i)
    if (all[i].name == name) return i;
  return 0;
}

// Of the suite under sanitizers: a third of them.
std::vector<CrashPlan> plans_to_kill() {
  std::vector<CrashPlan> all = crash_plans();
  if (!k_sanitized || whole_sweep() != 0) return all;
  std::vector<CrashPlan> some;
  for (std::size_t i = 0; i < all.size(); i += 3) some.push_back(std::move(all[i]));
  return some;
}

TEST_P(Killed, ItGoesOn) {
  Sweep sweep(GetParam());
  ASSERT_TRUE(sweep.is_ready());
  const std::size_t stride = std::min<std::size_t>(23, sweep.operations());
  sweep.kill(whole_sweep() != 0 ? Points{}
                                : Points{.first = number_of(GetParam().name), .stride = stride, .all_ways = false});
  EXPECT_GT(sweep.tried(), 1U);
  if (whole_sweep() != 0)
    fmt::print("crash points: {} of {}, {} operations\n", sweep.tried(), GetParam().name, sweep.operations());
}

INSTANTIATE_TEST_SUITE_P(, Killed, testing::ValuesIn(plans_to_kill()), [](const auto& of) { return of.param.name; });

TEST(KilledWorlds, AnySeededPlanGoesOn) {
  const std::uint64_t count = whole_sweep() != 0 ? whole_sweep() : 4;
  std::size_t worlds = 0, tried = 0;
  for (std::uint64_t seed = 3300001; worlds < count && seed < 3300001 + 4 * count && !HasFailure(); ++seed) {
    const CrashPlan plan = seeded_plan(seed);
    Sweep sweep(plan);
    if (!sweep.is_ready()) continue;
    ++worlds;
    const std::size_t stride = whole_sweep() != 0 ? 1 : std::min<std::size_t>(29, sweep.operations());
    sweep.kill({.first = seed, .stride = stride, .all_ways = false});
    tried += sweep.tried();
  }
  EXPECT_EQ(worlds, count) << "too many worlds are refused";
  EXPECT_GT(tried, worlds);
  if (whole_sweep() != 0) fmt::print("crash points: {} in {} worlds\n", tried, worlds);
}

// What a run has done, and state does not know, is found again: in the words of the files, though the cloud lists the resource
// group "Shop" as "shop".
TEST(StateOfBefore, KeepsItsSpelling) {
  const std::vector<CrashPlan> plans = crash_plans();
  Sweep sweep(plans.at(number_of("a_machine_in_a_group")));
  ASSERT_TRUE(sweep.is_ready());
  const std::string before = sweep.sandbox().read("pairform.state.jsonl");
  ASSERT_NE(before.find("\"Shop\""), std::string::npos);
  EXPECT_EQ(sweep.sandbox().run(sweep.arguments()).exit_code, 0);
  sweep.sandbox().write("pairform.state.jsonl", before);
  sweep.expect_end(Meanwhile::OlderState);
}

// What only reads, changes no file of the project: no crash of it can matter.
TEST(KilledReaders, HaveNothingToLose) {
  const std::vector<CrashPlan> plans = crash_plans();
  for (const char* name : {"another_target", "a_landing_changes"}) {
    const CrashPlan& plan = plans.at(number_of(name));
    Sweep sweep(plan);
    ASSERT_TRUE(sweep.is_ready());
    for (const Words& words : std::vector<Words>{{"plan"},
                                                 {"plan", "--json"},
                                                 {"plan", "--offline"},
                                                 {"plan", "--refresh-only"},
                                                 {"status"},
                                                 {"drill"},
                                                 {"validate"},
                                                 {"graph"},
                                                 {"doctor"},
                                                 {"show"},
                                                 {"why", "mapping.app"},
                                                 {"state", "list"}}) {
      const Ran ran = sweep.sandbox().run_hit(words, {});
      EXPECT_LE(ran.exit_code, 2) << fmt::format("{} ", words.front()) << ran.out << ran.err;
      std::string changes;
      for (const Operation& each : sweep.sandbox().operations()) changes += each.kind + ' ' + each.file + '\n';
      EXPECT_EQ(changes, "") << words.front();
    }
  }
}

}  // namespace
}  // namespace pairform::crash
