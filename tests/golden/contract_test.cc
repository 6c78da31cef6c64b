// What the contract says and no scenario shows. A disabled test is a promise that the program does not keep yet.
#include <gtest/gtest.h>

#include <chrono>

#include "tests/golden/projects.h"

namespace pairform {
namespace {

bool says(const Ran& ran, std::string_view text) { return (ran.out + ran.err).find(text) != std::string::npos; }

TEST(Contract, TheCloudIsReadInBulkAlsoByAFirstPlan) {
  Program program;
  make_managed_pairs(program, 20, "[provider.simulator]\nlatency = \"200ms\"\n");
  const auto begun = std::chrono::steady_clock::now();
  program.done({"plan"});
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(6))
      << "80 resources, 2 regions: a call each takes 16 s";
}

TEST(Contract, OverwritingSaysWhatItWas) {
  Program program;
  make_pair_project(program);
  put_network(program, "southeastasia", "dr2");
  program.done({"sim", "put", "mapping", "eastasia/app", "southeastasia/dr2"});
  const Ran plan = program.run({"plan"});
  EXPECT_TRUE(says(plan,
                   "was   network.app -> southeastasia/dr2, not recorded in this project\n            to    "
                   "network.app -> network.dr\n"))
      << plan.out;
}

TEST(Contract, WhatIsUnknownIsNotSaidToBeAsTheFilesSay) {
  Program program;
  make_pair_project(program);
  program.done({"apply", "--auto-approve"});
  program.done({"sim", "deny", "eastasia/app"});
  const Ran plan = program.run({"plan"});
  EXPECT_TRUE(says(plan, "Unknown, nothing is done about it:\n  network.app")) << plan.out;
  EXPECT_FALSE(says(plan, "4 resources are as the files say")) << plan.out;
}

TEST(Contract, AFileThatCannotBeReadSilencesReferencesIntoIt) {
  Program program;
  program.write("pairform.toml", fmt::format("include = [\"networks.toml\"]\n{}{}", k_head, mapping("m", "app", "dr")));
  program.write("networks.toml",
                existing_network("app", "eastasia") + existing_network("dr", "southeastasia") + "[network.broken\n");
  const Ran ran = program.run({"validate"});
  EXPECT_TRUE(says(ran, "PF1001")) << ran.err;
  EXPECT_TRUE(says(ran, "\n1 error.\n")) << "one mistake, one message:\n" << ran.err;
}

TEST(Contract, ADamagedPlanIsShownToBeOne) {
  Program program;
  make_pair_project(program);
  program.write("damaged.plan", "{\"format_version\":\"1.0\",\"project\":\"contoso-dr\"}\n");
  const Ran ran = program.run({"show", "damaged.plan"});
  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_TRUE(says(ran, "error PF2020: damaged.plan is not a plan")) << ran.err;
}

TEST(Contract, ThePortalsUsageIsReadable) {
  Program program;
  make_pair_project(program);
  const Ran ran = program.run({"sim", "put", "mapping", "eastasia/app"});
  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_TRUE(says(ran, "\nusage: pairform sim put mapping REGION/NETWORK REGION/NETWORK\n") ||
              says(ran, "  fix:  pairform sim put mapping REGION/NETWORK REGION/NETWORK\n"))
      << ran.err;
  EXPECT_FALSE(says(ran, "\\n")) << ran.err;
}

TEST(Contract, WhatLeavesAKeyIsNotWhatComesToIt) {
  Program program;
  const auto network = [](std::string_view key, std::string_view more) {
    return fmt::format("\n[network.{}]\nregion = \"eastasia\"\naddress_space = [\"10.0.0.0/16\"]\nsubnets = {{}}\n{}",
                       key, more);
  };
  program.write("pairform.toml", std::string(k_head) + network("one", "") + network("two", ""));
  program.done({"apply", "--auto-approve"});
  program.write("pairform.toml", std::string(k_head) + network("one", "name = \"two\"\n"));
  const Ran plan = program.run({"plan"});
  EXPECT_FALSE(says(plan, "delete  network.one (what was network.two)"))
      << "eastasia/one is deleted, what was network.two moves:\n"
      << plan.out;
}

TEST(Contract, ADestroyThatFailedGoesOnAsADestroy) {
  Program program;
  make_managed_pairs(program, 1, "[guards]\napprove = []\n");
  program.done({"apply", "--auto-approve"});
  program.done({"sim", "fail", "delete", "network", "--error", "denied"});
  const Ran ran = program.run({"destroy", "--auto-approve"});
  EXPECT_EQ(ran.exit_code, 4);
  EXPECT_TRUE(says(ran, "To go on: pairform destroy")) << "apply would make again what is gone:\n" << ran.out;
}

TEST(Contract, TheEndReportNamesWhatFailedAndWhatItSkipped) {
  Program program;
  make_managed_pairs(program, 1, "");
  program.done({"sim", "fail", "create", "network", "--error", "denied"});
  const Ran ran = program.run({"apply", "--auto-approve", "--parallelism", "1"});
  EXPECT_EQ(ran.exit_code, 4);
  const std::size_t end = ran.out.find("\nDone 1, failed 1, skipped 2");
  ASSERT_NE(end, std::string::npos) << ran.out;
  const std::string report = ran.out.substr(end) + ran.err;
  EXPECT_NE(report.find("network.here0"), std::string::npos) << report;
  EXPECT_NE(report.find("mapping.p0.forward"), std::string::npos) << report;
}

TEST(Contract, APlanEndsWithItsCountsAndDigest) {
  Program program;
  make_managed_pairs(program, 1, "");
  program.done({"apply", "--auto-approve"});
  program.write("pairform.toml", k_head);
  const std::string plan = program.done({"plan"});
  ASSERT_NE(plan.find("Needs approval:"), std::string::npos) << plan;
  EXPECT_LT(plan.find("Needs approval:"), plan.find("\nPlan: ")) << plan;
}

TEST(Contract, AWrongOptionOfApplyJsonIsAResultToo) {
  Program program;
  make_pair_project(program);
  const Ran ran = program.run({"apply", "--json", "--no-such-option"});
  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_NE(ran.out.find("{\"event\":\"result\""), std::string::npos) << ran.out << ran.err;
}

TEST(Contract, APlanThatCannotBeAppliedIsNotRecommended) {
  Program program;
  make_pair_project(program);
  const Ran ran = program.run({"plan", "--offline", "--out", "offline.plan"});
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_FALSE(says(ran, "Carry it out: pairform apply offline.plan")) << ran.out;
}

TEST(Contract, SkippedStepsAreToldInTheOrderOfThePlan) {
  Program program;
  make_managed_pairs(program, 1, "");
  program.done({"sim", "fail", "create", "network", "--error", "denied"});
  const Ran ran = program.run({"apply", "--auto-approve", "--parallelism", "1"});
  EXPECT_LT(ran.out.find("skipped     3  create mapping.p0.forward"),
            ran.out.find("skipped     4  create mapping.p0.reverse"))
      << ran.out;
}

TEST(Contract, UnseenIsADiagnosticOfThePlansJson) {
  Program program;
  make_pair_project(program);
  program.done({"sim", "deny", "southeastasia"});
  const Ran ran = program.run({"plan", "--json"});
  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_TRUE(says(ran, "\"code\":\"PF3004\"")) << ran.out;
}

TEST(Contract, AMissingValueIsNamed) {
  Program program;
  const Ran ran = program.run({"-C"});
  EXPECT_TRUE(says(ran, "-C")) << ran.err;
}

}  // namespace
}  // namespace pairform
