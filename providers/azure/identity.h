// What a resource is in Azure, made of attributes alone: no cloud and no settings are asked. Folded, since nothing there
// has case.
//
//   network, vm  "eastasia/app-vnet"; "@SUBSCRIPTION/GROUP/eastasia/app-vnet" where one of the two is given, "-" for the
//                one that is not
//   half         the network's, and where it leads: "eastasia/app-vnet:southeastasia"
//   nic          the vm's, and the name of the NIC resource: "eastasia/web1/web1-nic"
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/provider.h"

namespace pairform::azure {

// Of a network or vm, as a project speaks of it. Folded.
struct PlaceName {
  std::string subscription, resource_group;  // empty: not given
  std::string region, name;
  friend bool operator==(const PlaceName&, const PlaceName&) = default;
};

std::string identity_of(const PlaceName& place);
// The other way round; none: it is no identity of a network or vm.
std::optional<PlaceName> place_of(std::string_view identity);

std::string half_identity(std::string_view network, std::string_view other_region);
std::string nic_identity(std::string_view vm, std::string_view name);

// For the registry (ProviderEntry::identity).
std::string identity(std::string_view type, std::span<const NamedView> attributes);
// ProviderEntry::may_have_id: a network's id ends in its name, a nic's in the name of the NIC, a half's and a vm's tell
// nothing but of what kind they are.
bool may_have_id(std::string_view type, std::span<const NamedView> attributes, std::string_view id);

}  // namespace pairform::azure
