// To write a network or a subnet is to send it back as it was read, with what pairform owns changed: a PUT replaces the
// whole, and whatever it leaves out is gone. So network security groups, route tables, delegations, peerings, tags and
// members that nobody here knows survive. Left out is what Azure's description marks as read-only: it refuses that.
// Pure. The text that was read outlives nothing here.
#pragma once
#include <simdjson.h>

#include <string>
#include <utility>
#include <vector>

namespace pairform::azure {

// Where in the body, and the JSON that stands there instead: {"properties.addressPrefix", "\"10.1.0.0/24\""}. What was not
// there is added; empty JSON leaves the member out.
using Replacements = std::vector<std::pair<std::string, std::string>>;

// The body of a PUT of a network, without its subnets: they stay as they are (Microsoft.Network from 2023-09-01 on).
std::string network_as_read(simdjson::dom::element read, const Replacements& changed);
std::string subnet_as_read(simdjson::dom::element read, const Replacements& changed);

// Members that differ though nobody here changed them, `owned` and what is read-only or changes by itself aside:
// "properties.dhcpOptions.dnsServers". Lists of things with a name or id are compared by it, in whatever order.
std::vector<std::string> network_differences(simdjson::dom::element before, simdjson::dom::element after,
                                             const std::vector<std::string>& owned);
std::vector<std::string> subnet_differences(simdjson::dom::element before, simdjson::dom::element after,
                                            const std::vector<std::string>& owned);

// Members of a network and its subnets that `newer`, which is the same network by a newer version of the API, shows and
// `older` does not: "properties.subnets[].properties.ipamPoolPrefixAllocations". What is sent back as `older` has it loses
// them. What is empty, "Disabled" or read-only is not lost.
std::vector<std::string> members_lost(simdjson::dom::element older, simdjson::dom::element newer);

}  // namespace pairform::azure
