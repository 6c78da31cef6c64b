// What every provider must do, as a story that is told to each of them. A provider takes part with a test
// file of its own: a ConformanceCloud, and
//   INSTANTIATE_TEST_SUITE_P(Simulator, ProviderConformance, testing::Values(ConformanceCase{"Plain",
//   make_plain}),
//                            conformance_name);
// and the same for ProviderOfVms.
// A provider whose look-ups may miss for a while what was just made (Capabilities::read_back_window) takes part in
// ProviderVisibility with a case that does, and in the others with one that does not.
// Each test starts with an empty cloud of two regions, `eastasia` and `southeastasia`. Writes may be done at
// once or accepted; the suite polls. Every step that can be is applied twice: the second time changes
// nothing. The provider is told what a project of the test would name, as the engine tells it; a step on what exists has
// the id that its row has, which need not be its identity.
#pragma once
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "engine/provider.h"
#include "tests/support/provider_steps.h"

namespace pairform {

// A nic of a source machine; `ip` empty: dynamic.
struct MachineNic {
  std::string name, subnet, ip;
};

// The cloud from outside: what others do in it, and what goes wrong. Scopes and networks are identities.
class ConformanceCloud {
 public:
  // What differs between clouds in ways that the suite allows for.
  struct Traits {
    bool denies_regions = true;            // a region as a whole may be denied
    bool drops_landings = true;            // a nic of a replicated vm can be left without a landing
    bool shows_dynamic_addresses = false;  // what a dynamic nic was given is in use, and can be seen
    bool shows_late = false;               // the first look-up after a create misses what was made
    bool shows_unfinished = false;         // what a create that is under way makes can be seen already
    bool enables_without_mapping = false;  // a vm whose target network is named
    bool enables_again = false;            // a vm that is replicated as the step wants: done, and nothing is written
    bool frees_landing_networks = false;   // a network in which nothing but landings are can be deleted
    bool follows_lost_enables = false;     // a lost answer is looked into by polling, and is no error
  };
  virtual Traits traits() const { return {}; }
  virtual ~ConformanceCloud() = default;
  virtual const ProviderEntry& entry() const = 0;
  virtual std::unique_ptr<Provider> open() = 0;  // another session with the same cloud
  virtual void deny(const std::string& scope) = 0;
  virtual void allow(const std::string& scope) = 0;
  virtual void use_address(const std::string& network, const std::string& ip) = 0;
  virtual void release_address(const std::string& network, const std::string& ip) = 0;
  // A source machine that is not replicated; `vm`: REGION/NAME.
  virtual void put_machine(const std::string& vm, const std::string& network, const std::vector<MachineNic>& nics) = 0;
  virtual void lose_next_create(const std::string& type) = 0;  // done, but the answer never comes
};

struct ConformanceCase {
  std::string name;
  std::unique_ptr<ConformanceCloud> (*make)();
};

inline void PrintTo(const ConformanceCase& one, std::ostream* out) { *out << one.name; }

class ProviderConformance : public testing::TestWithParam<ConformanceCase> {
 protected:
  void SetUp() override {
    cloud_ = GetParam().make();
    provider_ = session();
  }
  // Another session with the same cloud, signed in.
  std::unique_ptr<Provider> session();

  // Identities. A network or vm that is asked for here is one that the project names from then on.
  std::string network(const std::string& region, const std::string& name);
  std::string half(const std::string& source, const std::string& target_region) const;
  std::string machine(const std::string& region, const std::string& name);
  std::string nic(const std::string& vm, const std::string& name) const;
  void know(const std::string& type, const std::string& identity) { ids_.insert({{type, identity}, ""}); }
  // What the project names, each with the id that it was last seen to have.
  std::vector<KnownResource> known() const;

  // One step, and several as one request; their ids are those of what exists.
  StepEnd run(CloudStep step);
  std::vector<StepEnd> run_together(std::vector<CloudStep> steps);
  Listing observe(Provider& provider, const std::vector<std::string>& regions, const CallLimits& limits = {}) const;

  void make_network(const std::string& region, const std::string& name);
  void make_half(const std::string& source, const std::string& target, const std::string& target_region);

  std::unique_ptr<ConformanceCloud> cloud_;
  std::unique_ptr<Provider> provider_;

 private:
  CloudStep with_id(CloudStep step);

  std::map<std::pair<std::string, std::string>, std::string> ids_;  // by type and identity; empty: never seen
};

// After a create ends: within the provider's window a look-up may still say that it is absent, then it must find it.
class ProviderVisibility : public ProviderConformance {
 protected:
  // Looks `identity` up until it is found, or until the window is over; how often it was missed.
  int looks_until_found(Provider& provider, const std::string& type, const std::string& identity);
};

// A source machine web1 in eastasia, on app (web, db), is replicated to southeastasia, where dr and lab have
// the same subnets. Its nic eth0 is static in web, eth1 dynamic in db.
class ProviderOfVms : public ProviderConformance {
 protected:
  void SetUp() override;
  void map_app();  // to dr and back
  CloudStep enable() const;
  CloudStep retarget(const std::string& target) const;
  void protect();  // maps and enables
  std::string text_of(const std::string& type, const std::string& id);

  std::string app_, dr_, lab_, web1_, eth0_, eth1_;
};

inline std::string conformance_name(const testing::TestParamInfo<ConformanceCase>& info) { return info.param.name; }

}  // namespace pairform
