// Random items and random changes of them: the service, which replaces what it holds by what a PATCH has, and empties what
// the PATCH leaves out, then holds all that was asked for and has lost nothing else.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <random>

#include "providers/azure/bodies.h"
#include "providers/azure/nic_list.h"
#include "schema/value.h"
#include "tests/support/azure_item.h"

namespace pairform::azure {
namespace {

using Names = std::vector<std::pair<const char*, const char*>>;  // in the request, in the answer

const Names k_top{{"recoveryAzureVMName", "recoveryAzureVMName"},
                  {"recoveryAzureVMSize", "recoveryAzureVMSize"},
                  {"selectedRecoveryAzureNetworkId", "selectedRecoveryAzureNetworkId"},
                  {"selectedTfoAzureNetworkId", "selectedTfoAzureNetworkId"},
                  {"recoveryAvailabilitySetId", "recoveryAvailabilitySet"}};
const Names k_details{{"recoveryCloudServiceId", "recoveryCloudService"},
                      {"recoveryResourceGroupId", "recoveryAzureResourceGroupId"},
                      {"recoveryBootDiagStorageAccountId", "recoveryBootDiagStorageAccountId"},
                      {"tfoAzureVMName", "tfoAzureVMName"},
                      {"recoveryProximityPlacementGroupId", "recoveryProximityPlacementGroupId"},
                      {"recoveryVirtualMachineScaleSetId", "recoveryVirtualMachineScaleSetId"},
                      {"recoveryCapacityReservationGroupId", "recoveryCapacityReservationGroupId"}};
const Names k_nic_texts{{"selectionType", "selectionType"},
                        {"recoveryNetworkSecurityGroupId", "recoveryNetworkSecurityGroupId"},
                        {"tfoNetworkSecurityGroupId", "tfoNetworkSecurityGroupId"},
                        {"recoveryNicName", "recoveryNicName"},
                        {"recoveryNicResourceGroupName", "recoveryNicResourceGroupName"},
                        {"tfoNicName", "tfoRecoveryNicName"},
                        {"tfoNicResourceGroupName", "tfoRecoveryNicResourceGroupName"},
                        {"targetNicName", "targetNicName"}};
const Names k_nic_flags{{"enableAcceleratedNetworkingOnRecovery", "enableAcceleratedNetworkingOnRecovery"},
                        {"enableAcceleratedNetworkingOnTfo", "enableAcceleratedNetworkingOnTfo"},
                        {"reuseExistingNic", "reuseExistingNic"},
                        {"tfoReuseExistingNic", "tfoReuseExistingNic"}};
const Names k_configuration_texts{{"recoverySubnetName", "recoverySubnetName"},
                                  {"recoveryStaticIPAddress", "recoveryStaticIPAddress"},
                                  {"recoveryPublicIPAddressId", "recoveryPublicIPAddressId"},
                                  {"tfoSubnetName", "tfoSubnetName"},
                                  {"tfoStaticIPAddress", "tfoStaticIPAddress"},
                                  {"tfoPublicIPAddressId", "tfoPublicIPAddressId"}};
const Names k_configuration_lists{{"recoveryLBBackendAddressPoolIds", "recoveryLBBackendAddressPoolIds"},
                                  {"tfoLBBackendAddressPoolIds", "tfoLBBackendAddressPoolIds"}};
const Names k_configuration_flags{{"isSeletedForFailover", "isSeletedForFailover"}};

void take(Json& own, const Json& given, const Names& names) {
  for (const auto& [sent, read] : names) own[read] = given[sent];
}

std::size_t primary_of(const Json& nic) {
  const std::vector<Json>& all = nic["ipConfigs"].items();
  for (std::size_t i = 0; i < all.size(); ++i)
    if (all[i]["isPrimary"].is_true()) return i;
  return 0;
}

// The service at its hardest: what is left out is emptied, at the top too.
Json patched(Json item, const Json& body) {
  const Json& given = body["properties"];
  Json& details = details_of(item);
  take(details, given, k_top);
  take(details, given["providerSpecificDetails"], k_details);
  for (Json& nic : details["vmNics"].items()) {
    Json wanted;
    for (const Json& each : given["vmNics"].items())
      if (each["nicId"].text() == nic["nicId"].text()) wanted = each;
    take(nic, wanted, k_nic_texts);
    take(nic, wanted, k_nic_flags);
    if (nic["selectionType"].nothing()) nic["selectionType"] = "NotSelected";
    nic["recoveryVMNetworkId"] = details["selectedRecoveryAzureNetworkId"];
    nic["tfoVMNetworkId"] = details["selectedTfoAzureNetworkId"];
    const std::size_t primary = primary_of(nic);
    for (std::size_t i = 0; i < nic["ipConfigs"].items().size(); ++i) {
      Json& configuration = nic["ipConfigs"].items()[i];
      Json values;
      for (const Json& each : wanted["ipConfigs"].items())
        if (ascii_lower(each["ipConfigName"].text()) == ascii_lower(configuration["name"].text())) values = each;
      take(configuration, values, k_configuration_texts);
      take(configuration, values, k_configuration_lists);
      take(configuration, values, k_configuration_flags);
      if (i == primary) configuration["isSeletedForFailover"] = true;
      configuration["recoveryIPAddressType"] =
          configuration["recoveryStaticIPAddress"].nothing() ? "Dynamic" : "Static";
    }
  }
  return item;
}

bool lands(const Json& nic) {
  const Json& primary = nic["ipConfigs"].items()[primary_of(nic)];
  return nic["selectionType"].text() != "NotSelected" && !nic["recoveryVMNetworkId"].nothing() &&
         !primary["recoverySubnetName"].nothing();
}

const NicChange* asked_of(const Json& nic, const ItemChange& change) {
  for (const NicChange& each : change.nics)
    if (ascii_lower(each.nic) == ascii_lower(nic["sourceNicArmId"].text())) return &each;
  return nullptr;
}

// What an asked configuration is to be, straight from the words of the header.
void expect_configuration(Json& configuration, const NicChange& change, std::size_t is_primary) {
  configuration["recoverySubnetName"] = change.subnet;
  std::string address = configuration["recoveryStaticIPAddress"].text();
  if (address.find(':') == address.npos) address.clear();
  for (const auto& [name, given] : change.secondary)
    if (ascii_lower(name) == ascii_lower(configuration["name"].text())) {
      address = given;
      configuration["isSeletedForFailover"] = true;
    }
  if (is_primary != 0) address = change.address;
  configuration["recoveryStaticIPAddress"] = address;
  if (change.test_subnet) configuration["tfoSubnetName"] = *change.test_subnet;
  if (change.test_address && is_primary != 0) configuration["tfoStaticIPAddress"] = *change.test_address;
  if (change.test_subnet && change.test_subnet->empty()) configuration["tfoStaticIPAddress"] = "";
}

std::string or_of_nics(const Json& details, const char* selected, const char* of_nic) {
  if (!details[selected].nothing()) return details[selected].text();
  for (const Json& nic : details["vmNics"].items())
    if (lands(nic) && !nic[of_nic].nothing()) return nic[of_nic].text();
  return {};
}

// Type and address in one: what is called dynamic has none.
Json plain(Json item) {
  for (Json& nic : details_of(item)["vmNics"].items())
    for (Json& each : nic["ipConfigs"].items()) {
      if (each["recoveryIPAddressType"].text() == "Dynamic") each["recoveryStaticIPAddress"] = "";
      each.remove("recoveryIPAddressType");
    }
  return item;
}

Json expected(Json item, const ItemChange& change) {
  Json& details = details_of(item);
  details["selectedRecoveryAzureNetworkId"] =
      change.network.value_or(or_of_nics(details, "selectedRecoveryAzureNetworkId", "recoveryVMNetworkId"));
  details["selectedTfoAzureNetworkId"] =
      change.test_network.value_or(or_of_nics(details, "selectedTfoAzureNetworkId", "tfoVMNetworkId"));
  if (change.name) details["recoveryAzureVMName"] = *change.name;
  if (change.size) details["recoveryAzureVMSize"] = *change.size;
  for (Json& nic : details["vmNics"].items()) {
    const NicChange* asked = asked_of(nic, change);
    nic["recoveryVMNetworkId"] = details["selectedRecoveryAzureNetworkId"];
    nic["tfoVMNetworkId"] = details["selectedTfoAzureNetworkId"];
    const std::size_t primary = primary_of(nic);
    for (std::size_t i = 0; i < nic["ipConfigs"].items().size(); ++i) {
      Json& configuration = nic["ipConfigs"].items()[i];
      if (i == primary) configuration["isSeletedForFailover"] = true;
      if (asked != nullptr) expect_configuration(configuration, *asked, i == primary ? 1 : 0);
    }
    if (asked != nullptr) nic["selectionType"] = "SelectedByUser";
  }
  return item;
}

// Would it move a NIC that nobody asks about?
bool moves_unasked(const Json& item, const ItemChange& change) {
  Json before = item, after = expected(item, change);
  const Json& details = details_of(before);
  for (std::size_t i = 0; i < details["vmNics"].items().size(); ++i) {
    const Json &was = details["vmNics"].items()[i], &is = details_of(after)["vmNics"].items()[i];
    const NicChange* asked = asked_of(was, change);
    const auto moved = [&](const char* of_nic, const char* selected) {
      const std::string its = ascii_lower(was[of_nic].text());
      return !its.empty() && its != ascii_lower(is[of_nic].text()) &&
             its != ascii_lower(or_of_nics(details, selected, of_nic));
    };
    if (!lands(was)) continue;
    if (asked == nullptr && moved("recoveryVMNetworkId", "selectedRecoveryAzureNetworkId")) return true;
    if ((asked == nullptr || !asked->test_subnet) && moved("tfoVMNetworkId", "selectedTfoAzureNetworkId")) return true;
  }
  return false;
}

std::string refusal(const Json& item, const ItemChange& change) {
  Json after = expected(item, change);
  if (!change.nics.empty() && details_of(after)["selectedRecoveryAzureNetworkId"].nothing()) return "NoRecoveryNetwork";
  return moves_unasked(item, change) ? "NicElsewhere" : "";
}

class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  Json item() {
    Json item = sample();
    Json& details = details_of(item);
    for (const Names* names : {&k_top, &k_details})
      for (const auto& [sent, read] : *names) details[read] = maybe_text();
    details["selectedRecoveryAzureNetworkId"] = one_in(6) ? Json() : Json(cased(network("dr")));
    details["selectedTfoAzureNetworkId"] = one_in(2) ? Json() : Json(cased(network("test")));
    details["rtoInSeconds"] = "unknown";
    details["unknown"]["more"] = "unknown";
    std::vector<Json> nics;
    for (int i = pick(3); i >= 0; --i) nics.push_back(nic());
    details["vmNics"] = Json::list(std::move(nics));
    return item;
  }

