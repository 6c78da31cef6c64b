#include "providers/azure/vm_settings.h"

#include <algorithm>
#include <array>
#include <set>

#include "providers/azure/arm_id.h"
#include "schema/check.h"
#include "schema/value.h"

namespace pairform::azure {
namespace {

constexpr std::array<std::string_view, 5> k_disk_types{"Standard_LRS", "StandardSSD_LRS", "Premium_LRS",
                                                       "PremiumV2_LRS", "UltraSSD_LRS"};

std::string account_must_be(std::string_view value) {
  return storage_account_id(value, "x").empty() ? "the ARM id of a storage account, or group/name" : "";
}
std::string group_must_be(std::string_view value) {
  return is_group_name(value) ? "" : "the name of a resource group: 1 to 90 letters, digits and _ - . ( )";
}
bool is_word(std::string_view value, std::string_view more) {
  return std::all_of(value.begin(), value.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || more.find(c) != more.npos;
  });
}
std::string name_must_be(std::string_view value) {
  const bool good = !value.empty() && value.size() <= 64 && is_word(value, "-_.") && !value.ends_with('.') &&
                    !value.ends_with('-') && is_word(value.substr(0, 1), "");
  return good ? "" : "the name of a machine: 1 to 64 letters, digits and - _ ., a letter or digit first";
}
std::string size_must_be(std::string_view value) {
  return !value.empty() && is_word(value, "_-") ? "" : "a size as `az vm list-sizes` prints it: Standard_D2s_v5";
}
std::string zone_must_be(std::string_view value) {
  return value == "1" || value == "2" || value == "3" ? "" : "\"1\", \"2\" or \"3\"";
}
std::string disk_type_must_be(std::string_view value) {
  const bool known = std::find(k_disk_types.begin(), k_disk_types.end(), value) != k_disk_types.end();
  return known ? "" : "Standard_LRS, StandardSSD_LRS, Premium_LRS, PremiumV2_LRS or UltraSSD_LRS";
}

AttributeType vm_row(std::string name, Kind kind, std::string doc, std::string (*must_be)(std::string_view),
                     std::string example = {}) {
  return {.name = std::move(name),
          .kind = kind,
          .where = Where::Stanza,
          .mutability = Mutability::CreateOnly,
          .doc = std::move(doc),
          .provider = "azure",
          .must_be = must_be,
          .example = std::move(example)};
}

std::string extra(std::span<const NamedValue> extras, std::string_view name) {
  return std::string(find_value(extras, name).value_or(""));
}

// "{source}-asr" of a machine in group rg-app: "rg-app-asr".
std::string target_group(const std::string& form, const std::string& source) {
  std::string out = form;
  if (const std::size_t at = out.find("{source}"); at != out.npos) out.replace(at, 8, source);
  return out;
}

}  // namespace

void extend_vms(TypeTable& table) {
  for (ResourceType& type : table.types) {
    if (type.name != "vm") continue;
    for (AttributeType& each : std::vector<AttributeType>{
             vm_row("cache_storage_account", Kind::String,
                    "The storage account in the machine's region that replication is staged in: its ARM id, or "
                    "`group/name` in the vault's subscription. Default: that of `cache_storage_accounts`, else the one "
                    "that all replications from the region use.",
                    account_must_be, "rg-app/cacheeastasia1"),
             vm_row("target_resource_group", Kind::String,
                    "The resource group that the machine comes up in. Default: that of `[provider.azure]`.",
                    group_must_be),
             vm_row("target_name", Kind::String, "Its name there. Default: that of the machine.", name_must_be),
             vm_row("target_size", Kind::String, "Its size there. Default: the service chooses.", size_must_be,
                    "Standard_D2s_v5"),
             vm_row("target_zone", Kind::String, "Its availability zone there, `1`, `2` or `3`. Default: none.",
                    zone_must_be, "1"),
             vm_row("replica_disk_type", Kind::String, "Kind of the replica's disks. Default: that of each disk.",
                    disk_type_must_be, "Premium_LRS"),
             vm_row("target_disk_type", Kind::String,
                    "Kind of the disks that it comes up with. Default: that of each disk.", disk_type_must_be,
                    "Premium_LRS"),
             vm_row("exclude_disks", Kind::TextList, "Names of data disks that are not replicated.", nullptr,
                    "[\"scratch\"]")})
      type.attributes.push_back(std::move(each));
  }
}

CacheAccounts common_cache_accounts(std::span<const ProtectedItem> items) {
  std::map<std::string, std::set<std::string>> used;
  CacheAccounts out;
  for (const ProtectedItem& item : items) {
    if (item.cache_account.empty() || item.reversed()) continue;
    used[item.primary_region].insert(ascii_lower(item.cache_account));
    out[item.primary_region] = item.cache_account;
  }
  for (const auto& [region, accounts] : used)
    if (accounts.size() > 1) out.erase(region);
  return out;
}

ReplicationChoice choose_replication(std::span<const NamedValue> extras, const AzureSettings& settings,
                                     const std::string& machine, const std::string& region, const CacheAccounts& used) {
  ReplicationChoice out;
  out.target_group = extra(extras, "target_resource_group");
  const auto id = parse_arm_id(machine);
  if (out.target_group.empty())
    out.target_group = target_group(settings.target_resource_group, id ? id->resource_group : std::string());
  out.cache_account = storage_account_id(extra(extras, "cache_storage_account"), settings.subscription);
  for (const CacheAccounts* accounts : {&settings.cache_storage_accounts, &used})
    if (const auto at = accounts->find(region); out.cache_account.empty() && at != accounts->end())
      out.cache_account = at->second;
  out.target_zone = extra(extras, "target_zone");
  out.replica_disk_type = extra(extras, "replica_disk_type");
  out.target_disk_type = extra(extras, "target_disk_type");
  if (const std::string disks = extra(extras, "exclude_disks"); !disks.empty()) {
    auto names = parse_text_list(disks);
    PAIRFORM_CHECK(names.has_value());  // checked where it came in
    out.exclude_disks = std::move(*names);
  }
  return out;
}

}  // namespace pairform::azure
