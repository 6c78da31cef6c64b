// Addresses: the names of resources in a project, `network.app`, `mapping.app.forward`, `vm.web1.nic.eth0`.
// Keys are TOML bare keys [A-Za-z0-9_-]+. Address order, everywhere: by type, key, then half or nic key, each by
// bytes, so `vm.a`, `vm.a.nic.x`, `vm.a-b`.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace pairform {

// Three-way address order: <0, 0, >0.
int compare_addresses(std::string_view a, std::string_view b);
inline bool address_less(std::string_view a, std::string_view b) { return compare_addresses(a, b) < 0; }

// Parts of an address; views into the text given.
struct AddressParts {
  std::string_view type;  // "network", "mapping", "vm"
  std::string_view key;
  std::string_view half;  // "forward" or "reverse"; empty for a whole pair and for other types
  std::string_view nic;   // a nic's key, empty otherwise
};
// The parts of a well-formed address (`mapping.app`, the whole pair, too); none if it is not one.
std::optional<AddressParts> parse_address(std::string_view text);

bool is_key(std::string_view text);
// A key out of a name in the cloud, "app-vnet-1" of "app.vnet 1"; "-" of an empty one. Two names may give one key.
std::string key_of_name(std::string_view name);

// `mapping.app` of `mapping.app.forward`; the address itself where it is not a half.
std::string_view pair_of(std::string_view address);
// `vm.web1` of `vm.web1.nic.eth0`; the address itself where it is not a nic.
std::string_view vm_of_nic(std::string_view address);
// "network" of "network.app".
std::string_view type_of(std::string_view address);

}  // namespace pairform