  ItemChange change(const Json& item) {
    ItemChange out;
    if (one_in(3)) out.network = cased(network(one_in(2) ? "dr" : "other"));
    if (one_in(3)) out.test_network = one_in(3) ? "" : cased(network(one_in(2) ? "test" : "test2"));
    if (one_in(6)) out.name = text();
    if (one_in(6)) out.size = text();
    for (const Json& nic : item["properties"]["providerSpecificDetails"]["vmNics"].items())
      if (!one_in(3)) out.nics.push_back(of_nic(nic));
    return out;
  }

 private:
  int pick(int most) { return static_cast<int>(random_() % static_cast<unsigned>(most)); }
  bool one_in(int n) { return pick(n) == 0; }
  std::string text() { return fmt::format("text{}", ++count_); }
  // A value, or one of the three that are none.
  Json maybe_text() { return one_in(2) ? Json(text()) : one_in(2) ? Json("") : Json(); }
  std::string cased(std::string text) { return one_in(3) ? ascii_lower(text) : text; }
  std::string v4() { return fmt::format("10.2.1.{}", 4 + pick(9)); }
  std::string address() { return one_in(3) ? "" : one_in(3) ? fmt::format("fd00::{}", 4 + pick(9)) : v4(); }

  Json configuration(const std::string& name, bool primary) {
    Json out;
    out["name"] = name;
    out["isPrimary"] = primary;
    out["isSeletedForFailover"] = primary || one_in(2);
    out["recoverySubnetName"] = one_in(2) ? "web" : "app";
    out["recoveryStaticIPAddress"] = primary && one_in(2) ? v4() : address();
    out["recoveryIPAddressType"] = one_in(6) || out["recoveryStaticIPAddress"].nothing() ? "Dynamic"
                                   : one_in(2)                                           ? "Static"
                                                                                         : "";
    out["recoveryPublicIPAddressId"] = maybe_text();
    out["tfoSubnetName"] = maybe_text();
    out["tfoStaticIPAddress"] = one_in(2) ? "" : v4();
    out["tfoPublicIPAddressId"] = maybe_text();
    for (const auto& [sent, read] : k_configuration_lists)
      out[read] = one_in(2) ? Json() : Json::list(one_in(2) ? std::vector<Json>{} : std::vector<Json>{text(), text()});
    out["unknown"] = Json::list({text(), "unknown"});
    if (one_in(4)) out.remove("tfoSubnetName");
    return out;
  }

