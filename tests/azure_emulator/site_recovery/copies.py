"""What a failover makes: a machine, its disks and its NICs on the other side; and how a reversed item shows them."""

import ipaddress

from core.message import fold
from core.world import Thing
from network import address
from network.usage import occupants
from network.vnets import prefixes_of, subnet_named


def start(world, item):
    """Starts the copy in the recovery resource group; going home it takes the place of the original."""
    details = item.details
    group = details["recoveryAzureResourceGroupId"]
    source = world.find(details["fabricObjectId"], "machine")
    name = details["recoveryAzureVMName"]
    identifier = f"{group}/providers/Microsoft.Compute/virtualMachines/{name}"
    for nic in [nic for nic in world.of("nic") if fold(nic.machine or "") == fold(identifier)]:
        world.remove(nic.id)
    machine = world.add(Thing(
        kind="machine", id=identifier, name=name, location=details["recoveryFabricLocation"], os=source.os,
        size=details["recoveryAzureVMSize"], zone=details["recoveryAvailabilityZone"], tags=dict(source.tags),
        state="Succeeded", vm_id=world.guid(), extra={}, ineligible=[], os_disk=None, data_disks=[], nics=[]))
    disks = [_disk(world, group, disk, machine) for disk in details["protectedManagedDisks"]]
    machine.os_disk, machine.data_disks = disks[0], [disk | {"lun": at} for at, disk in enumerate(disks[1:])]
    for nic in details["vmNics"]:
        if nic["selectionType"] != "NotSelected":
            _nic(world, machine, group, nic, world.find(nic["sourceNicArmId"], "nic"))
    return machine


def _disk(world, group, disk, machine):
    identifier = f"{group}/providers/Microsoft.Compute/disks/{disk['failoverDiskName']}"
    size = disk["diskCapacityInBytes"] // 1024 ** 3
    os = machine.os if disk["diskType"] == "OperatingSystem" else None
    world.add(Thing(kind="disk", id=identifier, name=disk["failoverDiskName"], location=machine.location, os=os,
                    sku=disk["recoveryTargetDiskAccountType"], size=size, machine=machine.id))
    return {"name": disk["failoverDiskName"], "id": identifier, "size": size, "sku": disk["recoveryTargetDiskAccountType"]}


def _nic(world, machine, group, nic, source):
    name = nic["recoveryNicName"] or nic["sourceNicArmId"].split("/")[-1]
    identifier = f"{group}/providers/Microsoft.Network/networkInterfaces/{name}"
    vnet = world.find(nic["recoveryVMNetworkId"] or "", "vnet")
    configs = []
    for config in nic["ipConfigs"]:
        if not config["isSeletedForFailover"]:
            continue
        subnet = subnet_named(vnet, config["recoverySubnetName"]) if vnet else None
        place = f"{vnet.id}/subnets/{subnet['name']}" if subnet else f"{nic['recoveryVMNetworkId']}/subnets/missing"
        ip = config["recoveryStaticIPAddress"] or _free(world, vnet, subnet)
        configs.append({"name": config["name"], "subnet": place, "ip": ip, "primary": config["isPrimary"],
                        "static": bool(config["recoveryStaticIPAddress"]), "version": "IPv4",
                        "public_ip": config["recoveryPublicIPAddressId"] or None})
    made = world.add(Thing(
        kind="nic", id=identifier, name=name, location=machine.location, etag=f'W/"{world.guid()}"', guid=world.guid(),
        configs=configs, accelerated=bool(nic["enableAcceleratedNetworkingOnRecovery"]), extra={},
        nsg=nic["recoveryNetworkSecurityGroupId"] or None, machine=machine.id, primary=not machine.nics,
        origin=nic["nicId"]))
    machine.nics.append({"id": made.id, "primary": made.primary})
    return made


def _free(world, vnet, subnet):
    if subnet is None:
        return None
    used = {user.address for user in occupants(world, vnet, subnet) if user.address is not None}
    free = address.first_free(prefixes_of(subnet["properties"]), used)
    return str(free[0]) if free else None


def clean_up(world, machine):
    """Deletes a machine whose copy has taken its place, with its NICs and managed disks; the replicas stay."""
    for kind in ("nic", "disk"):
        for one in [one for one in world.of(kind) if fold(one.machine or "") == fold(machine.id)]:
            world.remove(one.id)
    world.remove(machine.id)


def hollow(world, item, original, copy):
    """While it is reprotected an item's NICs know where they land, and nothing of their machine."""
    rows = []
    for old, nic in _pairs(world, item, copy):
        rows.append(_row(world, item, old, world.find(old["sourceNicArmId"], "nic"), nic, empty=True))
    return rows


def _pairs(world, item, copy):
    """The copy's NICs with the rows they were made of; a NIC that was not selected has no copy, and leaves the list."""
    rows = {row["nicId"]: row for row in item.details["vmNics"]}
    nics = [world.find(nic["id"], "nic") for nic in copy.nics]
    return [(rows[nic.origin], nic) for nic in nics]


def landed(world, item, original, copy):
    """Once reversed: the copy's names and addresses; the landing is the original machine's own place."""
    return [_row(world, item, old, None, nic, empty=False) for old, nic in _pairs(world, item, copy)]


def _row(world, item, old, home, nic, empty):
    row = dict(old)
    if empty:
        row |= {"sourceNicArmId": fold(nic.id), "vMNetworkName": None, "selectionType": "NotSelected",
                "recoveryVMNetworkId": _network_of(home), "recoveryNetworkSecurityGroupId": home.nsg}
        row["ipConfigs"] = [_config(old_config, home, at, None) for at, old_config in enumerate(old["ipConfigs"])]
        return row
    row |= {"nicId": world.guid_of(f"{nic.id} of {item.container}"), "sourceNicArmId": nic.id,
            "vMNetworkName": _network_of(nic), "selectionType": "SelectedByUserOverride"}
    row["ipConfigs"] = [_config(old_config, None, at, nic) for at, old_config in enumerate(old["ipConfigs"])]
    return row


def _network_of(nic):
    return "/".join(nic.configs[0]["subnet"].split("/")[:9])


def _config(old, home, at, nic):
    if nic is None:
        own = home.configs[at]
        return old | {"name": None, "subnetName": None, "staticIPAddress": None,
                      "recoverySubnetName": own["subnet"].split("/")[-1],
                      "recoveryPublicIPAddressId": own.get("public_ip"), "recoveryLBBackendAddressPoolIds": [],
                      "recoveryStaticIPAddress": own["ip"] if own.get("static") else "",
                      "recoveryIPAddressType": "Static" if own.get("static") else "Dynamic"}
    own = nic.configs[min(at, len(nic.configs) - 1)]
    return old | {"name": own["name"], "subnetName": own["subnet"].split("/")[-1],
                  "staticIPAddress": str(ipaddress.ip_address(own["ip"])) if own.get("ip") else None,
                  "ipAddressType": "Static" if own.get("static") else "Dynamic"}
