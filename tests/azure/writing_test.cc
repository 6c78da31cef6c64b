// What the provider for Azure writes, on the emulator while it is hostile: each request is carried out once, nothing of
// others is lost, and what comes of a step is told truly.
#include <algorithm>
#include <regex>
#include <set>
#include <thread>

#include "tests/azure/steps_on_azure.h"

namespace pairform {
namespace {

class AzureWriting : public StepsOnAzure {
 protected:
  void change_app(Provider& provider);
};

TEST_F(AzureWriting, AHalfStandsOnFabricsThatAreMadeOnce) {
  put_networks();
  const auto provider = open();
  const StepEnd end = carry_out(*provider, create_half());
  EXPECT_EQ(value(end, "target"), k_dr);
  EXPECT_EQ(value(end, "name"), "App-to-Dr");
  EXPECT_EQ(writes("PUT", k_fabric_path), 2U);
  EXPECT_EQ(writes("PUT", "asr-a2a-default-eastasia(\\?|$)"), 1U);
  EXPECT_EQ(writes("PUT", "asr-a2a-default-southeastasia(\\?|$)"), 1U);
  EXPECT_EQ(writes("PUT", k_mapping_path), 1U);
}

TEST_F(AzureWriting, ManyHalvesAtOnceShareTheirFabrics) {
  std::string networks;
  std::vector<CloudStep> steps;
  for (int i = 0; i < 6; ++i) {
    const std::string source = fmt::format("net{}", i);
    networks += fmt::format(R"({}{{"group": "rg-net-eastasia", "name": "{}", "region": "eastasia",
      "space": ["10.1.0.0/16"]}})",
                            i == 0 ? "" : ",", source);
    const std::string identity = "eastasia/" + source;
    steps.push_back(mapping_step(Operation::Create, identity + ":southeastasia", source + "-to-dr", identity, k_dr));
  }
  put_networks();
  azure_.control("put", fmt::format(R"({{"network": [{}]}})", networks));
  azure_.control("clock", R"({"durations": {"fabric": 0.3}})");
  const auto provider = open();
  std::vector<std::string> failures(steps.size());
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < steps.size(); ++i)
    threads.emplace_back([&, i] { failures[i] = error_code(carry_out(*provider, steps[i])); });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failures, std::vector<std::string>(steps.size()));
  EXPECT_EQ(writes("PUT", k_fabric_path, true), 2U);
  EXPECT_EQ(writes("PUT", k_mapping_path, true), steps.size());
}

TEST_F(AzureWriting, AFabricThatCannotBeMadeIsToldToAllThatNeedIt) {
  put_networks();
  azure_.control("clock", R"({"durations": {"fabric": 0.2}})");
  azure_.behave(
      "operation-ends",
      R"("status": "Failed", "code": "150268", "message": "no fabric here", "match": "asr-a2a-default-eastasia")");
  const auto provider = open();
  const std::vector<CloudStep> steps{create_half(),
                                     mapping_step(Operation::Create, "southeastasia/dr:eastasia", "back", k_dr, k_app)};
  std::vector<std::string> codes(steps.size());
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < steps.size(); ++i)
    threads.emplace_back([&, i] { codes[i] = error_code(carry_out(*provider, steps[i])); });
  for (std::thread& thread : threads) thread.join();
  for (const std::string& code : codes) EXPECT_NE(code, "");
  EXPECT_EQ(writes("PUT", "asr-a2a-default-eastasia(\\?|$)", true), 1U);
  EXPECT_EQ(writes("PUT", k_mapping_path, true), 0U);
}

TEST_F(AzureWriting, FabricsThatAreThereAreNotMadeAgain) {
  put_networks();
  azure_.control("put", R"({"plumbing": {"regions": ["eastasia", "southeastasia"]}})");
  const auto provider = open();
  make_half(*provider);
  EXPECT_EQ(writes("PUT", k_fabric_path), 0U);
}

