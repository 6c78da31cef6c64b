// The portal's own way of replicating a machine: what is missing it makes.
#include <fmt/format.h>

#include "providers/simulator/landing.h"
#include "providers/simulator/shape_text.h"
#include "providers/simulator/vm_store.h"
#include "providers/simulator/vm_writes.h"

namespace pairform::simulator {
namespace {

bool same_shape(const NetworkShape& a, const NetworkShape& b) {
  return prefixes_text(a.address_space) == prefixes_text(b.address_space) &&
         subnets_text(a.subnets) == subnets_text(b.subnets);
}

// The network of that name with `-asr` and the same spaces and subnets, found or made.
std::optional<Refusal> make_asr_network(Cloud& cloud, const SimulatedNetwork& source, std::string_view region,
                                        SimulatedNetwork& asr, std::vector<std::string>& made) {
  asr.region = region;
  asr.name = source.name + "-asr";
  if (!source.resource_group.empty()) asr.resource_group = source.resource_group + "-asr";
  asr.subscription = source.subscription;
  asr.shape = source.shape;
  asr.id = network_id(asr.region, asr.name, asr.resource_group, asr.subscription);
  if (const auto found = cloud.find_shape(asr.id)) {
    if (same_shape(found->shape, asr.shape)) return std::nullopt;
    return Refusal{"TargetNetworkDiffers",
                   fmt::format("There is a network {} with other address spaces or subnets than {}: map {} to a "
                               "network of {} first.",
                               asr.id, source.id, source.id, region)};
  }
  SimulatedWrite write;
  write.id = asr.id;
  write.network = asr;
  made.push_back("network " + asr.id);
  return cloud.apply(write);
}

// One direction, unless its slot is taken.
std::optional<Refusal> make_half(Cloud& cloud, const SimulatedNetwork& from, const SimulatedNetwork& to,
                                 std::vector<std::string>& made) {
  SimulatedWrite write;
  write.kind = SimulatedKind::Mapping;
  write.id = mapping_id(from.id, to.region);
  if (cloud.find_mapping(write.id)) return std::nullopt;
  write.mapping = {write.id, fmt::format("{}-to-{}", from.name, to.region), from.region, from.id, to.id, to.region};
  made.push_back(fmt::format("mapping {} to {}", write.id, to.id));
  return cloud.apply(write);
}

std::optional<Refusal> make_pair(Cloud& cloud, const SimulatedNetwork& source, std::string_view region,
                                 std::vector<std::string>& made) {
  SimulatedNetwork asr;
  if (auto refusal = make_asr_network(cloud, source, region, asr, made)) return refusal;
  if (auto refusal = make_half(cloud, source, asr, made)) return refusal;
  return make_half(cloud, asr, source, made);
}

}  // namespace

std::optional<Refusal> replicate(Cloud& cloud, std::string_view identity, std::string_view target_region,
                                 std::vector<std::string>& made) {
  auto vm = find_vm_called(cloud.database(), identity);
  if (!vm) return vm_not_found(identity);
  const bool repairs = vm->phase == VmPhase::Broken && vm->target_region == target_region;
  const std::string slot = mapping_id(vm->network, target_region);
  const auto source = cloud.find_shape(vm->network);
  if (!source) return network_not_found(vm->network);
  if (!repairs && !vm->replicated() && target_region != vm->region && !cloud.find_mapping(slot))
    if (auto refusal = make_pair(cloud, *source, target_region, made)) return refusal;
  const auto mapping = cloud.find_mapping(slot);
  const auto target = cloud.find_shape(repairs ? vm->target_network : mapping ? mapping->target : "");
  if (!repairs)
    if (auto refusal = check_enable(*vm, target_region, target, mapping.has_value())) return refusal;
  if (!target) return network_not_found(vm->target_network);
  vm->phase = VmPhase::Settled;
  vm->target_region = target_region;
  vm->target_network = target->id;
  TakenAddresses taken{{target->id, spoken_for(cloud, target->id, {vm->identity})}};
  if (auto refusal = land(*vm, *source, *target, taken)) return refusal;
  save_vm(cloud.database(), *vm);
  return std::nullopt;
}

}  // namespace pairform::simulator
