// The PATCH of a replicated item carries all of it: what is asked for, and beside that what was read.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "providers/azure/item.h"
#include "providers/azure/nic_list.h"
#include "schema/value.h"
#include "tests/support/azure_item.h"
#include "tests/support/changed_json.h"

namespace pairform::azure {
namespace {

using simdjson::dom::element;

NicChange first_nic() { return {nic_id("WEB1-nic"), "app", "", {}, {}, {}}; }

ItemChange of_nic(NicChange nic) {
  ItemChange change;
  change.nics.push_back(std::move(nic));
  return change;
}

// The body; or "CODE: message".
std::string body_of(const Json& item, const ItemChange& change) {
  const Parsed parsed(item);
  auto made = item_change_body(parsed, change);
  if (const auto* error = std::get_if<ProviderError>(&made)) return error->code + ": " + error->message;
  return std::get<std::string>(made);
}
Json sent(const Json& item, const ItemChange& change) { return Json::parse(body_of(item, change))["properties"]; }
Json sent_configuration(const Json& item, const ItemChange& change, std::size_t nic, std::size_t which) {
  return sent(item, change)["vmNics"].items().at(nic)["ipConfigs"].items().at(which);
}

TEST(NicList, ARecordedItemGoesBackAsItWasRead) {
  EXPECT_EQ(
      body_of(recorded("item-after-nic-patch"), {}),
      R"({"properties":{"recoveryAzureVMName":"a2aVM330","recoveryAzureVMSize":"Standard_D2s_v3",)"
      R"("selectedRecoveryAzureNetworkId":"/subscriptions/00000000-0000-0000-0000-000000000003/resourcegroups/recrg330/)"
      R"(providers/microsoft.network/virtualnetworks/a2arecoverynetwork330","vmNics":[{"nicId":)"
      R"("485bb4f6-fdfb-5abf-89cc-58c08000c814","selectionType":"SelectedByUser",)"
      R"("enableAcceleratedNetworkingOnRecovery":false,"enableAcceleratedNetworkingOnTfo":false,)"
      R"("recoveryNicName":"A2ArecNICName330","recoveryNicResourceGroupName":"recRG330","reuseExistingNic":true,)"
      R"("tfoReuseExistingNic":false,"ipConfigs":[{"ipConfigName":"a2aVM330","isPrimary":true,)"
      R"("isSeletedForFailover":true,"recoverySubnetName":"frontendSubnet"}]}],"providerSpecificDetails":)"
      R"({"instanceType":"A2A","recoveryResourceGroupId":"/subscriptions/00000000-0000-0000-0000-000000000003/)"
      R"(resourceGroups/recRG330","tfoAzureVMName":"a2aVM330-test"}}})");
}

struct Case {
  const char* what;
  NicChange nic;
  // Of the configurations of the first NIC: subnet, address ("-": left out), whether it is selected for failover.
  std::vector<std::string> configurations;
};

TEST(NicList, AConfigurationIsWhatIsAskedForOrAsItWas) {
  const std::string nic = nic_id("web1-nic");
  const Case cases[] = {
      {"all dynamic; version 6 stays",
       {nic, "app", ""},
       {"app - true", "app - false", "app fd00::11 false", "app - false"}},
      {"the primary one is static",
       {nic, "app", "10.2.1.10"},
       {"app 10.2.1.10 true", "app - false", "app fd00::11 false", "app - false"}},
      {"a secondary one keeps its address",
       {nic, "web", "", {{"vip", "10.2.1.11"}}},
       {"web - true", "web 10.2.1.11 true", "web fd00::11 false", "web - false"}},
      {"a dynamic one gets an address",
       {nic, "web", "", {{"DYN", "10.2.1.12"}}},
       {"web - true", "web - false", "web fd00::11 false", "web 10.2.1.12 true"}},
      {"one of version 6 gets an address",
       {nic, "web", "", {{"six", "10.2.1.13"}}},
       {"web - true", "web - false", "web 10.2.1.13 true", "web - false"}},
  };
  for (const Case& each : cases) {
    const Json body = sent(sample(), of_nic(each.nic));
    EXPECT_EQ(body["vmNics"].items().at(0)["selectionType"].text(), "SelectedByUser") << each.what;
    const std::vector<Json>& found = body["vmNics"].items().at(0)["ipConfigs"].items();
    ASSERT_EQ(found.size(), each.configurations.size()) << each.what;
    for (std::size_t i = 0; i < found.size(); ++i) {
      const std::string address = found[i]["recoveryStaticIPAddress"].text();
      EXPECT_EQ(fmt::format("{} {} {}", found[i]["recoverySubnetName"].text(), address.empty() ? "-" : address,
                            found[i]["isSeletedForFailover"].dump()),
                each.configurations[i])
          << each.what;
      EXPECT_EQ(found[i].has("recoveryStaticIPAddress"), !address.empty()) << each.what;
    }
    // The other one, word for word as without any change.
    EXPECT_EQ(body["vmNics"].items().at(1).dump(), sent(sample(), {})["vmNics"].items().at(1).dump()) << each.what;
  }
}

