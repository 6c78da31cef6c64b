// States of Terraform as the command line names them.
#include "cli/terraform_states.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/support/temporary_directory.h"
#include "tests/support/terraform_texts.h"

namespace pairform {
namespace {

const std::string k_prod = PAIRFORM_SOURCE_DIR "/tests/providers/terraform_states/prod.tfstate";

TEST(TerraformStates, EachThatCannotBeReadIsTold) {
  Diagnostics diagnostics;
  const auto states = read_terraform_states({"/nowhere/a.tfstate", k_prod, "/"}, diagnostics);
  EXPECT_EQ(states.size(), 1U);
  ASSERT_EQ(diagnostics.errors(), 2U);
  EXPECT_TRUE(diagnostics.items()[0].summary.starts_with("/nowhere/a.tfstate cannot be read: "));
  EXPECT_EQ(diagnostics.items()[1].summary, "/ cannot be read: it is a directory");
}

TEST(TerraformStates, StandardInputIsOneState) {
  Diagnostics diagnostics;
  EXPECT_TRUE(read_terraform_states({"-", "-"}, diagnostics).empty());
  EXPECT_EQ(diagnostics.errors(), 1U);
}

TEST(TerraformStates, StandardInputIsReadWhole) {
  ASSERT_NE(std::freopen(k_prod.c_str(), "r", stdin), nullptr);
  Diagnostics diagnostics;
  const auto states = read_terraform_states({"-"}, diagnostics);
  EXPECT_TRUE(diagnostics.items().empty());
  ASSERT_EQ(states.size(), 1U);
  EXPECT_EQ(states[0].mappings.size(), 3U);
  EXPECT_EQ(states[0].mappings[0].place, "azurerm_site_recovery_network_mapping.back in standard input");
}

TEST(TerraformStates, BlocksAreWrittenOnceAndOverNothing) {
  Diagnostics diagnostics;
  const auto states = read_terraform_states({k_prod}, diagnostics);
  const TemporaryDirectory directory;
  const std::string path = (directory.path() / "removed.tf").string();
  const std::set<terraform::Place> taken = terraform::all_places(states);
  EXPECT_FALSE(removed_blocks_refused(path));
  const std::string blocks = terraform::removed_blocks(states, taken).text;
  EXPECT_FALSE(write_removed_blocks(path, blocks));
  std::ifstream in(path);
  const std::string text(std::istreambuf_iterator<char>(in), {});
  EXPECT_EQ(text, blocks);
  ASSERT_TRUE(removed_blocks_refused(path));
  const auto again = write_removed_blocks(path, "other");
  ASSERT_TRUE(again);
  EXPECT_EQ(again->summary, path + " is there already");
  EXPECT_TRUE(write_removed_blocks("/nowhere/removed.tf", blocks));
  EXPECT_TRUE(removed_blocks_refused("/nowhere/removed.tf"));
  EXPECT_FALSE(removed_blocks_refused(std::string(300, 'x'))) << "told where it is written";
}

// Not through a link either, also where that leads nowhere.
TEST(TerraformStates, ALinkIsNotWrittenThrough) {
  const TemporaryDirectory directory;
  const std::filesystem::path link = directory.path() / "removed.tf", target = directory.path() / "elsewhere.tf";
  std::filesystem::create_symlink(target, link);
  EXPECT_TRUE(removed_blocks_refused(link));
  EXPECT_TRUE(write_removed_blocks(link, "text"));
  EXPECT_FALSE(std::filesystem::exists(target));
}

TEST(TerraformStates, LinesToForgetAreQuotedForAShell) {
  Diagnostics diagnostics;
  const auto states = read_terraform_states({k_prod}, diagnostics);
  EXPECT_EQ(forget_lines(states, terraform::all_mappings(states)),
            "terraform state rm azurerm_site_recovery_network_mapping.back\n"
            "terraform state rm azurerm_site_recovery_network_mapping.out\n"
            "terraform state rm 'module.dr[\"lab\"].azurerm_site_recovery_network_mapping.this'\n");
}

}  // namespace
}  // namespace pairform
