"""The other verbs of /_control: time, rights, behaviours, edits behind the client's back, acts of people, the log."""

import copy
import json

from behaviours.catalog import NAMES, Behaviour
from core.access import Denial
from core.dispatch import Call
from core.message import Answer, Refusal, Request, fold
from core.operation import later
from core.router import find, route
from faces.tokens import GITHUB_TOKEN, issue, mint
from network.writes import touch


def verb(name):
    """A verb is POST /_control/NAME with a JSON object, and answers one."""

    def register(function):
        @route("POST", f"/_control/{name}")
        def handler(call):
            return Answer(200, function(call, call.request.json()) or {})
        return handler
    return register


@verb("reset")
def reset(call, body):
    call.world.reset()


def _copied(world):
    """Things may be changed later; operations and jobs that are over, are not."""
    return {name: copy.deepcopy(world[name]) for name in ("things", "applications", "taken", "_drawn", "_numbered")} | {
        name: dict(world[name]) for name in ("operations", "jobs")}


@verb("keep")
def keep(call, body):
    """Keeps what there is, for `again`; nothing may be under way."""
    if call.world.pending:
        raise Refusal(409, "Pending", f"{len(call.world.pending)} operations are under way")
    call.world.kept = _copied(call.world.__dict__)


@verb("again")
def again(call, body):
    """As after a reset, with what `keep` kept."""
    call.world.reset()
    call.world.__dict__.update(_copied(call.world.kept))


@verb("clock")
def clock(call, body):
    """{advance: seconds, speed: n, fast: true, durations: {what: seconds}}; answers the time."""
    world = call.world
    if "speed" in body:
        world.clock.set_speed(float(body["speed"]))
    if body.get("fast"):
        world.clock.fast()
    for what, seconds in body.get("durations", {}).items():
        if what not in world.clock.durations:
            raise Refusal(400, "UnknownDuration", f"there are: {' '.join(world.clock.durations)}")
        world.clock.durations[what] = float(seconds)
    world.clock.advance(float(body.get("advance", 0)))
    world.settle()
    return {"now": world.clock.now, "time": world.clock.stamp(), "speed": world.clock.speed}


@verb("deny")
def deny(call, body):
    """{scope, what: read, write or all, provider: Microsoft.Network/networkInterfaces}."""
    call.world.denials.append(Denial(body["scope"], body.get("what", "all"), body.get("provider")))


@verb("allow")
def allow(call, body):
    """Takes back the denials of a scope; without one, all."""
    scope = fold(body.get("scope", "")).rstrip("/")
    call.world.denials = [denial for denial in call.world.denials if scope and denial.scope != scope]


@verb("roles")
def roles(call, body):
    """{scope, roles: [{actions, notActions}]}: what `permissions` shows at a scope and below; it takes no right away."""
    call.world.roles[fold(body["scope"]).rstrip("/")] = body["roles"]


@verb("behave")
def behave(call, body):
    """{name, …}: turns a behaviour on. README.md and catalog.py list the names and parameters."""
    name = body.pop("name", "")
    call.world.behaviours.append(Behaviour(name, body))


@verb("calm")
def calm(call, body):
    """Turns a behaviour off, or all of them."""
    name = body.get("name")
    call.world.behaviours = [behaviour for behaviour in call.world.behaviours if name and behaviour.name != name]
    if not name:
        call.world.snapshots = []
    if name in (None, "hold"):
        call.world.release_held()
    return {"known": {name: {"number": number, "does": text} for name, (number, text) in NAMES.items()}}


@verb("use")
def use(call, body):
    """{subnet: id, ip, id}: something else than a NIC takes an address (a private endpoint, a load balancer)."""
    network, _, subnet = body["subnet"].rpartition("/subnets/")
    vnet = _thing(call, network)
    group = "/".join(vnet.id.split("/")[:5])
    default = f"{group}/providers/Microsoft.Network/loadBalancers/lb/frontendIPConfigurations/f{len(vnet.others)}"
    vnet.others.append({"subnet": subnet, "ip": body.get("ip"), "id": body.get("id", default)})


@verb("release")
def release(call, body):
    """{subnet: id, ip}: what `use` took is free again."""
    network, _, subnet = body["subnet"].rpartition("/subnets/")
    vnet = _thing(call, network)
    left = [other for other in vnet.others if fold(other["subnet"]) != fold(subnet) or other["ip"] != body.get("ip")]
    if len(left) == len(vnet.others):
        raise Refusal(404, "NotFound", f"nothing uses {body.get('ip')} in {body['subnet']}")
    vnet.others = left


def _thing(call, identifier, kind=None):
    thing = call.world.find(identifier, kind)
    if thing is None:
        raise Refusal(404, "NotFound", f"there is no {kind or 'thing'} {identifier}")
    return thing


@verb("portal")
def portal(call, body):
    """{id, set: {"a.b.0.c": value}}: edits a stored thing; {id, remove: true}: removes it. No rule is asked. What is
    stored is named in put.py and enable.py: a mapping's `recovery`, an item's `details.vmNics.0…`, a network's
    `subnets`, `tags`, `properties`."""
    world = call.world
    thing = _thing(call, body["id"])
    world.remember()
    if body.get("remove"):
        world.remove(body["id"])
        return None
    for path, value in body.get("set", {}).items():
        _set(thing, path.split("."), value)
    world.things.touch()
    if thing.kind == "vnet":
        touch(world, thing)
        wish = world.behaving("vnet-updating", thing.id)
        if wish is not None:
            thing.state, thing.held_until = "Updating", world.clock.now + float(wish.get("seconds", 40))
            later(world, float(wish.get("seconds", 40)), lambda world: setattr(thing, "state", "Succeeded"), thing.id)
    return None


