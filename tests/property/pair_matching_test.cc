// Pair matching held against a brute force over all small worlds.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/property/naive_match.h"

namespace pairform::property {
namespace {

// By network: its region. A slot is (network, other region), numbered network * 3 + region.
using Regions = std::vector<std::uint32_t>;
using PairSet = std::vector<PairSlots>;  // without keys

// All pairs that a world allows: every ordered couple of networks in two regions, mirrored; and every slot by itself
// (`mirror = false`: of its target only the region is in the slot).
std::vector<PairSlots> all_pairs(const Regions& regions) {
  std::vector<PairSlots> pairs;
  std::set<Text> alone;
  for (std::uint32_t a = 0; a < regions.size(); ++a)
    for (std::uint32_t b = 0; b < regions.size(); ++b) {
      if (regions[a] == regions[b]) continue;
      const Text forward(a * 3 + regions[b]), reverse(b * 3 + regions[a]);
      pairs.push_back({Text(), forward, reverse});
      if (alone.insert(forward).second) pairs.push_back({Text(), forward, Text()});
    }
  return pairs;
}

// All sets of at most `most` pairs with one half a slot.
std::vector<PairSet> all_sets(const Regions& regions, std::size_t most) {
  const std::vector<PairSlots> pairs = all_pairs(regions);
  std::vector<PairSet> sets;
  PairSet current;
  const std::function<void(std::size_t)> extend = [&](std::size_t from) {
    sets.push_back(current);
    for (std::size_t i = from; i < pairs.size() && current.size() < most; ++i) {
      if (std::any_of(current.begin(), current.end(),
                      [&](const PairSlots& held) { return share_a_slot(pairs[i], held); }))
        continue;
      current.push_back(pairs[i]);
      extend(i + 1);
      current.pop_back();
    }
  };
  extend(0);
  return sets;
}

// Every way to give the pairs of a set distinct keys out of those of `known` prior pairs and fresh ones, in address
// order. Fresh keys are alike, so a pair has one of its own, before or after all known ones.
std::vector<PairSet> keyed(const PairSet& set, std::uint32_t known) {
  std::vector<PairSet> out;
  PairSet named = set;
  const std::function<void(std::uint32_t)> give = [&](std::uint32_t i) {
    if (i == set.size()) {
      out.push_back(named);
      std::sort(out.back().begin(), out.back().end(),
                [](const PairSlots& a, const PairSlots& b) { return a.key < b.key; });
      return;
    }
    std::vector<Text> keys{Text(i % 2 == 0 ? 50 + i : 200 + i)};
    for (std::uint32_t key = 0; key < known; ++key) keys.push_back(Text(100 + key));
    for (const Text key : keys) {
      if (std::any_of(named.begin(), named.begin() + i, [&](const PairSlots& other) { return other.key == key; }))
        continue;
      named[i].key = key;
      give(i + 1);
    }
  };
  give(0);
  return out;
}

// Is it the smaller of itself and what it becomes when networks 0 and 1, of one region, change their names?
bool is_canonical(const PairSet& set) {
  const auto codes = [&](bool swapped) {
    const auto code = [&](Text slot) {
      if (!slot) return UINT32_MAX;
      return swapped && slot.value < 6 ? (slot.value + 3) % 6 : slot.value;
    };
    std::vector<std::pair<std::uint32_t, std::uint32_t>> out;
    for (const PairSlots& pair : set) out.emplace_back(code(pair.forward), code(pair.reverse));
    std::sort(out.begin(), out.end());
    return out;
  };
  return codes(false) <= codes(true);
}

std::string text(const std::vector<PairSlots>& pairs) {
  std::string out;
  const auto slot = [](Text at) {
    return at ? "n" + std::to_string(at.value / 3) + ":r" + std::to_string(at.value % 3) : std::string("-");
  };
  for (const PairSlots& pair : pairs)
    out += "  k" + std::to_string(pair.key.value) + " " + slot(pair.forward) + " " + slot(pair.reverse) + "\n";
  return out;
}

// "" or what differs.
std::string compare(const PairSet& desired, const PairSet& prior) {
  const std::map<std::size_t, std::size_t> expected = naive_match(desired, prior);
  const PairMatch match = match_pairs(desired, prior);
  bool same = match.prior_of.size() == desired.size() && match.desired_of.size() == prior.size();
  for (std::size_t d = 0; same && d < desired.size(); ++d) {
    const auto at = expected.find(d);
    same = match.prior_of[d] == (at == expected.end() ? UINT32_MAX : at->second);
  }
  for (std::size_t p = 0; same && p < prior.size(); ++p)
    same = match.desired_of[p] == UINT32_MAX
               ? std::none_of(expected.begin(), expected.end(), [&](const auto& each) { return each.second == p; })
               : match.desired_of[p] < desired.size() && match.prior_of[match.desired_of[p]] == p;
  if (same) return {};
  std::string out = "desired\n" + text(desired) + "prior\n" + text(prior) + "expected";
  for (const auto& [d, p] : expected) out += " " + std::to_string(d) + "=" + std::to_string(p);
  out += "\nfound";
  for (const std::uint32_t p : match.prior_of) out += p == UINT32_MAX ? std::string(" new") : " " + std::to_string(p);
  return out;
}

// Returns how many worlds were compared.
std::size_t compare_all(const Regions& regions, std::size_t most) {
  std::size_t worlds = 0;
  const std::vector<PairSet> sets = all_sets(regions, most);
  std::map<std::size_t, std::vector<PairSet>> desired_by_keys;
  for (const PairSet& set : sets) {
    if (regions[0] == regions[1] && !is_canonical(set)) continue;
    PairSet prior = set;
    for (std::uint32_t i = 0; i < prior.size(); ++i) prior[i].key = Text(100 + i);
    std::vector<PairSet>& desired = desired_by_keys[prior.size()];
    if (desired.empty())
      for (const PairSet& wanted : sets)
        for (PairSet& named : keyed(wanted, static_cast<std::uint32_t>(prior.size())))
          desired.push_back(std::move(named));
    for (const PairSet& wanted : desired) {
      ++worlds;
      const std::string difference = compare(wanted, prior);
      EXPECT_EQ(difference, "");
      if (!difference.empty()) return worlds;
    }
  }
  return worlds;
}

TEST(PairMatching, IsTheBruteForceInAllWorldsOfTwoRegions) {
  EXPECT_GT(compare_all({0, 1}, 2), 10U);
  EXPECT_GT(compare_all({0, 1, 1}, 3), 100U);
  EXPECT_GT(compare_all({0, 1, 1, 1}, 4), 1000U);
  EXPECT_GT(compare_all({0, 0, 1, 1}, 4), 1000U);
}

TEST(PairMatching, IsTheBruteForceInAllWorldsOfThreeRegionsWithUpToThreePairs) {
  EXPECT_GT(compare_all({0, 1, 2}, 3), 1000U);
  EXPECT_GT(compare_all({0, 0, 1, 2}, 3), 1000U);
}

TEST(PairMatching, TakesAPairWithTheSameTwoSlotsBeforeOneWithTheSameKey) {
  // Two pairs exchange their keys: each is recognised by its slots.
  const PairSet prior{{Text(100U), Text(1U), Text(3U)}, {Text(101U), Text(4U), Text(6U)}};
  const PairSet desired{{Text(100U), Text(4U), Text(6U)}, {Text(101U), Text(1U), Text(3U)}};
  EXPECT_EQ(match_pairs(desired, prior).prior_of, (std::vector<std::uint32_t>{1, 0}));
}

TEST(PairMatching, TakesTheForwardSlotOfOnePairBeforeTheReverseSlotOfAnother) {
  // The prior pair's slots are wanted by two: as the reverse slot of the first, as the forward slot of the second.
  const PairSet prior{{Text(100U), Text(1U), Text(3U)}};
  const PairSet desired{{Text(101U), Text(7U), Text(1U)}, {Text(102U), Text(3U), Text(8U)}};
  EXPECT_EQ(match_pairs(desired, prior).prior_of, (std::vector<std::uint32_t>{UINT32_MAX, 0}));
}

}  // namespace
}  // namespace pairform::property