// A name lives under a fabric, and networks of two groups may have one name, and so mappings of one name.
TEST_F(AzureWriting, ANameThatAnotherNetworkHasGetsAnEnding) {
  put_networks();
  azure_.control(
      "put", R"({"network": {"group": "rg-other", "name": "other", "region": "eastasia", "space": ["10.9.0.0/16"]}})");
  const auto provider = open();
  ASSERT_EQ(error_code(carry_out(*provider, mapping_step(Operation::Create, "eastasia/other:southeastasia", "to-dr",
                                                         "eastasia/other", k_dr))),
            "");
  const StepEnd end = carry_out(*provider, create_half(k_lab, "to-dr"));
  EXPECT_TRUE(std::regex_match(value(end, "name"), std::regex("to-dr-[0-9a-f]{8}"))) << value(end, "name");
  EXPECT_EQ(value(end, "target"), k_lab);
  const LookupAnswer other = provider->lookup({"mapping", "eastasia/other:southeastasia"}, {});
  ASSERT_TRUE(std::holds_alternative<CloudRow>(other));
  EXPECT_EQ(find_value(std::get<CloudRow>(other).attributes, "target"), k_dr);
}

TEST_F(AzureWriting, AHalfThatIsThereAlreadyAsWantedIsDone) {
  put_networks();
  make_half(*open());
  azure_.forget();
  const auto provider = open();
  EXPECT_EQ(value(carry_out(*provider, create_half()), "target"), k_dr);
  EXPECT_EQ(writes("PUT", ".", true), 0U);
  EXPECT_EQ(error_code(carry_out(*provider, create_half(k_lab))), "SlotTaken");
  EXPECT_EQ(writes("PUT", ".", true), 0U);
}

TEST_F(AzureWriting, ANetworkNeedsAGroupThatIsThere) {
  const auto provider = open({{"network_resource_groups", R"({"eastasia":"rg-new"})"}});
  const StepEnd end = carry_out(*provider, create_app());
  ASSERT_EQ(error_code(end), "NoResourceGroup");
  EXPECT_NE(end.error->help.find("az group create"), std::string::npos) << end.error->help;
  EXPECT_EQ(writes("PUT", ".", true), 0U);
  const auto maker =
      open({{"network_resource_groups", R"({"eastasia":"rg-new"})"}, {"create_resource_groups", "true"}});
  EXPECT_EQ(value(carry_out(*maker, create_app()), "subnets"), k_web);
  EXPECT_EQ(writes("PUT", "/resourceGroups/rg-new(\\?|$)"), 1U);
}

// Grows app, moves its subnet, and shrinks it again.
void AzureWriting::change_app(Provider& provider) {
  EXPECT_EQ(value(carry_out(provider, grow_app()), "address_space"), k_wider);
  constexpr const char* moved = R"({"new":"10.2.1.0/24","web":"10.1.2.0/24"})";
  EXPECT_EQ(value(carry_out(provider, of_app(Operation::Update, k_wider, moved)), "subnets"), moved);
  EXPECT_EQ(value(carry_out(provider, shrink_app(R"({"web":"10.1.2.0/24"})", moved)), "address_space"), k_space);
  EXPECT_EQ(writes("DELETE", k_subnet_path), 1U);
}

TEST_F(AzureWriting, WhatOthersHaveInANetworkSurvives) {
  put_networks(R"(, "properties": {"dhcpOptions": {"dnsServers": ["10.1.0.4"]}, "flowTimeoutInMinutes": 7})");
  azure_.control("portal", fmt::format(R"({{"id": "{}", "set": {{"subnets.0.properties.networkSecurityGroup": {{"id":
    "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/networkSecurityGroups/n"}}}}}})",
                                       app_id()));
  change_app(*open());
  for (const char* kept : {"10.1.0.4", "flowTimeoutInMinutes", "contoso-dr"})
    EXPECT_NE(last_body("/virtualNetworks/app(\\?|$)").find(kept), std::string::npos) << kept;
  EXPECT_NE(last_body("/subnets/web(\\?|$)").find("networkSecurityGroups/n"), std::string::npos);
}

// Of a version of the API that is newer than ours. (Azure's description refuses them, so no judge sees this test.)
TEST_F(AzureWriting, MembersThatNobodyKnowsSurvive) {
  put_networks(R"(, "properties": {"x-unknown": {"deep": [1, 2]}}, "extra": {"zones-of-later": ["1"]})");
  azure_.control("portal", fmt::format(R"({{"id": "{}", "set": {{"subnets.0.properties.x-new": "kept"}}}})", app_id()));
  change_app(*open());
  for (const char* kept : {"x-unknown", "zones-of-later"})
    EXPECT_NE(last_body("/virtualNetworks/app(\\?|$)").find(kept), std::string::npos) << kept;
  EXPECT_NE(last_body("/subnets/web(\\?|$)").find("x-new"), std::string::npos);
}

