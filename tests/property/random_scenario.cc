// How scenarios are made up. Edits and accidents are drawn one after the other; an edit that would make the files
// wrong is undone, an accident that the cloud refuses does nothing.
#include <algorithm>
#include <set>

#include "tests/property/world.h"

namespace pairform::property {
namespace {

// Keys that sort differently as addresses than as texts, and words that mean something elsewhere.
const std::vector<std::string> k_pair_keys{"m", "m-b", "m_b", "M", "m2", "m10", "z", "forward", "reverse", "a"};
const std::vector<std::string> k_network_keys{"app", "app-dr", "app_dr", "App",     "b1",
                                              "b2",  "b10",    "x",      "network", "dr"};

class Maker {
 public:
  Maker(std::uint64_t seed, Appetite appetite) : random_(seed), appetite_(appetite) { scenario_.seed = seed; }

  Scenario make() {
    regions_ = {"eastasia", "southeastasia", "westeurope", "northeurope"};
    regions_.resize(2 + random_.below(3));
    fill(scenario_.before);
    for (std::size_t i = random_.below(3); i > 0; --i) scenario_.strangers.push_back(network("", true));
    scenario_.after = scenario_.before;
    for (std::size_t i = random_.below(appetite_.edits + 1); i > 0; --i) {
      const World saved = scenario_.after;
      edit(scenario_.after);
      if (!scenario_.after.is_legal()) scenario_.after = saved;
    }
    for (std::size_t i = random_.below(appetite_.accidents + 1); i > 0; --i) accident();
    return std::move(scenario_);
  }

 private:
  WorldNetwork network(const std::string& key, bool existing);
  void fill(World& world);
  void add_pair(World& world);
  void add_network(World& world);
  void edit(World& world);
  void edit_pair(World& world);
  void edit_pairs(World& world);
  void edit_network(World& world);
  void reshape(WorldNetwork& network);
  void accident();
  void half_accident();
  void network_accident();
  void foreign_half();
  std::string fresh(const std::vector<std::string>& keys, const auto& items) {
    std::vector<std::string> free;
    for (const std::string& key : keys)
      if (std::none_of(items.begin(), items.end(), [&](const auto& item) { return item.key == key; }))
        free.push_back(key);
    return free.empty() ? "k" + std::to_string(++number_) : random_.pick(free);
  }
  const WorldNetwork* other_network(const World& world, const std::string& region) {
    std::vector<const WorldNetwork*> choices;
    for (const WorldNetwork& each : world.networks)
      if (each.region == region) choices.push_back(&each);
    return choices.empty() ? nullptr : random_.pick(choices);
  }

