// The base rows of the type table: networks, the halves of mappings, vms and their nics, the settings of a project.
// Hot passes use the column constants below; a test checks them against the table.
#pragma once
#include <optional>

#include "schema/resource_type.h"

namespace pairform {

// Columns of a half row. Address: mapping.<key>.forward or .reverse.
namespace half_column {
enum : std::size_t { name, source, target, subnets, addresses, count };
}
// Columns of a network row. Address: network.<key>.
namespace network_column {
enum : std::size_t { region, name, address_space, subnets, existing, resource_group, subscription, count };
}
// What a network stanza gives beyond its columns, which come first: index into its type's `attributes`.
namespace network_attribute {
enum : std::size_t { protect = network_column::count, count };
}
// What a mapping stanza gives, indexes into its type's `attributes`.
namespace mapping_attribute {
enum : std::size_t {
  name,
  source,
  target,
  reverse_name,
  mirror,
  subnets,
  reverse_subnets,
  addresses,
  test_network,
  reverse_test_network,
  protect,
  count
};
}
// TypeId of the base types: their rank by name.
inline constexpr TypeId k_mapping_type{std::uint32_t{0}};
inline constexpr TypeId k_network_type{std::uint32_t{1}};
inline constexpr TypeId k_nic_type{std::uint32_t{2}};
inline constexpr TypeId k_vm_type{std::uint32_t{3}};

// Columns of a vm row (its replication). Address: vm.<key>.
namespace vm_column {
enum : std::size_t {
  region,
  name,
  network,
  target_region,
  target_network,
  existing,
  resource_group,
  subscription,
  test_network,
  count
};
}
// What a vm stanza gives, indexes into its type's `attributes`.
namespace vm_attribute {
enum : std::size_t { protect = vm_column::count, count };
}
// Columns of a nic row (its landing). Address: vm.<key>.nic.<key>.
namespace nic_column {
enum : std::size_t { subnet, ip, secondary, target_subnet, target_ip, target_secondary, test_subnet, test_ip, count };
}
// What a nic stanza gives, indexes into its type's `attributes`. `landed_ip` is the column target_ip: an address, or
// none; the stanza's may be "dhcp", too.
namespace nic_attribute {
enum : std::size_t { protect = nic_column::count, landed_ip, count };
}

static_assert(mapping_attribute::count <= k_most_attributes && network_attribute::count <= k_most_attributes &&
                  vm_attribute::count <= k_most_attributes && nic_attribute::count <= k_most_attributes,
              "AttributeSet is too small");  // a provider's are counted where the table is put together

// The column `existing` of a network or vm: who made it is ours to say, not the cloud's. Other types have none.
constexpr std::optional<std::size_t> existing_column(TypeId type) {
  if (type == k_network_type) return std::size_t{network_column::existing};
  if (type == k_vm_type) return std::size_t{vm_column::existing};
  return std::nullopt;
}
constexpr bool is_existing_column(TypeId type, std::size_t column) { return existing_column(type) == column; }

// What is ours to say, not the cloud's: who made it, and what files once said of it.
inline bool is_ours(const ResourceType& type, TypeId id, std::size_t column) {
  return is_existing_column(id, column) || type.column(column).mutability == Mutability::Remembered;
}

// Base rows, without any provider's.
TypeTable base_type_table();

// Which provider a project has that names none.
void set_default_provider(TypeTable& table, const std::string& name);

}  // namespace pairform
