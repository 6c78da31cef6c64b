// The real program is killed at a request, before and after the service carries it out: at each write, and at reads and polls
// between them. Whatever it was, going on ends where an undisturbed run ends: nothing lost, nothing twice.
//
// Here it is every request of one scenario, a pair from nothing. Of the others it is each write, before or after it in turns, and
// every twelfth of the other requests, the first of which is another one in each scenario. The ways to go on take turns.
// PAIRFORM_KILL_ALL=1 takes every request of all scenarios in every way, those beyond the undisturbed run too where operations
// last and are polled more often; that takes minutes (./dev azure-kill).
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <ostream>
#include <thread>

#include "schema/value.h"
#include "tests/support/azure_project.h"

namespace pairform {
namespace {

// What is to be done, and from where on.
struct Scenario {
  std::string name;
  std::string world;   // of /_control/put; "" for nothing
  std::string before;  // resources that an earlier apply has made; "" for none
  std::string after;   // resources that the run is about
  std::string command = "apply";
  std::size_t first_read = 0;  // that is killed at, and every twelfth after it; k_every: each of them
};
constexpr std::size_t k_every = SIZE_MAX, k_stride = 12;

// Names a scenario in failures.
void PrintTo(const Scenario& scenario, std::ostream* out) { *out << scenario.name; }

std::string network(std::string_view key, std::string_view region, std::string_view more) {
  return fmt::format("\n[network.{}]\nregion = \"{}\"\n{}\n", key, region, more);
}
std::string pair_to(std::string_view target) {
  return fmt::format("\n[mapping.app]\nsource = \"network.app\"\ntarget = \"network.{}\"\n", target);
}

constexpr const char* k_existing = "existing = true";
constexpr const char* k_small = "address_space = [\"10.1.0.0/16\"]\nsubnets = { web = \"10.1.1.0/24\" }";
constexpr const char* k_grown =
    "address_space = [\"10.1.0.0/16\", \"10.3.0.0/16\"]\nsubnets = { new = \"10.3.1.0/24\", web = \"10.1.2.0/24\" }";
constexpr const char* k_cache = R"(cache_storage_accounts = { eastasia = "rg-app/cache1" })";
constexpr const char* k_three_networks = R"({"network": [
  {"group": "rg-net-eastasia", "name": "app", "region": "eastasia", "space": ["10.1.0.0/16"]},
  {"group": "rg-net-southeastasia", "name": "dr", "region": "southeastasia", "space": ["10.1.0.0/16"]},
  {"group": "rg-net-southeastasia", "name": "lab", "region": "southeastasia", "space": ["10.1.0.0/16"]}]})";

std::string existing_networks() {
  return network("app", "eastasia", k_existing) + network("dr", "southeastasia", k_existing) +
         network("lab", "southeastasia", k_existing);
}
std::string managed_networks(std::string_view app) {
  return network("app", "eastasia", app) + network("dr", "southeastasia", k_small) + pair_to("dr");
}

// Machines of two NICs each, what replication of them needs beside the vault, and in the vault whatever `more` has.
std::string machines_world(int count, std::string_view more = "") {
  const std::string app = azure_network_id("rg-net-eastasia", "app");
  std::string machines;
  for (int i = 0; i < count; ++i)
    machines += fmt::format(R"({0}{{"group": "rg-app", "name": "web{1}", "region": "eastasia", "nics": [
        {{"name": "web{1}-front", "subnet": "{2}/subnets/web", "ip": "10.1.0.{3}"}},
        {{"name": "web{1}-back", "subnet": "{2}/subnets/db", "ip": "10.1.8.{3}"}}]}})",
                            i == 0 ? "" : ", ", i, app, 10 + i);
  const std::string subnets = R"("subnets": {"web": "10.1.0.0/21", "db": "10.1.8.0/21"})";
  return fmt::format(R"({{"group": {{"name": "rg-app-asr", "region": "southeastasia"}}, "network": [
  {{"group": "rg-net-eastasia", "name": "app", "region": "eastasia", "space": ["10.1.0.0/16"], {0}}},
  {{"group": "rg-net-southeastasia", "name": "dr", "region": "southeastasia", "space": ["10.1.0.0/16"], {0}}},
  {{"group": "rg-net-southeastasia", "name": "lab", "region": "southeastasia", "space": ["10.1.0.0/16"], {0}}}],
  "storage": {{"group": "rg-app", "name": "cache1", "region": "eastasia"}}, "machine": [{1}]{2}}})",
                     subnets, machines, more);
}

