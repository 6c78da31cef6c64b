#include "providers/azure/identity.h"

#include <fmt/format.h>

#include "providers/azure/arm_id.h"
#include "schema/value.h"

namespace pairform::azure {
namespace {

std::string_view value_of(std::span<const NamedView> attributes, std::string_view name) {
  for (const NamedView& each : attributes)
    if (each.name == name) return each.value;
  return {};
}

std::string or_dash(const std::string& text) { return text.empty() ? "-" : text; }
std::string unless_dash(std::string_view text) { return text == "-" ? std::string() : std::string(text); }

PlaceName place_of_attributes(std::span<const NamedView> attributes) {
  const auto value = [&](std::string_view name) { return ascii_lower(value_of(attributes, name)); };
  return {value("subscription"), value("resource_group"), value("region"), value("name")};
}

}  // namespace

std::string identity_of(const PlaceName& place) {
  std::string out;
  if (!place.subscription.empty() || !place.resource_group.empty())
    out = fmt::format("@{}/{}/", or_dash(place.subscription), or_dash(place.resource_group));
  return ascii_lower(out + fmt::format("{}/{}", place.region, place.name));
}

std::optional<PlaceName> place_of(std::string_view identity) {
  PlaceName place;
  if (identity.starts_with('@')) {
    const std::size_t group = identity.find('/'),
                      region = group == identity.npos ? group : identity.find('/', group + 1);
    if (region == identity.npos) return std::nullopt;
    place.subscription = unless_dash(identity.substr(1, group - 1));
    place.resource_group = unless_dash(identity.substr(group + 1, region - group - 1));
    identity.remove_prefix(region + 1);
  }
  const std::size_t slash = identity.find('/');
  if (slash == identity.npos || slash == 0 || slash + 1 == identity.size()) return std::nullopt;
  if (identity.find_first_of("/:", slash + 1) != identity.npos) return std::nullopt;  // of a nic, of a half
  place.region = identity.substr(0, slash);
  place.name = identity.substr(slash + 1);
  return place;
}

std::string half_identity(std::string_view network, std::string_view other_region) {
  return ascii_lower(fmt::format("{}:{}", network, other_region));
}

std::string nic_identity(std::string_view vm, std::string_view name) {
  return ascii_lower(fmt::format("{}/{}", vm, name));
}

std::string identity(std::string_view type, std::span<const NamedView> attributes) {
  if (type == "mapping") return half_identity(value_of(attributes, "source"), value_of(attributes, "target_region"));
  if (type == "nic") return nic_identity(value_of(attributes, "vm"), value_of(attributes, "name"));
  return identity_of(place_of_attributes(attributes));
}

bool may_have_id(std::string_view type, std::span<const NamedView> attributes, std::string_view id) {
  if (type == "vm") return id.find('/') != id.npos && !id.starts_with('/');  // VAULT/ITEM
  const auto parsed = parse_arm_id(id);
  if (!parsed) return false;
  if (type == "mapping") return parsed->is("Microsoft.RecoveryServices", "replicationNetworkMappings");
  if (type == "nic") return parsed->is("Microsoft.Network", "networkInterfaces");
  const PlaceName place = place_of_attributes(attributes);
  return parsed->is("Microsoft.Network", "virtualNetworks") && ascii_lower(parsed->name()) == place.name &&
         (place.subscription.empty() || ascii_lower(parsed->subscription) == place.subscription) &&
         (place.resource_group.empty() || ascii_lower(parsed->resource_group) == place.resource_group);
}

}  // namespace pairform::azure