// Number 4: the forms of an operation that outlasts its request.
TEST_F(AzureWriting, EveryFormOfAnAnswerIsFollowedToItsEnd) {
  for (const char* form : {"location", "azure-asyncoperation", "both", "200", "201", "bare"}) {
    SCOPED_TRACE(form);
    azure_.reset();
    azure_.control("clock", R"({"durations": {"network-mapping": 0.1, "network-mapping-delete": 0.1, "vnet": 0.1,
      "vnet-update": 0.1, "vnet-delete": 0.1, "subnet": 0.1, "fabric": 0.1}})");
    put_networks();
    azure_.behave("lro", fmt::format(R"("answer": "{}")", form));
    const auto provider = open();
    EXPECT_EQ(value(carry_out(*provider, create_half()), "target"), k_dr);
    EXPECT_EQ(value(carry_out(*provider, retarget_half(*provider, k_lab)), "target"), k_lab);
    EXPECT_EQ(error_code(carry_out(*provider, delete_thing(*provider, "mapping", k_slot))), "");
    EXPECT_EQ(find_text(*provider, "mapping", k_slot), "absent");
    EXPECT_EQ(value(carry_out(*provider, grow_app()), "subnets"), k_web_and_new);
    EXPECT_EQ(error_code(carry_out(*provider, delete_thing(*provider, "network", k_app))), "");
    EXPECT_EQ(find_text(*provider, "network", k_app), "absent");
    EXPECT_EQ(value(carry_out(*provider, create_app()), "subnets"), k_web);
  }
}

TEST_F(AzureWriting, APauseThatIsNoneOrADateAndPollsThatFindNothingYetDoNoHarm) {
  for (const char* behaviour : {R"("retry-after")", R"("polls-404")"})
    for (const char* parameters : {R"("value": 0)", R"("value": 1)", R"("value": "date")", R"("value": null)"}) {
      SCOPED_TRACE(parameters);
      azure_.reset();
      put_networks();
      azure_.control("clock", R"({"durations": {"network-mapping": 0.1, "fabric": 0.1, "vnet-update": 0.1}})");
      const std::string name(behaviour + 1, std::string_view(behaviour).size() - 2);
      azure_.behave(name, name == "polls-404" ? R"("count": 2)" : parameters);
      const auto provider = open();
      EXPECT_EQ(value(carry_out(*provider, create_half()), "target"), k_dr);
      EXPECT_EQ(value(carry_out(*provider, grow_app()), "subnets"), k_web_and_new);
    }
}

TEST_F(AzureWriting, AnOperationThatFailsIsToldInTheWordsOfItsJob) {
  put_networks();
  for (const char* status : {"Failed", "Canceled"}) {
    azure_.behave("operation-ends", fmt::format(R"("status": "{}", "code": "28020", "message": "no such luck",
      "match": "{}")",
                                                status, "replicationNetworkMappings"));
    const auto provider = open();
    const StepEnd end = carry_out(*provider, create_half());
    ASSERT_TRUE(end.error) << status;
    EXPECT_EQ(end.error->kind, ErrorKind::Invalid);
    EXPECT_NE(end.error->job, "");
    EXPECT_EQ(find_text(*provider, "mapping", k_slot), "absent");
    azure_.control("calm");
  }
}

