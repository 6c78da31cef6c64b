"""Network mappings: where machines of a network land, one direction each."""

from core.listing import listing
from core.message import Answer, Refusal, fold, site_recovery_refusal
from core.regions import display
from core.router import route
from core.world import Thing
from site_recovery.jobs import begin
from site_recovery.paths import NETWORKS, NETWORK_MAPPING, VAULT, base_of, child, foreign, properties_of, same, vault_of

TYPE = "Microsoft.RecoveryServices/vaults/replicationFabrics/replicationNetworks/replicationNetworkMappings"


def _name(identifier):
    return fold(identifier).split("/")[-1]


def render(world, mapping):
    """As recorded (network-mapping-get.json): ids and friendly names of networks are folded, whatever was sent."""
    primary, recovery = world.find(mapping.fabric), world.find(mapping.recovery_fabric)
    return {"type": TYPE, "id": mapping.id, "name": mapping.name, "properties": {
        "state": mapping.state, "primaryNetworkFriendlyName": _name(mapping.primary),
        "primaryNetworkId": fold(mapping.primary), "primaryFabricFriendlyName": display(primary.location),
        "recoveryNetworkFriendlyName": _name(mapping.recovery), "recoveryNetworkId": fold(mapping.recovery),
        "recoveryFabricArmId": recovery.id, "recoveryFabricFriendlyName": display(recovery.location),
        "fabricSpecificSettings": {"instanceType": "AzureToAzure", "primaryFabricLocation": primary.location,
                                   "recoveryFabricLocation": recovery.location}}}


def add_network_mapping(world, fabric, segment, name, recovery_fabric, primary, recovery):
    identifier = f"{fabric.id}/replicationNetworks/{segment}/replicationNetworkMappings/{name}"
    found = world.find(identifier, "mapping")
    if found is not None:
        identifier = found.id
    return world.add(Thing(kind="mapping", id=identifier, name=identifier.split("/")[-1], vault=fabric.vault,
                           fabric=fabric.id, recovery_fabric=recovery_fabric.id, primary=primary, recovery=recovery,
                           state="Paired"))


def mapping_for(world, vault, network, location):
    """The mapping that decides where machines of a network land in a region."""
    for mapping in world.of("mapping", base_of(vault) + "/"):
        if same(mapping.primary, network) and world.find(mapping.recovery_fabric).location == location:
            return mapping
    return None


def _network_in(world, identifier, location, what):
    """A network that is there and lies in the fabric's region. INFERENCE: the codes were not recorded."""
    vnet = world.find(identifier or "", "vnet")
    if vnet is None:
        raise site_recovery_refusal(400, "BadRequest", "NetworkNotFound", f"The {what} '{identifier}' was not found.")
    if vnet.location != location:
        raise site_recovery_refusal(400, "BadRequest", "NetworkLocationMismatch",
                                    f"The {what} '{vnet.name}' is in '{vnet.location}', its fabric in '{location}'.")
    return vnet


def _checked(call, fabric, properties, path, primary):
    """What the service refuses: no fabric name, networks elsewhere, a slot that is taken."""
    world, vault = call.world, vault_of(call)
    name = properties.get("recoveryFabricName")
    if not name:
        raise Refusal(400, "BadRequest", "UnhandledException: primary key property ArmResourceName is null in entity "
                      "LookupByArmResourceNameInVault.", details=[{
                          "code": "UnhandledException", "message": "ArmResourceName is null in entity "
                          "LookupByArmResourceNameInVault"}])
    other = world.find(f"{base_of(vault)}/replicationFabrics/{name}", "fabric")
    if other is None:
        raise site_recovery_refusal(400, "BadRequest", "FabricArmEntityMissing", f"The fabric '{name}' was not found.")
    if other.location == fabric.location:
        raise site_recovery_refusal(400, "BadRequest", "SameRegion", "Networks of one region cannot be mapped.")
    _network_in(world, primary, fabric.location, "primary network")
    _network_in(world, properties.get("recoveryNetworkId"), other.location, "recovery network")
    for mapping in world.of("mapping", base_of(vault) + "/"):
        if same(mapping.primary, primary) and same(mapping.recovery_fabric, other.id) and not same(mapping.id, path):
            raise site_recovery_refusal(409, "Conflict", "NetworkMappingAlreadyExists",
                                        f"The network is mapped already, by '{mapping.name}'.")
    return other


