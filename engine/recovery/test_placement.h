// Where every NIC comes up in a test failover (spec section 9), as one pure function beside placement.h.
//
// Subnet: the one that `test_subnet` names, else S3 (the same name) or S5 (the first). Address: `test_ip`; else the one
// that was chosen before for the same landing; else the landing's own, where it lies in that subnet and is free; else
// the highest free one. Passes over all configurations, each in the order given, as in placement.h: so an override never
// loses to a default, nobody's own address goes to another by default, and a newcomer moves nobody. A configuration that
// lands dynamic comes up dynamic.
// Where a subnet has no address left, those that find none have none, and that is told once a subnet, as a warning: tests
// are also made of some vms at a time.
// Cost as placement's. Pure: any thread. Held against an oracle that walks every address in tests/property.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "engine/recovery/placement.h"

namespace pairform {

struct TestConfiguration {
  std::string_view name = "primary";
  std::optional<Ip> landing;      // where it lands; none: dynamic
  bool lands = true;              // false: it does not come up, and the plan says why
  std::optional<Ip> override_ip;  // test_ip
  std::optional<Ip> kept;         // chosen before, for this landing, in `kept_subnet` of this network
};

struct TestRequest {
  std::string_view address;   // for messages: "vm.web1.nic.eth0"
  std::uint32_t network = 0;  // the test network, index into TestInput::networks
  std::string_view source_subnet;
  std::string_view override_subnet;  // test_subnet; empty: none
  std::string_view kept_subnet;      // empty: nothing was chosen before
  bool fixed = false;                // not to be placed (held, or unknown): as it was kept, and it occupies that
  std::vector<TestConfiguration> configurations;  // primary, then secondaries by name
};

struct TestInput {
  std::span<const LandingNetwork> networks;  // promises to strangers do not count: a test lands on nobody
  std::span<const TestRequest> requests;     // in address order
  bool strict_subnets = false;
};

struct TestedNic {
  std::string_view subnet;  // as the network spells it; empty: there was a problem
  SubnetReason reason = SubnetReason::First;
  std::vector<std::optional<PlacedAddress>> addresses;  // by configuration; none: it does not come up
};

struct TestPlacement {
  std::vector<TestedNic> nics;             // by request
  std::vector<PlacementProblem> problems;  // by request and configuration
};

TestPlacement place_tests(const TestInput& input);

}  // namespace pairform
