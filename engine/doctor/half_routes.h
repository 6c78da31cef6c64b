// Where nics come up by each half that files want, subnet by subnet, by the rules of placement alone: of mapping.app.forward
// subnet "web" of network.app in "web" of network.dr (same-name), "data" in the first one of it (first). Nothing is kept and
// nothing overridden: it is what a new nic would meet.
// Pure. Cost: linear in the subnets of the networks that halves lead from.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "engine/phases.h"

namespace pairform {

struct SubnetRoute {
  std::string from;
  std::string to;                                // empty: it has no place, `why` says why
  std::string why;                               // two sentences joined by ": "
  bool by_name = true;                           // false: it is only the first one there
  bool lived_in = false;                         // a nic of the project lives in it
  std::uint64_t from_places = 0, to_places = 0;  // addresses that machines can have, IPv4
};

struct HalfRoute {
  DesiredId half;
  Text source, target;               // identities
  std::vector<SubnetRoute> subnets;  // in the order of the source network; empty where one of the two is not known
};

// In address order. What the platform keeps for itself (GatewaySubnet) is left out.
std::vector<HalfRoute> half_routes(const Project& project, const World& world);

}  // namespace pairform