def _put(call, fabric, properties, primary):
    world, vault = call.world, vault_of(call)
    path = f"{fabric.id}/replicationNetworks/{call['network']}/replicationNetworkMappings/{call['mapping']}"
    other = _checked(call, fabric, properties, path, primary)
    recovery = properties["recoveryNetworkId"]
    affected = {"primaryNetworkId": fold(primary), "primaryNetworkName": _name(primary),
                "recoveryNetworkId": fold(recovery), "recoveryNetworkName": _name(recovery),
                "primaryVmmId": fabric.internal, "primaryVmmName": display(fabric.location),
                "recoveryVmmId": other.internal, "recoveryVmmName": display(other.location),
                "primaryFabricProviderId": "Azure", "recoveryFabricProviderId": "Azure"}
    return begin(call, vault, "network-mapping", (_name(primary), _name(primary)), affected,
                 world.clock.lasts("network-mapping"),
                 lambda world: add_network_mapping(world, fabric, call["network"], call["mapping"], other, primary, recovery),
                 path)


@route("PUT", NETWORK_MAPPING)
def put_network_mapping(call):
    """202, also on one that is there: the same PUT retargets it (recorded with the same target only)."""
    fabric, properties = child(call, "fabric", "fabric"), properties_of(call)
    details = properties.get("fabricSpecificDetails") or {}
    if fold(details.get("instanceType", "")) != "azuretoazure" or not details.get("primaryNetworkId"):
        raise Refusal(400, "BadRequest", "fabricSpecificDetails needs instanceType AzureToAzure and primaryNetworkId.")
    return _put(call, fabric, properties, details["primaryNetworkId"])


@route("PATCH", NETWORK_MAPPING)
def patch_network_mapping(call):
    """Described, not recorded."""
    fabric, mapping, properties = child(call, "fabric", "fabric"), child(call, "mapping", "mapping"), properties_of(call)
    given = {"recoveryFabricName": mapping.recovery_fabric.split("/")[-1], "recoveryNetworkId": mapping.recovery}
    given |= {name: value for name, value in properties.items() if value}
    primary = (properties.get("fabricSpecificDetails") or {}).get("primaryNetworkId") or mapping.primary
    return _put(call, fabric, given, primary)


@route("GET", NETWORK_MAPPING)
def read_network_mapping(call):
    child(call, "fabric", "fabric")
    return Answer(200, render(call.world, child(call, "mapping", "network mapping")))


@route("GET", VAULT + "/replicationNetworkMappings")
def list_network_mappings(call):
    mappings = call.world.of("mapping", base_of(vault_of(call)) + "/")
    rows = [render(call.world, mapping) for mapping in mappings]
    return listing(call, rows + foreign(call, "replicationNetworkMappings"))


@route("GET", NETWORKS + "/replicationNetworkMappings")
def list_network_mappings_of(call):
    fabric = child(call, "fabric", "fabric")
    mappings = call.world.of("mapping", f"{fabric.id}/replicationNetworks/{call['network']}/")
    return listing(call, [render(call.world, mapping) for mapping in mappings])


@route("DELETE", NETWORK_MAPPING)
def delete_network_mapping(call):
    """202 and gone 2 s later, its mirror staying (recorded); 204 where it was not there (described)."""
    world, vault = call.world, vault_of(call)
    mapping = world.find(call.request.path, "mapping")
    if mapping is None:
        return Answer(204)
    return begin(call, vault, "network-mapping-remove", (_name(mapping.primary), _name(mapping.primary)), {},
                 world.clock.lasts("network-mapping-delete"), lambda world: world.remove(mapping.id), mapping.id,
                 deletes=True)
