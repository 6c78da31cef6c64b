// What makes Terraform forget a mapping; and, where Terraform is installed, what it says to our states and our blocks. It
// needs no plugin for either: `state list` never does, and the blocks are tried with the resource that is built in.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "providers/terraform/removed_blocks.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/terraform_texts.h"

namespace pairform::terraform {
namespace {

StateRecords records_of(const std::string& name) {
  Diagnostics diagnostics;
  return read_terraform_state(state_file(name), name, diagnostics);
}

constexpr std::string_view k_mapping_blocks =
    "removed {\n"
    "  from = azurerm_site_recovery_network_mapping.back\n"
    "\n"
    "  lifecycle {\n"
    "    destroy = false\n"
    "  }\n"
    "}\n"
    "\n"
    "removed {\n"
    "  from = azurerm_site_recovery_network_mapping.out\n"
    "\n"
    "  lifecycle {\n"
    "    destroy = false\n"
    "  }\n"
    "}\n"
    "\n"
    "removed {\n"
    "  from = module.dr.azurerm_site_recovery_network_mapping.this\n"
    "\n"
    "  lifecycle {\n"
    "    destroy = false\n"
    "  }\n"
    "}\n";

TEST(TerraformRemoved, MappingsAreForgottenWithoutKeysAndNetworksStay) {
  const StateRecords prod = records_of("prod.tfstate");
  EXPECT_EQ(removed_blocks({&prod, 1}, all_mappings({prod})).text, k_mapping_blocks);
  EXPECT_NE(
      removed_blocks({&prod, 1}, all_places({prod})).text.find("from = azurerm_site_recovery_replicated_vm.web\n"),
      std::string::npos);
  EXPECT_EQ(addresses_to_forget(prod, all_mappings({prod})),
            (std::vector<std::string>{"azurerm_site_recovery_network_mapping.back",
                                      "azurerm_site_recovery_network_mapping.out",
                                      "module.dr[\"lab\"].azurerm_site_recovery_network_mapping.this"}));
}

// Keys of instances and of modules fall away, and what they told apart is one block.
TEST(TerraformRemoved, AllInstancesAreOneBlock) {
  const std::string a = R"("schema_version":0,"index_key":"a")", b = R"("schema_version":0,"index_key":1)";
  const std::string module_a = R"("mode":"managed","module":"module.dr[\"a\"]")",
                    module_b = R"("mode":"managed","module":"module.dr[\"b\"]")";
  const std::string attributes = mapping_attributes(network_id("app"), network_id("dr"));
  const auto [records, words] =
      read_text(state({resource("azurerm_site_recovery_network_mapping", "m",
                                instance(attributes, a) + "," + instance(attributes, b), module_a),
                       resource("azurerm_site_recovery_network_mapping", "m", instance(attributes, a), module_b)}));
  const std::string blocks = removed_blocks({&records, 1}, all_mappings({records})).text;
  EXPECT_EQ(blocks.find("from = module.dr.azurerm_site_recovery_network_mapping.m\n"), blocks.rfind("from = "));
  EXPECT_EQ(addresses_to_forget(records, all_mappings({records})).size(), 2U);
}

// A block would be about the instance that stays, too: Terraform must go on with it.
TEST(TerraformRemoved, AResourceThatIsTakenOverInPartGetsNoBlock) {
  const std::string a = R"("schema_version":0,"index_key":"a")", b = R"("schema_version":0,"index_key":1)";
  const std::string attributes = mapping_attributes(network_id("app"), network_id("dr"));
  const auto [records, words] = read_text(state(
      {resource("azurerm_site_recovery_network_mapping", "m", instance(attributes, a) + "," + instance(attributes, b)),
       resource("azurerm_site_recovery_network_mapping", "n", instance(attributes))}));
  ASSERT_EQ(records.mappings.size(), 3U);
  const std::set<Place> taken{records.mappings[0].place, records.mappings[2].place};
  EXPECT_EQ(removed_blocks({&records, 1}, taken).text,
            "# No block for azurerm_site_recovery_network_mapping.m: it would be about all of these, and pairform "
            "does not take over\n"
            "#   " +
                records.mappings[1].place +
                "\n"
                "# `terraform state rm` is for those that it does:\n"
                "#   " +
                records.mappings[0].place +
                "\n"
                "\n"
                "removed {\n"
                "  from = azurerm_site_recovery_network_mapping.n\n"
                "\n"
                "  lifecycle {\n"
                "    destroy = false\n"
                "  }\n"
                "}\n");
  EXPECT_EQ(addresses_to_forget(records, taken),
            (std::vector<std::string>{"azurerm_site_recovery_network_mapping.m[\"a\"]",
                                      "azurerm_site_recovery_network_mapping.n"}));
  EXPECT_EQ(removed_blocks({&records, 1}, {}).text, "");
}

// What cannot be read is Terraform's all the same: no block may be about it. Each row an instance that is refused, or deposed.
TEST(TerraformRemoved, AnInstanceThatIsRefusedGetsNoBlock) {
  const std::string attributes = mapping_attributes(network_id("app"), network_id("dr"));
  const std::string good = instance(attributes, R"("schema_version":0,"index_key":"x")");
  for (const std::string& refused :
       {std::string(R"({"index_key":"y","attributes_flat":{"id":"z"}})"),
        instance(attributes, R"("schema_version":0,"index_key":[1])"),
        instance(attributes, R"("schema_version":0,"index_key":"y","sensitive_attributes":7)"),
        instance(attributes, R"("schema_version":0,"index_key":"y","status":7)"),
        instance(attributes, R"("schema_version":0,"index_key":"x","deposed":"0a1b")"),
        instance(R"("id":"x")", R"("schema_version":0,"index_key":"y")"), std::string("7")}) {
    const auto [records, words] =
        read_text(state({resource("azurerm_site_recovery_network_mapping", "m", good + "," + refused)}));
    ASSERT_EQ(records.mappings.size(), 1U) << refused;
    const RemovedBlocks removed = removed_blocks({&records, 1}, all_mappings({records}));
    EXPECT_EQ(removed.blocks, 0U) << refused << removed.text;
    EXPECT_EQ(removed.not_blocks, 1U) << refused << removed.text;
    EXPECT_EQ(removed.text.find("removed {"), std::string::npos) << refused << removed.text;
    EXPECT_EQ(addresses_to_forget(records, all_mappings({records})),
              (std::vector<std::string>{R"(azurerm_site_recovery_network_mapping.m["x"])"}))
        << refused;
    EXPECT_EQ(records.refused.size(), refused.find("deposed") == std::string::npos ? 1U : 0U) << refused;
  }
}

// Workspaces of one configuration have one address in several states.
TEST(TerraformRemoved, OneAddressInTwoStatesIsOneResource) {
  const std::string text = state({resource("azurerm_site_recovery_network_mapping", "m",
                                           instance(mapping_attributes(network_id("app"), network_id("dr"))))});
  Diagnostics diagnostics;
  const std::vector<StateRecords> both{read_terraform_state(text, "prod.tfstate", diagnostics),
                                       read_terraform_state(text, "stage.tfstate", diagnostics)};
  const RemovedBlocks all = removed_blocks(both, all_mappings(both));
  EXPECT_EQ(all.blocks, 1U);
  EXPECT_EQ(all.text.find("removed {"), all.text.rfind("removed {")) << "Terraform refuses a second one";
  const RemovedBlocks one = removed_blocks(both, {both[0].mappings[0].place});
  EXPECT_EQ(one.blocks, 0U);
  EXPECT_NE(one.text.find("#   azurerm_site_recovery_network_mapping.m in stage.tfstate\n"), std::string::npos)
      << one.text;
}

TEST(TerraformRemoved, SeveralStatesAreToldApart) {
  const std::vector<StateRecords> both{records_of("recovery.tfstate"), records_of("network.tfstate"),
                                       records_of("five.tfstate")};
  const std::string blocks = removed_blocks(both, all_mappings(both)).text;
  EXPECT_TRUE(blocks.starts_with("# recovery.tfstate\nremoved {\n")) << blocks;
  EXPECT_EQ(blocks.find("network.tfstate"), std::string::npos);
  EXPECT_NE(blocks.find("}\n\n# five.tfstate\nremoved {\n"), std::string::npos);
  const StateRecords networks = records_of("network.tfstate");
  EXPECT_EQ(removed_blocks({&networks, 1}, all_places({networks})).text, "");
}

// Runs a command of the shell; what it prints, and how it ends.
std::pair<int, std::string> run(const std::string& command) {
  std::FILE* pipe =
      popen(("unset TF_CLI_ARGS; export CHECKPOINT_DISABLE=1 TF_IN_AUTOMATION=1; " + command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return {-1, ""};
  std::string out;
  std::array<char, 4096> buffer{};
  for (std::size_t got = 0; (got = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
    out.append(buffer.data(), got);
  const int status = pclose(pipe);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, out};
}

bool has_terraform() { return run("command -v terraform").first == 0; }

void write(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

TEST(TerraformItself, ListsTheSameResourcesInOurStates) {
  if (!has_terraform()) GTEST_SKIP() << "Terraform is not installed";
  for (const char* name : {"prod.tfstate", "five.tfstate", "odd.tfstate", "recovery.tfstate", "network.tfstate"}) {
    const auto [code, out] = run("terraform state list -state='" + k_states + name + "'");
    ASSERT_EQ(code, 0) << out;
    const StateRecords records = records_of(name);
    const auto expect_listed = [&, listed = "\n" + out](const std::string& place) {
      const std::string address = place.substr(0, place.rfind(" in "));
      EXPECT_NE(listed.find("\n" + address + "\n"), std::string::npos) << address << " is not in " << listed;
    };
    for (const auto& each : records.networks) expect_listed(each.place);
    for (const auto& each : records.fabrics) expect_listed(each.place);
    for (const auto& each : records.nics) expect_listed(each.place);
    for (const auto& each : records.machines) expect_listed(each.place);
    for (const auto& each : records.mappings) expect_listed(each.place);
    for (const auto& each : records.replications) expect_listed(each.place);
  }
}

TEST(TerraformItself, ForgetsByAddress) {
  if (!has_terraform()) GTEST_SKIP() << "Terraform is not installed";
  const TemporaryDirectory directory;
  const std::string path = (directory.path() / "prod.tfstate").string();
  write(path, state_file("prod.tfstate"));
  const StateRecords prod = records_of("prod.tfstate");
  for (const std::string& address : addresses_to_forget(prod, all_places({prod}))) {
    const auto [code, out] = run("terraform state rm -state='" + path + "' '" + address + "'");
    EXPECT_EQ(code, 0) << out;
  }
  const std::string left = run("terraform state list -state='" + path + "'").second;
  EXPECT_EQ(left.find("site_recovery_network_mapping"), std::string::npos) << left;
  EXPECT_EQ(left.find("replicated_vm"), std::string::npos) << left;
  EXPECT_NE(left.find("azurerm_virtual_network.hub[\"eastasia\"]"), std::string::npos);
}

// The same blocks about resources that are built in: Terraform plans to forget them, and to destroy nothing.
TEST(TerraformItself, PlansToForgetByTheBlocks) {
  if (!has_terraform()) GTEST_SKIP() << "Terraform is not installed";
  const TemporaryDirectory directory;
  const std::filesystem::path at = directory.path();
  const auto all_of = [](std::string text, const std::string& from, const std::string& to) {
    for (std::size_t i = 0; (i = text.find(from, i)) != std::string::npos; i += to.size())
      text.replace(i, from.size(), to);
    return text;
  };
  std::filesystem::create_directory(at / "dr");
  write(at / "dr/main.tf", "resource \"terraform_data\" \"this\" {\n  for_each = toset([\"a\", \"b\"])\n}\n");
  write(at / "main.tf",
        "module \"dr\" {\n  source = \"./dr\"\n  for_each = toset([\"lab\"])\n}\nresource \"terraform_data\" \"out\" "
        "{\n  count "
        "= 2\n}\nresource \"terraform_data\" \"back\" {}\n");
  const std::string terraform = "terraform -chdir='" + at.string() + "' ";
  auto [code, out] = run(terraform + "init -no-color && " + terraform + "apply -auto-approve -no-color");
  ASSERT_EQ(code, 0) << out;
  write(at / "main.tf", "");
  const StateRecords prod = records_of("prod.tfstate");
  write(at / "removed.tf", all_of(removed_blocks({&prod, 1}, all_mappings({prod})).text,
                                  "azurerm_site_recovery_network_mapping", "terraform_data"));
  std::tie(code, out) = run(terraform + "init -no-color && " + terraform + "plan -no-color");
  ASSERT_EQ(code, 0) << out;
  EXPECT_NE(out.find("Plan: 0 to add, 0 to change, 0 to destroy."), std::string::npos) << out;
  for (const char* forgotten : {"terraform_data.back", "terraform_data.out[0]", "terraform_data.out[1]",
                                "module.dr[\"lab\"].terraform_data.this[\"b\"]"})
    EXPECT_NE(out.find(std::string("# ") + forgotten + " will no longer be managed by Terraform"), std::string::npos)
        << forgotten << ": " << out;
}

}  // namespace
}  // namespace pairform::terraform
