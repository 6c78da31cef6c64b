// What stanzas would declare what was found: the pass behind `pairform discover`. Whoever found it (a provider that listed
// its whole scope, a reader of another tool's state) fills in `Discovered`; what comes back is data, which cli/stanza_files.h
// writes as TOML.
//
// The result asks for nothing that would be lost: its plan adopts what is there, and makes one half for each pair of which
// one direction is missing and its place is free (PairClass::Half). It depends on what was found alone, never on the order
// in which it was found.
//
// Names are as the cloud spells them; identities tell what is the same, and are compared as they are. Nothing here is fit
// for a terminal or a file as it is: the writer escapes it.
// Cost: O(n log n) in what was found. Pure: any thread. Texts are copied; nothing that is handed in must outlive the call.
#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/model/columns.h"
#include "engine/provider.h"
#include "engine/recovery/edition.h"
#include "schema/ip.h"
#include "schema/value.h"

namespace pairform {

// A network that is there, whether or not anything leads to it.
struct DiscoveredNetwork {
  std::string identity;  // unique among networks; what halves and vms call it
  std::string region;    // canonical: "eastasia"
  std::string name;
  std::string resource_group, subscription;                    // empty: the provider has none, or they are not needed
  std::vector<Subnet> subnets;                                 // empty: not known, or there are none
  std::vector<std::pair<Ip, std::string>> in_use;              // address, and who holds it: a nic's identity, a word
  std::vector<std::pair<std::string, std::string>> delegated;  // subnet, in lower case -> service; by bytes
  std::string remark;  // where it was found, "azurerm_virtual_network.hub in prod.tfstate"; empty: nothing to say
};

// One direction of a mapping. One half a slot: of several on one slot the first by target counts.
struct DiscoveredHalf {
  std::string source, target;  // identities of networks; those that are not among the networks found could not be read
  std::string remark;
};

struct DiscoveredNic {
  std::string identity;  // as in DiscoveredNetwork::in_use
  std::string name;
  std::string subnet;                        // at home; empty: not known
  std::string ip;                            // canonical, or "dhcp"; empty: not known
  TextItems secondary;                       // further static configurations: name, address
  std::optional<std::string> target_subnet;  // none: it lands nowhere, or that is not known
  std::string target_ip;                     // canonical; empty: dynamic
  TextItems target_secondary;
  std::string test_subnet, test_ip;  // empty: none is given
};

// A vm that is replicated.
struct DiscoveredVm {
  std::string identity;
  std::string region, name;                  // of the machine at home
  std::string resource_group, subscription;  // of the machine, as of a network
  std::string network, target_network;       // identities; empty: not known
  std::string target_region;
  std::string test_network;  // identity; empty: none
  Status status = Status::Settled;
  std::string note;                 // the provider's remark
  std::vector<DiscoveredNic> nics;  // in any order
  std::string remark;
};

// The place that a half occupies: the identity of the network that it is on, and the region that it leads to.
using DiscoveredSlot = std::pair<std::string, std::string>;

// What a half of a pair says of landings by it, in its own direction.
struct SlotRule {
  std::string target;  // identity of the network it leads to
  TextItems subnets;   // source subnet, target subnet
  bool same_host = false;
};

// What is there already, or spoken for: of these nothing is said again.
struct InProject {
  std::map<std::string, std::string> networks;  // identity -> address, "network.app"
  std::map<DiscoveredSlot, SlotRule> slots;     // of halves that are declared or recorded
  std::set<std::string> vms;                    // identities
  std::set<std::string> managed_vms;            // those of them that are not `existing`
  std::set<std::string> keys;                   // "network.app", "mapping.app", "vm.web1": taken
};

struct Discovered {
  std::vector<DiscoveredNetwork> networks;
  std::vector<DiscoveredHalf> halves;
  std::vector<DiscoveredVm> vms;
  // Slots of which nobody could say whether a half is there: a pair that has one is left out, because it may be whole.
  std::set<DiscoveredSlot> unread;
  InProject project;
};

enum class VmsAs { Existing, Managed, Left };
enum class Pin {
  Intent,  // overrides for what no rule says and is no accident of "the next free address"
  All,     // each landing
  None,    // only what adoption would not keep
};

struct InferOptions {
  VmsAs vms = VmsAs::Existing;
  Pin pin = Pin::Intent;
  std::vector<std::string> regions;                // canonical; only what has an end in one of them. Empty: all
  std::vector<std::string> globs;                  // of names of networks, likewise
  bool all_networks = false;                       // also those that nothing leads to and no vm uses
  TargetRule target = TargetRule::FixedByMapping;  // of the edition in force
};

enum class PairClass {
  Whole,   // both directions are there
  Half,    // one is, and the place of the other is free: the plan makes it
  OneWay,  // one is, and the place of the other is held by another half: mirror = false
};
std::string_view pair_class_text(PairClass kind);  // "whole", "half", "one_way"

struct InferredNetwork {
  std::string key;
  DiscoveredNetwork network;
  std::vector<std::string> comments;  // a line each, unescaped, without "#"
};

struct InferredPair {
  std::string key;
  std::string source, target;                // addresses: "network.app"
  std::string source_region, target_region;  // "": not known
  PairClass kind = PairClass::Whole;
  std::string missing;  // of a Half: the half that the plan makes, "mapping.app.reverse"
  TextItems subnets, reverse_subnets;
  bool same_host = false;
  std::vector<std::string> comments;
};

// Overrides of one nic; only what is given.
struct InferredNic {
  std::string key;
  std::string target_subnet;
  std::string target_ip;  // an address or "dhcp"
  TextItems target_secondary;
  std::string test_subnet, test_ip;
};

struct InferredVm {
  std::string key;
  DiscoveredVm vm;             // without its nics
  std::string network;         // address
  std::string target_network;  // address; empty: what the mapping says, or (existing) what is there
  std::string test_network;    // address; empty: none is to be given
  bool existing = true;
  std::vector<InferredNic> nics;  // by key; without those of which nothing is said
  std::vector<std::string> comments;
};

struct Inferred {
  std::vector<InferredNetwork> networks;  // each list by key
  std::vector<InferredPair> pairs;
  std::vector<InferredVm> vms;
  std::size_t other_networks = 0;   // found, and left out because nothing leads to them
  std::size_t next_available = 0;   // addresses that no rule gives and no stanza says: adoption keeps them
  std::vector<std::string> unread;  // what is left out because a part of it could not be read, a line each
  bool empty() const { return networks.empty() && pairs.empty() && vms.empty(); }
};

Inferred infer(const Discovered& found, const InferOptions& options);

}  // namespace pairform
