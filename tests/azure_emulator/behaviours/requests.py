"""Behaviours around the handler: refusals by wish, reads of an older world, and others who write after a read."""

from core.message import Refusal, fold
from network.writes import touch


def before_handler(world, request):
    refused = world.behaving("refuse", request.path, request.method)
    if refused is not None:
        raise Refusal(int(refused.get("status", 400)), refused.get("code", "BadRequest"),
                      refused.get("message", "Refused by wish of the test."), refused.get("details"))


def viewed(world, request, handler):
    """Runs a handler; reads under `eventual-…` see the resources as they were `seconds` ago."""
    if request.method != "GET" or "/replicationjobs" in fold(request.path):
        return handler()
    single = _is_single(request)
    wish = world.behaving("eventual-singles" if single else "eventual-lists", request.path, "GET")
    if wish is None:
        return handler()
    now, seconds = world.clock.now, float(wish.get("seconds", 20))
    older = [things for taken, things in world.snapshots if taken > now - seconds]
    if not older:
        return handler()
    current, world.things = world.things, older[0]
    try:
        return handler()
    finally:
        world.things = current


def after_read(world, request):
    """Somebody adds a subnet to the network that was read, between that reading and whatever is written of it."""
    vnet = world.find("/".join(["", *request.segments[:8]]), "vnet")
    wish = world.behaving("others-write", request.path, request.method) if vnet and request.method == "GET" else None
    if wish is not None:
        at = len(vnet.subnets)
        prefix = wish.get("prefix", "10.1.{}.0/24").format(100 + at)
        vnet.subnets = vnet.subnets + [{"name": f"theirs{at}", "properties": {"addressPrefix": prefix}, "extra": {}}]
        touch(world, vnet)


def _is_single(request):
    """/…/TYPE/NAME is a single thing, /…/TYPE a list: below `providers` names and types take turns."""
    parts = [fold(part) for part in request.segments]
    if "providers" not in parts:
        return len(parts) % 2 == 0
    at = len(parts) - 1 - parts[::-1].index("providers")
    return (len(parts) - at) % 2 == 0