def _set(thing, way, value):
    *steps, last = way
    at = thing.__dict__
    for step in steps:
        at = at[int(step)] if isinstance(at, list) else at[step]
    if isinstance(at, list):
        last = int(last)
    at[last] = value


@verb("token")
def token(call, body):
    """A token at once: {subject} one of Azure; {issuer, subject, audience} one of another issuer, for assertions."""
    if "issuer" in body:
        audience = body.get("audience", "api://AzureADTokenExchange")
        return {"token": mint(call.world, body["issuer"], body["subject"], audience, body.get("seconds"))}
    return {"token": issue(call.world, "https://management.azure.com", body.get("subject", "test"))[0],
            "github_request_token": GITHUB_TOKEN}


def _act(call, item, action, body):
    """Sends one of ARM's own POSTs on behalf of a person, and lets its time pass unless `wait` is false."""
    world = call.world
    inner = Request("POST", f"{item.id}/{action}?api-version=2024-04-01", {"host": call.request.host},
                    json.dumps(body).encode(), call.request.scheme)
    handler, arguments = find(inner)
    answer = handler(Call(world, inner, arguments))
    return {"job": answer.headers_named("azure-asyncoperation")[0].split("?")[0].split("/")[-1]}


def _pass(call, body, what):
    """Lets the time of an act pass, so that its end can be seen at once."""
    if body.get("wait", True):
        call.world.clock.advance(call.world.clock.lasts(what) + 1)
        call.world.settle()


def _person(name, action, what, default=None):
    @verb(name)
    def act(call, body):
        item = _thing(call, body["item"], "item")
        given = body.get("body", default or {})
        made = _act(call, item, action, given)
        _pass(call, body, what)
        return made
    return act


_person("failover", "unplannedFailover", "failover", {"properties": {"providerSpecificDetails": {"instanceType": "A2A"}}})
_person("commit", "failoverCommit", "commit")
_person("test-failover", "testFailover", "test-failover", {"properties": {
    "failoverDirection": "PrimaryToRecovery", "networkType": "VmNetworkAsInput",
    "providerSpecificDetails": {"instanceType": "A2A"}}})
_person("cleanup", "testFailoverCleanup", "test-failover-cleanup", {"properties": {"comments": "cleaned up"}})


@verb("reprotect")
def reprotect(call, body):
    """{item}: the container's switchprotection; with `wait`, until the item is protected again."""
    world, item = call.world, _thing(call, body["item"], "item")
    container = world.find(item.container)
    made = _act(call, container, "switchprotection", {"properties": {
        "replicationProtectedItemName": item.name,
        "providerSpecificDetails": {"instanceType": "A2A", "policyId": item.policy} | body.get("details", {})}})
    _pass(call, body, "reprotect")
    return made | {"item": item.id}


@route("GET", "/_control/log")
def log(call):
    """Every request since the last reset; ?clear=1 forgets them afterwards."""
    entries = list(call.world.log)
    if call.request.query.get("clear"):
        call.world.log.clear()
    return Answer(200, {"requests": entries})


@route("GET", "/_control/ids")
def ids(call):
    """The id of everything that exists, by kind."""
    found = {}
    for thing in call.world.things.by_id.values():
        found.setdefault(thing.kind, []).append(thing.id)
    return Answer(200, found)


@route("GET", "/_control/held")
def held(call):
    """How many requests the behaviour `hold` holds now."""
    return Answer(200, {"held": call.world.held})


# What a GET shows, but for what tells one way to the same end from another.
SHOWN = {"group": "2024-03-01", "vnet": "2024-01-01"} | dict.fromkeys(
    ("fabric", "container", "policy", "container-mapping", "mapping", "item"), "2024-04-01")
HISTORY = ("etag", "resourceGuid", "currentScenario", "eventCorrelationId", "healthErrors", "lastHeartbeat",
           "lastRpoCalculatedTime", "lifecycleId", "managementId", "multiVmGroupId", "recoveryServicesProviderId")


def _without_history(value):
    if isinstance(value, dict):
        return {name: _without_history(inner) for name, inner in value.items() if name not in HISTORY}
    return [_without_history(inner) for inner in value] if isinstance(value, list) else value


@route("GET", "/_control/things")
def things(call):
    """Groups, networks, and what the vault holds, in the order of their ids: the same things give the same bytes,
    whatever way they came to be."""
    found = []
    for thing in sorted(call.world.things.by_id.values(), key=lambda one: one.folded):
        if thing.kind in SHOWN:
            request = Request("GET", f"{thing.id}?api-version={SHOWN[thing.kind]}", {"host": call.request.host})
            handler, arguments = find(request)
            found.append(_without_history(handler(Call(call.world, request, arguments)).body))
    return Answer(200, {"things": found})


@route("GET", "/_control/tokens")
def tokens(call):
    """Every token and assertion that was issued since the last reset, so that a test can look where they went."""
    return Answer(200, {"tokens": [*call.world.tokens, *call.world.minted]})