// `keys` and what else stands in the stanza of each.
std::string vms(const std::vector<std::pair<std::string, std::string>>& keys) {
  std::string out = "\n[defaults.vm]\nnetwork = \"network.app\"\ntarget_region = \"southeastasia\"\n";
  for (const auto& [key, more] : keys) out += fmt::format("\n[vm.{}]\n{}\n", key, more);
  return out;
}

std::vector<Scenario> scenarios_of_vms() {
  const std::string existing = existing_networks(), to_dr = existing + pair_to("dr"),
                    to_lab = existing + pair_to("lab");
  const std::string plumbing = R"(, "plumbing": {"regions": ["eastasia", "southeastasia"]})";
  const std::string moved = "nic.web1-front.target_ip = \"10.1.0.77\"";
  const std::string chosen = "azure = { target_name = \"web0-dr\", target_size = \"Standard_D4s_v5\" }";
  return {{"a_vm_from_nothing", machines_world(1), "", to_dr + vms({{"web0", ""}}), "apply", 2},
          {"a_vm_in_a_used_vault", machines_world(1, plumbing), to_dr, to_dr + vms({{"web0", ""}}), "apply", 5},
          {"a_vm_with_name_and_size", machines_world(1, plumbing), to_dr, to_dr + vms({{"web0", chosen}}), "apply", 7},
          {"retarget_with_a_vm", machines_world(1, plumbing), to_dr + vms({{"web0", ""}}), to_lab + vms({{"web0", ""}}),
           "apply", 8},
          {"disable_a_vm_and_move_another", machines_world(2, plumbing), to_dr + vms({{"web0", ""}, {"web1", ""}}),
           to_dr + vms({{"web1", moved}}), "apply", 11}};
}

std::vector<Scenario> scenarios() {
  const std::string existing = existing_networks(), to_dr = existing + pair_to("dr"),
                    to_lab = existing + pair_to("lab");
  const std::string small = managed_networks(k_small), grown = managed_networks(k_grown);
  std::vector<Scenario> all{{"a_pair_from_nothing", k_three_networks, "", to_dr, "apply", k_every},
                            {"retarget", k_three_networks, to_dr, to_lab, "apply", 4},
                            {"a_pair_and_its_networks_from_nothing", "", "", small, "apply", 0},
                            {"grow", "", small, grown, "apply", 3},
                            {"shrink", "", grown, small, "apply", 6},
                            {"destroy", "", small, small, "destroy", 9}};
  for (Scenario& each : scenarios_of_vms()) all.push_back(std::move(each));
  return all;
}

// What the service is like, and how it is gone on.
struct Way {
  const char* name;
  std::string_view seconds = "0";  // that an operation of the service lasts
  bool jobs_forgotten = false;
  Program::Arguments options{};  // of the runs that go on
  unsigned most_runs = 3;
};

std::vector<Way> ways() {
  return {{"at once"},
          {"jobs are forgotten", "0", true},
          {"no wait", "0", false, {"--wait", "0s"}, 40},
          {"operations last", "0.05"},
          {"operations last, no wait", "0.05", false, {"--wait", "0s"}, 60}};
}

// Where it ends.
struct End {
  std::string things, state;
  std::vector<std::string> writes;  // that were carried out, folded and sorted
};

bool is_write(const EmulatedRequest& request) { return request.method != "GET"; }

// Requests to the service; those for tokens are left out.
std::vector<EmulatedRequest> requests(AzureProject& project) {
  std::vector<EmulatedRequest> all = project.azure().log();
  all.erase(std::remove_if(
                all.begin(), all.end(),
                [](const EmulatedRequest& each) { return ascii_lower(each.path).rfind("/subscriptions/", 0) != 0; }),
            all.end());
  return all;
}

