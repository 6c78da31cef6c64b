// Placement over seeded small worlds: held against an oracle, and against what must hold of any placement.
#include <gtest/gtest.h>

#include "tests/property/landing_worlds.h"
#include "tests/property/naive_placement.h"

namespace pairform::property {
namespace {

constexpr unsigned k_worlds = 20000;

std::string nic_text(const PlacedNic& nic) {
  std::string out(nic.subnet.empty() ? "nowhere" : nic.subnet);
  out += std::string(" (") + std::string(reason_text(nic.reason)) + ")";
  for (const PlacedAddress& one : nic.addresses)
    out += (one.ip ? " " + to_text(*one.ip) : " none") + " (" + std::string(reason_text(one.reason)) + ")";
  return out + "\n";
}

// Where it lands, without why.
std::string spot_text(const PlacedNic& nic) {
  std::string out(nic.subnet);
  for (const PlacedAddress& one : nic.addresses) out += one.ip ? " " + to_text(*one.ip) : " none";
  return out;
}

std::string full_text(const Placement& placement) {
  std::string out;
  for (const PlacedNic& nic : placement.nics) out += nic_text(nic);
  for (const PlacementProblem& problem : placement.problems) {
    const Diagnostic& told = problem.diagnostic;
    out += code_text(told.code) + " " + told.summary + "; " + told.detail + "; " + told.help + "\n";
  }
  return out;
}

// What the next plan knows: where each one landed.
void feed_back(Landings& world, const Placement& placement) {
  for (std::size_t i = 0; i < world.requests.size(); ++i) {
    world.requests[i].kept_subnet = placement.nics[i].subnet;
    for (std::size_t c = 0; c < world.requests[i].configurations.size(); ++c) {
      const PlacedAddress& address = placement.nics[i].addresses[c];
      ConfigurationRequest& wanted = world.requests[i].configurations[c];
      wanted.kept = address.ip;
      wanted.kept_dynamic = !address.ip && address.reason == IpReason::Kept;
    }
  }
}

TEST(PlacementProperty, AgreesWithAWalkThroughTheSpec) {
  std::map<std::string, int> reasons;
  for (unsigned seed = 0; seed < k_worlds; ++seed) {
    const Landings world = Generator(seed).world();
    const Placement fast = place(world.input());
    const PlacementInput input = world.input();
    const NaivePlacement naive = NaivePlacer(input).place();
    std::set<std::string> problems;
    for (const PlacementProblem& one : fast.problems)
      problems.insert(code_text(one.diagnostic.code) + " " + std::to_string(one.request) + " " +
                      (one.configuration ? std::to_string(*one.configuration) : "-"));
    ASSERT_EQ(problems, naive.problems) << "seed " << seed;
    ASSERT_EQ(problems.size(), fast.problems.size()) << "seed " << seed;
    for (std::size_t i = 0; i < fast.nics.size(); ++i) {
      ASSERT_EQ(nic_text(fast.nics[i]), nic_text(naive.nics[i])) << "seed " << seed << ", request " << i;
      ++reasons[std::string(reason_text(fast.nics[i].reason)) + (fast.nics[i].subnet.empty() ? " failed" : "")];
      for (const PlacedAddress& one : fast.nics[i].addresses) ++reasons["ip " + std::string(reason_text(one.reason))];
    }
    for (const PlacementProblem& one : fast.problems) ++reasons[code_text(one.diagnostic.code)];
  }
  // The worlds are worth it: every rule and every problem was met often.
  for (const char* met : {"override", "mapped", "same-name", "kept", "first", "ip dynamic", "ip override", "ip kept",
                          "ip same-address", "ip same-host", "ip next-available", "PF3301", "PF3302", "PF3303",
                          "PF3304", "PF3305", "PF3306", "PF3307", "PF3308"})
    EXPECT_GT(reasons[met], 200) << met;
  EXPECT_GT(reasons["PF3311"], 20) << "kept though a rule would choose otherwise";
}

TEST(PlacementProperty, DoesNotDependOnTheOrderOfAnythingButRequests) {
  for (unsigned seed = 0; seed < k_worlds / 4; ++seed) {
    Generator generator(seed);
    const Landings world = generator.world();
    Landings mixed = world;
    std::vector<std::uint32_t> networks{0, 1, 2}, rules{0, 1};  // by new place: the old one
    generator.shuffle(networks);
    generator.shuffle(rules);
    for (std::uint32_t i = 0; i < 3; ++i) {
      mixed.networks[i] = world.networks[networks[i]];
      generator.shuffle(mixed.networks[i].occupied);
      generator.shuffle(mixed.networks[i].subnets);
      for (Subnet& subnet : mixed.networks[i].subnets) generator.shuffle(subnet.prefixes);
    }
    for (std::uint32_t i = 0; i < 2; ++i) {
      mixed.rules[i] = world.rules[rules[i]];
      generator.shuffle(mixed.rules[i].subnets);
    }
    const auto moved = [](const std::vector<std::uint32_t>& order, std::uint32_t old) {
      return static_cast<std::uint32_t>(std::find(order.begin(), order.end(), old) - order.begin());
    };
    for (LandingRequest& one : mixed.requests) {
      one.source_network = moved(networks, one.source_network);
      one.target_network = moved(networks, one.target_network);
      if (one.rule != k_no_rule) one.rule = moved(rules, one.rule);
    }
    ASSERT_EQ(full_text(place(mixed.input())), full_text(place(world.input()))) << "seed " << seed;
  }
}

TEST(PlacementProperty, ANewcomerMovesNobody) {
  unsigned met = 0;
  for (unsigned seed = 0; seed < k_worlds / 4; ++seed) {
    Generator generator(seed);
    Landings world = generator.world();
    for (ConfigurationRequest& wanted : world.requests.back().configurations) wanted.override_ip = std::nullopt;
    Landings before = world;
    const std::size_t newcomer = generator.below(before.requests.size());
    std::swap(world.requests[newcomer], world.requests.back());  // any may come, also first in order
    before.requests = world.requests;
    before.requests.erase(before.requests.begin() + static_cast<std::ptrdiff_t>(newcomer));
    if (world.requests[newcomer].fixed) continue;
    const Placement first = place(before.input());
    feed_back(before, first);
    LandingRequest came = world.requests[newcomer];
    came.kept_subnet = {};
    for (ConfigurationRequest& wanted : came.configurations) wanted.kept.reset(), wanted.kept_dynamic = false;
    before.requests.insert(before.requests.begin() + static_cast<std::ptrdiff_t>(newcomer), came);
    const Placement second = place(before.input());
    for (std::size_t i = 0, old = 0; i < before.requests.size(); ++i) {
      if (i == newcomer) continue;
      const PlacedNic &was = first.nics[old++], &is = second.nics[i];
      ASSERT_EQ(spot_text(is), spot_text(was)) << "seed " << seed << ", request " << i;
      for (std::size_t c = 0; c < is.addresses.size(); ++c)
        met += is.addresses[c].reason == IpReason::Kept && was.addresses[c].reason != IpReason::Kept;
    }
  }
  EXPECT_GT(met, 1000U);
}

TEST(PlacementProperty, WhoGoesAndComesBackLandsWhereHeWas) {
  unsigned met = 0;
  for (unsigned seed = 0; seed < k_worlds / 2; ++seed) {
    Generator generator(seed);
    Landings world = generator.world();
    Generator::strip(world);
    const Placement first = place(world.input());
    if (!first.problems.empty()) continue;  // who had no place takes the one that is left
    const std::size_t gone = generator.below(world.requests.size());
    const LandingRequest outgoing = world.requests[gone];
    feed_back(world, first);
    const auto at = world.requests.begin() + static_cast<std::ptrdiff_t>(gone);
    world.requests.erase(at);
    std::vector<std::string> expected;
    for (const PlacedNic& nic : first.nics) expected.push_back(spot_text(nic));
    const Placement without = place(world.input());
    feed_back(world, without);
    for (std::size_t i = 0, old = 0; i < without.nics.size(); ++i, ++old) {
      if (old == gone) ++old;
      ASSERT_EQ(spot_text(without.nics[i]), expected[old]) << "seed " << seed;
    }
    world.requests.insert(world.requests.begin() + static_cast<std::ptrdiff_t>(gone), outgoing);
    const Placement again = place(world.input());
    for (std::size_t i = 0; i < again.nics.size(); ++i)
      ASSERT_EQ(spot_text(again.nics[i]), expected[i]) << "seed " << seed;
    ++met;
  }
  EXPECT_GT(met, 500U);
}

}  // namespace
}  // namespace pairform::property
