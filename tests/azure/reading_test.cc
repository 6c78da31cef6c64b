// The real program reads a vault: what it asks for, that nothing of it is asked for each machine, and that it sees the same
// in answers that are right and awkward.
#include <gtest/gtest.h>

#include <map>
#include <ostream>

#include "tests/azure/vault_of_vms.h"

namespace pairform {
namespace {

// What a plan of so many replicated machines asks for: requests by the last part of their path, in which an id of a
// resource is "…".
std::map<std::string, std::size_t> asked_for(int vms, int page_size) {
  AzureProject project;
  put_networks(project.azure());
  put_pair(project.azure());
  put_vms(project.azure(), vms);
  if (page_size > 0) project.azure().behave("pages", fmt::format(R"("size": {})", page_size));
  project.write({}, existing_pair() + existing_vms(vms));
  const Ran ran = project.run({"plan"});
  EXPECT_EQ(ran.exit_code, 0) << ran.out << ran.err;
  // Two networks, two halves, and each vm with two nics.
  EXPECT_NE(ran.out.find(fmt::format("0 to forget, {} to adopt, 0 unchanged", 4 + 3 * vms)), std::string::npos)
      << ran.out;
  std::map<std::string, std::size_t> asked;
  for (const EmulatedRequest& each : project.azure().log())
    if (each.path != fmt::format("/{}/oauth2/v2.0/token", k_azure_tenant))
      ++asked[each.method + ' ' + each.path.substr(each.path.rfind('/') + 1)];
  return asked;
}

std::size_t sum(const std::map<std::string, std::size_t>& asked) {
  std::size_t all = 0;
  for (const auto& [what, count] : asked) all += count;
  return all;
}

TEST(AzureReading, FiveHundredMachinesAreReadWithTheRequestsOfOne) {
  const auto one = asked_for(1, 0), many = asked_for(500, 0);
  EXPECT_EQ(many, one);
  EXPECT_EQ(many, (std::map<std::string, std::size_t>{{"GET Vault-Dr", 1},
                                                      {"GET replicationFabrics", 1},
                                                      {"GET replicationProtectionContainers", 1},
                                                      {"GET replicationProtectionContainerMappings", 1},
                                                      {"GET replicationPolicies", 1},
                                                      {"GET replicationNetworkMappings", 1},
                                                      {"GET replicationProtectedItems", 2},  // a page a fabric
                                                      {"GET virtualNetworks", 1},
                                                      {"GET networkInterfaces", 1},
                                                      {"GET virtualMachines", 1}}));
}

TEST(AzureReading, ListsInPagesCostTheirPages) {
  const auto asked = asked_for(500, 200);
  EXPECT_LE(asked.at("GET replicationProtectedItems"), 5U);
  EXPECT_EQ(asked.at("GET networkInterfaces"), 5U);
  EXPECT_EQ(asked.at("GET virtualMachines"), 3U);
  EXPECT_LE(sum(asked), 35U);
}

TEST(AzureReading, WithoutVmsNeitherMachinesNorNicsAreListed) {
  AzureProject project;
  put_networks(project.azure());
  put_pair(project.azure());
  project.write({}, existing_pair());
  const Ran ran = project.run({"plan"});
  EXPECT_EQ(ran.exit_code, 0) << ran.out << ran.err;
  EXPECT_EQ(project.calls("GET", "/virtualMachines|/networkInterfaces"), 0U);
  EXPECT_EQ(project.calls("GET", "."), 9U);
}

// A project of a pair and three vms, recorded in state.
void adopt(AzureProject& project) {
  put_networks(project.azure());
  put_pair(project.azure());
  put_vms(project.azure(), 3);
  project.write({}, existing_pair() + existing_vms(3));
  const Ran ran = project.run({"apply", "--adopt-only", "--auto-approve"});
  ASSERT_EQ(ran.exit_code, 0) << ran.out << ran.err;
  ASSERT_TRUE(project.has_state());
}

struct Manner {
  std::string name, parameters;
};
void PrintTo(const Manner& one, std::ostream* out) { *out << one.name << ' ' << one.parameters; }

class AzureManners : public testing::TestWithParam<Manner> {};

TEST_P(AzureManners, ChangeNothingThatIsSeen) {
  AzureProject project;
  ASSERT_NO_FATAL_FAILURE(adopt(project));
  const std::string state = project.program().read("pairform.state.jsonl");
  project.azure().behave(GetParam().name, GetParam().parameters);
  const Ran plan = project.run({"plan", "--detailed-exitcode"});
  EXPECT_EQ(plan.exit_code, 0) << plan.out << plan.err;
  EXPECT_NE(plan.out.find("0 to adopt, 13 unchanged"), std::string::npos) << plan.out;
  EXPECT_EQ(plan.err, "");
  project.program().remove("pairform.state.jsonl");
  const Ran anew = project.run({"apply", "--adopt-only", "--auto-approve"});
  EXPECT_EQ(anew.exit_code, 0) << anew.out << anew.err;
  EXPECT_EQ(project.program().read("pairform.state.jsonl"), state);
}

INSTANTIATE_TEST_SUITE_P(Azure, AzureManners,
                         testing::Values(Manner{"casing", R"("how": "upper")"}, Manner{"casing", R"("how": "lower")"},
                                         Manner{"casing", R"("how": "swap")"}, Manner{"display-regions", ""},
                                         Manner{"pages", R"("size": 1)"}, Manner{"empty-pages", ""},
                                         Manner{"row-in-two-pages", ""}, Manner{"unknown-members", ""},
                                         Manner{"new-members", ""}, Manner{"gzip", ""},
                                         Manner{"token-lifetime", R"("seconds": 1)"},
                                         Manner{"clock-skew", R"("seconds": 7200)"}),
                         [](const auto& one) { return std::to_string(one.index); });

// What can be said or left behind by a run that reads; each project is searched when it goes.
TEST(AzureReading, NoCredentialIsLeftBehind) {
  AzureProject project;
  ASSERT_NO_FATAL_FAILURE(adopt(project));
  for (const Program::Arguments& arguments : std::vector<Program::Arguments>{{"plan", "--out", "p.plan"},
                                                                             {"plan", "--json", "--verbose"},
                                                                             {"apply", "p.plan"},
                                                                             {"show", "--json"},
                                                                             {"why", "vm.web1"},
                                                                             {"graph"}}) {
    const Ran ran = project.run(arguments);
    EXPECT_EQ(ran.exit_code, 0) << arguments.front() << ran.out << ran.err;
  }
  project.run({"drill", "eastasia"});
  EXPECT_GT(project.azure().tokens().size(), 5U) << "a run has a token of its own";
  EXPECT_NE(project.program().read("p.plan"), "");
  EXPECT_NE(project.trace().find("vmNics"), std::string::npos) << "the trace has bodies";
}

}  // namespace
}  // namespace pairform