class AzureKilled : public testing::TestWithParam<Scenario> {
 protected:
  // The start of the scenario is made once, by the program itself, and kept; so is the end of a run that nobody disturbs.
  void SetUp() override {
    AzureProject project;
    if (!GetParam().world.empty()) project.azure().control("put", GetParam().world);
    if (!GetParam().before.empty()) {
      project.write(k_cache, GetParam().before);
      go_on(project, "apply", {});
    }
    state_ = project.program().read(k_state);
    project.azure().control("clock");  // what is due is over
    project.azure().keep();
    run_undisturbed();
  }

  void start_anew(AzureProject& project, const Way& way) const {
    project.azure().again();
    project.azure().control(
        "clock", fmt::format(R"({{"durations": {{"vnet": {0}, "vnet-update": {0}, "vnet-delete": {0}, "subnet": {0},
      "fabric": {0}, "network-mapping": {0}, "network-mapping-delete": {0}, "container": {0}, "policy": {0},
      "container-mapping": {0}, "enable-job": {0}, "enable-recovery-point": {0}, "enable-disks": {0}, "enable": {0},
      "update": {0}, "disable": {0}}}}})",
                             way.seconds));
    project.write(k_cache, GetParam().after);
    if (!state_.empty()) project.program().write(k_state, state_);
  }

  // What a guard holds up is approved by its digest.
  struct Run {
    Program::Arguments arguments;  // that were enough
    int exit_code = 0;
  };
  static Run go_on(AzureProject& project, const std::string& command, const Program::Arguments& options) {
    Program::Arguments arguments{command, "--auto-approve", "--parallelism", "1"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    project.azure().forget();
    Ran ran = project.run(arguments);
    // An operation that ends between two runs makes the plan another one: it is approved anew, or needs no approval.
    const Program::Arguments plain = arguments;
    const std::string words = "--approve ";
    for (int time = 0; ran.exit_code == 3 && time < 5; ++time) {
      const std::string said = ran.err.rfind(words) == std::string::npos ? ran.out : ran.err;
      const std::size_t at = said.rfind(words);
      if (at == std::string::npos && arguments == plain) break;
      arguments = plain;
      if (at != std::string::npos) arguments.insert(arguments.end(), {"--approve", said.substr(at + words.size(), 32)});
      project.azure().forget();
      ran = project.run(arguments);
    }
    const bool waits = ran.exit_code == 7 && !options.empty();
    EXPECT_TRUE(ran.exit_code == 0 || waits) << ran.exit_code << ran.out << ran.err;
    EXPECT_EQ((ran.out + ran.err).find("PF4001"), std::string::npos) << ran.out << ran.err;
    return {arguments, ran.exit_code};
  }

  bool is_settled(AzureProject& project) const {
    if (!project.program().read(".pairform/journal").empty()) return false;
    if (GetParam().command == "destroy") return project.azure().things().find("virtualNetworks") == std::string::npos;
    return project.run({"plan", "--detailed-exitcode"}).exit_code == 0;
  }

  static End end_of(AzureProject& project, const std::vector<EmulatedRequest>& sent) {
    End end{project.azure().things(), project.program().read(k_state), {}};
    for (const EmulatedRequest& each : sent)
      if (is_write(each) && each.status >= 200 && each.status < 300)
        end.writes.push_back(each.method + ' ' + ascii_lower(each.path));
    std::sort(end.writes.begin(), end.writes.end());
    return end;
  }

  void run_undisturbed() {
    AzureProject project;
    start_anew(project, {});
    arguments_ = go_on(project, GetParam().command, {}).arguments;
    clean_requests_ = requests(project);
    EXPECT_TRUE(is_settled(project));
    clean_ = end_of(project, clean_requests_);
    EXPECT_GT(clean_.writes.size(), 1U);
  }

  // False: the run ended well before it had sent so many requests.
  bool kill_at(AzureProject& project, std::size_t nth, const char* when) const {
    project.azure().behave("hold", fmt::format(R"("match": "^/subscriptions/", "skip": {}, "when": "{}")", nth, when));
    project.program().start(arguments_);
    const bool held = project.program().wait_until([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));  // asking takes time from the run
      return project.azure().held() > 0;
    });
    project.program().signal(SIGKILL);
    const Ran ran = project.program().finish();
    EXPECT_TRUE(held || (nth >= clean_requests_.size() && ran.exit_code == 0)) << ran.exit_code << ran.out << ran.err;
    project.azure().control("calm");
    return held;
  }

  // Runs until there is nothing left to do; all requests that they made.
  std::vector<EmulatedRequest> go_on_to_the_end(AzureProject& project, const Way& way) const {
    std::vector<EmulatedRequest> sent;
    for (unsigned runs = 0; runs < way.most_runs; ++runs) {
      const Run run = go_on(project, GetParam().command, way.options);
      const std::vector<EmulatedRequest> more = requests(project);
      sent.insert(sent.end(), more.begin(), more.end());
      if (run.exit_code == 0 && is_settled(project)) return sent;
    }
    ADD_FAILURE() << "there is still something to do";
    return sent;
  }

  std::string words_of(std::size_t nth) const {
    if (nth >= clean_requests_.size()) return "a later one";
    return clean_requests_[nth].method + ' ' + clean_requests_[nth].path;
  }

  // False: as kill_at.
  bool kill_and_go_on(std::size_t nth, const char* when, const Way& way) const {
    SCOPED_TRACE(fmt::format("killed at request {} of {}, {} {}; then: {}", nth + 1, clean_requests_.size(), when,
                             words_of(nth), way.name));
    AzureProject project;
    start_anew(project, way);
    if (!kill_at(project, nth, when)) return false;
    std::vector<EmulatedRequest> sent = requests(project);
    if (way.jobs_forgotten) project.azure().behave("jobs-forgotten");
    const std::vector<EmulatedRequest> more = go_on_to_the_end(project, way);
    sent.insert(sent.end(), more.begin(), more.end());
    End end = end_of(project, sent);
    std::vector<std::string> wanted = clean_.writes;
    // What is under way shows nowhere yet. So the request for it may be sent again, which makes nothing else.
    if (way.seconds != "0")
      for (std::vector<std::string>* each : {&end.writes, &wanted})
        each->erase(std::unique(each->begin(), each->end()), each->end());
    EXPECT_EQ(end.writes, wanted);
    EXPECT_EQ(end.things, clean_.things);
    EXPECT_EQ(end.state, clean_.state);
    return true;
  }

  static constexpr const char* k_state = "pairform.state.jsonl";
  std::string state_;             // at the start
  Program::Arguments arguments_;  // of the run that is killed
  std::vector<EmulatedRequest> clean_requests_;
  End clean_;
};

