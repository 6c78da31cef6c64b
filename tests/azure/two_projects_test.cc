// Two projects in one vault: what the other one has made is a stranger's, in every place where it can be met.
#include <gtest/gtest.h>

#include "tests/support/azure_project.h"

namespace pairform {
namespace {

constexpr const char* k_first = R"(
[network.app]
region = "eastasia"
address_space = ["10.1.0.0/16"]
subnets = { web = "10.1.1.0/24" }

[network.dr]
region = "southeastasia"
address_space = ["10.1.0.0/16"]
subnets = { web = "10.1.1.0/24" }

[mapping.app]
source = "network.app"
target = "network.dr"
)";

class TwoProjects : public ::testing::Test {
 protected:
  TwoProjects() { first_.write({}, k_first); }

  // In a directory below the first one, with its settings and another name.
  void write_second(const std::string& resources) {
    std::string text = first_.program().read("pairform.toml");
    text = text.substr(0, text.find("\n[network.app]"));
    const std::string name = "name = \"";
    const std::size_t at = text.find(name) + name.size();
    text.replace(at, text.find('"', at) - at, "second");
    first_.program().write("second/pairform.toml", text + resources);
  }
  Ran second(Program::Arguments arguments, bool approved = false) {
    arguments.insert(arguments.begin(), {"-C", "second"});
    return approved ? first_.run_approved(arguments) : first_.run(arguments);
  }
  void expect_nothing_left_of_the_first() {
    const Ran plan = first_.run({"plan", "--detailed-exitcode"});
    EXPECT_EQ(plan.exit_code, 0) << plan.out << plan.err;
  }

  AzureProject first_;
};

TEST_F(TwoProjects, OfOtherNetworksDoNotMeet) {
  ASSERT_EQ(first_.run_approved({"apply"}).exit_code, 0);
  write_second(R"(
[network.app]
region = "eastasia"
name = "second-app"
address_space = ["10.2.0.0/16"]
subnets = { web = "10.2.1.0/24" }

[network.dr]
region = "southeastasia"
name = "second-dr"
address_space = ["10.2.0.0/16"]
subnets = { web = "10.2.1.0/24" }

[mapping.app]
source = "network.app"
target = "network.dr"
)");
  const Ran made = second({"apply"}, true);
  EXPECT_EQ(made.exit_code, 0) << made.out << made.err;
  expect_nothing_left_of_the_first();
  EXPECT_EQ(second({"plan", "--detailed-exitcode"}).exit_code, 0);
  const Ran ended = second({"destroy"}, true);
  EXPECT_EQ(ended.exit_code, 0) << ended.out << ended.err;
  expect_nothing_left_of_the_first();
}

TEST_F(TwoProjects, ASlotOfTheOtherOneIsTakenWithApprovalOnly) {
  ASSERT_EQ(first_.run_approved({"apply"}).exit_code, 0);
  write_second(R"(
[network.own]
region = "eastasia"
address_space = ["10.2.0.0/16"]
subnets = { web = "10.2.1.0/24" }

[network.dr]
existing = true
region = "southeastasia"

[mapping.own]
source = "network.own"
target = "network.dr"
)");
  const std::size_t before = first_.calls("PUT", ".");
  const Ran refused = second({"apply", "--auto-approve"});
  EXPECT_EQ(refused.exit_code, 3) << refused.out << refused.err;
  EXPECT_NE((refused.out + refused.err).find("half.overwrite"), std::string::npos) << refused.out << refused.err;
  EXPECT_EQ(first_.calls("PUT", "."), before) << "nothing is sent before the approval";
  expect_nothing_left_of_the_first();

  const Ran approved = second({"apply"}, true);
  EXPECT_EQ(approved.exit_code, 0) << approved.out << approved.err;
  // The other one sees whose way home is gone, and repairs exactly that half, with approval in its turn.
  const Ran plan = first_.run({"plan", "--detailed-exitcode"});
  EXPECT_EQ(plan.exit_code, 8) << plan.out << plan.err;
  EXPECT_NE(plan.out.find("mapping.app.reverse"), std::string::npos) << plan.out;
}

TEST_F(TwoProjects, ANetworkOfTheOtherOneIsNeitherTakenOverNorDeleted) {
  ASSERT_EQ(first_.run_approved({"apply"}).exit_code, 0);
  write_second(R"(
[network.app]
region = "eastasia"
address_space = ["10.7.0.0/16"]
subnets = { other = "10.7.1.0/24" }
)");
  const Ran plan = second({"apply", "--auto-approve"});
  EXPECT_NE(plan.exit_code, 0) << plan.out << plan.err;
  expect_nothing_left_of_the_first();
  write_second("");
  second({"destroy"}, true);
  EXPECT_EQ(first_.calls("DELETE", "."), 0U);
  expect_nothing_left_of_the_first();
}

}  // namespace
}  // namespace pairform
