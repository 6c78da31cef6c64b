// Virtual machines, as Microsoft.Compute answers them: what replication needs to know of them.
#pragma once
#include <string>
#include <vector>

#include "providers/azure/decoded.h"
#include "providers/azure/json_in.h"

namespace pairform::azure {

struct MachineDisk {
  std::string id;  // ARM id of the managed disk; empty: unmanaged
  std::string name;
  bool os = false;
  std::string
      encryption_set{};  // ARM id: a key of the customer's own. Only where the machine gave it, not its disk alone
};

struct VirtualMachine {
  std::string id, name, region;
  std::vector<std::string> nics;  // ARM ids, the primary one first
  std::vector<MachineDisk> disks;
  std::string provisioning_state;
  bool encrypted = false;   // by Azure Disk Encryption, in the guest
  std::string edge_zone{};  // its name; "": none
  std::string scale_set{};  // ARM id; "": none
};

Decoded<VirtualMachine> decode_machine(simdjson::dom::element body);

}  // namespace pairform::azure
