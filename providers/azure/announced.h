// What steps bring about beside what they say, and which of them cannot be carried out, from what was observed alone. Pure.
#pragma once
#include <span>
#include <string>
#include <vector>

#include "engine/provider.h"
#include "providers/azure/settings.h"
#include "providers/azure/view.h"

namespace pairform::azure {

// What is made for halves and machines (plumbing_pieces.h); where networks are made whose stanzas do not say it, and what is
// chosen for machines that are enabled; the resource groups that may have to be made. `seen`: what was observed; null: nothing.
std::vector<Note> announced(std::span<const CloudStep> steps, const View* seen, const AzureSettings& settings);

// What steps rest on beside what is listed.
struct NeededThing {
  std::string identity;   // of the first step that needs it
  std::size_t steps = 0;  // how many do
  std::string region;     // where it has to be, or is made
};
struct NeededGroup : NeededThing {
  std::string subscription, group;
};
struct NeededAccount : NeededThing {
  std::string id;  // of a storage account
};
struct NeededThings {
  std::vector<NeededGroup> groups;  // none where the project says that they are made
  std::vector<NeededAccount> accounts;
};
// Each once, in the order of the steps.
NeededThings needed_by(std::span<const CloudStep> steps, const View* seen, const AzureSettings& settings);

// Networks for which no resource group is known; halves and machines of which it is not known what has to be made for them;
// machines that are not there, or that cannot be replicated.
std::vector<StepProblem> refused_steps(std::span<const CloudStep> steps, const View* seen,
                                       const AzureSettings& settings);

}  // namespace pairform::azure
