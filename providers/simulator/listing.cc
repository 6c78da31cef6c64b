#include "providers/simulator/listing.h"

#include <algorithm>
#include <set>
#include <utility>

#include "providers/simulator/rows.h"
#include "providers/simulator/vm_store.h"

namespace pairform::simulator {
namespace {

void list_vms(Cloud& cloud, const std::string& region, const std::set<std::string>& denied, Pager& pager) {
  for (const SimulatedVm& vm : vms_in(cloud.database(), region)) {
    if (denied.count(vm.identity) != 0 || denied.count(vm.id) != 0) continue;
    pager.add(cloud_row(vm));
    for (const SimulatedNic& nic : vm.nics)
      if (denied.count(nic_identity(vm.identity, nic.id)) == 0) pager.add(cloud_row(vm, nic));
  }
}

}  // namespace

void list_regions(Cloud& cloud, const std::vector<std::string>& asked, const std::vector<std::string>& readable,
                  Pager& pager) {
  const auto denied = cloud.denied();
  const auto add_mapping = [&](SimulatedMapping&& mapping) {
    if (denied.count(mapping.id) == 0) pager.add(cloud_row(mapping));
  };
  for (const std::string& region : readable)
    cloud.each_network_in(region, [&](SimulatedNetwork&& network) {
      if (denied.count(network.id) == 0) pager.add(cloud_row(network));
    });
  for (const std::string& region : readable) cloud.each_mapping_in(region, add_mapping);
  // Halves on networks elsewhere that lead here: strangers' ones, which the plan lists.
  for (const std::string& region : asked)
    cloud.each_mapping_into(region, [&](SimulatedMapping&& mapping) {
      const bool listed = std::binary_search(asked.begin(), asked.end(), mapping.region);
      if (!listed && denied.count(mapping.region) == 0) add_mapping(std::move(mapping));
    });
  for (const std::string& region : readable) list_vms(cloud, region, denied, pager);
}

}  // namespace pairform::simulator
