#include "providers/azure/settings.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <functional>

#include "providers/azure/arm_id.h"
#include "providers/azure/handle.h"
#include "providers/azure/http/client.h"
#include "providers/azure/vm_settings.h"
#include "schema/check.h"
#include "schema/value.h"

namespace pairform::azure {
namespace {

struct Hosts {
  std::string_view cloud, arm, authority;
};
// learn.microsoft.com, "Azure Government: compare", "Azure China: endpoints".
constexpr Hosts k_hosts[] = {
    {"public", "https://management.azure.com", "https://login.microsoftonline.com"},
    {"usgov", "https://management.usgovcloudapi.net", "https://login.microsoftonline.us"},
    {"china", "https://management.chinacloudapi.cn", "https://login.chinacloudapi.cn"},
};
constexpr std::string_view k_vault_form =
    "/subscriptions/<guid>/resourceGroups/<group>/providers/Microsoft.RecoveryServices/vaults/<name>";

AttributeType row(std::string name, Kind kind, std::string value, std::string doc, std::string example = {}) {
  return {.name = std::move(name),
          .kind = kind,
          .where = Where::Stanza,
          .default_value = std::move(value),
          .doc = std::move(doc),
          .provider = "azure",
          .example = std::move(example)};
}

std::vector<AttributeType> vault_rows() {
  return {
      row("vault", Kind::String, "", "The Recovery Services vault: its name, or its whole ARM id.", "vault-dr"),
      row("resource_group", Kind::String, "", "The vault's resource group. Not a default for networks.", "rg-dr"),
      row("subscription", Kind::String, "",
          "The vault's subscription, and that of every network and vm that names none.",
          "00000000-0000-0000-0000-000000000000"),
      row("tenant", Kind::String, "", "The tenant to sign in to, where the environment names none."),
      row("cloud", Kind::String, "public", "`public`, `usgov`, `china`, or `custom` with the next two.", "public"),
      row("arm_endpoint", Kind::String, "", "The address of Resource Manager in a cloud of your own.",
          "https://management.example.com"),
      row("authority", Kind::String, "", "Where tokens are given in a cloud of your own.", "https://login.example.com"),
      row("credential", Kind::String, "auto",
          "Where the token comes from: `auto`, `environment`, `workload`, `github`, `managed` or `cli`."),
      row("api_site_recovery", Kind::String, "2024-04-01", "Version of the Site Recovery API, 2022-08-01 or later."),
      row("api_network", Kind::String, "2024-01-01",
          "Version of the network API, 2023-09-01 or later: before it, to write a network without its subnets deleted "
          "them all."),
      row("api_compute", Kind::String, "2022-11-01", "Version of the compute API, 2019-07-01 or later.")};
}

std::vector<AttributeType> work_rows() {
  return {
      row("cache_storage_accounts", Kind::TextMap, "",
          "For each source region the storage account that replication is staged in: its ARM id, or `group/name` in "
          "the vault's subscription.",
          "{ eastasia = \"rg-app/cacheeastasia1\" }"),
      row("network_resource_groups", Kind::TextMap, "",
          "For each region the resource group of networks that pairform makes, where neither stanza nor source names "
          "one.",
          "{ southeastasia = \"rg-net-dr\" }"),
      row("target_resource_group", Kind::String, "{source}-asr",
          "The resource group that machines come up in; `{source}` is that of the machine."),
      row("create_resource_groups", Kind::Boolean, "false",
          "Whether pairform makes resource groups that are missing. It needs a right on the subscription."),
      row("policy", Kind::String, "24-hour-retention-policy", "The replication policy; found, or else made."),
      row("policy_retention_minutes", Kind::Integer, "1440", "Recovery points kept, in minutes, 0 to 21600."),
      row("policy_crash_minutes", Kind::Integer, "5", "Minutes between crash-consistent points, 1 to 1440."),
      row("policy_app_minutes", Kind::Integer, "0", "Minutes between application-consistent points, 0 to 720."),
      row("policy_multi_vm_sync", Kind::Boolean, "true", "Whether machines of a group share their points."),
      row("agent_auto_update", Kind::Boolean, "false", "Whether the service updates the agents in the machines."),
      row("operations_at_once", Kind::Integer, "50", "Accepted operations that may run in the vault, 1 to 500."),
      row("timeout", Kind::Duration, "60000", "How long one request may take, 5 s to 10 minutes.", "60s")};
}

bool is_letter_or_digit(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }

bool all_of(std::string_view text, std::string_view more) {
  return std::all_of(text.begin(), text.end(),
                     [&](char c) { return is_letter_or_digit(c) || more.find(c) != std::string_view::npos; });
}

bool is_vault_name(std::string_view text) {
  return text.size() >= 2 && text.size() <= 50 && std::isalpha(static_cast<unsigned char>(text.front())) != 0 &&
         all_of(text, "-");
}
bool is_domain(std::string_view text) {
  return text.find('.') != text.npos && all_of(text, "-.") && text.size() <= 253;
}

// "YYYY-MM-DD", with or without "-preview".
bool is_version(std::string_view text) {
  if (text.ends_with("-preview")) text.remove_suffix(8);
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return c == '-' || std::isdigit(static_cast<unsigned char>(c)) != 0; });
}

