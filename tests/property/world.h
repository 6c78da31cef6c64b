// Worlds made from a seed: what files ask for before and after some edits, and what happens in the cloud in between.
// The same seed makes the same scenario on any machine (no std::distribution, whose results are the library's own).
#pragma once
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "tests/support/world_model.h"

namespace pairform::property {

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}
  std::size_t below(std::size_t limit) { return limit == 0 ? 0 : engine_() % limit; }
  bool chance(unsigned percent) { return below(100) < percent; }
  template <class T>
  const T& pick(const std::vector<T>& items) {
    return items[below(items.size())];
  }
  template <class T>
  void shuffle(std::vector<T>& items) {
    for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[below(i)]);
  }

 private:
  std::mt19937_64 engine_;
};

struct WorldNetwork {
  std::string key, region, name;
  bool existing = true;
  bool protect = false;
  std::vector<std::string> spaces;             // prefixes, in numeric order
  std::map<std::string, std::string> subnets;  // of a managed network
  std::string group{};                         // resource group; empty: none
  std::string path() const { return region + "/" + name; }
  std::string id() const;  // group and path, lower-cased
};

struct WorldPair {
  std::string key, source, target;  // source, target: keys of networks
  bool mirror = true;
  bool protect = false;
  std::map<std::string, std::string> subnets;  // where names differ
  bool same_host = false;
  std::string test_network{}, reverse_test_network{};  // keys; empty: not given
};

// A nic as files give it, and as a machine has it.
struct WorldNic {
  std::string name;        // and key
  std::string subnet, ip;  // ip: an address or "dhcp"; empty: not given
  std::map<std::string, std::string> secondary;
  std::string target_subnet, target_ip;  // overrides
  std::string test_subnet{};
};

struct WorldVm {
  std::string key, region, name;
  std::string network;  // key; empty: not given
  std::string target_region;
  std::string target_network;  // key; empty: not given
  bool existing = false;
  unsigned seeding_polls = 0;
  std::vector<WorldNic> nics;
  std::string test_network{};    // key; empty: not given
  std::string group{};           // resource group; empty: none
  std::string identity() const;  // group and region/name, lower-cased
};

// What files ask for.
struct World {
  std::vector<WorldNetwork> networks;
  std::vector<WorldPair> pairs;
  std::vector<WorldVm> vms;
  std::string edition;  // empty: the default one
  const WorldNetwork* find(const std::string& key) const;
  // The halves asked for, by slot. Only of a legal world.
  std::map<std::string, ModelHalf> halves() const;
  // Keys and identities unique, references resolve, two regions a pair and a vm, one half a slot.
  bool is_legal() const;
};

// Of one `pairform sim` command; or `land NIC SUBNET IP`: another hand tells the service where a nic lands.
using Words = std::vector<std::string>;

struct Scenario {
  std::uint64_t seed = 0;
  World before;
  World after;
  std::vector<WorldNetwork> strangers;  // networks of nobody in the project
  std::vector<Words> machines;          // once those networks are there, before the first apply
  std::vector<Words> accidents;  // between an apply of `before` and a plan of `after`; a refused one is no matter
};

struct Appetite {
  unsigned edits = 4;  // at most
  unsigned accidents = 4;
  bool vms = false;  // worlds of machines, see random_vm_scenario.cc
};

Scenario random_scenario(std::uint64_t seed, Appetite appetite = {});
Scenario random_vm_scenario(std::uint64_t seed, Appetite appetite);

// Takes out the accidents that reshape networks: what existing ones hold is remembered only when state is written for
// another reason, so two ways to one end may remember different things.
void forget_reshaping(Scenario& scenario);

// Networks that must be in the cloud before anything: existing ones, of both worlds, and strangers.
std::vector<WorldNetwork> made_elsewhere(const Scenario& scenario);
Words put_words(const WorldNetwork& network);

// The files of a project by name. `layout` permutes blocks, spreads them over files and moves what all stanzas of a file
// say into the defaults of that file; 0: all in one, in order, without defaults.
std::map<std::string, std::string> files_of(const World& world, std::uint64_t layout,
                                            const std::string& provider_settings);

// For people: both worlds as TOML, and what happened.
std::string text(const Scenario& scenario);

// What the cloud must hold after `world` was applied over `found`, when `recorded` are the ids of halves and of managed
// networks that state knew: what was recorded and is wanted no more is gone, what is wanted is there, all else stands.
ModelCloud expected_cloud(const ModelCloud& found, const std::vector<std::string>& recorded, const World& world);

}  // namespace pairform::property
