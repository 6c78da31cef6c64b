#include "providers/azure/machine.h"

#include <algorithm>

#include "providers/azure/arm_id.h"
#include "schema/value.h"

namespace pairform::azure {
namespace {

MachineDisk decode_disk(const JsonIn& from, bool os) {
  const JsonIn managed = from.object("managedDisk");
  return {managed.text("id"), from.text("name"), os, managed.object("diskEncryptionSet").text("id")};
}

// With keys in the settings of the disk, or by an extension alone (the newer way). Extensions are in the answer for one
// machine, not in a list.
bool is_encrypted(const JsonIn& root, const JsonIn& os_disk) {
  if (os_disk.object("encryptionSettings").flag("enabled")) return true;
  for (const JsonIn& extension : root.list("resources")) {
    const JsonIn properties = extension.object("properties");
    if (same_word(properties.text("publisher"), "Microsoft.Azure.Security") &&
        ascii_lower(properties.text("type")).starts_with("azurediskencryption"))
      return true;
  }
  return false;
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
  const JsonIn os_disk = storage.object("osDisk");
  if (os_disk.present()) machine.disks.push_back(decode_disk(os_disk, true));
  for (const JsonIn& disk : storage.list("dataDisks")) machine.disks.push_back(decode_disk(disk, false));
  machine.encrypted = is_encrypted(root, os_disk);
  machine.edge_zone = root.object("extendedLocation").text("name");
  machine.scale_set = properties.object("virtualMachineScaleSet").text("id");
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
