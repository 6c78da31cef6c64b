"""PATCH of an item: names, size, network, and the list of NICs, which replaces what was there."""

import copy
import ipaddress

from core.message import Refusal, fold, site_recovery_refusal
from network import address
from network.usage import occupants
from network.vnets import prefixes_of, subnet_named

# Member of the request, member of the item.
TOP = {"recoveryAzureVMName": "recoveryAzureVMName", "recoveryAzureVMSize": "recoveryAzureVMSize",
       "recoveryAvailabilitySetId": "recoveryAvailabilitySet", "selectedTfoAzureNetworkId": "selectedTfoAzureNetworkId"}
DETAILS = {"recoveryResourceGroupId": "recoveryAzureResourceGroupId", "tfoAzureVMName": "tfoAzureVMName",
           "recoveryBootDiagStorageAccountId": "recoveryBootDiagStorageAccountId",
           "recoveryProximityPlacementGroupId": "recoveryProximityPlacementGroupId",
           "recoveryVirtualMachineScaleSetId": "recoveryVirtualMachineScaleSetId",
           "recoveryCapacityReservationGroupId": "recoveryCapacityReservationGroupId"}
# Request, item, and what a member that is left out becomes (item-after-nic-patch.json).
NIC = (("recoveryNetworkSecurityGroupId", "recoveryNetworkSecurityGroupId", ""),
       ("tfoNetworkSecurityGroupId", "tfoNetworkSecurityGroupId", ""),
       ("enableAcceleratedNetworkingOnRecovery", "enableAcceleratedNetworkingOnRecovery", False),
       ("enableAcceleratedNetworkingOnTfo", "enableAcceleratedNetworkingOnTfo", False),
       ("recoveryNicName", "recoveryNicName", None), ("recoveryNicResourceGroupName", "recoveryNicResourceGroupName", None),
       ("reuseExistingNic", "reuseExistingNic", False), ("tfoNicName", "tfoRecoveryNicName", None),
       ("tfoNicResourceGroupName", "tfoRecoveryNicResourceGroupName", None),
       ("tfoReuseExistingNic", "tfoReuseExistingNic", False), ("targetNicName", "targetNicName", None))
CONFIG = (("recoveryPublicIPAddressId", "recoveryPublicIPAddressId", ""), ("tfoSubnetName", "tfoSubnetName", ""),
          ("tfoStaticIPAddress", "tfoStaticIPAddress", ""), ("tfoPublicIPAddressId", "tfoPublicIPAddressId", ""),
          ("recoveryLBBackendAddressPoolIds", "recoveryLBBackendAddressPoolIds", []),
          ("tfoLBBackendAddressPoolIds", "tfoLBBackendAddressPoolIds", []))


def refused(code, message):
    return site_recovery_refusal(400, "BadRequest", code, message)


def _network(item, properties):
    return properties.get("selectedRecoveryAzureNetworkId") or None


def check_patch(world, item, properties):
    """While an item is seeded it has no NICs to patch; NICs that are named must be the item's own."""
    details = item.details
    if item.state.startswith("InitialReplication"):
        raise refused("28020", f"The requested operation failed: '{item.friendly}' is not protected yet.")
    network = _network(item, properties)
    if network is not None:
        vnet = world.find(network, "vnet")
        if vnet is None or vnet.location != details["recoveryFabricLocation"]:
            raise refused("28020", f"The network '{network}' is not there, or not in the recovery region.")
    known = {nic["nicId"] for nic in details["vmNics"]}
    for nic in properties.get("vmNics") or []:
        if nic.get("nicId") not in known:
            raise refused("28020", f"The item has no network interface '{nic.get('nicId')}'.")
    try:
        apply_patch(world, copy.deepcopy(item), properties)  # members of wrong types are refused at once
    except Refusal:
        pass  # what cannot be placed makes the job fail, later


