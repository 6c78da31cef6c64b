// The table of what may be sent to Azure: it is in Azure's own descriptions, and it has nothing that harms.
#include <gtest/gtest.h>
#include <simdjson.h>

#include <filesystem>
#include <map>
#include <regex>
#include <set>

#include "providers/azure/requests.h"
#include "schema/value.h"

namespace pairform::azure {
namespace {

namespace fs = std::filesystem;
const fs::path k_descriptions = fs::path(PAIRFORM_SOURCE_DIR) / "tests/azure_emulator/descriptions";

// "GET /subscriptions/{}/…": every path of the descriptions, names of parameters left out, folded.
std::set<std::string> described() {
  std::set<std::string> out;
  simdjson::dom::parser parser;
  for (const fs::directory_entry& file : fs::recursive_directory_iterator(k_descriptions)) {
    if (file.path().extension() != ".json" || file.path().string().find("/examples/") != std::string::npos) continue;
    simdjson::dom::element root;
    simdjson::dom::object paths;
    if (parser.load(file.path().string()).get(root) != simdjson::SUCCESS) continue;
    if (root["paths"].get(paths) != simdjson::SUCCESS) continue;
    for (const auto& [path, methods] : paths)
      for (const auto& [method, ignored] : simdjson::dom::object(methods))
        out.insert(ascii_lower(std::string(method) + " " +
                               std::regex_replace(std::string(path), std::regex("\\{[^}]*\\}"), "{}")));
  }
  return out;
}

// An id of each kind, with every name "{}".
std::string id_of(std::string_view kind) {
  static const std::string subscription = "/subscriptions/{}", group = subscription + "/resourcegroups/{}";
  static const std::string vault = group + "/providers/microsoft.recoveryservices/vaults/{}";
  static const std::string fabric = vault + "/replicationfabrics/{}";
  static const std::string container = fabric + "/replicationprotectioncontainers/{}";
  static const std::map<std::string, std::string, std::less<>> ids{
      {"vaults", vault},
      {"subscriptions", subscription},
      {"replicationfabrics", fabric},
      {"replicationpolicies", vault + "/replicationpolicies/{}"},
      {"replicationprotectioncontainers", container},
      {"replicationprotectioncontainermappings", container + "/replicationprotectioncontainermappings/{}"},
      {"replicationprotecteditems", container + "/replicationprotecteditems/{}"},
      {"replicationnetworkmappings", fabric + "/replicationnetworks/{}/replicationnetworkmappings/{}"},
      {"virtualnetworks", group + "/providers/microsoft.network/virtualnetworks/{}"},
      {"virtualmachines", group + "/providers/microsoft.compute/virtualmachines/{}"},
      {"storageaccounts", group + "/providers/microsoft.storage/storageaccounts/{}"}};
  const auto at = ids.find(kind);
  return at == ids.end() ? std::string() : at->second;
}

std::string described_path(const CallForm& form) {
  const std::size_t end = form.path.find('}');
  std::string rest(form.path.substr(end + 1));
  if (const std::size_t at = rest.find("{name}"); at != rest.npos) rest.replace(at, 6, "{}");
  // A name that is always the same stands for a parameter.
  if (const std::size_t at = rest.find("/azureNetwork/"); at != rest.npos) rest.replace(at, 14, "/{}/");
  return ascii_lower(std::string(form.method) + " " + id_of(form.path.substr(1, end - 1)) + rest);
}

TEST(AzureRequests, AreThoseThatAzureDescribes) {
  const std::set<std::string> known = described();
  ASSERT_GT(known.size(), 150U);
  std::size_t checked = 0;
  for (const CallForm& form : all_calls()) {
    // There is no description of these in the tree.
    if (form.api == Api::Compute || form.api == Api::Storage || form.api == Api::Permission ||
        form.call == Call::ReadEligibility || form.call == Call::ListInterfaces)
      continue;
    EXPECT_TRUE(known.contains(described_path(form))) << described_path(form);
    ++checked;
  }
  EXPECT_GE(checked, 33U);
}

TEST(AzureRequests, HaveNothingThatPurgesOrFailsOver) {
  for (const CallForm& form : all_calls()) {
    const std::string path = ascii_lower(form.path);
    const bool may_delete = path == "{replicationnetworkmappings}" || path == "{virtualnetworks}" ||
                            path == "{virtualnetworks}/subnets/{name}";
    EXPECT_TRUE(form.method != "DELETE" || may_delete) << path;
    EXPECT_TRUE(form.method != "POST" || path == "{replicationprotecteditems}/remove") << path;
    EXPECT_TRUE(path != "{vaults}" || form.method == "GET");
    for (const char* never :
         {"failover", "protection/", "reprotect", "switchprotection", "intent", "commit", "cleanup"})
      EXPECT_EQ(path.find(never), std::string::npos) << path;
  }
}

TEST(AzureRequests, AreNamedOnceAndInOrder) {
  std::set<Call> calls;
  for (const CallForm& form : all_calls()) EXPECT_TRUE(calls.insert(form.call).second) << form.path;
  EXPECT_EQ(calls.size(), static_cast<std::size_t>(Call::ReadPermissions) + 1);
}

TEST(AzureRequests, KeepTheSpellingAndEscapeIt) {
  AzureSettings settings;
  settings.api_network = "2025-01-01";
  const std::string vault = "/Subscriptions/S/resourceGroups/Rg(Dr)/providers/Microsoft.RecoveryServices/vaults/V";
  const auto list = request(Call::ListMappings, settings, vault);
  ASSERT_TRUE(list);
  EXPECT_EQ(list->method, "GET");
  EXPECT_EQ(list->path, vault + "/replicationNetworkMappings");
  EXPECT_EQ(list->api_version, "2024-04-01");
  const auto subnet =
      request(Call::WriteSubnet, settings,
              "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/a", "w b/ä?");
  ASSERT_TRUE(subnet);
  EXPECT_EQ(
      subnet->path,
      "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/a/subnets/w%20b%2F%C3%A4%3F");
  EXPECT_EQ(subnet->api_version, "2025-01-01");
  EXPECT_TRUE(request(Call::ListNetworks, settings, "/subscriptions/s"));
  EXPECT_TRUE(request(Call::ReadPermissions, settings, vault));
}

TEST(AzureRequests, CannotBeBuiltOfAnIdOfAnotherKind) {
  const AzureSettings settings;
  const std::string vault = "/subscriptions/s/resourceGroups/g/providers/Microsoft.RecoveryServices/vaults/v";
  const std::string fabric = vault + "/replicationFabrics/f",
                    item = fabric + "/replicationProtectionContainers/c/replicationProtectedItems/i";
  EXPECT_FALSE(request(Call::DeleteMapping, settings, item));
  EXPECT_FALSE(request(Call::DeleteMapping, settings, fabric));
  EXPECT_FALSE(request(Call::DeleteNetwork, settings, vault));
  EXPECT_FALSE(request(Call::ListNetworks, settings, "/subscriptions/s/resourceGroups/g"));
  EXPECT_FALSE(request(Call::ListFabrics, settings, ""));
  EXPECT_FALSE(request(Call::ListFabrics, settings, vault + "?x=1"));
  EXPECT_FALSE(request(Call::ListFabrics, settings, "https://evil.example" + vault));
  EXPECT_FALSE(request(Call::ReadJob, settings, vault)) << "which one?";
  EXPECT_TRUE(request(Call::ReadJob, settings, vault, "j"));
}

}  // namespace
}  // namespace pairform::azure
