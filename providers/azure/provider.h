// Azure Site Recovery as a Provider: reads a Recovery Services vault and what belongs to it, and changes its network
// mappings, what they stand on, and the networks that pairform manages.
#pragma once
#include <memory>

#include "engine/provider.h"

namespace pairform::azure {

// Nothing is asked of the cloud yet. Throws std::runtime_error with a sentence for the user.
std::unique_ptr<Provider> open(const ProviderContext& context);

}  // namespace pairform::azure
