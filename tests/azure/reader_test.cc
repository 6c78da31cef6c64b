// The provider for Azure reads an emulator of it: what cannot be read is never free and never absent, what is made beside is
// announced or not made, and look-ups share their listings.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <regex>

#include "engine/worker_pool.h"
#include "providers/provider_set.h"
#include "tests/support/azure_emulator.h"
#include "tests/support/provider_steps.h"

namespace pairform {
namespace {

const std::string k_app = "eastasia/app", k_dr = "southeastasia/dr", k_slot = "eastasia/app:southeastasia";
const std::vector<std::string> k_regions{"eastasia", "southeastasia"};

class AzureReader : public testing::Test {
 protected:
  AzureReader() { azure_.reset(); }
  ~AzureReader() override { EXPECT_EQ(azure_.mistakes(), ""); }

  std::unique_ptr<Provider> open() {
    const auto& all = provider_entries();
    const auto& entry =
        *std::find_if(all.begin(), all.end(), [](const ProviderEntry& each) { return each.name == "azure"; });
    auto provider = entry.open(
        {{},
         entry.default_edition,
         {{"vault", k_azure_vault}, {"cloud", "custom"}, {"arm_endpoint", azure_.url()}, {"authority", azure_.url()}}});
    EXPECT_TRUE(provider->connect(known(), {}).empty());
    return provider;
  }
  std::vector<KnownResource> known() const {
    std::vector<KnownResource> out{{"network", k_app, {}}, {"network", k_dr, {}}};
    for (const std::string& each : more_) out.push_back({"network", each, {}});
    return out;
  }
  Listing observe(Provider& provider, bool whole = false) {
    const auto names = known();
    return observe_all(provider, ObserveRequest{k_regions, names, whole});
  }
  static std::string one(const Listing& listing, const std::string& identity) {
    for (const std::string& row : listing.rows)
      if (row.find(" is " + identity + " ") != row.npos) return row;
    return "no row";
  }
  void put_networks(const std::string& dr_subnets = R"({"web": "10.2.1.0/24"})") {
    azure_.control("put", fmt::format(R"({{"network": [
      {{"group": "rg-net-eastasia", "name": "app", "region": "eastasia", "space": ["10.1.0.0/16"],
        "subnets": {{"web": "10.1.1.0/24"}}}},
      {{"group": "rg-net-southeastasia", "name": "dr", "region": "southeastasia",
        "space": ["10.2.0.0/16", "fd00:2::/48"], "subnets": {}, "tags": {{"pairform-project": "contoso-dr"}}}}]}})",
                                      dr_subnets));
  }
  void put_plumbing() { azure_.control("put", R"({"plumbing": {"regions": ["eastasia", "southeastasia"]}})"); }
  void take(const std::string& subnet, const std::string& ip, const std::string& more = {}) {
    azure_.control("use", fmt::format(R"({{"subnet": "{}/subnets/{}", "ip": "{}"{}}})",
                                      azure_network_id("rg-net-southeastasia", "dr"), subnet, ip, more));
  }
  static CloudStep create_half() { return mapping_step(Operation::Create, k_slot, "app-to-dr", k_app, k_dr); }
  static StepEnd carry_out(Provider& provider, const CloudStep& step) {
    return settle(provider, begin_and_look_up(provider, std::span(&step, 1)).at(0));
  }
  std::size_t calls(const std::string& method, const std::string& pattern) {
    const std::regex expression(pattern, std::regex::icase);
    std::size_t count = 0;
    for (const EmulatedRequest& each : azure_.log())
      count += each.method == method && std::regex_search(each.path, expression) ? 1U : 0U;
    return count;
  }

  std::vector<std::string> more_;
  AzureEmulator& azure_ = AzureEmulator::shared();
};

constexpr const char* k_fabric_path = "/replicationFabrics/[^/?]+(\\?|$)";

// Behind load balancers, private endpoints and NICs of scale sets, of version 6, and of NICs with several addresses of which
// one is dynamic.
TEST_F(AzureReader, AddressesOfEveryKindAreInUse) {
  put_networks(R"({"web": {"addressPrefixes": ["10.2.1.0/24", "fd00:2:0:1::/64"]}, "two": {"addressPrefixes":
                  ["10.2.2.0/24", "10.2.3.0/24"]}})");
  const std::string dr = azure_network_id("rg-net-southeastasia", "dr");
  azure_.control("put", fmt::format(R"({{"nic": [
      {{"group": "rg-app", "name": "dual", "region": "southeastasia", "configs": [
        {{"name": "v4", "subnet": "{0}/subnets/web", "ip": "10.2.1.20"}},
        {{"name": "v6", "subnet": "{0}/subnets/web", "ip": "fd00:2:0:1::20", "version": "IPv6"}},
        {{"name": "second", "subnet": "{0}/subnets/web", "ip": "10.2.1.21", "static": false}}]}},
      {{"group": "rg-app", "name": "far", "region": "southeastasia", "subnet": "{0}/subnets/two", "ip": "10.2.3.9"}},
      {{"group": "rg-app", "name": "member", "region": "southeastasia", "scale_set": "pool",
        "subnet": "{0}/subnets/web", "ip": "10.2.1.30"}}]}})",
                                    dr));
  take("web", "10.2.1.40");
  take("two", "10.2.3.41",
       fmt::format(R"(, "id": "{}/providers/Microsoft.Network/privateEndpoints/pe/ipConfigurations/one")",
                   azure_group_id("rg-app")));
  for (const bool whole : {false, true}) {
    auto provider = open();
    const Listing seen = observe(*provider, whole);
    const std::string row = one(seen, k_dr);
    for (const char* ip :
         {"10.2.1.20 ", "10.2.1.21 ", "fd00:2:0:1::20 ", "10.2.3.9 ", "10.2.1.30 ", "10.2.1.40 ", "10.2.3.41"})
      EXPECT_NE(row.find(std::string("use=") + ip), row.npos) << ip << '\n' << row;
    EXPECT_NE(find_text(*provider, "network", k_dr).find("use=10.2.3.41 "), std::string::npos);
    EXPECT_EQ(seen.unseen, std::vector<std::string>{});
  }
}

