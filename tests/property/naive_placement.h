// Spec section 5 once more, straight from its tables and without a thought for speed: every rule is a walk, also over
// every address of a subnet. What the fast placement is held against, in plans and in drills.
#pragma once
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "engine/recovery/placement.h"

namespace pairform::property {

struct NaivePlacement {
  std::vector<PlacedNic> nics;
  std::set<std::string> problems;  // "<code> <request> <configuration or ->"
};

class NaivePlacer {
 public:
  explicit NaivePlacer(const PlacementInput& input) : input_(input) {}

  NaivePlacement place() {
    for (std::uint32_t n = 0; n < input_.networks.size(); ++n)
      for (const Occupant& one : input_.networks[n].occupied) {
        if (one.promised) {
          promised_.insert({n, one.ip});
          continue;
        }
        used_.insert({n, one.ip});
        auto [at, first] = taken_.try_emplace({n, one.ip}, one.stranger);
        if (!first && !one.stranger) at->second = false;
      }
    for (std::uint32_t i = 0; i < input_.requests.size(); ++i) choose_subnet(i);
    for (int rule = 1; rule <= 5; ++rule) {
      for (std::uint32_t i = 0; i < input_.requests.size(); ++i)
        for (std::uint32_t c = 0; c < input_.requests[i].configurations.size(); ++c)
          if (!input_.requests[i].fixed && subnet_[i] != nullptr && !settled_.contains({i, c})) address(rule, i, c);
      if (rule == 2) take_promised();
    }
    for (std::uint32_t r = 0; r < input_.rules.size(); ++r) note_same_host(r);
    for (std::uint32_t i = 0; i < input_.requests.size(); ++i)
      for (std::uint32_t c = 0; c < input_.requests[i].configurations.size(); ++c) note_kept(i, c);
    return std::move(out_);
  }

 private:
  using Addresses = std::vector<Ip>;
  static bool same(std::string_view a, std::string_view b) { return ascii_lower(a) == ascii_lower(b); }
  static const Subnet* named(const LandingNetwork& network, std::string_view name) {
    for (const Subnet& subnet : network.subnets)
      if (same(subnet.name, name)) return &subnet;
    return nullptr;
  }
  void problem(Code code, std::uint32_t request, const std::string& configuration = "-") {
    out_.problems.insert(code_text(code) + " " + std::to_string(request) + " " + configuration);
  }

  void take_promised() {
    for (const auto& where : promised_) {
      if (used_.contains(where)) continue;
      for (std::uint32_t i = 0; i < input_.requests.size(); ++i)
        for (std::uint32_t c = 0; c < out_.nics[i].addresses.size(); ++c)
          if (input_.requests[i].target_network == where.first && out_.nics[i].addresses[c].ip == where.second &&
              lands_somewhere(where) && first_with(where) == std::pair(i, c))
            problem(Code::PromisedTwice, i, std::to_string(c));
      taken_.try_emplace(where, true);
    }
  }
  // Only subnets that somebody lands in are looked at, and only addresses that a machine can have.
  bool lands_somewhere(const std::pair<std::uint32_t, Ip>& where) const {
    for (std::uint32_t i = 0; i < input_.requests.size(); ++i) {
      if (input_.requests[i].target_network != where.first) continue;
      const Subnet* at = subnet_[i] != nullptr ? subnet_[i] : named(input_.networks[where.first], out_.nics[i].subnet);
      if (at == nullptr) continue;
      const Addresses all = usable(*at);
      if (std::find(all.begin(), all.end(), where.second) != all.end()) return true;
    }
    return false;
  }
  std::pair<std::uint32_t, std::uint32_t> first_with(const std::pair<std::uint32_t, Ip>& where) const {
    for (std::uint32_t i = 0; i < input_.requests.size(); ++i)
      for (std::uint32_t c = 0; c < out_.nics[i].addresses.size(); ++c)
        if (input_.requests[i].target_network == where.first && out_.nics[i].addresses[c].ip == where.second)
          return {i, c};
    return {UINT32_MAX, UINT32_MAX};
  }
  const Prefix* prefix_of_source(const LandingRequest& asked, const ConfigurationRequest& wanted) const {
    const Subnet* from = named(input_.networks[asked.source_network], asked.source_subnet);
    if (from == nullptr || !wanted.source) return nullptr;
    for (const Prefix& prefix : from->prefixes)
      if (contains(prefix, *wanted.source)) return &prefix;
    return nullptr;
  }
  std::optional<Ip> same_host(std::uint32_t i, std::uint32_t c) const {
    const Prefix* from = prefix_of_source(input_.requests[i], input_.requests[i].configurations[c]);
    if (from == nullptr) return std::nullopt;
    const std::uint64_t host = input_.requests[i].configurations[c].source->low - from->base.low;
    std::vector<Prefix> to = subnet_[i]->prefixes;
    std::sort(to.begin(), to.end());
    for (const Prefix& prefix : to)
      if (!prefix.base.v6 && contains(prefix, Ip{false, 0, prefix.base.low + host}))
        return Ip{false, 0, prefix.base.low + host};
    return std::nullopt;
  }
  // A rule that asks for the same host number, where machines follow it, and none can have it.
  void note_same_host(std::uint32_t rule) {
    std::string first;
    bool applies = false;
    for (std::uint32_t i = 0; input_.rules[rule].same_host && i < input_.requests.size(); ++i)
      for (std::uint32_t c = 0; c < input_.requests[i].configurations.size(); ++c) {
        if (input_.requests[i].rule != rule || input_.requests[i].fixed || subnet_[i] == nullptr) continue;
        if (!input_.requests[i].configurations[c].source) continue;
        if (first.empty()) first = std::to_string(i) + " " + std::to_string(c);
        applies |= same_host(i, c).has_value();
      }
    if (!first.empty() && !applies) out_.problems.insert(code_text(Code::SameHostWithoutEffect) + " " + first);
  }

