// Which pairs are inferred, held against brute force over small clouds of every shape; and that the order in which things
// are found changes nothing.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "tests/property/naive_infer.h"

namespace pairform {
namespace {

// Three to six networks in two or three regions, half of which are called like recovery networks; halves, one a slot, and
// vms at random.
Discovered random_cloud(std::mt19937_64& random) {
  const auto pick = [&](std::size_t below) { return static_cast<std::size_t>(random() % below); };
  Discovered out;
  const std::size_t regions = 2 + pick(2);
  for (std::size_t n = 0, count = 3 + pick(4); n < count; ++n) {
    DiscoveredNetwork network;
    network.region = "r" + std::to_string(pick(regions));
    network.name = std::string(1, static_cast<char>('f' - n));
    if (pick(4) == 0) network.name += pick(2) == 0 ? "-dr" : "-ASR";
    network.identity = network.region + "/" + network.name;
    out.networks.push_back(std::move(network));
  }
  std::set<DiscoveredSlot> slots;
  for (std::size_t n = 0, count = pick(10); n < count; ++n) {
    const DiscoveredNetwork &source = out.networks[pick(out.networks.size())],
                            &target = out.networks[pick(out.networks.size())];
    if (source.region == target.region || !slots.emplace(source.identity, target.region).second) continue;
    out.halves.push_back({source.identity, target.identity, {}});
    if (pick(2) == 0 && slots.emplace(target.identity, source.region).second)
      out.halves.push_back({target.identity, source.identity, {}});
  }
  for (std::size_t n = 0, count = out.halves.empty() ? 0 : pick(5); n < count; ++n) {
    const DiscoveredHalf& half = out.halves[pick(out.halves.size())];
    DiscoveredVm vm;
    vm.identity = vm.name = "vm" + std::to_string(n);
    vm.region = half.source.substr(0, 2);
    vm.network = half.source;
    vm.target_network = half.target;
    vm.target_region = half.target.substr(0, 2);
    out.vms.push_back(std::move(vm));
  }
  return out;
}

std::vector<std::string> lines_of(const Inferred& inferred) {
  std::map<std::string, std::string> name;
  for (const InferredNetwork& each : inferred.networks) name.emplace("network." + each.key, each.network.name);
  std::vector<std::string> out;
  for (const InferredPair& pair : inferred.pairs) {
    std::string line = fmt::format("{} > {} {}", name[pair.source], name[pair.target], pair_class_text(pair.kind));
    if (!pair.missing.empty()) line += ", missing " + pair.missing.substr(pair.missing.rfind('.') + 1);
    out.push_back(std::move(line));
  }
  std::sort(out.begin(), out.end());
  return out;
}

TEST(InferProperty, PairsAreThoseOfBruteForce) {
  std::mt19937_64 random(7);
  std::map<std::string, std::size_t> seen;
  for (unsigned world = 0; world < 4000; ++world) {
    Discovered cloud = random_cloud(random);
    const std::vector<std::string> pairs = lines_of(infer(cloud, {}));
    ASSERT_EQ(pairs, NaivePairs(cloud).lines()) << "world " << world;
    for (const std::string& each : pairs)
      for (const char* kind : {" whole", " half, missing forward", " half, missing reverse", " one_way"})
        if (each.ends_with(kind)) ++seen[kind];
    std::shuffle(cloud.networks.begin(), cloud.networks.end(), random);
    std::shuffle(cloud.halves.begin(), cloud.halves.end(), random);
    std::shuffle(cloud.vms.begin(), cloud.vms.end(), random);
    ASSERT_EQ(lines_of(infer(cloud, {})), pairs) << "world " << world << ", shuffled";
  }
  EXPECT_EQ(seen.size(), 4U);
  for (const auto& [kind, count] : seen) EXPECT_GT(count, 50U) << kind;
}

}  // namespace
}  // namespace pairform
