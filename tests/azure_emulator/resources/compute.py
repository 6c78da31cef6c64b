"""Virtual machines, disks, and whether Site Recovery would take a machine."""

from core.access import readable
from core.listing import listing
from core.message import Answer
from core.router import route
from resources.groups import group_of, not_found

GROUP = "/subscriptions/{sub}/resourceGroups/{group}"
MACHINE = GROUP + "/providers/Microsoft.Compute/virtualMachines/{machine}"


def machine_of(call):
    group = group_of(call)
    identifier = f"{group.id}/providers/Microsoft.Compute/virtualMachines/{call['machine']}"
    machine = call.world.find(identifier, "machine")
    if machine is None:
        raise not_found(identifier)
    return machine


def _disk(disk, os_type=None):
    body = {"name": disk["name"], "createOption": "FromImage" if os_type else "Attach", "caching": "ReadWrite"}
    if os_type:
        body = {"osType": os_type} | body
    else:
        body = {"lun": disk["lun"]} | body
    if disk.get("unmanaged"):
        body["vhd"] = {"uri": f"https://store.blob.core.windows.net/vhds/{disk['name']}.vhd"}
    else:
        body["managedDisk"] = {"storageAccountType": disk.get("sku", "Premium_LRS"), "id": disk["id"]}
    return body | {"deleteOption": "Detach", "diskSizeGB": disk.get("size", 32)}


def _os_profile(machine):
    """What the guest agent may do differs by system."""
    patches = {"patchMode": "AutomaticByOS", "assessmentMode": "ImageDefault"}
    profile = {"computerName": machine.name, "adminUsername": "azureadmin"}
    if machine.os == "Windows":
        profile["windowsConfiguration"] = {"provisionVMAgent": True, "enableAutomaticUpdates": True,
                                           "patchSettings": patches, "enableVMAgentPlatformUpdates": False}
    else:
        profile["linuxConfiguration"] = {"disablePasswordAuthentication": True, "provisionVMAgent": True}
    return profile | {"secrets": [], "allowExtensionOperations": True, "requireGuestProvisionSignal": True}


def render_machine(machine):
    """As recorded (vm-get.json): `primary` of a NIC reference is absent where there is one NIC."""
    several = len(machine.nics) > 1
    references = [{"id": nic["id"]} | ({"properties": {"primary": nic["primary"]}} if several else {})
                  for nic in machine.nics]
    properties = {
        "vmId": machine.vm_id, "hardwareProfile": {"vmSize": machine.size},
        "storageProfile": {"imageReference": {"publisher": "Canonical", "offer": "0001-com-ubuntu-server-jammy",
                                              "sku": "22_04-lts-gen2", "version": "latest",
                                              "exactVersion": "22.04.202305010"},
                           "osDisk": _disk(machine.os_disk, machine.os),
                           "dataDisks": [_disk(disk) for disk in machine.data_disks]},
        "osProfile": _os_profile(machine),
        "networkProfile": {"networkInterfaces": references},
        "provisioningState": machine.state, "timeCreated": "2025-05-01T00:50:43.1675044+00:00"}
    body = {"name": machine.name, "id": machine.id, "type": "Microsoft.Compute/virtualMachines",
            "location": machine.location, "tags": machine.tags}
    if machine.zone:
        body["zones"] = [machine.zone]
    return body | {"properties": properties | machine.extra}


@route("GET", MACHINE)
def read_machine(call):
    return Answer(200, render_machine(machine_of(call)))


@route("GET", "/subscriptions/{sub}/providers/Microsoft.Compute/virtualMachines",
       GROUP + "/providers/Microsoft.Compute/virtualMachines")
def list_machines(call):
    scope = group_of(call).id if "group" in call.arguments else f"/subscriptions/{call['sub']}"
    machines = readable(call.world, call.world.of("machine", scope + "/"))
    return listing(call, [render_machine(machine) for machine in machines], null_link=False)


def _render_disk(disk):
    return {"name": disk.name, "id": disk.id, "type": "Microsoft.Compute/disks", "location": disk.location,
            "sku": {"name": disk.sku, "tier": disk.sku.split("_")[0]}, "managedBy": disk.machine,
            "properties": {"osType": disk.os, "creationData": {"createOption": "FromImage"}, "diskSizeGB": disk.size,
                           "diskSizeBytes": disk.size * 1024 ** 3, "provisioningState": "Succeeded",
                           "diskState": "Attached", "encryption": {"type": "EncryptionAtRestWithPlatformKey"}}}


@route("GET", GROUP + "/providers/Microsoft.Compute/disks/{disk}")
def read_disk(call):
    identifier = f"{group_of(call).id}/providers/Microsoft.Compute/disks/{call['disk']}"
    disk = call.world.find(identifier, "disk")
    if disk is None:
        raise not_found(identifier)
    return Answer(200, _render_disk(disk))


@route("GET", "/subscriptions/{sub}/providers/Microsoft.Compute/disks",
       GROUP + "/providers/Microsoft.Compute/disks")
def list_disks(call):
    scope = group_of(call).id if "group" in call.arguments else f"/subscriptions/{call['sub']}"
    disks = readable(call.world, call.world.of("disk", scope + "/"))
    return listing(call, [_render_disk(disk) for disk in disks], null_link=False)


def _eligibility(machine):
    errors = [{"code": code, "message": f"{code}: the virtual machine '{machine.name}' cannot be replicated.",
               "possibleCauses": "see the support matrix", "recommendedAction": "see the support matrix",
               "status": "Error"} for code in machine.ineligible]
    tail = "providers/Microsoft.RecoveryServices/replicationEligibilityResults"
    return {"name": "default", "type": "Microsoft.RecoveryServices/replicationEligibilityResults",
            "id": f"{machine.id}/{tail}/default",
            "properties": {"clientRequestId": "00000000-0000-0000-0000-000000000000", "errors": errors}}


@route("GET", MACHINE + "/providers/Microsoft.RecoveryServices/replicationEligibilityResults/default")
def eligibility(call):
    return Answer(200, _eligibility(machine_of(call)))


@route("GET", MACHINE + "/providers/Microsoft.RecoveryServices/replicationEligibilityResults")
def eligibilities(call):
    return Answer(200, {"value": [_eligibility(machine_of(call))]})
