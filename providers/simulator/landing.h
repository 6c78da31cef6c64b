// Where a nic lands when nobody says: the service's own rules, written from its documents (azure-docs,
// azure-to-azure-network-mapping and azure-to-azure-how-to-enable-replication, 2018 to 2026) and sharing
// nothing with pairform's placement, which is to be tested against it.
//   subnet   that of the same name, case not counting; else the alphabetically first by lower-cased name
//   address  dynamic stays dynamic; a static one is kept where the prefix it is in is the same on both
//            sides and it is free; else the next available, which is the lowest free one
// Nobody gets the first four and the last address of a prefix, nor an IPv6 address.
#pragma once
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "providers/simulator/vm_rules.h"

namespace pairform::simulator {

// Null: the network has no subnet.
const SimulatedSubnet* landing_subnet(const NetworkShape& target, std::string_view source_subnet);

// The lowest address that somebody can have and nobody has. Steps over what is taken, not through the subnet.
std::optional<Ip> lowest_free(const SimulatedSubnet& subnet, const std::set<Ip>& taken);
// The highest address that nobody has: what a test failover takes.
std::optional<Ip> highest_free(const SimulatedSubnet& subnet, const std::set<Ip>& taken);

// One IP configuration that wants an address of a subnet of a network.
struct AddressRequest {
  std::string network;
  const SimulatedSubnet* subnet = nullptr;  // of it
  std::optional<Ip> wanted;                 // if it can be had
  NicAddress* address = nullptr;            // the answer goes into its `ip`; a dynamic one goes last
  bool from_top = false;                    // else a static one gets the highest free one
};
// Network -> addresses that are taken in it; what is given is added.
using TakenAddresses = std::map<std::string, std::set<Ip>>;

// All that are wanted and free first, then the next available for the others, then the dynamic ones, each in
// the order of `requests`. The first request that nothing is left for; null: all were granted.
const AddressRequest* grant(std::vector<AddressRequest>& requests, TakenAddresses& taken);

// Does a dynamic configuration get an address, or is it only said that it will be dynamic?
enum class Leases { No, Yes };
// A place in the target that follows from one in the source by the rules, without addresses; false: no subnet
// there. What each configuration wants is added to `requests`, which point into `landing`.
bool plan_landing(const NicPlace& from, const SimulatedNetwork& source, const SimulatedNetwork& target, Leases leases,
                  NicPlace& landing, std::vector<AddressRequest>& requests);

// Lands all nics of a machine by the rules, from their homes on `source` in `target`; what is dynamic has no
// lease. Refused where the target has no subnet, or a subnet no address left; then no nic has a landing.
std::optional<Refusal> land(SimulatedVm& vm, const SimulatedNetwork& source, const SimulatedNetwork& target,
                            TakenAddresses& taken);

Refusal no_subnet(std::string_view network);
Refusal subnet_is_full(const AddressRequest& request);

}  // namespace pairform::simulator
