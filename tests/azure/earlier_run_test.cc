// What an apply does about steps that an earlier one began: it looks, and sends nothing before its own plan is approved
// (docs/adr/0018-a-resumed-run-only-looks.md).
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <regex>
#include <string>
#include <thread>
#include <vector>

#include "schema/value.h"
#include "tests/azure/vault_of_vms.h"

namespace pairform {
namespace {

constexpr const char* k_cache = R"(cache_storage_accounts = { eastasia = "rg-app/cacheeastasia1" })";

std::string vms(const std::vector<std::string>& keys, std::string_view more = {}) {
  std::string out = "\n[defaults.vm]\nnetwork = \"network.app\"\ntarget_region = \"southeastasia\"\n";
  for (const std::string& key : keys) out += fmt::format("\n[vm.{}]\n{}\n", key, more);
  return out;
}

class AzureEarlierRun : public testing::Test {
 protected:
  // Machines web0 and web1 that nobody replicates, and a mapped pair. `mapped`: containers, too.
  void put_world(bool mapped) {
    if (mapped) {
      put_networks(azure());
    } else {
      azure().control("put", R"({"network": [
        {"group": "rg-net-eastasia", "name": "app", "region": "eastasia", "space": ["10.1.0.0/16"],
         "subnets": {"web": "10.1.0.0/21"}},
        {"group": "rg-net-southeastasia", "name": "dr", "region": "southeastasia", "space": ["10.2.0.0/16"],
         "subnets": {"web": "10.2.0.0/21"}}], "plumbing": {"regions": ["eastasia", "southeastasia"], "mapped": false}})");
    }
    put_pair(azure());
    const std::string app = azure_network_id("rg-net-eastasia", "app");
    std::string machines;
    for (int i = 0; i < 2; ++i)
      machines += fmt::format(R"({0}{{"group": "rg-app", "name": "web{1}", "region": "eastasia", "nics": [
        {{"name": "web{1}-front", "subnet": "{2}/subnets/web", "ip": "10.1.0.1{1}"}}]}})",
                              i == 0 ? "" : ", ", i, app);
    azure().control("put",
                    fmt::format(R"({{"machine": [{}], "group": {{"name": "rg-app-asr", "region": "southeastasia"}},
      "storage": {{"group": "rg-app", "name": "cacheeastasia1", "region": "eastasia"}}}})",
                                machines));
  }
  // So many seconds, of the emulator's clock.
  void last(std::string_view what, int seconds) {
    azure().control("clock", fmt::format(R"({{"durations": {{"{}": {}}}}})", what, seconds));
  }
  void pass(int seconds) { azure().control("clock", fmt::format(R"({{"advance": {}}})", seconds)); }
  void seed_for(int seconds) {
    for (const char* stage : {"enable-job", "enable-recovery-point", "enable-disks", "enable"}) last(stage, seconds);
  }
  AzureEmulator& azure() { return project_.azure(); }
  void write(const std::string& resources) { project_.write(k_cache, existing_pair() + resources); }
  Ran apply(const Program::Arguments& more = {"--auto-approve"}) {
    Program::Arguments arguments{"apply"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return project_.run(arguments);
  }
  // What changes something, "PUT …/replicationProtectedItems/…".
  std::vector<std::string> writes() {
    std::vector<std::string> out;
    for (const EmulatedRequest& each : azure().log())
      if (each.method != "GET" && ascii_lower(each.path).starts_with("/subscriptions/"))
        out.push_back(each.method + ' ' + each.path);
    return out;
  }
  std::vector<std::string> items() {
    const std::regex path(R"re("(/[^"]*/replicationProtectedItems/[0-9a-f]{32})")re");
    const std::string things = azure().things();
    std::vector<std::string> out;
    for (std::sregex_iterator at(things.begin(), things.end(), path), end; at != end; ++at)
      if (std::find(out.begin(), out.end(), (*at)[1].str()) == out.end()) out.push_back((*at)[1]);
    return out;
  }

  AzureProject project_;
};

// The run ended while the machines waited for the mapping of their containers: nothing of them was sent.
TEST_F(AzureEarlierRun, AMachineThatWaitedForItsContainerIsEnabledByNoRunThatIsNotAskedTo) {
  put_world(false);
  write(vms({"web0", "web1"}));
  last("container-mapping", 1000);
  const Ran begun = apply({"--auto-approve", "--wait", "0s"});
  ASSERT_EQ(begun.exit_code, 7) << begun.out << begun.err;
  last("container-mapping", 0);
  pass(2000);
  const std::string state = project_.program().read("pairform.state.jsonl");
  ASSERT_NE(state.find("\"pending\""), std::string::npos) << state;
  for (const Program::Arguments& arguments :
       std::vector<Program::Arguments>{{"apply", "--refresh-only", "--auto-approve"},
                                       {"apply", "--adopt-only", "--auto-approve"},
                                       {"apply", "--exclude", "vm.web0", "--exclude", "vm.web1", "--auto-approve"},
                                       {"apply"}}) {
    SCOPED_TRACE(arguments.size() > 1 ? arguments[1] : "nobody answers yes");
    project_.program().write("pairform.state.jsonl", state);
    azure().forget();
    project_.run(arguments);
    EXPECT_EQ(writes(), std::vector<std::string>());
  }
  // Nor where files do not ask for them any more.
  for (const std::string& files : {std::string(), vms({"web0", "web1"}, "existing = true")}) {
    SCOPED_TRACE(files);
    project_.program().write("pairform.state.jsonl", state);
    write(files);
    azure().forget();
    apply();
    EXPECT_EQ(writes(), std::vector<std::string>());
  }
  // A plan that asks for them is carried out.
  project_.program().write("pairform.state.jsonl", state);
  write(vms({"web0", "web1"}));
  const Ran ran = apply();
  EXPECT_EQ(ran.exit_code, 0) << ran.out << ran.err;
  EXPECT_EQ(items().size(), 2U);
  EXPECT_EQ(project_.run({"plan", "--detailed-exitcode"}).exit_code, 0);
}

// It waited for its container, and meanwhile a colleague enabled it in the portal: theirs is found, not ours.
TEST_F(AzureEarlierRun, AReplicationThatAColleagueBeganIsFoundByThePlan) {
  put_world(false);
  write(vms({"web0"}));
  last("container-mapping", 1000);
  ASSERT_EQ(apply({"--auto-approve", "--wait", "0s"}).exit_code, 7);
  last("container-mapping", 0);
  pass(2000);
  azure().control("put", fmt::format(R"({{"plumbing": {{"regions": ["eastasia", "southeastasia"]}},
    "item": {{"name": "theirs", "subnet": "web", "machine": "{}/providers/Microsoft.Compute/virtualMachines/web0"}}}})",
                                     azure_group_id("rg-app")));
  const Ran ran = apply({});
  EXPECT_NE(ran.out.find("vm.web0  adopt: found in the cloud, not recorded"), std::string::npos) << ran.out << ran.err;
}

