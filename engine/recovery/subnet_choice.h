// In which subnet each NIC lands: rules S1 to S6 of spec section 5, the first half of placement. Each NIC by itself.
// Names are compared without ASCII case. A network is indexed by name when first asked about, so that 20,000 NICs
// into one network of many subnets are as many searches. Pure: any thread.
#pragma once
#include <vector>

#include "engine/recovery/placement.h"

namespace pairform {

constexpr std::uint32_t k_no_subnet = UINT32_MAX;

struct SubnetChoice {
  std::uint32_t source = k_no_subnet;  // the source subnet, in its network; none: the network does not have it
  std::uint32_t target = k_no_subnet;  // in the target network; none: there was a problem
  SubnetReason reason = SubnetReason::First;
};

// Is a subnet of this name for a service of the platform ("GatewaySubnet")? No machine can be in it.
bool is_platform_subnet(std::string_view name);

// By request. Appends at most one problem each.
std::vector<SubnetChoice> choose_subnets(const PlacementInput& input, std::vector<PlacementProblem>& problems);

}  // namespace pairform
