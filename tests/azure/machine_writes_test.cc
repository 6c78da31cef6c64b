// What pairform writes of machines, their plumbing, enabling, landings and the end of it, while the service is hostile:
// whatever the form of an answer, the storm or the delay, each request is carried out once, nothing of others is lost, and
// what comes of a step is told truly.
#include <set>

#include "tests/azure/every_write.h"

namespace pairform {
namespace {

// A machine from its enabling to the end, one step after the other.
class AzureMachineLife : public StepsOnAzure {
 protected:
  void live(bool from_nothing) {
    auto provider = open();
    EXPECT_EQ(value(carry_out(*provider, enable_web0()), "target_network"), k_dr);
    EXPECT_EQ(value(carry_out(*provider, land_front_by_name()), "target_ip"), "10.1.1.77");
    provider = open();  // what an earlier run has made is found
    EXPECT_EQ(value(carry_out(*provider, lead_web0(k_lab)), "target_network"), k_lab);
    EXPECT_EQ(error_code(carry_out(*provider, delete_thing(*provider, "vm", k_web0))), "");
    EXPECT_EQ(azure_.things().find("replicationProtectedItems/"), std::string::npos);
    // Two fabrics, two containers, the policy, two mappings of containers; the machine; its name and its landing, its other network.
    EXPECT_EQ(writes("PUT", "/subscriptions/"), from_nothing ? 8U : 1U);
    EXPECT_EQ(writes("PATCH", "/subscriptions/"), 2U);
    EXPECT_EQ(writes("POST", "/subscriptions/"), 1U);
    EXPECT_EQ(writes("DELETE", "/subscriptions/", true), 0U);
  }
  // `from_nothing`: in a vault without plumbing.
  void live_anew(const std::string& behaviour, const std::string& parameters, const char* seconds = "0",
                 bool from_nothing = false) {
    SCOPED_TRACE(behaviour + parameters);
    azure_.reset();
    put_machine();
    if (!from_nothing) put_plumbing();
    azure_.control("clock", fmt::format(R"({{"durations": {{"fabric": {0}, "container": {0}, "policy": {0},
      "container-mapping": {0}, "enable-job": {0}, "enable-recovery-point": {0}, "enable-disks": {0}, "enable": {0},
      "update": {0}, "disable": {0}}}}})",
                                        seconds));
    azure_.behave(behaviour, parameters);
    live(from_nothing);
  }
};

// Number 4.
TEST_F(AzureMachineLife, EveryFormOfAnAnswerIsFollowedToItsEnd) {
  for (const std::string form : {"location", "azure-asyncoperation", "both", "200", "201", "bare"})
    live_anew("lro", fmt::format(R"("answer": "{}")", form), "0.02", form == "200" || form == "bare");
}

TEST_F(AzureMachineLife, APauseThatIsNoneOrADateAndPollsThatFindNothingYetDoNoHarm) {
  for (const char* value : {"0", "\"date\""}) live_anew("retry-after", fmt::format(R"("value": {})", value), "0.02");
  live_anew("polls-404", R"("count": 2)", "0.02");
}

// Number 10: reads are behind by 20 s.
TEST_F(AzureMachineLife, WhatReadsDoNotShowYetIsWaitedFor) {
  for (const char* behind : {"eventual-lists", "eventual-singles"}) live_anew(behind, R"("seconds": 0.1)", "0", true);
}

// Numbers 1, 3 and 21, of all that is written and of what it is made from.
TEST_F(AzureMachineLife, OtherSpellingsAndMembersThatNobodyKnowsDoNoHarm) {
  live_anew("casing", R"("how": "swap")");
  live_anew("unknown-members", {});
  live_anew("signed-links", R"("length": 4096)");
}

// Number 7: falling counters slow the steps, and no request is refused.
TEST_F(AzureMachineLife, FallingCountersRefuseNothing) {
  live_anew("remaining", R"("from": 25, "step": 1, "per_second": 200)");
  for (const EmulatedRequest& each : azure_.log()) EXPECT_NE(each.status, 429) << each.path;
}

class AzureMachineWrites : public EveryWriteOnAzure {
 protected:
  // Of a behaviour of operations: that of this request alone. They are known by what they are about, so the end of a
  // replication by its item.
  static std::string at_the_operation(const std::string& parameters) {
    std::string path = GetParam().path;
    const std::string remove = "/remove$";
    if (path.ends_with(remove)) path.replace(path.size() - remove.size(), remove.size(), "$");
    return fmt::format(R"("match": "{}", {})", path, parameters);
  }
};

// Numbers 7 and 9, all of them after each other: refused, throttled, the request lost, and in the end done, once.
TEST_P(AzureMachineWrites, AStormIsWaitedFor) {
  const auto provider = open_world();
  const CloudStep wanted = step(*provider);
  azure_.behave("lose-request", at_the_write(R"("count": 1)"));
  for (const int status : {500, 502, 503, 504})
    azure_.behave("fail", at_the_write(fmt::format(R"("status": {}, "count": 1)", status)));
  for (const char* pause : {"0", "null"})
    azure_.behave("throttle", at_the_write(fmt::format(R"("retry_after": {}, "count": 1)", pause)));
  azure_.behave("throttle", at_the_write(R"("code": "RetryableErrorDueToAnotherOperation", "count": 1)"));
  azure_.forget();
  expect_done(carry_out(*provider, wanted));
  EXPECT_EQ(times_carried_out(), 1U);
  EXPECT_EQ(times_sent(), 9U);
}

