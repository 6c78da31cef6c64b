// Drill over seeded small worlds, held against a naive one: the reversed world written out by hand and placed by the
// oracle that walks every address; the test failover by walking, too.
#include "engine/drill/drill.h"

#include <gtest/gtest.h>

#include <map>

#include "tests/property/landing_worlds.h"
#include "tests/property/naive_placement.h"

namespace pairform::property {
namespace {

// A world's NICs where they land, each with a way home or none; the rules of the way home are the same two.
struct DrilledWorld {
  Landings world;
  std::vector<DrilledNic> nics;
  DrillInput input(std::uint32_t test) {
    for (DrilledNic& nic : nics) nic.test_network = test;
    return {"eastasia", world.networks, world.rules, nics, world.strict_subnets, world.strict_addresses};
  }
};

DrilledWorld drilled_world(unsigned seed) {
  Generator generator(seed);
  DrilledWorld out{generator.world(), {}};
  const Placement placement = place(out.world.input());
  for (std::size_t i = 0; i < out.world.requests.size(); ++i) {
    const LandingRequest& asked = out.world.requests[i];
    DrilledNic nic{asked.address,
                   asked.address,
                   asked.source_network,
                   asked.source_subnet,
                   asked.target_network,
                   placement.nics[i].subnet,
                   asked.source_network,
                   k_no_rule,
                   {}};
    if (const std::size_t way = generator.below(4); way == 0) nic.home_network = k_no_network;
    else if (way == 1) nic.home_network = static_cast<std::uint32_t>(generator.below(3));
    nic.home_rule = generator.below(3) == 0 ? k_no_rule : static_cast<std::uint32_t>(generator.below(2));
    for (std::size_t c = 0; c < asked.configurations.size(); ++c) {
      const ConfigurationRequest& wanted = asked.configurations[c];
      const std::optional<Ip>& ip = placement.nics[i].addresses[c].ip;
      const bool lands = !nic.target_subnet.empty() && (ip || (!wanted.source && !wanted.override_ip));
      nic.configurations.push_back({wanted.name, wanted.source, ip, lands});
    }
    out.nics.push_back(nic);
  }
  return out;
}

// NIC, configuration -> "network subnet ip home".
using Spots = std::map<std::pair<std::size_t, std::size_t>, std::string>;
std::string spot(std::uint32_t network, std::string_view subnet, const std::optional<Ip>& ip, bool home) {
  return std::to_string(network) + " " + std::string(subnet) + " " + (ip ? to_text(*ip) : "dhcp") +
         (home ? " home" : "");
}

Spots naive_failback(const DrilledWorld& given) {
  Landings back = given.world;
  back.requests.clear();
  std::vector<std::pair<std::size_t, std::vector<std::size_t>>> from;
  for (std::size_t i = 0; i < given.nics.size(); ++i) {
    const DrilledNic& nic = given.nics[i];
    LandingRequest request;
    request.address = nic.address;
    request.source_network = nic.target_network;
    request.source_subnet = nic.target_subnet;
    request.target_network = nic.home_network;
    request.rule = nic.home_rule;
    std::vector<std::size_t> which;
    for (std::size_t c = 0; c < nic.configurations.size(); ++c)
      if (nic.configurations[c].lands) {
        request.configurations.push_back({nic.configurations[c].name, nic.configurations[c].target, {}, {}});
        which.push_back(c);
      }
    if (nic.home_network == k_no_network || which.empty()) continue;
    back.requests.push_back(request);
    from.emplace_back(i, which);
  }
  const PlacementInput input = back.input();
  const NaivePlacement placed = NaivePlacer(input).place();
  Spots out;
  for (std::size_t r = 0; r < from.size(); ++r)
    for (std::size_t c = 0; c < from[r].second.size(); ++c) {
      const DrilledNic& nic = given.nics[from[r].first];
      const DrilledConfiguration& was = nic.configurations[from[r].second[c]];
      const std::optional<Ip>& ip = placed.nics[r].addresses[c].ip;
      if (placed.nics[r].subnet.empty() || (was.target && !ip)) continue;
      const bool home = nic.home_network == nic.source_network &&
                        ascii_lower(placed.nics[r].subnet) == ascii_lower(nic.source_subnet) && ip == was.source;
      out[{from[r].first, from[r].second[c]}] = spot(nic.home_network, placed.nics[r].subnet, ip, home);
    }
  return out;
}

Spots naive_test(const DrilledWorld& given, std::uint32_t test) {
  const LandingNetwork& a = given.world.networks[test];
  const auto by_name = [](const Subnet& x, const Subnet& y) { return ascii_lower(x.name) < ascii_lower(y.name); };
  std::set<Ip> taken;
  for (const Occupant& one : a.occupied)
    if (!one.promised) taken.insert(one.ip);
  Spots out;
  for (const bool own : {true, false})
    for (std::size_t i = 0; i < given.nics.size(); ++i) {
      const DrilledNic& nic = given.nics[i];
      auto subnet = std::find_if(a.subnets.begin(), a.subnets.end(), [&](const Subnet& one) {
        return ascii_lower(one.name) == ascii_lower(nic.source_subnet);
      });
      if (subnet == a.subnets.end()) {
        subnet = std::min_element(a.subnets.begin(), a.subnets.end(), by_name);
        const auto is_it = [&](const auto& delegated) { return delegated.first == ascii_lower(subnet->name); };
        if (subnet == a.subnets.end() || given.world.strict_subnets || ascii_lower(subnet->name) == "gatewaysubnet" ||
            std::any_of(a.delegated.begin(), a.delegated.end(), is_it))
          continue;
      }
      for (std::size_t c = 0; c < nic.configurations.size(); ++c) {
        if (!nic.configurations[c].lands || out.contains({i, c})) continue;
        const std::optional<Ip>& target = nic.configurations[c].target;
        if (!target) {
          out[{i, c}] = spot(test, subnet->name, {}, false);
          continue;
        }
        std::optional<Ip> found;
        for (const Prefix& prefix : subnet->prefixes)
          if (!prefix.base.v6)
            for (std::uint64_t at = first_address(prefix).low; at <= last_address(prefix).low; ++at)
              if (const Ip ip{false, 0, at};
                  !is_reserved(prefix, ip) && !taken.contains(ip) && (own ? ip == *target : !found || *found < ip))
                found = ip;
        if (!found) continue;
        taken.insert(*found);
        out[{i, c}] = spot(test, subnet->name, found, false);
      }
    }
  return out;
}

TEST(DrillProperty, AgreesWithTheReversedWorldWalkedThrough) {
  std::size_t home = 0, elsewhere = 0, nowhere = 0, tested = 0;
  for (unsigned seed = 0; seed < 20000; ++seed) {
    DrilledWorld given = drilled_world(seed);
    const std::uint32_t test = seed % 4 == 3 ? k_no_network : seed % 4;
    const Drill result = drill(given.input(test));
    Spots failbacks, tests;
    std::set<std::string> away;  // vms that land somewhere and do not come home from there
    for (std::size_t i = 0; i < given.nics.size(); ++i)
      for (std::size_t c = 0; c < given.nics[i].configurations.size(); ++c) {
        const DrillOutcome& outcome = result.nics[i].configurations[c];
        if (const auto& back = outcome.failback)
          failbacks[{i, c}] = spot(back->network, back->subnet, back->ip, back->home);
        if (outcome.tested) tests[{i, c}] = spot(test, result.nics[i].test_subnet, outcome.tested->ip, false);
        const bool comes_home = outcome.failback && outcome.failback->home;
        if (given.nics[i].configurations[c].lands && !comes_home) away.insert(std::string(given.nics[i].vm));
        ++(comes_home ? home : outcome.failback ? elsewhere : nowhere);
      }
    ASSERT_EQ(failbacks, naive_failback(given)) << "seed " << seed;
    ASSERT_EQ(tests, test == k_no_network ? Spots() : naive_test(given, test)) << "seed " << seed;
    tested += tests.size();
    std::multiset<std::string> told;
    for (const DrillProblem& problem : result.problems)
      if (problem.code == Code::NotHome) told.insert(problem.address);
    ASSERT_EQ(told, std::multiset<std::string>(away.begin(), away.end())) << "seed " << seed;
  }
  for (const std::size_t met : {home, elsewhere, nowhere, tested}) EXPECT_GT(met, 2000U);
}

}  // namespace
}  // namespace pairform::property
