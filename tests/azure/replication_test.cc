// Machines are enabled, landed and disabled by the real program on the emulator: what is asked before anything is written,
// what is sent, and how hours of seeding are gone on with.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

#include "schema/value.h"
#include "tests/azure/vault_of_vms.h"

namespace pairform {
namespace {

constexpr const char* k_cache = R"(cache_storage_accounts = { eastasia = "rg-app/cacheeastasia1" })";
constexpr const char* k_item_path = "/replicationProtectedItems/[^/?]+(\\?|$)";
constexpr const char* k_items_path = "/replicationProtectedItems(\\?|$)";
constexpr const char* k_job_path = "/(replicationJobs|replicationOperationStatus|operationresults)/";

std::string vms(int count, std::string_view more = "") {
  std::string out = "\n[defaults.vm]\nnetwork = \"network.app\"\ntarget_region = \"southeastasia\"\n";
  for (int i = 0; i < count; ++i) out += fmt::format("\n[vm.web{}]\n{}\n", i, more);
  return out;
}

class AzureReplication : public testing::Test {
 protected:
  AzureEmulator& azure() { return project_.azure(); }

  // Networks, the pair, plumbing, a cache account, and machines that nobody replicates yet, each with further members.
  void put_world(int count, std::string_view machine_more = "", bool has_group = true) {
    put_networks(azure());
    put_pair(azure());
    const std::string app = azure_network_id("rg-net-eastasia", "app");
    std::string machines;
    for (int i = 0; i < count; ++i)
      machines += fmt::format(R"({0}{{"group": "rg-app", "name": "web{1}", "region": "eastasia", "nics": [
        {{"name": "web{1}-front", "subnet": "{2}/subnets/web", "ip": "10.1.0.{3}"}},
        {{"name": "web{1}-back", "subnet": "{2}/subnets/db", "ip": "10.1.8.{3}"}}]{4}}})",
                              i == 0 ? "" : ", ", i, app, 10 + i, machine_more);
    azure().control("put", fmt::format(R"({{"machine": [{}]}})", machines));
    put_cache("eastasia");
    if (has_group) azure().control("put", R"({"group": {"name": "rg-app-asr", "region": "southeastasia"}})");
  }
  void put_cache(std::string_view region) {
    azure().control(
        "put",
        fmt::format(R"({{"storage": {{"group": "rg-app", "name": "cacheeastasia1", "region": "{}"}}}})", region));
  }
  void write(const std::string& resources, std::string_view settings = k_cache) {
    project_.write(settings, existing_pair() + resources);
  }
  Ran apply(const Program::Arguments& more = {}) {
    Program::Arguments arguments{"apply", "--auto-approve"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return project_.run(arguments);
  }
  std::size_t writes() {
    return count(".", [](const EmulatedRequest& each) { return each.method != "GET"; });
  }
  std::size_t carried_out(std::string_view method, const std::string& pattern) {
    return count(pattern, [&](const EmulatedRequest& each) { return each.method == method && each.status < 300; });
  }
  template <typename Is>
  std::size_t count(const std::string& pattern, Is is) {
    const std::regex expression(pattern, std::regex::icase);
    const std::vector<EmulatedRequest> all = azure().log();
    return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [&](const EmulatedRequest& each) {
      return ascii_lower(each.path).starts_with("/subscriptions/") && is(each) &&
             std::regex_search(each.path, expression);
    }));
  }
  void expect_nothing_left() {
    const Ran plan = project_.run({"plan", "--detailed-exitcode"});
    EXPECT_EQ(plan.exit_code, 0) << plan.out << plan.err;
  }
  // The apply ends in words that have all of `said`, and nothing was written for it.
  void expect_refused(const std::vector<std::string>& said) {
    azure().forget();
    const Ran ran = apply();
    EXPECT_NE(ran.exit_code, 0) << ran.out;
    for (const std::string& each : said)
      EXPECT_NE((ran.out + ran.err).find(each), std::string::npos) << each << " is not in\n" << ran.out << ran.err;
    EXPECT_EQ(writes(), 0U);
  }
  std::string body_of(std::string_view method) {
    std::string body;
    for (const EmulatedRequest& each : azure().log())
      if (each.method == method && std::regex_search(each.path, std::regex(k_item_path, std::regex::icase)))
        body = each.body;
    return body;
  }

  AzureProject project_;
};

