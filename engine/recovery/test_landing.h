// Where every nic of the project comes up in a test failover (spec section 9): puts the world before test_placement.h, and
// its answers into the rows of nics, so that the service is told with their landings. After place_landings: a test comes
// up with the landing's own address where it can.
// A vm without a test network has none of it. What is held, or could not be seen, stays as it is.
// Occupied in a test network is what the cloud reports there and what lives there: nobody has left in a test.
// Cost: linear in nics and in the addresses used in their test networks, plus the placement's own.
#pragma once
#include <optional>
#include <vector>

#include "engine/recovery/landing.h"
#include "engine/recovery/test_placement.h"

namespace pairform {

// One IP configuration of a nic whose vm has a test network.
struct TestRow {
  DesiredId vm;
  DesiredId nic;
  Text configuration;  // "primary", or a secondary's name
  Text network;        // the test network's name
  Text subnet;         // none: a problem
  Text ip;             // none: dynamic
  SubnetReason subnet_reason = SubnetReason::First;
  IpReason ip_reason = IpReason::Dynamic;
  bool comes_up = true;  // false: it does not land, or finds no address
};

// Fills test_subnet and test_ip of nics' rows. `placed`: the answer of place_landings. A recorded test address that
// somebody else has in the test network now becomes drift in `prior`.
std::vector<TestRow> place_test_landings(const LandingInput& input, const std::vector<PlacementRow>& placed,
                                         DesiredState& desired, PriorState& prior, StringPool& texts,
                                         Diagnostics& diagnostics);

}  // namespace pairform