// Killed, or ended, before a network was made; a colleague makes one of that name. It is not touched.
TEST_F(AzureEarlierRun, ANetworkThatAColleagueMadeIsNotTakenOver) {
  put_world(true);
  write(
      "\n[network.lab]\nregion = \"eastasia\"\nresource_group = \"rg-net-eastasia\"\naddress_space = "
      "[\"10.7.0.0/16\"]\n"
      "subnets = { a = \"10.7.1.0/24\" }\n");
  last("vnet", 600);
  ASSERT_EQ(apply({"--auto-approve", "--wait", "0s"}).exit_code, 7);
  azure().control("portal",
                  fmt::format(R"({{"id": "{}", "remove": true}})", azure_network_id("rg-net-eastasia", "lab")));
  pass(1000);
  azure().control("put", R"({"network": {"group": "rg-net-eastasia", "name": "lab", "region": "eastasia",
    "space": ["10.7.0.0/16"], "subnets": {}}})");
  azure().forget();
  const Ran ran = apply();
  EXPECT_EQ(ran.exit_code, 1) << ran.out << ran.err;
  EXPECT_NE(ran.err.find("error PF3002: network.lab exists and was not made by this project"), std::string::npos)
      << ran.err;
  EXPECT_EQ(writes(), std::vector<std::string>());
}