// A subnet of several prefixes, of which one is of version 6, comes through the growth of its network as it was.
TEST_F(AzureReader, ASubnetOfSeveralPrefixesComesThroughAWrite) {
  put_networks(R"({"web": {"addressPrefixes": ["10.2.1.0/24", "fd00:2:0:1::/64"]}})");
  auto provider = open();
  observe(*provider);
  CloudStep step =
      network_step(Operation::Update, "southeastasia", "dr", k_dr, R"(["10.2.0.0/16","10.9.0.0/16","fd00:2::/48"])",
                   R"({"new":"10.9.1.0/24","web":["10.2.1.0/24","fd00:2:0:1::/64"]})");
  const LookupAnswer found = provider->lookup({"network", k_dr}, {});
  ASSERT_TRUE(std::holds_alternative<CloudRow>(found));
  step.id = std::get<CloudRow>(found).id;
  const StepEnd end = carry_out(*provider, step);
  ASSERT_EQ(error_code(end), "") << end.error->message;
  const std::string row = find_text(*provider, "network", k_dr);
  EXPECT_NE(row.find(R"("web":["10.2.1.0/24","fd00:2:0:1::/64"])"), row.npos) << row;
  EXPECT_NE(row.find(R"("new":"10.9.1.0/24")"), row.npos) << row;
}

// What sits in a network and is no NIC is asked of the network itself. Where it does not answer, none of its addresses is free.
TEST_F(AzureReader, ANetworkThatDoesNotSayWhoSitsInItIsUnknown) {
  put_networks();
  take("web", "10.2.1.40");
  azure_.behave("refuse", R"("match": "virtualNetworks/dr$", "methods": "read", "status": 403,
      "code": "AuthorizationFailed", "message": "no right to read")");
  auto provider = open();
  const Listing seen = observe(*provider);
  EXPECT_EQ(one(seen, k_dr), "no row");
  EXPECT_EQ(seen.unseen, std::vector<std::string>{k_dr + " AuthorizationFailed"});
  EXPECT_NE(one(seen, k_app), "no row");
}

// The subnet leaves out who sits in it, and a NIC says that it does.
TEST_F(AzureReader, ASubnetThatContradictsItsNicsIsAskedAgainAndThenUnknown) {
  put_networks();
  azure_.control("put", fmt::format(R"({{"nic": {{"group": "rg-app", "name": "n", "region": "southeastasia",
      "subnet": "{}/subnets/web", "ip": "10.2.1.20"}}}})",
                                    azure_network_id("rg-net-southeastasia", "dr")));
  const auto leave_out = [&](const char* match) {
    azure_.behave("member", fmt::format(R"("match": "{}", "do": "remove",
        "path": "properties.subnets.0.properties.ipConfigurations")",
                                        match));
  };
  leave_out("virtualNetworks$");
  auto provider = open();
  const Listing seen = observe(*provider, true);
  EXPECT_NE(one(seen, k_dr).find("use=10.2.1.20"), std::string::npos) << one(seen, k_dr);
  EXPECT_EQ(seen.unseen, std::vector<std::string>{});
  leave_out("virtualNetworks/dr$");
  EXPECT_EQ(observe(*open(), true).unseen, std::vector<std::string>{k_dr + " NetworkUnread"});
}

// A network is not taken for an empty one, whatever member of it lacks.
TEST_F(AzureReader, ANetworkWithoutWhatItAlwaysHasIsUnknown) {
  put_networks();
  take("web", "10.2.1.40");
  const std::string calm = one(observe(*open()), k_dr);
  EXPECT_NE(calm.find("use=10.2.1.40"), calm.npos) << calm;
  for (const char* path :
       {"properties", "properties.addressSpace", "properties.addressSpace.addressPrefixes", "properties.subnets",
        "properties.subnets.0.properties", "properties.subnets.0.properties.addressPrefix", "location", "name", "id"})
    for (const char* change : {"remove", "null", "mistype"}) {
      azure_.behave("member", fmt::format(R"("match": "virtualNetworks", "do": "{}", "path": "{}")", change, path));
      const Listing seen = observe(*open());
      EXPECT_EQ(one(seen, k_dr), "no row") << path << ' ' << change;
      EXPECT_FALSE(seen.unseen.empty()) << path << ' ' << change;
      azure_.control("calm");
    }
  for (const char* change : {"null", "mistype"}) {
    azure_.behave("member", fmt::format(R"("match": "virtualNetworks", "do": "{}",
        "path": "properties.subnets.0.properties.ipConfigurations")",
                                        change));
    const Listing seen = observe(*open());
    EXPECT_EQ(one(seen, k_dr), "no row") << change;
    EXPECT_FALSE(seen.unseen.empty()) << change;
    azure_.control("calm");
  }
}

