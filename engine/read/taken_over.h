// Recorded networks and vms that a stanza calls otherwise than they are recorded: [network.app] gains the line
// resource_group = "rg-net", or loses it. The identity is another one then, and the resource is the same where its recorded
// id is one that the provider may have given to what the stanza says.
//
// Pure but for interned texts. Cost: linear.
#pragma once
#include <vector>

#include "engine/model/names.h"
#include "engine/model/taken_over.h"
#include "engine/state/journal.h"

namespace pairform {

// Recorded rows whose identity is that of no desired row get the group and subscription of the desired row that they are; so
// do intents of the journal.
std::vector<TakenOver> take_over_recorded(const TypeTable& types, const DesiredState& desired,
                                          const IdentityMaker& identities, StringPool& texts, RecordedState& recorded,
                                          Journal& journal);

}  // namespace pairform