  std::optional<Ip> same_address(std::uint32_t i, std::uint32_t c) const {
    const ConfigurationRequest& wanted = input_.requests[i].configurations[c];
    const Prefix* from = prefix_of_source(input_.requests[i], wanted);
    const std::vector<Prefix>& to = subnet_[i]->prefixes;
    const bool equal = from != nullptr && std::find(to.begin(), to.end(), *from) != to.end();
    return equal ? wanted.source : std::nullopt;
  }
  // A kept address where a rule would give a free one now.
  void note_kept(std::uint32_t i, std::uint32_t c) {
    const LandingRequest& asked = input_.requests[i];
    const PlacedAddress& has = out_.nics[i].addresses[c];
    if (asked.fixed || asked.keep_first || has.reason != IpReason::Kept || !asked.configurations[c].source) return;
    const std::optional<Ip> same = same_address(i, c);
    const bool by_rule = asked.rule != k_no_rule && input_.rules[asked.rule].same_host;
    const std::optional<Ip> host = by_rule ? same_host(i, c) : std::nullopt;
    if (same == has.ip) return;
    if ((same && free(i, *same)) || (host && host != has.ip && free(i, *host)))
      problem(Code::KeptLandings, i, std::to_string(c));
  }

  void choose_subnet(std::uint32_t i) {
    const LandingRequest& asked = input_.requests[i];
    const LandingNetwork& x = input_.networks[asked.target_network];
    PlacedNic& nic = out_.nics.emplace_back();
    nic.addresses.resize(asked.configurations.size());
    subnet_.push_back(nullptr);
    if (asked.fixed) {
      const Subnet* kept = named(x, asked.kept_subnet);
      nic.subnet = kept == nullptr ? asked.kept_subnet : std::string_view(kept->name);
      nic.reason = SubnetReason::Kept;
      for (std::size_t c = 0; c < asked.configurations.size(); ++c) {
        if (!asked.configurations[c].kept) continue;
        nic.addresses[c] = {asked.configurations[c].kept, IpReason::Kept};
        taken_.try_emplace({asked.target_network, *asked.configurations[c].kept}, false);
      }
      return;
    }
    subnet_[i] = rule_s(i, asked, x, nic.reason);
    if (subnet_[i] != nullptr) nic.subnet = subnet_[i]->name;
  }

  static bool is_delegated(const LandingNetwork& network, std::string_view subnet) {
    for (const auto& one : network.delegated)
      if (same(one.first, subnet)) return true;
    return false;
  }

  const Subnet* rule_s(std::uint32_t i, const LandingRequest& asked, const LandingNetwork& x, SubnetReason& reason) {
    const auto demanded = [&](std::string_view name, SubnetReason why) {
      if (named(x, name) == nullptr) problem(Code::TargetSubnetAbsent, i);
      reason = why;
      return named(x, name);
    };
    if (!asked.override_subnet.empty()) return demanded(asked.override_subnet, SubnetReason::Override);
    const Subnet* kept = asked.kept_subnet.empty() ? nullptr : named(x, asked.kept_subnet);
    reason = SubnetReason::Kept;
    if (asked.keep_first && kept != nullptr) return kept;
    if (asked.rule != k_no_rule)
      for (const auto& [from, to] : input_.rules[asked.rule].subnets)
        if (same(from, asked.source_subnet)) return demanded(to, SubnetReason::Mapped);
    reason = SubnetReason::SameName;
    if (named(x, asked.source_subnet) != nullptr) return named(x, asked.source_subnet);
    reason = SubnetReason::Kept;
    if (kept != nullptr) return kept;
    reason = SubnetReason::First;
    const Subnet* first = nullptr;
    for (const Subnet& subnet : x.subnets)
      if (first == nullptr || ascii_lower(subnet.name) < ascii_lower(first->name)) first = &subnet;
    static const std::set<std::string> platform{"gatewaysubnet", "azurefirewallsubnet", "azurefirewallmanagementsubnet",
                                                "azurebastionsubnet", "routeserversubnet"};
    if (first == nullptr) problem(Code::NoSubnet, i);
    else if (input_.strict_subnets) problem(Code::NoSameSubnet, i);
    else if (platform.contains(ascii_lower(first->name)) || is_delegated(x, first->name))
      problem(Code::ReservedSubnet, i);
    else return first;
    return nullptr;
  }

