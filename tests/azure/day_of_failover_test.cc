// The day of the failover on Azure's terms: a region is lost in the middle of an apply, a nervous colleague plans and applies
// with whatever files lie about, failover, commit, reprotect, and home again. The protection states and the ids that change are
// the emulator's, as recorded. At no point is anything of the machines that are away written.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <regex>
#include <string>
#include <thread>
#include <vector>

#include "schema/value.h"
#include "tests/azure/vault_of_vms.h"

namespace pairform {
namespace {

constexpr const char* k_cache = R"(cache_storage_accounts = { eastasia = "rg-app/cacheeastasia1" })";
constexpr const char* k_state = "pairform.state.jsonl";

std::string vms(const std::vector<std::string>& keys) {
  std::string out = "\n[defaults.vm]\nnetwork = \"network.app\"\ntarget_region = \"southeastasia\"\n";
  for (const std::string& key : keys) out += fmt::format("\n[vm.{}]\n", key);
  return out;
}

std::string spare_pair() {
  return "\n[network.lab]\nexisting = true\nregion = \"southeastasia\"\n\n[network.far]\nexisting = true\nregion = "
         "\"eastasia\"\n\n[mapping.labs]\nsource = \"network.lab\"\ntarget = \"network.far\"\n";
}

class AzureDay : public testing::Test {
 protected:
  AzureDay() {
    put_networks(azure());
    const std::string app = azure_network_id("rg-net-eastasia", "app");
    std::string machines;
    for (const char* name : {"web0", "web1", "web2"})
      machines += fmt::format(R"({0}{{"group": "rg-app", "name": "{1}", "region": "eastasia", "nics": [
        {{"name": "{1}-front", "subnet": "{2}/subnets/web", "ip": "10.1.0.1{3}"}},
        {{"name": "{1}-back", "subnet": "{2}/subnets/db", "ip": "10.1.8.1{3}"}}]}})",
                              machines.empty() ? "" : ", ", name, app, name[3]);
    azure().control("put", fmt::format(R"({{"machine": [{}],
      "group": {{"name": "rg-app-asr", "region": "southeastasia"}},
      "storage": [{{"group": "rg-app", "name": "cacheeastasia1", "region": "eastasia"}},
                  {{"group": "rg-app", "name": "cachesoutheast", "region": "southeastasia"}}],
      "network": [{{"group": "rg-net-southeastasia", "name": "lab", "region": "southeastasia", "space": ["10.4.0.0/16"],
                    "subnets": {{"web": "10.4.0.0/24", "db": "10.4.1.0/24"}}}},
                  {{"group": "rg-net-eastasia", "name": "far", "region": "eastasia", "space": ["10.4.0.0/16"]}}]}})",
                                       machines));
  }
  AzureEmulator& azure() { return project_.azure(); }
  void write(const std::string& resources) { project_.write(k_cache, resources); }

  // Where the machine's item is while it is protected from that region.
  std::string item(const std::string& name, const std::string& region) const {
    return fmt::format(
        "{0}/replicationFabrics/asr-a2a-default-{1}/replicationProtectionContainers/asr-a2a-default-{1}-"
        "container/replicationProtectedItems/{2}",
        k_azure_vault, region, name);
  }
  void act(const char* verb, const std::string& region) {
    for (const std::string& name : items_)
      azure().control(verb, fmt::format(R"({{"item": "{}"}})", item(name, region)));
  }
  // The names of the items that were made, in the order of their requests.
  void find_items() {
    const std::regex path("/replicationProtectedItems/([0-9a-f]{32})$");
    for (const EmulatedRequest& each : azure().log())
      if (std::smatch found; each.method == "PUT" && std::regex_search(each.path, found, path))
        items_.push_back(found[1]);
  }
  // Writes of machines, of the halves by which they land and come home, and of the networks of these.
  std::vector<std::string> forbidden_writes() {
    std::string pattern = "/virtualNetworks/(app|dr)(/|$)|/(app-to-southeastasia|dr-to-eastasia)$";
    for (const std::string& name : items_) pattern += "|/replicationProtectedItems/" + name;
    const std::regex path(pattern, std::regex::icase);
    std::vector<std::string> out;
    for (const EmulatedRequest& each : azure().log())
      if (each.method != "GET" && ascii_lower(each.path).starts_with("/subscriptions/") &&
          std::regex_search(each.path, path))
        out.push_back(each.method + ' ' + each.path);
    return out;
  }
  Ran apply(const Program::Arguments& more = {}) {
    Program::Arguments arguments{"apply", "--auto-approve"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return project_.run(arguments);
  }
  void nobody_harms(const std::string& stage, const std::string& status, bool refuses);

  AzureProject project_;
  std::vector<std::string> items_;
  const std::string morning_ = existing_pair() + vms({"web0", "web1"}),
                    noon_ = existing_pair() + spare_pair() + vms({"web0", "web1", "web2"});
};

