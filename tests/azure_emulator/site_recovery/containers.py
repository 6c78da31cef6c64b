"""Protection containers."""

from core.listing import listing
from core.message import Answer, Refusal
from core.regions import display
from core.router import route
from core.world import Thing
from site_recovery.jobs import begin
from site_recovery.paths import CONTAINER, FABRIC, VAULT, base_of, child, foreign, properties_of, same, vault_of


def render(world, container):
    """`role` is Primary on both sides where mappings go both ways, Recovery for a mere target (as recorded)."""
    mappings = world.of("container-mapping", base_of(world.find(container.vault)) + "/")
    out = any(same(mapping.source, container.id) for mapping in mappings)
    into = any(same(mapping.target, container.id) for mapping in mappings)
    items = world.of("item", container.id + "/")
    fabric = world.find(container.fabric)
    return {"id": container.id, "name": container.name,
            "type": "Microsoft.RecoveryServices/vaults/replicationFabrics/replicationProtectionContainers",
            "properties": {"fabricFriendlyName": display(fabric.location), "friendlyName": container.name,
                           "fabricType": "Azure", "protectedItemCount": len(items),
                           "pairingStatus": "Paired" if out or into else "NotPaired",
                           "role": "Primary" if out else "Recovery" if into else "", "fabricSpecificDetails": None}}


def add_container(world, fabric, name):
    identifier = f"{fabric.id}/replicationProtectionContainers/{name}"
    found = world.find(identifier, "container")
    return found or world.add(Thing(kind="container", id=identifier, name=name, fabric=fabric.id, vault=fabric.vault,
                                    internal=world.guid_of(identifier)))


@route("PUT", CONTAINER)
def put_container(call):
    world, fabric, properties = call.world, child(call, "fabric", "fabric"), properties_of(call)
    inputs = properties.get("providerSpecificInput")
    if not isinstance(inputs, list) or not any(str(one.get("instanceType", "")).upper() == "A2A" for one in inputs):
        raise Refusal(400, "BadRequest", "providerSpecificInput needs an entry of instanceType A2A.")
    path = f"{fabric.id}/replicationProtectionContainers/{call['container']}"
    return begin(call, world.find(fabric.vault), "container", (world.guid_of(path), call["container"]), {},
                 world.clock.lasts("container"), lambda world: add_container(world, fabric, call["container"]), path)


@route("GET", CONTAINER)
def read_container(call):
    return Answer(200, render(call.world, child(call, "container", "protection container")))


@route("GET", VAULT + "/replicationProtectionContainers")
def list_containers(call):
    containers = call.world.of("container", base_of(vault_of(call)) + "/")
    rows = [render(call.world, container) for container in containers]
    return listing(call, rows + foreign(call, "replicationProtectionContainers"))


@route("GET", FABRIC + "/replicationProtectionContainers")
def list_containers_of_fabric(call):
    containers = call.world.of("container", child(call, "fabric", "fabric").id + "/")
    return listing(call, [render(call.world, container) for container in containers])


@route("POST", CONTAINER + "/remove")
def remove_container(call):
    """INFERENCE from the order of [DELVAULT]: mappings and items go first."""
    world, container = call.world, child(call, "container", "protection container")
    mappings = world.of("container-mapping", base_of(world.find(container.vault)) + "/")
    if any(same(container.id, end) for mapping in mappings for end in (mapping.source, mapping.target)):
        raise Refusal(400, "ContainerInUse", f"The container '{container.name}' is mapped.")
    return begin(call, world.find(container.vault), "container-remove", (container.internal, container.name), {},
                 world.clock.lasts("container"), lambda world: world.remove(container.id), container.id, deletes=True)