TEST(NicList, ANicThatIsNotSelectedIsSelectedOnlyWhereItIsAskedAbout) {
  Json item = sample();
  nic_of(item, 0)["selectionType"] = "NotSelected";
  nic_of(item, 1)["selectionType"] = "NotSelected";
  configuration_of(item, 0, 0)["isSeletedForFailover"] = false;
  const Json body = sent(item, of_nic(first_nic()));
  EXPECT_EQ(body["vmNics"].items().at(0)["selectionType"].text(), "SelectedByUser");
  EXPECT_EQ(body["vmNics"].items().at(1)["selectionType"].text(), "NotSelected");
  EXPECT_TRUE(body["vmNics"].items().at(0)["ipConfigs"].items().at(0)["isSeletedForFailover"].is_true());
}

TEST(NicList, AnAddressThatIsCalledDynamicIsNotMadeStatic) {
  Json item = sample();
  configuration_of(item, 1, 0)["recoveryIPAddressType"] = "Dynamic";
  EXPECT_FALSE(sent_configuration(item, {}, 1, 0).has("recoveryStaticIPAddress"));
}

TEST(NicList, TestSettingsAreAsReadUnlessTheyAreAskedFor) {
  Json item = sample();
  details_of(item)["selectedTfoAzureNetworkId"] = network("test");
  for (std::size_t i : {0U, 1U}) {
    configuration_of(item, 0, i)["tfoSubnetName"] = "old";
    configuration_of(item, 0, i)["tfoStaticIPAddress"] = fmt::format("10.9.0.{}", 10 + i);
  }
  const auto told = [&](std::optional<std::string> subnet, std::optional<std::string> address) {
    NicChange nic = first_nic();
    nic.test_subnet = std::move(subnet);
    nic.test_address = std::move(address);
    std::string out;
    for (std::size_t i : {0U, 1U}) {
      const Json of = sent_configuration(item, of_nic(nic), 0, i);
      out += fmt::format("[{} {}]", of["tfoSubnetName"].text(), of["tfoStaticIPAddress"].text());
    }
    return out;
  };
  EXPECT_EQ(told({}, {}), "[old 10.9.0.10][old 10.9.0.11]");
  EXPECT_EQ(told("new", {}), "[new 10.9.0.10][new 10.9.0.11]");
  EXPECT_EQ(told("new", ""), "[new ][new 10.9.0.11]");
  EXPECT_EQ(told({}, "10.9.0.20"), "[old 10.9.0.20][old 10.9.0.11]");
  EXPECT_EQ(told("", ""), "[ ][ ]");
  EXPECT_EQ(told("", {}), "[ ][ ]") << "no address without a subnet";
}

