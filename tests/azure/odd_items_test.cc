// Replicated items that say something odd while steps on them are carried out: states that nobody knows, members that are
// missing, null or of another type, when the step looks and when it reads back. Nothing is written of an item that is not
// settled beyond doubt, and what was written is told truly. And what else an item has, survives a change of one address.
#include <simdjson.h>

#include <array>

#include "tests/azure/choices_of_people.h"
#include "tests/azure/steps_on_azure.h"

namespace pairform {
namespace {

class AzureOddItems : public StepsOnAzure {
 protected:
  void SetUp() override {
    put_machine();
    put_item();
    azure_.keep();
  }
  // As it was, for a run of its own.
  std::unique_ptr<Provider> open_anew() {
    azure_.again();
    return open();
  }
  void change_member(const std::string& path, const std::string& change, const std::string& more = {}) {
    azure_.behave("member", fmt::format(R"("match": "/replicationProtectedItems(/item-0)?$", "path": "{}",
      "do": "{}"{})",
                                        path, change, more));
  }
  void set(const std::string& members) {
    azure_.control("portal", fmt::format(R"({{"id": "{}", "set": {{{}}}}})", item_id(), members));
  }
  std::size_t writes_of_item() {
    std::size_t count = 0;
    for (const char* method : {"PUT", "PATCH", "POST", "DELETE"}) count += writes(method, "/subscriptions/", true);
    return count;
  }
  std::vector<CloudStep> steps(Provider& provider) const {
    return {land_front(), lead_web0(k_lab), delete_thing(provider, "vm", k_web0)};
  }
  // Refused in a sentence, and nothing was sent.
  void expect_left_alone(Provider& provider, const CloudStep& step) {
    SCOPED_TRACE(step.type + ' ' + std::string(step.operation == Operation::Delete ? "deleted" : "changed"));
    azure_.forget();
    const StepEnd end = run_step(provider, step);
    ASSERT_TRUE(end.error) << "a success";
    EXPECT_NE(end.error->code, "");
    EXPECT_NE(end.error->message, "");
    EXPECT_NE(end.error->kind, ErrorKind::Lost);
    EXPECT_EQ(writes_of_item(), 0U);
  }
  // Until it has ended, or waits for an item that is held for what it says.
  PollAnswer land_and_poll(Provider& provider) {
    const CloudStep step = land_front();
    const BeginAnswer begun = provider.begin(std::span(&step, 1), {}).at(0);
    if (!std::holds_alternative<Accepted>(begun)) {
      ADD_FAILURE() << "the look was an ordinary one";
      return Running{};
    }
    const auto is_on_its_way = [](const PollAnswer& answer) {
      const auto* running = std::get_if<Running>(&answer);
      return running != nullptr && (running->text.empty() || running->text.find("web0") != std::string::npos ||
                                    running->text == "waits until it shows");
    };
    PollAnswer now = Running{};
    for (int looks = 0; looks < 100 && is_on_its_way(now); ++looks) {
      now = provider.poll(std::get<Accepted>(begun).handle, {});
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return now;
  }
  std::string item_text() {
    const std::string things = azure_.things();
    const std::size_t at = things.find("/replicationProtectedItems/item-0");
    return at == std::string::npos ? "" : things.substr(at);
  }
};

// Number 23: states of the service that nobody has seen, and those in which nothing may be changed.
TEST_F(AzureOddItems, NothingIsWrittenInAStateThatIsNotKnownToBeSettled) {
  const auto provider = open();
  const std::vector<CloudStep> all = steps(*provider);
  for (const char* state :
       {"Frobnicating", "", "Protected ", "ProtectedBegin", "Unprotected", "EnablingProtection", "EnablingFailed",
        "DisablingProtection", "DisablingFailed", "MarkedForDeletion", "InitialReplicationFailed",
        "UnplannedFailoverCommitPendingStatesBegin", "UnplannedFailoverCommitted", "UnplannedFailoverFailed",
        "FailoverCommited", "PlannedFailoverStatesBegin", "CancelFailoverStatesBegin", "ChangeRecoveryPointCompleted",
        "ReprotectFailed"}) {
    SCOPED_TRACE(state);
    set(fmt::format(R"("state": "{}")", state));
    for (const CloudStep& each : all) expect_left_alone(*provider, each);
  }
  set(R"("state": "Protected")");
  for (const char* members : {R"("test_state": "WaitingForCompletion")", R"("test_state": "Frobnicating")",
                              R"("test_state": "None", "scenario": "TestFailoverCleanup", "scenario_job": "/x/jobs/1")",
                              R"("scenario": "None", "scenario_job": null, "details.vmProtectionState": "Resync")"}) {
    SCOPED_TRACE(members);
    set(members);
    for (const CloudStep& each : all) expect_left_alone(*provider, each);
  }
}

// The members that tell who it is, in which state, and where it goes.
TEST_F(AzureOddItems, NothingIsWrittenOfAnItemThatDoesNotSayWhatItIs) {
  const auto provider = open();
  const std::vector<CloudStep> all = steps(*provider);
  for (const std::string path :
       {"id", "name", "properties", "properties.protectionState", "properties.currentScenario",
        "properties.providerSpecificDetails", "properties.providerSpecificDetails.instanceType",
        "properties.providerSpecificDetails.fabricObjectId", "properties.providerSpecificDetails.primaryFabricLocation",
        "properties.providerSpecificDetails.recoveryFabricLocation",
        "properties.providerSpecificDetails.initialPrimaryFabricLocation", "properties.providerSpecificDetails.vmNics",
        "properties.providerSpecificDetails.vmNics.0.sourceNicArmId",
        "properties.providerSpecificDetails.vmNics.0.ipConfigs",
        "properties.providerSpecificDetails.vmNics.0.ipConfigs.0.name"})
    for (const char* change : {"remove", "null", "mistype"}) {
      SCOPED_TRACE(path + ' ' + change);
      change_member(path, change);
      for (const CloudStep& each : all) expect_left_alone(*provider, each);
      azure_.control("calm");
    }
  // Empty or left out they say "none"; of another type they say nothing.
  for (const std::string path :
       {"properties.testFailoverState", "properties.allowedOperations", "properties.replicationHealth",
        "properties.currentScenario.scenarioName", "properties.currentScenario.jobId",
        "properties.providerSpecificDetails.vmProtectionState",
        "properties.providerSpecificDetails.selectedRecoveryAzureNetworkId"}) {
    SCOPED_TRACE(path);
    change_member(path, "mistype");
    for (const CloudStep& each : all) expect_left_alone(*provider, each);
    azure_.control("calm");
  }
  for (const CloudStep& each : all) EXPECT_EQ(error_code(carry_out(*provider, each)), "");
}

// Only what the service says may be ended is ended.
TEST_F(AzureOddItems, AReplicationThatMayNotBeEndedIsWaitedFor) {
  const auto provider = open();
  const CloudStep step = delete_thing(*provider, "vm", k_web0);
  for (const char* value : {"[]", R"(["UnplannedFailover", "TestFailover"])"}) {
    set(fmt::format(R"("allowed": {})", value));
    azure_.forget();
    const StepEnd end = run_step(*provider, step);
    ASSERT_TRUE(end.error);
    EXPECT_EQ(end.error->kind, ErrorKind::Conflict) << end.error->message;
    EXPECT_TRUE(end.error->retry_after);
    EXPECT_EQ(writes_of_item(), 0U);
  }
}

// Each member of an item, and of the first element of its lists: "properties.providerSpecificDetails.vmNics.0.ipConfigs".
void add_paths(simdjson::dom::element value, const std::string& at, std::vector<std::string>& out) {
  if (value.is_array() && simdjson::dom::array(value).size() != 0)
    add_paths(simdjson::dom::array(value).at(0), at + ".0", out);
  if (!value.is_object()) return;
  for (const auto& [key, member] : simdjson::dom::object(value)) {
    const std::string path = (at.empty() ? "" : at + '.') + std::string(key);
    out.push_back(path);
    if (key != "protectedManagedDisks") add_paths(member, path, out);
  }
}

// Does pairform look at it? "properties.protectedItemType" it does not.
bool is_read(const std::string& path) {
  for (const char* const each :
       {"id", "name", "properties", "friendlyName", "State", "currentScenario", "allowedOperations",
        "replicationHealth", "providerSpecificDetails", "instanceType", "abricObjectId", "FabricLocation",
        "AzureNetworkId", "monitoringJobType", "monitoringPercentageCompletion", "protectedManagedDisks",
        "tfoAzureVMName", "recoveryAvailabilitySet", "policyId"})
    if (path.ends_with(each)) return true;
  return path.find("recoveryAzure") != std::string::npos || path.find("vmNics") != std::string::npos;
}

// The look is an ordinary one; what is read back is odd. Each member that is read in turn, the three changes take turns; all
// others together.
TEST_F(AzureOddItems, WhatIsReadBackOddlyIsNoSuccessThatIsNone) {
  simdjson::dom::parser parser;
  std::vector<std::string> paths{"properties.currentScenario", "properties.healthErrors"};
  for (const simdjson::dom::element each : parser.parse(azure_.things())["things"])
    if (std::string_view(each["id"]).find("/replicationProtectedItems/") != std::string_view::npos)
      add_paths(each, "", paths);
  std::vector<std::vector<std::string>> together(1);
  for (const std::string& path : paths)
    if (is_read(path)) together.push_back({path});
    else together.front().push_back(path);
  EXPECT_GT(together.front().size(), 40U);
  EXPECT_GT(together.size(), 60U);
  std::size_t turn = 0, done = 0, told = 0;
  for (const std::vector<std::string>& those : together) {
    const char* const change = std::array{"mistype", "remove", "null"}.at(turn++ % 3);
    SCOPED_TRACE(those.back() + ' ' + change);
    const auto provider = open_anew();
    for (const std::string& path : those)
      azure_.behave("member", fmt::format(R"("match": "/replicationProtectedItems/item-0$", "path": "{}", "do": "{}",
        "skip": 1)",
                                          path, change));
    azure_.forget();
    const PollAnswer end = land_and_poll(*provider);
    EXPECT_EQ(writes("PATCH", "/subscriptions/", true), 1U);
    if (const auto* row = std::get_if<Done>(&end)) {
      EXPECT_EQ(find_value(row->row->attributes, "target_ip"), "10.1.1.77");
      ++done;
    } else if (const auto* error = std::get_if<ProviderError>(&end)) {
      EXPECT_NE(error->message, "");
      ++told;
    }
    EXPECT_TRUE(those.size() == 1 || std::holds_alternative<Done>(end));
    EXPECT_NE(item_text().find(R"("recoveryStaticIPAddress":"10.1.1.77")"), std::string::npos);
  }
  EXPECT_GT(done, 30U);
  EXPECT_GT(told, 10U);
}

// What nobody knows is waited for: the step goes on once the service says what it is.
TEST_F(AzureOddItems, AStateThatNobodyKnowsAfterAWriteIsWaitedFor) {
  for (const bool ends : {false, true}) {
    const auto provider = open_anew();
    const CloudStep step = ends ? delete_thing(*provider, "vm", k_web0) : land_front();
    const char* const what = ends ? "disable" : "update";
    azure_.control("clock", fmt::format(R"({{"durations": {{"{}": 0.1}}}})", what));
    const BeginAnswer begun = provider->begin(std::span(&step, 1), {}).at(0);
    ASSERT_TRUE(std::holds_alternative<Accepted>(begun));
    const std::string handle = std::get<Accepted>(begun).handle;
    azure_.behave("nothing-changed");  // of the end: the item is there still
    set(R"("state": "Frobnicating")");
    std::string text;
    for (int poll = 0; poll < 200 && text != "Frobnicating"; ++poll) {
      const PollAnswer now = provider->poll(handle, {});
      ASSERT_TRUE(std::holds_alternative<Running>(now));
      text = std::get<Running>(now).text;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    EXPECT_EQ(text, "Frobnicating");
    set(R"("state": "Protected")");
    EXPECT_EQ(error_code(settle(*provider, begun)), "ReadBackDiffers");
    EXPECT_EQ(writes_of_item(), 1U);
  }
}

// Numbers 12 and 24: the list replaces, and pairform changes one address of it.
TEST_F(AzureOddItems, WhatElseAnItemHasSurvivesAChangeOfOneAddress) {
  const auto provider = open();
  CloudStep step = land_front("10.1.1.50");
  ASSERT_EQ(error_code(carry_out(*provider, step)), "");
  const std::string lab = azure_network_id("rg-net-southeastasia", "lab");
  std::string tests = fmt::format(R"("details.selectedTfoAzureNetworkId": "{}")", lab);
  for (const char* nic : {"0", "1"}) {
    tests += fmt::format(R"(, "details.vmNics.{}.tfoVMNetworkId": "{}")", nic, lab);
    for (int i = 0; i < (*nic == '0' ? 4 : 1); ++i)
      tests += fmt::format(R"(, "details.vmNics.{0}.ipConfigs.{1}.tfoSubnetName": "web",
        "details.vmNics.{0}.ipConfigs.{1}.tfoStaticIPAddress": "10.1.1.9{1}")",
                           nic, i);
  }
  set(choices_for_nic(0, 4, "front") + ", " + choices_for_nic(1, 1, "back") + ", " + tests +
      fmt::format(R"(, "details.vmNics.0.ipConfigs.3.recoveryStaticIPAddress": "fd00:1::77",
      "details.vmNics.0.ipConfigs.3.recoveryIPAddressType": "Static", "details.recoveryAzureVMName": "theirs",
      "details.vmNics.1.ipConfigs.0.recoverySubnetName": "db", "details.recoveryAvailabilitySet": "{0}/availabilitySets/a",
      "details.vmNics.1.ipConfigs.0.recoveryStaticIPAddress": "10.1.2.60", "details.tfoAzureVMName": "their-test",
      "details.vmNics.1.ipConfigs.0.recoveryIPAddressType": "Static",
      "details.recoveryProximityPlacementGroupId": "{0}/proximityPlacementGroups/p")",
                  azure_group_id("rg-x")));
  std::string before = item_text();
  // Its test landing is the project's to say: as it is.
  step = land_front("10.1.1.77");
  step.attributes.push_back({"test_subnet", "web"});
  step.attributes.push_back({"test_ip", "10.1.1.90"});
  ASSERT_EQ(value(carry_out(*provider, step), "target_ip"), "10.1.1.77");
  const std::string was = R"("recoveryStaticIPAddress":"10.1.1.50")";
  ASSERT_NE(before.find(was), std::string::npos) << before;
  before.replace(before.find(was), was.size(), R"("recoveryStaticIPAddress":"10.1.1.77")");
  EXPECT_EQ(item_text(), before);
  EXPECT_EQ(writes("PATCH", "/subscriptions/", true), 2U);
}

