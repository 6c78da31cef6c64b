"""Container mappings: a container's policy towards another container."""

from core.listing import listing
from core.message import Answer, Refusal
from core.regions import display
from core.router import route
from core.world import Thing
from site_recovery.jobs import begin
from site_recovery.paths import (CONTAINER, CONTAINER_MAPPING, VAULT, base_of, child, properties_of, resolved, same,
                                 vault_of)


def _region(world, container):
    return display(world.find(container.fabric).location)


def render(world, mapping):
    """As recorded (container-mapping-get.json); the defaults of automation are the service's."""
    source, target, policy = (world.find(one) for one in (mapping.source, mapping.target, mapping.policy))
    return {"id": mapping.id, "name": mapping.name,
            "type": "Microsoft.RecoveryServices/vaults/replicationFabrics/replicationProtectionContainers/"
                    "replicationProtectionContainerMappings",
            "properties": {"targetProtectionContainerId": target.id if target else mapping.target,
                           "targetProtectionContainerFriendlyName": target.name if target else None,
                           "providerSpecificDetails": {
                               "instanceType": "A2A", "agentAutoUpdateStatus": mapping.update,
                               "automationAccountAuthenticationType": mapping.authentication,
                               "automationAccountArmId": mapping.account, "scheduleName": None, "jobScheduleName": None},
                           "health": "Normal", "healthErrorDetails": [], "policyId": policy.id if policy else mapping.policy,
                           "state": mapping.state, "sourceProtectionContainerFriendlyName": source.name,
                           "sourceFabricFriendlyName": _region(world, source),
                           "targetFabricFriendlyName": _region(world, target) if target else None,
                           "policyFriendlyName": policy.name if policy else None}}


def add_container_mapping(world, source, target, policy, name, given=None):
    given = given or {}
    identifier = world.spelled(f"{source.id}/replicationProtectionContainerMappings/{name}")
    name = identifier.split("/")[-1]
    return world.add(Thing(kind="container-mapping", id=identifier, name=name, vault=source.vault, source=source.id,
                           target=target.id, policy=policy.id, state="Paired",
                           update=given.get("agentAutoUpdateStatus") or "Disabled",
                           authentication=given.get("automationAccountAuthenticationType") or "RunAsAccount",
                           account=given.get("automationAccountArmId")))


@route("PUT", CONTAINER_MAPPING)
def put_container_mapping(call):
    world, source, properties = call.world, child(call, "container", "protection container"), properties_of(call)
    vault = world.find(source.vault)
    target = resolved(world, vault, properties.get("targetProtectionContainerId"), "container", "target container")
    policy = resolved(world, vault, properties.get("policyId"), "policy", "policy")
    if world.find(source.fabric).location == world.find(target.fabric).location:
        raise Refusal(400, "BadRequest", "Source and target container are in the same region.")
    path = f"{source.id}/replicationProtectionContainerMappings/{call['mapping']}"
    again = world.find(path, "container-mapping") is not None
    others = world.of("container-mapping", source.id + "/")
    if any(same(other.target, target.id) and not same(other.id, path) for other in others):
        raise Refusal(400, "ContainersAlreadyPaired", "The containers are paired already.")  # INFERENCE
    seconds = world.clock.lasts("container-mapping-again" if again else "container-mapping")
    sent = properties.get("providerSpecificInput") or {}
    given = {name: sent.get(name) for name in ("agentAutoUpdateStatus", "automationAccountAuthenticationType",
                                               "automationAccountArmId")}
    return begin(call, vault, "container-mapping", (policy.internal, policy.name), {}, seconds,
                 lambda world: add_container_mapping(world, source, target, policy, call["mapping"], given), path)


@route("GET", CONTAINER_MAPPING)
def read_container_mapping(call):
    return Answer(200, render(call.world, child(call, "container-mapping", "protection container mapping")))


@route("GET", VAULT + "/replicationProtectionContainerMappings")
def list_container_mappings(call):
    mappings = call.world.of("container-mapping", base_of(vault_of(call)) + "/")
    return listing(call, [render(call.world, mapping) for mapping in mappings])


@route("GET", CONTAINER + "/replicationProtectionContainerMappings")
def list_container_mappings_of(call):
    """Under a container stand those that lead to it as well (the CLI's own test counts two)."""
    container = child(call, "container", "protection container")
    mappings = call.world.of("container-mapping", base_of(vault_of(call)) + "/")
    return listing(call, [render(call.world, mapping) for mapping in mappings
                          if same(mapping.source, container.id) or same(mapping.target, container.id)])


def _remove(call, purge):
    world = call.world
    mapping = child(call, "container-mapping", "protection container mapping")
    items = world.of("item", mapping.source + "/")
    if not purge and any(same(item.recovery_container, mapping.target) for item in items):
        raise Refusal(400, "ContainerMappingInUse", f"Items are protected by the mapping '{mapping.name}'.")  # INFERENCE
    policy = world.find(mapping.policy)
    return begin(call, world.find(mapping.vault), "container-mapping-remove", (policy.internal, policy.name), {},
                 world.clock.lasts("container-mapping-again"), lambda world: world.remove(mapping.id), mapping.id,
                 deletes=True)


@route("POST", CONTAINER_MAPPING + "/remove")
def remove_container_mapping(call):
    return _remove(call, purge=False)


@route("DELETE", CONTAINER_MAPPING)
def purge_container_mapping(call):
    vault_of(call)
    found = call.world.find(call.request.path, "container-mapping")
    return _remove(call, purge=True) if found is not None else Answer(204)
