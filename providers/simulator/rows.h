// The border itself: what the simulated cloud holds as the engine's rows, and the engine's steps as its
// writes. Here, and nowhere deeper, values become canonical text (schema/value.h). A machine's rows are its
// source side's through all of a failover; only the id of the vm's row and its status tell. A map without
// entries is absent.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "engine/provider.h"
#include "providers/simulator/cloud.h"
#include "providers/simulator/vm_writes.h"

namespace pairform::simulator {

std::string canonical_space_text(const NetworkShape& shape);
std::string canonical_subnets_text(const NetworkShape& shape);

CloudRow cloud_row(const SimulatedNetwork& network);
CloudRow cloud_row(const SimulatedMapping& mapping);
CloudRow cloud_row(const SimulatedVm& vm);
CloudRow cloud_row(const SimulatedVm& vm, const SimulatedNic& nic);
// The row of a resource; none if it is absent or of a type the simulator does not hold.
std::optional<CloudRow> find_row(Cloud& cloud, std::string_view type, std::string_view id);

// An update leaves what the step does not give as the cloud holds it now.
std::variant<SimulatedWrite, Refusal> to_write(Cloud& cloud, const CloudStep& step);
// Steps that travel as one request about one machine: its replication begins, or ends, or its target network
// and nics change together.
std::variant<VmWrite, Refusal> to_vm_write(Cloud& cloud, std::span<const CloudStep> steps);
// The identity of the machine that a step is about; empty: it is about none.
std::string_view machine_of(const CloudStep& step);

}  // namespace pairform::simulator
