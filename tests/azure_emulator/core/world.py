"""Everything that exists: resources, operations, jobs, tokens, denials, behaviours, and the log."""

import copy
import threading
import uuid
from types import SimpleNamespace

from core.clock import Clock
from core.message import fold

SPACE = uuid.UUID("6f1d7f9c-3c3b-4d53-9a5e-0a2a9b6e4c11")


class Thing(SimpleNamespace):
    """One resource: `kind`, `id` as it was spelled first, and whatever its kind needs."""

    @property
    def folded(self):
        return fold(self.id)


class Store:
    """Resources by folded id, and by kind. `changes` counts, so that what is derived can be kept until the next one."""

    def __init__(self):
        self.by_id, self.by_kind, self.changes, self.derived = {}, {}, 0, {}

    def add(self, thing):
        self.drop(thing.folded)
        self.by_id[thing.folded] = thing
        self.by_kind.setdefault(thing.kind, {})[thing.folded] = thing

    def drop(self, folded):
        self.touch()
        thing = self.by_id.pop(folded, None)
        if thing is not None:
            del self.by_kind[thing.kind][folded]

    def touch(self):
        self.changes += 1
        self.derived = {}

    def of(self, kind):
        return self.by_kind.get(kind, {}).values()


class World:
    def __init__(self, speed=1.0, fast=False):
        self.lock = threading.RLock()
        self.clock = Clock(speed)
        self.speed, self.fast = speed, fast
        self.standing = None
        self.kept = {}  # by the verb `keep`
        self.held, self.let_go = 0, threading.Event()  # see holding.py
        self.hosts = set()  # with ports, of the listener that serves ARM
        self.reset()

    def reset(self):
        """As after the start: no resources, no behaviours, an empty log. Clients keep their address."""
        self.release_held()
        self.clock.reset(self.speed)
        if self.fast:
            self.clock.fast()
        self.things = Store()
        self.snapshots = []
        self.operations = {}
        self.pending = {}
        self.jobs = {}
        self.denials = []
        self.roles = {}  # by folded scope
        self.behaviours = []
        self.taken = {}
        self.log = []
        self.tokens = {}
        if self.standing is not None:
            self.tokens[self.standing] = {"audience": "any", "audience_fits": True, "expires": float("inf")}
        self.minted = {}
        self.applications = {}
        self.counters = {}
        self._drawn = self._numbered = 0

    def release_held(self):
        """Lets go of the clients that `hold` holds."""
        self.let_go.set()
        self.held, self.let_go = 0, threading.Event()

    # Resources

    def add(self, thing):
        self.things.add(thing)
        return thing

    def spelled(self, identifier):
        """The id of what is there already under this name, as it was spelled first; else the id itself."""
        thing = self.things.by_id.get(fold(identifier))
        return thing.id if thing is not None else identifier

    def find(self, identifier, kind=None):
        thing = self.things.by_id.get(fold(identifier)) if identifier else None
        return thing if thing is not None and (kind is None or thing.kind == kind) else None

    def of(self, kind, under=""):
        prefix = fold(under)
        return [thing for thing in self.things.of(kind) if thing.folded.startswith(prefix)]

    def remove(self, identifier):
        """Removes a resource and what is nested in its path."""
        folded = fold(identifier)
        for key in [key for key in self.things.by_id if key == folded or key.startswith(folded + "/")]:
            self.things.drop(key)

    def remember(self):
        """Keeps the resources as they are now for readers of an eventually consistent view (9.3, 10)."""
        if any(behaviour.name.startswith("eventual") for behaviour in self.behaviours):
            self.snapshots.append((self.clock.now, copy.deepcopy(self.things)))

    # Names

    def guid(self):
        """A new GUID; the same run draws the same ones."""
        self._drawn += 1
        return str(uuid.uuid5(SPACE, f"drawn {self._drawn}"))

    def number(self):
        """Orders operations that are due at one moment."""
        self._numbered += 1
        return self._numbered

    @staticmethod
    def guid_of(text):
        """The GUID that always belongs to a text: internal ids of fabrics, containers, machines."""
        return str(uuid.uuid5(SPACE, fold(text)))

    # Time

    def settle(self):
        """Carries out what is due by now, in the order of time. Effects may begin further operations."""
        while True:
            due = [operation for operation in self.pending.values() if operation.due <= self.clock.now]
            if not due:
                return
            first = min(due, key=lambda operation: (operation.due, operation.number))
            self.remember()
            del self.pending[first.guid]
            if not first.over:
                first.finish(self)

    # Behaviours

    def behaving(self, name, target="", method=None, named=False):
        """The parameters of a behaviour that applies to this target, or None. One with `count` is used up by asking.
        `named`: only behaviours that say by `match` what they are for."""
        for behaviour in self.behaviours:
            if named and not behaviour.parameters.get("match"):
                continue
            if behaviour.name == name and behaviour.applies(target, method):
                return behaviour.parameters
        return None
