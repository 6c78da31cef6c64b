"""From a request to its answer: time, behaviours, credentials, rights, handler, headers, log."""

import hashlib
import sys
import time
import traceback
from email.utils import formatdate

from behaviours import answers, faults, requests
from core import links, router
from core.access import check_rights, check_token
from core.message import Answer, Refusal, Request, fold


class Call:
    """One request while it is handled."""

    def __init__(self, world, request, arguments):
        self.world, self.request, self.arguments = world, request, arguments

    def __getitem__(self, name):
        return self.arguments[name]

    def client_request_id(self):
        """What Site Recovery writes where no job belongs: the client's id and an American date."""
        own = self.request.headers.get("x-ms-client-request-id") or self.world.guid()
        return f"{own} {self.world.clock.american()}"

    def render(self, identifier):
        """What a GET of a resource would answer now; None where it is not there."""
        inner = Request("GET", f"{identifier}?api-version={self.request.api_version}", self.request.headers,
                        scheme=self.request.scheme)
        try:
            handler, arguments = router.find(inner)
            return handler(Call(self.world, inner, arguments)).body
        except Refusal:
            return None


def handle(world, request):
    """Answers one request; everything happens under the world's lock."""
    with world.lock:
        if request.segments[:1] == ["_control"]:
            return _guarded(lambda: router.find(request), world, request)
        world.settle()
        fault = faults.before(world, request)
        answer = fault if fault is not None else _guarded(lambda: _armed(world, request), world, request)
        requests.after_read(world, request)
        answer = answers.changed(world, request, answer)
        _common_headers(world, request, answer)
        world.log.append(logged(world, request, answer))
        return answer


def _guarded(find, world, request):
    try:
        handler, arguments = find()
        return handler(Call(world, request, arguments))
    except Refusal as refusal:
        return refusal.answer()
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        # A body with members of wrong types is the client's mistake; anything else is the emulator's.
        if request.body and request.writes:
            return Refusal(400, "InvalidRequestContent", f"The request content could not be understood: {error!r}").answer()
        return _broken()
    except Exception:
        return _broken()
        return Refusal(500, "EmulatorBroken", traceback.format_exc(limit=-3)).answer()


def _broken():
    """A mistake of the emulator must be seen, and must not look like the service's."""
    traceback.print_exc(file=sys.stderr)
    return Refusal(500, "EmulatorBroken", traceback.format_exc(limit=-3)).answer()


def _armed(world, request):
    """The handler of a request, after everything that ARM checks before it."""
    if not _is_arm(request):
        return router.find(request)
    check_token(world, request)
    _check_path(request)
    if len(request.segments) > 2 and fold(request.segments[-2]) in ("operationresults", "operations"):
        return (lambda call: links.results(call, request.segments[-1])
                if fold(request.segments[-2]) == "operationresults" else _network_status(call)), {}
    strange = world.find(request.path, "foreign") if request.method == "GET" else None
    if strange is not None:
        return (lambda call: Answer(200, strange.body)), {}
    handler, arguments = router.find(request)
    if request.body and not fold(request.headers.get("content-type", "")).startswith("application/json"):
        raise Refusal(415, "UnsupportedMediaType", "The content media type is not supported. Only 'application/json' is.")
    if world.find("/subscriptions/" + request.segments[1], "subscription") is None:
        raise Refusal(404, "SubscriptionNotFound", f"The subscription '{request.segments[1]}' could not be found.")
    check_rights(world, request)
    requests.before_handler(world, request)
    if request.writes:
        world.remember()
    return (lambda call: requests.viewed(world, request, lambda: handler(call))), arguments


def _is_arm(request):
    return fold(request.segments[0]) == "subscriptions"


def _check_path(request):
    if "" in request.segments[:-1]:
        raise Refusal(404, "InvalidResourceUri", "The request path has an empty segment.")
    version = request.api_version
    if not version:
        raise Refusal(400, "MissingApiVersionParameter",
                      "The api-version query parameter (?api-version=) is required for all requests.")
    parts = version.split("-")
    if not (len(version.removesuffix("-preview")) == 10 and len(parts) in (3, 4) and parts[0].isdigit()):
        raise Refusal(400, "InvalidApiVersionParameter", f"The api-version '{version}' is invalid.")


def _network_status(call):
    operation = links.followed(call, call.request.segments[-1])
    body = {"status": operation.status}
    if operation.error is not None:
        body["error"] = {"code": operation.error.code, "message": operation.error.message, "details": []}
    answer = Answer(200, body)
    if not operation.over:
        links.say_retry_after(call, answer, None)
    return answer


def _date(clock, skew):
    if skew and skew.get("here"):
        return formatdate(time.time() + float(skew.get("seconds", 0)), usegmt=True)
    return clock.http_date(skew=float(skew["seconds"]) if skew else 0.0)


def _common_headers(world, request, answer):
    # Older versions of Microsoft.Network answer with CRLF and two blanks (vnet-put-201.json).
    answer.indented = "/microsoft.network/" in fold(request.path) and (request.api_version or "") < "2022-11-01"
    skew = world.behaving("clock-skew", request.path)
    answer.set_header("Date", _date(world.clock, skew))
    if answer.body is not None and answer.header("Content-Type") is None:
        answer.set_header("Content-Type", "application/json; charset=utf-8")
    if not _is_arm(request):
        return
    if answer.header("x-ms-request-id") is None and not _is_bare(world, answer):
        own = request.headers.get("x-ms-client-request-id") or world.guid()
        stamp = f" {world.clock.american()}" if "/replication" in fold(request.path) else ""
        answer.set_header("x-ms-request-id", own + stamp)
    correlation = request.headers.get("x-ms-correlation-request-id") or world.guid()
    answer.set_header("x-ms-correlation-request-id", correlation)
    answer.set_header("x-ms-routing-request-id",
                      f"EMULATOR:{world.clock.moment().strftime('%Y%m%dT%H%M%SZ')}:{correlation}")
    if request.headers.get("x-ms-return-client-request-id", "").lower() == "true":
        answer.set_header("x-ms-client-request-id", request.headers.get("x-ms-client-request-id"))
    kind = {"DELETE": "deletes"}.get(request.method, "writes" if request.writes else "reads")
    name = f"x-ms-ratelimit-remaining-subscription-{kind}"
    if answer.header(name) is None:
        answer.set_header(name, {"reads": 11999, "writes": 1199, "deletes": 14999}[kind])
    if "/microsoft.compute/" in fold(request.path):
        # Compute's own counters are lists, not numbers.
        answer.set_header("x-ms-ratelimit-remaining-resource",
                          "Microsoft.Compute/HighCostGetSubscriptionMaximum;1499,Microsoft.Compute/HighCostGet3Min;159")
    answer.set_header("Cache-Control", "no-cache")


def _is_bare(world, answer):
    return answer.status == 202 and not answer.headers_named("Location") and \
        not answer.headers_named("Azure-AsyncOperation")


def logged(world, request, answer):
    """What `log` shows. Tokens are shown as a digest, so that a test can see that none went astray."""
    bearer = request.headers.get("authorization", "")
    return {"number": len(world.log) + 1, "time": world.clock.now, "method": request.method, "path": request.path,
            "raw_path": request.raw_path, "query": dict(request.pairs),
            "headers": {name: value for name, value in request.headers.items() if name != "authorization"},
            "authorization": hashlib.sha256(bearer.encode()).hexdigest()[:16] if bearer else None,
            "body": request.body.decode("utf-8", "replace"), "status": answer.status, "transport": answer.transport}
