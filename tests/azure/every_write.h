// Every kind of write that pairform sends to Azure: what is there before, the step that needs it, and how to see that the
// step is done.
#pragma once
#include <ostream>

#include "tests/azure/steps_on_azure.h"

namespace pairform {

struct KindOfWrite {
  enum class World { Nothing, Networks, Half };
  enum class Step { NewNetwork, Grown, Moved, Shrunk, NoNetwork, NewHalf, Retargeted, NoHalf };
  const char* name;
  const char *method, *path;  // of the request
  Step step;
  World world = World::Networks;
  bool makes_groups = false;
};

// Names it in failures.
inline void PrintTo(const KindOfWrite& kind, std::ostream* out) { *out << kind.name; }

inline std::vector<KindOfWrite> kinds_of_writes() {
  using World = KindOfWrite::World;
  using Step = KindOfWrite::Step;
  const char* const mapping = "/replicationNetworkMappings/App-to-Dr$";
  return {{"network_made", "PUT", "/virtualNetworks/app$", Step::NewNetwork, World::Nothing},
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
}

// A test of one of them.
class EveryWriteOnAzure : public StepsOnAzure, public testing::WithParamInterface<KindOfWrite> {
 protected:
  using Step = KindOfWrite::Step;
  static constexpr const char* k_old_and_web = R"({"old":"10.2.1.0/24","web":"10.1.1.0/24"})";
  static constexpr const char* k_moved = R"({"web":"10.1.2.0/24"})";

  // What is there before the step; the log is empty.
  std::unique_ptr<Provider> open_world() {
    azure_.reset();
    if (GetParam().world != KindOfWrite::World::Nothing) put_networks();
    if (GetParam().step == Step::Shrunk)
      azure_.control("put", R"({"network": {"group": "rg-net-eastasia", "name": "app", "region": "eastasia",
        "space": ["10.1.0.0/16", "10.2.0.0/16"], "subnets": {"web": "10.1.1.0/24", "old": "10.2.1.0/24"},
        "tags": {"pairform-project": "contoso-dr"}}})");
    std::vector<NamedValue> settings;
    if (GetParam().makes_groups)
      settings = {{"network_resource_groups", R"({"eastasia":"rg-new"})"}, {"create_resource_groups", "true"}};
    auto provider = open(settings);
    if (GetParam().world == KindOfWrite::World::Half) make_half(*provider);
    return provider;
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
    }
    return {};
  }

  // Carried out while this behaviour is on for the request that GetParam() names, and for no other.
  StepEnd carry_out_while(Provider& provider, const char* behaviour, const std::string& parameters) {
    const CloudStep wanted = step(provider);
    azure_.behave(behaviour, fmt::format(R"("match": "{}", "methods": ["{}"]{}{})", GetParam().path, GetParam().method,
                                         parameters.empty() ? "" : ", ", parameters));
    azure_.forget();
    return carry_out(provider, wanted);
  }
  std::size_t times_sent() { return writes(GetParam().method, GetParam().path, true); }

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
      case Step::NoNetwork:
      case Step::NoHalf: break;
    }
    azure_.control("calm");
    const bool network = GetParam().step == Step::NoNetwork;
    EXPECT_EQ(find_text(*open(), network ? "network" : "mapping", network ? k_app : k_slot), "absent");
  }
  static void expect_app(const StepEnd& end, const char* space, const char* subnets) {
    EXPECT_EQ(value(end, "address_space"), space);
    EXPECT_EQ(value(end, "subnets"), subnets);
  }
};

}  // namespace pairform
