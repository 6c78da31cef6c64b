// What steps bring about beside what they say, and which of them cannot be carried out, from what was observed alone. Pure.
#pragma once
#include <span>
#include <vector>

#include "engine/provider.h"
#include "providers/azure/settings.h"
#include "providers/azure/view.h"

namespace pairform::azure {

// What is made for halves and machines (plumbing_pieces.h); where networks are made whose stanzas do not say it, and what is
// chosen for machines that are enabled; the resource groups that may have to be made. `seen`: what was observed; null: nothing.
std::vector<Note> announced(std::span<const CloudStep> steps, const View* seen, const AzureSettings& settings);

// Networks for which no resource group is known; halves and machines of which it is not known what has to be made for them;
// machines that are not there, or that cannot be replicated.
std::vector<StepProblem> refused_steps(std::span<const CloudStep> steps, const View* seen,
                                       const AzureSettings& settings);

}  // namespace pairform::azure
