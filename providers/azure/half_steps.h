// Steps on network mappings: make, lead elsewhere, delete.
#pragma once
#include "providers/azure/step_run.h"

namespace pairform::azure {

// The next request of a step, or what else there is to it. Sends one write at most.
Move advance_half(StepRun& run, const Writing& with);

}  // namespace pairform::azure
