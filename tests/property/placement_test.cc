// Placement over seeded small worlds: held against an oracle, and against what must hold of any placement.
#include <gtest/gtest.h>

#include <array>
#include <random>

#include "tests/property/naive_placement.h"

namespace pairform::property {
namespace {

constexpr unsigned k_worlds = 20000;

struct Landings {
  std::vector<LandingNetwork> networks;
  std::vector<MappingRule> rules;
  std::vector<LandingRequest> requests;
  bool strict_subnets = false, strict_addresses = false;
  PlacementInput input() const { return {networks, rules, requests, strict_subnets, strict_addresses}; }
};

class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  Landings world() {
    Landings out;
    static const std::vector<std::string> names{"network.a", "network.b", "network.c"};
    for (const std::string& name : names) out.networks.push_back({name, subnets(), {}});
    for (const std::string_view name : {"mapping.m", "mapping.n"}) {
      MappingRule rule{name, {}, one_in(2)};
      for (const std::string_view from : k_names)
        if (one_in(6)) rule.subnets.emplace_back(cased(from), cased(name_of_subnet()));
      out.rules.push_back(rule);
    }
    static const std::vector<std::string> addresses{"vm.a.nic.e", "vm.b.nic.e", "vm.c.nic.e", "vm.d.nic.e", "vm.e.nic.e",
                                                    "vm.f.nic.e", "vm.g.nic.e", "vm.h.nic.e"};
    for (std::size_t i = 0, count = 1 + below(addresses.size()); i < count; ++i)
      out.requests.push_back(request(out.networks, addresses[i]));
    for (LandingNetwork& network : out.networks) {
      for (std::size_t i = below(8); i > 0; --i) network.occupied.push_back({any_ip(), "in use", true});
      if (one_in(3)) network.occupied.push_back({any_ip(), "vm.z.nic.e", false});
    }
    for (const LandingRequest& one : out.requests)
      for (const ConfigurationRequest& wanted : one.configurations)
        if (wanted.kept && one_in(3)) out.networks[one.target_network].occupied.push_back({*wanted.kept, "in use", true});
    out.strict_subnets = one_in(8);
    out.strict_addresses = one_in(8);
    return out;
  }
  // Nothing but what nature gives: no overrides, nothing kept, nobody held.
  static void strip(Landings& world) {
    for (LandingRequest& one : world.requests) {
      one.override_subnet = one.kept_subnet = {};
      one.fixed = one.keep_first = false;
      for (ConfigurationRequest& wanted : one.configurations) wanted.override_ip = wanted.kept = std::nullopt;
    }
  }
  std::size_t below(std::size_t count) { return random_() % count; }
  template <class List>
  void shuffle(List& list) {
    std::shuffle(list.begin(), list.end(), random_);
  }

 private:
  static constexpr std::array<std::string_view, 5> k_names{"app", "Db", "GatewaySubnet", "web", "zone"};

  bool one_in(std::size_t count) { return below(count) == 0; }
  std::string_view name_of_subnet() { return k_names[below(k_names.size())]; }
  // Views of LandingRequest need a place that stays: every spelling there is.
  static std::string_view cased(std::string_view name, std::size_t how) {
    static const std::set<std::string> spellings = [] {
      std::set<std::string> all;
      for (const std::string_view one : k_names) {
        std::string upper(one);
        for (char& letter : upper) letter = static_cast<char>(letter >= 'a' && letter <= 'z' ? letter - 'a' + 'A' : letter);
        all.insert({std::string(one), ascii_lower(one), upper});
      }
      return all;
    }();
    std::vector<std::string_view> same;
    for (const std::string& one : spellings)
      if (ascii_lower(one) == ascii_lower(name)) same.push_back(one);
    return same[how % same.size()];
  }
  std::string_view cased(std::string_view name) { return cased(name, below(3)); }
  Ip any_ip() { return {false, 0, (10ULL << 24) + below(80)}; }

  std::vector<Subnet> subnets() {
    std::vector<std::string_view> prefixes{"10.0.0.0/29",  "10.0.0.8/29",  "10.0.0.16/28", "10.0.0.32/27",
                                           "10.0.0.64/29", "10.0.0.72/30", "fd00::/64"};
    std::vector<std::string_view> names(k_names.begin(), k_names.end());
    shuffle(prefixes);
    shuffle(names);
    std::vector<Subnet> out;
    for (std::size_t i = below(5); i > 0; --i) {
      Subnet subnet{std::string(cased(names.back())), {}};
      names.pop_back();
      for (std::size_t p = 1 + below(2); p > 0 && !prefixes.empty(); --p, prefixes.pop_back())
        subnet.prefixes.push_back(parse_prefix(prefixes.back())->prefix);
      out.push_back(subnet);
    }
    return out;
  }

  LandingRequest request(const std::vector<LandingNetwork>& networks, std::string_view address) {
    LandingRequest out;
    out.address = address;
    out.source_network = static_cast<std::uint32_t>(below(networks.size()));
    out.target_network = static_cast<std::uint32_t>((out.source_network + 1 + below(networks.size() - 1)) % networks.size());
    out.rule = one_in(3) ? k_no_rule : static_cast<std::uint32_t>(below(2));
    const std::vector<Subnet>& from = networks[out.source_network].subnets;
    const Subnet* home = from.empty() ? nullptr : &from[below(from.size())];
    out.source_subnet = cased(home == nullptr ? name_of_subnet() : std::string_view(home->name));
    if (one_in(6)) out.override_subnet = cased(name_of_subnet());
    if (!one_in(3)) out.kept_subnet = cased(name_of_subnet());
    out.fixed = one_in(12);
    out.keep_first = one_in(6);
    static constexpr std::array<std::string_view, 3> k_configurations{"primary", "s1", "s2"};
    for (std::size_t i = 0, count = 1 + below(3); i < count; ++i) {
      ConfigurationRequest wanted{k_configurations[i], {}, {}, {}};
      if (!one_in(4)) wanted.source = any_ip();
      if (home != nullptr && !home->prefixes.empty() && !one_in(4)) {
        const Prefix& prefix = home->prefixes[below(home->prefixes.size())];
        if (!prefix.base.v6) wanted.source = Ip{false, 0, prefix.base.low + below(1ULL << (32 - prefix.length))};
      }
      if (one_in(6)) wanted.override_ip = any_ip();
      if (!one_in(3)) wanted.kept = any_ip();
      out.configurations.push_back(wanted);
    }
    return out;
  }

  std::mt19937 random_;
};

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
    for (std::size_t c = 0; c < world.requests[i].configurations.size(); ++c)
      world.requests[i].configurations[c].kept = placement.nics[i].addresses[c].ip;
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
                          "ip same-address", "ip same-host", "ip next-available", "PF3301", "PF3302", "PF3303", "PF3304",
                          "PF3305", "PF3306", "PF3307", "PF3308"})
    EXPECT_GT(reasons[met], 200) << met;
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
    for (ConfigurationRequest& wanted : came.configurations) wanted.kept = std::nullopt;
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
    const LandingRequest leaver = world.requests[gone];
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
    world.requests.insert(world.requests.begin() + static_cast<std::ptrdiff_t>(gone), leaver);
    const Placement again = place(world.input());
    for (std::size_t i = 0; i < again.nics.size(); ++i) ASSERT_EQ(spot_text(again.nics[i]), expected[i]) << "seed " << seed;
    ++met;
  }
  EXPECT_GT(met, 500U);
}

}  // namespace
}  // namespace pairform::property
