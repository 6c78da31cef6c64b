// Fabrics, containers, policies and their mappings: found whoever made them, whatever they are called.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "providers/azure/plumbing.h"
#include "tests/support/azure_recording.h"

namespace pairform::azure {
namespace {

using simdjson::dom::element;

template <class Thing>
std::string told(const Decoded<Thing>& decoded) {
  return decoded.thing ? decoded.thing->name : decoded.wrong.empty() ? "not ours" : "wrong: " + decoded.wrong;
}

TEST(RecordedPlumbing, Decodes) {
  const Recording fabrics("fabrics-list");
  std::string out;
  for (const element each : simdjson::dom::array(fabrics.body()["value"])) {
    const auto fabric = decode_fabric(each);
    ASSERT_TRUE(fabric.thing) << fabric.wrong;
    out += fabric.thing->name + " in " + fabric.thing->region + "; ";
  }
  EXPECT_EQ(out, "primaryFabric in westeurope; recoveryFabric in northeurope; ");
  EXPECT_EQ(told(decode_fabric(Recording("fabric-get-no-container").body())), "a2ademofabric");
  EXPECT_EQ(told(decode_container(Recording("container-get").body())), "demoProtectionContainerA2A");
  EXPECT_EQ(told(decode_container_mapping(Recording("container-mapping-get").body())), "reversemapping");
  EXPECT_EQ(told(decode_policy(Recording("policy-get-a2a").body())), "cli-test-vault-policy-A2A-1");
  const Recording portal("container-mappings-list-portal");
  for (const element each : simdjson::dom::array(portal.body()["value"])) {
    const auto mapping = decode_container_mapping(each);
    ASSERT_TRUE(mapping.thing) << mapping.wrong;
    EXPECT_TRUE(mapping.thing->paired);
  }
}

TEST(Plumbing, OfAnotherKindIsNotOurs) {
  simdjson::dom::parser parser;
  EXPECT_EQ(told(decode_fabric(
                parser.parse(std::string(R"({"id":"/subscriptions/s/resourceGroups/g/providers/p/t/n","name":"n",
      "properties":{"customDetails":{"instanceType":"VMM"}}})")))),
            "not ours");
  EXPECT_EQ(told(decode_policy(parser.parse(
                std::string(R"({"properties":{"providerSpecificDetails":{"instanceType":"InMageRcm"}}})")))),
            "not ours");
  EXPECT_EQ(told(decode_fabric(parser.parse(
                std::string(R"({"properties":{"customDetails":{"instanceType":"Azure","location":7}}})")))),
            "wrong: properties.customDetails.location: expected a text, found a number");
  EXPECT_EQ(told(decode_fabric(parser.parse(std::string(R"({"properties":{}})")))),
            "wrong: properties.customDetails.instanceType: not given");
}

// A vault whose parts are described by words.
struct Made {
  Plumbing plumbing;
  static std::string vault() {
    return "/Subscriptions/s/resourceGroups/g/providers/Microsoft.RecoveryServices/vaults/v";
  }
  void fabric(const std::string& name, const std::string& region) {
    plumbing.fabrics.push_back({vault() + "/replicationFabrics/" + name, name, region});
  }
  static std::string container_id(const std::string& fabric, const std::string& name) {
    return vault() + "/replicationFabrics/" + fabric + "/replicationProtectionContainers/" + name;
  }
  void container(const std::string& fabric, const std::string& name) {
    plumbing.containers.push_back({container_id(fabric, name), name});
  }
  void mapping(const std::string& from, const std::string& container, const std::string& to, const std::string& target,
               const std::string& name, const std::string& policy) {
    plumbing.mappings.push_back({container_id(from, container) + "/replicationProtectionContainerMappings/" + name,
                                 name, container_id(to, target), vault() + "/replicationPolicies/" + policy});
  }
  // "fabric fabric container container mapping", "-" for what lacks.
  std::string found(const std::string& policy = "p") const {
    const Direction d = find_direction(plumbing, "east", "west", policy);
    const auto name = [](const auto* thing) { return thing == nullptr ? std::string("-") : thing->name; };
    return fmt::format("{} {} {} {} {}", name(d.from), name(d.to), name(d.container), name(d.target_container),
                       name(d.mapping));
  }
};

TEST(Plumbing, IsFoundWhateverItIsCalled) {
  Made vault;
  EXPECT_EQ(vault.found(), "- - - - -");
  vault.fabric("f1", "east");
  EXPECT_EQ(vault.found(), "f1 - - - -");
  vault.fabric("f2", "west");
  vault.container("f1", "zz");
  vault.container("f1", "f1-container");
  vault.container("f2", "c2");
  EXPECT_EQ(vault.found(), "f1 f2 f1-container c2 -") << "the portal's name goes first";
  vault.mapping("f1", "zz", "f2", "c2", "m", "other");
  EXPECT_EQ(vault.found(), "f1 f2 zz c2 m") << "what is mapped goes before it";
  vault.mapping("f1", "zz", "f2", "c2", "n", "p");
  EXPECT_EQ(vault.found(), "f1 f2 zz c2 n") << "the configured policy";
  EXPECT_EQ(vault.found("absent"), "f1 f2 zz c2 m") << "else the first by name";
}

TEST(Plumbing, OfSeveralFabricsTheOneThatIsMappedIsUsed) {
  Made vault;
  vault.fabric("A", "east");
  vault.fabric("b", "east");
  vault.fabric("w", "west");
  vault.fabric("elsewhere", "north");
  for (const char* fabric : {"A", "b", "w", "elsewhere"}) vault.container(fabric, "c");
  EXPECT_EQ(vault.found(), "A w c c -");
  vault.mapping("A", "c", "elsewhere", "c", "away", "p");
  EXPECT_EQ(vault.found(), "A w c c -") << "to another region";
  vault.mapping("b", "c", "w", "c", "m", "p");
  EXPECT_EQ(vault.found(), "b w c c m");
}

TEST(Plumbing, IsChosenWhateverTheOrderOfTheLists) {
  Made vault;
  for (const char* fabric : {"f3", "F1", "f2"}) vault.fabric(fabric, "east"), vault.container(fabric, "c");
  for (const char* fabric : {"w2", "w1"}) vault.fabric(fabric, "west"), vault.container(fabric, "c");
  for (const char* from : {"f3", "f2"})
    for (const char* to : {"w2", "w1"}) vault.mapping(from, "c", to, "c", std::string(from) + to, "p");
  const std::string first = vault.found();
  EXPECT_EQ(first, "f2 w1 c c f2w1");
  std::mt19937 random(7);
  for (int i = 0; i < 50; ++i) {
    std::shuffle(vault.plumbing.fabrics.begin(), vault.plumbing.fabrics.end(), random);
    std::shuffle(vault.plumbing.containers.begin(), vault.plumbing.containers.end(), random);
    std::shuffle(vault.plumbing.mappings.begin(), vault.plumbing.mappings.end(), random);
    EXPECT_EQ(vault.found(), first);
  }
}

TEST(Plumbing, IsNamedAsThePortalNamesIt) {
  EXPECT_EQ(fabric_name("eastus2"), "asr-a2a-default-eastus2");
  EXPECT_EQ(container_name(fabric_name("eastus2")), "asr-a2a-default-eastus2-container");
  EXPECT_EQ(container_mapping_name("eastus2", "westus2", "24-hour-retention-policy"),
            "eastus2-westus2-24-hour-retention-policy");
}

}  // namespace
}  // namespace pairform::azure