  Random random_;
  Appetite appetite_;
  Scenario scenario_;
  std::vector<std::string> regions_;
  unsigned number_ = 0;
  unsigned subnet_ = 0;
};

WorldNetwork Maker::network(const std::string& key, bool existing) {
  const std::string number = std::to_string(++number_);
  WorldNetwork made{.key = key,
                    .region = random_.pick(regions_),
                    .name = (random_.chance(30) ? "VNet-" : "vnet-") + number,
                    .existing = existing,
                    .protect = random_.chance(5)};
  made.spaces.push_back("10." + number + ".0.0/16");
  for (std::size_t i = random_.below(3); i > 0; --i)
    made.subnets["s" + std::to_string(i)] = "10." + number + "." + std::to_string(++subnet_) + ".0/24";
  return made;
}

void Maker::add_network(World& world) {
  world.networks.push_back(network(fresh(k_network_keys, world.networks), random_.chance(55)));
}

void Maker::add_pair(World& world) {
  const World saved = world;
  world.pairs.push_back({.key = fresh(k_pair_keys, world.pairs),
                         .source = random_.pick(world.networks).key,
                         .target = random_.pick(world.networks).key,
                         .mirror = !random_.chance(15),
                         .protect = random_.chance(10)});
  if (!world.is_legal()) world = saved;
}

void Maker::fill(World& world) {
  for (std::size_t i = 3 + random_.below(5); i > 0; --i) add_network(world);
  for (std::size_t i = random_.below(12); i > 0; --i) add_pair(world);
}

void Maker::edit(World& world) {
  switch (random_.below(10)) {
    case 0:
      add_pair(world);
      add_pair(world);
      return;
    case 1:
      add_network(world);
      add_pair(world);
      return;
    case 2:
    case 3:
      if (!world.networks.empty()) edit_network(world);
      return;
    case 4:
    case 5:
    case 6:
      if (world.pairs.size() >= 2) edit_pairs(world);
      return;
    default:
      if (!world.pairs.empty()) edit_pair(world);
      return;
  }
}

void Maker::edit_pair(World& world) {
  WorldPair& pair = world.pairs[random_.below(world.pairs.size())];
  switch (random_.below(9)) {
    case 0:
    case 1: pair.target = other_network(world, world.find(pair.target)->region)->key; break;
    case 2: pair.source = other_network(world, world.find(pair.source)->region)->key; break;
    case 3: pair.target = random_.pick(world.networks).key; break;
    case 4: pair.source = random_.pick(world.networks).key; break;
    case 5: std::swap(pair.source, pair.target); break;
    case 6: pair.key = fresh(k_pair_keys, world.pairs); break;
    case 7: (random_.chance(70) ? pair.mirror : pair.protect) ^= true; break;
    default: world.pairs.erase(world.pairs.begin() + (&pair - world.pairs.data())); break;
  }
}

void Maker::edit_pairs(World& world) {
  random_.shuffle(world.pairs);
  WorldPair &one = world.pairs[0], &two = world.pairs[1];
  switch (random_.below(5)) {
    case 0:
    case 1: std::swap(one.target, two.target); break;
    case 2: std::swap(one.key, two.key); break;
    case 3: std::swap(one.source, two.target); break;
    default:
      if (world.pairs.size() < 3) return;
      std::swap(one.target, two.target);
      std::swap(two.target, world.pairs[2].target);
      break;
  }
}

void Maker::reshape(WorldNetwork& network) {
  const std::string space = network.spaces.front().substr(0, network.spaces.front().find(".0.0/"));
  const std::string fresh_prefix = space + "." + std::to_string(++subnet_) + ".0/24";
  switch (random_.below(5)) {
    case 0: network.subnets["s" + std::to_string(10 + subnet_)] = fresh_prefix; break;
    case 1:
      if (!network.subnets.empty()) network.subnets.erase(network.subnets.begin());
      break;
    case 2:
      if (!network.subnets.empty()) network.subnets.begin()->second = fresh_prefix;
      break;
    case 3:
      if (network.spaces.size() > 1) network.spaces.pop_back();
      else network.spaces.push_back("172.16." + std::to_string(++number_) + ".0/24");
      break;
    default:
      if (!network.subnets.empty()) network.subnets.erase(network.subnets.begin());
      network.subnets["s" + std::to_string(10 + subnet_)] = fresh_prefix;
      break;
  }
}

void Maker::edit_network(World& world) {
  const std::size_t at = random_.below(world.networks.size());
  WorldNetwork& network = world.networks[at];
  const std::string old = network.key;
  const auto rename = [&](const std::string& from, const std::string& to) {
    for (WorldPair& pair : world.pairs)
      for (std::string* end : {&pair.source, &pair.target})
        if (*end == from) *end = to;
  };
  switch (random_.below(9)) {
    case 0: rename(old, network.key = fresh(k_network_keys, world.networks)); break;
    case 1: {  // two networks exchange their keys
      WorldNetwork& other = world.networks[random_.below(world.networks.size())];
      std::swap(network.key, other.key);
      if (random_.chance(30)) break;  // and with them what halves refer to
      rename(old, "?");
      rename(network.key, old);
      rename("?", network.key);
      break;
    }
    case 2:
      std::erase_if(world.pairs, [&](const WorldPair& pair) { return pair.source == old || pair.target == old; });
      world.networks.erase(world.networks.begin() + static_cast<std::ptrdiff_t>(at));
      break;
    case 3: network.name = "renamed-" + std::to_string(++number_); break;
    case 4: network.region = random_.pick(regions_); break;
    case 5: network.existing = true; break;
    case 6: network.protect ^= true; break;
    default:
      if (!network.existing) reshape(network);
      break;
  }
}

void Maker::half_accident() {
  const World& world = random_.chance(60) ? scenario_.before : scenario_.after;
  const std::map<std::string, ModelHalf> halves = world.halves();
  if (halves.empty()) return;
  const ModelHalf half = std::next(halves.begin(), static_cast<std::ptrdiff_t>(random_.below(halves.size())))->second;
  if (random_.chance(45)) {
    scenario_.accidents.push_back({"delete", "mapping", half.source, region_of_network(half.target)});
    return;
  }
  std::vector<std::string> targets;
  for (const auto* networks : {&scenario_.before.networks, &scenario_.after.networks, &scenario_.strangers})
    for (const WorldNetwork& each : *networks)
      if (each.region == region_of_network(half.target)) targets.push_back(each.id());
  scenario_.accidents.push_back({"put", "mapping", half.source, random_.pick(targets)});
}

void Maker::network_accident() {
  const WorldNetwork network = random_.pick(scenario_.before.networks);
  switch (random_.below(4)) {
    case 0: {
      if (network.existing) return;
      for (const auto& [slot, half] : scenario_.before.halves())
        if (half.source == network.id() || half.target == network.id())
          scenario_.accidents.push_back({"delete", "mapping", half.source, region_of_network(half.target)});
      scenario_.accidents.push_back({"delete", "network", network.id()});
      return;
    }
    case 1:
      scenario_.accidents.push_back({"put", "network", network.path(), "extra.note=" + std::to_string(++number_)});
      return;
    case 2: {
      Words words = put_words(network);
      words.insert(words.end() - 1,
                   "subnet.made-by-hand=" + network.spaces.front().substr(0, network.spaces.front().find(".0.0/")) +
                       ".250.0/24");
      scenario_.accidents.push_back(words);
      return;
    }
    default:
      if (network.subnets.empty()) return;
      const std::string prefix = network.subnets.begin()->second;
      scenario_.accidents.push_back({"use", network.id(), prefix.substr(0, prefix.rfind('.')) + ".77"});
      return;
  }
}

void Maker::foreign_half() {
  std::vector<std::string> ids;
  for (const auto* networks : {&scenario_.before.networks, &scenario_.strangers})
    for (const WorldNetwork& each : *networks) ids.push_back(each.id());
  const ModelHalf half{random_.pick(ids), random_.pick(ids)};
  if (region_of_network(half.source) == region_of_network(half.target)) return;
  // What state knows is no stranger's: such a half would rightly be taken for the recorded one.
  if (scenario_.before.halves().contains(slot_of(half))) return;
  scenario_.accidents.push_back({"put", "mapping", half.source, half.target});
}

void Maker::accident() {
  switch (random_.below(5)) {
    case 0: network_accident(); return;
    case 1: foreign_half(); return;
    default: half_accident(); return;
  }
}

}  // namespace

Scenario random_scenario(std::uint64_t seed, Appetite appetite) {
  return appetite.vms ? random_vm_scenario(seed, appetite) : Maker(seed, appetite).make();
}

}  // namespace pairform::property
