// `pairform state rebuild`: whatever becomes of state, it is made again of the files and the cloud, and the cloud stays as it
// is.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/property/plan_oracles.h"
#include "tests/property/rebuilding.h"
#include "tests/property/vm_worlds.h"

namespace pairform::property {
namespace {

enum class Harm { Lost, Byte, Line, Cut, Older };

std::optional<std::string> harmed(const std::string& state, const std::optional<std::string>& older, Harm harm,
                                  Random& random) {
  std::string bytes = state;
  switch (harm) {
    case Harm::Lost: return std::nullopt;
    case Harm::Older: return older;
    case Harm::Cut: bytes.resize(random.below(bytes.size())); return bytes;
    case Harm::Byte: bytes[random.below(bytes.size())] = static_cast<char>(32 + random.below(95)); return bytes;
    case Harm::Line: {
      const std::size_t end = bytes.find('\n', random.below(bytes.size()));
      const std::size_t before = bytes.rfind('\n', end == 0 ? 0 : end - 1);
      const std::size_t first = before == std::string::npos ? 0 : before + 1;
      bytes.replace(first, end - first, "<<<<<<< ours");
      return bytes;
    }
  }
  return bytes;
}

// What is rebuilt is what apply had recorded, but for what was found and not made; a second time nothing changes.
std::string is_made_again(Project& project, const std::optional<std::string>& older, Harm harm, std::uint64_t seed) {
  const std::optional<std::string> state = project.state();
  if (!state) return "";
  const ModelCloud cloud = project.cloud();
  Random random(seed);
  const std::optional<std::string> given = harmed(*state, older, harm, random);
  project.set_state(given);
  const auto told = [&](const std::string& what) {
    return fmt::format("{}\n--- given\n{}--- rebuilt\n{}--- recorded by apply\n{}", what, given.value_or(""),
                       project.state().value_or(""), *state);
  };
  Rebuilding result = rebuild(project);
  if (!result.done && result.of_another) {
    project.set_state(std::nullopt);
    result = rebuild(project);
  }
  if (!result.done) return told("refused: " + result.errors);
  tried();
  if (std::string wrong = difference(cloud, project.cloud()); !wrong.empty()) return told("cloud: changed\n" + wrong);
  if (without_adopted(project.state().value_or("")) != without_adopted(*state)) return told("state: another one");
  const std::optional<std::string> rebuilt = project.state();
  if (!rebuild(project).done || project.state() != rebuilt) return told("again: it differs the second time");
  const Planned planned = project.plan();
  if (!planned.sound) return told("plan: refused: " + planned.errors());
  return planned.run.plan.steps.empty() ? "" : told("plan: not empty\n" + planned.json);
}

std::string of_networks(const Scenario& given, Harm harm) {
  Scenario scenario = given;
  forget_reshaping(scenario);
  Project project;
  if (std::string wrong = set_up(project, scenario); !wrong.empty()) return wrong;
  const std::optional<std::string> older = project.state();
  project.write(scenario.after);
  if (scenario.after.networks.empty() || !project.plan().sound) return "";
  if (std::string wrong = apply(project); !wrong.empty()) return "apply: " + wrong;
  return is_made_again(project, older, harm, scenario.seed);
}

TEST(Property, StateThatIsLostIsRebuilt) {
  hold("rebuilt, lost", 810001, rounds(60), {5, 3}, [](const Scenario& each) { return of_networks(each, Harm::Lost); });
}
TEST(Property, StateThatIsDamagedAtAByteIsRebuilt) {
  hold("rebuilt, a byte", 820001, rounds(150), {5, 3},
       [](const Scenario& each) { return of_networks(each, Harm::Byte); });
}
TEST(Property, StateThatHasLostALineIsRebuilt) {
  hold("rebuilt, a line", 830001, rounds(60), {5, 3},
       [](const Scenario& each) { return of_networks(each, Harm::Line); });
}
TEST(Property, StateThatIsCutOffIsRebuilt) {
  hold("rebuilt, cut", 840001, rounds(60), {5, 3}, [](const Scenario& each) { return of_networks(each, Harm::Cut); });
}
TEST(Property, StateThatIsOlderThanTheCloudIsRebuilt) {
  hold("rebuilt, older", 850001, rounds(60), {5, 3},
       [](const Scenario& each) { return of_networks(each, Harm::Older); });
}

// What only state remembers would rightly be lost with it: what the stanza of a pair said that went, and facts that changed.
Scenario without_memories(Scenario scenario) {
  for (World* world : {&scenario.before, &scenario.after})
    for (WorldPair& pair : world->pairs) pair.subnets.clear(), pair.same_host = false;
  std::erase_if(scenario.accidents, [](const Words& words) { return words[0] == "put"; });
  return scenario;
}

std::string of_machines(const Scenario& given, Harm harm) {
  const Scenario scenario = without_memories(given);
  Project project;
  if (std::string wrong = bring_vms_about(project, scenario); !wrong.empty()) return wrong == "-" ? "" : wrong;
  const Planned planned = project.plan();
  if (!planned.sound || !planned.run.plan.complete || moves_others_along(planned)) return "";
  // What a machine that is gone asks for stands in state alone.
  for (const DesiredRow& row : planned.run.world.desired.rows)
    if (row.gone) return "";
  if (std::string wrong = apply(project); !wrong.empty()) return "apply: " + wrong;
  if (scenario.after.networks.empty()) return "";
  return is_made_again(project, std::nullopt, harm, scenario.seed);
}

TEST(VmProperty, StateOfMachinesThatIsLostIsRebuilt) {
  hold("vms, rebuilt, lost", 1260001, rounds(40), {4, 2, true},
       [](const Scenario& each) { return of_machines(each, Harm::Lost); });
}
TEST(VmProperty, StateOfMachinesThatIsDamagedIsRebuilt) {
  hold("vms, rebuilt, a line", 1270001, rounds(40), {4, 2, true},
       [](const Scenario& each) { return of_machines(each, Harm::Line); });
}

// In the middle of edits and accidents: what is recorded afterwards is in the cloud, and the next apply makes what files ask.
std::string what_is_recorded_is_there(const Scenario& scenario) {
  Project project;
  if (std::string wrong = set_up(project, scenario); !wrong.empty()) return wrong;
  project.write(scenario.after);
  const ModelCloud found = project.cloud();
  const std::optional<std::string> before = project.state();
  if (!rebuild(project).done) return "";  // files of which a plan is refused
  tried();
  const auto told = [&](const std::string& what) {
    return fmt::format("{}\n--- before\n{}--- rebuilt\n{}", what, before.value_or(""), project.state().value_or(""));
  };
  if (std::string wrong = difference(found, project.cloud()); !wrong.empty()) return told("cloud: changed\n" + wrong);
  for (const auto& [address, thing] : recorded_things(project.state())) {
    if (thing.is_network ? !found.networks.contains(thing.id) : !found.halves.contains(thing.id))
      return told(address + " is recorded, and not in the cloud");
  }
  const std::vector<std::string> recorded = recorded_ids(project.state());
  const Planned planned = project.plan();
  if (!planned.sound) return told("plan: refused: " + planned.errors());
  if (std::string wrong = apply(project); !wrong.empty()) return told("apply: " + wrong);
  const std::string wrong = difference(expected_cloud(found, recorded, scenario.after), project.cloud());
  return wrong.empty() ? "" : told("cloud: after apply\n" + wrong);
}

TEST(Property, WhatIsRecordedNoMoreThanTheCloudHolds) {
  hold("rebuilt, accidents", 860001, rounds(100), {5, 4}, what_is_recorded_is_there);
}

}  // namespace
}  // namespace pairform::property