TEST_F(AzureReplication, IsEnabledAndLandedByOneRequestEach) {
  put_world(1);
  write(vms(1));
  const Ran done = apply();
  EXPECT_EQ(done.exit_code, 0) << done.out << done.err;
  EXPECT_EQ(carried_out("PUT", k_item_path), 1U);
  EXPECT_EQ(carried_out("PATCH", k_item_path), 1U);
  EXPECT_EQ(writes(), 2U);
  expect_nothing_left();
}

// What can be known before a job is begun.
TEST_F(AzureReplication, AMachineThatIsBeingUpdatedIsLeftAlone) {
  put_world(1, R"(, "state": "Updating")");
  write(vms(1));
  expect_refused({"web0", "Updating"});
}

TEST_F(AzureReplication, UnmanagedDisksAreNamed) {
  put_world(1, R"(, "unmanaged": true)");
  write(vms(1));
  expect_refused({"web0", "unmanaged disks", "existing = true"});
}

TEST_F(AzureReplication, AMachineThatIsNotEligibleIsToldByTheServicesCode) {
  put_world(1, R"(, "ineligible": ["A2AOperatingSystemNotSupported"])");
  write(vms(1));
  expect_refused({"A2AOperatingSystemNotSupported"});
}

TEST_F(AzureReplication, ADiskThatIsExcludedMustBeThere) {
  put_world(1, R"(, "disks": 1)");
  write(vms(1, "azure.exclude_disks = [\"scratch\"]"));
  expect_refused({"scratch", "web0", "exclude_disks"});
}

TEST_F(AzureReplication, TheDiskOfTheSystemCannotBeExcluded) {
  put_world(1, R"(, "disks": 1)");
  write(vms(1, "azure.exclude_disks = [\"web0_os\"]"));
  expect_refused({"web0_os", "exclude_disks"});
}

TEST_F(AzureReplication, ACacheAccountMustBeKnown) {
  put_world(1);
  write(vms(1), "");
  expect_refused({"cache_storage_accounts", "eastasia"});
}

TEST_F(AzureReplication, TheCacheAccountMustBeThere) {
  put_world(1);
  write(vms(1, "azure.cache_storage_account = \"rg-app/gone\""));
  expect_refused({"gone", "storage account"});
}

TEST_F(AzureReplication, TheCacheAccountMustBeInTheMachinesRegion) {
  put_world(1);
  put_cache("westus");
  write(vms(1));
  expect_refused({"cacheeastasia1", "westus", "eastasia"});
}

TEST_F(AzureReplication, AMachineThatIsNotThereIsTold) {
  put_world(1);
  write(vms(2));
  azure().forget();
  const Ran plan = project_.run({"plan"});
  EXPECT_NE(plan.exit_code, 0) << plan.out;
  EXPECT_NE((plan.out + plan.err).find("web1"), std::string::npos) << plan.out << plan.err;
  EXPECT_EQ(writes(), 0U);
}

TEST_F(AzureReplication, TheTargetGroupMustBeThereOrIsMadeWhereThatIsAllowed) {
  put_world(1, "", false);
  write(vms(1));
  expect_refused({"there is no resource group rg-app-asr", "az group create"});
  write(vms(1), std::string(k_cache) + "\ncreate_resource_groups = true");
  const Ran done = apply();
  EXPECT_EQ(done.exit_code, 0) << done.out << done.err;
  EXPECT_EQ(carried_out("PUT", "/resourceGroups/rg-app-asr(\\?|$)"), 1U);
  expect_nothing_left();
}

