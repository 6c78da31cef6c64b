// If a region is lost: where every vm comes up (placement's answer, given), and does it come home (spec section 9).
//
// The way home is placement on the reversed world: each NIC from where it landed, through the reverse half of the pair,
// by the same rules, nothing kept and nothing overridden; where the service has decided it already, because the vm is
// protected the other way round, it is as the service has it. It is home in the same network, subnet and address; a
// dynamic configuration, where it comes home dynamic. A test failover moves nobody: test_placement.h places those that the plan
// has not placed (--test-network).
// Pure: any thread. Cost as placement's. Held against a naive oracle in tests/property.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/recovery/placement.h"

namespace pairform {

constexpr std::uint32_t k_no_network = UINT32_MAX;

struct DrilledConfiguration {
  std::string_view name = "primary";
  std::optional<Ip> source;     // none: dynamic
  std::optional<Ip> target;     // none: dynamic, or it does not land
  bool lands = true;            // false: the plan says why not
  std::optional<Ip> test_ip{};  // as the files say; none: not given
  std::optional<Ip> home_ip{};  // where DrilledNic::home_subnet is given: as the service has it; none: dynamic
};

// One NIC of a vm whose source region is the lost one.
struct DrilledNic {
  std::string_view vm;               // "vm.web1"; the NICs of one vm stand together
  std::string_view address;          // "vm.web1.nic.eth0"
  std::uint32_t source_network = 0;  // index into DrillInput::networks
  std::string_view source_subnet;
  std::uint32_t target_network = 0;
  std::string_view target_subnet;  // empty: it does not land
  std::uint32_t home_network =
      k_no_network;                     // where the half on slot (target network, region) leads; none: no such half
  std::uint32_t home_rule = k_no_rule;  // what that half's mapping says in its direction; index into rules
  std::vector<DrilledConfiguration> configurations;
  std::uint32_t test_network = k_no_network;  // index into DrillInput::networks; none: no test failover
  std::string_view test_subnet{};             // as the files say; empty: not given
  std::string_view planned_test_subnet{};     // where the plan has it come up: only counted; empty: it is placed here
  // Of a vm that is protected the other way round: the subnet of `home_network` in which the service has it come home;
  // empty: that is not decided yet, the rules say it.
  std::string_view home_subnet{};
  // The way home leads to this network, of which nothing is known; `home_network` is none. Empty: it does not.
  std::string home_elsewhere{};
};

struct DrillInput {
  std::string_view region;
  // Occupied by all but the vms that are drilled and their copies: these have left, and what they had is free. A source
  // NIC of the project that lives in a network where others land is there still.
  std::span<const LandingNetwork> networks;
  std::span<const MappingRule> rules;
  std::span<const DrilledNic> nics;  // in address order
  bool strict_subnets = false;
  bool strict_addresses = false;
};

struct Failback {
  std::uint32_t network = k_no_network;  // as home_network
  std::string_view subnet;               // as that network spells it
  std::optional<Ip> ip;                  // none: dynamic
  SubnetReason subnet_reason = SubnetReason::First;
  IpReason ip_reason = IpReason::Dynamic;
  bool home = false;
};

struct DrillOutcome {                   // of one configuration
  std::optional<Failback> failback;     // none: it does not land, there is no way home, or no place there
  std::optional<PlacedAddress> tested;  // in the test network: kept, next-available (the highest), dynamic
};

struct DrilledPlace {            // of one NIC
  std::string_view test_subnet;  // as the test network spells it; empty: no test, or a problem
  SubnetReason test_subnet_reason = SubnetReason::First;
  std::vector<DrillOutcome> configurations;
};

struct DrillProblem {
  Code code{};
  std::string address;   // a vm, a network, or of a test failover the nic
  std::string detail;    // complete without anything else
  bool of_test = false;  // of the test failover alone
};

struct Drill {
  std::vector<DrilledPlace> nics;  // by NIC of the input
  // Vms that do not come home (one each, with every reason), in address order; subnets too small for what comes up in
  // them, here or there, by network and name; what the test failover finds wrong, in address order.
  std::vector<DrillProblem> problems;
};

Drill drill(const DrillInput& input);

}  // namespace pairform
