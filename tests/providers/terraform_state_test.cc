// What is read of a state of Terraform, and what is told of one that is odd, broken, or none.
#include <gtest/gtest.h>

#include "providers/terraform/resource_address.h"
#include "tests/support/terraform_texts.h"

namespace pairform::terraform {
namespace {

std::vector<std::string> places(const StateRecords& state) {
  std::vector<std::string> out;
  for (const auto& each : state.networks) out.push_back(each.place);
  for (const auto& each : state.mappings) out.push_back(each.place);
  for (const auto& each : state.replications) out.push_back(each.place);
  return out;
}

TEST(TerraformState, IsReadWhole) {
  const auto [records, words] = read_text(state_file("prod.tfstate"));
  EXPECT_EQ(words, "");
  EXPECT_EQ(places(records),
            (std::vector<std::string>{"data.azurerm_virtual_network.drill in prod.tfstate",
                                      "azurerm_virtual_network.hub[\"eastasia\"] in prod.tfstate",
                                      "azurerm_virtual_network.hub[\"southeastasia\"] in prod.tfstate",
                                      "module.dr[\"lab\"].azurerm_virtual_network.source in prod.tfstate",
                                      "module.dr[\"lab\"].azurerm_virtual_network.target in prod.tfstate",
                                      "azurerm_site_recovery_network_mapping.back in prod.tfstate",
                                      "azurerm_site_recovery_network_mapping.out in prod.tfstate",
                                      "module.dr[\"lab\"].azurerm_site_recovery_network_mapping.this in prod.tfstate",
                                      "azurerm_site_recovery_replicated_vm.web[0] in prod.tfstate",
                                      "azurerm_site_recovery_replicated_vm.web[1] in prod.tfstate"}));
  EXPECT_EQ(records.networks[1].region, "eastasia");
  EXPECT_EQ(records.networks[3].region, "eastasia");  // "East Asia"
  EXPECT_EQ(records.fabrics.size(), 2U);
  EXPECT_EQ(records.machines.size(), 2U);
  ASSERT_EQ(records.nics.size(), 2U);
  EXPECT_TRUE(records.nics[0].configurations.front().is_static);
  EXPECT_FALSE(records.nics[1].configurations.front().is_static);
  ASSERT_EQ(records.replications.front().nics.size(), 1U);
  EXPECT_EQ(records.replications.front().nics[0].landings.front().subnet, "dr-web");
  EXPECT_EQ(records.replications.front().nics[0].landings.front().ip, "10.2.1.10");
}

// Managed: a set of objects. Data: names alone. Both beside azurerm_subnet.
TEST(TerraformState, SubnetsComeInThreeForms) {
  const auto [records, words] = read_text(state({
      resource(
          "azurerm_virtual_network", "a",
          instance(
              R"("id":")" + network_id("a") +
              R"(","subnet":[{"name":"web","address_prefix":"10.1.1.0/24"},{"name":"db","address_prefixes":["10.1.2.0/24"]}])")),
      resource("azurerm_virtual_network", "b", instance(R"("id":")" + network_id("b") + R"(","subnets":["web"])"),
               R"("mode":"data")"),
      resource(
          "azurerm_subnet", "c",
          instance(R"("id":")" + network_id("b") + R"(/subnets/db","name":"db","address_prefixes":["10.2.2.0/24"])")),
  }));
  EXPECT_EQ(words, "");
  ASSERT_EQ(records.subnets.size(), 4U);
  EXPECT_EQ(to_text(records.subnets[0].prefixes.front()), "10.1.1.0/24");
  EXPECT_EQ(to_text(records.subnets[1].prefixes.front()), "10.1.2.0/24");
  EXPECT_EQ(records.subnets[2].name, "web");
  EXPECT_TRUE(records.subnets[2].prefixes.empty());
  EXPECT_EQ(records.subnets[3].network, network_id("b"));
}

TEST(TerraformState, KeysAreWrittenAsTerraformWritesThem) {
  EXPECT_EQ(text_key("east\"asia\\\n${x}%{y}$"), R"(["east\"asia\\\n$${x}%%{y}$"])");
  EXPECT_EQ(without_keys(R"(module.dr["a\"].b"].module.x[0])"), "module.dr.module.x");
  EXPECT_EQ(without_keys(""), "");
  for (const char* wrong : {"module", "module.", "module.a.", "module.a[", "module.a[x]", "module.a[\"x]", "a.b",
                            "module.a]", "module.a[\"\n\"]", "module.9", "module.a[0]x"})
    EXPECT_FALSE(without_keys(wrong)) << wrong;
  EXPECT_TRUE(is_label("dr-vnet_2"));
  EXPECT_TRUE(is_label("netz-ö"));
  for (const char* wrong : {"", "2a", "-a", "a.b", "a\nb", "a b", "\xff",
                            "a\xe2\x80\xae"
                            "b"})
    EXPECT_FALSE(is_label(wrong));
}

TEST(TerraformState, ATaintedInstanceIsTakenAndADeposedOneIsNot) {
  const auto [records, words] = read_text(state_file("odd.tfstate"), "odd.tfstate");
  ASSERT_EQ(records.mappings.size(), 1U);
  EXPECT_EQ(
      records.mappings[0].place,
      R"(module.dr[0].module.pair["x.y[1]"].azurerm_site_recovery_network_mapping.out["a \"quoted\" $${key}"] in odd.tfstate)");
  EXPECT_EQ(words,
            "note: " + records.mappings[0].place +
                " is tainted / it is taken as it is recorded; Terraform means to replace it with its next apply / \n"
                "note: a deposed instance of " +
                records.mappings[0].place +
                " is left out / Terraform has replaced it, and means to delete it / \n"
                "note: azurerm_virtual_network in odd.tfstate has schema version 7 / 0 is the newest one known here; "
                "attributes of the same names are read / \n");
  EXPECT_EQ(records.networks.size(), 2U);
}

