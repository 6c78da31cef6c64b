// May replication of a machine be enabled? What can be known before a job is begun: from the machine as Compute shows it, and
// from what Site Recovery itself says of it.
//
// Not seen there, and left to the service: disks that several machines share (that is said by the disk), a key of the
// customer's own that only the disk names, the operating system. Pure.
#pragma once
#include <simdjson.h>

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/provider.h"
#include "providers/azure/machine.h"

namespace pairform::azure {

// The code of machines that pairform does not enable.
inline constexpr std::string_view k_not_supported = "MachineNotSupported";

// ARM ids, that of the system first: all disks but those data disks whose names are `excluded`. Invalid where a name is that of
// no data disk.
std::variant<std::vector<std::string>, ProviderError> protected_disks(const VirtualMachine& machine,
                                                                      const std::vector<std::string>& excluded);

// What pairform does not enable, whatever the service says: it would need keys, or things that it does not know. All reasons
// are in the one message. Else, where Compute is not done with the machine: Conflict while it is changed, Invalid where it has
// failed. None: nothing speaks against it. `excluded` as above: their keys do not matter.
std::optional<ProviderError> refuse_machine(const VirtualMachine& machine, const std::vector<std::string>& excluded);

// Of replicationEligibilityResults/default of that machine: all its errors in one message, with causes; what is recommended is
// the help. None: it is eligible.
std::optional<ProviderError> read_eligibility(simdjson::dom::element body, const std::string& machine);

}  // namespace pairform::azure