// What a stanza says for Azure stands in the item that is made.
TEST_F(AzureReplication, WhatIsChosenForAMachineIsShownByItsItem) {
  put_world(1, R"(, "disks": 2)");
  azure().control("put", R"({"group": {"name": "rg-own", "region": "southeastasia"}})");
  write(vms(1, R"(
[vm.web0.azure]
target_resource_group = "rg-own"
target_name = "web0-dr"
target_size = "Standard_D4s_v5"
target_zone = "2"
replica_disk_type = "StandardSSD_LRS"
target_disk_type = "Standard_LRS"
exclude_disks = ["web0_data0"])"));
  const Ran done = apply();
  EXPECT_EQ(done.exit_code, 0) << done.out << done.err;
  const std::string things = azure().things();
  for (const char* each :
       {R"("recoveryAzureVMName":"web0-dr")", R"("recoveryAzureVMSize":"Standard_D4s_v5")",
        R"("recoveryAvailabilityZone":"2")", R"("recoveryReplicaDiskAccountType":"StandardSSD_LRS")",
        R"("recoveryTargetDiskAccountType":"Standard_LRS")", R"("diskName":"web0_data1")", "resourceGroups/rg-own"})
    EXPECT_NE(things.find(each), std::string::npos) << each << " is not in " << things;
  EXPECT_EQ(things.find("\"web0_data0\""), std::string::npos);
  EXPECT_EQ(carried_out("PUT", k_item_path), 1U);
  EXPECT_LE(carried_out("PATCH", k_item_path), 2U);
  expect_nothing_left();
}

struct WrongValue {
  const char *key, *value;
};

TEST_F(AzureReplication, AWrongValueIsToldWithItsPlace) {
  put_world(1);
  for (const WrongValue& each :
       {WrongValue{"cache_storage_account", "\"no account\""}, WrongValue{"target_resource_group", "\"rg/own\""},
        WrongValue{"target_name", "\"-a\""}, WrongValue{"target_size", "\"Standard D2\""},
        WrongValue{"target_zone", "\"4\""}, WrongValue{"replica_disk_type", "\"Fast\""},
        WrongValue{"target_disk_type", "\"premium_lrs\""}, WrongValue{"exclude_disks", "\"scratch\""}}) {
    SCOPED_TRACE(each.key);
    write(vms(1, fmt::format("azure.{} = {}", each.key, each.value)));
    azure().forget();
    const Ran ran = project_.run({"plan"});
    EXPECT_NE(ran.exit_code, 0) << ran.out;
    EXPECT_NE((ran.out + ran.err).find("pairform.toml:"), std::string::npos) << ran.out << ran.err;
    EXPECT_NE((ran.out + ran.err).find(each.key), std::string::npos) << ran.out << ran.err;
    EXPECT_EQ(writes(), 0U);
  }
}

// Hours of seeding, with the clock of the service in the test's hands.
// However many end: the vault's items are listed for the plan, and by nobody once their ends are known.
TEST_F(AzureReplication, MachinesThatEndListNothing) {
  put_world(12);
  write(vms(12));
  ASSERT_EQ(apply().exit_code, 0);
  write("");
  azure().forget();
  const Ran plan = project_.run({"plan"});
  const std::size_t of_a_plan = carried_out("GET", k_items_path);
  std::smatch digest;
  const std::string said = plan.out + plan.err;
  ASSERT_TRUE(std::regex_search(said, digest, std::regex("--approve ([0-9a-f]{32})"))) << said;
  azure().forget();
  const Ran ran = project_.run({"apply", "--approve", digest[1], "--during-failover"});
  EXPECT_EQ(ran.exit_code, 0) << ran.out << ran.err;
  EXPECT_EQ(carried_out("POST", "/remove$"), 12U);
  EXPECT_EQ(carried_out("GET", k_items_path), of_a_plan);
  expect_nothing_left();
}

class AzureSeeding : public AzureReplication {
 protected:
  static constexpr std::size_t k_places = 20;
  void SetUp() override {
    put_world(50);
    azure().control("clock", R"({"speed": 0, "durations": {"enable": 2160, "enable-job": 680,
      "enable-recovery-point": 1500, "enable-disks": 1740}})");
  }
  void write_with_places(const std::string& resources) {
    write(resources, fmt::format("{}\noperations_at_once = {}", k_cache, k_places));
  }
  void advance(int seconds) { azure().control("clock", fmt::format(R"({{"advance": {}}})", seconds)); }
  Ran run_on() { return apply({"--wait", "0s", "--parallelism", "10"}); }
  // Whatever the number of machines, a list tells of all of them.
  void expect_none_asked_singly() {
    EXPECT_EQ(carried_out("GET", k_item_path), 0U);
    EXPECT_EQ(count(k_job_path, [](const EmulatedRequest&) { return true; }), 0U);
  }
};

TEST_F(AzureSeeding, AsManyAreBegunAsThereArePlaces) {
  write_with_places(vms(50));
  const Ran first = run_on();
  EXPECT_EQ(first.exit_code, 7) << first.out << first.err;
  EXPECT_EQ(carried_out("PUT", k_item_path), k_places);
  EXPECT_NE(first.out.find("pending 20"), std::string::npos) << first.out;
  expect_none_asked_singly();

  // Nothing has come to an end: nothing more is begun, and all that are seeded are asked about together.
  azure().forget();
  const Ran second = run_on();
  EXPECT_EQ(second.exit_code, 7) << second.out << second.err;
  EXPECT_EQ(carried_out("PUT", k_item_path), 0U);
  EXPECT_EQ(carried_out("PATCH", k_item_path), 0U);
  expect_none_asked_singly();

  std::size_t begun = k_places;
  int runs = 0;
  for (int exit_code = 7; exit_code == 7 && runs < 40; ++runs) {
    advance(3000);
    azure().forget();
    const Ran ran = run_on();
    exit_code = ran.exit_code;
    EXPECT_TRUE(exit_code == 0 || exit_code == 7) << ran.out << ran.err;
    EXPECT_LE(carried_out("PUT", k_item_path), k_places);
    begun += carried_out("PUT", k_item_path);
  }
  EXPECT_EQ(begun, 50U);
  EXPECT_LT(runs, 20);
  advance(3000);
  expect_nothing_left();
}

