"""Fabrics: one a region, as a rule."""

from core.listing import listing
from core.message import Answer, Refusal
from core.regions import canonical, display
from core.router import route
from core.world import Thing
from site_recovery.jobs import begin
from site_recovery.paths import FABRIC, VAULT, base_of, child, foreign, properties_of, vault_of


def render(world, fabric, listed=False):
    """As recorded: containerIds holds internal ids of the fabric's own containers, and null in lists."""
    containers = [f"{fabric.id}/replicationProtectionContainers/{container.internal}"
                  for container in world.of("container", fabric.id + "/")]
    none = {"kekState": "None", "kekCertThumbprint": None}
    details = {"instanceType": "Azure", "location": fabric.location,
               "containerIds": None if listed else containers, "zones": []}
    if listed:
        del details["zones"]
    return {"name": fabric.name, "type": "Microsoft.RecoveryServices/vaults/replicationFabrics", "id": fabric.id,
            "properties": {"friendlyName": display(fabric.location), "encryptionDetails": dict(none),
                           "rolloverEncryptionDetails": dict(none), "internalIdentifier": fabric.internal,
                           "bcdrState": fabric.state, "customDetails": details, "healthErrorDetails": [],
                           "health": "Normal"}}


def add_fabric(world, vault, name, location):
    identifier = f"{base_of(vault)}/replicationFabrics/{name}"
    found = world.find(identifier, "fabric")
    vault.used = True
    return found or world.add(Thing(kind="fabric", id=identifier, name=name, location=location, vault=vault.id,
                                    internal=world.guid_of(identifier), provider=world.guid_of(identifier + "/provider"),
                                    state="Valid"))


@route("PUT", FABRIC)
def put_fabric(call):
    world, vault, properties = call.world, vault_of(call), properties_of(call)
    details = properties.get("customDetails") or {}
    if str(details.get("instanceType", "")).lower() != "azure" or not details.get("location"):
        raise Refusal(400, "BadRequest", "customDetails needs instanceType Azure and a location.")
    location, name = canonical(details["location"]), call["fabric"]
    path = f"{base_of(vault)}/replicationFabrics/{name}"
    found = world.find(path, "fabric")
    if found is not None and found.location != location:
        raise Refusal(400, "BadRequest", f"The fabric '{name}' is in '{found.location}'.")
    seconds = world.clock.lasts("fabric-again" if found else "fabric")
    return begin(call, vault, "fabric", (world.guid_of(path), name), {}, seconds,
                 lambda world: add_fabric(world, vault, name, location), path)


@route("GET", FABRIC)
def read_fabric(call):
    return Answer(200, render(call.world, child(call, "fabric", "fabric")))


@route("GET", VAULT + "/replicationFabrics")
def list_fabrics(call):
    fabrics = call.world.of("fabric", base_of(vault_of(call)) + "/")
    rows = [render(call.world, fabric, listed=True) for fabric in fabrics]
    return listing(call, rows + foreign(call, "replicationFabrics"))


@route("POST", FABRIC + "/remove")
def remove_fabric(call):
    """INFERENCE from the order of [DELVAULT]: what is in a fabric goes first."""
    fabric = child(call, "fabric", "fabric")
    if call.world.of("container", fabric.id + "/") or call.world.of("mapping", fabric.id + "/"):
        raise Refusal(400, "FabricInUse", f"The fabric '{fabric.name}' has containers or network mappings.")
    return _gone(call, fabric)


@route("DELETE", FABRIC)
def purge_fabric(call):
    """A purge takes everything in the fabric along [SPEC24]."""
    vault = vault_of(call)
    fabric = call.world.find(call.request.path, "fabric")
    return _gone(call, fabric) if fabric is not None and vault else Answer(204)


def _gone(call, fabric):
    seconds = call.world.clock.lasts("fabric-remove")
    return begin(call, call.world.find(fabric.vault), "fabric-remove", (fabric.internal, fabric.name), {}, seconds,
                 lambda world: world.remove(fabric.id), fabric.id, job_in_request_id=True, deletes=True)
