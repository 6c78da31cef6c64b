"""Protected items: reads, enable, PATCH, disable."""

from core.listing import listing
from core.message import Answer, site_recovery_refusal
from core.router import route
from site_recovery.enable import checked_enable, enable, enabling_failed
from site_recovery.item_shape import affected, render, target_of
from site_recovery.jobs import begin
from site_recovery.nic_patch import apply_patch, check_patch
from site_recovery.paths import CONTAINER, ITEM, VAULT, base_of, child, foreign, properties_of, vault_of


def item_of(call):
    return child(call, "item", "replication protected item")


@route("GET", ITEM)
def read_item(call):
    return Answer(200, render(call.world, item_of(call)))


@route("GET", VAULT + "/replicationProtectedItems")
def list_items(call):
    """One page a fabric; the link's skipToken is the next fabric's internal id; the last page may be empty."""
    world, vault = call.world, vault_of(call)
    fabrics = world.of("fabric", base_of(vault) + "/")
    pages = [("" if not at else fabric.internal,
              [render(world, item, listed=True) for item in world.of("item", fabric.id + "/")])
             for at, fabric in enumerate(fabrics)] or [("", [])]
    pages[-1][1].extend(foreign(call, "replicationProtectedItems"))
    return listing(call, [], pages=pages)


@route("GET", CONTAINER + "/replicationProtectedItems")
def list_items_of_container(call):
    container = child(call, "container", "protection container")
    return listing(call, [render(call.world, item, listed=True) for item in call.world.of("item", container.id + "/")])


@route("PUT", ITEM)
def put_item(call):
    world, container = call.world, child(call, "container", "protection container")
    wanted = checked_enable(call, container, properties_of(call))
    item = wanted.again or enable(world, container, call["item"], wanted)
    seconds = 0.0 if wanted.again else world.clock.lasts("enable-job")
    answer = begin(call, world.find(container.vault), "enable", target_of(item), affected(world, item), seconds,
                   lambda world: None, item.id, job_in_request_id=True)
    job = next(reversed(world.jobs.values()))
    item.activity = job.activity
    world.operations[job.guid].on_failure = lambda: enabling_failed(item)
    if not wanted.again and world.behaving("nothing-changed", item.id) is not None:
        world.remove(item.id)
    return answer


@route("PATCH", ITEM)
def patch_item(call):
    """202 in whatever state the item is (item-patch-name-only-202.json); while seeding it is refused (9.1)."""
    world, item, properties = call.world, item_of(call), properties_of(call)
    check_patch(world, item, properties)
    return begin(call, world.find(item.vault), "update", target_of(item), affected(world, item),
                 world.clock.lasts("update"), lambda world: apply_patch(world, item, properties), item.id,
                 job_in_request_id=True)


@route("POST", ITEM + "/remove")
def remove_item(call):
    """Disabling; the body may be {} (item-remove-empty-body-202.json). Mappings stay."""
    call.request.json()
    world, item = call.world, item_of(call)
    if "DisableProtection" not in item.allowed:
        raise site_recovery_refusal(400, "BadRequest", "DisableProtectionNotAllowed",
                                    f"Replication of '{item.friendly}' cannot be disabled in state {item.state}.")
    item.disabling = True
    return begin(call, world.find(item.vault), "disable", target_of(item), affected(world, item),
                 world.clock.lasts("disable"), lambda world: world.remove(item.id), item.id, deletes=True)


@route("DELETE", ITEM)
def purge_item(call):
    """A purge: the item is forgotten, whatever its state. A client has no business here."""
    vault_of(call)
    world, item = call.world, call.world.find(call.request.path, "item")
    if item is None:
        return Answer(204)
    return begin(call, world.find(item.vault), "disable", target_of(item), affected(world, item), 0.0,
                 lambda world: world.remove(item.id), item.id, deletes=True)