// The same in the process that began them: it looks after half a minute, and not at their jobs.
TEST_F(AzureSeeding, ThoseBegunAreAskedAboutTogether) {
  project_.program().set_environment("PAIRFORM_AZURE_TIME_SCALE", "1");
  write_with_places(vms(3));
  const Ran ran = apply({"--wait", "3s"});
  EXPECT_EQ(ran.exit_code, 7) << ran.out << ran.err;
  EXPECT_EQ(carried_out("PUT", k_item_path), 3U);
  expect_none_asked_singly();
}

TEST_F(AzureSeeding, AJobThatFailsIsSeenThoughItsItemDoesNotShowIt) {
  write_with_places(vms(1));
  project_.program().start({"apply", "--auto-approve"});
  std::string item;
  ASSERT_TRUE(project_.program().wait_until([&] {
    for (const EmulatedRequest& each : azure().log())
      if (each.method == "PUT") item = each.path;
    return !item.empty();
  }));
  azure().behave("operation-ends", R"("match": "replicationProtectedItems", "code": "150097", "message": "No agent.")");
  advance(700);
  azure().control("portal", fmt::format(R"({{"id": "{}", "set": {{"state": "InitialReplicationInProgress"}}}})", item));
  const Ran ran = project_.program().finish();
  EXPECT_EQ(ran.exit_code, 4) << ran.out << ran.err;
  EXPECT_NE(ran.out.find("150097: No agent."), std::string::npos) << ran.out << ran.err;
}

// All at once, on a clock that runs: what each takes does not grow with their number. Lists come on top, as long as it takes.
TEST_F(AzureSeeding, AFewRequestsAMachine) {
  azure().control("clock", R"({"speed": 1000})");
  for (const auto& [all, begun] : {std::pair<int, std::size_t>(15, 15), {45, 30}}) {
    SCOPED_TRACE(all);
    write(vms(all), fmt::format("{}\noperations_at_once = 500", k_cache));
    azure().forget();
    const Ran ran = apply({"--wait", "50s"});
    EXPECT_EQ(ran.exit_code, 0) << ran.out << ran.err;
    EXPECT_EQ(carried_out("PUT", k_item_path), begun);
    EXPECT_EQ(carried_out("PATCH", k_item_path), begun);
    EXPECT_LE(carried_out("GET", k_item_path), 5 * begun);
    EXPECT_LE(carried_out("GET", k_job_path), 4 * begun);
    const std::size_t others = carried_out("GET", ".") - carried_out("GET", k_item_path) -
                               carried_out("GET", k_job_path) - carried_out("GET", k_items_path);
    EXPECT_LE(others, 5 * begun + 15) << "checks before a job is begun, and what a plan reads";
  }
  expect_nothing_left();
}

TEST_F(AzureSeeding, AnotherPairIsMadeMeanwhile) {
  write_with_places(vms(30));
  EXPECT_EQ(run_on().exit_code, 7);
  azure().control("put", R"({"network": [
    {"group": "rg-net-eastasia", "name": "more", "region": "eastasia", "space": ["10.5.0.0/16"], "subnets": {}},
    {"group": "rg-net-southeastasia", "name": "else", "region": "southeastasia", "space": ["10.6.0.0/16"],
     "subnets": {}}]})");
  azure().control("clock", R"({"durations": {"network-mapping": 0}})");
  write_with_places(vms(30) + R"(
[network.more]
existing = true
region = "eastasia"
[network.else]
existing = true
region = "southeastasia"
[mapping.more]
source = "network.more"
target = "network.else"
)");
  azure().forget();
  const Ran ran = run_on();
  EXPECT_EQ(ran.exit_code, 7) << ran.out << ran.err;
  EXPECT_EQ(carried_out("PUT", "/replicationNetworkMappings/"), 2U) << ran.out;
  EXPECT_EQ(carried_out("PUT", k_item_path), 0U);
}

}  // namespace
}  // namespace pairform