std::optional<ArmId> vault_id_of(std::string_view text) {
  auto id = parse_arm_id(text);
  if (!id || !id->is("Microsoft.RecoveryServices", "vaults") || id->parts.size() != 1) return std::nullopt;
  return id;
}

}  // namespace

bool is_group_name(std::string_view text) {
  return !text.empty() && text.size() <= 90 && all_of(text, "_-.()") && !text.ends_with('.');
}

std::string storage_account_id(std::string_view text, const std::string& subscription) {
  const auto id = parse_arm_id(text);
  if (id && id->is("Microsoft.Storage", "storageAccounts")) return std::string(text);
  const std::size_t slash = text.find('/');
  const std::string_view group = text.substr(0, slash), name = slash == text.npos ? "" : text.substr(slash + 1);
  const bool named = name.size() >= 3 && name.size() <= 24 && std::all_of(name.begin(), name.end(), [](char c) {
                       return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
                     });
  if (!is_group_name(group) || !named) return {};
  return fmt::format("/subscriptions/{}/resourceGroups/{}/providers/Microsoft.Storage/storageAccounts/{}", subscription,
                     group, name);
}

namespace {

// The checks of one table.
class Checker {
 public:
  explicit Checker(std::span<const NamedValue> settings) : settings_(settings) {}
  std::vector<SettingProblem> run() {
    vault();
    cloud();
    one_of("credential", {"auto", "environment", "workload", "github", "managed", "cli"});
    if (const std::string tenant = text("tenant"); !tenant.empty() && !is_guid(tenant) && !is_domain(tenant))
      add("tenant", "is neither a GUID nor a domain name", "", "write it as `az account show` prints tenantId");
    version("api_site_recovery", "2022-08-01", "earlier versions lose changes of NICs");
    version("api_network", "2023-09-01", "earlier ones delete the subnets of a network that is written without them");
    version("api_compute", "2019-07-01", "");
    groups();
    number("policy_retention_minutes", 0, 21'600);
    number("policy_crash_minutes", 1, 1440);
    number("policy_app_minutes", 0, 720);
    number("operations_at_once", 1, 500);
    number("timeout", 5'000, 600'000, "between 5s and 10m");
    return std::move(problems_);
  }

 private:
  std::string text(std::string_view name) const { return std::string(find_value(settings_, name).value_or("")); }
  void add(std::string name, const std::string& what, std::string why, std::string help) {
    std::string summary = fmt::format("{} {}", name, what);
    problems_.push_back({std::move(name), std::move(summary), std::move(why), std::move(help)});
  }
  void vault();
  void cloud();
  void groups();
  void one_of(const char* name, std::initializer_list<std::string_view> words);
  void version(const char* name, std::string_view earliest, std::string why);
  void number(const char* name, std::int64_t least, std::int64_t most, std::string range = {});
  void endpoint(const char* name);
  void regions(const char* name, const std::function<bool(const std::string&)>& right, const std::string& what,
               const std::string& help);

  std::span<const NamedValue> settings_;
  std::vector<SettingProblem> problems_;
};

void Checker::vault() {
  const std::string vault = text("vault"), group = text("resource_group"), subscription = text("subscription");
  if (vault.empty())
    return add("vault", "is missing", "a project is about one vault", fmt::format("vault = \"{}\"", k_vault_form));
  if (vault.find('/') != vault.npos) {
    const auto id = vault_id_of(vault);
    if (!id) return add("vault", "is no id of a Recovery Services vault", "", fmt::format("write {}", k_vault_form));
    if (!is_guid(id->subscription))
      add("vault", "names a subscription that is no GUID", "", fmt::format("write {}", k_vault_form));
    const auto differs = [](const std::string& given, const std::string& of_id) {
      return !given.empty() && ascii_lower(given) != ascii_lower(of_id);
    };
    if (differs(group, id->resource_group))
      add("resource_group", "is another than that of the vault's id", fmt::format("the id says {}", id->resource_group),
          "leave it out");
    if (differs(subscription, id->subscription))
      add("subscription", "is another than that of the vault's id", fmt::format("the id says {}", id->subscription),
          "leave it out");
    return;
  }
  if (!is_vault_name(vault))
    add("vault", "is no name of a vault", "2 to 50 letters, digits and \"-\", a letter first",
        "write its name, or its whole ARM id");
  if (group.empty())
    add("resource_group", "is missing", "the vault is given by its name",
        "resource_group = \"rg-dr\", or the whole ARM id as vault");
  else if (!is_group_name(group))
    add("resource_group", "is no name of a resource group", "1 to 90 letters, digits and _ - . ( )",
        "write it as `az group list` prints it");
  if (subscription.empty())
    add("subscription", "is missing", "the vault is given by its name",
        "subscription = \"<guid>\", as `az account show` prints id");
  else if (!is_guid(subscription)) add("subscription", "is no GUID", "", "write it as `az account show` prints id");
}

void Checker::endpoint(const char* name) {
  const auto origin = origin_of(text(name));
  if (!origin || (origin->scheme != "https" && !is_local_host(origin->host)))
    add(name, "is no https address", "a token is sent there", fmt::format("{} = \"https://…\"", name));
}

void Checker::cloud() {
  one_of("cloud", {"public", "usgov", "china", "custom"});
  const bool custom = text("cloud") == "custom";
  for (const char* name : {"arm_endpoint", "authority"}) {
    if (custom && text(name).empty())
      add(name, "is missing", "a custom cloud has addresses of its own", fmt::format("{} = \"https://…\"", name));
    else if (custom) endpoint(name);
    else if (!text(name).empty())
      add(name, "is only for cloud = \"custom\"", "", "leave it out, or write cloud = \"custom\"");
  }
}

void Checker::one_of(const char* name, std::initializer_list<std::string_view> words) {
  const std::string given = text(name);
  if (given.empty() || std::find(words.begin(), words.end(), given) != words.end()) return;
  add(name, fmt::format("is \"{}\", which there is not", given), "",
      fmt::format("write one of {}", fmt::join(words, ", ")));
}

void Checker::version(const char* name, std::string_view earliest, std::string why) {
  const std::string given = text(name);
  if (given.empty()) return;
  if (!is_version(given)) add(name, "is no version", "", fmt::format("write it as \"{}\"", earliest));
  else if (given < earliest)
    add(name, fmt::format("is before {}", earliest), std::move(why),
        fmt::format("write \"{}\" or later, or leave it out", earliest));
}

void Checker::number(const char* name, std::int64_t least, std::int64_t most, std::string range) {
  const std::string given = text(name);
  if (given.empty()) return;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(given.data(), given.data() + given.size(), number);
  if (error == std::errc() && end == given.data() + given.size() && number >= least && number <= most) return;
  if (range.empty()) range = fmt::format("between {} and {}", least, most);
  add(name, fmt::format("must be {}", range), "", "leave it out for the default");
}

void Checker::regions(const char* name, const std::function<bool(const std::string&)>& right, const std::string& what,
                      const std::string& help) {
  const std::string given = text(name);
  if (given.empty()) return;
  const auto entries = parse_text_map(given);
  if (!entries) return;
  for (const auto& [region, value] : *entries)
    if (!right(value)) add(name, fmt::format("names \"{}\" for {}, which is {}", value, region, what), "", help);
}

void Checker::groups() {
  regions(
      "cache_storage_accounts", [](const std::string& value) { return !storage_account_id(value, "x").empty(); },
      "no storage account", "write its ARM id, or group/name");
  regions(
      "network_resource_groups", [](const std::string& value) { return is_group_name(value); },
      "no name of a resource group", "1 to 90 letters, digits and _ - . ( )");
  std::string group = text("target_resource_group");
  if (const std::size_t source = group.find("{source}"); source != group.npos) group.replace(source, 8, "s");
  if (!group.empty() && !is_group_name(group))
    add("target_resource_group", "is no name of a resource group", "",
        "write a name, with {source} for that of the machine");
  const std::string policy = text("policy");
  if (!policy.empty() && (policy.size() > 80 || !all_of(policy, "-")))
    add("policy", "is no name of a policy", "1 to 80 letters, digits and \"-\"", "leave it out for the portal's");
}

std::string without_slash(std::string text) {
  while (text.ends_with('/')) text.pop_back();
  return text;
}

// The table was checked where it came in.
std::map<std::string, std::string> by_region(const std::string& canonical) {
  std::map<std::string, std::string> out;
  if (canonical.empty()) return out;
  const auto entries = parse_text_map(canonical);
  PAIRFORM_CHECK(entries.has_value());
  for (const auto& [region, value] : *entries) out[canonical_region(region)] = value;
  return out;
}

}  // namespace

std::string AzureSettings::vault_id() const {
  return fmt::format("/subscriptions/{}/resourceGroups/{}/providers/Microsoft.RecoveryServices/vaults/{}", subscription,
                     resource_group, vault);
}

void extend_settings(TypeTable& table) {
  ResourceType type{.name = "provider.azure",
                    .doc = "A Recovery Services vault in Azure. Credentials come from the environment.",
                    .attributes = vault_rows(),
                    .columns = {}};
  for (AttributeType& each : work_rows()) type.attributes.push_back(std::move(each));
  table.settings.push_back(std::move(type));
  extend_vms(table);
}

std::vector<SettingProblem> check_settings(std::span<const NamedValue> settings) { return Checker(settings).run(); }

AzureSettings read_settings(std::span<const NamedValue> settings) {
  AzureSettings out;
  const auto text = [&](std::string_view name, const std::string& otherwise = {}) {
    return std::string(find_value(settings, name).value_or(otherwise));
  };
  const auto number = [&](std::string_view name, long otherwise) {
    const std::string given = text(name);
    return given.empty() ? otherwise : std::stol(given);
  };
  out.vault = text("vault");
  out.resource_group = text("resource_group");
  out.subscription = text("subscription");
  if (const auto id = vault_id_of(out.vault)) {
    out.subscription = id->subscription;
    out.resource_group = id->resource_group;
    out.vault = id->name();
  }
  out.tenant = text("tenant");
  const std::string cloud = text("cloud", "public");
  out.arm_endpoint = without_slash(text("arm_endpoint"));
  out.authority = without_slash(text("authority"));
  for (const Hosts& each : k_hosts)
    if (each.cloud == cloud) std::tie(out.arm_endpoint, out.authority) = std::pair(each.arm, each.authority);
  out.credential = text("credential", out.credential);
  out.api_site_recovery = text("api_site_recovery", out.api_site_recovery);
  out.api_network = text("api_network", out.api_network);
  out.api_compute = text("api_compute", out.api_compute);
  out.cache_storage_accounts = by_region(text("cache_storage_accounts"));
  for (auto& [region, account] : out.cache_storage_accounts) account = storage_account_id(account, out.subscription);
  out.network_resource_groups = by_region(text("network_resource_groups"));
  out.target_resource_group = text("target_resource_group", out.target_resource_group);
  out.create_resource_groups = text("create_resource_groups") == "true";
  out.policy = text("policy", out.policy);
  out.policy_retention_minutes = static_cast<int>(number("policy_retention_minutes", 1440));
  out.policy_crash_minutes = static_cast<int>(number("policy_crash_minutes", 5));
  out.policy_app_minutes = static_cast<int>(number("policy_app_minutes", 0));
  out.policy_multi_vm_sync = text("policy_multi_vm_sync", "true") == "true";
  out.agent_auto_update = text("agent_auto_update") == "true";
  out.operations_at_once = static_cast<unsigned>(number("operations_at_once", 50));
  out.timeout = std::chrono::milliseconds(number("timeout", 60'000));
  return out;
}

}  // namespace pairform::azure
