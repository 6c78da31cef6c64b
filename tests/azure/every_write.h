// Every kind of write that pairform sends to Azure: what is there before, the step that needs it, and how to see that the
// step is done.
#pragma once
#include <ostream>

#include "tests/azure/steps_on_azure.h"

namespace pairform {

struct KindOfWrite {
  // Machine: one that nobody replicates, and an empty vault. Unmapped: the same, with plumbing but for the mappings of
  // containers. Vault: with them. Item: it is replicated.
  enum class World { Nothing, Networks, Half, Machine, Unmapped, Vault, Item };
  // Named: landed for the first time, with a name and a size for the machine. Led: to another network.
  enum class Step {
    NewNetwork,
    Grown,
    Moved,
    Shrunk,
    NoNetwork,
    NewHalf,
    Retargeted,
    NoHalf,
    Enabled,
    Named,
    Landed,
    Led,
    Disabled
  };
  const char* name;
  const char *method, *path;  // of the request
  Step step;
  World world = World::Networks;
  bool makes_groups = false;

  bool is_of_machine() const { return step >= Step::Enabled; }
  bool is_about(std::string_view thing) const { return std::string_view(path).find(thing) != std::string_view::npos; }
  bool is_of_networks() const {
    return is_about("/virtualNetworks/") || is_about("/subnets/") || is_about("/resourceGroups/");
  }
  // Of what steps share: a fabric, a container, a policy, a mapping of containers.
  bool is_plumbing() const {
    return !is_of_networks() && !is_about("/replicationNetworkMappings/") && !is_about("/replicationProtectedItems/");
  }
};

// Names it in failures.
inline void PrintTo(const KindOfWrite& kind, std::ostream* out) { *out << kind.name; }

inline std::vector<KindOfWrite> kinds_of_writes_of_machines() {
  using World = KindOfWrite::World;
  using Step = KindOfWrite::Step;
  const char *const made = "/replicationProtectedItems/[0-9a-f]{32}$", *const item =
                                                                           "/replicationProtectedItems/item-0$";
  return {{"container_made", "PUT", "/replicationProtectionContainers/asr-a2a-default-eastasia-container$",
           Step::Enabled, World::Machine},
          {"policy_made", "PUT", "/replicationPolicies/24-hour-retention-policy$", Step::Enabled, World::Machine},
          {"container_mapping_made", "PUT",
           "/replicationProtectionContainerMappings/eastasia-southeastasia-24-hour-retention-policy$", Step::Enabled,
           World::Unmapped},
          {"container_mapping_home_made", "PUT",
           "/replicationProtectionContainerMappings/southeastasia-eastasia-24-hour-retention-policy$", Step::Enabled,
           World::Unmapped},
          {"machine_enabled", "PUT", made, Step::Enabled, World::Vault},
          {"machine_named", "PATCH", item, Step::Named, World::Item},
          {"nic_landed", "PATCH", item, Step::Landed, World::Item},
          {"machine_led_elsewhere", "PATCH", item, Step::Led, World::Item},
          {"machine_disabled", "POST", "/replicationProtectedItems/item-0/remove$", Step::Disabled, World::Item}};
}

inline std::vector<KindOfWrite> kinds_of_writes() {
  using World = KindOfWrite::World;
  using Step = KindOfWrite::Step;
  const char* const mapping = "/replicationNetworkMappings/App-to-Dr$";
  std::vector<KindOfWrite> all{
      {"network_made", "PUT", "/virtualNetworks/app$", Step::NewNetwork, World::Nothing},
      {"resource_group_made", "PUT", "/resourceGroups/rg-new$", Step::NewNetwork, World::Nothing, true},
      {"network_made_in_a_new_group", "PUT", "/virtualNetworks/app$", Step::NewNetwork, World::Nothing, true},
      {"space_grown", "PUT", "/virtualNetworks/app$", Step::Grown},
      {"subnet_made", "PUT", "/subnets/new$", Step::Grown},
      {"subnet_moved", "PUT", "/subnets/web$", Step::Moved},
      {"subnet_deleted", "DELETE", "/subnets/old$", Step::Shrunk},
      {"space_shrunk", "PUT", "/virtualNetworks/app$", Step::Shrunk},
      {"network_deleted", "DELETE", "/virtualNetworks/app$", Step::NoNetwork},
      {"first_fabric_made", "PUT", "/replicationFabrics/asr-a2a-default-eastasia$", Step::NewHalf},
      {"second_fabric_made", "PUT", "/replicationFabrics/asr-a2a-default-southeastasia$", Step::NewHalf},
      {"mapping_made", "PUT", mapping, Step::NewHalf},
      {"mapping_retargeted", "PUT", mapping, Step::Retargeted, World::Half},
      {"mapping_deleted", "DELETE", mapping, Step::NoHalf, World::Half}};
  for (const KindOfWrite& each : kinds_of_writes_of_machines()) all.push_back(each);
  return all;
}

// Those of these names, or all others.
inline std::vector<KindOfWrite> kinds_of_writes(const std::vector<std::string_view>& names, bool others = false) {
  std::vector<KindOfWrite> chosen;
  for (const KindOfWrite& each : kinds_of_writes())
    if ((std::find(names.begin(), names.end(), each.name) == names.end()) == others) chosen.push_back(each);
  return chosen;
}
inline std::vector<KindOfWrite> kinds_of_writes_but(const std::vector<std::string_view>& names) {
  return kinds_of_writes(names, true);
}

// A test of one of them.
class EveryWriteOnAzure : public StepsOnAzure, public testing::WithParamInterface<KindOfWrite> {
 protected:
  using Step = KindOfWrite::Step;
  using World = KindOfWrite::World;
  static constexpr const char* k_old_and_web = R"({"old":"10.2.1.0/24","web":"10.1.1.0/24"})";
  static constexpr const char* k_moved = R"({"web":"10.1.2.0/24"})";