// Number 5: links are signed, 4 KB long, and refused without their signature. A handle has none of them.
TEST_F(AzureWriting, HandlesOfAllThatIsUnderWayAreShortAndDiffer) {
  put_networks();
  azure_.behave("signed-links", R"("length": 4096)");
  azure_.control("clock", R"({"durations": {"fabric": 60, "vnet": 60, "vnet-update": 60, "vnet-delete": 60}})");
  std::vector<CloudStep> steps{create_half(), grow_app(),
                               mapping_step(Operation::Create, "southeastasia/dr:eastasia", "back", k_dr, k_app)};
  const auto provider = open();
  steps.push_back(delete_thing(*provider, "network", k_lab));
  const std::string longest(64, 'n');  // that a network may be called
  for (const std::string group : {"rg-net-eastasia", "rg-net-southeastasia"}) {
    const std::string identity = fmt::format("@-/{}/eastasia/{}", group, longest);
    steps.push_back(network_step(Operation::Create, "eastasia", longest, identity, k_space, k_web));
    steps.back().attributes.push_back({"resource_group", group});
  }
  std::set<std::string> handles;
  for (const CloudStep& step : steps) {
    const BeginAnswer answer = provider->begin(std::span(&step, 1), {}).at(0);
    const auto* error = std::get_if<ProviderError>(&answer);
    ASSERT_TRUE(std::holds_alternative<Accepted>(answer)) << step.identity << (error == nullptr ? "" : error->message);
    const std::string& handle = std::get<Accepted>(answer).handle;
    EXPECT_LT(handle.size(), 500U) << handle;
    EXPECT_EQ(handle.find_first_of("?&%"), std::string::npos) << handle;
    EXPECT_EQ(handle.find("http"), std::string::npos) << handle;
    EXPECT_TRUE(handles.insert(handle).second) << "twice: " << handle;
  }
}

