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
    EXPECT_FALSE(provider->connect(known(), {}));
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
      const auto problems = provider->refuses(std::span(&step, 1));
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
  EXPECT_EQ(error_code(carry_out(*provider, step)), "FabricNotAnnounced");
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