TEST(NicList, TheNetworksAreSentAgain) {
  Json item = sample();
  details_of(item)["selectedTfoAzureNetworkId"] = network("test");
  ItemChange change;
  EXPECT_EQ(sent(item, change)["selectedRecoveryAzureNetworkId"].text(), network("dr"));
  EXPECT_EQ(sent(item, change)["selectedTfoAzureNetworkId"].text(), network("test"));
  change.network = network("other");
  change.test_network = "";
  EXPECT_EQ(sent(item, change)["selectedRecoveryAzureNetworkId"].text(), network("other"));
  EXPECT_FALSE(sent(item, change).has("selectedTfoAzureNetworkId"));
  change.test_network = network("test2");
  EXPECT_EQ(sent(item, change)["selectedTfoAzureNetworkId"].text(), network("test2"));
  // Where only its NICs say it.
  details_of(item)["selectedRecoveryAzureNetworkId"] = Json();
  details_of(item)["selectedTfoAzureNetworkId"] = Json();
  nic_of(item, 1)["tfoVMNetworkId"] = network("test");
  nic_of(item, 0)["tfoVMNetworkId"] = network("test");
  EXPECT_EQ(sent(item, {})["selectedRecoveryAzureNetworkId"].text(), network("dr"));
  EXPECT_EQ(sent(item, {})["selectedTfoAzureNetworkId"].text(), network("test"));
}

TEST(NicList, NameAndSizeAreChangedWhereTheyAreAskedFor) {
  ItemChange change;
  change.name = "web1-dr";
  change.size = "Standard_D4s_v5";
  EXPECT_EQ(sent(sample(), change)["recoveryAzureVMName"].text(), "web1-dr");
  EXPECT_EQ(sent(sample(), change)["recoveryAzureVMSize"].text(), "Standard_D4s_v5");
  EXPECT_FALSE(shows_change(Parsed(sample()), change));
  Json item = sample();
  details_of(item)["recoveryAzureVMName"] = "web1-dr";
  EXPECT_FALSE(shows_change(Parsed(item), change));
  details_of(item)["recoveryAzureVMSize"] = "standard_d4s_v5";
  EXPECT_TRUE(shows_change(Parsed(item), change));
}

TEST(NicList, ANicInAnotherNetworkIsNotMovedUnasked) {
  Json item = sample();
  nic_of(item, 1)["recoveryVMNetworkId"] = network("aside");
  const std::string refused =
      "NicElsewhere: the NIC web1-nic2 of SRsourcevm lands in the network aside, the machine in dr; Site Recovery "
      "takes "
      "one network for all NICs of a machine, so the change would move that NIC too";
  EXPECT_EQ(body_of(item, of_nic(first_nic())), refused);
  ItemChange change = of_nic({nic_id("web1-nic2"), "web", ""});
  EXPECT_EQ(sent(item, change)["selectedRecoveryAzureNetworkId"].text(), network("dr")) << "it is asked about";
  EXPECT_FALSE(shows_change(Parsed(item), change));
  change = of_nic(first_nic());
  change.network = network("Aside");
  EXPECT_EQ(sent(item, change)["selectedRecoveryAzureNetworkId"].text(), network("Aside")) << "that is where it is";
  nic_of(item, 1)["selectionType"] = "NotSelected";
  EXPECT_EQ(sent(item, of_nic(first_nic()))["vmNics"].items().size(), 2U) << "it does not come up there";
  // The same of the network for test failovers.
  item = sample();
  details_of(item)["selectedTfoAzureNetworkId"] = network("test");
  nic_of(item, 1)["tfoVMNetworkId"] = network("aside");
  EXPECT_TRUE(body_of(item, of_nic(first_nic())).starts_with("NicElsewhere: the NIC web1-nic2")) << "of tests";
  change = of_nic({nic_id("web1-nic2"), "web", "", {}, "test", {}});
  EXPECT_EQ(sent(item, change)["selectedTfoAzureNetworkId"].text(), network("test"));
}