  // What is there before the step; the log is empty.
  std::unique_ptr<Provider> open_world() {
    azure_.reset();
    put_world();
    std::vector<NamedValue> settings;
    if (GetParam().makes_groups)
      settings = {{"network_resource_groups", R"({"eastasia":"rg-new"})"}, {"create_resource_groups", "true"}};
    auto provider = open(settings);
    if (GetParam().world == World::Half) make_half(*provider);
    return provider;
  }
  void put_world() {
    switch (GetParam().world) {
      case World::Nothing: return;
      case World::Networks:
      case World::Half: break;
      case World::Machine: return put_machine();
      case World::Unmapped: put_machine(); return put_plumbing(false);
      case World::Vault: put_machine(); return put_plumbing();
      case World::Item: put_machine(); return put_item();
    }
    put_networks();
    if (GetParam().step == Step::Shrunk)
      azure_.control("put", R"({"network": {"group": "rg-net-eastasia", "name": "app", "region": "eastasia",
        "space": ["10.1.0.0/16", "10.2.0.0/16"], "subnets": {"web": "10.1.1.0/24", "old": "10.2.1.0/24"},
        "tags": {"pairform-project": "contoso-dr"}}})");
  }

  CloudStep step(Provider& provider) const {
    switch (GetParam().step) {
      case Step::NewNetwork: return create_app();
      case Step::Grown: return grow_app();
      case Step::Moved: return of_app(Operation::Update, k_space, k_moved);
      case Step::Shrunk: return shrink_app(k_web, k_old_and_web);
      case Step::NoNetwork: return delete_thing(provider, "network", k_app);
      case Step::NewHalf: return create_half();
      case Step::Retargeted: return retarget_half(provider, k_lab);
      case Step::NoHalf: return delete_thing(provider, "mapping", k_slot);
      case Step::Enabled: return enable_web0();
      case Step::Named: return land_front_by_name();
      case Step::Landed: return land_front();
      case Step::Led: return lead_web0(k_lab);
      case Step::Disabled: return delete_thing(provider, "vm", k_web0);
    }
    return {};
  }

  // Carried out while this behaviour is on for the request that GetParam() names, and for no other.
  StepEnd carry_out_while(Provider& provider, const char* behaviour, const std::string& parameters) {
    const CloudStep wanted = step(provider);
    azure_.behave(behaviour, at_the_write(parameters));
    azure_.forget();
    return carry_out(provider, wanted);
  }
  // Of a behaviour: for this request alone.
  static std::string at_the_write(const std::string& parameters = {}) {
    return fmt::format(R"("match": "{}", "methods": ["{}"]{}{})", GetParam().path, GetParam().method,
                       parameters.empty() ? "" : ", ", parameters);
  }
  std::size_t times_sent() { return writes(GetParam().method, GetParam().path, true); }
  std::size_t times_carried_out() { return writes(GetParam().method, GetParam().path); }

  // The step says that it is done, and it is.
  void expect_done(const StepEnd& end) {
    ASSERT_EQ(error_code(end), "") << end.error->message;
    expect_there(end);
  }
  void expect_there(const StepEnd& end) {
    switch (GetParam().step) {
      case Step::NewNetwork:
      case Step::Shrunk: return expect_app(end, k_space, k_web);
      case Step::Grown: return expect_app(end, k_wider, k_web_and_new);
      case Step::Moved: return expect_app(end, k_space, k_moved);
      case Step::NewHalf: EXPECT_EQ(value(end, "target"), k_dr); return;
      case Step::Retargeted: EXPECT_EQ(value(end, "target"), k_lab); return;
      case Step::NoNetwork: return expect_absent("network", k_app);
      case Step::NoHalf: return expect_absent("mapping", k_slot);
      default: break;
    }
    expect_replicated(end);
  }
  void expect_absent(const std::string& type, const std::string& identity) {
    azure_.control("calm");
    EXPECT_EQ(find_text(*open(), type, identity), "absent");
  }
  void expect_replicated(const StepEnd& end) {
    const std::string things = azure_.things();
    const auto there = [&](std::string_view text) { return things.find(text) != std::string::npos; };
    switch (GetParam().step) {
      case Step::Disabled: EXPECT_FALSE(there("replicationProtectedItems/")) << things; return;
      case Step::Named:
        EXPECT_TRUE(there(R"("recoveryAzureVMName":"web0-dr")") && there("Standard_D4s_v5")) << things;
        [[fallthrough]];
      case Step::Landed:
        EXPECT_EQ(value(end, "target_ip"), "10.1.1.77");
        EXPECT_TRUE(there(R"("recoveryStaticIPAddress":"10.1.1.77")")) << things;
        EXPECT_TRUE(there(R"("recoveryStaticIPAddress":"10.1.1.78")")) << things;
        return;
      case Step::Led: EXPECT_EQ(value(end, "target_network"), k_lab); return;
      default: EXPECT_EQ(value(end, "target_network"), k_dr);
    }
    EXPECT_TRUE(there("/replicationProtectionContainerMappings/eastasia-southeastasia-24-hour")) << things;
    EXPECT_TRUE(there("/replicationProtectionContainerMappings/southeastasia-eastasia-24-hour")) << "the way home";
  }
  static void expect_app(const StepEnd& end, const char* space, const char* subnets) {
    EXPECT_EQ(value(end, "address_space"), space);
    EXPECT_EQ(value(end, "subnets"), subnets);
  }
};

}  // namespace pairform
