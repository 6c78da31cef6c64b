// A service, a network and a proxy that misbehave while the real program reads. Each case ends in the plan of a calm day, or
// in words; never in something that counts as absent, and never in a credential sent elsewhere.
#include <gtest/gtest.h>

#include <ostream>

#include "tests/azure/vault_of_vms.h"
#include "tests/support/scripted_server.h"

namespace pairform {
namespace {

// A pair and three replicated machines, recorded.
class AzureHostile : public testing::Test {
 protected:
  void SetUp() override {
    put_networks(azure());
    put_pair(azure());
    put_vms(azure(), 3);
    project.write({}, existing_pair() + existing_vms(3));
    const Ran ran = project.run({"apply", "--adopt-only", "--auto-approve"});
    ASSERT_EQ(ran.exit_code, 0) << ran.out << ran.err;
    azure().forget();
  }
  AzureEmulator& azure() { return project.azure(); }

  // As on a calm day.
  void expect_no_change(const std::string& why) {
    const Ran ran = project.run({"plan", "--detailed-exitcode"});
    EXPECT_EQ(ran.exit_code, 0) << why << '\n' << ran.out << ran.err;
    EXPECT_NE(ran.out.find("13 unchanged"), std::string::npos) << why << '\n' << ran.out << ran.err;
  }
  // Something is not known: it is said in these words, and no step follows from it.
  Ran expect_unknown(const std::string& words, const std::string& why) {
    Ran ran = project.run({"plan"});
    EXPECT_EQ(ran.exit_code, 1) << why << '\n' << ran.out << ran.err;
    EXPECT_NE(
        ran.out.find("Plan: 0 to create, 0 to update, 0 to replace, 0 to delete, 0 to move, 0 to forget, 0 to adopt"),
        std::string::npos)
        << why << '\n'
        << ran.out << ran.err;
    EXPECT_NE(ran.out.find("Unknown, nothing is done about it"), std::string::npos) << why << '\n' << ran.out;
    EXPECT_NE(ran.out.find(words), std::string::npos) << why << '\n' << ran.out;
    EXPECT_EQ(ran.out.find(": gone"), std::string::npos) << why << '\n' << ran.out;
    return ran;
  }

