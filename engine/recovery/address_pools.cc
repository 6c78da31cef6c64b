#include "engine/recovery/address_pools.h"

#include <algorithm>
#include <tuple>

namespace pairform {
namespace {

// Ascending; of equal addresses the one that counts first.
std::vector<TakenAddress> by_address(const std::vector<Occupant>& occupied) {
  std::vector<TakenAddress> taken;
  taken.reserve(occupied.size());
  for (std::size_t i = 0; i < occupied.size(); ++i)
    if (!occupied[i].ip.v6 && !occupied[i].promised)
      taken.push_back({static_cast<std::uint32_t>(occupied[i].ip.low), static_cast<std::uint32_t>(i)});
  std::sort(taken.begin(), taken.end(), [&](const TakenAddress& a, const TakenAddress& b) {
    if (a.address != b.address) return a.address < b.address;
    const Occupant &one = occupied[a.holder], &other = occupied[b.holder];
    return std::tie(one.stranger, one.owner) < std::tie(other.stranger, other.owner);
  });
  return taken;
}

}  // namespace

AddressPools::AddressPools(std::span<const LandingNetwork> networks, const std::vector<LandedSubnet>& landed,
                           std::uint32_t first_occupant)
    : networks_(networks.size()) {
  std::vector<const Subnet*> subnets;  // by pool
  for (const LandedSubnet& one : landed) {
    Network& network = networks_[one.network];
    network.pool_of.resize(networks[one.network].subnets.size(), k_no_pool);
    std::uint32_t& pool = network.pool_of[one.subnet];
    if (pool != k_no_pool) continue;
    pool = static_cast<std::uint32_t>(subnets.size());
    subnets.push_back(&networks[one.network].subnets[one.subnet]);
    for (const Prefix& prefix : subnets.back()->prefixes)
      if (!prefix.base.v6) network.reach.push_back({prefix, pool});
  }
  std::vector<std::vector<TakenAddress>> taken(subnets.size());
  for (std::size_t i = 0; i < networks_.size(); ++i) {
    std::vector<Reach>& reach = networks_[i].reach;
    if (reach.empty()) continue;
    std::sort(reach.begin(), reach.end(), [](const Reach& a, const Reach& b) { return a.prefix < b.prefix; });
    for (const TakenAddress& one : by_address(networks[i].occupied))
      if (const std::uint32_t pool = pool_at(networks_[i], {false, 0, one.address}); pool != k_no_pool)
        taken[pool].push_back({one.address, one.holder + first_occupant});
  }
  pools_.reserve(subnets.size());
  for (std::size_t i = 0; i < subnets.size(); ++i) pools_.emplace_back(subnets[i]->prefixes, std::move(taken[i]));
}

std::uint32_t AddressPools::pool_at(const Network& network, const Ip& ip) {
  const auto after = std::upper_bound(network.reach.begin(), network.reach.end(), ip,
                                      [](const Ip& one, const Reach& reach) { return one < reach.prefix.base; });
  if (after == network.reach.begin() || !contains(std::prev(after)->prefix, ip)) return k_no_pool;
  return std::prev(after)->pool;
}

void AddressPools::take(std::uint32_t network, const Ip& ip, std::uint32_t holder) {
  const std::uint32_t pool = pool_at(networks_[network], ip);
  if (pool != k_no_pool) pools_[pool].take(ip, holder);
}

std::optional<std::uint32_t> AddressPools::holder(std::uint32_t network, const Ip& ip) const {
  const std::uint32_t pool = pool_at(networks_[network], ip);
  return pool == k_no_pool ? std::nullopt : pools_[pool].holder(ip);
}

}  // namespace pairform
