// The simulator under the suite for all providers: writes done at once, writes that are accepted and settle later,
// and what was made seen late.
#include "tests/providers/provider_conformance.h"
#include "tests/support/simulator_world.h"

namespace pairform::simulator {
namespace {

class ConformingSimulator : public ConformanceCloud {
 public:
  explicit ConformingSimulator(std::vector<NamedValue> settings) : settings_(std::move(settings)) {}
  Traits traits() const override {
    const bool late = find_value(settings_, "unseen_looks").has_value();
    return {.denies_regions = true, .drops_landings = true, .shows_dynamic_addresses = false, .shows_late = late};
  }
  const ProviderEntry& entry() const override { return provider_entries().front(); }
  std::unique_ptr<Provider> open() override { return world_.open(settings_); }
  void deny(const std::string& scope) override { world_.done({"deny", scope}); }
  void allow(const std::string& scope) override { world_.done({"allow", scope}); }
  void use_address(const std::string& network, const std::string& ip) override { world_.done({"use", network, ip}); }
  void release_address(const std::string& network, const std::string& ip) override {
    world_.done({"release", network, ip});
  }
  void put_machine(const std::string& vm, const std::string& network, const std::vector<MachineNic>& nics) override {
    std::vector<std::string> words{"put", "vm", vm, "network=" + network};
    for (const MachineNic& nic : nics)
      words.push_back("nic." + nic.name + '=' + nic.subnet + (nic.ip.empty() ? "" : ':' + nic.ip));
    world_.done(words);
  }
  void lose_next_create(const std::string& type) override { world_.done({"fail", "create", type, "--error", "lost"}); }

 private:
  SimulatorWorld world_;
  std::vector<NamedValue> settings_;
};

std::unique_ptr<ConformanceCloud> make_plain() {
  return std::make_unique<ConformingSimulator>(std::vector<NamedValue>{});
}
std::unique_ptr<ConformanceCloud> make_polled() {
  return std::make_unique<ConformingSimulator>(std::vector<NamedValue>{{"polls", "3"}});
}

std::unique_ptr<ConformanceCloud> make_late() {
  return std::make_unique<ConformingSimulator>(std::vector<NamedValue>{{"unseen_looks", "3"}});
}
std::unique_ptr<ConformanceCloud> make_polled_and_late() {
  return std::make_unique<ConformingSimulator>(std::vector<NamedValue>{{"polls", "3"}, {"unseen_looks", "3"}});
}

const ConformanceCase k_at_once{"DoneAtOnce", make_plain}, k_accepted{"Accepted", make_polled};
const ConformanceCase k_late{"SeenLate", make_late}, k_accepted_late{"AcceptedAndSeenLate", make_polled_and_late};
INSTANTIATE_TEST_SUITE_P(Simulator, ProviderVisibility, testing::Values(k_at_once, k_accepted, k_late, k_accepted_late),
                         conformance_name);
INSTANTIATE_TEST_SUITE_P(Simulator, ProviderConformance, testing::Values(k_at_once, k_accepted), conformance_name);
INSTANTIATE_TEST_SUITE_P(Simulator, ProviderOfVms, testing::Values(k_at_once, k_accepted), conformance_name);

}  // namespace
}  // namespace pairform::simulator
