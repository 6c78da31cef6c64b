"""The shape of an answer: which members it has and of what kind each is, with the kinds of text told apart."""

import re

KINDS = (
    ("a GUID", re.compile(r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")),
    ("no time", re.compile(r"^(0001-01-01|1753-01-01|1601-01-01|9999-12-31)T")),
    ("a time in whole seconds with zeros", re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.0000000Z$")),
    ("a time", re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+(Z|\+00:00)$")),
    ("a time in whole seconds", re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")),
    ("an id of Site Recovery", re.compile(r"^/Subscriptions/")),
    ("a folded id", re.compile(r"^/subscriptions/[^/]+/resourcegroups/")),
    ("an id", re.compile(r"^/subscriptions/")),
    ("an ETag", re.compile(r'^W/"')),
    ("digits", re.compile(r"^\d+$")),
)


def kind(value):
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, (int, float)):
        return "a number"
    if value == "":
        return "an empty text"
    return next((name for name, pattern in KINDS if pattern.match(value)), "a text")


def shape(value, path=""):
    """Path to kind, for every member; of a list the first row speaks, an empty one is a kind of its own."""
    if isinstance(value, dict):
        found = {path: "an object"} if path else {}
        for name, inner in value.items():
            found |= shape(inner, f"{path}.{name}" if path else name)
        return found
    if isinstance(value, list):
        if not value:
            return {path: "an empty list"}
        return {path: "a list"} | shape(value[0], path + "[0]")
    return {path: kind(value)}


def differences(recorded, emulated, accepted=()):
    """Sentences about members that differ; `accepted` are patterns of paths that may."""
    want, have = shape(recorded), shape(emulated)
    said = []
    for path in sorted(set(want) | set(have)):
        if want.get(path) == have.get(path) or any(re.fullmatch(pattern, path) for pattern in accepted):
            continue
        said.append(f"{path}: recorded {want.get(path, 'not there')}, emulated {have.get(path, 'not there')}")
    return said