def apply_patch(world, item, properties):
    """Runs when the job ends; what cannot be placed makes the job fail."""
    details, given = item.details, properties.get("providerSpecificDetails") or {}
    network = _network(item, properties)
    nics = properties.get("vmNics") or []
    target = network or details["selectedRecoveryAzureNetworkId"]
    placed = [_placed(world, details, nic, target) for nic in nics]
    for member, own in TOP.items():
        if properties.get(member):
            details[own] = properties[member]
    for member, own in DETAILS.items():
        if given.get(member):
            details[own] = given[member]
    # Left out, the selected network is forgotten: azurerm sends both networks again to keep them [TFVM].
    details["selectedRecoveryAzureNetworkId"] = fold(network) if network else None
    details["selectedTfoAzureNetworkId"] = properties.get("selectedTfoAzureNetworkId") or None
    if not nics:
        return
    by_id = {nic["nicId"]: nic for nic in placed}
    # The list replaces: a NIC that is not in it is not selected for failover any more.
    for nic in details["vmNics"]:
        nic.update(by_id.get(nic["nicId"]) or _emptied(nic))


def _emptied(nic):
    configs = [config | {"recoverySubnetName": "", "recoveryStaticIPAddress": "", "recoveryIPAddressType": "Dynamic",
                         "isSeletedForFailover": False} for config in nic["ipConfigs"]]
    return nic | {"selectionType": "NotSelected", "ipConfigs": configs} | {own: left for _, own, left in NIC}


def _placed(world, details, given, target):
    """A NIC in the item's shape, as a request wrote it."""
    nic = next(one for one in details["vmNics"] if one["nicId"] == given["nicId"])
    new = dict(nic)
    for member, own, left in NIC:
        new[own] = given.get(member) if given.get(member) not in (None, "") else left
    new |= {"selectionType": given.get("selectionType") or "SelectedByUser", "recoveryVMNetworkId": fold(target or "") or None,
            "tfoVMNetworkId": nic["tfoVMNetworkId"]}
    vnet = world.find(target or "", "vnet")
    by_name = {fold(config.get("ipConfigName") or ""): config for config in given.get("ipConfigs") or []}
    new["ipConfigs"] = [_config(world, config, by_name.get(fold(config["name"])), vnet) for config in nic["ipConfigs"]]
    return new


def _config(world, old, given, vnet):
    if given is None:
        return old | {"recoverySubnetName": "", "recoveryStaticIPAddress": "", "recoveryIPAddressType": "Dynamic",
                      "isSeletedForFailover": old["isPrimary"]} | {own: left for _, own, left in CONFIG}
    subnet_name, wanted = (given.get("recoverySubnetName") or "").split("/")[-1], given.get("recoveryStaticIPAddress") or ""
    spelled = _check_place(world, vnet, subnet_name, wanted)
    new = old | {"recoverySubnetName": spelled, "recoveryStaticIPAddress": wanted,
                 "recoveryIPAddressType": "Static" if wanted else "Dynamic",
                 # For the primary one it is always true, whatever was sent (item-after-nic-patch.json).
                 "isSeletedForFailover": old["isPrimary"] or bool(given.get("isSeletedForFailover"))}
    for member, own, left in CONFIG:
        new[own] = given.get(member) if given.get(member) not in (None, "") else left
    return new


def _check_place(world, vnet, subnet_name, wanted):
    """The subnet exists, the address lies in it, is not Azure's own and is free."""
    if vnet is None or not subnet_name:
        return subnet_name
    subnet = subnet_named(vnet, subnet_name)
    if subnet is None:
        raise refused("28020", f"The network '{vnet.name}' has no subnet '{subnet_name}'.")
    if wanted:
        prefixes, ip = prefixes_of(subnet["properties"]), ipaddress.ip_address(wanted)
        if not address.holds(prefixes, ip):
            raise refused("PrivateIPAddressNotInSubnet", f"{wanted} is not in the subnet '{subnet['name']}'.")
        if address.reserved(prefixes, ip):
            raise refused("PrivateIPAddressInReservedRange", f"{wanted} is reserved in the subnet '{subnet['name']}'.")
        if any(user.address == ip for user in occupants(world, vnet, subnet)):
            raise refused("PrivateIPAddressInUse", f"{wanted} is in use in the subnet '{subnet['name']}'.")
    return subnet["name"]