TEST(TerraformState, EmptyTextsAndNullsAreNotGiven) {
  const auto [records, words] = read_text(state({resource(
      "azurerm_virtual_network", "a", instance(R"("id":")" + network_id("a") + R"(","name":"","location":null)"))}));
  EXPECT_EQ(words, "");
  ASSERT_EQ(records.networks.size(), 1U);
  EXPECT_EQ(records.networks[0].name, "");
  EXPECT_EQ(records.networks[0].region, "");
}

TEST(TerraformState, LandingsOfTheNewerProviderAreReadToo) {
  const auto [records, words] = read_text(state_file("five.tfstate"));
  EXPECT_EQ(words, "");
  ASSERT_EQ(records.replications.size(), 1U);
  ASSERT_EQ(records.replications[0].nics.size(), 1U);
  const auto& landings = records.replications[0].nics[0].landings;
  ASSERT_EQ(landings.size(), 2U);
  EXPECT_EQ(landings[0].configuration, "vip");
  EXPECT_FALSE(landings[0].primary);
  EXPECT_TRUE(landings[1].primary);
  EXPECT_EQ(landings[1].ip, "10.2.1.20");
  EXPECT_EQ(records.replications[0].test_network, "");  // null
}

TEST(TerraformState, NothingThatIsMarkedSensitiveIsRead) {
  const std::string marked = R"("schema_version":0,"sensitive_attributes":[[{"type":"get_attr","value":"location"}]])";
  const auto [records, words] = read_text(state({network("a", "eastasia", marked)}));
  ASSERT_EQ(records.networks.size(), 1U);
  EXPECT_EQ(records.networks[0].region, "");
  EXPECT_EQ(
      words,
      "warning: azurerm_virtual_network.a in prod.tfstate: location is not read / Terraform marks it as sensitive, "
      "and pairform reads nothing of that kind / \n");
  // A part that is marked hides the whole of it, and marks that are not understood hide the instance.
  const std::string part =
      R"("schema_version":0,"sensitive_attributes":[[{"type":"get_attr","value":"id"},{"type":"index","value":{"value":0,"type":"number"}}]])";
  EXPECT_TRUE(read_text(state({network("a", "eastasia", part)})).records.networks.empty());
  for (const char* odd : {R"("x")", R"([[]])", R"([[{"type":"index"}]])", R"([{}])", R"([["location"]])"}) {
    const auto hidden = read_text(state({network("a", "eastasia", fmt::format(R"("sensitive_attributes":{})", odd))}));
    EXPECT_TRUE(hidden.records.networks.empty()) << odd;
    EXPECT_NE(hidden.words.find("prod.tfstate: resources[0].instances[0].sensitive_attributes is left out"),
              std::string::npos)
        << hidden.words;
  }
}

TEST(TerraformState, NoSecretGetsIntoARecordOrAMessage) {
  std::string text = state_file("prod.tfstate");
  ASSERT_NE(text.find("not-to-be-read"), std::string::npos);
  // Also where something about the machine is wrong.
  const std::size_t at = text.find("\"network_interface_ids\": [");
  ASSERT_NE(at, std::string::npos);
  text.insert(at + std::string("\"network_interface_ids\": [").size(), "{\"password\": \"not-to-be-read\"},");
  const auto [records, words] = read_text(text);
  EXPECT_NE(words.find("network_interface_ids[0]: expected a text, found an object"), std::string::npos) << words;
  EXPECT_EQ(words.find("not-to-be-read"), std::string::npos);
  for (const auto& each : records.machines)
    for (const auto& nic : each.nics) EXPECT_EQ(nic.find("not-to-be-read"), std::string::npos);
}

struct NoState {
  std::string bytes, told;
};

