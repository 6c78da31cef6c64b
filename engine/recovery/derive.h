// What replicated vms bring about (spec section 4): for each of them the mapping that covers its slot, the network it
// comes up in, and the rows that no file declares: derived pairs, `-asr` networks, and rows for existing networks that
// such a pair needs. Each derived row knows why it exists: the first vm, by address, that asks for it.
//
// A slot of a vm, (its network, its target region), is covered by the first of: a declared pair, by either half; a pair
// derived for an earlier vm; a pair found whole in the cloud; a recorded pair; a lone half found in the cloud. The last
// three count only where the way home is not held by another pair. Else `target_network` decides, else the network
// named `<name>-asr`.
// Cost: O(n log n) in vms and rows; one look-up for each slot and default network that no listing showed.
#pragma once
#include <array>

#include "engine/model/wrong_stanzas.h"
#include "engine/recovery/edition.h"
#include "engine/recovery/facts.h"
#include "schema/enum_list.h"

namespace pairform {

// Why a vm comes up in the network it does.
#define PAIRFORM_TARGET_REASONS(X) \
  X(Override, "override")          \
  X(Mapping, "mapping")            \
  X(Derived, "derived")            \
  X(Kept, "kept")
enum class TargetReason : std::uint8_t { PAIRFORM_TARGET_REASONS(PAIRFORM_ENUMERATOR) };
inline constexpr std::array k_target_reason_texts{PAIRFORM_TARGET_REASONS(PAIRFORM_ENUM_TEXT)};
constexpr std::string_view target_reason_text(TargetReason reason) { return enum_text(k_target_reason_texts, reason); }

// What covers the slot of a vm: the first of section 4 that applies.
enum class CoveredBy : std::uint8_t {
  Nothing,  // an error, not known, or nobody asks (existing replications)
  DeclaredPair,
  EarlierVm,  // a pair derived for a vm that comes home by it
  FoundPair,  // whole in the cloud
  RecordedPair,
  FoundHalf,       // alone in the cloud
  TargetNetwork,   // of the first vm that gives one
  DefaultNetwork,  // `<name>-asr`
};

// One vm, ready to be placed. Vms whose target cannot be known have none.
struct VmLanding {
  DeclaredVmId declared;
  DesiredId row;   // its nics' rows follow it
  DesiredId half;  // the half on its slot
  Text network;    // identities
  Text target;
  Text test;                  // the network of a test failover (identity); none: none
  bool test_by_pair = false;  // the mapping names it, not the vm
  bool test_kept = false;     // of a replication enabled elsewhere, for which files name none: as it is found
  FactOrigin network_from = FactOrigin::Cloud;
  CoveredBy covered_by = CoveredBy::Nothing;  // its slot
  TargetReason reason = TargetReason::Mapping;
  bool hangs = false;          // a stanza with errors may say where it comes up: nothing is guessed
  bool by_pair = false;        // it lands where that half leads: the pair's rules for subnets and addresses count
  std::vector<NicFacts> nics;  // by key, as its nics' rows
  std::vector<UnlandedNic> unlanded{};
  DesiredId nic_row(std::size_t n) const { return DesiredId(row.index() + 1 + n); }
};

struct DeriveInput {
  const Configuration& config;
  const TypeTable& types;
  const RecordedState& recorded;
  const IdentityMaker& identities;
  const NetworkNames& names;  // of what is declared and recorded
  const Edition& edition;
  const WrongStanzas* wrong = nullptr;  // null: no stanza is
};

// Completes `desired` with derived rows and the rows of vms and nics (whose landing is still to be placed).
DenseMap<DeclaredVmId, VmLanding> derive(const DeriveInput& input, std::vector<VmFacts> facts, CloudView& cloud,
                                         DesiredState& desired, StringPool& texts, Diagnostics& diagnostics);

}  // namespace pairform
