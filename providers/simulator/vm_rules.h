// Machines, their nics and their replication, and the service's rules for them: pure functions over facts
// that the cloud looks up, each answering with a refusal in the service's words, or none. As rules.h they
// know addresses (schema/ip.h) and nothing else of the rest of pairform.
//
// A machine has an identity, the id it was made with (`REGION/NAME`, lower-cased), which it keeps for ever,
// and an id, which is that of the place where it is protected: another one while it is reversed. A nic's id
// is its name lower-cased; `VM/NIC` names it in the whole cloud.
//
// A replication goes round: settled, failed over, committed, reversed, returned, return committed, settled.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "providers/simulator/rules.h"

namespace pairform::simulator {

enum class VmPhase {
  Alone,           // not replicated
  Seeding,         // replication was asked for and is not there yet
  Settled,         // protected
  Broken,          // its failover was tried, and it could not come up
  FailedOver,      // its copy runs in the target region
  Committed,       // and that cannot be undone
  Reversed,        // the copy is protected, towards the region it came from
  Returned,        // it runs at home again
  ReturnCommitted  // and that cannot be undone
};
std::string_view phase_text(VmPhase phase);  // what the database holds
std::optional<VmPhase> read_phase(std::string_view text);
std::string_view phase_status(VmPhase phase);  // "settled", "busy", "failed_over", "reversed", "broken"
// Does its copy hold addresses in the target network?
bool has_copy(VmPhase phase);
// Is it protected towards the region it came from, or just back from there?
bool is_reversed(VmPhase phase);
// May its replication be changed?
inline bool is_settled(VmPhase phase) { return phase == VmPhase::Settled; }

// One IP configuration of a nic.
struct NicAddress {
  bool dynamic = false;
  std::optional<Ip> ip;  // of a dynamic one: what it was leased, none where nothing says
  friend bool operator==(const NicAddress&, const NicAddress&) = default;
};

// Where a nic is, or is to be.
struct NicPlace {
  std::string subnet;  // as the network spells it
  NicAddress primary;
  std::map<std::string, NicAddress> secondary;  // by name
  friend bool operator==(const NicPlace&, const NicPlace&) = default;
};

// Where a nic is to come up in a test failover.
struct NicTest {
  std::string subnet;    // of the machine's test network, as that spells it
  std::optional<Ip> ip;  // none: not said
  friend bool operator==(const NicTest&, const NicTest&) = default;
};

struct SimulatedNic {
  std::string id;                   // its name, lower-cased
  std::string name;                 // as it was made
  NicPlace home;                    // on the machine's network
  std::optional<NicPlace> landing;  // what the service was told, or found itself; none: never
  std::optional<NicPlace> copy;     // where its copy came up, in the target network
  std::optional<NicPlace> back;     // where it is to come home, in the network for the way back
  std::optional<NicTest> test{};    // what a project said of tests
};

struct SimulatedVm {
  std::string identity;
  std::string id;
  std::string region;    // home
  std::string name;      // as it was made
  std::string network;   // home
  bool made_up = false;  // a project's replication brought it about
  VmPhase phase = VmPhase::Alone;
  std::string target_region;       // empty while it is alone
  std::string target_network;      // likewise
  std::string back_network;        // of the way home, while it is reversed
  std::string test_network;        // of test failovers; empty: none
  std::vector<SimulatedNic> nics;  // by id

  bool replicated() const { return phase != VmPhase::Alone; }
};

// A machine as the portal shows it: from where it is protected. Reversed, from the other side.
struct NicView {
  std::string name;
  NicPlace from;               // without leases
  std::optional<NicPlace> to;  // likewise
  std::optional<NicTest> test{};
};
struct VmView {
  std::string id, region, name, status;
  std::string network;
  std::string target_region, target_network;  // empty: not replicated
  std::vector<NicView> nics;                  // by id
  std::string test_network{};                 // empty: none
};
VmView view_of(const SimulatedVm& vm);
NicPlace without_leases(NicPlace place);

// As of a network: `@SUBSCRIPTION/GROUP/` in front, where one of them is given.
std::string vm_id(std::string_view region, std::string_view name, std::string_view resource_group = {},
                  std::string_view subscription = {});
// What the id of a machine or network says of them, lower-cased; empty: not given.
struct PlaceGroup {
  std::string resource_group, subscription;
};
PlaceGroup group_of_id(std::string_view id);
std::string nic_identity(std::string_view vm, std::string_view nic);  // of its name or id
// The two parts of a nic's identity.
struct NicIdentity {
  std::string_view vm, nic;
};
std::optional<NicIdentity> split_nic_identity(std::string_view identity);

// 1-64 of alphanumerics _ . -, starting alphanumeric, ending so or in _.
bool is_vm_name(std::string_view text);
bool is_nic_name(std::string_view text);  // the same, 1-80; an IP configuration's too

SimulatedNic* find_nic(SimulatedVm& vm, std::string_view id);

// The subnet of that name; case does not count. Null: there is none.
const SimulatedSubnet* subnet_named(const NetworkShape& shape, std::string_view name);

// Names of a machine that is to be made, its nics and their configurations.
std::optional<Refusal> check_machine(const SimulatedVm& vm);
// Are these subnet and addresses of the network, and unreserved? Who holds them is for others to say.
std::optional<Refusal> check_place(std::string_view nic, const NicPlace& place, const NetworkShape& shape,
                                   std::string_view network);
// The same of a test, in the test network.
std::optional<Refusal> check_test(std::string_view nic, const NicTest& test, const NetworkShape& shape,
                                  std::string_view network);
std::vector<Ip> static_addresses(const NicPlace& place);
// No address is given to one machine twice.
std::optional<Refusal> check_distinct(std::string_view vm, std::vector<Ip> addresses);
// May replication be enabled? `target`: the network as found, none: absent; `mapped`: is there a mapping?
std::optional<Refusal> check_enable(const SimulatedVm& vm, std::string_view target_region,
                                    const std::optional<SimulatedNetwork>& target, bool mapped);

Refusal vm_not_found(std::string_view id);
Refusal nic_not_found(std::string_view identity);
// Settings are taken of what is protected only.
Refusal not_protected(const SimulatedVm& vm);

}  // namespace pairform::simulator
