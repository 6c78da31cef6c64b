#include "providers/azure/plumbing_pieces.h"

#include <fmt/format.h>

#include <algorithm>

#include "providers/azure/arm_id.h"
#include "providers/azure/bodies.h"
#include "schema/check.h"
#include "schema/value.h"

namespace pairform::azure {
namespace {

std::string_view kind_of(Call call) {
  switch (call) {
    case Call::WriteFabric: return "replicationFabrics";
    case Call::WriteContainer: return "replicationProtectionContainers";
    case Call::WritePolicy: return "replicationPolicies";
    case Call::WriteContainerMapping: return "replicationProtectionContainerMappings";
    default: break;
  }
  PAIRFORM_CHECK(false);
  return {};
}

PlumbingPiece fabric_piece(const std::string& region, const AzureSettings& settings) {
  return {Call::WriteFabric,   settings.vault_id(),
          fabric_name(region), fmt::format("the fabric of {}", region),
          fabric_body(region), region};
}

PlumbingPiece container_piece(const Fabric& fabric) {
  return {Call::WriteContainer, fabric.id, container_name(fabric.name),
          fmt::format("the container of {}", fabric.region), container_body()};
}

PlumbingPiece policy_piece(const AzureSettings& settings) {
  return {Call::WritePolicy, settings.vault_id(), settings.policy, fmt::format("policy {}", settings.policy),
          policy_body(settings)};
}

const Policy* find_policy(const Plumbing& plumbing, const std::string& name) {
  for (const Policy& each : plumbing.policies)
    if (same_word(each.name, name)) return &each;
  return nullptr;
}

// Adds what lacks, each piece as if it were there from then on.
class Filler {
 public:
  Filler(const Plumbing& plumbing, const AzureSettings& settings) : plumbing_(plumbing), settings_(settings) {}

  void fabric(const Fabric* found, const std::string& region) {
    if (found == nullptr) add(fabric_piece(region, settings_));
  }
  void container(const Container* found, const Fabric& fabric) {
    if (found == nullptr) add(container_piece(fabric));
  }
  // That of a mapping of containers that is there already, else the configured one.
  std::string policy(const ContainerMapping* there, const ContainerMapping* back) {
    if (there != nullptr) return there->policy;
    if (back != nullptr) return back->policy;
    if (find_policy(plumbing_, settings_.policy) == nullptr) add(policy_piece(settings_));
    return find_policy(plumbing_, settings_.policy)->id;
  }
  void mapping(const std::string& from, const std::string& to, const std::string& container, const std::string& target,
               const std::string& policy) {
    PlumbingPiece piece{Call::WriteContainerMapping, container,
                        container_mapping_name(from, to, std::string(last_segment(policy))),
                        fmt::format("the container mapping from {} to {}", from, to),
                        container_mapping_body(target, policy, settings_)};
    piece.target = target;
    piece.policy = policy;
    add(std::move(piece));
  }
  Direction direction(const std::string& from, const std::string& to) const {
    return find_direction(plumbing_, from, to, settings_.policy);
  }
  std::vector<PlumbingPiece> lacking() { return std::move(lacking_); }

 private:
  void add(PlumbingPiece piece) {
    add_piece(plumbing_, piece);
    lacking_.push_back(std::move(piece));
  }
  Plumbing plumbing_;
  const AzureSettings& settings_;
  std::vector<PlumbingPiece> lacking_;
};

}  // namespace

std::string PlumbingPiece::id() const { return fmt::format("{}/{}/{}", parent, kind_of(call), name); }

std::string PlumbingPiece::announcement() const {
  switch (call) {
    case Call::WriteFabric: return fmt::format("fabric {} is made", name);
    case Call::WriteContainer: return fmt::format("container {} is made", name);
    case Call::WritePolicy: return fmt::format("replication policy {} is made", name);
    default: return fmt::format("container mapping {} is made", name);
  }
}

void add_piece(Plumbing& plumbing, const PlumbingPiece& piece) {
  const auto lacks = [&](const auto& things) {
    return std::none_of(things.begin(), things.end(), [&](const auto& each) { return same_word(each.id, piece.id()); });
  };
  switch (piece.call) {
    case Call::WriteFabric:
      if (lacks(plumbing.fabrics)) plumbing.fabrics.push_back({piece.id(), piece.name, piece.region});
      break;
    case Call::WriteContainer:
      if (lacks(plumbing.containers)) plumbing.containers.push_back({piece.id(), piece.name});
      break;
    case Call::WritePolicy:
      if (lacks(plumbing.policies)) plumbing.policies.push_back({piece.id(), piece.name});
      break;
    default:
      if (lacks(plumbing.mappings)) plumbing.mappings.push_back({piece.id(), piece.name, piece.target, piece.policy});
  }
}

PlumbingState plumbing_state(const Plumbing& plumbing, const std::string& from, const std::string& to,
                             PlumbingNeed need, const AzureSettings& settings) {
  Filler filler(plumbing, settings);
  Direction there = filler.direction(from, to);
  filler.fabric(there.from, from);
  filler.fabric(there.to, to);
  there = filler.direction(from, to);
  if (need == PlumbingNeed::Half) {
    if (auto lacking = filler.lacking(); !lacking.empty()) return lacking;
    return PlumbingWay{*there.from, *there.to, {}, {}, {}};
  }
  if (there.mapping == nullptr) {
    filler.container(there.container, *there.from);
    filler.container(there.target_container, *there.to);
    there = filler.direction(from, to);
  }
  const Direction home = filler.direction(to, from);
  const std::string container = there.container->id,
                    target = there.mapping != nullptr ? there.mapping->target : there.target_container->id;
  const std::string policy = filler.policy(there.mapping, home.mapping);
  const bool lacks_way = there.mapping == nullptr, lacks_home = home.mapping == nullptr;
  if (lacks_way) filler.mapping(from, to, container, target, policy);
  // The way back leads between the same containers, unless another one is there.
  if (lacks_home) filler.mapping(to, from, target, container, policy);
  if (auto lacking = filler.lacking(); !lacking.empty()) return lacking;
  return PlumbingWay{*there.from, *there.to, container, target, policy};
}

std::optional<UnknownList> unknown_plumbing(const ListedPlumbing& listed, const std::string& from,
                                            const std::string& to, PlumbingNeed need) {
  if (need == PlumbingNeed::Half) return unknown_fabrics(listed, from, to);
  if (listed.fabrics) return UnknownList("fabrics", *listed.fabrics);
  if (listed.containers) return UnknownList("containers", *listed.containers);
  if (listed.mappings) return UnknownList("container mappings", *listed.mappings);
  if (listed.policies) return UnknownList("policies", *listed.policies);
  return std::nullopt;
}

}  // namespace pairform::azure
