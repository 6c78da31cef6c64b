"""Subscriptions, resource groups and storage accounts."""

from core.access import readable
from core.listing import listing
from core.message import Answer, Refusal, fold
from core.regions import canonical
from core.router import route
from core.world import Thing

GROUP = "/subscriptions/{sub}/resourceGroups/{group}"


def group_of(call, write=False):
    """The resource group of a path; nothing in a group that is not there can be read or made."""
    identifier = f"/subscriptions/{call['sub']}/resourceGroups/{call['group']}"
    group = call.world.find(identifier, "group")
    if group is None:
        raise Refusal(404, "ResourceGroupNotFound", f"Resource group '{call['group']}' could not be found.")
    return group


def not_found(identifier):
    """ARM's answer to a resource that is not there."""
    parts = identifier.split("/")
    kind = "/".join(parts[6:8]) + "".join(f"/{part}" for part in parts[9::2])
    return Refusal(404, "ResourceNotFound", f"The Resource '{kind}/{parts[-1]}' under resource group '{parts[4]}' was "
                   "not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix")


def add_group(world, subscription, name, region, tags=None):
    subscription_of(world, subscription)
    identifier = f"/subscriptions/{subscription}/resourceGroups/{name}"
    found = world.find(identifier, "group")
    return found or world.add(Thing(kind="group", id=identifier, name=name, location=canonical(region), tags=tags))


def subscription_of(world, identifier):
    path = f"/subscriptions/{identifier}"
    return world.find(path, "subscription") or world.add(Thing(kind="subscription", id=path))


def _render_group(group):
    body = {"id": group.id, "name": group.name, "type": "Microsoft.Resources/resourceGroups", "location": group.location}
    if group.tags is not None:
        body["tags"] = group.tags
    return body | {"properties": {"provisioningState": "Succeeded"}}


@route("GET", GROUP)
def read_group(call):
    return Answer(200, _render_group(group_of(call)))


@route("GET", "/subscriptions/{sub}/resourceGroups")
def list_groups(call):
    groups = readable(call.world, call.world.of("group", f"/subscriptions/{call['sub']}/"))
    return listing(call, [_render_group(group) for group in groups], null_link=False)


@route("PUT", GROUP)
def put_group(call):
    """201 for a new one, in state Succeeded and with no link (0.2, 2)."""
    body, world = call.request.json(), call.world
    if not body.get("location"):
        raise Refusal(400, "LocationRequired", "The location property is required for this definition.")
    name = call["group"]
    if len(name) > 90 or name.endswith(".") or not all(letter.isalnum() or letter in "-_.()" for letter in name):
        raise Refusal(400, "InvalidResourceGroup", f"The provided resource group name '{name}' is invalid.")
    found = world.find(f"/subscriptions/{call['sub']}/resourceGroups/{name}", "group")
    if found is not None and found.location != canonical(body["location"]):
        raise Refusal(409, "InvalidResourceGroupLocation", f"The resource group already exists in '{found.location}'.")
    group = add_group(world, call["sub"], name, body["location"])
    group.tags = body.get("tags")
    return Answer(201 if found is None else 200, _render_group(group))


def _render_storage(account):
    return {"sku": {"name": account.sku, "tier": account.sku.split("_")[0]}, "kind": "StorageV2", "id": account.id,
            "name": account.name, "type": "Microsoft.Storage/storageAccounts", "location": account.location, "tags": {},
            "properties": {"provisioningState": "Succeeded", "creationTime": "2025-01-01T00:00:00.0000000Z",
                           "primaryLocation": account.location, "statusOfPrimary": "available",
                           "supportsHttpsTrafficOnly": True, "allowBlobPublicAccess": False}}


@route("GET", GROUP + "/providers/Microsoft.Storage/storageAccounts/{account}")
def read_storage(call):
    group = group_of(call)
    identifier = f"{group.id}/providers/Microsoft.Storage/storageAccounts/{call['account']}"
    account = call.world.find(identifier, "storage")
    if account is None:
        raise not_found(identifier)
    return Answer(200, _render_storage(account))


@route("GET", "/subscriptions/{sub}/providers/Microsoft.Storage/storageAccounts")
def list_storage(call):
    accounts = readable(call.world, call.world.of("storage", f"/subscriptions/{call['sub']}/"))
    return listing(call, [_render_storage(account) for account in accounts], null_link=False)


def region_of(world, identifier):
    """The region of whatever has one."""
    thing = world.find(identifier)
    return fold(thing.location) if thing is not None and hasattr(thing, "location") else None