  // Every address of a subnet that somebody can have, ascending: by walking.
  static Addresses usable(const Subnet& subnet) {
    Addresses out;
    for (const Prefix& prefix : subnet.prefixes)
      if (!prefix.base.v6)
        for (std::uint64_t at = first_address(prefix).low; at <= last_address(prefix).low; ++at)
          if (!is_reserved(prefix, {false, 0, at})) out.push_back({false, 0, at});
    std::sort(out.begin(), out.end());
    return out;
  }
  bool free(std::uint32_t i, const Ip& ip) const {
    const Addresses all = usable(*subnet_[i]);
    return std::find(all.begin(), all.end(), ip) != all.end() &&
           !taken_.contains({input_.requests[i].target_network, ip});
  }

  void address(int rule, std::uint32_t i, std::uint32_t c) {
    const LandingRequest& asked = input_.requests[i];
    const ConfigurationRequest& wanted = asked.configurations[c];
    const auto give = [&](const Ip& ip, IpReason reason) {
      if (!free(i, ip)) return false;
      taken_[{asked.target_network, ip}] = false;
      out_.nics[i].addresses[c] = {ip, reason};
      return settled_.insert({i, c}).second;
    };
    const bool promised = wanted.override_ip && promised_.contains({asked.target_network, *wanted.override_ip});
    if (rule == 1 && wanted.override_ip && (promised || !give(*wanted.override_ip, IpReason::Override))) {
      problem(Code::OverrideUnusable, i, std::to_string(c));
      settled_.insert({i, c});
    }
    if (rule == 2 && wanted.kept_dynamic && asked.keep_first && same(asked.kept_subnet, subnet_[i]->name)) {
      out_.nics[i].addresses[c] = {std::nullopt, IpReason::Kept};
      settled_.insert({i, c});
      return;
    }
    if (rule == 2 && wanted.kept && (wanted.source || asked.keep_first) && same(asked.kept_subnet, subnet_[i]->name) &&
        !give(*wanted.kept, IpReason::Kept)) {
      const Addresses all = usable(*subnet_[i]);
      const auto holder = taken_.find({asked.target_network, *wanted.kept});
      if (std::find(all.begin(), all.end(), *wanted.kept) != all.end() && holder != taken_.end() && holder->second)
        problem(Code::AddressLost, i, std::to_string(c));
    }
    if (rule < 3 || !wanted.source) return;
    const Subnet* from = named(input_.networks[asked.source_network], asked.source_subnet);
    const Prefix* holds = nullptr;
    if (from != nullptr)
      for (const Prefix& prefix : from->prefixes)
        if (contains(prefix, *wanted.source)) holds = &prefix;
    std::vector<Prefix> to = subnet_[i]->prefixes;
    std::sort(to.begin(), to.end());
    if (rule == 3 && holds != nullptr && std::find(to.begin(), to.end(), *holds) != to.end())
      give(*wanted.source, IpReason::SameAddress);
    if (rule == 4 && asked.rule != k_no_rule && input_.rules[asked.rule].same_host)
      if (const std::optional<Ip> ip = same_host(i, c)) give(*ip, IpReason::SameHost);
    if (rule != 5) return;
    if (input_.strict_addresses) return problem(Code::AddressNotKept, i, std::to_string(c));
    for (const Ip& ip : usable(*subnet_[i]))
      if (give(ip, IpReason::NextAvailable)) return;
    problem(Code::SubnetFull, i, std::to_string(c));
  }

  const PlacementInput& input_;
  NaivePlacement out_;
  std::vector<const Subnet*> subnet_;                          // by request
  std::map<std::pair<std::uint32_t, Ip>, bool> taken_;         // network, address -> by a stranger
  std::set<std::pair<std::uint32_t, Ip>> promised_, used_;     // network, address
  std::set<std::pair<std::uint32_t, std::uint32_t>> settled_;  // request, configuration
};

}  // namespace pairform::property