  AzureProject project;
};

constexpr const char* k_items = "replicationProtectedItems";

TEST_F(AzureHostile, ARowThatMovesToAPageThatWasReadIsLookedUp) {
  azure().behave("pages", R"("size": 1)");
  azure().behave("row-moves", R"("match": "virtualNetworks$|replicationNetworkMappings$")");
  expect_no_change("networks and halves are recorded by their ids, and looked up by them");
  EXPECT_GT(project.calls("GET", "(virtualNetworks|replicationNetworkMappings)/[^/?]+(\\?|$)"), 0U);
}

// The machine of such an item is listed all the same: alone it would say that its replication has ended.
TEST_F(AzureHostile, AReplicationThatMovesToAPageThatWasReadIsLookedUp) {
  azure().behave("pages", R"("size": 1)");
  azure().behave("row-moves", R"("match": "replicationProtectedItems$")");
  expect_no_change("items are read by their recorded names");
  EXPECT_GT(project.calls("GET", "replicationProtectedItems/[^/?]+(\\?|$)"), 0U);
}

TEST_F(AzureHostile, ALinkThatLoopsOrLeadsElsewhereIsNotFollowed) {
  azure().behave("pages", R"("size": 1)");
  azure().behave("next-link-loops", R"("match": "replicationNetworkMappings")");
  expect_unknown("do not end", "a loop");
  azure().control("calm", R"({"name": "next-link-loops"})");
  ScriptedServer foreign([](const ReceivedRequest&) { return ScriptedReply{http_answer(200, "{}"), {}, true}; });
  azure().behave("next-link-foreign", fmt::format(R"("match": "replicationProtectedItems", "host": "localhost{}")",
                                                  foreign.url("").substr(foreign.url("").rfind(':'))));
  expect_unknown("localhost", "another host");
  EXPECT_EQ(foreign.connections(), 0U);
}

TEST_F(AzureHostile, ARedirectIsNotFollowed) {
  azure().behave("redirect", R"("match": "virtualNetworks$", "host": "arm.evil.example")");
  expect_unknown("arm.evil.example", "a redirect");
}

struct Storm {
  std::string name, parameters;
  std::string words{};  // in which it is told
};

TEST_F(AzureHostile, WhatPassesIsWaitedFor) {
  for (const Storm& storm : std::vector<Storm>{{"throttle", R"("methods": "read", "retry_after": 0, "count": 2)"},
                                               {"throttle", R"("methods": "read", "retry_after": null, "count": 2)"},
                                               {"throttle", R"("methods": "read", "retry_after": "date", "count": 1)"},
                                               {"fail", R"("methods": "read", "status": 500, "count": 3)"},
                                               {"fail", R"("methods": "read", "status": 502, "count": 3)"},
                                               {"fail", R"("methods": "read", "status": 503, "count": 3)"},
                                               {"fail", R"("methods": "read", "status": 504, "count": 3)"},
                                               {"lose-request", R"("methods": "read", "count": 3)"},
                                               {"truncated", R"("methods": "read", "count": 3)"},
                                               {"wrong-length", R"("methods": "read", "count": 2)"},
                                               {"unauthorized", R"("count": 1)"}}) {
    azure().behave(storm.name, storm.parameters);
    azure().forget();
    expect_no_change(storm.name + storm.parameters);
    EXPECT_LE(project.calls("GET", "/subscriptions/"), 30U) << storm.name << storm.parameters;
    azure().control("calm");
  }
}

TEST_F(AzureHostile, FallingCountersSlowTheRunAndRefuseNothing) {
  azure().behave("remaining", R"("from": 25, "step": 1, "per_second": 5)");
  expect_no_change("remaining");
  for (const EmulatedRequest& each : azure().log()) EXPECT_NE(each.status, 429) << each.path;
}

TEST_F(AzureHostile, WhatDoesNotPassIsUnknown) {
  for (const Storm& storm : std::vector<Storm>{
           {"fail", R"("match": "replicationProtectedItems", "status": 500)", "internal server error"},
           {"lose-request", R"("match": "replicationNetworkMappings")", "no whole answer came"},
           {"truncated", R"("match": "virtualNetworks$")", "no whole answer came"},
           {"nested", R"("match": "replicationProtectedItems", "depth": 10000)", "is no list"},
           {"invalid-utf8", R"("match": "replicationProtectedItems")", "is no list"},
           {"proxy-page", R"("match": "virtualNetworks$")", "is no list"},
           {"huge-body", R"("match": "replicationNetworkMappings", "bytes": 70000000)", "larger than 64 MiB"}}) {
    azure().behave(storm.name, storm.parameters);
    expect_unknown(storm.words, storm.name + storm.parameters);
    azure().control("calm");
  }
}

TEST_F(AzureHostile, ErrorsOfEveryShapeAreToldInASentence) {
  for (const auto& [shape, words] :
       std::vector<std::pair<std::string, std::string>>{{"number", "The client has no right; possible causes: "},
                                                        {"details-null", "The client has no right."},
                                                        {"text", "AuthorizationFailed: The client has no right."},
                                                        {"pascal", "The client has no right."},
                                                        {"html", "status 403"},
                                                        {"empty", "status 403"}}) {
    azure().behave("refuse", R"("match": "replicationProtectedItems", "status": 403, "code": "AuthorizationFailed",
        "message": "The client has no right.")");
    azure().behave("error-shape", fmt::format(R"("match": "replicationProtectedItems", "shape": "{}")", shape));
    const Ran ran = expect_unknown(words, shape);
    EXPECT_EQ(ran.out.find('<'), ran.out.find("<->")) << "no markup reaches people: " << ran.out;
    azure().control("calm");
  }
}

TEST_F(AzureHostile, BothFacesOfAbsentAreAbsent) {
  azure().control("portal",
                  fmt::format(R"({{"id": "{}/replicationFabrics/asr-a2a-default-southeastasia/replicationNetworks/)"
                              R"(azureNetwork/replicationNetworkMappings/dr-to-eastasia", "remove": true}})",
                              k_azure_vault));
  for (const char* face : {"400", "404"}) {
    azure().behave("absent-as", fmt::format(R"("face": {})", face));
    const Ran ran = project.run({"plan", "--detailed-exitcode"});
    EXPECT_EQ(ran.exit_code, 8) << "changes, and drift: " << face << ran.out << ran.err;
    EXPECT_NE(ran.out.find("Plan: 1 to create"), std::string::npos) << face << ran.out;
    azure().control("calm");
  }
}