TEST(NicList, WhatTheItemHasNotIsRefusedByName) {
  EXPECT_EQ(body_of(sample(), of_nic({nic_id("nic9"), "web", ""})),
            fmt::format("NoSuchNic: the replication of SRsourcevm has no NIC {}; it has: {}, {}", nic_id("nic9"),
                        nic_id("web1-nic"), nic_id("web1-nic2")));
  EXPECT_EQ(body_of(sample(), of_nic({nic_id("web1-nic"), "web", "", {{"vip2", "10.2.1.11"}}})),
            "NoSuchConfiguration: the NIC web1-nic has no secondary IP configuration vip2; it has: vip, six, dyn");
  EXPECT_EQ(body_of(sample(), of_nic({nic_id("web1-nic2"), "web", "", {{"ipconfig1", "10.2.1.11"}}})),
            "NoSuchConfiguration: the NIC web1-nic2 has no secondary IP configuration ipconfig1; it has: none");
  Json item = sample();
  nic_of(item, 1)["sourceNicArmId"] = ascii_lower(nic_id("web1-nic"));
  EXPECT_TRUE(body_of(item, of_nic(first_nic())).starts_with("AnswerNotUnderstood: ")) << "twice the same";
  item = sample();
  nic_of(item, 1).remove("nicId");
  EXPECT_EQ(body_of(item, {}), "AnswerNotUnderstood: properties.providerSpecificDetails.vmNics[].nicId: not given");
  item = sample();
  details_of(item)["selectedRecoveryAzureNetworkId"] = Json();
  for (std::size_t i : {0U, 1U}) nic_of(item, i)["selectionType"] = "NotSelected";
  EXPECT_EQ(
      body_of(item, of_nic(first_nic())),
      "NoRecoveryNetwork: no network is selected for the replication of SRsourcevm, so its NICs have no subnet to "
      "land in");
}

TEST(NicList, OnlyASettledItemIsChanged) {
  for (const char* name : {"item-initial-replication-in-progress", "item-reprotecting"}) {
    const auto made = item_change_body(Recording(name).body(), {});
    ASSERT_TRUE(std::holds_alternative<ProviderError>(made)) << name;
    EXPECT_EQ(std::get<ProviderError>(made).kind, ErrorKind::Conflict) << name;
  }
  for (const char* name : {"item-unplanned-failover-failed", "item-unplanned-failover-committed",
                           "item-unplanned-failover-commit-pending", "item-reversed-protected"}) {
    const auto made = item_change_body(Recording(name).body(), {});
    ASSERT_TRUE(std::holds_alternative<ProviderError>(made)) << name;
    EXPECT_EQ(std::get<ProviderError>(made).kind, ErrorKind::Invalid) << name;
  }
  EXPECT_EQ(body_of(recorded("item-reprotecting"), {}),
            "NotSettled: the replication of SRsourcevm is busy: InitialReplicationInProgress");
}

TEST(NicList, ShowsWhatIsAskedFor) {
  NicChange nic{nic_id("web1-nic"), "WEB", "", {{"vip", "10.2.1.11"}}, {}, {}};
  Json item = sample();
  EXPECT_FALSE(shows_change(Parsed(item), of_nic(nic))) << "vip is not selected";
  configuration_of(item, 0, 1)["isSeletedForFailover"] = true;
  EXPECT_TRUE(shows_change(Parsed(item), of_nic(nic)));
  const auto shows = [&](auto edit) {
    Json other = item;
    edit(other);
    return shows_change(Parsed(other), of_nic(nic));
  };
  EXPECT_FALSE(shows([](Json& it) { configuration_of(it, 0, 1)["recoveryStaticIPAddress"] = "10.2.1.12"; }));
  EXPECT_FALSE(shows([](Json& it) { configuration_of(it, 0, 3)["recoverySubnetName"] = "app"; })) << "of any";
  EXPECT_FALSE(shows([](Json& it) { nic_of(it, 0)["selectionType"] = "NotSelected"; }));
  EXPECT_FALSE(shows([](Json& it) { nic_of(it, 0)["recoveryVMNetworkId"] = network("aside"); }));
  EXPECT_FALSE(shows([](Json& it) { nic_of(it, 0)["sourceNicArmId"] = nic_id("new"); }));
  EXPECT_FALSE(shows([](Json& it) { details_of(it)["vmNics"] = "text"; }));
  EXPECT_TRUE(shows([](Json& it) { configuration_of(it, 0, 2)["recoveryStaticIPAddress"] = "fd00::99"; }));
  nic.test_address = "10.9.0.9";
  EXPECT_FALSE(shows([](Json&) {}));
  EXPECT_TRUE(shows([](Json& it) { configuration_of(it, 0, 0)["tfoStaticIPAddress"] = "10.9.0.9"; }));
  nic.test_subnet = "test";
  EXPECT_FALSE(shows([](Json& it) { configuration_of(it, 0, 0)["tfoStaticIPAddress"] = "10.9.0.9"; }));
  ItemChange change;
  change.network = network("DR");
  change.test_network = "";
  EXPECT_TRUE(shows_change(Parsed(item), change));
  nic_of(item, 1)["recoveryVMNetworkId"] = network("aside");
  EXPECT_FALSE(shows_change(Parsed(item), change)) << "one of its NICs is not there";
  details_of(item)["selectedTfoAzureNetworkId"] = network("test");
  nic_of(item, 1)["recoveryVMNetworkId"] = network("dr");
  EXPECT_FALSE(shows_change(Parsed(item), change)) << "the network of tests";
  item = sample();
  for (std::size_t i : {0U, 1U}) nic_of(item, i)["selectionType"] = "NotSelected";
  EXPECT_TRUE(shows_change(Parsed(item), change));
  change.network = network("other");
  EXPECT_FALSE(shows_change(Parsed(item), change)) << "of none of its NICs";
}

