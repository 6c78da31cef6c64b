#include "providers/azure/half.h"

#include "providers/azure/arm_id.h"
#include "schema/value.h"

namespace pairform::azure {
Decoded<NetworkMapping> decode_network_mapping(simdjson::dom::element body) {
  Decoded<NetworkMapping> out;
  const JsonIn root(body, out.wrong);
  const JsonIn properties = root.object("properties"), settings = properties.object("fabricSpecificSettings");
  const std::string kind = settings.text("instanceType");
  if (!out.wrong.empty()) return out;
  if (!kind.empty() && !same_word(kind, "AzureToAzure")) return out;
  NetworkMapping mapping{root.text("id"),
                         root.text("name"),
                         properties.text("primaryNetworkId"),
                         properties.text("recoveryNetworkId"),
                         canonical_region(settings.text("primaryFabricLocation")),
                         canonical_region(settings.text("recoveryFabricLocation")),
                         properties.text("state")};
  if (!out.wrong.empty()) return out;
  const auto network = [](const std::string& id) {
    const auto parsed = parse_arm_id(id);
    return parsed && parsed->is("Microsoft.Network", "virtualNetworks");
  };
  need(!kind.empty(), "properties.fabricSpecificSettings.instanceType", out.wrong);
  need(parse_arm_id(mapping.id).has_value(), "id", out.wrong);
  need(network(mapping.primary_network), "properties.primaryNetworkId", out.wrong);
  need(network(mapping.recovery_network), "properties.recoveryNetworkId", out.wrong);
  need(!mapping.primary_region.empty(), "properties.fabricSpecificSettings.primaryFabricLocation", out.wrong);
  need(!mapping.recovery_region.empty(), "properties.fabricSpecificSettings.recoveryFabricLocation", out.wrong);
  if (out.wrong.empty()) out.thing = std::move(mapping);
  return out;
}

}  // namespace pairform::azure
