// [provider.azure]: what is wrong with it, all at once, and what its values are.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "providers/azure/settings.h"
#include "schema/value.h"

namespace pairform::azure {
namespace {

const char* const k_guid = "11111111-2222-3333-4444-555555555555";
const std::string k_id =
    fmt::format("/subscriptions/{}/resourceGroups/rg-dr/providers/Microsoft.RecoveryServices/vaults/Vault-Dr", k_guid);

using Values = std::vector<NamedValue>;

Values by_name(Values more = {}) {
  Values out{{"vault", "vault-dr"}, {"resource_group", "rg-dr"}, {"subscription", k_guid}, {"cloud", "public"}};
  for (NamedValue& each : more) {
    const auto same =
        std::find_if(out.begin(), out.end(), [&](const NamedValue& one) { return one.name == each.name; });
    if (same == out.end()) out.push_back(std::move(each));
    else same->value = each.value;
  }
  return out;
}

std::string problems(const Values& values) {
  std::string out;
  for (const SettingProblem& each : check_settings(values)) {
    EXPECT_FALSE(each.help.empty()) << each.summary;
    out += (out.empty() ? "" : "; ") + each.summary;
  }
  return out;
}

struct Case {
  const char* name;
  Values values;
  const char* problems;
};

TEST(AzureSettings, EverythingThatIsWrongIsTold) {
  const Case k_cases[] = {
      {"by name", by_name(), ""},
      {"by id", {{"vault", k_id}}, ""},
      {"by id, and the same again", {{"vault", k_id}, {"resource_group", "RG-DR"}, {"subscription", k_guid}}, ""},
      {"by id, and another group",
       {{"vault", k_id}, {"resource_group", "rg"}},
       "resource_group is another than that of the vault's id"},
      {"nothing", {}, "vault is missing"},
      {"a name alone", {{"vault", "v1"}}, "resource_group is missing; subscription is missing"},
      {"an id of something else",
       {{"vault", "/subscriptions/x/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/a"}},
       "vault is no id of a Recovery Services vault"},
      {"an id with a name for a subscription",
       {{"vault", "/subscriptions/prod/resourceGroups/g/providers/Microsoft.RecoveryServices/vaults/v1"}},
       "vault names a subscription that is no GUID"},
      {"a name that begins with a digit", by_name({{"vault", "1vault"}}), "vault is no name of a vault"},
      {"a group that ends in a dot", by_name({{"resource_group", "rg."}}),
       "resource_group is no name of a resource group"},
      {"a subscription by its name", by_name({{"subscription", "prod"}}), "subscription is no GUID"},
      {"a tenant", by_name({{"tenant", "contoso.onmicrosoft.com"}}), ""},
      {"no tenant", by_name({{"tenant", "contoso"}}), "tenant is neither a GUID nor a domain name"},
      {"a cloud that there is not", by_name({{"cloud", "germany"}}), "cloud is \"germany\", which there is not"},
      {"a custom cloud",
       by_name({{"cloud", "custom"}, {"arm_endpoint", "https://m.example"}, {"authority", "https://l.example"}}), ""},
      {"a custom cloud without addresses", by_name({{"cloud", "custom"}}),
       "arm_endpoint is missing; authority is missing"},
      {"addresses of a public cloud", by_name({{"authority", "https://l.example"}}),
       "authority is only for cloud = \"custom\""},
      {"no TLS",
       by_name({{"cloud", "custom"}, {"arm_endpoint", "http://m.example"}, {"authority", "http://127.0.0.1:80"}}),
       "arm_endpoint is no https address"},
      {"a credential that there is not", by_name({{"credential", "azcli"}}),
       "credential is \"azcli\", which there is not"},
      {"versions", by_name({{"api_site_recovery", "2022-08-01"}, {"api_network", "2025-01-01-preview"}}), ""},
      {"versions that are too old",
       by_name({{"api_site_recovery", "2021-11-01"}, {"api_network", "2023-06-01"}, {"api_compute", "latest"}}),
       "api_site_recovery is before 2022-08-01; api_network is before 2023-09-01; api_compute is no version"},
      {"storage accounts",
       by_name({{"cache_storage_accounts", canonical_text_map({{"eastasia", "rg/cache1"}, {"japaneast", "cache"}})}}),
       "cache_storage_accounts names \"cache\" for japaneast, which is no storage account"},
      {"groups of networks", by_name({{"network_resource_groups", canonical_text_map({{"eastasia", "a b"}})}}),
       "network_resource_groups names \"a b\" for eastasia, which is no name of a resource group"},
      {"a target group", by_name({{"target_resource_group", "{source}-dr"}}), ""},
      {"no target group", by_name({{"target_resource_group", "{vm}-dr"}}),
       "target_resource_group is no name of a resource group"},
      {"numbers",
       by_name({{"policy_retention_minutes", "21601"},
                {"policy_crash_minutes", "0"},
                {"operations_at_once", "-1"},
                {"timeout", "1000"}}),
       "policy_retention_minutes must be between 0 and 21600; policy_crash_minutes must be between 1 and 1440; "
       "operations_at_once must "
       "be between 1 and 500; timeout must be between 5s and 10m"},
      {"a policy", by_name({{"policy", "my policy"}}), "policy is no name of a policy"},
  };
  for (const Case& each : k_cases) EXPECT_EQ(problems(each.values), each.problems) << each.name;
}

TEST(AzureSettings, TheVaultIsOneHoweverItIsGiven) {
  const AzureSettings id = read_settings(Values{{"vault", k_id}}), name = read_settings(by_name());
  EXPECT_EQ(id.vault_id(), k_id);
  EXPECT_EQ(ascii_lower(name.vault_id()), ascii_lower(k_id));
  EXPECT_EQ(id.arm_endpoint, "https://management.azure.com");
  EXPECT_EQ(id.authority, "https://login.microsoftonline.com");
}

TEST(AzureSettings, HaveTheirDefaultsAndTheirValues) {
  const AzureSettings defaults = read_settings(by_name());
  EXPECT_EQ(defaults.api_site_recovery, "2024-04-01");
  EXPECT_EQ(defaults.policy, "24-hour-retention-policy");
  EXPECT_EQ(defaults.policy_retention_minutes, 1440);
  EXPECT_TRUE(defaults.policy_multi_vm_sync);
  EXPECT_EQ(defaults.operations_at_once, 50U);
  EXPECT_EQ(defaults.timeout, std::chrono::seconds(60));
  const AzureSettings given =
      read_settings(by_name({{"cloud", "custom"},
                             {"arm_endpoint", "https://m.example/"},
                             {"authority", "https://l.example"},
                             {"cache_storage_accounts", canonical_text_map({{"East Asia", "rg/cache1"}})},
                             {"network_resource_groups", canonical_text_map({{"eastasia", "rg-net"}})},
                             {"timeout", "5000"}}));
  EXPECT_EQ(given.arm_endpoint, "https://m.example");
  EXPECT_EQ(
      given.cache_storage_accounts.at("eastasia"),
      fmt::format("/subscriptions/{}/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/cache1", k_guid));
  EXPECT_EQ(given.network_resource_groups.at("eastasia"), "rg-net");
  EXPECT_EQ(given.timeout, std::chrono::seconds(5));
}

}  // namespace
}  // namespace pairform::azure
