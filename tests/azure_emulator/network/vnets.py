"""Virtual networks: PUT, GET, DELETE, lists, CheckIPAddressAvailability."""

import copy

from core.access import readable
from core.listing import listing
from core.message import Answer, Refusal, fold
from core.regions import canonical
from core.router import route
from core.world import Thing
from network import address
from network.usage import occupants, usage_of
from network.writes import check_idle, check_preconditions, delete, state_of, write
from resources.groups import group_of, not_found

GROUP = "/subscriptions/{sub}/resourceGroups/{group}"
VNET = GROUP + "/providers/Microsoft.Network/virtualNetworks/{vnet}"
# Members that the service makes itself; what a request says of them is not kept.
MADE = ("provisioningState", "resourceGuid", "subnets", "flowLogs", "defaultPublicNatGateway")
SUBNET_MADE = ("provisioningState", "ipConfigurations", "ipConfigurationProfiles", "privateEndpoints",
               "resourceNavigationLinks", "serviceAssociationLinks", "purpose")


def vnet_of(call):
    identifier = f"{group_of(call).id}/providers/Microsoft.Network/virtualNetworks/{call['vnet']}"
    vnet = call.world.find(identifier, "vnet")
    if vnet is None:
        raise not_found(identifier)
    return vnet


def prefixes_of(properties):
    """A subnet has addressPrefix or addressPrefixes."""
    listed = properties.get("addressPrefixes") or []
    return [address.network(one) for one in (listed or [properties.get("addressPrefix")])]


def subnet_named(vnet, name):
    return next((subnet for subnet in vnet.subnets if fold(subnet["name"]) == fold(name)), None)


def render_subnet(world, vnet, subnet, expand=False):
    properties = {"provisioningState": vnet.state} | copy.deepcopy(subnet["properties"])
    users = usage_of(world, vnet, subnet, expand)
    rest = {"delegations": [], "privateEndpointNetworkPolicies": "Disabled", "privateLinkServiceNetworkPolicies": "Enabled"}
    if users:
        properties["ipConfigurations"] = users
    for name, value in rest.items():
        properties.setdefault(name, value)
    return {"name": subnet["name"], "id": f"{vnet.id}/subnets/{subnet['name']}", "etag": vnet.etag,
            "properties": properties, "type": "Microsoft.Network/virtualNetworks/subnets"} | subnet.get("extra", {})


def render(world, vnet, expand=False):
    """As recorded (vnet-get-created.json): `tags` is absent where none was sent."""
    properties = {"provisioningState": vnet.state, "resourceGuid": vnet.guid} | copy.deepcopy(vnet.properties)
    properties["subnets"] = [render_subnet(world, vnet, subnet, expand) for subnet in vnet.subnets]
    properties.setdefault("virtualNetworkPeerings", [])
    properties.setdefault("enableDdosProtection", False)
    body = {"name": vnet.name, "id": vnet.id, "etag": vnet.etag, "type": "Microsoft.Network/virtualNetworks",
            "location": vnet.location}
    if vnet.tags is not None:
        body["tags"] = vnet.tags
    return body | {"properties": properties} | copy.deepcopy(vnet.extra)


def check_subnets(vnet_name, spaces, subnets):
    """Every subnet lies in the space, and no two overlap; else NetcfgInvalidSubnet."""
    seen = []
    for subnet in subnets:
        for prefix in prefixes_of(subnet["properties"]):
            if not address.inside(prefix, spaces) or any(address.overlapping(prefix, one) for one in seen):
                raise Refusal(400, "NetcfgInvalidSubnet",
                              f"Subnet '{subnet['name']}' is not valid in virtual network '{vnet_name}'.")
            seen.append(prefix)


def check_kept(world, vnet, subnets):
    """Subnets in use cannot go, nor lose the addresses in use."""
    for old in vnet.subnets:
        new = next((subnet for subnet in subnets if fold(subnet["name"]) == fold(old["name"])), None)
        users = occupants(world, vnet, old)
        if new is None and users:
            raise in_use(vnet, old, users)
        for user in users:
            if user.address is not None and not address.holds(prefixes_of(new["properties"]), user.address):
                raise Refusal(400, "InUsePrefixCannotBeDeleted",
                              f"IpPrefix of subnet {old['name']} is in use by {user.id} and cannot be deleted.")


def in_use(vnet, subnet, users):
    return Refusal(400, "InUseSubnetCannotBeDeleted", f"Subnet {subnet['name']} is in use by {users[0].id} and cannot be "
                   "deleted. In order to delete the subnet, delete all the resources within the subnet. See "
                   "aka.ms/deletesubnet.", details=[])


