#include "providers/azure/item.h"

#include "providers/azure/arm_id.h"
#include "schema/value.h"

namespace pairform::azure {
namespace {

// "web" of the id of a subnet: the CLI sends a whole id where a name is due, and may get it back.
std::string subnet_name(const std::string& text) { return std::string(last_segment(text)); }

ItemConfiguration decode_configuration(const JsonIn& from) {
  ItemConfiguration out;
  out.name = from.text("name");
  out.primary = from.flag("isPrimary");
  out.subnet = subnet_name(from.text("subnetName"));
  out.address = from.text("staticIPAddress");
  out.dynamic = !same_word(from.text("ipAddressType"), "Static");
  out.recovery_subnet = subnet_name(from.text("recoverySubnetName"));
  out.recovery_address = from.text("recoveryStaticIPAddress");
  if (same_word(from.text("recoveryIPAddressType"), "Dynamic")) out.recovery_address.clear();
  out.test_subnet = subnet_name(from.text("tfoSubnetName"));
  out.test_address = from.text("tfoStaticIPAddress");
  return out;
}

ItemNic decode_nic(const JsonIn& from) {
  ItemNic out{from.text("sourceNicArmId"),
              from.text("vMNetworkName"),
              from.text("recoveryVMNetworkId"),
              from.text("tfoVMNetworkId"),
              {}};
  for (const JsonIn& each : from.list("ipConfigs")) out.configurations.push_back(decode_configuration(each));
  return out;
}

ItemStatus decode_status(const JsonIn& properties, const JsonIn& details, bool reversed) {
  const JsonIn scenario = properties.object("currentScenario");
  const std::string protection = properties.text("protectionState"), machine = details.text("vmProtectionState"),
                    test = properties.text("testFailoverState"), name = scenario.text("scenarioName"),
                    job = scenario.text("jobId"), health = properties.text("replicationHealth");
  return status_of(
      {protection, machine, test, name, job, health, reversed, !properties.texts("allowedOperations").empty()});
}

// A machine that is protected has NICs, and the service knows them. An answer without them is not one in which its
// landings are gone.
void need_nics(const ProtectedItem& item, std::string& wrong) {
  if (item.status.status != Status::Settled) return;
  need(!item.nics.empty(), "properties.providerSpecificDetails.vmNics", wrong);
  for (const ItemNic& nic : item.nics) {
    need(parse_arm_id(nic.source).has_value(), "properties.providerSpecificDetails.vmNics[].sourceNicArmId", wrong);
    need(!nic.configurations.empty(), "properties.providerSpecificDetails.vmNics[].ipConfigs", wrong);
    for (const ItemConfiguration& each : nic.configurations)
      need(!each.name.empty(), "properties.providerSpecificDetails.vmNics[].ipConfigs[].name", wrong);
  }
}

}  // namespace

Decoded<ProtectedItem> decode_item(simdjson::dom::element body) {
  Decoded<ProtectedItem> out;
  const JsonIn root(body, out.wrong);
  const JsonIn properties = root.object("properties"), details = properties.object("providerSpecificDetails");
  const std::string kind = details.text("instanceType");
  if (!out.wrong.empty()) return out;
  if (!kind.empty() && !same_word(kind, "A2A")) return out;
  ProtectedItem item;
  item.id = root.text("id");
  item.name = root.text("name");
  item.friendly_name = properties.text("friendlyName");
  item.machine = details.text("fabricObjectId");
  item.recovery_machine = details.text("recoveryFabricObjectId");
  item.primary_region = canonical_region(details.text("primaryFabricLocation"));
  item.recovery_region = canonical_region(details.text("recoveryFabricLocation"));
  item.initial_primary_region = canonical_region(details.text("initialPrimaryFabricLocation"));
  item.initial_recovery_region = canonical_region(details.text("initialRecoveryFabricLocation"));
  item.recovery_name = details.text("recoveryAzureVMName");
  item.recovery_group = details.text("recoveryAzureResourceGroupId");
  item.test_machine = details.text("testFailoverRecoveryFabricObjectId");
  item.selected_network = details.text("selectedRecoveryAzureNetworkId");
  item.test_network = details.text("selectedTfoAzureNetworkId");
  item.policy = properties.text("policyId");
  item.recovery_health = properties.text("replicationHealth");
  for (const JsonIn& nic : details.list("vmNics")) item.nics.push_back(decode_nic(nic));
  item.status = decode_status(properties, details, item.reversed());
  if (!out.wrong.empty()) return out;
  need(!kind.empty(), "properties.providerSpecificDetails.instanceType", out.wrong);
  need(parse_arm_id(item.id).has_value(), "id", out.wrong);
  need(!item.name.empty(), "name", out.wrong);
  const auto machine = parse_arm_id(item.machine);
  need(machine && machine->is("Microsoft.Compute", "virtualMachines"),
       "properties.providerSpecificDetails.fabricObjectId", out.wrong);
  need(!item.primary_region.empty(), "properties.providerSpecificDetails.primaryFabricLocation", out.wrong);
  need(!item.recovery_region.empty(), "properties.providerSpecificDetails.recoveryFabricLocation", out.wrong);
  need(!item.initial_primary_region.empty(), "properties.providerSpecificDetails.initialPrimaryFabricLocation",
       out.wrong);
  need_nics(item, out.wrong);
  if (out.wrong.empty()) out.thing = std::move(item);
  return out;
}

}  // namespace pairform::azure