TEST_F(AzureEarlierRun, NothingIsSentWhileAnotherMachineIsFailedOver) {
  put_world(true);
  write(vms({"web0"}));
  ASSERT_EQ(apply().exit_code, 0);
  const std::vector<std::string> first = items();
  ASSERT_EQ(first.size(), 1U);
  write(vms({"web0", "web1"}) + "[vm.web1.azure]\ntarget_name = \"drweb1\"\n");
  seed_for(1000);
  ASSERT_EQ(apply({"--auto-approve", "--wait", "0s"}).exit_code, 7);
  azure().control("failover", fmt::format(R"({{"item": "{}"}})", first[0]));
  pass(5000);
  azure().forget();
  const Ran ran = apply();
  EXPECT_EQ(ran.exit_code, 3) << ran.out << ran.err;
  EXPECT_EQ(writes(), std::vector<std::string>());
}

// A request was lost on its way, and the run ended.
TEST_F(AzureEarlierRun, ALandingThatWasNeverSentIsPlannedAgain) {
  put_world(true);
  write(vms({"web0"}));
  ASSERT_EQ(apply().exit_code, 0);
  write(vms({"web0"}) + "[vm.web0.nic.web0-front]\ntarget_ip = \"10.2.0.50\"\n");
  azure().behave("lose-request", R"("match": "/replicationProtectedItems/", "methods": ["PATCH"])");
  const Ran lost = apply({"--auto-approve", "--wait", "0s"});
  ASSERT_EQ(lost.exit_code, 7) << lost.out << lost.err;
  azure().control("calm");
  const Ran ran = apply();
  EXPECT_EQ(ran.exit_code, 0) << ran.out << ran.err;
  EXPECT_NE(azure().things().find(R"("recoveryStaticIPAddress":"10.2.0.50")"), std::string::npos);
  EXPECT_EQ(project_.run({"plan", "--detailed-exitcode"}).exit_code, 0);
}

