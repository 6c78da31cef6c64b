// What the fault `wrong` makes of a write: the service accepts it, stores something else and says that all went well,
// so that the engine's read after each write has something to find. The write comes back as it was where nothing else
// could be stored. Callers hold a write transaction.
#pragma once
#include "providers/simulator/cloud.h"
#include "providers/simulator/vm_writes.h"

namespace pairform::simulator {

// A network loses its last subnet; a mapping leads to another network of its target region.
SimulatedWrite spoiled(Cloud& cloud, SimulatedWrite write);
// A nic's landing loses its address; a vm that has none in the request lands in another network of the same region.
VmWrite spoiled(Cloud& cloud, VmWrite write);

}  // namespace pairform::simulator
