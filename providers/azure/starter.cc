#include "providers/azure/starter.h"

#include <fmt/format.h>

#include "providers/azure/credential/source.h"
#include "providers/azure/settings.h"

namespace pairform::azure {
namespace {

constexpr std::string_view k_help =
    "az resource list --resource-type Microsoft.RecoveryServices/vaults --query \"[].id\" lists those that you see:\n"
    "/subscriptions/5a1e0000-0000-4000-8000-000000000001/resourceGroups/rg-dr/providers/Microsoft.RecoveryServices/"
    "vaults/vault-dr";

}  // namespace

Starter start(std::string_view vault_id) {
  std::string id(vault_id);
  while (id.ends_with('/')) id.pop_back();
  std::vector<NamedValue> settings{{"vault", id}};
  Starter out{.lines = fmt::format("vault = \"{}\"\n", id), .summary = {}, .detail = {}, .help = {}};
  const std::string endpoints = process_environment("PAIRFORM_AZURE_ENDPOINTS");
  if (const std::size_t blank = endpoints.find(' '); blank != endpoints.npos) {
    const std::string arm = endpoints.substr(0, blank), authority = endpoints.substr(blank + 1);
    settings.insert(settings.end(), {{"cloud", "custom"}, {"arm_endpoint", arm}, {"authority", authority}});
    out.lines += fmt::format("cloud = \"custom\"\narm_endpoint = \"{}\"\nauthority = \"{}\"\n", arm, authority);
  }
  if (id.find('/') == id.npos) {
    out.summary = "vault is no id of a Recovery Services vault";
    out.detail = "the id of a resource begins with /subscriptions/";
  } else if (const std::vector<SettingProblem> wrong = check_settings(settings); !wrong.empty()) {
    out.summary = wrong.front().summary;
    out.detail = wrong.front().detail;
  }
  out.help = k_help;
  return out;
}

}  // namespace pairform::azure
