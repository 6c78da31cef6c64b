"""Long-running operations: what was accepted, when it is over, and what happens then."""

import sys
import traceback

from core.message import Refusal


class Operation:
    """`effect(world)` is called once, at `due`; a Refusal that it raises makes the operation fail."""

    def __init__(self, world, due, effect, target, family="site-recovery", job=None, deletes=False):
        self.guid = world.guid()
        self.number = world.number()
        self.began = world.clock.now
        self.due = due
        self.effect = effect
        self.target = target
        self.family = family
        self.job = job
        self.deletes = deletes
        self.over = False
        self.error = None
        self.canceled = False
        self.polls = 0
        self.on_failure = self.on_nothing = lambda: None
        # What the service does by itself has no link by which anybody could ask for it.
        if family != "own":
            world.operations[self.guid] = self
        world.pending[self.guid] = self

    @property
    def status(self):
        if not self.over:
            return "InProgress"
        if self.canceled:
            return "Canceled"
        return "Failed" if self.error else "Succeeded"

    def finish(self, world):
        self.over = True
        fate = world.behaving("operation-ends", self.target)
        if fate is not None and fate.get("status", "Failed") == "Canceled":
            self.canceled = True
        elif fate is not None:
            self.error = Refusal(400, str(fate.get("code", "45005")), fate.get("message", "The operation failed."))
            self.error.told = fate.get("errors")
        elif world.behaving("nothing-changed", self.target) is not None:
            self.on_nothing()
        else:
            try:
                self.effect(world)
            except Refusal as refusal:
                self.error = refusal
            except Exception:  # must not hit the request during which this happens to come due
                traceback.print_exc(file=sys.stderr)
                self.error = Refusal(500, "EmulatorBroken", traceback.format_exc(limit=-3))
        if self.status != "Succeeded":
            self.on_failure()
        if self.job is not None:
            self.job.finish(world, self)


def later(world, seconds, effect, target=""):
    """Something that the service does by itself, without a link or a job."""
    return Operation(world, world.clock.now + seconds, effect, target, family="own")
