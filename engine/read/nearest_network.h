// What was meant by the stanza of an existing network that the cloud does not have: a slip in its region, its name, its resource group
// or its subscription.
// Cost: each missing network is compared with every region, and with every network of its region; no more than a million
// comparisons, beyond which nothing is suggested.
#pragma once
#include <map>
#include <string>

#include "engine/model/rows.h"
#include "schema/declaration.h"

namespace pairform {

struct NearestNetwork {
  std::string words;  // of a fix: did you mean name = "app-vnet"?
  Text identity;      // of the network that is there; none: only the region is a slip
};

// By address. Only where something near was listed, or, for a region, is written by another stanza.
std::map<Text, NearestNetwork> nearest_networks(const DesiredState& desired, const Observed& observed,
                                                const ProjectSettings& settings, const StringPool& texts);

}  // namespace pairform
