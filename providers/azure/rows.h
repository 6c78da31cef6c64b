// What was listed, as rows in the project's terms. Pure.
//
// A row carries the identity that the project uses, and of resource group and subscription what that identity has, in Azure's
// spelling: what a stanza leaves out stays out, so that nothing looks changed. Rows come in the order of networks, halves, vms, each by
// identity, and two readings of one vault give the same bytes.
#pragma once
#include <map>
#include <set>
#include <string>
#include <vector>

#include "providers/azure/project_names.h"

namespace pairform::azure {

// An attribute's value: none of an empty text.
inline std::optional<std::string> or_none(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional<std::string>(text);
}

// Addresses in use by network (folded ARM id), each once, in the order of addresses.
using Occupancy = std::map<std::string, std::vector<Occupied>>;

// Who holds a NIC: folded ARM id of the NIC -> identity of the nic, of machines that the project names or the vault
// replicates, and of their copies.
std::map<std::string, std::string> nic_owners(const Inventory& inventory, const ProjectNames& names);
// Of all listed NICs. What else sits in a network is in `expanded`: networks that were read with the addresses in them.
Occupancy occupancy_of(const Inventory& inventory, const std::map<std::string, std::string>& owners,
                       const std::vector<VirtualNetwork>& expanded);

// The place that an identity names, its resource group and subscription as the ARM id spells them: "RG-Net" where the
// identity has "rg-net". What the identity leaves out is empty.
PlaceName spelled_place(const std::string& identity, std::string_view id);

// A network whose prefixes cannot be read gives what is wrong.
std::variant<CloudRow, ProviderError> network_row(const VirtualNetwork& network, const std::string& identity,
                                                  std::vector<Occupied> in_use);
CloudRow half_row(const NetworkMapping& mapping, const std::string& source, const std::string& target);

// A vm and its nics: of what is replicated, and of machines that are not.
class VmRows {
 public:
  VmRows(const Inventory& inventory, const ProjectNames& names, const AzureSettings& settings);
  std::vector<CloudRow> of(const ProtectedItem& item) const;
  std::vector<CloudRow> of(const VirtualMachine& machine) const;
  // A listed machine, and a listed network, by its folded ARM id; null: it is not listed.
  const VirtualMachine* find_machine(const std::string& folded) const;
  const VirtualNetwork* find_network(const std::string& folded) const;
  // Of a settled replication: its machine is not there any more. Not where the machines may not be read, nor once it was
  // failed over, when the service itself may have deleted it.
  bool has_lost_its_machine(const ProtectedItem& item) const;
  // Likewise: names of NICs that the machine has and the service does not replicate, because they are newer.
  std::vector<std::string> not_replicated(const ProtectedItem& item) const;
  // A listed machine's ARM id as the service spells it.
  std::string spelled_machine(const std::string& folded) const;
  // The name of the subnet that the first NIC of a listed machine sits in; "" where that is not known.
  std::string first_subnet_of(const std::string& folded) const;
  // The copies that replications made, and the machines they replicate: no machines of their own. Folded ARM ids.
  bool is_of_an_item(const std::string& machine) const { return of_items_.contains(machine); }

 private:
  // Identities of the network that a vm lives on and of the one it comes up in; "" as long as nothing tells.
  struct Ends {
    std::string network, target;
  };
  std::vector<const NetworkInterface*> interfaces_of(const std::string& machine) const;
  // `machine`: its ARM id, as spelled.
  CloudRow vm_row(const std::string& identity, const std::string& region, const std::string& name,
                  std::string_view machine) const;
  CloudRow nic_row(const std::string& vm, const std::string& name, const NetworkInterface* facts) const;
  CloudRow item_nic(const ProtectedItem& item, const ItemNic& nic, const std::string& name,
                    const NetworkInterface* facts, Ends& ends) const;
  std::vector<CloudRow> item_nics(const ProtectedItem& item, const HomeMachine& home, Ends& ends) const;
  std::string home_network(const VirtualMachine& machine) const;
  std::string network_of(const NetworkInterface& interface) const;
  std::string spelled_subnet(const std::string& network, const std::string& subnet) const;
  void add_landing(CloudRow& row, const ProtectedItem& item, const ItemNic& nic) const;
  void add_reversed(CloudRow& row, const ProtectedItem& item, const ItemNic& nic) const;

  const ProjectNames& names_;
  const AzureSettings& settings_;
  std::map<std::string, const VirtualNetwork*> networks_;  // by folded id
  std::map<std::string, const VirtualMachine*> machines_;  // by folded id
  std::set<std::string> whole_;  // folded GUIDs of subscriptions whose machines are all listed
  std::map<std::string, const NetworkInterface*> interfaces_;                  // by folded id
  std::map<std::string, std::vector<const NetworkInterface*>> interfaces_of_;  // by folded id of the machine
  std::set<std::string> of_items_;
};

// "web1-nic", and "web1-nic@rg-2" of a second one of that name on one machine. In the order of `ids` (ARM ids).
std::vector<std::string> nic_names(const std::vector<std::string>& ids);

}  // namespace pairform::azure
