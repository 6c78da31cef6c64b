"""What all writes of Microsoft.Network share: preconditions, one write at a time, states and ETags."""

from core import links
from core.message import Answer, Refusal
from core.operation import Operation


def check_preconditions(call, etag, what):
    """If-Match and If-None-Match; `etag` is None for what is not there."""
    wanted, unwanted = call.request.headers.get("if-match"), call.request.headers.get("if-none-match")
    if unwanted == "*" and etag is not None:
        raise Refusal(412, "PreconditionFailed", f"Precondition failed: {what} exists.")
    if wanted is not None and wanted not in ("*", etag) or wanted is not None and etag is None:
        raise Refusal(412, "PreconditionFailed", f"Precondition If-Match failed for {what}.",
                      details=[{"code": "PreconditionFailed", "message": f"Etag provided in if-match header {wanted} does "
                                f"not match etag {etag} of resource."}])


def check_idle(world, vnet):
    """A virtual network takes one write at a time [rest-api-specs 14202]."""
    busy = vnet.busy is not None and not world.operations[vnet.busy].over
    if busy or vnet.held_until > world.clock.now:
        raise Refusal(429, "RetryableErrorDueToAnotherOperation",
                      f"Operation on resource {vnet.id} is being throttled because another operation is in progress.",
                      headers=[("Retry-After", "10")])


def state_of(vnet):
    """What a write can change."""
    return {name: getattr(vnet, name) for name in ("tags", "properties", "extra", "subnets", "state")}


def touch(world, vnet):
    """Every write gives a new ETag, to the network and to its subnets."""
    vnet.etag = f'W/"{world.guid()}"'


def write(call, vnet, seconds, status, body, before):
    """Begins the operation that turns Updating into Succeeded, with another ETag than the answer had. `before` is what
    the network was, or None: to that it returns where a behaviour says that nothing changes."""
    world = call.world
    vnet.state = "Updating"
    touch(world, vnet)

    def done(world):
        if world.find(vnet.id, "vnet") is vnet:
            vnet.state = "Succeeded"
            touch(world, vnet)

    operation = Operation(world, world.clock.now + seconds, done, vnet.id, family="network")
    operation.region = vnet.location
    operation.on_nothing = lambda: world.remove(vnet.id) if before is None else vnet.__dict__.update(before)
    operation.on_failure = lambda: setattr(vnet, "state", "Failed")
    vnet.busy = operation.guid
    answer = Answer(status, body())
    answer.set_header("ETag", vnet.etag)
    link = call.request.base + links.status_path(operation) + f"?api-version={call.request.api_version}"
    return links.shaped(call, operation, answer, {"azure-asyncoperation": link})


def delete(call, vnet, target, seconds, effect):
    """202 with both links; the thing is gone when the operation is over."""
    world = call.world
    operation = Operation(world, world.clock.now + seconds, effect, target, family="network", deletes=True)
    operation.region = vnet.location
    vnet.busy = operation.guid
    query = f"?api-version={call.request.api_version}"
    found = {"azure-asyncoperation": call.request.base + links.status_path(operation) + query,
             "location": call.request.base + links.results_path(operation) + query}
    return links.shaped(call, operation, Answer(202, None), found, retry_after=10)
