// With which settings a project begins that works on a vault (`pairform init --azure ID`).
#pragma once
#include <string_view>

#include "engine/provider.h"

namespace pairform::azure {

// PAIRFORM_AZURE_ENDPOINTS ("ARM AUTHORITY", for clouds of one's own and for tests): their addresses go into the file, too.
Starter start(std::string_view vault_id);

}  // namespace pairform::azure
