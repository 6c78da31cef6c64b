// Where every nic of the project lands (spec section 5): puts the world as it is known before placement.h, and its
// answers into the rows of nics. What a held vm has, or one whose facts or network could not be seen, stays as it is.
// Cost: linear in nics and in the addresses used in the networks they land in, plus placement's own.
#pragma once
#include <optional>
#include <set>
#include <string>

#include "engine/model/columns.h"
#include "engine/recovery/derive.h"
#include "engine/recovery/landing_reasons.h"
#include "engine/recovery/placement.h"

namespace pairform {

// One IP configuration's landing, as a plan shows it.
struct PlacementRow {
  DesiredId vm;
  DesiredId nic;
  Text configuration;   // "primary", or a secondary's name
  Text target_network;  // its name
  Text subnet;          // none: a problem
  Text ip;              // none: dynamic
  SubnetReason subnet_reason = SubnetReason::First;
  IpReason ip_reason = IpReason::Dynamic;
  bool fixed = false;  // not placed anew: of what is held, or unknown
  bool lands = true;   // false: it finds no address, which is an error
};

struct LandingInput {
  const Configuration& config;
  const ParsedColumns& parsed;
  const RecordedState& recorded;
  const NetworkNames& names;
  const DenseMap<DeclaredVmId, VmLanding>& landings;
  const std::vector<std::string>& place_anew;  // addresses of nics, vms, pairs, networks: nothing is kept there
};

// Fills the targets of nics' rows. An address that was kept and is lost to a stranger becomes drift in `prior`.
std::vector<PlacementRow> place_landings(const LandingInput& input, DesiredState& desired, PriorState& prior,
                                         StringPool& texts, Diagnostics& diagnostics);

// Why one nic (its row in `desired`) lands where it does, by the same placement once more; none: it is not placed.
std::optional<LandingReasons> explain_landing(const LandingInput& input, DesiredState& desired, PriorState& prior,
                                              StringPool& texts, DesiredId nic_row);

// A network as placement sees it: the shape that is desired, or of an existing one found, or else remembered.
// `occupied` is left empty.
LandingNetwork landing_network(const DesiredState& desired, DesiredId network_row, const PriorRow* found,
                               const PriorState& prior, const ParsedColumns& parsed, const StringPool& texts);
// LandingNetwork::delegated of a network.
TextItems delegated_subnets(const PriorRow& network, const ParsedColumns& parsed, const StringPool& texts);

}  // namespace pairform