TEST_F(AzureHostile, ATenantThatWantsAnotherSignInIsToldSo) {
  azure().behave("claims", R"("match": "replicationProtectedItems")");
  expect_unknown("Continuous access evaluation", "continuous access evaluation");
}

struct Denial {
  std::string scope, more, words;
};

TEST_F(AzureHostile, WhatIsDeniedIsUnknownAndNeverAbsent) {
  const std::string subscription = fmt::format("/subscriptions/{}", k_azure_subscription);
  for (const Denial& denial :
       std::vector<Denial>{{subscription, R"(, "provider": "Microsoft.Network/virtualNetworks")", "network.app"},
                           {azure_group_id("rg-net-southeastasia"), "", "network.dr"},
                           {azure_network_id("rg-net-eastasia", "app"), "", "network.app"}}) {
    azure().control("deny", fmt::format(R"({{"scope": "{}", "what": "read"{}}})", denial.scope, denial.more));
    expect_unknown(denial.words, denial.scope + denial.more);
    azure().control("allow");
  }
  azure().behave("refuse", R"("match": "replicationNetworkMappings", "status": 403, "code": "AuthorizationFailed",
                              "message": "The client has no right.")");
  expect_unknown("mapping.app", "the list of mappings");
}

// What is replicated tells its own facts.
TEST_F(AzureHostile, MachinesAndNicsThatMayNotBeReadAreKnownByTheirItems) {
  for (const char* type : {"Microsoft.Network/networkInterfaces", "Microsoft.Compute/virtualMachines"})
    azure().control("deny", fmt::format(R"({{"scope": "/subscriptions/{}", "what": "read", "provider": "{}"}})",
                                        k_azure_subscription, type));
  expect_no_change("neither machines nor NICs");
}

TEST_F(AzureHostile, StatesThatNobodyKnowsHoldAVm) {
  for (const char* value : {R"("Frobnicating")", R"("")"}) {
    azure().behave("member",
                   fmt::format(R"("match": "{}", "path": "properties.protectionState", "do": "set", "value": {})",
                               k_items, value));
    const Ran ran = project.run({"plan"});
    EXPECT_NE(ran.out.find("vm.web1"), std::string::npos) << ran.out;
    EXPECT_NE(ran.out.find("busy"), std::string::npos) << ran.out;
    azure().control("calm");
  }
  for (const char* path : {"vmNics", "vmNics.0.ipConfigs"}) {
    azure().behave("member", fmt::format(R"("match": "replicationProtectedItems", "do": "mistype",
                                            "path": "properties.providerSpecificDetails.{}")",
                                         path));
    expect_unknown("vmNics", "a list that is none, and the nics of the vm are unknown with it");
    azure().control("calm");
  }
}