TEST_F(AzureWriting, HandlesOutliveTheirLinks) {
  put_networks();
  azure_.behave("signed-links", R"("length": 4096)");
  azure_.control("clock", R"({"durations": {"fabric": 0.2, "network-mapping": 0.2}})");
  constexpr const char* k_links = "/(operationresults|operations|replicationOperationStatus)/";
  const CloudStep step = create_half();
  const BeginAnswer answer = open()->begin(std::span(&step, 1), {}).at(0);
  ASSERT_TRUE(std::holds_alternative<Accepted>(answer));
  const std::string handle = std::get<Accepted>(answer).handle;
  // Each session asks once, as a run with `--wait 0s` does; where nothing is under way it begins what is left.
  std::string text = handle;
  for (int session = 1; session <= 100; ++session) {
    const auto provider = open();
    const PollAnswer now = provider->poll(text, {});
    ASSERT_FALSE(std::holds_alternative<ProviderError>(now)) << std::get<ProviderError>(now).message;
    if (std::holds_alternative<Done>(now)) {
      const BeginAnswer next = provider->begin(std::span(&step, 1), {}).at(0);
      if (const auto* done = std::get_if<Done>(&next)) {
        EXPECT_EQ(find_value(done->row->attributes, "target"), k_dr);
        break;
      }
      ASSERT_TRUE(std::holds_alternative<Accepted>(next));
      text = std::get<Accepted>(next).handle;
    }
    ASSERT_LT(session, 100);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  EXPECT_EQ(writes("PUT", "asr-a2a-default-eastasia$"), 1U);
  EXPECT_EQ(writes("PUT", "asr-a2a-default-southeastasia$"), 1U);
  EXPECT_EQ(writes("PUT", k_mapping_path), 1U);
  EXPECT_GT(writes("GET", "/replicationJobs/"), 0U) << "a run that goes on asks the job";
  EXPECT_EQ(writes("GET", k_links, true), 0U) << "and no link";
  // The one that has sent it asks the link, with its signature.
  azure_.reset();
  put_networks();
  azure_.behave("signed-links", R"("length": 4096)");
  EXPECT_EQ(value(carry_out(*open(), create_half()), "target"), k_dr);
  EXPECT_GT(writes("GET", k_links), 0U);
  for (const EmulatedRequest& each : azure_.log()) EXPECT_NE(each.status, 403) << each.path;
}

// Asked about, a step of several requests stands where it is: what is left of it is sent when a plan with it is approved.
TEST_F(AzureWriting, APollOfAnotherSessionSendsNothing) {
  put_networks();
  const CloudStep step = create_half();
  BeginAnswer answer = open()->begin(std::span(&step, 1), {}).at(0);
  ASSERT_TRUE(std::holds_alternative<Accepted>(answer));
  azure_.forget();
  const auto provider = open();
  PollAnswer now = Running{};
  for (int poll = 0; poll < 1000 && std::holds_alternative<Running>(now); ++poll) {
    now = provider->poll(std::get<Accepted>(answer).handle, {});
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  ASSERT_TRUE(std::holds_alternative<Done>(now)) << "its fabric is made, and nothing is under way";
  EXPECT_FALSE(std::get<Done>(now).row);
  for (const char* method : {"PUT", "POST", "PATCH", "DELETE"})
    EXPECT_EQ(writes(method, "/subscriptions/", true), 0U) << method;
}

// Number 6: the service has forgotten its jobs.
TEST_F(AzureWriting, AStepGoesOnWhereItsJobIsForgotten) {
  put_networks();
  azure_.control("clock", R"({"durations": {"vnet": 0.2, "vnet-update": 0.2, "subnet": 0.2, "network-mapping": 0.2}})");
  std::vector<CloudStep> steps{create_half(), grow_app()};
  std::vector<std::string> handles;
  {
    const auto provider = open();
    for (const CloudStep& step : steps) {
      BeginAnswer answer = provider->begin(std::span(&step, 1), {}).at(0);
      ASSERT_TRUE(std::holds_alternative<Accepted>(answer));
      handles.push_back(std::get<Accepted>(answer).handle);
    }
  }
  azure_.behave("jobs-forgotten");
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const auto provider = open();
    PollAnswer now = provider->poll(handles[i], {});
    for (int poll = 0; poll < 1000 && std::holds_alternative<Running>(now); ++poll) {
      std::this_thread::sleep_for(std::min(std::get<Running>(now).next_poll, std::chrono::milliseconds(20)));
      now = provider->poll(handles[i], {});
    }
    const auto* error = std::get_if<ProviderError>(&now);
    ASSERT_TRUE(std::holds_alternative<Done>(now)) << handles[i] << (error == nullptr ? " still runs" : error->message);
    const StepEnd end = carry_out(*provider, steps[i]);
    EXPECT_FALSE(end.error) << end.error->message;
  }
  EXPECT_EQ(writes("PUT", "/virtualNetworks/app(\\?|$)"), 1U);
  EXPECT_EQ(writes("PUT", k_subnet_path), 1U);
}

// Number 10: reads are behind.
TEST_F(AzureWriting, WhatReadsDoNotShowYetIsWaitedFor) {
  for (const char* behind : {"eventual-lists", "eventual-singles"}) {
    SCOPED_TRACE(behind);
    azure_.reset();
    put_networks();
    const auto provider = open();
    azure_.behave(behind, R"("seconds": 0.1)");
    EXPECT_EQ(value(carry_out(*provider, create_half()), "target"), k_dr);
    EXPECT_EQ(value(carry_out(*provider, grow_app()), "subnets"), k_web_and_new);
    std::this_thread::sleep_for(std::chrono::milliseconds(150));  // the mapping is no news any more
    EXPECT_EQ(value(carry_out(*provider, retarget_half(*provider, k_lab)), "target"), k_lab);
    EXPECT_EQ(error_code(carry_out(*provider, delete_thing(*provider, "mapping", k_slot))), "");
  }
}

// Number 11: the service says that it is done, and did nothing.
TEST_F(AzureWriting, WhatIsDoneAndChangedNothingIsAnError) {
  put_networks();
  const auto provider = open();
  make_half(*provider);
  azure_.behave("nothing-changed");
  EXPECT_EQ(error_code(carry_out(*provider, retarget_half(*provider, k_lab))), "ReadBackDiffers");
  EXPECT_EQ(error_code(carry_out(*provider, grow_app())), "ReadBackDiffers");
  EXPECT_EQ(error_code(carry_out(*provider, delete_thing(*provider, "mapping", k_slot))), "ReadBackDiffers");
  EXPECT_LE(writes("PUT", k_mapping_path), 2U);
}

// Number 18: somebody else is at work on the network, or writes it between our reading and our writing.
TEST_F(AzureWriting, ANetworkThatIsAtWorkIsWaitedFor) {
  put_networks();
  azure_.control("portal", fmt::format(R"({{"id": "{}", "set": {{"state": "Updating"}}}})", app_id()));
  const auto provider = open();
  const CloudStep step = grow_app();
  const BeginAnswer answer = provider->begin(std::span(&step, 1), {}).at(0);
  ASSERT_TRUE(std::holds_alternative<ProviderError>(answer));
  EXPECT_EQ(std::get<ProviderError>(answer).kind, ErrorKind::Conflict);
  EXPECT_TRUE(std::get<ProviderError>(answer).retry_after);
  azure_.control("portal", fmt::format(R"({{"id": "{}", "set": {{"state": "Succeeded"}}}})", app_id()));
  EXPECT_EQ(value(carry_out(*provider, step), "subnets"), k_web_and_new);
}

TEST_F(AzureWriting, ANetworkThatSomebodyElseKeepsWritingIsLeft) {
  put_networks();
  const auto refuse = [&](int times) {
    azure_.behave("refuse", fmt::format(R"("status": 412, "code": "PreconditionFailed", "message": "the ETag is old",
      "match": "/virtualNetworks/app$", "methods": ["PUT"], "count": {})",
                                        times));
  };
  const auto provider = open();
  refuse(3);
  EXPECT_EQ(error_code(carry_out(*provider, grow_app())), "ChangedMeanwhile");
  azure_.control("calm");
  refuse(2);
  EXPECT_EQ(value(carry_out(*provider, grow_app()), "subnets"), k_web_and_new);
}

