// What messages of the provider name, where the service's own words name nothing: the real program, on the emulator.
#include <gtest/gtest.h>

#include "tests/azure/vault_of_vms.h"

namespace pairform {
namespace {

void expect_in(const std::string& text, const std::string& part) {
  EXPECT_NE(text.find(part), std::string::npos) << text << "\n--- lacks ---\n" << part;
}

// 28020 says nothing. Where its job says nothing either the request is told in short.
class AzureFailedLanding : public testing::Test {
 protected:
  AzureFailedLanding() {
    put_networks(project_.azure());
    put_pair(project_.azure());
    put_vms(project_.azure(), 1);
    project_.write({}, existing_pair() +
                           "\n[vm.web0]\nnetwork = \"network.app\"\ntarget_region = \"southeastasia\"\n"
                           "\n[vm.web0.nic.web0-front]\ntarget_ip = \"10.2.0.77\"\n");
  }
  Ran apply(const char* errors) {
    project_.azure().behave("operation-ends", fmt::format(R"("status": "Failed", "code": "28020", "match":
      "replicationProtectedItems", "message": "The requested operation failed.", "errors": {})",
                                                          errors));
    return project_.run({"apply", "--auto-approve"});
  }
  AzureProject project_;
};

TEST_F(AzureFailedLanding, IsToldWithWhatWasAskedFor) {
  const Ran ran = apply(R"([{"code": null, "message": null}])");
  EXPECT_EQ(ran.exit_code, 4) << ran.out << ran.err;
  expect_in(ran.err,
            "28020: The requested operation failed; asked for: NIC web0-back: subnet db, address 10.2.8.4; "
            "NIC web0-front: subnet web, address 10.2.0.77 (job ");
}

TEST_F(AzureFailedLanding, IsToldByItsJobWhereThatHasWords) {
  const Ran ran = apply(R"([{"code": "28020", "message": "The subnet is full."}])");
  EXPECT_EQ(ran.exit_code, 4) << ran.out << ran.err;
  expect_in(ran.err, "28020: The subnet is full. (job ");
  EXPECT_EQ(ran.err.find("asked for"), std::string::npos) << ran.err;
}

// A machine that is to be enabled, with all that it needs.
class AzureNewMachine : public testing::Test {
 protected:
  AzureNewMachine() {
    put_networks(project_.azure());
    put_pair(project_.azure());
    project_.azure().control("put", fmt::format(R"({{"group": {{"name": "rg-app-asr", "region": "southeastasia"}},
      "storage": {{"group": "rg-app", "name": "cacheeastasia1", "region": "eastasia"}},
      "machine": [{{"group": "rg-app", "name": "new0", "region": "eastasia",
        "nics": [{{"name": "new0-nic", "subnet": "{}/subnets/web"}}]}}]}})",
                                                azure_network_id("rg-net-eastasia", "app")));
    project_.write("cache_storage_accounts = { eastasia = \"rg-app/cacheeastasia1\" }\n",
                   existing_pair() + "\n[vm.new0]\nnetwork = \"network.app\"\ntarget_region = \"southeastasia\"\n");
  }
  Ran apply(Program::Arguments more = {}) {
    Program::Arguments words{"apply", "--auto-approve"};
    words.insert(words.end(), more.begin(), more.end());
    return project_.run(words);
  }
  AzureProject project_;
};

TEST_F(AzureNewMachine, ThatFindsNoMappingIsToldWhichOneItNeeds) {
  project_.azure().behave("refuse", R"("match": "replicationProtectedItems/", "methods": ["write"], "status": 400,
    "code": "BadRequest", "message": "Target network settings are not configured for virtual machine 'new0'.")");
  const Ran ran = apply();
  EXPECT_EQ(ran.exit_code, 4) << ran.out << ran.err;
  expect_in(ran.err,
            "Target network settings are not configured for virtual machine 'new0'.; the mapping from network "
            "eastasia/app to southeastasia is there");
  expect_in(
      ran.err,
      "  fix:  run it again, since it is there by now; if it stays so, see in the portal which network it leads to");
}

// Before anything is sent.
TEST_F(AzureNewMachine, WhoseGroupIsNotThereIsToldBothFixes) {
  project_.azure().control("portal", fmt::format(R"({{"id": "{}", "remove": true}})", azure_group_id("rg-app-asr")));
  const Ran ran = apply();
  EXPECT_EQ(ran.exit_code, 1) << ran.out << ran.err;
  expect_in(ran.err, "error PF7008: vm.new0: there is no resource group rg-app-asr");
  expect_in(ran.err,
            "--name rg-app-asr --location southeastasia; or let pairform make it: create_resource_groups = "
            "true in [provider.azure]");
}

// It is seeded for half an hour to days: a plan says how far it is.
TEST_F(AzureNewMachine, IsHeldWhileItIsSeededAndAPlanSaysHowFarItIs) {
  project_.azure().control("clock", R"({"speed": 0, "durations": {"enable": 2160, "enable-job": 680,
    "enable-recovery-point": 1500, "enable-disks": 1740}})");
  EXPECT_EQ(apply({"--wait", "0s"}).exit_code, 7);
  project_.azure().control("clock", R"({"advance": 1600})");
  const Ran plan = project_.run({"plan"});
  expect_in(plan.out,
            "\nHeld, left alone:\n  vm.new0 (busy: an accepted operation on it has not settled yet: "
            "InitialReplicationRecoveryCompletionPending: InitialReplication, 0 %)\n");
  const Ran json = project_.run({"plan", "--json"});
  expect_in(json.out, R"("held":[{"address":"vm.new0","status":"busy","because":"an accepted operation on it has not )"
                      R"(settled yet: InitialReplicationRecoveryCompletionPending: InitialReplication, 0 %"})");
}

}  // namespace
}  // namespace pairform
