// A replicated item of a vault, as Site Recovery answers it: a machine, where it goes, and where each of its NICs lands.
//
// While it is seeded the service knows no NICs and no network; while it is protected anew after a failover the NICs are
// hollow. Neither is a landing that was lost: the item is busy, and what it says of landings is not looked at.
//
// Once it is protected, each NIC either lands nowhere (it is not selected for failover, or no network, no subnet and no
// address is given for it), or says all of where it lands. A part of that, such as a subnet without a network, is an answer
// that is not understood: in all that was recorded of protected items network, primary configuration and subnet are given
// (item-protected, item-protected-by-mapping, item-after-nic-patch, item-reversed-protected).
#pragma once
#include <string>
#include <vector>

#include "providers/azure/decoded.h"
#include "providers/azure/json_in.h"
#include "providers/azure/status.h"

namespace pairform::azure {

// An IP configuration of a NIC, and where it lands.
struct ItemConfiguration {
  std::string name;
  bool primary = false;
  std::string subnet, address;   // of the source; an address is given for dynamic ones, too
  bool dynamic = true;           // ipAddressType
  std::string recovery_subnet;   // its name
  std::string recovery_address;  // empty: dynamic
  std::string test_subnet, test_address;
  bool selected = true;  // isSeletedForFailover (so the service spells it)
  std::string lacks{};   // a member that another one contradicts: no address of one that is Static
};

struct ItemNic {
  std::string source;   // ARM id of the NIC of the source machine
  std::string network;  // ARM ids of networks
  std::string recovery_network;
  std::string test_network;
  std::vector<ItemConfiguration> configurations;
  bool selected = true;  // selectionType: not NotSelected

  const ItemConfiguration* primary() const;
  // Does a failover bring it up, and is it known where? While it is seeded, or protected anew, the service does not say.
  bool lands() const;
};

struct ProtectedItem {
  std::string id;    // as spelled
  std::string name;  // stays the same through a reversal, in the other container
  std::string friendly_name;
  std::string machine;                          // ARM id of what is protected: of the copy, while it is reversed
  std::string recovery_machine;                 // ARM id of the copy, after a failover
  std::string primary_region, recovery_region;  // as it goes now
  std::string initial_primary_region, initial_recovery_region;  // as it went first; they never change
  std::string recovery_name;                                    // of the machine over there
  std::string recovery_group;                                   // ARM id of the resource group it comes up in
  std::string test_machine;                                     // ARM id of the copy of a test failover
  std::string selected_network;                                 // ARM ids
  std::string test_network;
  std::string policy;
  std::string cache_account;         // ARM id of the storage account that its first disk is staged in; empty: not told
  std::string at_work;               // what is done to its data, while it is seeded: "InitialReplication, 45 %"
  std::vector<std::string> allowed;  // allowedOperations
  std::vector<ItemNic> nics;
  std::string recovery_health;  // replicationHealth: "Normal", "Warning", "Critical"
  ItemStatus status;

  // Of one that is busy, what is done to its data: "InitialReplicationInProgress: InitialReplication, 45 %".
  std::string going_on() const { return at_work.empty() ? status.because : status.because + ": " + at_work; }
  bool reversed() const { return primary_region != initial_primary_region; }
};

// Of another instance type than A2A: neither thing nor wrong.
Decoded<ProtectedItem> decode_item(simdjson::dom::element body);

}  // namespace pairform::azure
