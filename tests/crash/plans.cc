#include "tests/crash/plans.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "tests/property/world.h"

namespace pairform::crash {
namespace {

constexpr const char* k_unguarded = "[guards]\napprove = []\nmax_delete_percent = 100\nmin_resources = 1000\n";

std::string head(std::string_view settings = {}) {
  return fmt::format("[project]\nname = \"contoso-dr\"\n\n{}\n{}", k_unguarded, settings);
}
Files stanzas(std::string_view text, std::string_view settings = {}) {
  return {{"pairform.toml", head(settings) + std::string(text)}};
}

std::string existing(std::string_view key, std::string_view region) {
  return fmt::format("\n[network.{}]\nexisting = true\nregion = \"{}\"\n", key, region);
}
std::string managed(std::string_view key, std::string_view region, int number, std::string_view subnets = "",
                    std::string_view more = "") {
  return fmt::format("\n[network.{}]\nregion = \"{}\"\naddress_space = [\"10.{}.0.0/16\"]\nsubnets = {{ {} }}\n{}\n",
                     key, region, number, subnets, more);
}
std::string pair(std::string_view key, std::string_view source, std::string_view target) {
  return fmt::format("\n[mapping.{}]\nsource = \"network.{}\"\ntarget = \"network.{}\"\n", key, source, target);
}
std::string machine(std::string_view key, std::string_view more = {}) {
  return fmt::format("\n[vm.{}]\nnetwork = \"network.app\"\ntarget_region = \"southeastasia\"\n{}\n", key, more);
}

Words put(std::string_view path, int number) {
  return {"put",
          "network",
          std::string(path),
          fmt::format("address_space=10.{}.0.0/16", number),
          fmt::format("subnet.web=10.{}.1.0/24", number),
          fmt::format("subnet.db=10.{}.2.0/24", number)};
}
// app and lab in eastasia, dr and dr2 in southeastasia, dr3 in westeurope.
std::vector<Words> networks(std::vector<Words> more = {}) {
  std::vector<Words> all{put("eastasia/app", 1), put("eastasia/lab", 5), put("southeastasia/dr", 1),
                         put("southeastasia/dr2", 2), put("westeurope/dr3", 3)};
  all.insert(all.end(), more.begin(), more.end());
  return all;
}
std::vector<Words> with_machines(std::vector<Words> more = {}) {
  std::vector<Words> all =
      networks({{"put", "vm", "eastasia/db1", "network=app", "nic.eth0=db:10.1.2.10"},
                {"put", "vm", "eastasia/web1", "network=app", "nic.eth0=web:10.1.1.20,vip:10.1.1.21", "nic.eth1=web"}});
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

std::string app_and_dr() { return existing("app", "eastasia") + existing("dr", "southeastasia"); }
std::string others() {
  return existing("lab", "eastasia") + existing("dr2", "southeastasia") + existing("dr3", "westeurope");
}
std::string managed_pair() {
  return managed("here", "eastasia", 1, "web = \"10.1.1.0/24\"") +
         managed("there", "southeastasia", 2, "web = \"10.2.1.0/24\"") + pair("app", "here", "there");
}
std::string machines_to(std::string_view target) {
  return app_and_dr() + others() + pair("app", "app", target) + machine("db1") + machine("web1");
}

std::vector<CrashPlan> plans_of_pairs() {
  const Files nothing, pair_of_two = stanzas(managed_pair());
  const std::string pairs = app_and_dr() + others();
  return {
      {.name = "a_pair_from_nothing", .after = pair_of_two},
      {.name = "four_at_once", .after = pair_of_two, .command = {"apply", "--parallelism", "4"}},
      {.name = "networks_change",
       .before = pair_of_two,
       .after = stanzas(managed("here", "eastasia", 1, "new = \"10.1.9.0/24\"") +
                        managed("there", "southeastasia", 2, "web = \"10.2.3.0/24\"") + pair("app", "here", "there"))},
      {.name = "another_target",
       .cloud = networks(),
       .before = stanzas(pairs + pair("app", "app", "dr")),
       .after = stanzas(pairs + pair("app", "app", "dr2"))},
      {.name = "another_region",
       .cloud = networks(),
       .before = stanzas(pairs + pair("app", "app", "dr")),
       .after = stanzas(pairs + pair("app", "app", "dr3"))},
      {.name = "two_swap_targets",
       .cloud = networks(),
       .before = stanzas(pairs + pair("p", "app", "dr") + pair("q", "lab", "dr2")),
       .after = stanzas(pairs + pair("p", "app", "dr2") + pair("q", "lab", "dr"))},
      {.name = "source_and_target_change_places",
       .cloud = networks(),
       .before = stanzas(pairs + pair("app", "app", "dr")),
       .after = stanzas(pairs + pair("app", "dr", "app"))},
      {.name = "other_keys",
       .before = pair_of_two,
       .after = stanzas(managed("home", "eastasia", 1, "web = \"10.1.1.0/24\"", "name = \"here\"") +
                        managed("there", "southeastasia", 2, "web = \"10.2.1.0/24\"") + pair("main", "home", "there"))},
      {.name = "a_pair_goes", .before = pair_of_two, .after = stanzas(managed("here", "eastasia", 1))},
      {.name = "everything_is_destroyed", .before = pair_of_two, .after = pair_of_two, .command = {"destroy"}},
      {.name = "existing_ones_are_forgotten",
       .cloud = networks(),
       .before = stanzas(pairs + pair("app", "app", "dr")),
       .after = stanzas(app_and_dr() + pair("app", "app", "dr"))},
      {.name = "gone_by_hand",
       .cloud = networks(),
       .before = stanzas(pairs + pair("p", "app", "dr") + pair("q", "lab", "dr2")),
       .accidents = {{"delete", "mapping", "southeastasia/dr", "eastasia"},
                     {"put", "mapping", "eastasia/lab", "southeastasia/dr"}},
       .after = stanzas(pairs + pair("p", "app", "dr") + pair("q", "lab", "dr2"))},
      {.name = "found_and_taken_over",
       .cloud = networks({{"put", "mapping", "eastasia/app", "southeastasia/dr"},
                          {"put", "mapping", "southeastasia/dr", "eastasia/app"}}),
       .after = stanzas(pairs + pair("app", "app", "dr") + pair("lab", "lab", "dr2"))},
      {.name = "only_adopted",
       .cloud = networks({{"put", "mapping", "eastasia/app", "southeastasia/dr"},
                          {"put", "mapping", "southeastasia/dr", "eastasia/app"}}),
       .after = stanzas(pairs + pair("app", "app", "dr") + pair("lab", "lab", "dr2")),
       .command = {"apply", "--adopt-only"},
       .go_on = {"apply"}},
      {.name = "only_recorded",
       .cloud = networks(),
       .before = stanzas(pairs + pair("app", "app", "dr")),
       .accidents = {{"put", "mapping", "eastasia/app", "southeastasia/dr2"}},
       .after = stanzas(pairs + pair("app", "app", "dr")),
       .command = {"apply", "--refresh-only"},
       .go_on = {"apply"}},
      {.name = "a_half_fails",
       .cloud = networks({{"fail", "create", "mapping", "--after", "1", "--error", "denied"}}),
       .after = stanzas(pairs + pair("app", "app", "dr")),
       .exit_code = 4},
      {.name = "a_saved_plan",
       .cloud = networks(),
       .before = stanzas(pairs + pair("app", "app", "dr")),
       .after = stanzas(pairs + pair("app", "app", "dr2")),
       .command = {"apply", "plan.json"},
       .saved = "plan.json",
       .go_on = {"apply"}},
      {.name = "a_plan_is_saved",
       .cloud = networks(),
       .before = stanzas(pairs + pair("app", "app", "dr")),
       .after = stanzas(pairs + pair("app", "app", "dr2")),
       .command = {"plan", "--out", "plan.json"},
       .saved = "plan.json"},
  };
}

std::vector<CrashPlan> plans_of_machines() {
  const std::string derived = existing("app", "eastasia") + machine("db1") + machine("web1");
  return {
      {.name = "machines", .cloud = with_machines(), .after = stanzas(machines_to("dr"))},
      {.name = "a_derived_pair", .cloud = with_machines(), .after = stanzas(derived)},
      {.name = "machines_move_along",
       .cloud = with_machines(),
       .before = stanzas(machines_to("dr")),
       .after = stanzas(machines_to("dr2"))},
      {.name = "a_landing_changes",
       .cloud = with_machines(),
       .before = stanzas(machines_to("dr")),
       .after = stanzas(app_and_dr() + others() + pair("app", "app", "dr") +
                        machine("db1", "[vm.db1.nic.eth0]\ntarget_subnet = \"web\"") + machine("web1"))},
      {.name = "a_machine_goes",
       .cloud = with_machines(),
       .before = stanzas(machines_to("dr")),
       .after = stanzas(app_and_dr() + others() + pair("app", "app", "dr") + machine("web1"))},
      {.name = "a_machine_in_a_group",
       .cloud =
           networks({{"put", "vm", "eastasia/db1", "network=app", "nic.eth0=db:10.1.2.10", "resource_group=Shop"}}),
       .before =
           stanzas(app_and_dr() + others() + pair("app", "app", "dr") + machine("db1", "resource_group = \"Shop\"")),
       .after = stanzas(app_and_dr() + others() + pair("app", "app", "dr") +
                        machine("db1", "resource_group = \"Shop\"\ntest_network = \"network.dr2\""))},
      {.name = "derived_ones_go",
       .cloud = with_machines(),
       .before = stanzas(derived),
       .after = stanzas(existing("app", "eastasia"))},
      {.name = "machines_of_the_portal",
       .cloud = with_machines({{"put", "mapping", "eastasia/app", "southeastasia/dr"},
                               {"put", "mapping", "southeastasia/dr", "eastasia/app"},
                               {"replicate", "eastasia/web1", "southeastasia"}}),
       .after = stanzas(machines_to("dr"))},
  };
}

// Accepted, and settled after some polls, by the same run or by a later one.
std::vector<CrashPlan> plans_of_long_steps() {
  constexpr const char* k_polls = "[provider.simulator]\npolls = 2\n";
  const std::string seeding = app_and_dr() + others() + pair("app", "app", "dr") +
                              machine("db1", "[vm.db1.simulator]\nseeding_polls = 2") + machine("web1");
  return {
      {.name = "accepted_and_left",
       .after = stanzas(managed_pair(), k_polls),
       .command = {"apply", "--wait", "0s"},
       .exit_code = 7},
      {.name = "accepted_and_waited_for",
       .cloud = networks(),
       .after = stanzas(app_and_dr() + pair("app", "app", "dr"), "[provider.simulator]\npolls = 1\n")},
      {.name = "machines_seed",
       .cloud = with_machines(),
       .after = stanzas(seeding),
       .command = {"apply", "--wait", "0s"},
       .exit_code = 7},
      {.name = "deletes_are_accepted",
       .before = stanzas(managed_pair()),
       .after = stanzas(managed("here", "eastasia", 1, "web = \"10.1.1.0/24\""), k_polls),
       .command = {"apply", "--wait", "0s"},
       .exit_code = 7},
  };
}

std::vector<CrashPlan> plans_of_state() {
  const Files before = stanzas(managed_pair() + managed("lab", "westeurope", 5));
  return {
      {.name = "state_mv",
       .before = before,
       .after = stanzas(managed("here", "eastasia", 1, "web = \"10.1.1.0/24\"") +
                        managed("there", "southeastasia", 2, "web = \"10.2.1.0/24\"") + pair("main", "here", "there") +
                        managed("lab", "westeurope", 5)),
       .command = {"state", "mv", "mapping.app", "mapping.main"}},
      {.name = "state_rebuild",
       .before = before,
       .accidents = {{"delete", "mapping", "southeastasia/there", "eastasia"}, {"delete", "network", "westeurope/lab"}},
       .after = before,
       .command = {"state", "rebuild", "--auto-approve"}},
      {.name = "state_rm",
       .before = before,
       .after = stanzas(managed_pair()),
       .command = {"state", "rm", "network.lab"}},
  };
}

// Guards of a generated project are off, too.
Files unguarded(Files files) {
  std::string& settings = files.at("pairform.toml");
  settings += std::string("\n") + k_unguarded;
  return files;
}

}  // namespace

void PrintTo(const CrashPlan& plan, std::ostream* out) { *out << plan.name; }

std::vector<CrashPlan> crash_plans() {
  std::vector<CrashPlan> all;
  for (std::vector<CrashPlan> (*plans)() : {plans_of_pairs, plans_of_machines, plans_of_long_steps, plans_of_state})
    for (CrashPlan& plan : plans()) all.push_back(std::move(plan));
  return all;
}

CrashPlan seeded_plan(std::uint64_t seed) {
  const bool vms = seed % 2 != 0;
  const property::Scenario scenario =
      vms ? property::random_vm_scenario(seed, {4, 3, true}) : property::random_scenario(seed, {4, 3, false});
  CrashPlan plan{.name = fmt::format("seed_{}", seed)};
  for (const property::WorldNetwork& network : property::made_elsewhere(scenario))
    plan.cloud.push_back(property::put_words(network));
  plan.cloud.insert(plan.cloud.end(), scenario.machines.begin(), scenario.machines.end());
  plan.before = unguarded(property::files_of(scenario.before, 0, ""));
  plan.after = unguarded(property::files_of(scenario.after, 0, ""));
  std::copy_if(scenario.accidents.begin(), scenario.accidents.end(), std::back_inserter(plan.accidents),
               [](const Words& words) { return words.front() != "land"; });
  return plan;
}

}  // namespace pairform::crash
