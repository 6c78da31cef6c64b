"""Paths of Site Recovery, and finding what they name. Its ids begin with /Subscriptions/, with a capital."""

from core.message import Refusal, fold, site_recovery_refusal

VAULT = "/subscriptions/{sub}/resourceGroups/{group}/providers/Microsoft.RecoveryServices/vaults/{vault}"
FABRIC = VAULT + "/replicationFabrics/{fabric}"
CONTAINER = FABRIC + "/replicationProtectionContainers/{container}"
CONTAINER_MAPPING = CONTAINER + "/replicationProtectionContainerMappings/{mapping}"
ITEM = CONTAINER + "/replicationProtectedItems/{item}"
POLICY = VAULT + "/replicationPolicies/{policy}"
NETWORKS = FABRIC + "/replicationNetworks/{network}"
NETWORK_MAPPING = NETWORKS + "/replicationNetworkMappings/{mapping}"


def vault_of(call):
    """The vault of a path; everything of Site Recovery needs it."""
    identifier = f"/subscriptions/{call['sub']}/resourceGroups/{call['group']}/providers/Microsoft.RecoveryServices/" \
                 f"vaults/{call['vault']}"
    vault = call.world.find(identifier, "vault")
    if vault is None:
        if call.world.find(f"/subscriptions/{call['sub']}/resourceGroups/{call['group']}", "group") is None:
            raise Refusal(404, "ResourceGroupNotFound", f"Resource group '{call['group']}' could not be found.")
        raise Refusal(404, "ResourceNotFound", f"The Resource 'Microsoft.RecoveryServices/vaults/{call['vault']}' under "
                      f"resource group '{call['group']}' was not found.")
    return vault


def base_of(vault):
    """The vault's id as Site Recovery spells it."""
    return "/Subscriptions/" + vault.id.split("/", 2)[2]


def absent(call, what, name):
    """What a single read of something that is not there is answered with: two faces (4.9)."""
    vault = call.world.find("/".join(call.request.path.split("/")[:9]), "vault")
    wish = call.world.behaving("absent-as", call.request.path)
    face = str(wish.get("face")) if wish else ("404" if vault is None or vault.used else "400")
    if face == "400":
        return site_recovery_refusal(400, "BadRequest", "SubscriptionIdNotRegisteredWithSrs",
                                     f"The subscription {call['sub']} is not registered with Site Recovery.")
    return site_recovery_refusal(404, "NotFound", "FabricArmEntityMissing", f"The {what} '{name}' could not be found.")


def foreign(call, name):
    """Rows of another kind than Azure to Azure that a test put into a list of the vault."""
    return [thing.body for thing in call.world.of("foreign", base_of(vault_of(call)) + "/") if thing.list == name]


def child(call, kind, what, *names):
    """The thing of a kind that the call's path names, or the refusal that says that it is not there."""
    vault_of(call)
    parts = call.request.segments
    depth = {"fabric": 10, "policy": 10, "container": 12, "mapping": 14, "item": 14, "container-mapping": 14}[kind]
    thing = call.world.find("/" + "/".join(parts[:depth]), kind)
    if thing is None:
        raise absent(call, what, parts[depth - 1])
    return thing


def resolved(world, vault, identifier, kind, what):
    """The thing that a request's body names by its id; a refusal where it is not there."""
    thing = world.find(identifier or "", kind)
    if thing is None:
        raise site_recovery_refusal(400, "BadRequest", "ArmResourceNotFound",
                                    f"The {what} '{identifier}' could not be found.")
    return thing


def properties_of(call):
    """`properties` of a body; without it Site Recovery understands nothing."""
    body = call.request.json()
    found = body.get("properties")
    if not isinstance(found, dict):
        raise Refusal(400, "BadRequest", "The request body has no properties.")
    return found


def same(first, second):
    return fold(first or "") == fold(second or "")
