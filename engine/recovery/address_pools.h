// Who has which address, and which is free, in every subnet that somebody lands in.
// Holders are numbers: the caller's own below `first_occupant`, and from there on an occupant's place in its network.
// What is only promised to a stranger is not taken at first: the caller takes it when its turn comes.
// Of several occupants of one address the project's own counts, then the first by name: order of input does not show.
// Subnets of one network are disjoint. Cost: O(n log n) in the occupants of networks landed in. Threads: none.
#pragma once
#include <optional>
#include <vector>

#include "engine/recovery/placement.h"
#include "schema/free_addresses.h"

namespace pairform {

constexpr std::uint32_t k_no_pool = UINT32_MAX;

struct LandedSubnet {
  std::uint32_t network;
  std::uint32_t subnet;  // in its network
};

class AddressPools {
 public:
  // A subnet may be named more than once.
  AddressPools(std::span<const LandingNetwork> networks, const std::vector<LandedSubnet>& landed,
               std::uint32_t first_occupant);

  // Of a subnet that was named.
  std::uint32_t pool(std::uint32_t network, std::uint32_t subnet) const { return networks_[network].pool_of[subnet]; }
  FreeAddresses& operator[](std::uint32_t pool) { return pools_[pool]; }
  // Wherever in the network it lies; nothing happens where nobody lands.
  void take(std::uint32_t network, const Ip& ip, std::uint32_t holder);
  std::optional<std::uint32_t> holder(std::uint32_t network, const Ip& ip) const;

 private:
  struct Reach {
    Prefix prefix;  // IPv4
    std::uint32_t pool;
  };
  struct Network {
    std::vector<std::uint32_t> pool_of;  // by subnet; empty: nobody lands in the network
    std::vector<Reach> reach;            // of its pools, ascending
  };
  static std::uint32_t pool_at(const Network& network, const Ip& ip);

  std::vector<Network> networks_;
  std::vector<FreeAddresses> pools_;
};

}  // namespace pairform