  Json nic() {
    Json out;
    out["nicId"] = text();
    out["sourceNicArmId"] = nic_id(text());
    for (const Names* names : {&k_nic_texts, &k_nic_flags})
      for (const auto& [sent, read] : *names)
        out[read] = names == &k_nic_texts ? maybe_text() : one_in(3) ? Json() : Json(one_in(2));
    out["selectionType"] = one_in(6) ? "NotSelected" : one_in(2) ? "SelectedByDefault" : "SelectedByUserOverride";
    out["recoveryVMNetworkId"] = cased(network(one_in(12) ? "aside" : "dr"));
    out["tfoVMNetworkId"] = one_in(2) ? Json() : Json(cased(network(one_in(12) ? "aside" : "test")));
    std::vector<Json> all;
    for (int i = pick(4); i >= 0; --i) all.push_back(configuration(fmt::format("Config{}", i), i == 0));
    out["ipConfigs"] = Json::list(std::move(all));
    out["unknown"]["deep"] = "unknown";
    return out;
  }

  // Often what is there already.
  NicChange of_nic(const Json& nic) {
    const std::vector<Json>& all = nic["ipConfigs"].items();
    const Json& primary = all[primary_of(nic)];
    NicChange out{
        cased(nic["sourceNicArmId"].text()), one_in(3) ? "db" : primary["recoverySubnetName"].text(), "", {}, {}, {}};
    const std::string was = primary["recoveryStaticIPAddress"].text();
    out.address = one_in(3) ? v4() : was.find(':') == was.npos ? was : "";
    for (const Json& each : all) {
      const std::string address = each["recoveryStaticIPAddress"].text();
      if (&each == &primary || (address.empty() && !one_in(3)) || one_in(4)) continue;
      out.secondary.emplace_back(cased(each["name"].text()),
                                 address.empty() || address.find(':') != address.npos || one_in(4) ? v4() : address);
    }
    if (one_in(3)) out.test_subnet = one_in(3) ? "" : one_in(2) ? text() : primary["tfoSubnetName"].text();
    if (one_in(3)) out.test_address = one_in(3) ? "" : one_in(2) ? v4() : primary["tfoStaticIPAddress"].text();
    return out;
  }

