// What was meant by the stanza of an existing network that the cloud does not have: a slip in its region or its name.
// Cost: each missing network is compared with every region, and with every network of its region; no more than a million
// comparisons, beyond which nothing is suggested.
#pragma once
#include <map>
#include <string>

#include "engine/model/rows.h"

namespace pairform {

// By address, the words of a fix: did you mean name = "app-vnet"? Only where something near was listed, or, for a region,
// is written by another stanza.
std::map<Text, std::string> nearest_networks(const DesiredState& desired, const Observed& observed,
                                             const StringPool& texts);

}  // namespace pairform
