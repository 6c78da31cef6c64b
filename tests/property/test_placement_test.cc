// Tests over seeded small worlds: held against an oracle that walks every address, and a newcomer moves nobody.
#include "engine/recovery/test_placement.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "tests/property/landing_worlds.h"

namespace pairform::property {
namespace {

constexpr unsigned k_worlds = 20000;

// The requests of a world as tests, each in one of its networks.
struct TestedWorld {
  Landings world;
  std::vector<TestRequest> requests;
  TestInput input() const { return {world.networks, requests, world.strict_subnets}; }
};

TestedWorld tested_world(unsigned seed) {
  Generator generator(seed);
  TestedWorld out{generator.world(), {}};
  for (const LandingRequest& one : out.world.requests) {
    TestRequest& request = out.requests.emplace_back();
    request.address = one.address;
    request.network = static_cast<std::uint32_t>(generator.below(2));
    request.source_subnet = one.source_subnet;
    request.override_subnet = one.override_subnet;
    request.kept_subnet = one.kept_subnet;
    request.fixed = one.fixed;
    for (const ConfigurationRequest& each : one.configurations)
      request.configurations.push_back({each.name, each.source, generator.below(8) != 0, each.override_ip, each.kept});
  }
  return out;
}

bool same(std::string_view a, std::string_view b) { return ascii_lower(a) == ascii_lower(b); }

// The rules as the documents give them: no pools, no cursors.
class NaiveTester {
 public:
  explicit NaiveTester(const TestedWorld& given) : given_(given) {}

  std::string text() {
    for (std::size_t r = 0; r < given_.requests.size(); ++r) choose(r);
    for (std::uint32_t n = 0; n < given_.world.networks.size(); ++n)
      for (const Occupant& one : given_.world.networks[n].occupied)
        if (!one.promised) taken_.emplace(n, one.ip);
    for (std::size_t r = 0; r < given_.requests.size(); ++r)
      for (const TestConfiguration& each : given_.requests[r].configurations)
        if (given_.requests[r].fixed && each.kept) taken_.emplace(given_.requests[r].network, *each.kept);
    for (int pass = 1; pass <= 4; ++pass)
      for (std::size_t r = 0; r < given_.requests.size(); ++r)
        for (std::size_t c = 0; c < given_.requests[r].configurations.size(); ++c) address(pass, r, c);
    std::string out;
    for (std::size_t r = 0; r < given_.requests.size(); ++r) {
      out += std::string(given_.requests[r].address) + " " + names_[r];
      for (std::size_t c = 0; c < given_.requests[r].configurations.size(); ++c) {
        const auto at = places_.find({r, c});
        out += at == places_.end() ? " none" : " " + at->second;
      }
      out += "\n";
    }
    return out;
  }

 private:
  void choose(std::size_t r) {
    const TestRequest& asked = given_.requests[r];
    const LandingNetwork& network = given_.world.networks[asked.network];
    const auto named = [&](std::string_view name) -> const Subnet* {
      for (const Subnet& subnet : network.subnets)
        if (same(subnet.name, name)) return &subnet;
      return nullptr;
    };
    const Subnet* found = nullptr;
    if (asked.fixed) {
      found = named(asked.kept_subnet);
      names_.push_back(found == nullptr ? std::string(asked.kept_subnet) : found->name);
      subnets_.push_back(found);
      return;
    }
    if (!asked.override_subnet.empty()) {
      found = named(asked.override_subnet);
    } else if (named(asked.source_subnet) != nullptr) {
      found = named(asked.source_subnet);
    } else if (!given_.world.strict_subnets) {
      for (const Subnet& subnet : network.subnets)
        if (found == nullptr || ascii_lower(subnet.name) < ascii_lower(found->name)) found = &subnet;
      if (found != nullptr && same(found->name, "GatewaySubnet")) found = nullptr;
      for (const auto& [subnet, service] : network.delegated)
        if (found != nullptr && same(subnet, found->name)) found = nullptr;
    }
    names_.push_back(found == nullptr ? "" : found->name);
    subnets_.push_back(found);
  }

  // Every address of a subnet that a machine can have, by walking.
  static std::set<Ip> usable(const Subnet& subnet) {
    std::set<Ip> out;
    for (const Prefix& prefix : subnet.prefixes)
      if (!prefix.base.v6)
        for (std::uint64_t at = first_address(prefix).low; at <= last_address(prefix).low; ++at)
          if (!is_reserved(prefix, {false, 0, at})) out.insert({false, 0, at});
    return out;
  }