  std::mt19937 random_;
  int count_ = 0;
};

// Of NICs that come up nowhere the service may say any network.
Json without_idle_networks(Json item, const Json& before, const ItemChange& change) {
  const std::vector<Json>& was = before["properties"]["providerSpecificDetails"]["vmNics"].items();
  for (std::size_t i = 0; i < was.size(); ++i) {
    if (lands(was[i]) || asked_of(was[i], change) != nullptr) continue;
    details_of(item)["vmNics"].items()[i].remove("recoveryVMNetworkId");
    details_of(item)["vmNics"].items()[i].remove("tfoVMNetworkId");
  }
  return item;
}

std::string differences(const Json& a, const Json& b) {
  const auto left = a.flat(), right = b.flat();
  std::string out;
  for (const auto& [path, value] : left)
    if (const auto at = right.find(path); at == right.end() || at->second != value)
      out += fmt::format("{}: {} and {}\n", path, value, at == right.end() ? "none" : at->second);
  for (const auto& [path, value] : right)
    if (!left.contains(path)) out += fmt::format("{}: none and {}\n", path, value);
  return out;
}

// What of an item is asked about, without case; to be compared with what is expected of it.
Json asked_about(Json item, const Json& before, const ItemChange& change) {
  item = without_idle_networks(plain(std::move(item)), before, change);
  Json& details = details_of(item);
  if (!change.network) details.remove("selectedRecoveryAzureNetworkId");
  if (!change.test_network) details.remove("selectedTfoAzureNetworkId");
  for (Json& nic : details["vmNics"].items()) {
    nic.remove("tfoVMNetworkId");
    if (asked_of(nic, change) == nullptr && !change.network) nic.remove("recoveryVMNetworkId");
    if (nic["selectionType"].text() != "NotSelected") nic.remove("selectionType");
  }
  return Json::parse(ascii_lower(item.dump()));
}

TEST(NicListProperty, TheServiceThenHoldsWhatIsAskedForAndHasLostNothing) {
  int refused = 0, shown = 0, changed = 0;
  for (unsigned seed = 0; seed < 400; ++seed) {
    Generator generator(seed);
    const Json item = generator.item();
    const ItemChange change = generator.change(item);
    const auto made = item_change_body(Parsed(item), change);
    const auto* error = std::get_if<ProviderError>(&made);
    ASSERT_EQ(error == nullptr ? "" : error->code, refusal(item, change))
        << seed << (error == nullptr ? "" : error->message) << item.dump();
    if (error != nullptr) {
      ++refused;
      continue;
    }
    const std::string& body = std::get<std::string>(made);
    const Json after = patched(item, Json::parse(body)), wanted = expected(plain(item), change);
    ASSERT_EQ(differences(without_idle_networks(plain(after), item, change),
                          without_idle_networks(plain(wanted), item, change)),
              "")
        << seed << "\n"
        << body << "\n"
        << item.dump();
    ASSERT_EQ(body.find("unknown"), body.npos) << seed;
    ASSERT_EQ(body.find("\"\""), body.npos) << seed;
    ASSERT_EQ(body.find("null"), body.npos) << seed;
    // Nothing is left to be sent, and sending it again changes nothing.
    ASSERT_TRUE(shows_change(Parsed(after), change)) << seed << body << item.dump();
    const auto again = item_change_body(Parsed(after), change);
    ASSERT_TRUE(std::holds_alternative<std::string>(again)) << seed;
    ASSERT_EQ(differences(patched(after, Json::parse(std::get<std::string>(again))), after), "") << seed;
    const std::string left = differences(asked_about(item, item, change), asked_about(wanted, item, change));
    ASSERT_EQ(shows_change(Parsed(item), change), left.empty()) << seed << "\n" << left << item.dump();
    ++(left.empty() ? shown : changed);
  }
  EXPECT_GT(refused, 20);
  EXPECT_GT(shown, 20);
  EXPECT_GT(changed, 200);
}

// Requests that Microsoft's generated client sends for an item: PUT, then PATCH.
Json sent_by_the_sdk(const std::string& method) {
  const auto file = std::filesystem::path(PAIRFORM_SOURCE_DIR) / "tests/azure_emulator/sdk_requests.json";
  simdjson::dom::parser parser;
  const Json all = Json::of(parser.load(file.string()).value());
  for (const Json& each : all["site-recovery"].items())
    if (each["method"].text() == method && each["path"].text().ends_with("/replicationProtectedItems/web1-item"))
      return each["body"];
  return {};
}

TEST(LikeTheSdk, AnItemIsMadeWithItsRequest) {
  const Json theirs = sent_by_the_sdk("PUT");
  const Json &properties = theirs["properties"], &details = properties["providerSpecificDetails"],
             &disk = details["vmManagedDisks"].items().at(0);
  const NewItem item{properties["policyId"].text(),
                     details["fabricObjectId"].text(),
                     details["recoveryContainerId"].text(),
                     details["recoveryResourceGroupId"].text(),
                     details["recoveryAzureNetworkId"].text(),
                     details["recoverySubnetName"].text(),
                     disk["primaryStagingAzureStorageAccountId"].text(),
                     {disk["diskId"].text()}};
  EXPECT_EQ(differences(Json::parse(item_body(item)), theirs), "");
}

// pairform sends what was read besides: flags that are given, the size, the group.
TEST(LikeTheSdk, NicsAreChangedWithItsRequestAndWhatWasRead) {
  const Json theirs = sent_by_the_sdk("PATCH");
  Json before = sample();  // as the SDK has found it: two NICs, the first with two configurations
  Json& details = details_of(before);
  details["recoveryAzureVMName"] = theirs["properties"]["recoveryAzureVMName"];
  details["tfoAzureVMName"] = theirs["properties"]["providerSpecificDetails"]["tfoAzureVMName"];
  details["selectedRecoveryAzureNetworkId"] = theirs["properties"]["selectedRecoveryAzureNetworkId"];
  ItemChange change;
  for (std::size_t i = 0; i < 2; ++i) {
    const Json& wanted = theirs["properties"]["vmNics"].items().at(i);
    Json& nic = nic_of(before, i);
    nic["nicId"] = wanted["nicId"];
    nic["recoveryVMNetworkId"] = details["selectedRecoveryAzureNetworkId"];
    nic["ipConfigs"].items().resize(wanted["ipConfigs"].items().size());
    NicChange asked{nic["sourceNicArmId"].text(), "web", "", {}, {}, {}};
    for (std::size_t c = 0; c < wanted["ipConfigs"].items().size(); ++c) {
      const Json& configuration = wanted["ipConfigs"].items()[c];
      configuration_of(before, i, c)["name"] = configuration["ipConfigName"];
      const std::string address = configuration["recoveryStaticIPAddress"].text();
      if (c == 0) asked.address = address;
      else asked.secondary.emplace_back(configuration["ipConfigName"].text(), address);
    }
    change.nics.push_back(asked);
  }
  const auto made = item_change_body(Parsed(before), change);
  ASSERT_TRUE(std::holds_alternative<std::string>(made)) << std::get<ProviderError>(made).message;
  auto ours = Json::parse(std::get<std::string>(made)).flat();
  for (const auto& [path, value] : theirs.flat()) {
    EXPECT_EQ(ours[path], value) << path;
    ours.erase(path);
  }
  std::string more;
  for (const auto& [path, value] : ours) more += path.substr(path.rfind('.') + 1) + " ";
  EXPECT_EQ(more,
            "recoveryResourceGroupId recoveryAzureVMSize enableAcceleratedNetworkingOnRecovery reuseExistingNic "
            "tfoReuseExistingNic enableAcceleratedNetworkingOnRecovery reuseExistingNic tfoReuseExistingNic ");
}

}  // namespace
}  // namespace pairform::azure