// Whatever is removed, nulled or of another kind: an error, or a body that is one.
TEST(NicList, AnswersThatAreNotUnderstoodMakeNoBody) {
  std::size_t bodies = 0, errors = 0;
  with_each_change(Parsed(sample()), [&](element item, Change, const std::string& text) {
    const auto made = item_change_body(item, of_nic({nic_id("web1-nic"), "web", "", {{"vip", "10.2.1.11"}}}));
    if (const auto* error = std::get_if<ProviderError>(&made)) {
      ++errors;
      EXPECT_FALSE(error->message.empty()) << text;
      return;
    }
    ++bodies;
    for (const auto& [path, value] : Json::parse(std::get<std::string>(made)).flat())
      EXPECT_NE(value, "17") << path << ": " << text;
  });
  EXPECT_GT(bodies, 100U);
  EXPECT_GT(errors, 100U);
}

// Azure's description of what is read and of what is sent, by the names of their definitions.
Json description() {
  const auto file = std::filesystem::path(PAIRFORM_SOURCE_DIR) /
                    "tests/azure_emulator/descriptions/recoveryservicessiterecovery/resource-manager/"
                    "Microsoft.RecoveryServices/stable/2024-04-01/service.json";
  simdjson::dom::parser parser;
  return Json::of(parser.load(file.string()).value()["definitions"]);
}

// A value for each member, by which it is known again.
void fill(Json& out, const Json& definition, const std::string& place) {
  for (const auto& [name, member] : definition["properties"].members()) {
    const std::string type = member["type"].text(), value = fmt::format("{}.{}", place, name);
    if (type == "string") out[name] = value;
    if (type == "boolean") out[name] = true;
    if (type == "array" && member["items"]["type"].text() == "string") out[name] = Json::list({value});
  }
}

// An item that has every member of the description.
Json full_item() {
  const Json definitions = description();
  Json item = sample();
  Json& details = details_of(item);
  const Json was_details = details, was_nic = nic_of(item, 0), was_configuration = configuration_of(item, 0, 0);
  fill(details, definitions["A2AReplicationDetails"], "details");
  Json& nic = nic_of(item, 0);
  fill(nic, definitions["VMNicDetails"], "nic");
  Json& configuration = nic["ipConfigs"].items()[0];
  fill(configuration, definitions["IPConfigDetails"], "configuration");
  // What has a meaning keeps it.
  for (const char* name : {"instanceType", "fabricObjectId", "primaryFabricLocation", "recoveryFabricLocation",
                           "initialPrimaryFabricLocation", "vmProtectionState", "selectedRecoveryAzureNetworkId"})
    details[name] = was_details[name];
  for (const char* name : {"sourceNicArmId", "recoveryVMNetworkId"}) nic[name] = was_nic[name];
  nic["tfoVMNetworkId"] = details["selectedTfoAzureNetworkId"];
  configuration["ipAddressType"] = configuration["recoveryIPAddressType"] = "Static";
  nic["ipConfigs"].items().resize(1);
  details["vmNics"].items().resize(1);
  return item;
}

std::set<std::string> names_in(const Json& definition) {
  std::set<std::string> out;
  for (const auto& [name, member] : definition["properties"].members()) out.insert(name);
  return out;
}
std::set<std::string> names_sent(const Json& object) {
  std::set<std::string> out;
  for (const auto& [name, member] : object.members()) out.insert(name);
  return out;
}
std::set<std::string> without(std::set<std::string> names, const std::set<std::string>& these) {
  for (const std::string& each : these) EXPECT_EQ(names.erase(each), 1U) << each;
  return names;
}

