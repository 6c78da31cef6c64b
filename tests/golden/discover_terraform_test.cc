// `pairform discover --from-tfstate`: what Terraform holds, as stanzas, without a cloud; and what makes Terraform forget it.
#include <gtest/gtest.h>

#include "tests/support/program.h"
#include "tests/support/terraform_texts.h"

namespace pairform {
namespace {

using terraform::fabric;
using terraform::instance;
using terraform::k_vault;
using terraform::mapping;
using terraform::mapping_attributes;
using terraform::network;
using terraform::network_id;
using terraform::resource;
using terraform::state_file;

const std::string k_subscription = "3f2504e0-4f89-41d3-9a0c-0305e82c3301";

// Subscriptions are GUIDs where a project is made of them.
std::string with_guid(std::string text) {
  const std::string plain = "/subscriptions/S/";
  for (std::size_t at = 0; (at = text.find(plain, at)) != std::string::npos;)
    text.replace(at, plain.size(), "/subscriptions/" + k_subscription + "/");
  return text;
}
std::string state(const std::vector<std::string>& resources) { return with_guid(terraform::state(resources)); }

const std::string k_fabrics = fabric("ea", "eastasia") + "," + fabric("sea", "southeastasia");
const std::string k_estate =
    state({k_fabrics, network("app", "eastasia"), network("app-dr", "southeastasia"), mapping("out", "app", "app-dr")});
// The region of lab-dr is nowhere.
const std::string k_lab =
    state({fabric("ea", "eastasia"), network("lab", "eastasia"),
           resource("azurerm_site_recovery_network_mapping", "lab",
                    instance(R"("id":")" + k_vault + R"(/replicationFabrics/ea/replicationNetworks/n/m",)" +
                             R"("source_recovery_fabric_name":"ea","target_recovery_fabric_name":"lost",)" +
                             R"("source_network_id":")" + network_id("lab") + R"(","target_network_id":")" +
                             network_id("lab-dr") + R"(")"))});

class DiscoverTerraform : public testing::Test {
 protected:
  DiscoverTerraform() {
    // Not to be signed in with, nor to be reached: whoever asked a cloud would fail.
    program_.set_environment("AZURE_TENANT_ID", "");
    program_.set_environment("HTTPS_PROXY", "http://127.0.0.1:1");
    program_.write("prod.tfstate", k_estate);
  }

  Program program_;
};

const std::string k_stanzas =
    "# azurerm_virtual_network.app in prod.tfstate\n"
    "[network.app]\n"
    "existing = true\n"
    "region = \"eastasia\"\n"
    "resource_group = \"rg\"\n"
    "\n"
    "# azurerm_virtual_network.app-dr in prod.tfstate\n"
    "[network.app-dr]\n"
    "existing = true\n"
    "region = \"southeastasia\"\n"
    "resource_group = \"rg\"\n"
    "\n"
    "# Half a pair: network.app-dr has no way back to network.app. The plan makes it.\n"
    "# azurerm_site_recovery_network_mapping.out in prod.tfstate\n"
    "[mapping.app]\n"
    "source = \"network.app\"\n"
    "target = \"network.app-dr\"\n";

TEST_F(DiscoverTerraform, PrintsTheStanzasOfAFileAndOfStandardInput) {
  const Ran file = program_.run({"discover", "--from-tfstate", "prod.tfstate"});
  EXPECT_EQ(file.exit_code, 0) << file.err;
  EXPECT_EQ(file.out, k_stanzas);
  EXPECT_EQ(file.err, "2 networks, 1 pair (0 whole, 1 half, 0 one way), 0 vms.\n");
  const Ran piped = program_.run_other(
      "/bin/sh", {"-c", std::string("exec " PAIRFORM_BINARY " discover --from-tfstate - < prod.tfstate")});
  EXPECT_EQ(piped.exit_code, 0) << piped.err;
  const Ran pipe =
      program_.run_other("/bin/bash", {"-c", "exec " PAIRFORM_BINARY " discover --from-tfstate <(cat prod.tfstate)"});
  EXPECT_EQ(pipe.exit_code, 0) << pipe.err;
  EXPECT_NE(pipe.out.find("[mapping.app]\n"), std::string::npos) << pipe.out;
  std::string expected = k_stanzas;
  for (std::size_t at = 0; (at = expected.find("prod.tfstate", at)) != std::string::npos;)
    expected.replace(at, std::string_view("prod.tfstate").size(), "standard input");
  EXPECT_EQ(piped.out, expected);
}

// A state that somebody has edited: what is written is valid, and what is not written is told.
TEST_F(DiscoverTerraform, LeavesOutWhatNoStanzaMaySay) {
  const std::string hub =
      resource("azurerm_virtual_network", "hub",
               instance(R"("id":")" + network_id("hub!") +
                        R"(","name":"hub!","location":"southeastasia","resource_group_name":"rg")"));
  program_.write(
      "odd.tfstate",
      state({k_fabrics, network("app", "eastasia"), network("app-dr", "southeastasia"), mapping("out", "app", "app-dr"),
             network("web", "eastasia"), network("back", "southeastasia"), mapping("back", "back", "web"),
             network("lines", "east\\nasia"), network("x", "eastasia"), hub, mapping("line", "lines", "app-dr"),
             mapping("one", "x", "app-dr"), mapping("hub", "web", "hub!")}));
  EXPECT_EQ(program_.run({"discover", "--from-tfstate", "odd.tfstate", "--out", "."}).exit_code, 1);
  const Ran ran = program_.run({"discover", "--from-tfstate", "odd.tfstate", "--out", ".", "--allow-unknown"});
  EXPECT_EQ(ran.exit_code, 0) << ran.err;
  for (const char* words :
       {"azurerm_virtual_network.lines in odd.tfstate is left out\n  why:  \"east\\nasia\" is no region: The character "
        "'\\n'",
        "azurerm_virtual_network.x in odd.tfstate is left out\n  why:  \"x\" is no name of a network: It is too short",
        "azurerm_virtual_network.hub in odd.tfstate is left out\n  why:  \"hub!\" is no name of a network",
        "azurerm_site_recovery_network_mapping.line in odd.tfstate is left out\n  why:  lines is left out",
        "azurerm_site_recovery_network_mapping.hub in odd.tfstate is left out\n  why:  hub! is left out"})
    EXPECT_NE(ran.err.find(words), std::string::npos) << words << "\nis not in\n" << ran.err;
  const std::string made = program_.read("discovered.toml");
  EXPECT_EQ(made.find("network.web has no way back"), std::string::npos) << "it leads to hub!\n" << made;
  const Ran valid = program_.run({"validate"});
  EXPECT_EQ(valid.exit_code, 0) << valid.out << valid.err << made;
}

TEST_F(DiscoverTerraform, MakesAProjectOfTheVaultAndThenFindsNothingNew) {
  const std::string made = program_.done({"discover", "--from-tfstate", "prod.tfstate", "--out", "."});
  EXPECT_EQ(made, "Made pairform.toml\nMade discovered.toml\n");
  EXPECT_EQ(program_.read("pairform.toml"),
            "#:schema .pairform/schema.json\n\ninclude = [\"discovered*.toml\"]\n\n[project]\nname = \"project\"\n"
            "provider = \"azure\"\n\n[provider.azure]\nvault = \"" +
                with_guid(k_vault) + "\"\n");
  EXPECT_EQ(program_.read("discovered.toml"), "#:schema .pairform/schema.json\n\n" + k_stanzas);
  EXPECT_NE(program_.read(".pairform/schema.json").find("network.app-dr"), std::string::npos)
      << "references are completed";
  EXPECT_EQ(program_.run({"validate"}).exit_code, 0);
  const Ran again = program_.run({"discover", "--from-tfstate", "prod.tfstate"});
  EXPECT_EQ(again.exit_code, 0);
  EXPECT_EQ(again.out, "");
  EXPECT_EQ(again.err, "Nothing new: all that was found is declared or recorded.\n");
  EXPECT_EQ(program_.done({"discover", "--from-tfstate", "prod.tfstate", "--all"}), k_stanzas);

  program_.write("new.tfstate", state({network("hub", "westeurope"), network("hub-dr", "northeurope"),
                                       mapping("hub", "hub", "hub-dr")}));
  const std::string news =
      program_.done({"discover", "--from-tfstate", "prod.tfstate", "--from-tfstate", "new.tfstate"});
  EXPECT_EQ(news.find("network.app"), std::string::npos) << news;
  EXPECT_NE(news.find("\n[mapping.hub]\nsource = \"network.hub\"\ntarget = \"network.hub-dr\"\n"), std::string::npos)
      << news;
}

// A stanza may say less than an id does, or the same otherwise: the network is declared all the same.
TEST_F(DiscoverTerraform, KnowsWhatTheProjectDeclaresInOtherWords) {
  const std::string project =
      "[project]\nname = \"dr\"\nprovider = \"azure\"\n[provider.azure]\nvault = \"" + with_guid(k_vault) +
      "\"\n[network.a]\nexisting = true\nregion = \"eastasia\"\nname = \"App\"\n" +
      "[network.b]\nexisting = true\nregion = \"southeastasia\"\nname = \"app-dr\"\nresource_group = \"RG\"\n";
  const std::string own = "subscription = \"" + k_subscription + "\"\n";
  for (const std::string& stanzas : {project, project + own}) {
    program_.write("pairform.toml", stanzas);
    const std::string out = program_.done({"discover", "--from-tfstate", "prod.tfstate"});
    EXPECT_EQ(out.find("[network."), std::string::npos) << out;
    EXPECT_NE(out.find("[mapping.a]\nsource = \"network.a\"\ntarget = \"network.b\"\n"), std::string::npos) << out;
  }
  program_.append("pairform.toml", "[mapping.m]\nsource = \"network.a\"\ntarget = \"network.b\"\n");
  const Ran all = program_.run({"discover", "--from-tfstate", "prod.tfstate", "--terraform-removed", "removed.tf"});
  EXPECT_EQ(all.out, "");
  EXPECT_NE(program_.read("removed.tf").find("network_mapping.out\n"), std::string::npos);
}

// Of another subscription than the vault's each stanza says which.
TEST_F(DiscoverTerraform, NamesAnotherSubscription) {
  std::string other = terraform::network("app", "eastasia");
  other.replace(other.find("/subscriptions/S/"), 17, "/subscriptions/11111111-2222-4333-8444-555555555555/");
  std::string mapped = mapping("out", "app", "app-dr");
  mapped.replace(mapped.find("source_network_id\":\"/subscriptions/S/") + 20, 17,
                 "/subscriptions/11111111-2222-4333-8444-555555555555/");
  program_.write("prod.tfstate", state({k_fabrics, other, network("app-dr", "southeastasia"), mapped}));
  const std::string out = program_.done({"discover", "--from-tfstate", "prod.tfstate"});
  EXPECT_NE(out.find("[network.app]\nexisting = true\nregion = \"eastasia\"\nresource_group = \"rg\"\nsubscription = "
                     "\"11111111-2222-4333-8444-555555555555\"\n"),
            std::string::npos)
      << out;
  EXPECT_EQ(out.find(k_subscription), std::string::npos) << out;
}

TEST_F(DiscoverTerraform, WritesWhatMakesTerraformForgetTheMappingsAlone) {
  program_.write("prod.tfstate", state_file("prod.tfstate"));
  const Ran ran = program_.run(
      {"discover", "--from-tfstate", "prod.tfstate", "--region", "eastasia", "--terraform-removed", "removed.tf"});
  EXPECT_EQ(ran.exit_code, 0) << ran.err;
  const std::string blocks = program_.read("removed.tf");
  for (const char* from : {"azurerm_site_recovery_network_mapping.back", "azurerm_site_recovery_network_mapping.out",
                           "module.dr.azurerm_site_recovery_network_mapping.this"})
    EXPECT_NE(blocks.find(std::string("removed {\n  from = ") + from + "\n\n  lifecycle {\n    destroy = false\n"),
              std::string::npos)
        << blocks;
  EXPECT_EQ(blocks.find("replicated_vm"), std::string::npos) << "existing vms stay Terraform's";
  EXPECT_EQ(blocks.find("virtual_network"), std::string::npos);
  EXPECT_TRUE(ran.err.ends_with(
      "Made removed.tf: with it, `terraform apply` forgets 3 resources, and leaves the cloud as it is.\n"
      "Without `terraform init` these do the same:\n"
      "terraform state rm azurerm_site_recovery_network_mapping.back\n"
      "terraform state rm azurerm_site_recovery_network_mapping.out\n"
      "terraform state rm 'module.dr[\"lab\"].azurerm_site_recovery_network_mapping.this'\n"))
      << ran.err;

  // A mapping that no stanza declares stays Terraform's.
  program_.done({"discover", "--from-tfstate", "prod.tfstate", "--network", "hub*", "--terraform-removed", "hub.tf"});
  const std::string of_hub = program_.read("hub.tf");
  EXPECT_NE(of_hub.find("from = azurerm_site_recovery_network_mapping.out\n"), std::string::npos) << of_hub;
  EXPECT_EQ(of_hub.find("module.dr"), std::string::npos) << of_hub;
}

// Files that were written earlier count as well: the blocks may be asked for later.
TEST_F(DiscoverTerraform, ForgetsWhatTheProjectDeclaresAlready) {
  program_.done({"discover", "--from-tfstate", "prod.tfstate", "--out", "."});
  const Ran ran = program_.run({"discover", "--from-tfstate", "prod.tfstate", "--terraform-removed", "removed.tf"});
  EXPECT_EQ(ran.exit_code, 0) << ran.err;
  EXPECT_EQ(ran.out, "");
  EXPECT_NE(program_.read("removed.tf").find("from = azurerm_site_recovery_network_mapping.out\n"), std::string::npos);
}

TEST_F(DiscoverTerraform, ForgetsManagedVms) {
  program_.write("prod.tfstate", state_file("five.tfstate"));
  const Ran ran = program_.run(
      {"discover", "--from-tfstate", "prod.tfstate", "--vms", "managed", "--terraform-removed", "removed.tf"});
  EXPECT_EQ(ran.exit_code, 0) << ran.err;
  EXPECT_NE(program_.read("removed.tf").find("from = azurerm_site_recovery_replicated_vm."), std::string::npos)
      << ran.out << program_.read("removed.tf");
}

// What nobody can place is told, and left to Terraform; a stanza to complete stands in a comment.
TEST_F(DiscoverTerraform, AMappingWithoutARegionIsACommentAndStaysTerraforms) {
  program_.write("lab.tfstate", k_lab);
  const Program::Arguments command{"discover",    "--from-tfstate",      "prod.tfstate", "--from-tfstate",
                                   "lab.tfstate", "--terraform-removed", "removed.tf"};
  const Ran refused = program_.run(command);
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_NE(refused.err.find("warning PF3004: azurerm_site_recovery_network_mapping.lab in lab.tfstate is left out\n"),
            std::string::npos)
      << refused.err;
  EXPECT_EQ(refused.err.find("not read:"), std::string::npos) << "told once";
  EXPECT_TRUE(
      refused.out.starts_with("# Not read: azurerm_site_recovery_network_mapping.lab in lab.tfstate: the region "
                              "of " +
                              with_guid(network_id("lab-dr")) + " is in no state given\n"))
      << refused.out;
  for (const char* said :
       {"#\n# # its region is in no state; named by azurerm_site_recovery_network_mapping.lab in lab.tfstate\n"
        "# [network.lab-dr]\n# existing = true\n# region = \"REGION\"\n# resource_group = \"rg\"\n#\n",
        "# [mapping.lab]\n# source = \"network.lab\"\n# target = \"network.lab-dr\"\n"})
    EXPECT_NE(refused.out.find(said), std::string::npos) << refused.out;
  EXPECT_EQ(program_.read("removed.tf"), "");

  Program::Arguments all = command;
  all.emplace_back("--allow-unknown");
  EXPECT_EQ(program_.run(all).exit_code, 0);
  const std::string blocks = program_.read("removed.tf");
  EXPECT_NE(blocks.find("network_mapping.out\n"), std::string::npos);
  EXPECT_EQ(blocks.find("network_mapping.lab"), std::string::npos) << blocks;
}

TEST_F(DiscoverTerraform, OneVaultIsAProject) {
  program_.write(
      "prod.tfstate",
      state({k_fabrics, network("app", "eastasia"), network("app-dr", "southeastasia"), mapping("out", "app", "app-dr"),
             resource("azurerm_site_recovery_network_mapping", "two",
                      instance(mapping_attributes(network_id("app-dr"), network_id("app"),
                                                  "/subscriptions/S/resourceGroups/rg/providers/"
                                                  "Microsoft.RecoveryServices/vaults/two")))}));
  const Ran both = program_.run({"discover", "--from-tfstate", "prod.tfstate"});
  EXPECT_EQ(both.exit_code, 1);
  EXPECT_NE(both.err.find("error PF5001: the states hold mappings or replications of 2 vaults\n"), std::string::npos)
      << both.err;
  const Ran one = program_.run({"discover", "--from-tfstate", "prod.tfstate", "--scope", with_guid(k_vault)});
  EXPECT_EQ(one.exit_code, 0) << one.err;
  EXPECT_EQ(one.out, k_stanzas);
}

// Half of the resource can be read; the other half stays Terraform's, and the run says so.
TEST_F(DiscoverTerraform, WhatCannotBeReadIsUnreadAndKeptByTerraform) {
  const std::string good =
      instance(mapping_attributes(network_id("app"), network_id("app-dr")), R"("schema_version":0,"index_key":"x")");
  program_.write("prod.tfstate", state({k_fabrics, network("app", "eastasia"), network("app-dr", "southeastasia"),
                                        resource("azurerm_site_recovery_network_mapping", "m",
                                                 good + R"(,{"index_key":"y","attributes_flat":{"id":"z"}})")}));
  const Program::Arguments command{"discover", "--from-tfstate", "prod.tfstate", "--terraform-removed", "removed.tf"};
  const Ran refused = program_.run(command);
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_TRUE(refused.out.starts_with(
      "# Not read: azurerm_site_recovery_network_mapping.m[\"y\"] in prod.tfstate: it cannot be read\n"))
      << refused.out;
  EXPECT_EQ(program_.read("removed.tf"), "");
  Program::Arguments all = command;
  all.emplace_back("--allow-unknown");
  const Ran ran = program_.run(all);
  EXPECT_EQ(ran.exit_code, 0) << ran.err;
  EXPECT_EQ(program_.read("removed.tf").find("removed {"), std::string::npos) << program_.read("removed.tf");
  EXPECT_TRUE(ran.err.ends_with(
      "Made removed.tf: 1 resource of which pairform takes over a part has no block; comments say why.\n"
      "These forget all that is taken over, without `terraform init`:\n"
      "terraform state rm 'azurerm_site_recovery_network_mapping.m[\"x\"]'\n"))
      << ran.err;
}

TEST_F(DiscoverTerraform, WhatIsOfAnotherVaultIsSaid) {
  program_.done({"discover", "--from-tfstate", "prod.tfstate", "--out", "."});
  program_.write("two.tfstate",
                 state({k_fabrics, resource("azurerm_site_recovery_network_mapping", "two",
                                            instance(mapping_attributes(network_id("app-dr"), network_id("app"),
                                                                        "/subscriptions/S/resourceGroups/rg/providers/"
                                                                        "Microsoft.RecoveryServices/vaults/two")))}));
  const Ran ran = program_.run({"discover", "--from-tfstate", "two.tfstate"});
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_NE(ran.err.find("warning PF3004: 1 mapping or replication of other vaults is left out\n"), std::string::npos)
      << ran.err;
  program_.remove("pairform.toml");
  const Ran typo = program_.run({"discover", "--from-tfstate", "two.tfstate", "--scope", with_guid(k_vault) + "X"});
  EXPECT_EQ(typo.exit_code, 1);
  EXPECT_NE(typo.err.find("error PF5001: the states hold nothing of the vault that --scope names\n"), std::string::npos)
      << typo.err;
}

// A disk that is full: the stanzas are lost, so nothing is made that forgets what they would declare.
TEST_F(DiscoverTerraform, NothingIsForgottenWhereTheStanzasCannotBeWritten) {
  const Ran ran = program_.run_other(
      "/bin/sh", {"-c", "exec " PAIRFORM_BINARY
                        " discover --from-tfstate prod.tfstate --terraform-removed removed.tf > /dev/full"});
  EXPECT_EQ(ran.exit_code, 1) << ran.err;
  EXPECT_NE(ran.err.find("error PF5005: standard output cannot be written\n"), std::string::npos) << ran.err;
  EXPECT_EQ(program_.read("removed.tf"), "");
}

// A last line without an end is not continued.
TEST_F(DiscoverTerraform, AnIgnoreFileKeepsItsLastLine) {
  program_.write(".gitignore", "node_modules");
  program_.done({"discover", "--from-tfstate", "prod.tfstate", "--out", "."});
  EXPECT_EQ(program_.read(".gitignore"), "node_modules\n.pairform/\n");
  program_.write("other/.gitignore", "node_modules");
  program_.done({"init", "other"});
  EXPECT_EQ(program_.read("other/.gitignore"), "node_modules\n.pairform/\n");
}

TEST_F(DiscoverTerraform, SaysWhatDoesNotFit) {
  const auto said = [&](const Program::Arguments& arguments) {
    const Ran ran = program_.run(arguments);
    EXPECT_EQ(ran.exit_code, 1) << ran.err;
    EXPECT_EQ(ran.out, "");
    return ran.err;
  };
  EXPECT_EQ(said({"discover", "--terraform-removed", "removed.tf"}),
            "error PF5001: --terraform-removed is about states of Terraform, and none is given\n"
            "  fix:  give them, too: --from-tfstate FILE\n");
  program_.write("removed.tf", "mine");
  EXPECT_NE(said({"discover", "--from-tfstate", "prod.tfstate", "--out", ".", "--terraform-removed", "removed.tf"})
                .find("removed.tf is there already"),
            std::string::npos);
  EXPECT_EQ(program_.read("removed.tf"), "mine");
  EXPECT_EQ(program_.read("pairform.toml"), "") << "refused before anything is made";
  EXPECT_NE(said({"discover", "--from-tfstate", "nowhere.tfstate"}).find("nowhere.tfstate cannot be read"),
            std::string::npos);
  program_.write("prod.tfstate", R"({"version":4,"encrypted_data":"AAAA"})");
  EXPECT_NE(said({"discover", "--from-tfstate", "prod.tfstate"}).find("tofu state pull"), std::string::npos);
  program_.write("prod.tfstate", "{\"version\":4,\"resources\":[");
  said({"discover", "--from-tfstate", "prod.tfstate"});
  program_.write("pairform.toml", "[project]\nname = \"lab\"\n");
  program_.write("prod.tfstate", k_estate);
  EXPECT_EQ(said({"discover", "--from-tfstate", "prod.tfstate"}),
            "error PF5001: --from-tfstate reads what Terraform holds of azure, and this project works on simulator\n"
            "  fix:  go to a directory without a project, or give one that works on a vault: pairform -C DIR\n");
}

// Keys of for_each are whatever somebody wrote: none ends a comment, a string or a line of a terminal.
TEST_F(DiscoverTerraform, NamesDoNotBreakOut) {
  const std::string key = R"("schema_version":0,"index_key":"a\n[mapping.evil]\u202e\u001b[2J\"#")";
  program_.write("prod.tfstate", state({k_fabrics, network("app", "eastasia", key), network("app-dr", "southeastasia"),
                                        mapping("out", "app", "app-dr", key)}));
  const Ran ran =
      program_.run({"discover", "--from-tfstate", "prod.tfstate", "--out", ".", "--terraform-removed", "removed.tf"});
  EXPECT_EQ(ran.exit_code, 0) << ran.err;
  const std::string written = program_.read("discovered.toml") + program_.read("removed.tf") + ran.out + ran.err;
  EXPECT_EQ(written.find("\n[mapping.evil]"), std::string::npos) << written;
  EXPECT_EQ(written.find('\x1b'), std::string::npos);
  EXPECT_EQ(written.find("\u202e"), std::string::npos);
  const Ran valid = program_.run({"validate"});
  EXPECT_EQ(valid.out, "The files are valid: 4 resources.\n") << valid.err;
}

}  // namespace
}  // namespace pairform
