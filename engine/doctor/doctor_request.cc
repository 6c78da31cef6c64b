#include <set>

#include "engine/doctor/doctor.h"
#include "engine/doctor/half_routes.h"

namespace pairform {

ExamineRequest examine_request(const Project& project, const World& world) {
  const auto text = [&](Text value) { return std::string(project.texts().view(value)); };
  ExamineRequest out;
  for (const HalfRoute& route : half_routes(project, world)) {
    ExaminedHalf& half = out.halves.emplace_back();
    half.address = text(world.desired.rows[route.half].address);
    half.source = text(route.source);
    half.target = text(route.target);
    for (const SubnetRoute& each : route.subnets)
      if (!each.to.empty()) half.subnets.emplace_back(each.from, each.to);
  }
  for (const DesiredRow& row : world.desired.rows)
    if (row.type == k_network_type) out.networks.push_back({text(row.address), text(row.identity), row.existing});
  std::set<ResourceKey> replicated;
  for (const PriorRow& row : world.prior.rows)
    if (row.type == k_vm_type && row.presence != Existence::Absent) replicated.insert(row.key());
  for (const VmLanding& landing : world.landings) {
    const DeclaredVm& vm = world.desired.vms[landing.declared];
    ExaminedVm& out_vm = out.vms.emplace_back();
    out_vm.address = text(vm.address);
    out_vm.identity = text(vm.identity);
    out_vm.region = text(vm.region);
    out_vm.target_region = text(vm.target_region);
    out_vm.target_network = text(landing.target);
    out_vm.existing = vm.existing;
    out_vm.replicated = replicated.contains({k_vm_type, vm.identity});
    out_vm.extras = project.parsed.items(project.texts(), vm.extras);
  }
  return out;
}

}  // namespace pairform
