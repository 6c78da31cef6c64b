// Handles of accepted operations: what is written is read back, and nothing else is read.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>

#include "providers/azure/handle.h"

namespace pairform::azure {
namespace {

constexpr const char* k_vault =
    "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-dr/providers/Microsoft.RecoveryServices/"
    "vaults/"
    "Vault-Dr";
constexpr const char* k_job = "0a1b2c3d-0000-4000-8000-00000000000f";
constexpr const char* k_half = "replicationfabrics/f/replicationnetworks/azurenetwork/replicationnetworkmappings/m";

std::string told(std::string_view text) {
  const auto handle = parse_handle(text, k_vault);
  if (!handle) return "none";
  return fmt::format("{} {} {} {}", static_cast<int>(handle->kind), static_cast<int>(handle->operation), handle->id,
                     handle->job.empty() ? "-" : handle->job);
}

TEST(AzureHandle, SaysWhatTheStepIsAboutAndItsJob) {
  const std::string network = "/subscriptions/S/resourceGroups/RG/providers/Microsoft.Network/virtualNetworks/App";
  EXPECT_EQ(handle_text({Handle::Kind::Network, Operation::Create, network, "0a1b2c3d", {}}, k_vault),
            "azure/1 network create /subscriptions/s/resourcegroups/rg/providers/microsoft.network/virtualnetworks/"
            "app~0a1b2c3d -");
  const std::string half =
      fmt::format("{}/replicationFabrics/F/replicationNetworks/azureNetwork/replicationNetworkMappings/M", k_vault);
  EXPECT_EQ(handle_text({Handle::Kind::Half, Operation::Delete, half, "0a1b2c3d", k_job}, k_vault),
            fmt::format("azure/1 half delete {}~0a1b2c3d {}", k_half, k_job));
}

// What came as job and is none stays out: it might be a link.
TEST(AzureHandle, TakesNoOtherJobThanAGuid) {
  const std::string network = "/subscriptions/s/resourcegroups/rg/providers/microsoft.network/virtualnetworks/app";
  EXPECT_TRUE(
      handle_text({Handle::Kind::Network, Operation::Update, network, "0a1b2c3d", "https://x/y?t=secret"}, k_vault)
          .ends_with(" -"));
}

TEST(AzureHandle, IsReadBackAsItWasWritten) {
  std::minstd_rand random(7);
  const auto name = [&](std::size_t most) {
    std::string out;
    constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789-_.";
    for (std::size_t size = 1 + random() % most; size > 0; --size) out += letters[random() % (letters.size() - 3)];
    return out;
  };
  for (int round = 0; round < 500; ++round) {
    Handle handle;
    handle.kind = random() % 2 == 0 ? Handle::Kind::Network : Handle::Kind::Half;
    handle.operation = static_cast<Operation>(random() % 4);
    if (random() % 2 == 0) handle.job = k_job;
    handle.tag = tag_of(name(20));
    handle.id = handle.kind == Handle::Kind::Network
                    ? fmt::format(
                          "/subscriptions/00000000-0000-4000-8000-000000000001/resourcegroups/{}/providers/"
                          "microsoft.network/virtualnetworks/{}",
                          name(90), name(64))
                    : fmt::format(
                          "/subscriptions/00000000-0000-4000-8000-000000000001/resourcegroups/rg-dr/providers/"
                          "microsoft.recoveryservices/vaults/vault-dr/replicationfabrics/{}/replicationnetworks/"
                          "azurenetwork/replicationnetworkmappings/{}",
                          name(60), name(80));
    const std::string text = handle_text(handle, k_vault);
    ASSERT_LE(text.size(), k_most_handle);
    const auto back = parse_handle(text, k_vault);
    ASSERT_TRUE(back) << text;
    EXPECT_EQ(back->kind, handle.kind);
    EXPECT_EQ(back->operation, handle.operation);
    EXPECT_EQ(back->id, handle.id);
    EXPECT_EQ(back->tag, handle.tag);
    EXPECT_EQ(back->job, handle.job);
  }
}

TEST(AzureHandle, IsNothingElse) {
  const std::string plain = "/subscriptions/s/resourcegroups/rg/providers/microsoft.network/virtualnetworks/app";
  const std::string network = plain + "~0a1b2c3d", half = std::string(k_half) + "~0a1b2c3d";
  const std::string sound = fmt::format("azure/1 network create {} -", network);
  ASSERT_NE(told(sound), "none");
  for (const std::string& wrong : {std::string(),
                                   std::string("1"),
                                   std::string("azure/1"),
                                   fmt::format("azure/2 network create {} -", network),
                                   fmt::format("azure/1 vm create {} -", network),
                                   fmt::format("azure/1 network make {} -", network),
                                   fmt::format("azure/1 network create {}", network),
                                   fmt::format("azure/1 network create {} - -", network),
                                   fmt::format("azure/1  network create {} -", network),
                                   fmt::format(" azure/1 network create {} -", network),
                                   fmt::format("azure/1 network create {} 12", network),
                                   fmt::format("azure/1 half create {} -", network),
                                   fmt::format("azure/1 network create {}/subnets/web~0a1b2c3d -", plain),
                                   fmt::format("azure/1 network create {} -", plain),
                                   fmt::format("azure/1 network create {}~ -", plain),
                                   fmt::format("azure/1 network create {}~0A1B2C3D -", plain),
                                   fmt::format("azure/1 network create {} -", half),
                                   std::string("azure/1 half create ../other/replicationnetworkmappings/m~0a1b2c3d -"),
                                   std::string("azure/1 half create replicationfabrics/f~0a1b2c3d -"),
                                   fmt::format("azure/1 network create {} -", "/Subscriptions" + network.substr(14)),
                                   fmt::format("azure/1 network create {}{}~0a1b2c3d -", plain, std::string(500, 'a'))})
    EXPECT_EQ(told(wrong), "none") << wrong;
  for (std::size_t size = 0; size < sound.size(); ++size) EXPECT_EQ(told(sound.substr(0, size)), "none") << size;
}

}  // namespace
}  // namespace pairform::azure