TEST_F(AzureWriting, WhatChangesWhileANetworkIsWrittenIsNamed) {
  put_networks();
  azure_.control("clock", R"({"durations": {"vnet-update": 0.3}})");
  const auto provider = open();
  const CloudStep step = grow_app();
  const BeginAnswer answer = provider->begin(std::span(&step, 1), {}).at(0);
  ASSERT_TRUE(std::holds_alternative<Accepted>(answer));
  azure_.control("portal", fmt::format(R"({{"id": "{}", "set": {{"tags": {{"pairform-project": "contoso-dr",
    "cost": "lost"}}}}}})",
                                       app_id()));
  const StepEnd end = settle(*provider, answer);
  ASSERT_EQ(error_code(end), "ChangedMeanwhile");
  EXPECT_NE(end.error->message.find("tags.cost"), std::string::npos) << end.error->message;
}

// Number 19: the portal was quicker.
TEST_F(AzureWriting, ASlotThatWasTakenMeanwhileIsNotWritten) {
  put_networks();
  const auto provider = open();
  make_half(*open());
  const StepEnd end = carry_out(*provider, create_half(k_lab));
  EXPECT_EQ(error_code(end), "SlotTaken");
  EXPECT_EQ(writes("PUT", k_mapping_path, true), 1U);
}

TEST_F(AzureWriting, ANetworkOfThatNameElsewhereIsInTheWay) {
  azure_.control(
      "put", R"({"network": {"group": "rg-other", "name": "app", "region": "eastasia", "space": ["10.9.0.0/16"]}})");
  const auto provider = open();
  EXPECT_EQ(error_code(carry_out(*provider, create_app())), "NameInUse");
  EXPECT_EQ(writes("PUT", ".", true), 0U);
}

TEST_F(AzureWriting, APeeredNetworkThatGrowsHasItsPeeringsToBeSynced) {
  put_networks(R"(, "properties": {"virtualNetworkPeerings": [{"name": "hub", "properties": {"remoteVirtualNetwork":
    {"id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/hub"}}}]})");
  const auto provider = open();
  const StepEnd end = carry_out(*provider, grow_app());
  ASSERT_TRUE(end.row) << error_code(end);
  EXPECT_NE(end.row->note.find("peerings"), std::string::npos) << end.row->note;
}

TEST_F(AzureWriting, ANetworkForWhichNoGroupIsKnownIsRefused) {
  const auto provider = open({{"network_resource_groups", R"({"southeastasia":"rg-net-southeastasia"})"}});
  const std::vector<CloudStep> steps{create_app(), create_half()};
  std::string refused;
  for (const StepProblem& each : provider->refuses(steps, CallLimits()))
    refused += each.identity + ": " + each.summary + "\n";
  EXPECT_EQ(refused, "eastasia/app: there is no resource group for this network\n");
}

TEST_F(AzureWriting, APlanIsToldWhatIsMadeBesideItsSteps) {
  put_networks();
  const auto provider = open({{"create_resource_groups", "true"}});
  observe_all(*provider, {"eastasia", "southeastasia"});
  const std::vector<CloudStep> steps{create_app(), create_half(),
                                     mapping_step(Operation::Create, "southeastasia/dr:eastasia", "back", k_dr, k_app)};
  std::string notes;
  for (const Note& each : provider->brings_about(steps)) notes += each.address + ": " + each.text + "\n";
  EXPECT_EQ(notes,
            "eastasia/app: it is made in resource group rg-net-eastasia\n"
            "eastasia/app: resource group rg-net-eastasia is made, if it is not there\n"
            "eastasia/app:southeastasia: fabric asr-a2a-default-eastasia is made\n"
            "eastasia/app:southeastasia: fabric asr-a2a-default-southeastasia is made\n");
}

