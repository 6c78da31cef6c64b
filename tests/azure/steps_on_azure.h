// Steps that a provider for Azure carries out on the emulator, driven as the engine drives them. The world: network app in
// eastasia, to be made or there already, dr and lab in southeastasia; machine web0 on app, where a test puts it.
#pragma once
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <regex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "engine/worker_pool.h"
#include "providers/provider_set.h"
#include "schema/value.h"
#include "tests/support/azure_emulator.h"
#include "tests/support/provider_steps.h"

namespace pairform {

class StepsOnAzure : public testing::Test {
 protected:
  StepsOnAzure() { azure_.reset(); }
  ~StepsOnAzure() override { EXPECT_EQ(azure_.mistakes(), ""); }

  static constexpr const char* k_space = R"(["10.1.0.0/16"])";
  static constexpr const char* k_wider = R"(["10.1.0.0/16","10.2.0.0/16"])";
  static constexpr const char* k_web = R"({"web":"10.1.1.0/24"})";
  static constexpr const char* k_web_and_new = R"({"new":"10.2.1.0/24","web":"10.1.1.0/24"})";
  static constexpr const char* k_network_path = "/virtualNetworks/[^/?]+(\\?|$)";
  static constexpr const char* k_subnet_path = "/subnets/[^/?]+(\\?|$)";
  static constexpr const char* k_fabric_path = "/replicationFabrics/[^/?]+(\\?|$)";
  static constexpr const char* k_mapping_path = "/replicationNetworkMappings/[^/?]+(\\?|$)";
  const std::string k_app = "eastasia/app", k_dr = "southeastasia/dr", k_lab = "southeastasia/lab";
  const std::string k_slot = "eastasia/app:southeastasia";
  const std::string k_web0 = "eastasia/web0", k_front = "eastasia/web0/web0-front";

  std::unique_ptr<Provider> open(const std::vector<NamedValue>& more = {}) {
    const auto& all = provider_entries();
    const auto& entry =
        *std::find_if(all.begin(), all.end(), [](const ProviderEntry& each) { return each.name == "azure"; });
    std::vector<NamedValue> settings = more;  // the first one of a name counts
    for (const NamedValue& each : std::vector<NamedValue>{
             {"vault", k_azure_vault},
             {"cloud", "custom"},
             {"arm_endpoint", azure_.url()},
             {"authority", azure_.url()},
             {"cache_storage_accounts", R"({"eastasia":"rg-app/cache1"})"},
             {"network_resource_groups", R"({"eastasia":"rg-net-eastasia","southeastasia":"rg-net-southeastasia"})"}})
      settings.push_back(each);
    auto provider = entry.open({{}, entry.default_edition, settings});
    const std::vector<KnownResource> known{
        {"network", k_app, {}}, {"network", k_dr, {}}, {"network", k_lab, {}}, {"vm", k_web0, {}}};
    EXPECT_TRUE(provider->connect(known, {}).empty());
    return provider;
  }