// Whoever plans and applies now, with whatever files: nothing of those that are away is written.
void AzureDay::nobody_harms(const std::string& stage, const std::string& status, bool refuses) {
  SCOPED_TRACE(stage);
  std::string remap = noon_;
  remap.replace(remap.find("target = \"network.dr\""), 21, "target = \"network.lab\"");
  const std::string moved = morning_ + "\n[vm.web0.nic.web0-front]\ntarget_ip = \"10.2.0.77\"\n";
  for (const std::string& files : {noon_, morning_, std::string(), remap, existing_pair(), moved}) {
    write(files);
    azure().forget();
    const Ran plan = project_.run({"plan"});
    if (files == morning_) {
      EXPECT_NE(plan.out.find("Held, left alone"), std::string::npos) << plan.out << plan.err;
      EXPECT_NE(plan.out.find(fmt::format("vm.web0 ({}", status)), std::string::npos) << plan.out;
    }
    const Ran applied = apply();
    if (refuses && applied.exit_code != 1) {
      EXPECT_EQ(applied.exit_code, 3) << applied.out << applied.err;
    }
    apply({"--during-failover"});
    project_.run({"destroy", "--auto-approve"});
    EXPECT_EQ(forbidden_writes(), std::vector<std::string>()) << files;
  }
  write(morning_);
  const Ran drill = project_.run({"drill", "eastasia", "--json"});
  EXPECT_TRUE(drill.exit_code == 0 || drill.exit_code == 2) << drill.err;
}

TEST_F(AzureDay, NothingOfWhatIsAwayIsTouched) {
  write(morning_);
  ASSERT_EQ(apply().exit_code, 0);
  find_items();
  ASSERT_EQ(items_.size(), 2U);
  const std::string state = project_.program().read(k_state);
  ASSERT_NE(state, "");

  // The region is lost while an apply makes the spare pair.
  write(noon_);
  azure().behave("hold", R"("match": "/replicationNetworkMappings/", "methods": ["PUT"], "when": "before")");
  azure().forget();
  project_.program().start({"apply", "--auto-approve", "--parallelism", "1"});
  const auto is_held = [&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    return azure().held() > 0;
  };
  ASSERT_TRUE(project_.program().wait_until(is_held)) << project_.program().said();
  act("failover", "eastasia");
  std::this_thread::sleep_for(std::chrono::seconds(11));  // statuses are at most 10 s old when a step is sent
  azure().control("calm");
  const Ran lost = project_.program().finish();
  EXPECT_NE(lost.exit_code, 0) << lost.out << lost.err;
  EXPECT_NE((lost.out + lost.err).find("PF3106"), std::string::npos) << lost.out << lost.err;
  EXPECT_EQ(project_.calls("PUT", "/replicationProtectedItems/"), 0U) << "web2 is not enabled any more";

  nobody_harms("failed over", "failed_over", true);
  act("commit", "eastasia");
  nobody_harms("committed", "failed_over", true);
  act("reprotect", "eastasia");
  nobody_harms("protected the other way round", "reversed", false);
  act("failover", "southeastasia");
  nobody_harms("failed back", "failed_over", true);
  act("commit", "southeastasia");
  nobody_harms("failed back and committed", "failed_over", true);
  act("reprotect", "southeastasia");

  // Home again: what colleagues did beside goes, and the same things are recorded as in the morning.
  write(morning_);
  const Ran tidied = project_.run_approved({"apply"});
  EXPECT_EQ(tidied.exit_code, 0) << tidied.out << tidied.err;
  EXPECT_EQ(project_.run({"plan", "--detailed-exitcode"}).exit_code, 0);
  EXPECT_EQ(project_.program().read(k_state), state);
}

// It may run here or there, nobody can tell: nothing of it is written, and doctor names it with its health.
TEST_F(AzureDay, AFailoverThatFailedLeavesItsMachinesAlone) {
  write(morning_);
  ASSERT_EQ(apply().exit_code, 0);
  find_items();
  ASSERT_EQ(items_.size(), 2U);
  azure().behave("failover-fails");
  act("failover", "eastasia");
  nobody_harms("a failover failed", "broken", true);
  const Ran why = project_.run({"why", "vm.web0"});
  EXPECT_NE(why.out.find("UnplannedFailoverFailed; replication health: Critical"), std::string::npos) << why.out;
  const Ran doctor = project_.run({"doctor"});
  EXPECT_EQ(doctor.exit_code, 1);
  for (const char* each :
       {"error    vms         vm.web0: a failover of it ended half-way", "replication of web0 is critical",
        "UnplannedFailoverFailed; replication health: Critical (vm.web0 and vm.web1)"})
    EXPECT_NE(doctor.out.find(each), std::string::npos) << each << doctor.out << doctor.err;
  azure().forget();
  const Ran applied = apply();
  EXPECT_EQ(applied.exit_code, 3) << applied.out << applied.err;
  EXPECT_NE(applied.err.find("PF3106"), std::string::npos) << applied.err;
}

TEST_F(AzureDay, ATestFailoverHoldsItsMachineUntilItIsCleanedUp) {
  write(morning_);
  ASSERT_EQ(apply().exit_code, 0);
  find_items();
  const std::string state = project_.program().read(k_state);
  ASSERT_NE(state, "");
  act("test-failover", "eastasia");
  nobody_harms("tested", "busy", false);
  act("cleanup", "eastasia");
  write(morning_);
  EXPECT_EQ(project_.run_approved({"apply"}).exit_code, 0);
  EXPECT_EQ(project_.run({"plan", "--detailed-exitcode"}).exit_code, 0);
  EXPECT_EQ(project_.program().read(k_state), state);
}

}  // namespace
}  // namespace pairform
