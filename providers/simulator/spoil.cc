#include "providers/simulator/spoil.h"

#include <string>
#include <utility>

namespace pairform::simulator {

SimulatedWrite spoiled(Cloud& cloud, SimulatedWrite write) {
  const SimulatedWrite asked = write;
  if (write.kind == SimulatedKind::Network) {
    if (!write.network.shape.subnets.empty()) write.network.shape.subnets.pop_back();
  } else {
    cloud.each_network_in(region_of_id(asked.mapping.target), [&](SimulatedNetwork&& network) {
      if (write.mapping.target == asked.mapping.target && network.id != asked.mapping.target)
        write.mapping.target = network.id;
    });
  }
  return cloud.would_refuse(write) ? asked : write;
}

VmWrite spoiled(Cloud& cloud, VmWrite write) {
  const VmWrite asked = write;
  for (NicChange& nic : write.nics)
    if (nic.landing) nic.landing->primary = {true, {}};
  if (write.nics.empty() && !asked.target_network.empty())
    cloud.each_network_in(region_of_id(asked.target_network), [&](SimulatedNetwork&& network) {
      if (write.target_network == asked.target_network && network.id != asked.target_network)
        write.target_network = network.id;
    });
  return would_refuse(cloud, write) ? asked : write;
}

}  // namespace pairform::simulator
