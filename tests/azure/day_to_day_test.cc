// What people do to a project from day to day: a half is deleted in the portal, a stanza says the resource group that it did
// not say, a pair is taken away under machines that land by it. Real program, on the emulator.
#include <gtest/gtest.h>

#include <regex>

#include "tests/azure/choices_of_people.h"
#include "tests/azure/vault_of_vms.h"

namespace pairform {
namespace {

void expect_no_changes(AzureProject& project) {
  const Ran plan = project.run({"plan", "--detailed-exitcode"});
  EXPECT_EQ(plan.exit_code, 0) << plan.out << plan.err;
  EXPECT_EQ(plan.out.find("Recorded only"), std::string::npos) << plan.out;
}

void apply(AzureProject& project) {
  const Ran ran = project.run({"apply", "--auto-approve"});
  EXPECT_EQ(ran.exit_code, 0) << ran.out << ran.err;
}

// Applies, and the next plan is empty; a second apply writes the same state.
void settle(AzureProject& project) {
  apply(project);
  expect_no_changes(project);
  const std::string state = project.program().read("pairform.state.jsonl");
  apply(project);
  EXPECT_EQ(project.program().read("pairform.state.jsonl"), state);
}

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  const std::size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return at == std::string::npos ? text : text.replace(at, what.size(), with);
}

// The mapping was made in the portal under a name of its own, and adopted.
TEST(AzureDayToDay, AHalfThatIsMadeAnewUnderAnotherNameLeavesNoRowOfBefore) {
  AzureProject project;
  put_networks(project.azure());
  const std::string app = azure_network_id("rg-net-eastasia", "app"),
                    dr = azure_network_id("rg-net-southeastasia", "dr");
  project.azure().control("put", fmt::format(R"({{"mapping": [{{"name": "way-over", "from": "{0}", "to": "{1}"}},
                                                             {{"name": "home", "from": "{1}", "to": "{0}"}}]}})",
                                             app, dr));
  project.write({}, existing_pair());
  settle(project);
  const std::string state = project.program().read("pairform.state.jsonl");
  std::smatch id;
  ASSERT_TRUE(std::regex_search(state, id, std::regex("\"id\":\"([^\"]*/home)\""))) << state;
  project.azure().control("portal", fmt::format(R"({{"id": "{}", "remove": true}})", id[1].str()));
  settle(project);
  EXPECT_EQ(project.program().read("pairform.state.jsonl").find("mapping.app-2"), std::string::npos);
}

TEST(AzureDayToDay, AStanzaMayGainAndLoseTheGroupOfItsNetwork) {
  AzureProject project;
  put_networks(project.azure());
  put_pair(project.azure());
  put_vms(project.azure(), 2);
  const std::string without = existing_pair() + existing_vms(2);
  project.write({}, without);
  settle(project);
  const std::string with = replaced(
      replaced(without, "region = \"eastasia\"", "region = \"eastasia\"\nresource_group = \"rg-net-eastasia\""),
      "[vm.web0]", "[vm.web0]\nresource_group = \"rg-app\"");
  project.write({}, with);
  const Ran plan = project.run({"plan", "--detailed-exitcode"});
  EXPECT_NE(plan.out.find("network.app resource_group: nothing -> rg-net-eastasia"), std::string::npos)
      << plan.out << plan.err;
  EXPECT_NE(plan.out.find("vm.web0 resource_group: nothing -> rg-app"), std::string::npos) << plan.out;
  EXPECT_EQ(plan.exit_code, 0) << plan.out << plan.err;
  settle(project);
  EXPECT_NE(project.program().read("pairform.state.jsonl").find("\"resource_group\":\"rg-net-eastasia\""),
            std::string::npos);
  project.write({}, without);
  settle(project);
  EXPECT_EQ(project.program().read("pairform.state.jsonl").find("\"resource_group\""), std::string::npos);
  EXPECT_EQ(project.calls("PUT", "."), 0U);
  EXPECT_EQ(project.calls("DELETE", "."), 0U);
}

