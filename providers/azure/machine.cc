#include "providers/azure/machine.h"

#include <algorithm>

#include "providers/azure/arm_id.h"
#include "schema/value.h"

namespace pairform::azure {
namespace {

MachineDisk decode_disk(const JsonIn& from, bool os) {
  return {from.object("managedDisk").text("id"), from.text("name"), os};
}

}  // namespace

Decoded<VirtualMachine> decode_machine(simdjson::dom::element body) {
  Decoded<VirtualMachine> out;
  const JsonIn root(body, out.wrong);
  const JsonIn properties = root.object("properties"), storage = properties.object("storageProfile");
  VirtualMachine machine;
  machine.id = root.text("id");
  machine.name = root.text("name");
  machine.region = canonical_region(root.text("location"));
  machine.provisioning_state = properties.text("provisioningState");
  // Only a machine with several NICs says which is the primary one.
  for (const JsonIn& nic : properties.object("networkProfile").list("networkInterfaces")) {
    const bool primary = nic.object("properties").flag("primary");
    machine.nics.insert(primary ? machine.nics.begin() : machine.nics.end(), nic.text("id"));
  }
  if (const JsonIn os = storage.object("osDisk"); os.present()) machine.disks.push_back(decode_disk(os, true));
  for (const JsonIn& disk : storage.list("dataDisks")) machine.disks.push_back(decode_disk(disk, false));
  const auto id = parse_arm_id(machine.id);
  need(id && id->is("Microsoft.Compute", "virtualMachines"), "id", out.wrong);
  need(!machine.name.empty(), "name", out.wrong);
  need(!machine.region.empty(), "location", out.wrong);
  need(!machine.nics.empty(), "properties.networkProfile.networkInterfaces", out.wrong);  // it has one, always
  need(std::none_of(machine.nics.begin(), machine.nics.end(), [](const std::string& nic) { return nic.empty(); }),
       "properties.networkProfile.networkInterfaces[].id", out.wrong);
  if (out.wrong.empty()) out.thing = std::move(machine);
  return out;
}

}  // namespace pairform::azure