// A NIC that is not selected for failover lands nowhere. existing = true leaves it so, recorded or not: nothing is planned for
// it, and the drill and `why` tell it.
TEST_F(AzureHostile, ANicThatIsNotSelectedForFailoverIsLeftSo) {
  azure().behave("member", R"("match": "replicationProtectedItems", "do": "set", "value": "NotSelected",
      "path": "properties.providerSpecificDetails.vmNics.1.selectionType")");
  const Ran gone = project.run({"plan"});
  EXPECT_EQ(gone.exit_code, 0) << gone.out << gone.err;
  EXPECT_NE(gone.out.find("Plan: 0 to create, 0 to update, 0 to replace, 0 to delete, 0 to move, 3 to forget"),
            std::string::npos)
      << gone.out;
  project.program().remove("pairform.state.jsonl");
  const Ran first = project.run({"plan"});
  EXPECT_EQ(first.exit_code, 0) << first.out << first.err;
  EXPECT_NE(first.out.find("0 to delete, 0 to move, 0 to forget, 10 to adopt"), std::string::npos) << first.out;
  const Ran applied = project.run({"apply", "--auto-approve"});
  EXPECT_EQ(applied.exit_code, 0) << applied.out << applied.err;
  const Ran again = project.run({"plan", "--detailed-exitcode"});
  EXPECT_EQ(again.exit_code, 0) << again.out << again.err;
  const Ran drill = project.run({"drill", "eastasia"});
  EXPECT_NE(drill.out.find("it lands nowhere: it is not selected for failover"), std::string::npos) << drill.out;
  const Ran why = project.run({"why", "vm.web1"});
  EXPECT_NE(why.out.find("lands nowhere: it is not selected for failover"), std::string::npos) << why.out << why.err;
  EXPECT_EQ(project.calls("PUT", ".") + project.calls("PATCH", ".") + project.calls("DELETE", "."), 0U);
}

// All NICs of a machine: it is adopted, nothing is planned, and the drill says that it does not come up.
TEST_F(AzureHostile, AMachineOfWhichNoNicIsSelectedIsLeftSo) {
  for (const char* nic : {"0", "1"})
    for (const char* member : {"selectionType", "recoveryVMNetworkId", "ipConfigs.0.recoverySubnetName"})
      azure().behave("member", fmt::format(R"("match": "replicationProtectedItems", "do": "set", "value": {},
          "path": "properties.providerSpecificDetails.vmNics.{}.{}")",
                                           std::string_view(member) == "selectionType" ? R"("NotSelected")" : "null",
                                           nic, member));
  project.program().remove("pairform.state.jsonl");
  const Ran first = project.run({"plan"});
  EXPECT_EQ(first.exit_code, 0) << first.out << first.err;
  EXPECT_NE(first.out.find("0 to delete, 0 to move, 0 to forget, 7 to adopt"), std::string::npos) << first.out;
  const Ran drill = project.run({"drill", "eastasia"});
  EXPECT_NE(drill.out.find("3 do not come up"), std::string::npos) << drill.out;
}

// A part of a landing is an answer that is not understood: recorded or not, no step follows from it.
TEST_F(AzureHostile, APartOfALandingIsUnknown) {
  struct Member {
    const char *path, *words;
  };
  for (const Member& member : {Member{"vmNics.1.recoveryVMNetworkId", "recoveryVMNetworkId"},
                               Member{"vmNics.1.ipConfigs.0.recoverySubnetName", "recoverySubnetName"}})
    for (const char* change : {"remove", "null", "mistype"}) {
      azure().behave("member", fmt::format(R"("match": "replicationProtectedItems", "do": "{}",
          "path": "properties.providerSpecificDetails.{}")",
                                           change, member.path));
      expect_unknown(member.words, std::string(member.path) + ' ' + change);
      azure().control("calm");
    }
  azure().behave("member", R"("match": "replicationProtectedItems", "do": "null",
      "path": "properties.providerSpecificDetails.vmNics.0.recoveryVMNetworkId")");
  project.program().remove("pairform.state.jsonl");
  const Ran ran = project.run({"plan"});
  EXPECT_EQ(ran.exit_code, 1) << ran.out << ran.err;
  EXPECT_NE(ran.out.find("Plan: 0 to create, 0 to update"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("recoveryVMNetworkId"), std::string::npos) << ran.out;
}

