// The provider for Azure under the suite for all providers, on the emulator: operations that are over when they are next
// looked at, operations that take a few polls, and answers that are right and awkward. Its networks lie in the groups
// rg-net-REGION of the settings, as none of the suite's steps names one.
#include <fmt/format.h>

#include <algorithm>

#include "providers/azure/identity.h"
#include "providers/provider_set.h"
#include "tests/providers/provider_conformance.h"
#include "tests/support/azure_emulator.h"

namespace pairform::azure {
namespace {

std::string network_group(std::string_view region) { return fmt::format("rg-net-{}", region); }

class ConformingAzure : public ConformanceCloud {
 public:
  // Replication is staged in the cache account, and machines come up in the group.
  ConformingAzure() {
    emulator_.reset();
    emulator_.control("put", R"({"group": {"name": "rg-app-asr", "region": "southeastasia"},
                                 "storage": {"group": "rg-app", "name": "cache1", "region": "eastasia"}})");
  }
  ~ConformingAzure() override { EXPECT_EQ(emulator_.mistakes(), ""); }

  Traits traits() const override {
    return {.denies_regions = false,
            .drops_landings = false,
            .shows_dynamic_addresses = true,
            .shows_late = false,
            .shows_unfinished = true,
            .enables_without_mapping = true,
            .enables_again = true,
            .frees_landing_networks = true,  // the service asks only who sits in it
            .follows_lost_enables = true};
  }
  const ProviderEntry& entry() const override {
    const auto& all = provider_entries();
    return *std::find_if(all.begin(), all.end(), [](const ProviderEntry& each) { return each.name == "azure"; });
  }
  std::unique_ptr<Provider> open() override {
    return entry().open(
        {{},
         entry().default_edition,
         {{"vault", k_azure_vault},
          {"cloud", "custom"},
          {"arm_endpoint", emulator_.url()},
          {"authority", emulator_.url()},
          {"network_resource_groups", R"({"eastasia":"rg-net-eastasia","southeastasia":"rg-net-southeastasia"})"},
          {"cache_storage_accounts", R"({"eastasia":"rg-app/cache1"})"}}});
  }
  void deny(const std::string& network) override { about(network, "deny"); }
  void allow(const std::string& network) override { about(network, "allow"); }
  void use_address(const std::string& network, const std::string& ip) override { address("use", network, ip); }
  void release_address(const std::string& network, const std::string& ip) override { address("release", network, ip); }
  void put_machine(const std::string& vm, const std::string& network, const std::vector<MachineNic>& nics) override;
  void lose_next_create(const std::string& type) override;

 protected:
  AzureEmulator& emulator_ = AzureEmulator::shared();

 private:
  static std::string id_of(const std::string& network) {
    const PlaceName place = place_of(network).value();
    return azure_network_id(network_group(place.region), place.name);
  }
  void about(const std::string& network, std::string_view verb) {
    emulator_.control(verb, fmt::format(R"({{"scope": "{}"}})", id_of(network)));
  }
  // Networks of the suite have web in 10.1.1.0/24, and db in 10.1.2.0/24.
  void address(std::string_view verb, const std::string& network, const std::string& ip) {
    emulator_.control(verb, fmt::format(R"({{"subnet": "{}/subnets/{}", "ip": "{}"}})", id_of(network),
                                        ip.starts_with("10.1.1.") ? "web" : "db", ip));
  }
};

void ConformingAzure::put_machine(const std::string& vm, const std::string& network,
                                  const std::vector<MachineNic>& nics) {
  const auto slash = vm.find('/');
  std::string list;
  for (const MachineNic& nic : nics)
    list += fmt::format(R"({}{{"name": "{}", "subnet": "{}/subnets/{}"{}}})", list.empty() ? "" : ", ", nic.name,
                        id_of(network), nic.subnet, nic.ip.empty() ? "" : fmt::format(R"(, "ip": "{}")", nic.ip));
  emulator_.control("put",
                    fmt::format(R"({{"machine": {{"group": "rg-app", "name": "{}", "region": "{}", "nics": [{}]}}}})",
                                vm.substr(slash + 1), vm.substr(0, slash), list));
}

void ConformingAzure::lose_next_create(const std::string& type) {
  const std::string_view last = type == "network"   ? "virtualNetworks"
                                : type == "mapping" ? "replicationNetworkMappings"
                                                    : "replicationProtectedItems";
  emulator_.behave("lose-answer", fmt::format(R"("match": "/{}/[^/]+$", "methods": ["PUT"], "count": 1)", last));
}

// Every write that may take long is answered before it is done, and is done after a few polls.
class SlowAzure : public ConformingAzure {
 public:
  SlowAzure() {
    std::string list;
    for (const char* what :
         {"fabric", "fabric-again", "container", "policy", "container-mapping", "container-mapping-again",
          "network-mapping", "network-mapping-delete", "vnet", "vnet-update", "vnet-delete", "subnet", "enable-job",
          "enable-recovery-point", "enable-disks", "disable", "update"})
      list += fmt::format(R"({}"{}": 0.12)", list.empty() ? "" : ", ", what);
    emulator_.control("clock", fmt::format(R"({{"durations": {{{}, "enable": 0.2}}}})", list));
  }
};

// Right answers that are spelled and cut otherwise.
class AwkwardAzure : public ConformingAzure {
 public:
  AwkwardAzure() {
    emulator_.behave("casing", R"("how": "swap")");
    emulator_.behave("pages", R"("size": 1)");
    for (const char* name : {"row-in-two-pages", "display-regions", "new-members", "unknown-members"})
      emulator_.behave(name);
  }
};

template <typename Cloud>
std::unique_ptr<ConformanceCloud> make() {
  return std::make_unique<Cloud>();
}

const ConformanceCase k_plain{"Plain", make<ConformingAzure>}, k_slow{"Slow", make<SlowAzure>},
    k_awkward{"Awkward", make<AwkwardAzure>};
INSTANTIATE_TEST_SUITE_P(Azure, ProviderConformance, testing::Values(k_plain, k_slow, k_awkward), conformance_name);
INSTANTIATE_TEST_SUITE_P(Azure, ProviderOfVms, testing::Values(k_plain, k_slow, k_awkward), conformance_name);
INSTANTIATE_TEST_SUITE_P(Azure, ProviderVisibility, testing::Values(k_plain, k_slow, k_awkward), conformance_name);

}  // namespace
}  // namespace pairform::azure