// A second machine of the name comes into another group. Its stanza may come before or after the one that is recorded.
TEST(AzureDayToDay, AGroupIsGivenToTheRecordedMachineBesideANewOneOfItsName) {
  for (const char* key : {"aaa", "zzz"}) {
    SCOPED_TRACE(key);
    AzureProject project;
    put_networks(project.azure());
    put_pair(project.azure());
    put_vms(project.azure(), 1);
    const std::string without = existing_pair() + existing_vms(1);
    project.write({}, without);
    settle(project);
    project.azure().control("put", fmt::format(R"({{"machine": {{"group": "rg-b", "name": "web0", "region": "eastasia",
        "nics": [{{"name": "web0-b", "subnet": "{}/subnets/web", "ip": "10.1.0.200"}}]}}}})",
                                               azure_network_id("rg-net-eastasia", "app")));
    project.azure().control(
        "put",
        fmt::format(R"({{"item": {{"name": "item-b", "machine": "{}/providers/Microsoft.Compute/virtualMachines/web0",
                               "subnet": "web"}}}})",
                    azure_group_id("rg-b")));
    project.write({}, replaced(without, "[vm.web0]", "[vm.web0]\nresource_group = \"rg-app\"") +
                          fmt::format("\n[vm.{}]\nname = \"web0\"\nresource_group = \"rg-b\"\n", key));
    const Ran plan = project.run({"plan", "--out", "x.plan"});
    EXPECT_EQ(plan.exit_code, 0) << plan.out << plan.err;
    EXPECT_NE(plan.out.find("vm.web0 resource_group: nothing -> rg-app"), std::string::npos) << plan.out;
    EXPECT_EQ(plan.out.find("-> rg-b"), std::string::npos) << plan.out;
    const Ran applied = project.run({"apply", "x.plan"});
    EXPECT_EQ(applied.exit_code, 0) << applied.out << applied.err;
    settle(project);
  }
}

TEST(AzureDayToDay, AGroupMayBeGivenInASavedPlanWithAnUpdate) {
  AzureProject project;
  const std::string without = R"(
[network.lab]
region = "eastasia"
address_space = ["10.1.0.0/16"]
subnets = { web = "10.1.1.0/24" }
)";
  project.write({}, without);
  settle(project);
  project.write({}, replaced(replaced(without, "[\"10.1.0.0/16\"]", "[\"10.1.0.0/16\", \"10.7.0.0/16\"]"), "address",
                             "resource_group = \"rg-net-eastasia\"\naddress"));
  const Ran plan = project.run({"plan", "--out", "plan.json"});
  EXPECT_EQ(plan.exit_code, 0) << plan.out << plan.err;
  EXPECT_NE(plan.out.find("0 to create, 1 to update, 0 to replace, 0 to delete"), std::string::npos) << plan.out;
  const Ran applied = project.run({"apply", "plan.json"});
  EXPECT_EQ(applied.exit_code, 0) << applied.out << applied.err;
  expect_no_changes(project);
  project.write({}, replaced(without, "[\"10.1.0.0/16\"]", "[\"10.1.0.0/16\", \"10.7.0.0/16\"]"));
  EXPECT_EQ(project.run({"plan", "--out", "plan.json"}).exit_code, 0);
  const Ran recorded = project.run({"apply", "plan.json"});
  EXPECT_EQ(recorded.exit_code, 0) << recorded.out << recorded.err;
  expect_no_changes(project);
  EXPECT_EQ(project.calls("DELETE", "."), 0U);
}