TEST(NicListByTheDescription, EveryMemberThatCanBeSentIsSent) {
  const Json definitions = description(), body = sent(full_item(), {});
  const Json& nic = body["vmNics"].items().at(0);
  EXPECT_EQ(names_sent(body), without(names_in(definitions["UpdateReplicationProtectedItemInputProperties"]),
                                      {"selectedSourceNicId", "enableRdpOnTargetOption", "licenseType"}));
  std::set<std::string> details = without(names_in(definitions["A2AUpdateReplicationProtectedItemInput"]),
                                          {"managedDiskUpdateDetails", "diskEncryptionInfo"});
  details.insert("instanceType");
  EXPECT_EQ(names_sent(body["providerSpecificDetails"]), details);
  EXPECT_EQ(names_sent(nic), names_in(definitions["VMNicInputDetails"]));
  EXPECT_EQ(names_sent(nic["ipConfigs"].items().at(0)), names_in(definitions["IPConfigInputDetails"]));
}

TEST(NicListByTheDescription, EveryMemberIsWhatWasReadUnderItsName) {
  const Json item = full_item(), body = sent(item, {});
  const std::map<std::string, std::string> renamed{{"recoveryAvailabilitySetId", "recoveryAvailabilitySet"},
                                                   {"recoveryCloudServiceId", "recoveryCloudService"},
                                                   {"recoveryResourceGroupId", "recoveryAzureResourceGroupId"},
                                                   {"tfoNicName", "tfoRecoveryNicName"},
                                                   {"tfoNicResourceGroupName", "tfoRecoveryNicResourceGroupName"},
                                                   {"ipConfigName", "name"}};
  const auto compare = [&](const Json& to, const Json& from) {
    for (const auto& [name, value] : to.members()) {
      if (name == "vmNics" || name == "ipConfigs" || name == "providerSpecificDetails") continue;
      const auto read = renamed.find(name);
      EXPECT_EQ(value.dump(), from[read == renamed.end() ? name : read->second].dump()) << name;
    }
  };
  const Json& read = item["properties"]["providerSpecificDetails"];
  const Json &nic = body["vmNics"].items().at(0), &read_nic = read["vmNics"].items().at(0);
  compare(body, read);
  compare(body["providerSpecificDetails"], read);
  compare(nic, read_nic);
  compare(nic["ipConfigs"].items().at(0), read_nic["ipConfigs"].items().at(0));
}

// As it stands among the requests that the description accepts (tests/azure_emulator/validator/bodies.json).
TEST(NicListByTheDescription, AcceptsAllThatCanBeSent) {
  const auto file = std::filesystem::path(PAIRFORM_SOURCE_DIR) / "tests/azure_emulator/validator/bodies.json";
  simdjson::dom::parser parser;
  const Json judged = Json::of(parser.load(file.string()).value());
  const std::string body =
      body_of(full_item(), of_nic({nic_id("web1-nic"), "web", "10.2.1.10", {}, "test", "10.9.0.9"}));
  std::string accepted;
  for (const Json& each : judged.items())
    if (each["name"].text() == "g36-item-nics-whole") accepted = each["body"].dump();
  EXPECT_EQ(body, accepted);
}

// Whoever takes up a newer description has to decide about what it has more.
TEST(NicListByTheDescription, WhatIsReadOfANicIsSentOrCannotBe) {
  const Json definitions = description();
  EXPECT_EQ(without(names_in(definitions["VMNicDetails"]),
                    {"replicaNicId", "sourceNicArmId", "vMNetworkName", "recoveryVMNetworkId", "tfoVMNetworkId"})
                .size(),
            names_in(definitions["VMNicInputDetails"]).size());
  EXPECT_EQ(without(names_in(definitions["IPConfigDetails"]),
                    {"subnetName", "staticIPAddress", "ipAddressType", "recoveryIPAddressType"})
                .size(),
            names_in(definitions["IPConfigInputDetails"]).size());
}

}  // namespace
}  // namespace pairform::azure
