// `pairform state rebuild` on a vault: ids are not identities there, and landings are read from the service.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <regex>
#include <string>

#include "tests/azure/vault_of_vms.h"

namespace pairform {
namespace {

std::string without_adopted(std::string state) {
  constexpr std::string_view k_adopted = R"("adopted":true,)";
  for (std::size_t at = state.find(k_adopted); at != std::string::npos; at = state.find(k_adopted))
    state.erase(at, k_adopted.size());
  return state;
}

class AzureRebuilding : public testing::Test {
 protected:
  // Two machines that are replicated already, and a pair, all recorded.
  void SetUp() override {
    put_networks(project_.azure());
    put_pair(project_.azure());
    put_vms(project_.azure(), 2);
    project_.write("", existing_pair() + existing_vms(2));
    const Ran ran = project_.run({"apply", "--auto-approve"});
    ASSERT_EQ(ran.exit_code, 0) << ran.out << ran.err;
    recorded_ = state();
  }
  std::string state() { return project_.program().read("pairform.state.jsonl"); }
  // Nothing but reads is sent; the plan behind it is empty.
  void rebuild() {
    const std::size_t writes = writes_sent();
    const Ran ran = project_.run({"state", "rebuild", "--auto-approve"});
    EXPECT_EQ(ran.exit_code, 0) << ran.out << ran.err;
    EXPECT_EQ(writes_sent(), writes);
    EXPECT_EQ(without_adopted(state()), without_adopted(recorded_)) << ran.out;
    const Ran plan = project_.run({"plan", "--detailed-exitcode"});
    EXPECT_EQ(plan.exit_code, 0) << plan.out << plan.err;
  }
  std::size_t writes_sent() {
    return project_.calls("PUT", ".*") + project_.calls("PATCH", ".*") + project_.calls("DELETE", ".*");
  }

  AzureProject project_;
  std::string recorded_;
};

TEST_F(AzureRebuilding, StateThatIsLostIsMadeAgain) {
  std::filesystem::remove(project_.program().directory() / "pairform.state.jsonl");
  rebuild();
}

TEST_F(AzureRebuilding, EachLineThatIsDamagedIsMadeAgain) {
  std::size_t lines = 0;
  for (std::size_t first = 0; first < recorded_.size(); ++lines) {
    const std::size_t end = recorded_.find('\n', first);
    std::string damaged = recorded_;
    damaged.replace(first, end - first, "{\"address\":");
    SCOPED_TRACE(fmt::format("line {}", lines + 1));
    project_.program().write("pairform.state.jsonl", damaged);
    rebuild();
    first = end + 1;
  }
  EXPECT_GE(lines, 11U);  // the first one, two networks, two halves, two vms with two nics each
}

TEST_F(AzureRebuilding, WhatIsGoneFromTheVaultIsForgotten) {
  std::smatch id;
  ASSERT_TRUE(std::regex_search(recorded_, id, std::regex("\"id\":\"([^\"]*/dr-to-eastasia)\""))) << recorded_;
  project_.azure().control("portal", fmt::format(R"({{"id": "{}", "remove": true}})", id[1].str()));
  const Ran ran = project_.run({"state", "rebuild", "--auto-approve"});
  EXPECT_EQ(ran.exit_code, 0) << ran.out << ran.err;
  EXPECT_NE(ran.out.find("forgotten:\n  mapping.app.reverse\n"), std::string::npos) << ran.out;
  EXPECT_EQ(state().find("mapping.app.reverse"), std::string::npos);
  EXPECT_NE(state().find("mapping.app.forward"), std::string::npos);
  EXPECT_NE(state().find("vm.web1.nic"), std::string::npos);
}

}  // namespace
}  // namespace pairform
