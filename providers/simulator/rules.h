// The service's own rules, as the simulator enforces them whatever the client believes. Pure functions over
// facts that the cloud looks up; each answers with a refusal in the service's words, or none. Of the rest of
// pairform this knows addresses (schema/ip.h) and nothing else: a model that shared the client's code would
// share its mistakes. Sources of the numbers: azure-docs virtual-networks-faq, Azure resource name rules.
//
// ids, lower-cased: network `REGION/NAME`, or `@SUBSCRIPTION/GROUP/REGION/NAME` with `-` for the one not
// given; resource group `@SUBSCRIPTION/GROUP`; mapping `NETWORK-ID:TARGET-REGION`, which is its slot. Machines:
// vm_rules.h.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "schema/ip.h"

namespace pairform::simulator {

struct Refusal {
  std::string code;     // "NetworkInUse"
  std::string message;  // a sentence
};

struct SimulatedSubnet {
  std::string name;
  std::vector<Prefix> prefixes;  // numeric order
};

struct NetworkShape {
  std::vector<Prefix> address_space;     // numeric order
  std::vector<SimulatedSubnet> subnets;  // by name
};

// A subnet that is given over to a service of the platform.
struct Delegation {
  std::string subnet;   // lower-cased
  std::string service;  // "Microsoft.Web/serverFarms"
};

// An address that something holds.
struct AddressUse {
  Ip ip;
  std::string nic;  // identity of the nic; empty: a stranger's
};

struct SimulatedNetwork {
  std::string id;
  std::string region;
  std::string name;            // as it was created
  std::string resource_group;  // empty: none
  std::string subscription;    // empty: none
  NetworkShape shape;
  std::string project;                  // tag pairform-project; empty: none
  std::string note;                     // tag note; empty: none
  std::vector<AddressUse> in_use;       // numeric order
  std::vector<Delegation> delegated{};  // by subnet
};

struct SimulatedMapping {
  std::string id;
  std::string name;    // as it was created
  std::string region;  // of its source
  std::string source;  // network id
  std::string target;  // network id
  std::string target_region;
};

std::string lower_cased(std::string_view text);
std::string network_id(std::string_view region, std::string_view name, std::string_view resource_group,
                       std::string_view subscription);
std::string group_id(std::string_view resource_group, std::string_view subscription);
std::string mapping_id(std::string_view source, std::string_view target_region);
// The region of an id; of a mapping's, that of its source.
std::string_view region_of_id(std::string_view id);

bool is_region(std::string_view text);  // [a-z0-9]{1,64}
// 2-64 of alphanumerics _ . -, starting alphanumeric, ending so or in _. Of a subnet: 1-80.
bool is_network_name(std::string_view text);
bool is_subnet_name(std::string_view text);
// 1-90 of alphanumerics _ . - ( ), not "-" alone. Of a resource group or a subscription.
bool is_group_name(std::string_view text);
// 1-128 of alphanumerics . / _ -. Of a service that a subnet is delegated to.
bool is_service_name(std::string_view text);
// Puts prefixes in numeric order and subnets in the order of their names.
void sort_shape(NetworkShape& shape);

// Region, name, group, subscription and shape of a network that is to be made.
std::optional<Refusal> check_new_network(const SimulatedNetwork& network);
// Its delegated subnets with their services, as the network spells them.
std::vector<Delegation> spelled_delegations(const SimulatedNetwork& network);
// Spaces and subnets in themselves: disjoint, inside, large enough, nowhere forbidden, names distinct.
std::optional<Refusal> check_shape(const NetworkShape& shape);
// May a network that looks like `now` look like `next`? Addresses in use stay in the subnet they are in.
std::optional<Refusal> check_reshape(const SimulatedNetwork& now, const NetworkShape& next);
// `user`: a mapping from or to it, none if there is none. `machine`: what one has to do with it, empty: none.
std::optional<Refusal> check_delete_network(const SimulatedNetwork& network,
                                            const std::optional<SimulatedMapping>& user, std::string_view machine = {});
// Source and target as found, none: absent. `holder`: the mapping on that slot already.
std::optional<Refusal> check_new_mapping(const SimulatedMapping& mapping, const std::optional<SimulatedNetwork>& source,
                                         const std::optional<SimulatedNetwork>& target,
                                         const std::optional<SimulatedMapping>& holder);
// A mapping keeps its slot: the new target must be in the region of the old one.
std::optional<Refusal> check_retarget(const SimulatedMapping& mapping, std::string_view target_id,
                                      const std::optional<SimulatedNetwork>& target);
// May something take this address in the network?
std::optional<Refusal> check_use(const SimulatedNetwork& network, const Ip& ip);

Refusal network_not_found(std::string_view id);
Refusal mapping_not_found(std::string_view id);

}  // namespace pairform::simulator