TEST(AzureDayToDay, AWrongGroupIsToldAndDeletesNothing) {
  AzureProject project;
  put_networks(project.azure());
  put_pair(project.azure());
  put_vms(project.azure(), 1);
  const std::string right = existing_pair() + existing_vms(1);
  project.write({}, right);
  settle(project);
  project.write({}, replaced(right, "region = \"eastasia\"", "region = \"eastasia\"\nresource_group = \"rg-wrong\""));
  Ran ran = project.run({"apply", "--auto-approve"});
  EXPECT_EQ(ran.exit_code, 1) << ran.out << ran.err;
  EXPECT_NE(ran.err.find("network.app"), std::string::npos) << ran.err;
  EXPECT_NE(ran.err.find("did you mean it without resource_group?"), std::string::npos) << ran.err;
  project.write({}, replaced(right, "[vm.web0]", "[vm.web0]\nresource_group = \"rg-wrong\""));
  ran = project.run({"apply", "--auto-approve"});
  EXPECT_NE(ran.exit_code, 0) << ran.out << ran.err;
  EXPECT_NE(ran.err.find("resource_group = \"rg-app\""), std::string::npos) << ran.out << ran.err;
  EXPECT_EQ(project.calls("DELETE", "."), 0U);
  EXPECT_EQ(project.calls("PUT", "."), 0U);
  project.write({}, right);
  expect_no_changes(project);
}

// The network was deleted and made anew in another group: what PF7011 says to write is what makes the project whole.
TEST(AzureDayToDay, TheGroupOfANewNetworkOfThatNameMayBeGiven) {
  AzureProject project;
  put_networks(project.azure());
  project.write({}, existing_pair());
  apply(project);
  const std::string made = azure_network_id("rg-net-eastasia", "app");
  project.azure().control("portal", fmt::format(R"({{"id": "{}", "remove": true}})", made));
  project.azure().control("put", R"({"network": [{"group": "rg-new", "name": "app", "region": "eastasia",
      "space": ["10.1.0.0/16"], "subnets": {"web": "10.1.0.0/21"}}]})");
  const Ran told = project.run({"plan"});
  EXPECT_NE(told.err.find("resource_group = \"rg-new\""), std::string::npos) << told.out << told.err;
  project.write(
      {}, replaced(existing_pair(), "region = \"eastasia\"", "region = \"eastasia\"\nresource_group = \"rg-new\""));
  const Ran plan = project.run({"plan"});
  EXPECT_EQ(plan.exit_code, 0) << plan.out << plan.err;
}

// Where a network is made is in the plan: another setting makes a saved plan stale.
TEST(AzureDayToDay, ASavedPlanMakesANetworkWhereItSaidSo) {
  AzureProject project;
  const std::string lab = R"(
[network.lab]
region = "eastasia"
address_space = ["10.1.0.0/16"]
subnets = { web = "10.1.1.0/24" }
)";
  project.write({}, lab);
  const Ran plan = project.run({"plan", "--out", "plan.json"});
  EXPECT_NE(plan.out.find("network.lab: it is made in resource group rg-net-eastasia"), std::string::npos) << plan.out;
  std::string files = project.program().read("pairform.toml");
  const std::size_t at = files.find("rg-net-eastasia");
  ASSERT_NE(at, std::string::npos) << files;
  project.program().write("pairform.toml", files.replace(at, std::string("rg-net-eastasia").size(), "rg-other"));
  const Ran stale = project.run({"apply", "plan.json"});
  EXPECT_EQ(stale.exit_code, 6) << stale.out << stale.err;
  EXPECT_EQ(project.calls("PUT", "."), 0U);
}

// A machine that lands in dr, and in tests in lab. Its second NIC has a second, dynamic address.
std::string put_machine_of_lab(AzureEmulator& azure) {
  put_networks(azure);
  put_pair(azure);
  const std::string app = azure_network_id("rg-net-eastasia", "app");
  azure.control("put", fmt::format(R"({{"network": {{"group": "rg-net-southeastasia", "name": "lab",
      "region": "southeastasia", "space": ["10.1.0.0/16"], "subnets": {{"web": "10.1.0.0/21", "db": "10.1.8.0/21"}}}},
      "machine": {{"group": "rg-app", "name": "web0", "region": "eastasia", "nics": [
        {{"name": "web0-front", "subnet": "{0}/subnets/web", "ip": "10.1.0.10"}},
        {{"name": "web0-back", "configs": [{{"name": "own", "subnet": "{0}/subnets/db", "ip": "10.1.8.10"}},
                                           {{"name": "more", "subnet": "{0}/subnets/db"}}]}}]}}}})",
                                   app));
  azure.control("put", fmt::format(R"({{"item": {{"name": "item-0", "subnet": "web",
      "machine": "{}/providers/Microsoft.Compute/virtualMachines/web0"}}}})",
                                   azure_group_id("rg-app")));
  return existing_pair() + R"(
