// The real program writes a vault and its networks: plan, apply, plan again; with no wait, run by run.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/support/azure_project.h"

namespace pairform {
namespace {

// Two managed networks, and their pair.
std::string managed_pair(std::string_view app_space = R"(["10.1.0.0/16"])",
                         std::string_view app_subnets = R"({ web = "10.1.1.0/24" })") {
  return fmt::format(R"(
[network.app]
region = "eastasia"
address_space = {}
subnets = {}

[network.dr]
region = "southeastasia"
address_space = ["10.1.0.0/16"]
subnets = {{ web = "10.1.1.0/24" }}

[mapping.app]
source = "network.app"
target = "network.dr"
)",
                     app_space, app_subnets);
}

void expect_nothing_left(AzureProject& project) {
  const Ran plan = project.run({"plan", "--detailed-exitcode"});
  EXPECT_EQ(plan.exit_code, 0) << plan.out << plan.err;
}

void carry_out(AzureProject& project, const std::string& command) {
  const Ran ran = project.run_approved({command});
  EXPECT_EQ(ran.exit_code, 0) << ran.out << ran.err;
}

void apply(AzureProject& project) {
  carry_out(project, "apply");
  expect_nothing_left(project);
}

TEST(AzureApplying, APairIsMadeChangedAndTakenAway) {
  AzureProject project;
  project.write({}, managed_pair());
  const Ran plan = project.run({"plan"});
  EXPECT_EQ(plan.exit_code, 0) << plan.err;
  for (const char* region : {"eastasia", "southeastasia"})
    EXPECT_NE(plan.out.find(fmt::format("fabric asr-a2a-default-{} is made", region)), std::string::npos) << plan.out;
  EXPECT_EQ(project.calls("PUT", "."), 0U);
  apply(project);
  EXPECT_EQ(project.calls("PUT", "."), 6U);  // two networks, two fabrics, two halves
  project.write({},
                managed_pair(R"(["10.1.0.0/16", "10.3.0.0/16"])", R"({ new = "10.3.1.0/24", web = "10.1.2.0/24" })"));
  apply(project);
  project.write({}, managed_pair());
  apply(project);
  carry_out(project, "destroy");
  EXPECT_EQ(project.calls("DELETE", "/virtualNetworks/[^/]+(\\?|$)"), 2U);
  EXPECT_EQ(project.calls("DELETE", "/replicationFabrics/[^/]+(\\?|$)"), 0U);
}

TEST(AzureApplying, ANetworkWithoutAGroupIsRefusedInThePlan) {
  AzureProject project;
  project.write({}, managed_pair() + R"(
[network.far]
region = "westus"
address_space = ["10.9.0.0/16"]
subnets = { web = "10.9.1.0/24" }
)");
  const Ran plan = project.run({"plan"});
  EXPECT_EQ(plan.exit_code, 1) << plan.out;
  EXPECT_NE(plan.err.find("PF7008"), std::string::npos) << plan.err;
  EXPECT_NE(plan.err.find("network.far"), std::string::npos) << plan.err;
  EXPECT_NE(plan.err.find("network_resource_groups = { westus ="), std::string::npos) << plan.err;
}

// Each run asks once about what an earlier one began, sends what is next, and reports no failure.
TEST(AzureApplying, WithoutAWaitEachRunGoesAStageFurther) {
  AzureProject project;
  project.azure().control("clock", R"({"durations": {"vnet": 0.2, "fabric": 0.2, "network-mapping": 0.2}})");
  project.write({}, managed_pair());
  int runs = 0;
  for (Ran ran; runs < 60; ++runs) {
    ran = project.run({"apply", "--auto-approve", "--wait", "0s"});
    EXPECT_EQ((ran.out + ran.err).find("PF4001"), std::string::npos) << ran.out << ran.err;
    const Ran plan = project.run({"plan", "--detailed-exitcode"});
    EXPECT_EQ((plan.out + plan.err).find("PF4001"), std::string::npos) << plan.out << plan.err;
    if (plan.exit_code == 0 && ran.exit_code == 0) break;
  }
  EXPECT_GT(runs, 2);
  EXPECT_LT(runs, 60);
  EXPECT_EQ(project.calls("PUT", "/virtualNetworks/"), 2U);
}

}  // namespace
}  // namespace pairform