TEST(TerraformState, WhatIsNoStateSaysWhatItIs) {
  const std::vector<NoState> cases{
      {"", "prod.tfstate is empty"},
      {" \n", "prod.tfstate is empty"},
      {std::string("\xFF\xFE{\0", 4), "prod.tfstate is UTF-16, not UTF-8"},
      {"PK\x03\x04", "prod.tfstate is a saved plan of Terraform, or another archive"},
      {"[]", "prod.tfstate is a list, not a state"},
      {"{}", "prod.tfstate is no state of Terraform: no version"},
      {R"({"version":"4"})", "prod.tfstate is no state of Terraform: no version"},
      {R"({"version":4})", "prod.tfstate has no list of resources"},
      {R"({"version":3,"modules":[]})", "prod.tfstate is a state of version 3"},
      {R"({"version":3,"backend":{"type":"azurerm"}})", "prod.tfstate says where the state is, and holds none"},
      {R"({"version":5,"resources":[]})", "prod.tfstate is a state of version 5"},
      {R"({"format_version":"1.0","values":{}})", "prod.tfstate is what `terraform show -json` prints"},
      {R"({"serial":1,"lineage":"x","meta":{"key_provider.pbkdf2.k":"e30="},"encrypted_data":"eA==","encryption_version":"v0"})",
       "prod.tfstate is encrypted by OpenTofu"},
      {"{\"version\":4,\n\"resources\":[", "prod.tfstate is not JSON, or was cut off"}};
  for (const NoState& each : cases) {
    const auto [records, words] = read_text(each.bytes);
    EXPECT_TRUE(words.starts_with("error: " + each.told + " / ")) << words;
    EXPECT_TRUE(places(records).empty());
  }
  EXPECT_NE(read_text(R"({"encrypted_data":""})").words.find("use `tofu state pull`"), std::string::npos);
  EXPECT_EQ(read_text("\xEF\xBB\xBF" + state({})).words, "");  // a byte order mark
}

TEST(TerraformState, WhatIsBrokenIsToldWithItsPlaceAndTheRestIsTaken) {
  const auto [records, words] = read_text(state(
      {"7", R"({"type":"azurerm_virtual_network"})", resource("azurerm_virtual_network", "a b", ""),
       resource("azurerm_virtual_network", "a", "", R"("module":"x","mode":"managed")"),
       resource("azurerm_virtual_network", "a", "", R"("module":7,"mode":"managed")"),
       resource("azurerm_virtual_network", "a", "", R"("mode":"other")"),
       resource(
           "azurerm_virtual_network", "a",
           R"(3,{},{"index_key":{}},{"attributes_flat":{"id":"x"}},{"attributes":{"id":7}},{"attributes":{"id":"x"}})"),
       network("good", "eastasia")}));
  EXPECT_EQ(records.networks.size(), 1U);
  EXPECT_EQ(
      words,
      "warning: prod.tfstate: resources[0] is left out / expected an object with a type / \n"
      "warning: prod.tfstate: resources[1].name is left out / expected a name that Terraform takes / \n"
      "warning: prod.tfstate: resources[2].name is left out / expected a name that Terraform takes / \n"
      "warning: prod.tfstate: resources[3].module is left out / expected a path like module.dr[\"eastasia\"] / \n"
      "warning: prod.tfstate: resources[4].module is left out / expected a text / \n"
      "warning: prod.tfstate: resources[5].mode is left out / expected \"managed\" or \"data\" / \n"
      "warning: prod.tfstate: resources[6].instances[0] is left out / expected an object / \n"
      "warning: prod.tfstate: resources[6].instances[1].attributes is left out / expected an object / \n"
      "warning: prod.tfstate: resources[6].instances[2].index_key is left out / expected a text or a number / \n"
      "warning: azurerm_virtual_network.a in prod.tfstate is left out / its attributes are in the form of Terraform "
      "0.11; terraform apply -refresh-only writes them anew / \n"
      "warning: azurerm_virtual_network.a in prod.tfstate is not read whole / "
      "resources[6].instances[4].attributes.id: expected a text, found a number / \n"
      "warning: azurerm_virtual_network.a in prod.tfstate is left out / resources[6].instances[5].attributes says "
      "nothing usable of id / \n");
}

TEST(TerraformState, ResourcesOfOtherKindsAreNotLookedAt) {
  EXPECT_EQ(read_text(state({R"({"type":"random_password","name":7,"instances":"x"})"})).words, "");
}

// Cut anywhere, and with any byte changed: never a crash, and never silence about a state that has lost its end.
TEST(TerraformState, AnyBytesAreSafe) {
  for (const char* name : {"prod.tfstate", "five.tfstate", "odd.tfstate"}) {
    const std::string whole = state_file(name);
    const std::size_t end = whole.find_last_of('}');
    for (std::size_t at = 0; at <= end; at += at < 300 ? 1 : 997)
      EXPECT_TRUE(read_text(whole.substr(0, at)).words.starts_with("error: ")) << name << " cut at " << at;
    unsigned seed = 7;
    for (int round = 0; round < 250; ++round) {
      std::string flipped = whole;
      for (int n = 0; n <= round % 3; ++n) {
        seed = seed * 1664525U + 1013904223U;
        flipped[(seed >> 8U) % flipped.size()] =
            round % 5 == 0 ? "{}[]\",:0"[seed % 8] : static_cast<char>(seed >> 24U);
      }
      Diagnostics diagnostics;
      const StateRecords records = read_terraform_state(flipped, name, diagnostics);
      join_states({&records, 1}, {}, diagnostics);
    }
  }
}

}  // namespace
}  // namespace pairform::terraform