def taken_subnets(body):
    """Subnets as a request writes them; members that the service makes are dropped."""
    taken = []
    for subnet in body:
        if not subnet.get("name"):
            raise Refusal(400, "InvalidRequestFormat", "Cannot parse the request: a subnet has no name.")
        properties = {name: copy.deepcopy(value) for name, value in (subnet.get("properties") or {}).items()
                      if name not in SUBNET_MADE}
        extra = {name: value for name, value in subnet.items()
                 if name not in ("name", "id", "etag", "type", "properties")}
        taken.append({"name": subnet["name"], "properties": properties, "extra": extra})
    names = [fold(subnet["name"]) for subnet in taken]
    if len(set(names)) != len(names):
        raise Refusal(400, "InvalidRequestFormat", "Cannot parse the request: two subnets have one name.")
    return taken


def _space(properties, what):
    listed = (properties.get("addressSpace") or {}).get("addressPrefixes")
    if not listed:
        raise Refusal(400, "InvalidRequestFormat", f"Cannot parse the request: addressSpace of {what} is empty.")
    spaces = [address.network(one) for one in listed]
    for at, one in enumerate(spaces):
        if any(address.overlapping(one, other) for other in spaces[:at]):
            raise Refusal(400, "VnetAddressSpacesOverlap", f"Address spaces of {what} overlap.")
    return spaces


@route("PUT", VNET)
def put_vnet(call):
    """A PUT replaces everything but `subnets`, which stay where the member is left out (since 2023-09-01 [VNETPUT])."""
    world, body, group = call.world, call.request.json(), group_of(call)
    identifier = f"{group.id}/providers/Microsoft.Network/virtualNetworks/{call['vnet']}"
    vnet = world.find(identifier, "vnet")
    check_preconditions(call, vnet.etag if vnet else None, f"virtual network {call['vnet']}")
    if not body.get("location"):
        raise Refusal(400, "LocationRequired", "The location property is required for this definition.")
    location, properties = canonical(body["location"]), body.get("properties") or {}
    if vnet is not None and vnet.location != location:
        raise Refusal(409, "InvalidResourceLocation", f"The resource '{vnet.name}' already exists in location "
                      f"'{vnet.location}' in resource group '{group.name}'.")
    spaces = _space(properties, call["vnet"])
    kept = vnet.subnets if vnet is not None and call.request.api_version >= "2023-09-01" else []
    subnets = taken_subnets(properties["subnets"]) if properties.get("subnets") is not None else kept
    check_subnets(call["vnet"], spaces, subnets)
    if vnet is not None:
        check_idle(world, vnet)
        check_kept(world, vnet, subnets)
    created, before = vnet is None, state_of(vnet) if vnet is not None else None
    if created:
        vnet = world.add(Thing(kind="vnet", id=identifier, name=call["vnet"], guid=world.guid(), busy=None, held_until=0.0,
                               location=location, state="Updating", others=[]))
    vnet.tags = copy.deepcopy(body.get("tags"))
    vnet.properties = {name: copy.deepcopy(value) for name, value in properties.items() if name not in MADE}
    vnet.extra = {name: value for name, value in body.items()
                  if name not in ("id", "name", "type", "etag", "location", "tags", "properties")}
    vnet.subnets = subnets
    seconds = world.clock.lasts("vnet" if created else "vnet-update")
    return write(call, vnet, seconds, 201 if created else 200, lambda: render(world, vnet), before)


@route("GET", VNET)
def read_vnet(call):
    vnet = vnet_of(call)
    expand = "ipconfigurations" in fold(call.request.query.get("$expand", ""))
    answer = Answer(200, render(call.world, vnet, expand))
    answer.set_header("ETag", vnet.etag)
    return answer


@route("GET", "/subscriptions/{sub}/providers/Microsoft.Network/virtualNetworks",
       GROUP + "/providers/Microsoft.Network/virtualNetworks")
def list_vnets(call):
    scope = group_of(call).id if "group" in call.arguments else f"/subscriptions/{call['sub']}"
    vnets = readable(call.world, call.world.of("vnet", scope + "/"))
    return listing(call, [render(call.world, vnet) for vnet in vnets], null_link=False, token_name="$skiptoken")


@route("DELETE", VNET)
def delete_vnet(call):
    world = call.world
    vnet = world.find(call.request.path, "vnet")
    check_preconditions(call, vnet.etag if vnet else None, f"virtual network {call['vnet']}")
    if vnet is None:
        group_of(call)
        return Answer(204)
    check_idle(world, vnet)
    for subnet in vnet.subnets:
        users = occupants(world, vnet, subnet)
        if users:
            raise in_use(vnet, subnet, users)
    return delete(call, vnet, vnet.id, world.clock.lasts("vnet-delete"), lambda world: world.remove(vnet.id))
