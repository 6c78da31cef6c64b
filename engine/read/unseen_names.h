// Names in files that mean no single resource: network.app without a resource group, where the cloud has two of that name.
// The resource is unknown, and its stanza is told what to write.
#pragma once
#include "engine/model/rows.h"
#include "schema/config_loader.h"

namespace pairform {

// A warning for each stanza whose resource is unseen for such a reason (Unseen::code). Linear.
void tell_unseen(const Configuration& config, const DesiredState& desired, const Observed& observed,
                 const StringPool& texts, Diagnostics& diagnostics);

}  // namespace pairform
