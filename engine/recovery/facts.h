// What is known of the vms that files declare and pairform only reads: the network a machine lives on, its nics, their
// subnets and addresses (spec section 4, Facts). The cloud's word goes first; where it cannot be read, what state
// remembers, then what files say. A vm that nobody put into the cloud is what files say. What none of them tells is
// unknown, and nothing is done about it.
// Cost: linear in vms and nics. Nothing here changes anything.
#pragma once
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "engine/model/cloud_view.h"
#include "engine/model/columns.h"
#include "engine/model/observed.h"

namespace pairform {

// The keys that listed nics have in addresses: the cloud's name with every other character than [A-Za-z0-9_-] replaced
// by `-`, and -2, -3, … appended where that is taken by an earlier one of the same vm (by name). A nic that is recorded
// keeps the key it has.
class NicKeys {
 public:
  struct Named {
    Text vm;  // identity
    Text identity;
    Text key;
    Text lower;  // of the key
    Text lower_name;
    ObservedId row;
  };
  NicKeys(const Observed& observed, const RecordedState& recorded, StringPool& texts);
  // The nics of one vm, by name.
  std::span<const Named> of(Text vm) const;
  // By name, else by key, without case; null: no such nic.
  const Named* find(Text vm, Text key, StringPool& texts) const;
  const Named* find_id(Text vm, Text id, const Observed& observed) const;

 private:
  using NamedId = Id<struct NamedNicTag>;
  std::vector<Named> nics_;  // grouped by vm
  TextMap<NamedId> first_;   // vm -> its first nic
};

// Of a vm of which neither the cloud nor state knows a machine, and no file says on which network it would be: so
// begins why it is unknown.
inline constexpr std::string_view k_no_machine = "there is no such machine";

// Neither the cloud nor state nor files tell it: so ends why a nic or vm is unknown though nothing failed.
inline constexpr std::string_view k_untold = "is neither declared nor readable nor recorded";

// Where a fact was found, in the order in which they count.
enum class FactOrigin : std::uint8_t { Cloud, Recorded, Declared };

struct NicFacts {
  Text key;
  Text identity;
  Text subnet, ip, secondary;
  FactOrigin subnet_from = FactOrigin::Cloud, ip_from = FactOrigin::Cloud, secondary_from = FactOrigin::Cloud;
  DeclaredNicId declared;
  Text why;  // unknown, and why; none: known
};

// A nic of a replication that was enabled elsewhere (existing = true), which the cloud brings up nowhere, say because it is
// not selected for failover. It stays so: nothing is planned for it, unless files say where it lands.
struct UnlandedNic {
  Text key;
  Text note;  // the provider's remark: why; none: it says nothing
};

struct VmFacts {
  Text network;  // identity; none: unknown
  FactOrigin network_from = FactOrigin::Cloud;
  Text network_before;    // identity of the recorded one, where the cloud has the machine on another; none: it has not
  Text why;               // why the network is unknown
  bool gone = false;      // recorded, and the cloud says that there is no such machine any more
  bool is_placed = true;  // false: the cloud has it on a network that is not desired
  std::vector<NicFacts> nics;  // by key; without those that land nowhere
  std::vector<UnlandedNic> unlanded{};
};

struct FactsInput {
  const Configuration& config;  // for the places of stanzas
  const DesiredState& desired;
  const RecordedState& recorded;
  const IdentityMaker& identities;
  const NetworkNames& names;
  const NicKeys& keys;
  const ParsedColumns& parsed;
};

// Says what the cloud calls recorded and desired nics, where a listing tells (a name may have characters that a key has
// not).
void name_nics(const NicKeys& keys, const Observed& observed, const IdentityMaker& identities,
               const RecordedState& recorded, NetworkNames& names, StringPool& texts);
void name_nics(const NicKeys& keys, DesiredState& desired, StringPool& texts);

// One for each of `desired.vms`. Looks up what no listing showed.
std::vector<VmFacts> read_facts(const FactsInput& input, CloudView& cloud, StringPool& texts, Diagnostics& diagnostics);

}  // namespace pairform