// Number 4: the service has accepted it, and it comes to nothing.
TEST_P(AzureMachineWrites, AnOperationThatFailsIsToldInTheWordsOfItsJob) {
  for (const char* status : {"Failed", "Canceled"}) {
    SCOPED_TRACE(status);
    const auto provider = open_world();
    const CloudStep wanted = step(*provider);
    azure_.behave("operation-ends", at_the_operation(fmt::format(
                                        R"("status": "{}", "code": "28020", "message": "no such luck")", status)));
    azure_.forget();
    const StepEnd end = carry_out(*provider, wanted);
    ASSERT_TRUE(end.error);
    EXPECT_EQ(end.error->kind, ErrorKind::Invalid);
    EXPECT_EQ(end.error->job.size(), 36U) << end.error->job;
    EXPECT_TRUE(std::string_view(status) == "Canceled" || end.error->code == "28020") << end.error->code;
    EXPECT_EQ(times_sent(), 1U);
  }
}

// Number 17: who may only read is told the action that is missing, and nothing is changed.
TEST_P(AzureMachineWrites, WhoMayOnlyReadIsToldTheAction) {
  const auto provider = open_world();
  const CloudStep wanted = step(*provider);
  const std::string before = azure_.things();
  azure_.control("deny", fmt::format(R"({{"scope": "{}", "what": "write"}})", k_azure_vault));
  azure_.forget();
  const StepEnd end = carry_out(*provider, wanted);
  ASSERT_TRUE(end.error);
  EXPECT_EQ(end.error->kind, ErrorKind::Denied);
  EXPECT_NE(end.error->message.find("Microsoft.RecoveryServices/vaults/replication"), std::string::npos)
      << end.error->message;
  EXPECT_EQ(azure_.things(), before);
  azure_.control("allow");
  expect_done(carry_out(*provider, wanted));
}

// And what may not be read is not absent: its replication has not ended, it is not enabled anew, and it does not land.
TEST_P(AzureMachineWrites, WhatMayNotBeReadIsNotWritten) {
  for (const char* behind : {"replicationProtectedItems", "replicationFabrics"}) {
    SCOPED_TRACE(behind);
    const auto provider = open_world();
    const CloudStep wanted = step(*provider);
    azure_.control("deny",
                   fmt::format(R"({{"scope": "{}", "what": "read", "provider": "{}"}})", k_azure_vault, behind));
    azure_.behave("refuse", fmt::format(R"("match": "/{}$", "methods": ["GET"], "status": 403,
      "code": "AuthorizationFailed", "message": "The client has no right.")",
                                        behind));
    azure_.forget();
    const StepEnd end = carry_out(*provider, wanted);
    ASSERT_TRUE(end.error);
    EXPECT_EQ(end.error->kind, ErrorKind::Denied) << end.error->code << end.error->message;
    for (const char* method : {"PUT", "PATCH", "POST", "DELETE"})
      EXPECT_EQ(writes(method, "/subscriptions/", true), 0U) << method;
  }
}

// Number 5: links are signed, 4 KB long, and refused without their signature. A handle has none of them, and another run goes
// on by it.
TEST_P(AzureMachineWrites, AHandleIsShortAndOutlivesItsLinks) {
  constexpr const char* k_links = "/(operationresults|replicationOperationStatus)/";
  const auto first = open_world();
  const CloudStep wanted = step(*first);
  azure_.behave("signed-links", R"("length": 4096)");
  azure_.control("clock", R"({"durations": {"container": 0.02, "policy": 0.02, "container-mapping": 0.02,
    "enable-job": 0.02, "enable": 0.03, "update": 0.02, "disable": 0.02}})");
  const BeginAnswer begun = first->begin(std::span(&wanted, 1), {}).at(0);
  ASSERT_TRUE(std::holds_alternative<Accepted>(begun));
  const std::string handle = std::get<Accepted>(begun).handle;
  EXPECT_LT(handle.size(), 500U) << handle;
  EXPECT_EQ(handle.find_first_of("?&%"), std::string::npos) << handle;
  EXPECT_EQ(handle.find("http"), std::string::npos) << handle;
  azure_.forget();
  const auto second = open();
  PollAnswer now = second->poll(handle, {});
  for (int poll = 0; poll < 1000 && std::holds_alternative<Running>(now); ++poll) {
    std::this_thread::sleep_for(std::min(std::get<Running>(now).next_poll, std::chrono::milliseconds(10)));
    now = second->poll(handle, {});
  }
  ASSERT_TRUE(std::holds_alternative<Done>(now)) << "nothing is under way";
  expect_done(carry_out(*second, wanted));
  for (const EmulatedRequest& each : azure_.log())
    EXPECT_FALSE(each.status == 403 && std::regex_search(each.path, std::regex(k_links))) << each.path;
}

INSTANTIATE_TEST_SUITE_P(, AzureMachineWrites,
                         testing::ValuesIn(kinds_of_writes({"policy_made", "container_mapping_home_made",
                                                            "machine_enabled", "machine_named", "nic_landed",
                                                            "machine_led_elsewhere", "machine_disabled"})),
                         [](const auto& of) { return of.param.name; });

}  // namespace
}  // namespace pairform