// A secondary that is dynamic stays so, and one of version 6 keeps its address, wherever the machine is led.
TEST_F(AzureOddItems, SecondariesThatPairformDoesNotShowAreCarriedThrough) {
  set(R"("details.vmNics.0.ipConfigs.2.isSeletedForFailover": true,
    "details.vmNics.0.ipConfigs.3.isSeletedForFailover": true,
    "details.vmNics.0.ipConfigs.3.recoveryStaticIPAddress": "fd00:1::77",
    "details.vmNics.0.ipConfigs.3.recoveryIPAddressType": "Static")");
  const auto provider = open();
  const auto expect_kept = [&] {
    const std::string item = item_text();
    for (const auto& [name, address, type] : {std::tuple("own", "10.1.1.77", "Static"),
                                              {"vip", "10.1.1.78", "Static"},
                                              {"any", "", "Dynamic"},
                                              {"six", "fd00:1::77", "Static"}}) {
      const std::size_t at = item.find(fmt::format(R"("name":"{}")", name));
      ASSERT_NE(at, std::string::npos) << item;
      const std::string own = item.substr(at, item.find('}', at) - at);
      for (const std::string& each :
           {fmt::format(R"("recoveryStaticIPAddress":"{}")", address),
            fmt::format(R"("recoveryIPAddressType":"{}")", type), std::string(R"("recoverySubnetName":"web")"),
            std::string(R"("isSeletedForFailover":true)")})
        EXPECT_NE(own.find(each), std::string::npos) << each << " is not in " << own;
    }
  };
  ASSERT_EQ(value(carry_out(*provider, land_front()), "target_secondary"), R"({"vip":"10.1.1.78"})");
  expect_kept();
  ASSERT_EQ(value(carry_out(*provider, lead_web0(k_lab)), "target_network"), k_lab);
  expect_kept();
}

}  // namespace
}  // namespace pairform