// The plan says which fabrics are made. Where they could not be listed it is refused; containers, container mappings and
// policies are not asked for where a region has one fabric.
TEST_F(AzureReader, AHalfIsRefusedWhereItIsNotKnownWhichFabricsThereAre) {
  put_networks();
  const CloudStep step = create_half();
  struct Case {
    const char *list, *problem;
  };
  for (const bool made : {false, true}) {
    if (made) put_plumbing();
    for (const Case& each : {Case{"replicationFabrics$", "the fabrics of the vault could not be read"},
                             Case{"replicationProtectionContainers$", ""},
                             Case{"replicationProtectionContainerMappings$", ""}, Case{"replicationPolicies$", ""}}) {
      azure_.behave("refuse", fmt::format(R"("match": "{}", "methods": "read", "status": 403,
          "code": "AuthorizationFailed", "message": "no right to read")",
                                          each.list));
      auto provider = open();
      EXPECT_EQ(observe(*provider).unseen, std::vector<std::string>{}) << each.list;
      const auto problems = provider->refuses(std::span(&step, 1), CallLimits());
      EXPECT_EQ(problems.empty() ? "" : problems[0].summary, each.problem) << each.list;
      const bool known = std::string(each.problem).empty();
      EXPECT_EQ(provider->brings_about(std::span(&step, 1)).size(), known && !made ? 2U : 0U) << each.list;
      azure_.forget();
      if (!known) {
        EXPECT_NE(error_code(carry_out(*provider, step)), "") << each.list;
      }
      EXPECT_EQ(calls("PUT", "."), 0U) << each.list;
      azure_.control("calm");
    }
  }
}

// It was there when the plan was made, so the plan did not say that one is made.
TEST_F(AzureReader, AFabricThatThePlanDidNotAnnounceIsNotMade) {
  put_networks();
  put_plumbing();
  auto provider = open();
  observe(*provider);
  const CloudStep step = create_half();
  EXPECT_TRUE(provider->brings_about(std::span(&step, 1)).empty());
  azure_.behave("member", R"("match": "replicationFabrics$", "do": "set", "value": "japaneast",
      "path": "properties.customDetails.location")");
  azure_.forget();
  EXPECT_EQ(error_code(carry_out(*provider, step)), "PlumbingNotAnnounced");
  EXPECT_EQ(calls("PUT", k_fabric_path), 0U);
}

// Halves that are made one after the other do not list all mappings each.
TEST_F(AzureReader, HalvesThatAreMadeShareTheirListings) {
  put_networks();
  put_plumbing();
  constexpr int k_halves = 20;
  std::string networks;
  for (int i = 0; i < k_halves; ++i) {
    networks += fmt::format(R"({}{{"group": "rg-net-eastasia", "name": "n{}", "region": "eastasia",
                            "space": ["10.{}.0.0/16"]}})",
                            i == 0 ? "" : ",", i, 100 + i);
    more_.push_back(fmt::format("eastasia/n{}", i));
  }
  azure_.control("put", fmt::format(R"({{"network": [{}]}})", networks));
  auto provider = open();
  observe(*provider);
  azure_.forget();
  for (const std::string& each : more_) {
    const StepEnd end = carry_out(*provider, mapping_step(Operation::Create, each + ":southeastasia",
                                                          each.substr(each.find('/') + 1) + "-dr", each, k_dr));
    EXPECT_EQ(error_code(end), "") << each;
  }
  EXPECT_LE(calls("GET", "/replicationNetworkMappings(\\?|$)"), k_halves / 2U) << "one in two seconds";
  // What is on the slot was made since that listing: it is seen, and so is that it is gone.
  EXPECT_EQ(error_code(carry_out(
                *provider, mapping_step(Operation::Create, more_[0] + ":southeastasia", "again", more_[0], k_dr))),
            "");
  CloudStep gone = delete_step("mapping", more_[1] + ":southeastasia");
  gone.id = std::get<CloudRow>(provider->lookup({"mapping", more_[1] + ":southeastasia"}, {})).id;
  EXPECT_EQ(error_code(carry_out(*provider, gone)), "");
  EXPECT_EQ(find_text(*provider, "mapping", more_[1] + ":southeastasia"), "absent");
  EXPECT_EQ(error_code(carry_out(*provider,
                                 mapping_step(Operation::Create, more_[1] + ":southeastasia", "anew", more_[1], k_dr))),
            "");
}

}  // namespace
}  // namespace pairform
