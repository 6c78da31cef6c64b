#include "providers/azure/plumbing.h"

#include <fmt/format.h>

#include <algorithm>

#include "providers/azure/arm_id.h"
#include "schema/value.h"

namespace pairform::azure {
namespace {

bool is_in(std::string_view id, std::string_view holder) { return same_word(parent_of(id), holder); }

// In the order of folded names.
template <class Thing>
std::vector<const Thing*> sorted(std::vector<const Thing*> things) {
  std::sort(things.begin(), things.end(), [](const Thing* a, const Thing* b) {
    return std::pair(ascii_lower(a->name), a->id) < std::pair(ascii_lower(b->name), b->id);
  });
  return things;
}

class Finder {
 public:
  Finder(const Plumbing& plumbing, std::string_view policy) : plumbing_(plumbing), policy_(policy) {}

  std::vector<const Fabric*> fabrics(std::string_view region) const {
    std::vector<const Fabric*> out;
    for (const Fabric& each : plumbing_.fabrics)
      if (each.region == region) out.push_back(&each);
    return sorted(std::move(out));
  }
  std::vector<const Container*> containers(const Fabric& fabric) const {
    std::vector<const Container*> out;
    for (const Container& each : plumbing_.containers)
      if (is_in(each.id, fabric.id)) out.push_back(&each);
    out = sorted(std::move(out));
    // The one that is called as the portal would call it goes first.
    std::stable_partition(out.begin(), out.end(),
                          [&](const Container* each) { return same_word(each->name, container_name(fabric.name)); });
    return out;
  }
  // Mappings of a container to containers of that fabric, the one with the configured policy first.
  std::vector<const ContainerMapping*> mappings(const Container& from, const Fabric& to) const {
    std::vector<const ContainerMapping*> out;
    for (const ContainerMapping& each : plumbing_.mappings)
      if (is_in(each.id, from.id) && is_in(each.target, to.id)) out.push_back(&each);
    out = sorted(std::move(out));
    std::stable_partition(out.begin(), out.end(),
                          [&](const ContainerMapping* each) { return same_word(last_segment(each->policy), policy_); });
    return out;
  }
  const Container* container_of(std::string_view id) const {
    for (const Container& each : plumbing_.containers)
      if (same_word(each.id, id)) return &each;
    return nullptr;
  }

 private:
  const Plumbing& plumbing_;
  std::string_view policy_;
};

}  // namespace

Decoded<Fabric> decode_fabric(simdjson::dom::element body) {
  Decoded<Fabric> out;
  const JsonIn root(body, out.wrong);
  const JsonIn properties = root.object("properties"), details = properties.object("customDetails");
  const std::string kind = details.text("instanceType"), state = properties.text("bcdrState");
  Fabric fabric{root.text("id"), root.text("name"), canonical_region(details.text("location")),
                state.empty() || same_word(state, "Valid")};
  if (out.wrong.empty() && !kind.empty() && !same_word(kind, "Azure")) return out;
  need(!kind.empty(), "properties.customDetails.instanceType", out.wrong);
  need(parse_arm_id(fabric.id).has_value(), "id", out.wrong);
  need(!fabric.name.empty(), "name", out.wrong);
  need(!fabric.region.empty(), "properties.customDetails.location", out.wrong);
  if (out.wrong.empty()) out.thing = std::move(fabric);
  return out;
}

Decoded<Container> decode_container(simdjson::dom::element body) {
  Decoded<Container> out;
  const JsonIn root(body, out.wrong);
  Container container{root.text("id"), root.text("name")};
  const std::string kind = root.object("properties").text("fabricType");
  if (out.wrong.empty() && !kind.empty() && !same_word(kind, "Azure")) return out;
  need(parse_arm_id(container.id).has_value(), "id", out.wrong);
  need(!container.name.empty(), "name", out.wrong);
  if (out.wrong.empty()) out.thing = std::move(container);
  return out;
}

Decoded<ContainerMapping> decode_container_mapping(simdjson::dom::element body) {
  Decoded<ContainerMapping> out;
  const JsonIn root(body, out.wrong);
  const JsonIn properties = root.object("properties");
  const std::string kind = properties.object("providerSpecificDetails").text("instanceType");
  const std::string state = properties.text("state");
  ContainerMapping mapping{root.text("id"), root.text("name"), properties.text("targetProtectionContainerId"),
                           properties.text("policyId"), state.empty() || same_word(state, "Paired")};
  if (out.wrong.empty() && !kind.empty() && !same_word(kind, "A2A")) return out;
  if (out.wrong.empty() && same_word(mapping.target, "Microsoft Azure")) return out;  // of Hyper-V or VMware
  need(parse_arm_id(mapping.id).has_value(), "id", out.wrong);
  need(!mapping.name.empty(), "name", out.wrong);
  need(parse_arm_id(mapping.target).has_value(), "properties.targetProtectionContainerId", out.wrong);
  need(parse_arm_id(mapping.policy).has_value(), "properties.policyId", out.wrong);
  if (out.wrong.empty()) out.thing = std::move(mapping);
  return out;
}

Decoded<Policy> decode_policy(simdjson::dom::element body) {
  Decoded<Policy> out;
  const JsonIn root(body, out.wrong);
  const std::string kind = root.object("properties").object("providerSpecificDetails").text("instanceType");
  Policy policy{root.text("id"), root.text("name")};
  if (out.wrong.empty() && !kind.empty() && !same_word(kind, "A2A")) return out;
  need(!kind.empty(), "properties.providerSpecificDetails.instanceType", out.wrong);
  need(parse_arm_id(policy.id).has_value(), "id", out.wrong);
  need(!policy.name.empty(), "name", out.wrong);
  if (out.wrong.empty()) out.thing = std::move(policy);
  return out;
}

Direction find_direction(const Plumbing& plumbing, std::string_view from_region, std::string_view to_region,
                         std::string_view policy) {
  const Finder finder(plumbing, policy);
  const auto from = finder.fabrics(from_region), to = finder.fabrics(to_region);
  for (const Fabric* source : from)
    for (const Fabric* target : to)
      for (const Container* container : finder.containers(*source))
        if (const auto mappings = finder.mappings(*container, *target); !mappings.empty())
          return {source, target, container, finder.container_of(mappings.front()->target), mappings.front()};
  Direction out{from.empty() ? nullptr : from.front(), to.empty() ? nullptr : to.front()};
  const auto first = [&](const Fabric* fabric) {
    const auto containers = fabric == nullptr ? std::vector<const Container*>() : finder.containers(*fabric);
    return containers.empty() ? nullptr : containers.front();
  };
  out.container = first(out.from);
  out.target_container = first(out.to);
  return out;
}

std::string fabric_name(std::string_view region) { return fmt::format("asr-a2a-default-{}", region); }
std::string container_name(std::string_view fabric) { return fmt::format("{}-container", fabric); }
std::string container_mapping_name(std::string_view from_region, std::string_view to_region, std::string_view policy) {
  return fmt::format("{}-{}-{}", from_region, to_region, policy);
}

}  // namespace pairform::azure