// Is a read of an ordinary run killed at?
bool is_chosen(const Scenario& scenario, std::size_t nth) {
  return scenario.first_read == k_every || nth % k_stride == scenario.first_read;
}

TEST_P(AzureKilled, ItGoesOn) {
  const bool all = std::getenv("PAIRFORM_KILL_ALL") != nullptr;
  const std::vector<Way> each = ways();
  std::size_t turn = 0, written = 0, kills = 0;
  for (std::size_t nth = 0; nth < clean_requests_.size() && !HasFailure(); ++nth) {
    const bool writes = is_write(clean_requests_[nth]);
    if (!all && !writes && !is_chosen(GetParam(), nth)) continue;
    for (std::size_t way = all ? 0 : turn++ % each.size(), last = all ? each.size() - 1 : way; way <= last; ++way) {
      const bool both = all || GetParam().first_read == k_every;
      const bool after = writes && written++ % 2 != 0;
      if (both || !after) kills += kill_and_go_on(nth, "before", each[way]);
      if (writes && (both || after)) kills += kill_and_go_on(nth, "after", each[way]);
    }
  }
  // Operations that last are polled more often than those of the undisturbed run.
  for (const Way& way : each)
    for (std::size_t nth = clean_requests_.size(); all && way.seconds != each[0].seconds && !HasFailure();
         ++nth, kills += 2)
      if (!kill_and_go_on(nth, "before", way) || !kill_and_go_on(nth, "after", way)) break;
  if (all) fmt::print("killed {} times, in a run of {} requests\n", kills, clean_requests_.size());
}

INSTANTIATE_TEST_SUITE_P(, AzureKilled, testing::ValuesIn(scenarios()), [](const auto& of) { return of.param.name; });

}  // namespace
}  // namespace pairform