  // Networks that are there, without time passing. `app_more`: further members of app.
  void put_networks(std::string_view app_more = {}) {
    azure_.control("put", fmt::format(R"({{"network": [
      {{"group": "rg-net-eastasia", "name": "app", "region": "eastasia", "space": ["10.1.0.0/16"],
        "subnets": {{"web": "10.1.1.0/24"}}, "tags": {{"pairform-project": "contoso-dr"}}{}}},
      {{"group": "rg-net-southeastasia", "name": "dr", "region": "southeastasia", "space": ["10.1.0.0/16"]}},
      {{"group": "rg-net-southeastasia", "name": "lab", "region": "southeastasia", "space": ["10.1.0.0/16"]}}]}})",
                                      app_more));
  }
  // Machine web0 of two NICs, the first of which has a static, a dynamic and an IPv6 address beside its own, and what its
  // replication needs beside the vault; networks have subnets of both versions.
  void put_machine() {
    const std::string subnets = R"("subnets": {"web": {"addressPrefixes": ["10.1.1.0/24", "fd00:1::/64"]},
                                               "db": "10.1.2.0/24"})",
                      web = azure_network_id("rg-net-eastasia", "app") + "/subnets/web";
    azure_.control("put", fmt::format(R"({{"group": {{"name": "rg-app-asr", "region": "southeastasia"}},
      "storage": {{"group": "rg-app", "name": "cache1", "region": "eastasia"}}, "network": [
      {{"group": "rg-net-eastasia", "name": "app", "region": "eastasia", "space": ["10.1.0.0/16", "fd00:1::/48"], {0}}},
      {{"group": "rg-net-southeastasia", "name": "dr", "region": "southeastasia",
        "space": ["10.1.0.0/16", "fd00:1::/48"], {0}}},
      {{"group": "rg-net-southeastasia", "name": "lab", "region": "southeastasia",
        "space": ["10.1.0.0/16", "fd00:1::/48"], {0}}}],
      "machine": {{"group": "rg-app", "name": "web0", "region": "eastasia", "nics": [
        {{"name": "web0-front", "configs": [
          {{"name": "own", "subnet": "{1}", "ip": "10.1.1.20"}}, {{"name": "vip", "subnet": "{1}", "ip": "10.1.1.21"}},
          {{"name": "any", "subnet": "{1}"}},
          {{"name": "six", "subnet": "{1}", "ip": "fd00:1::20", "version": "IPv6"}}]}},
        {{"name": "web0-back", "subnet": "{2}"}}]}}}})",
                                      subnets, web, azure_network_id("rg-net-eastasia", "app") + "/subnets/db"));
  }
  // `mapped`: with the mappings of containers.
  void put_plumbing(bool mapped = true) {
    azure_.control("put", fmt::format(R"({{"plumbing": {{"regions": ["eastasia", "southeastasia"], "mapped": {}}}}})",
                                      mapped ? "true" : "false"));
  }
  // The machine is replicated, and lands in dr.
  void put_item() {
    put_plumbing();
    azure_.control("put", fmt::format(R"({{"item": {{"name": "item-0", "subnet": "web", "network": "{0}",
      "machine": "{1}/providers/Microsoft.Compute/virtualMachines/web0",
      "cache": "{1}/providers/Microsoft.Storage/storageAccounts/cache1"}}}})",
                                      azure_network_id("rg-net-southeastasia", "dr"), azure_group_id("rg-app")));
  }
  static std::string item_id() {
    return std::string(k_azure_vault) +
           "/replicationFabrics/asr-a2a-default-eastasia/replicationProtectionContainers/"
           "asr-a2a-default-eastasia-container/replicationProtectedItems/item-0";
  }
  static std::string app_id() { return azure_network_id("rg-net-eastasia", "app"); }

  CloudStep create_app() const { return network_step(Operation::Create, "eastasia", "app", k_app, k_space, k_web); }
  CloudStep of_app(Operation operation, const char* space, const char* subnets) const {
    CloudStep step = network_step(operation, "eastasia", "app", k_app, space, subnets);
    step.id = ascii_lower(app_id());
    return step;
  }
  CloudStep grow_app() const { return of_app(Operation::Update, k_wider, k_web_and_new); }
  // Back to its first space, from the wider one.
  CloudStep shrink_app(const char* subnets, const char* seen) const {
    CloudStep step = of_app(Operation::Shrink, k_space, subnets);
    step.seen = {{"address_space", k_wider}, {"subnets", seen}};
    return step;
  }
  CloudStep create_half(const std::string& target, const std::string& name = "App-to-Dr") const {
    return mapping_step(Operation::Create, k_slot, name, k_app, target);
  }
  CloudStep create_half() const { return create_half(k_dr); }
  // On what exists, by its id.
  CloudStep retarget_half(Provider& provider, const std::string& target) const {
    CloudStep step = mapping_step(Operation::Update, k_slot, "App-to-Dr", k_app, target);
    step.id = id_of(provider, "mapping", k_slot);
    return step;
  }
  CloudStep enable_web0() const {
    return vm_step(Operation::Create, k_web0, "eastasia", "web0", k_app, "southeastasia", k_dr);
  }
  CloudStep lead_web0(const std::string& network) const {
    return vm_step(Operation::Update, k_web0, "eastasia", "web0", k_app, "southeastasia", network);
  }
  CloudStep land_front(const std::string& address = "10.1.1.77") const {
    return nic_step(Operation::Update, k_front, "web", address, R"({"vip":"10.1.1.78"})");
  }
  // For the first time, with what the service does not take in the request that enables the machine.
  CloudStep land_front_by_name() const {
    CloudStep step = land_front();
    step.operation = Operation::Create;
    step.extras = {{"target_name", "web0-dr"}, {"target_size", "Standard_D4s_v5"}};
    return step;
  }
  static CloudStep delete_thing(Provider& provider, const std::string& type, const std::string& identity) {
    CloudStep step = delete_step(type, identity);
    step.id = id_of(provider, type, identity);
    return step;
  }
  static std::string id_of(Provider& provider, const std::string& type, const std::string& identity) {
    const LookupAnswer found = provider.lookup({type, identity}, {});
    const auto* row = std::get_if<CloudRow>(&found);
    EXPECT_NE(row, nullptr) << identity;
    return row == nullptr ? std::string() : row->id;
  }
  // An attribute of the row that a step ended with; else the error.
  static std::string value(const StepEnd& end, std::string_view name) {
    if (!end.row) return end.error ? end.error->code + ": " + end.error->message : "no row";
    return std::string(find_value(end.row->attributes, name).value_or("none"));
  }
  // As the engine begins a step: an answer that was lost is looked up; what may be tried again is.
  static StepEnd carry_out(Provider& provider, const CloudStep& step) {
    for (int attempt = 1;; ++attempt) {
      std::vector<BeginAnswer> answers = begin_and_look_up(provider, std::span(&step, 1));
      const auto* error = std::get_if<ProviderError>(&answers[0]);
      if (error == nullptr || !is_retryable(error->kind) || attempt == 6) return settle(provider, answers[0]);
      std::this_thread::sleep_for(error->retry_after.value_or(std::chrono::milliseconds(10)));
    }
  }
  // How many requests of this method had such a path and were accepted; `all`: or refused, or answered to nobody.
  std::size_t writes(const std::string& method, const std::string& pattern, bool all = false) {
    const std::regex expression(pattern, std::regex::icase);
    std::size_t count = 0;
    for (const EmulatedRequest& each : azure_.log())
      count += each.method == method && std::regex_search(each.path, expression) && (all || each.status / 100 == 2)
                   ? 1U
                   : 0U;
    return count;
  }
  // Of the last PUT.
  std::string last_body(const std::string& pattern) {
    const std::regex expression(pattern, std::regex::icase);
    std::string body;
    for (EmulatedRequest& each : azure_.log())
      if (each.method == "PUT" && std::regex_search(each.path, expression)) body = std::move(each.body);
    return body;
  }
  void make_half(Provider& provider) { ASSERT_EQ(error_code(carry_out(provider, create_half())), ""); }

  AzureEmulator& azure_ = AzureEmulator::shared();
};

}  // namespace pairform
