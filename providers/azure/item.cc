#include "providers/azure/item.h"

#include <fmt/format.h>

#include <algorithm>

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
  out.selected = from.flag("isSeletedForFailover", true);
  if (!out.address.empty() && !from.has("ipAddressType")) out.lacks = "ipAddressType";
  if (!out.dynamic && out.address.empty()) out.lacks = "staticIPAddress";
  if (same_word(from.text("recoveryIPAddressType"), "Static") && out.recovery_address.empty())
    out.lacks = "recoveryStaticIPAddress";
  return out;
}

ItemNic decode_nic(const JsonIn& from) {
  ItemNic out{from.text("sourceNicArmId"),
              from.text("vMNetworkName"),
              from.text("recoveryVMNetworkId"),
              from.text("tfoVMNetworkId"),
              {}};
  for (const JsonIn& each : from.list("ipConfigs")) out.configurations.push_back(decode_configuration(each));
  out.selected = !same_word(from.text("selectionType"), "NotSelected");
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

constexpr std::string_view k_nic = "properties.providerSpecificDetails.vmNics[]";

void need_of_nic(bool there, std::string_view member, std::string& wrong) {
  need(there, fmt::format("{}.{}", k_nic, member), wrong);
}

bool is_network(const std::string& id) {
  const auto parsed = parse_arm_id(id);
  return parsed && parsed->is("Microsoft.Network", "virtualNetworks");
}

void need_configurations(const ItemNic& nic, std::string& wrong) {
  need_of_nic(!nic.configurations.empty(), "ipConfigs", wrong);
  std::size_t primaries = 0;
  for (const ItemConfiguration& each : nic.configurations) {
    need_of_nic(!each.name.empty(), "ipConfigs[].name", wrong);
    need_of_nic(each.lacks.empty(), "ipConfigs[]." + each.lacks, wrong);
    primaries += each.primary ? 1 : 0;
  }
  need_of_nic(primaries == 1 || nic.configurations.size() == 1, "ipConfigs[].isPrimary", wrong);
}

// All of where it lands, or nothing of it.
void need_landing(const ItemNic& nic, std::string& wrong) {
  const auto says = [](const ItemConfiguration& each) {
    return !each.recovery_subnet.empty() || !each.recovery_address.empty();
  };
  const bool says_any =
      !nic.recovery_network.empty() || std::any_of(nic.configurations.begin(), nic.configurations.end(), says);
  const ItemConfiguration* primary = nic.primary();
  if (!says_any || primary == nullptr || !nic.selected || !primary->selected) return;
  need_of_nic(is_network(nic.recovery_network), "recoveryVMNetworkId", wrong);
  need_of_nic(!primary->recovery_subnet.empty(), "ipConfigs[].recoverySubnetName", wrong);
}

bool is_protected(const ProtectedItem& item) {
  return item.status.status == Status::Settled || item.status.status == Status::Reversed;
}

// While a machine is protected anew all its NICs are NotSelected, also those that land (item-reprotecting).
void believe_selection_once_protected(ProtectedItem& item) {
  if (is_protected(item)) return;
  for (ItemNic& nic : item.nics) {
    nic.selected = true;
    for (ItemConfiguration& each : nic.configurations) each.selected = true;
  }
}

// A machine that is protected has NICs, and the service knows them. An answer without them is not one in which its
// landings are gone.
void need_nics(const ProtectedItem& item, std::string& wrong) {
  if (!is_protected(item)) return;
  need(!item.nics.empty(), "properties.providerSpecificDetails.vmNics", wrong);
  for (const ItemNic& nic : item.nics) {
    need_of_nic(parse_arm_id(nic.source).has_value(), "sourceNicArmId", wrong);
    need_configurations(nic, wrong);
    need_landing(nic, wrong);
    if (!item.reversed() || !wrong.empty()) continue;
    need_of_nic(is_network(nic.network), "vMNetworkName", wrong);  // it lives where it would have landed
    need_of_nic(!nic.primary()->subnet.empty(), "ipConfigs[].subnetName", wrong);
  }
}

}  // namespace

const ItemConfiguration* ItemNic::primary() const {
  for (const ItemConfiguration& each : configurations)
    if (each.primary) return &each;
  return configurations.empty() ? nullptr : &configurations.front();
}

bool ItemNic::lands() const {
  const ItemConfiguration* first = primary();
  return selected && first != nullptr && first->selected && !recovery_network.empty() &&
         !first->recovery_subnet.empty();
}

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
  for (const JsonIn& disk : details.list("protectedManagedDisks"))
    if (item.cache_account.empty()) item.cache_account = disk.text("primaryStagingAzureStorageAccountId");
  item.at_work = details.text("monitoringJobType");
  if (const auto percent = details.number("monitoringPercentageCompletion"); percent && !item.at_work.empty())
    item.at_work += fmt::format(", {} %", *percent);
  item.allowed = properties.texts("allowedOperations");
  item.recovery_health = properties.text("replicationHealth");
  for (const JsonIn& nic : details.list("vmNics")) item.nics.push_back(decode_nic(nic));
  item.status = decode_status(properties, details, item.reversed());
  believe_selection_once_protected(item);
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
