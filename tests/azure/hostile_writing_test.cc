// A service that misbehaves while the real program writes, and somebody who edits in the portal meanwhile. Each case ends in
// what was planned, or in words and a plan that still has it; never in a write that nobody planned.
#include <gtest/gtest.h>

#include <regex>

#include "tests/azure/vault_of_vms.h"
#include "tests/support/scripted_server.h"

namespace pairform {
namespace {

const std::string k_managed = R"(
[network.lab]
region = "southeastasia"
address_space = ["10.9.0.0/16"]
subnets = { web = "10.9.1.0/24" }
)";

// Two networks that are there, and a pair and a network that are to be made.
class AzureHostileWrites : public testing::Test {
 protected:
  void SetUp() override {
    put_networks(azure());
    project.write({}, existing_pair() + k_managed);
  }
  AzureEmulator& azure() { return project.azure(); }

  std::size_t carried_out(const std::string& method, const std::string& pattern) {
    const std::regex expression(pattern, std::regex::icase);
    std::size_t count = 0;
    for (const EmulatedRequest& each : azure().log())
      count +=
          each.method == method && each.status >= 200 && each.status < 300 && std::regex_search(each.path, expression)
              ? 1U
              : 0U;
    return count;
  }
  // Everything is made, each thing once.
  void expect_all_made(const std::string& why) {
    const Ran ran = project.run({"apply", "--auto-approve"});
    EXPECT_EQ(ran.exit_code, 0) << why << '\n' << ran.out << ran.err;
    const Ran plan = project.run({"plan", "--detailed-exitcode"});
    EXPECT_EQ(plan.exit_code, 0) << why << '\n' << plan.out << plan.err;
    EXPECT_EQ(carried_out("PUT", "/replicationNetworkMappings/"), 2U) << why;
    EXPECT_EQ(carried_out("PUT", "/virtualNetworks/"), 1U) << why;
  }

  AzureProject project;
};

struct Storm {
  const char *name, *parameters;
};

TEST_F(AzureHostileWrites, WhatIsRefusedForAWhileIsSentAgain) {
  for (const Storm& storm : {Storm{"fail", R"("methods": "write", "status": 500, "count": 1)"},
                             Storm{"fail", R"("methods": "write", "status": 502, "count": 1)"},
                             Storm{"fail", R"("methods": "write", "status": 503, "count": 2)"},
                             Storm{"fail", R"("methods": "write", "status": 504, "count": 1)"},
                             Storm{"throttle", R"("methods": "write", "retry_after": 0, "count": 2)"},
                             Storm{"lose-request", R"("methods": "write", "count": 1)"},
                             Storm{"unauthorized", R"("methods": "write", "count": 1)"}}) {
    azure().reset();
    SetUp();
    project.program().remove("pairform.state.jsonl");
    azure().behave(storm.name, storm.parameters);
    expect_all_made(std::string(storm.name) + storm.parameters);
  }
}

// Nobody knows who listens at another host, and a request would show it the token: not even a connection is made.
TEST_F(AzureHostileWrites, AnOperationWhoseLinkLeadsElsewhereIsNotFollowed) {
  ScriptedServer foreign([](const ReceivedRequest&) { return ScriptedReply{http_answer(200, "{}"), {}, true}; });
  const std::string port = foreign.url("").substr(foreign.url("").rfind(':'));
  for (const char* form : {"location", "azure-asyncoperation", "both"})
    for (const char* what : {"replicationNetworkMappings", "virtualNetworks"}) {
      SCOPED_TRACE(std::string(form) + " of " + what);
      azure().reset();
      SetUp();
      project.program().remove("pairform.state.jsonl");
      azure().behave("lro", fmt::format(R"("answer": "{}")", form));
      azure().behave("lro-foreign", fmt::format(R"("host": "localhost{}", "match": "{}")", port, what));
      const Ran ran = project.run({"apply", "--auto-approve"});
      EXPECT_NE(ran.exit_code, 0) << ran.out;
      EXPECT_NE((ran.out + ran.err).find("localhost"), std::string::npos) << ran.out << ran.err;
      EXPECT_EQ(foreign.connections(), 0U);
      azure().control("calm");
      const Ran again = project.run({"apply", "--auto-approve"});
      EXPECT_EQ(again.exit_code, 0) << again.out << again.err;
      EXPECT_EQ(project.run({"plan", "--detailed-exitcode"}).exit_code, 0);
      EXPECT_EQ(carried_out("PUT", "/replicationNetworkMappings/"), 2U);
      EXPECT_EQ(carried_out("PUT", "/virtualNetworks/"), 1U);
    }
  azure::HttpClient("pairform/tests").send({.url = "http://localhost" + port + "/"}, {});
  EXPECT_EQ(foreign.connections(), 1U) << "it does count those that are made";
}

// Rights to read alone: the plan is right, nothing is written, and the message names the action that is missing.
TEST_F(AzureHostileWrites, WhoMayOnlyReadIsToldWhatIsMissing) {
  azure().control("deny", fmt::format(R"({{"scope": "/subscriptions/{}", "what": "write"}})", k_azure_subscription));
  EXPECT_EQ(project.run({"plan"}).exit_code, 0);
  const Ran ran = project.run({"apply", "--auto-approve"});
  EXPECT_NE(ran.exit_code, 0) << ran.out;
  EXPECT_NE((ran.out + ran.err).find("/write"), std::string::npos) << ran.out << ran.err;
  EXPECT_EQ(carried_out("PUT", "."), 0U);
  azure().control("allow");
  expect_all_made("with rights");
}

// Somebody leads the pair elsewhere between the plan and its apply.
TEST_F(AzureHostileWrites, ASavedPlanIsStaleOnceThePortalMadeAChange) {
  put_pair(azure());
  azure().control("put", R"({"network": {"group": "rg-net-southeastasia", "name": "other", "region": "southeastasia",
                              "space": ["10.5.0.0/16"], "subnets": {"web": "10.5.1.0/24"}}})");
  ASSERT_EQ(project.run({"plan", "--out", "p.plan"}).exit_code, 0);
  azure().control(
      "portal",
      fmt::format(R"({{"id": "{}/replicationFabrics/asr-a2a-default-eastasia/replicationNetworks/)"
                  R"(azureNetwork/replicationNetworkMappings/app-to-southeastasia", "set": {{"recovery": "{}"}}}})",
                  k_azure_vault, azure_network_id("rg-net-southeastasia", "other")));
  azure().forget();
  const Ran ran = project.run({"apply", "p.plan", "--auto-approve"});
  EXPECT_NE(ran.exit_code, 0) << ran.out;
  EXPECT_NE(ran.err.find("stale"), std::string::npos) << ran.out << ran.err;
  EXPECT_EQ(project.calls("PUT", "."), 0U);
}

