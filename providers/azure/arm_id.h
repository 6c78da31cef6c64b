// Ids of Azure Resource Manager. They have no case: Site Recovery writes "/Subscriptions/…", a mapping gives the id of a
// network back in lower case, a subnet lists its users in capitals. So they are compared folded, and requests use the
// spelling that the service gave.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pairform::azure {

// "/subscriptions/S/resourceGroups/G/providers/NAMESPACE/TYPE/NAME/TYPE/NAME…", its parts as spelled.
struct ArmId {
  struct Part {
    std::string type, name;  // "virtualNetworks", "app-vnet"
  };
  std::string subscription;
  std::string resource_group;  // empty: of the subscription as a whole
  std::string provider;        // "Microsoft.Network"; empty: a resource group itself
  std::vector<Part> parts;     // at least one where there is a provider

  // Is the innermost thing of this type ("virtualnetworks")? Without case.
  bool is(std::string_view provider_name, std::string_view type) const;
  // Of the innermost thing; "" where the id is that of a subscription or resource group.
  std::string name() const { return parts.empty() ? std::string() : parts.back().name; }
  // The name of the part of that type; "" where there is none.
  std::string_view name_of(std::string_view type) const;
};

// None: it is no such id. An empty segment, "..", and what would have to be escaped in a path are none, too.
std::optional<ArmId> parse_arm_id(std::string_view text);

// The id of what holds it: of "…/virtualNetworks/a/subnets/b" that of the network. As spelled; "" where nothing does.
std::string_view parent_of(std::string_view id);
// The last segment: "b".
std::string_view last_segment(std::string_view id);

}  // namespace pairform::azure
