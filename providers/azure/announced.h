// What steps bring about beside what they say, and which of them cannot be carried out, from what was observed alone. Pure.
#pragma once
#include <span>
#include <vector>

#include "engine/provider.h"
#include "providers/azure/inventory.h"
#include "providers/azure/settings.h"

namespace pairform::azure {

// The fabrics that are made for halves; where networks are made whose stanzas do not say it, and the resource groups that may
// have to be made for networks. `plumbing`: null where it
// was not observed.
std::vector<Note> announced(std::span<const CloudStep> steps, const ListedPlumbing* plumbing,
                            const AzureSettings& settings);

// Networks for which no resource group is known; halves of which it is not known whether a fabric has to be made for them;
// steps on vms and nics, which this version does not carry out.
std::vector<StepProblem> refused_steps(std::span<const CloudStep> steps, const ListedPlumbing* plumbing,
                                       const AzureSettings& settings);

}  // namespace pairform::azure
