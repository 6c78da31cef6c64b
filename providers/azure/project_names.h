// How a project calls what was listed: networks and machines by their bindings (binding.h), replicated machines by the item
// that protects them. A machine is called by where it came from, also while it is protected the other way round: then its
// item names the copy, and the machine itself is the one of the item's first region.
// Pure; the cost is that of sorting. Immutable: any number of threads.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "providers/azure/binding.h"
#include "providers/azure/inventory.h"

namespace pairform::azure {

// A network or vm that the project names (KnownResource), with its own memory.
struct KnownName {
  std::string type, identity, id;
};

// The machine that an item protects at home.
struct HomeMachine {
  std::string id;  // ARM id, folded
  std::string region;
  std::string name;  // as spelled
};
HomeMachine home_of(const ProtectedItem& item);

// "vault-dr/item-1", folded: the id of a vm in state.
std::string vm_id(const AzureSettings& settings, const std::string& item_name);

class ProjectNames {
 public:
  ProjectNames(std::vector<KnownName> known, const Inventory& inventory, const AzureSettings& settings);

  const std::vector<KnownName>& known() const { return known_; }
  const Bindings& networks() const { return networks_; }
  const Bindings& machines() const { return machines_; }

  std::string network(const std::string& id, const std::string& region) const { return networks_.identity(id, region); }
  std::string machine(const VirtualMachine& machine) const { return machines_.identity(machine.id, machine.region); }
  std::string vm(const ProtectedItem& item) const;
  // Does a stanza or state name this identity?
  bool names(const std::string& identity) const { return id_of_.contains(identity); }
  // What is recorded of it; "" where nothing is.
  std::string recorded_id(const std::string& identity) const;
  // The machine behind a recorded vm; "" where it is not known.
  std::string recorded_machine(const std::string& identity) const;

 private:
  std::vector<KnownName> known_;
  std::map<std::string, std::string> id_of_;       // identity -> recorded id
  std::map<std::string, std::string> machine_of_;  // identity of a recorded vm -> ARM id of its machine
  std::map<std::string, std::string> vm_of_item_;  // folded name of a recorded item -> identity
  Bindings networks_, machines_;
};

}  // namespace pairform::azure
