// Steps on virtual networks: make, change, shrink, delete.
#pragma once
#include "providers/azure/step_run.h"

namespace pairform::azure {

// The next request of a step, or what else there is to it. Sends one write at most.
Move advance_network(StepRun& run, const Writing& with);

// The resource group of a network that the step makes; "" where none is known.
std::string group_of_new(const CloudStep& step, const AzureSettings& settings);

enum class NetworkState { Missing, AtWork, There };
std::variant<NetworkState, ProviderError> network_state(const Writing& with, const std::string& id);

}  // namespace pairform::azure
