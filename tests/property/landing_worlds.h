// Seeded small worlds for placement and drill: three networks over one small range, so that prefixes, names and
// addresses meet often; up to eight NICs of up to three configurations, with everything that a request may carry.
#pragma once
#include <algorithm>
#include <array>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "engine/recovery/placement.h"

namespace pairform::property {

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
    static const std::vector<std::string> addresses{"vm.a.nic.e", "vm.b.nic.e", "vm.c.nic.e", "vm.d.nic.e",
                                                    "vm.e.nic.e", "vm.f.nic.e", "vm.g.nic.e", "vm.h.nic.e"};
    for (std::size_t i = 0, count = 1 + below(addresses.size()); i < count; ++i)
      out.requests.push_back(request(out.networks, addresses[i]));
    for (LandingNetwork& network : out.networks) {
      for (std::size_t i = below(8); i > 0; --i) network.occupied.push_back({any_ip(), "in use", true});
      if (one_in(3)) network.occupied.push_back({any_ip(), "vm.z.nic.e", false});
    }
    for (LandingNetwork& network : out.networks)
      for (std::size_t i = below(4); i > 0; --i) network.occupied.push_back({any_ip(), "uksouth/alien", true, true});
    for (const LandingRequest& one : out.requests)
      for (const ConfigurationRequest& wanted : one.configurations) {
        if (wanted.kept && one_in(6))
          out.networks[one.target_network].occupied.push_back({*wanted.kept, "uksouth/alien", true, true});
        if (wanted.override_ip && one_in(6))
          out.networks[one.target_network].occupied.push_back({*wanted.override_ip, "uksouth/alien", true, true});
      }
    for (const LandingRequest& one : out.requests)
      for (const ConfigurationRequest& wanted : one.configurations)
        if (wanted.kept && one_in(3))
          out.networks[one.target_network].occupied.push_back({*wanted.kept, "in use", true});
    for (LandingNetwork& network : out.networks) {
      for (const Subnet& subnet : network.subnets)
        if (one_in(4)) network.delegated.emplace_back(ascii_lower(subnet.name), "Microsoft.Web/serverFarms");
      std::sort(network.delegated.begin(), network.delegated.end());
    }
    out.strict_subnets = one_in(8);
    out.strict_addresses = one_in(8);
    return out;
  }
  // Nothing but what nature gives: no overrides, nothing kept, nobody held.
  static void strip(Landings& world) {
    for (LandingRequest& one : world.requests) {
      one.override_subnet = one.kept_subnet = {};
      one.fixed = one.keep_first = false;
      for (ConfigurationRequest& wanted : one.configurations) wanted = {.name = wanted.name, .source = wanted.source};
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
        for (char& letter : upper)
          letter = static_cast<char>(letter >= 'a' && letter <= 'z' ? letter - 'a' + 'A' : letter);
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
    out.target_network =
        static_cast<std::uint32_t>((out.source_network + 1 + below(networks.size() - 1)) % networks.size());
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
      else wanted.kept_dynamic = one_in(2);
      out.configurations.push_back(wanted);
    }
    return out;
  }

  std::mt19937 random_;
};

}  // namespace pairform::property