[network.lab]
existing = true
region = "southeastasia"

[vm.web0]
network = "network.app"
target_region = "southeastasia"
test_network = "network.lab"
)";
}

// The request replaces the whole list of NICs. Between the plan and its apply a person chooses what pairform knows nothing of.
TEST(AzureDayToDay, WhatAPersonChoosesForAMachineSurvivesAMoveOfItsFirstNic) {
  AzureProject project;
  const std::string stays = put_machine_of_lab(project.azure());
  project.write({}, stays);
  settle(project);
  project.write({}, stays + "\n[vm.web0.nic.web0-front]\ntarget_ip = \"10.2.0.77\"\n");
  ASSERT_EQ(project.run({"plan", "--out", "move.plan"}).exit_code, 0);
  project.azure().control(
      "portal",
      fmt::format(R"({{"id": "{}/replicationFabrics/asr-a2a-default-eastasia/replicationProtectionContainers/)"
                  R"(asr-a2a-default-eastasia-container/replicationProtectedItems/item-0", "set": {{{}, {},
      "details.tfoAzureVMName": "their-test", "details.recoveryAzureVMSize": "Standard_D8s_v5",
      "details.recoveryProximityPlacementGroupId": "{}/proximityPlacementGroups/p"}}}})",
                  k_azure_vault, choices_for_nic(0, 1, "front"), choices_for_nic(1, 2, "back"),
                  azure_group_id("rg-x")));
  const std::string before = project.azure().things(), was = R"("recoveryStaticIPAddress":"10.2.0.4")";
  project.azure().forget();
  const Ran applied = project.run({"apply", "move.plan"});
  EXPECT_EQ(applied.exit_code, 0) << applied.out << applied.err;
  EXPECT_EQ(project.calls("PATCH", "/replicationProtectedItems/item-0"), 1U);
  EXPECT_EQ(project.azure().things(), replaced(before, was, R"("recoveryStaticIPAddress":"10.2.0.77")"));
  expect_no_changes(project);
}

TEST(AzureDayToDay, APairUnderMachinesThatStayIsNotTakenAwayUnasked) {
  AzureProject project;
  put_networks(project.azure());
  put_pair(project.azure());
  put_vms(project.azure(), 2);
  project.write({}, existing_pair() + existing_vms(2));
  settle(project);
  std::string files = existing_pair() + existing_vms(2);
  const std::size_t mapping = files.find("[mapping.app]"), end = files.find("[defaults.vm]");
  project.write({}, files.erase(mapping, end - mapping));
  const Ran plan = project.run({"plan"});
  EXPECT_NE(plan.out.find("2 x half.in_use, deleting or leading elsewhere a half that other machines need: "
                          "mapping.app.forward (by vm.web0, vm.web1), mapping.app.reverse (by vm.web0, vm.web1)"),
            std::string::npos)
      << plan.out << plan.err;
  EXPECT_NE(plan.out.find("  mapping.app: vm.web0 and vm.web1 have no way back from step "), std::string::npos)
      << plan.out;
  const Ran refused = project.run({"apply", "--auto-approve"});
  EXPECT_EQ(refused.exit_code, 3) << refused.out << refused.err;
  EXPECT_EQ(project.calls("DELETE", "."), 0U);
}

}  // namespace
}  // namespace pairform