// Addresses of version 6, subnets of several prefixes, addresses that a scale set or a load balancer holds: carried through,
// occupied, and no change.
TEST_F(AzureHostileWrites, WhatANetworkHoldsBesideIsCarriedThrough) {
  const std::string id = azure_network_id("rg-net-eastasia", "both");
  azure().control("put", fmt::format(R"({{"network": {{"group": "rg-net-eastasia", "name": "both", "region": "eastasia",
      "space": ["10.7.0.0/16", "fd00:7::/48"], "tags": {{"pairform-project": "contoso-dr"}},
      "subnets": {{"v4": "10.7.1.0/24", "dual": {{"addressPrefixes": ["10.7.2.0/24", "fd00:7:0:2::/64"]}}}},
      "others": [{{"id": "{1}/providers/Microsoft.Network/loadBalancers/lb/frontendIPConfigurations/f", "subnet": "v4",
                  "ip": "10.7.1.9"}}]}},
      "nic": [{{"group": "rg-app", "name": "n0", "region": "eastasia", "scale_set": "ss", "subnet": "{0}/subnets/v4",
               "ip": "10.7.1.8"}},
              {{"group": "rg-app", "name": "n1", "region": "eastasia", "configs": [
                {{"name": "first", "subnet": "{0}/subnets/dual", "ip": "10.7.2.8"}},
                {{"name": "six", "subnet": "{0}/subnets/dual", "ip": "fd00:7:0:2::8", "version": "IPv6"}},
                {{"name": "second", "subnet": "{0}/subnets/dual"}}]}}]}})",
                                     id, azure_group_id("rg-net-eastasia")));
  project.write({}, existing_pair() + "\n[network.both]\nexisting = true\nregion = \"eastasia\"\n");
  const Ran ran = project.run({"apply", "--auto-approve"});
  EXPECT_EQ(ran.exit_code, 0) << ran.out << ran.err;
  EXPECT_EQ(project.run({"plan", "--detailed-exitcode"}).exit_code, 0);
  const std::string state = project.program().read("pairform.state.jsonl");
  EXPECT_NE(state.find(R"("dual":["10.7.2.0/24","fd00:7:0:2::/64"])"), std::string::npos) << state;
  EXPECT_NE(state.find(R"(["10.7.0.0/16","fd00:7::/48"])"), std::string::npos) << state;
}

}  // namespace
}  // namespace pairform
