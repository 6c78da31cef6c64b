"""Behaviours that change an answer after the service made it: spelling, members, errors, and how it is sent."""

import gzip
import re

from core.message import PAGE, fold
from core.regions import DISPLAY

ID = re.compile(r"^/subscriptions/", re.IGNORECASE)
NEW = ("rtoInSeconds", "churnOptionSelected", "zones", "allowPort25Out", "kind")
LOCATIONS = ("location", "primaryFabricLocation", "recoveryFabricLocation", "initialPrimaryFabricLocation",
             "initialRecoveryFabricLocation")


def changed(world, request, answer):
    path, method = request.path, request.method
    if fold(request.segments[0]) != "subscriptions":
        return answer
    if answer.transport == "closed":
        return answer
    if world.behaving("lose-answer", path, method) is not None:
        answer.transport = "closed"
        return answer
    if answer.status >= 400:
        _error(world, request, answer)
    elif isinstance(answer.body, dict):
        _body(world, request, answer)
    left = world.behaving("remaining", path, request.method)
    if left is not None:
        kind = {"DELETE": "deletes"}.get(method, "writes" if request.writes else "reads")
        answer.set_header(f"x-ms-ratelimit-remaining-subscription-{kind}", max(0, int(world.counters.get(kind, (0, 0))[0])))
    _transport(world, request, answer)
    return answer


def _error(world, request, answer):
    wish = world.behaving("error-shape", request.path, request.method)
    if wish is None or not isinstance(answer.body, dict):
        return
    error = answer.body.get("error", {})
    code, message = error.get("code", "BadRequest"), error.get("message", "")
    shapes = {"number": {"error": {"code": 45005, "message": message}},
              "details-null": {"error": {"code": code, "message": message, "details": None, "innererror": None}},
              "text": {"error": f"{code}: {message}"},
              "pascal": {"ErrorCode": code, "Message": {"lang": "en-US", "value": message}},
              "empty": None,
              "html": PAGE}
    answer.body = shapes[wish.get("shape", "number")]
    if isinstance(answer.body, bytes):
        answer.set_header("Content-Type", "text/html")


def _body(world, request, answer):
    path = request.path
    for wish in _all_on(world, "member", path):
        for row in answer.body["value"] if "value" in answer.body else [answer.body]:
            _member(row, wish)
    newer = world.behaving("new-members", path, request.method)
    for row in answer.body.get("value", [answer.body]):
        _without_new(row, newer.get("names", NEW) if newer is not None else ())
    for wish in _all_on(world, "since", path):
        if (request.api_version or "") < wish["version"]:
            answer.body = _without(answer.body, wish["member"])
    if world.behaving("display-regions", path, request.method) is not None:
        answer.body = _walk(answer.body, lambda name, text: DISPLAY.get(text, text) if name in LOCATIONS else text)
    casing = world.behaving("casing", path, request.method)
    if casing is not None:
        how = {"upper": str.upper, "lower": str.lower, "swap": str.swapcase}[casing.get("how", "upper")]
        answer.body = _walk(answer.body, lambda name, text: how(text) if ID.match(text) else text)
    if world.behaving("unknown-members", path, request.method) is not None:
        answer.body = _with_unknown(answer.body, 0)
    nested = world.behaving("nested", path, request.method)
    if nested is not None:
        depth = int(nested.get("depth", 10000))
        text = answer.encoded()[:-1] + b',"nested":' + b"[" * depth + b"]" * depth + b"}"
        answer.body = text


def _all_on(world, name, path):
    """All behaviours of that name that are on, not the first alone."""
    return [one.parameters for one in world.behaviours if one.name == name and one.applies(path, "GET")]


def _member(row, wish):
    """Changes one member, such as properties.providerSpecificDetails.vmNics.0.ipConfigs."""
    *way, last = wish["path"].split(".")
    at = row
    for step in way:
        at = at[int(step)] if isinstance(at, list) and step.isdigit() and int(step) < len(at) else \
            at.get(step) if isinstance(at, dict) else None
        if at is None:
            return
    if isinstance(at, list) and last.isdigit():
        last = int(last)
        if last >= len(at):
            return
    elif not isinstance(at, dict) or (last not in at and wish.get("do") != "set"):
        return
    do = wish.get("do", "remove")
    if do == "remove":
        del at[last]
    else:
        at[last] = {"null": None, "mistype": 17 if not isinstance(at.get(last) if isinstance(at, dict) else None, int)
                    else "seventeen", "set": wish.get("value")}[do]


def _without_new(row, kept):
    """Members that were recorded and that the descriptions have not; shown under `new-members` only."""
    properties = row.get("properties") if isinstance(row, dict) else None
    if not isinstance(properties, dict):
        return
    for part in (row, properties, properties.get("providerSpecificDetails"), properties.get("customDetails")):
        for name in NEW:
            if isinstance(part, dict) and name not in kept:
                part.pop(name, None)


def _without(value, member):
    if isinstance(value, dict):
        return {key: _without(inner, member) for key, inner in value.items() if key != member}
    return [_without(inner, member) for inner in value] if isinstance(value, list) else value


def _walk(value, change, name=""):
    if isinstance(value, dict):
        return {key: _walk(inner, change, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [_walk(inner, change, name) for inner in value]
    return change(name, value) if isinstance(value, str) else value


def _with_unknown(value, depth):
    if isinstance(value, list):
        return [_with_unknown(inner, depth + 1) for inner in value]
    if not isinstance(value, dict):
        return value
    # Tags are a map of texts: a further one would be a tag.
    grown = {key: inner if key == "tags" else _with_unknown(inner, depth + 1) for key, inner in value.items()}
    grown[f"xUnknown{depth}"] = {"text": "kept?", "list": [1, None, {"deep": True}], "null": None}
    return grown


def _transport(world, request, answer):
    path = request.path
    if world.behaving("gzip", path, request.method) is not None and "gzip" in request.headers.get("accept-encoding", "") and answer.body:
        answer.body = gzip.compress(answer.encoded())
        answer.headers += [("Content-Encoding", "gzip"), ("Content-Type", "application/json; charset=utf-8")]
    huge = world.behaving("huge-body", path, request.method)
    if huge is not None and isinstance(answer.body, dict):
        answer.body["filler"] = "x" * int(huge.get("bytes", 65 * 1024 * 1024))
    if world.behaving("invalid-utf8", path, request.method) is not None and answer.body is not None:
        answer.body = answer.encoded().replace(b'"', b'"\xff\xfe', 1)
    slow = world.behaving("slow", path, request.method)
    if slow is not None:
        answer.delay = float(slow.get("seconds", 1))
    for name in ("truncated", "wrong-length"):
        wish = world.behaving(name, path, request.method)
        if wish is not None:
            answer.transport = name
            answer.by = int(wish.get("by", 10))