TEST_F(AzureEarlierRun, AnEnablingThatFailedEndsTheRunThatFindsOutWithFour) {
  put_world(true);
  write(vms({"web0"}));
  seed_for(1000);
  azure().behave("operation-ends", R"("match": "replicationProtectedItems/", "status": "Failed", "code": "150097",
    "message": "no quota")");
  ASSERT_EQ(apply({"--auto-approve", "--wait", "0s"}).exit_code, 7);
  pass(5000);
  azure().control("calm");
  const Ran ran = apply({"--auto-approve", "--json"});
  EXPECT_EQ(ran.exit_code, 4) << ran.out << ran.err;
  EXPECT_NE(ran.out.find(R"("address":"vm.web0","error":"150097: no quota)"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find(R"("code":"PF4001","severity":"error")"), std::string::npos) << ran.out;
}

// The replication was ended while nobody looked, and reads show it for some seconds more. No approval is asked once more.
TEST_F(AzureEarlierRun, ADeletionThatStillShowsIsWaitedFor) {
  put_world(true);
  write(vms({"web0"}));
  ASSERT_EQ(apply().exit_code, 0);
  last("disable", 1000);
  write({});
  const Ran begun = project_.run_approved({"apply", "--wait", "0s"});
  ASSERT_EQ(begun.exit_code, 7) << begun.out << begun.err;
  pass(1000);
  azure().behave("eventual-singles", R"("seconds": 15)");
  azure().behave("eventual-lists", R"("seconds": 15)");
  azure().forget();
  const Ran ran = apply({});
  EXPECT_EQ(ran.exit_code, 0) << ran.out << ran.err;
  EXPECT_EQ(ran.out.find("approv"), std::string::npos) << ran.out;
  EXPECT_EQ(writes(), std::vector<std::string>());
  EXPECT_EQ(project_.program().read("pairform.state.jsonl").find("vm.web0"), std::string::npos);
}

// Somebody disables it in the portal while it is seeded: it is enabled again by a plan that says so.
TEST_F(AzureEarlierRun, AMachineThatSomebodyDisabledMeanwhileIsInThePlan) {
  put_world(true);
  write(vms({"web0"}));
  seed_for(1000);
  ASSERT_EQ(apply({"--auto-approve", "--wait", "0s"}).exit_code, 7);
  for (const std::string& item : items())
    azure().control("portal", fmt::format(R"({{"id": "{}", "remove": true}})", item));
  pass(5000);
  seed_for(0);
  azure().forget();
  const Ran ran = apply({});
  EXPECT_NE(ran.out.find("vm.web0  enable replication"), std::string::npos) << ran.out << ran.err;
  EXPECT_EQ(writes(), std::vector<std::string>());
}

// Killed while a network was made. What became of that may not be read, so nothing is begun on top of it, and the journal
// keeps the step until it can be read.
TEST_F(AzureEarlierRun, NothingIsBegunWhileAStepOfAKilledRunCannotBeRead) {
  const std::string network =
      "\n[network.new]\nregion = \"eastasia\"\naddress_space = [\"10.9.0.0/16\"]\nsubnets = { web = \"10.9.1.0/24\" "
      "}\n";
  put_world(true);
  write(network);
  azure().behave("hold", R"("match": "/virtualNetworks/new$", "methods": ["PUT"], "when": "after")");
  project_.program().start({"apply", "--auto-approve"});
  const bool held = project_.program().wait_until([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    return azure().held() > 0;
  });
  project_.program().signal(SIGKILL);
  ASSERT_TRUE(held) << project_.program().finish().err;
  project_.program().finish();
  azure().control("calm");
  azure().behave("refuse", R"("match": "/virtualNetworks/new$", "methods": ["read"], "status": 403,
    "code": "AuthorizationFailed", "message": "may not read")");
  write(network + vms({"web0"}));
  azure().forget();
  for (int time = 0; time < 2; ++time) {
    const Ran ran = apply();
    EXPECT_EQ(ran.exit_code, 1) << ran.out << ran.err;
    EXPECT_NE(ran.err.find("error PF3004: it could not be read what a step of an earlier run has done to network.new"),
              std::string::npos)
        << ran.err;
    EXPECT_EQ(writes(), std::vector<std::string>());
    EXPECT_NE(project_.program().read(".pairform/journal").find("network.new"), std::string::npos);
  }
  azure().control("calm");
  const Ran ran = apply();
  EXPECT_EQ(ran.exit_code, 0) << ran.out << ran.err;
  EXPECT_EQ(project_.program().read(".pairform/journal"), "");
  EXPECT_EQ(project_.run({"plan", "--detailed-exitcode"}).exit_code, 0);
}

// The landings were sent by a run that was killed, and its journal is lost: they are found as files ask for them. They are no
// find all the same, because the replication is pairform's own.
TEST_F(AzureEarlierRun, ALandingOfAnOwnMachineIsNoFind) {
  put_world(true);
  write(vms({"web0"}));
  ASSERT_EQ(apply().exit_code, 0);
  const std::string state = project_.program().read("pairform.state.jsonl");
  const std::string without = std::regex_replace(state, std::regex("\\{\"address\":\"vm\\.web0\\.nic[^\n]*\n"), "");
  ASSERT_NE(without, state);
  project_.program().write("pairform.state.jsonl", without);
  azure().forget();
  const Ran ran = apply();
  EXPECT_EQ(ran.exit_code, 0) << ran.out << ran.err;
  EXPECT_EQ(writes(), std::vector<std::string>());
  EXPECT_EQ(project_.program().read("pairform.state.jsonl"), state);
}

}  // namespace
}  // namespace pairform