// Three networks of one name in three groups: their halves wait for one fabric, and would all be called the same.
TEST_F(AzureWriting, HalvesThatWaitAtOnePlaceAreToldApart) {
  put_networks();
  std::vector<CloudStep> steps;
  for (const std::string group : {"rg-a", "rg-b", "rg-c"}) {
    azure_.control("put", fmt::format(R"({{"network": {{"group": "{}", "name": "app", "region": "eastasia",
                                         "space": ["10.1.0.0/16"]}}}})",
                                      group));
    const std::string source = fmt::format("@-/{}/eastasia/app", group);
    steps.push_back(mapping_step(Operation::Create, source + ":southeastasia", "app-to-southeastasia", source, k_dr));
  }
  const auto provider = open();
  std::vector<BeginAnswer> begun;
  std::set<std::string> handles;
  for (const CloudStep& step : steps) {
    begun.push_back(provider->begin(std::span(&step, 1), {}).at(0));
    if (const auto* accepted = std::get_if<Accepted>(&begun.back())) handles.insert(accepted->handle);
  }
  EXPECT_EQ(handles.size(), 3U);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const StepEnd end = settle(*provider, begun[i]);
    ASSERT_TRUE(end.row) << error_code(end);
    EXPECT_EQ(end.row->identity, steps[i].identity);
  }
  EXPECT_EQ(writes("PUT", "/replicationNetworkMappings/"), 3U);
}

// Somebody deletes the mapping and takes its name for another network: that one is neither led elsewhere nor deleted.
TEST_F(AzureWriting, AMappingOfSomebodyElseThatTookTheNameStays) {
  put_networks();
  const auto provider = open();
  make_half(*provider);
  const CloudStep retarget = retarget_half(*provider, k_lab), removal = delete_thing(*provider, "mapping", k_slot);
  azure_.control("portal", fmt::format(R"({{"id": "{}", "remove": true}})", removal.id));
  azure_.control("put", fmt::format(R"({{"network": {{"group": "rg-x", "name": "other", "region": "eastasia",
                                       "space": ["10.8.0.0/16"]}}}})"));
  azure_.control("put", fmt::format(R"({{"mapping": {{"name": "App-to-Dr", "from": "{}", "to": "{}"}}}})",
                                    azure_network_id("rg-x", "other"), azure_network_id("rg-net-southeastasia", "dr")));
  azure_.forget();
  EXPECT_EQ(error_code(carry_out(*provider, retarget)), "ChangedMeanwhile");
  EXPECT_EQ(error_code(carry_out(*provider, removal)), "");
  EXPECT_EQ(
      writes("PUT", "/replicationNetworkMappings/", true) + writes("DELETE", "/replicationNetworkMappings/", true), 0U);
}

// A request that was accepted, of which nothing came and no link tells: it is not sent again without an end.
TEST_F(AzureWriting, AnAcceptedRequestThatDoesNothingIsAnError) {
  put_networks();
  const auto provider = open();
  azure_.behave("proxy-page", R"("match": "/virtualNetworks/app$", "methods": ["PUT"], "status": 202)");
  EXPECT_EQ(error_code(carry_out(*provider, grow_app())), "ReadBackDiffers");
  EXPECT_EQ(writes("PUT", k_network_path, true), 1U);
}

// A subnet that somebody makes between the plan and its step: an update leaves it where it is.
TEST_F(AzureWriting, ASubnetThatWasMadeMeanwhileStays) {
  put_networks();
  const auto provider = open();
  azure_.control("portal", fmt::format(R"({{"id": "{}", "set": {{"subnets": [
      {{"name": "web", "properties": {{"addressPrefix": "10.1.1.0/24"}}}},
      {{"name": "AzureBastionSubnet", "properties": {{"addressPrefix": "10.1.9.0/26"}}}}]}}}})",
                                       app_id()));
  const StepEnd end = carry_out(*provider, grow_app());
  EXPECT_EQ(value(end, "subnets"), R"({"AzureBastionSubnet":"10.1.9.0/26","new":"10.2.1.0/24","web":"10.1.1.0/24"})");
  EXPECT_EQ(writes("DELETE", ".", true), 0U);
}

}  // namespace
}  // namespace pairform