  void address(int pass, std::size_t r, std::size_t c) {
    const TestRequest& asked = given_.requests[r];
    const TestConfiguration& wanted = asked.configurations[c];
    if (asked.fixed) {
      places_[{r, c}] = wanted.kept ? to_text(*wanted.kept) : "dhcp";
      return;
    }
    if (subnets_[r] == nullptr || !wanted.lands || places_.contains({r, c})) return;
    std::set<Ip> free = usable(*subnets_[r]);
    std::erase_if(free, [&](const Ip& ip) { return taken_.contains({asked.network, ip}); });
    const auto give = [&](const std::optional<Ip>& ip) {
      if (!ip || !free.contains(*ip)) return;
      taken_.emplace(asked.network, *ip);
      places_[{r, c}] = to_text(*ip);
    };
    if (wanted.override_ip) {
      if (pass == 1) give(wanted.override_ip);
    } else if (!wanted.landing) {
      places_[{r, c}] = "dhcp";
    } else if (pass == 2 && same(asked.kept_subnet, subnets_[r]->name)) {
      give(wanted.kept);
    } else if (pass == 3) {
      give(wanted.landing);
    } else if (pass == 4 && !free.empty()) {
      give(*free.rbegin());
    }
  }

  const TestedWorld& given_;
  std::vector<const Subnet*> subnets_;
  std::vector<std::string> names_;
  std::set<std::pair<std::uint32_t, Ip>> taken_;                       // network, address
  std::map<std::pair<std::size_t, std::size_t>, std::string> places_;  // request, configuration
};

std::string text_of(const TestedWorld& given, const TestPlacement& placed) {
  std::string out;
  for (std::size_t r = 0; r < given.requests.size(); ++r) {
    out += std::string(given.requests[r].address) + " " + std::string(placed.nics[r].subnet);
    for (const auto& one : placed.nics[r].addresses)
      out += !one ? " none" : one->ip ? " " + to_text(*one->ip) : std::string(" dhcp");
    out += "\n";
  }
  return out;
}

TEST(TestPlacementProperty, AgreesWithTheRulesWalkedThrough) {
  std::map<IpReason, std::size_t> met;
  std::size_t nowhere = 0;
  for (unsigned seed = 0; seed < k_worlds; ++seed) {
    const TestedWorld given = tested_world(seed);
    const TestPlacement placed = place_tests(given.input());
    ASSERT_EQ(text_of(given, placed), NaiveTester(given).text()) << "seed " << seed;
    for (const TestedNic& nic : placed.nics)
      for (const auto& one : nic.addresses) ++(one ? met[one->reason] : nowhere);
  }
  for (const IpReason reason : {IpReason::Override, IpReason::Kept, IpReason::NextAvailable, IpReason::Dynamic})
    EXPECT_GT(met[reason], 1000U) << reason_text(reason);
  EXPECT_GT(nowhere, 1000U);
}

// What was chosen is chosen again, also where somebody new comes first in the order.
TEST(TestPlacementProperty, ANewcomerMovesNobody) {
  for (unsigned seed = 0; seed < k_worlds; ++seed) {
    TestedWorld given = tested_world(seed);
    for (TestRequest& request : given.requests)
      for (TestConfiguration& each : request.configurations) each.override_ip.reset();
    const TestPlacement first = place_tests(given.input());
    for (std::size_t r = 0; r < given.requests.size(); ++r) {
      if (given.requests[r].fixed) continue;
      given.requests[r].kept_subnet = first.nics[r].subnet;
      for (std::size_t c = 0; c < given.requests[r].configurations.size(); ++c) {
        const auto& one = first.nics[r].addresses[c];
        given.requests[r].configurations[c].kept = one ? one->ip : std::nullopt;
      }
    }
    const std::string before = text_of(given, first);
    ASSERT_EQ(text_of(given, place_tests(given.input())), before) << "seed " << seed;
    TestRequest newcomer = given.requests.back();
    newcomer.address = "vm.0.nic.e";
    newcomer.fixed = false;
    newcomer.kept_subnet = {};
    for (TestConfiguration& each : newcomer.configurations) each.kept.reset();
    given.requests.insert(given.requests.begin(), newcomer);
    TestPlacement after = place_tests(given.input());
    given.requests.erase(given.requests.begin());
    after.nics.erase(after.nics.begin());
    for (std::size_t r = 0; r < given.requests.size(); ++r)
      for (std::size_t c = 0; c < given.requests[r].configurations.size(); ++c)
        if (const auto& had = first.nics[r].addresses[c]; had && had->ip) {
          ASSERT_EQ(after.nics[r].addresses[c]->ip, had->ip) << "seed " << seed;
        }
  }
}

}  // namespace
}  // namespace pairform::property
