// The rows that the passes hand on: what is desired, what was observed, what is prior. Flat arrays; a cell is a
// 4-byte interned value typed by its column, so comparing two rows is comparing a few integers.
//
// References in cells are *names*: the address of a network of the project, or the identity of one outside it.
// One network has one name in a plan (NetworkNames), so equal cells mean the same network.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/model/key.h"
#include "engine/model/recorded.h"
#include "engine/provider.h"
#include "schema/base_types.h"
#include "schema/declaration.h"
#include "schema/dense_map.h"
#include "schema/ip.h"
#include "schema/string_pool.h"

namespace pairform {

using DesiredId = Id<struct DesiredTag>;    // DesiredState::rows
using DeclaredVmId = Id<struct VmTag>;      // DesiredState::vms
using DeclaredNicId = Id<struct NicTag>;    // DesiredState::nics
using ObservedId = Id<struct ObservedTag>;  // Observed::rows
using PriorId = Id<struct PriorTag>;        // PriorState::rows

// One resource that should exist. Rows are sorted by address.
struct DesiredRow {
  Text address;
  TypeId type;
  Text identity;                 // of a half: its slot
  ResourceId resource;           // rank of the address; set by index()
  std::uint32_t first_cell = 0;  // into DesiredState::cells
  DeclarationId declaration;     // none: a saved plan's or a derived row
  DesiredId mirror;              // of a half: the row of its mirror; none: declared without one
  Text because;                  // why a derived row exists; none: declared
  Text unknown;                  // why nothing is done about it: what it rests on cannot be known; none: known
  Text extras;                   // of a vm and its nics: canonical TextMap of the provider's own attributes of the vm
  Text test_network;             // of a declared half: address of the network for tests of what lands by it; none: none
  bool protect = false;
  bool existing = false;      // a network or replication made elsewhere
  bool gone = false;          // a recorded vm of which the machine is not there any more
  bool follows_fact = false;  // a derived network whose source is made elsewhere
  bool as_is = false;         // wanted exactly as found (rows that a saved plan does not touch)
  ResourceKey key() const { return {type, identity}; }
};

// What files say of one nic, canonical, as in its columns; none: not given.
struct DeclaredNic {
  Text key;
  Text subnet, ip, secondary;                       // facts
  Text target_subnet, target_ip, target_secondary;  // overrides
  Text test_subnet, test_ip;                        // likewise, of a test failover
  bool protect = false;
  DeclarationId declaration;  // none: what is said of nics without a table
};

// What files say of one vm, references bound, defaults filled in. Its desired row follows once facts are read and its
// network is mapped (recovery/derive.h). Sorted by address.
struct DeclaredVm {
  Text address;
  Text key;
  Text identity;
  Text region;
  Text name;
  Text network;  // address of a declared network, a fact; none: not given
  Text target_region;
  Text target_network;                // address of a declared network; none: not given
  Text test_network;                  // likewise
  Text resource_group, subscription;  // of the machine; none: not given
  Text extras;                        // canonical TextMap of the provider's own attributes; none: none given
  bool existing = false;
  bool protect = false;
  bool left_out = false;  // nothing is planned for it: it asks for nothing, and its nics stay where they are
  DeclarationId declaration;
  DeclaredNic nic_defaults;  // what [vm.KEY.nics] and [defaults.nic] say of its nics that no file declares
  DeclaredNicId first_nic;   // sorted by key; none: it has no nics
  std::uint32_t nic_count = 0;
  DeclaredNicId end_nic() const { return DeclaredNicId(first_nic.value + nic_count); }
};

struct DesiredState {
  DenseMap<DesiredId, DesiredRow> rows;
  std::vector<Text> cells;
  DenseMap<DeclaredVmId, DeclaredVm> vms;
  DenseMap<DeclaredNicId, DeclaredNic> nics;
  Text cell(const DesiredRow& row, std::size_t column) const { return cells[row.first_cell + column]; }
};

// An address of a network that something holds.
struct AddressInUse {
  Ip ip;
  Text owner;  // as in Occupied of provider.h: the identity of a nic ("eastasia/web1/nic0"), an id, or a free word
};
// "10.1.1.4 (eastasia/web1/nic0)"
inline std::string in_use_text(const AddressInUse& use, const StringPool& texts) {
  return to_text(use.ip) + " (" + std::string(texts.view(use.owner)) + ")";
}

// One resource as the cloud was just read to hold it.
struct ObservedRow {
  TypeId type;
  Text identity;
  Text id;
  std::uint32_t first_cell = 0;  // into Observed::cells; references are identities of networks
  Status status = Status::Settled;
  bool ours = false;               // carries this project's tag
  bool facts_only = false;         // of a vm or nic: not replicated, so the resource is absent; its facts can be read
  bool failover_failed = false;    // of a vm: CloudRow::failover_failed
  bool made_up = false;            // of a vm: known only from what a project declared
  bool made_elsewhere = false;     // of a vm: CloudRow::made_elsewhere
  std::uint32_t first_in_use = 0;  // of a network: who holds its addresses, into Observed::in_use
  std::uint32_t in_use_count = 0;
  Text vm;         // of a nic: the identity of its vm
  Text name;       // of a nic: as the cloud spells it
  Text note;       // the provider's remark, for the reader
  Text delegated;  // of a network: canonical TextMap, subnet -> the service that it is given over to; none: no subnet
  ResourceKey key() const { return {type, identity}; }
};

// What could not be read, and why.
struct UnseenScope {
  Text scope;                  // a region or an identity
  Text why;                    // the service's words
  std::optional<Code> code{};  // of the warning that the stanza of that identity gets (Unseen::code)
  Text help{};
};

// Where the service has a nic come home, of a vm that is reversed (HomeLanding).
struct RecordedHome {
  Text nic;      // identity
  Text network;  // identity
  Text subnet;
  Text ip, secondary;  // as target_ip and target_secondary of a nic; none: dynamic, none
};

struct Observed {
  DenseMap<ObservedId, ObservedRow> rows;
  std::vector<Text> cells;
  std::vector<AddressInUse> in_use;  // of each network together, as the provider gave them
  std::vector<RecordedHome> homes;   // in the order of the rows
  std::vector<UnseenScope> unseen;
  KeyMap<ObservedId> by_key;
  ObservedId find(ResourceKey key) const { return by_key[key]; }  // none: not listed
  Text cell(const ObservedRow& row, std::size_t column) const { return cells[row.first_cell + column]; }
  std::span<const AddressInUse> in_use_of(const ObservedRow& row) const {
    return std::span(in_use).subspan(row.first_in_use, row.in_use_count);
  }
};

enum class Existence : std::uint8_t {
  Present,  // seen, or (offline) taken to be as recorded
  Absent,   // definitely not there
  Unknown,  // could not be read: nothing is done about it
};

// One resource that is recorded, or found where one is desired: recorded state brought up to date.
struct PriorRow {
  Text address;  // as recorded; of a found row the address it is desired under
  TypeId type;
  Text identity;
  Text id;
  ResourceId resource;           // rank of `address`
  std::uint32_t first_cell = 0;  // into PriorState::cells: what was found; what was recorded if it is absent or unknown
  RecordedId recorded;           // none: found only
  Existence presence = Existence::Present;
  Status status = Status::Settled;
  bool failover_failed = false;
  bool drifted = false;  // a cell differs from the recorded one, or it is gone
  bool ours = false;     // carries this project's tag; of a nic that is found: pairform has enabled its vm
  bool anew = false;     // of a vm: the replication that is recorded has ended, and another tool began one anew since
  bool protect = false;
  bool adopted = false;
  Text because;
  Text pending;
  Text depends_on;
  std::uint32_t first_in_use = 0;  // of a network: who holds its addresses, into PriorState::in_use; none offline
  std::uint32_t in_use_count = 0;
  // Of a derived network: what somebody else put there, canonical, which its cells leave out (derived_shape.h); none:
  // nothing.
  Text others_spaces, others_subnets;
  Text why_unknown;
  Text
      note;  // the provider's remark, for the reader: nothing compares or records it; none offline, and of what is gone
  Text delegated;  // of a network: as in ObservedRow; nothing compares or records it; none offline
  ResourceKey key() const { return {type, identity}; }
};

struct DriftItem {
  Text address;
  std::optional<std::size_t> column;  // none: the whole resource is gone
  TypeId type;
  Text recorded;
  Text found;
  // Of a target address that is lost: "10.2.1.10 (in use)", who has it now, though the landing in the cloud is still as
  // it is recorded. None: it is not lost.
  Text lost_to{};
};

// A half in the cloud from or to a network of the project that is neither desired nor recorded.
struct ForeignHalf {
  Text id;
  Text source;  // names
  Text target;
};

// A machine that lives on a recorded network that is desired no more, or that is replicated into it by somebody else:
// it is in its way.
struct ForeignReplication {
  Text vm;       // id
  Text network;  // name
};

// A machine replicated in the same scope that this project neither declares nor records, where it concerns the project:
// it lives or lands on one of its networks, or uses one of its halves.
struct Stranger {
  Text id;
  Text network, target_network;  // names
  Text region, target_region;
  Text over, back;  // slots of the halves by which it lands and comes home
  Status status = Status::Settled;
  bool failover_failed = false;
};

// The target addresses that the service has recorded for a nic of a stranger.
struct PromisedAddresses {
  Text network;        // identity
  Text ip, secondary;  // as in the columns of a nic
  Text owner;          // identity of the nic
};

struct PriorState {
  DenseMap<PriorId, PriorRow> rows;  // the recorded ones in address order, then those found
  std::vector<Text> cells;
  std::vector<AddressInUse> in_use;              // of each network together
  std::vector<DriftItem> drift;                  // sorted by address
  std::vector<ForeignHalf> foreign;              // sorted by id
  std::vector<ForeignReplication> replications;  // sorted by id
  std::vector<Stranger> strangers;               // sorted by id
  std::vector<PromisedAddresses> promised;
  std::vector<RecordedHome> homes;    // as observed
  std::map<Text, std::string> meant;  // by address of an existing network that is not there: what was meant, in words
  Text cell(const PriorRow& row, std::size_t column) const { return cells[row.first_cell + column]; }
  std::span<const AddressInUse> in_use_of(const PriorRow& row) const {
    return std::span(in_use).subspan(row.first_in_use, row.in_use_count);
  }
};

// Was it made elsewhere, by what the row says of itself? Of other types than networks and vms: no.
template <class State, class Row>
bool is_existing(const State& state, const Row& row, const StringPool& texts) {
  const std::optional<std::size_t> column = existing_column(row.type);
  return column && texts.view(state.cell(row, *column)) == "true";
}

}  // namespace pairform