// existing = true keeps a landing as it was found, a dynamic one too: the drill and `why` say so.
TEST_F(AzureHostile, ADynamicLandingThatWasFoundIsOne) {
  azure().behave("member", R"("match": "replicationProtectedItems", "do": "set", "value": "",
      "path": "properties.providerSpecificDetails.vmNics.0.ipConfigs.0.recoveryStaticIPAddress")");
  expect_no_change("as found");
  const Ran drill = project.run({"drill", "eastasia"});
  EXPECT_EQ(drill.out.find("no place"), std::string::npos) << drill.out;
  const Ran why = project.run({"why", "vm.web1.nic.web1-front"});
  EXPECT_NE(why.out.find("dynamic address already"), std::string::npos) << why.out << why.err;
  EXPECT_EQ(why.out.find("no address of"), std::string::npos) << why.out;
}

// A failover that ended half-way leaves a vm broken, and an apply alone as while it is failed over.
TEST_F(AzureHostile, AFailoverThatFailedRefusesAnApply) {
  azure().behave("member", R"("match": "replicationProtectedItems/?$", "do": "set", "value": "UnplannedFailoverFailed",
      "path": "properties.protectionState")");
  const Ran plan = project.run({"plan"});
  EXPECT_NE(plan.out.find("broken"), std::string::npos) << plan.out;
  const Ran ran = project.run({"apply", "--auto-approve"});
  EXPECT_EQ(ran.exit_code, 3) << ran.out << ran.err;
  EXPECT_NE(ran.err.find("PF3106"), std::string::npos) << ran.err;
}

// The recorded one is meant; `why` tells of the other one.
TEST_F(AzureHostile, OthersOfTheNameOfARecordedOneAreNoted) {
  azure().control("put", R"({"network": {"group": "rg-other", "name": "app", "region": "eastasia",
                              "space": ["10.7.0.0/16"], "subnets": {"web": "10.7.1.0/24"}},
                             "machine": {"group": "rg-other", "name": "web1", "region": "eastasia", "nics": [
                              {"name": "other", "subnet": ")" +
                             azure_network_id("rg-net-eastasia", "app") + R"(/subnets/web", "ip": "10.1.7.7"}]}})");
  expect_no_change("the recorded ones are meant");
  for (const auto& [address, other] :
       {std::pair("network.app", "/rg-other/providers/microsoft.network/virtualnetworks/app"),
        {"vm.web1", "/rg-other/providers/microsoft.compute/virtualmachines/web1"}}) {
    const Ran why = project.run({"why", address});
    EXPECT_NE(why.out.find("others have this name, too"), std::string::npos) << address << why.out << why.err;
    EXPECT_NE(why.out.find(other), std::string::npos) << why.out;
  }
}

// A stanza whose name means two networks is one mistake, told at the stanza, and nothing else follows from it.
TEST_F(AzureHostile, ANameThatMeansTwoIsOneMistake) {
  azure().control("put",
                  R"({"network": {"group": "rg-other", "name": "app", "region": "eastasia", "space": ["10.7.0.0/16"],
                              "subnets": {"web": "10.7.1.0/24"}}})");
  expect_no_change("the recorded one is meant");
  project.program().remove("pairform.state.jsonl");
  const Ran ran = project.run({"plan"});
  EXPECT_EQ(ran.exit_code, 1) << ran.out << ran.err;
  EXPECT_NE(ran.err.find("warning PF7010: network.app: 2 networks are called app in eastasia"), std::string::npos)
      << ran.err;
  EXPECT_NE(ran.err.find("resource_group = \"rg-net-eastasia\", or \"rg-other\""), std::string::npos) << ran.err;
  EXPECT_EQ(ran.err.find("error PF"), std::string::npos) << ran.err;
  EXPECT_NE(ran.out.find("Plan: 0 to create, 0 to update, 0 to replace, 0 to delete"), std::string::npos) << ran.out;
}

}  // namespace
}  // namespace pairform
