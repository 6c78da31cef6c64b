"""Every route of the emulator is one that Azure's descriptions have, but for those that are named here."""

import json
import pathlib
import unittest

import everything  # noqa: F401
from core.router import every_route

DESCRIPTIONS = pathlib.Path(__file__).resolve().parent.parent / "descriptions"
# No description of these is here; operations and jobs are followed as the service gives them.
ELSEWHERE = ("microsoft.compute", "microsoft.storage", "microsoft.authorization")
FOLLOWED = ("replicationoperationstatus",)


def described():
    """(method, parts of the path) of every operation, parameters as None."""
    found = set()
    for file in DESCRIPTIONS.rglob("*.json"):
        for path, operations in json.loads(file.read_text()).get("paths", {}).items():
            parts = tuple(None if part.startswith("{") else part.lower() for part in path.split("/")[1:])
            found |= {(method.upper(), parts) for method in operations}
    return found


class Described(unittest.TestCase):
    def test_every_route(self):
        known, strange = described(), []
        for method, shape, _ in every_route():
            if shape[0] != "subscriptions" or any(part in ELSEWHERE + FOLLOWED for part in shape):
                continue
            if (method, shape) not in known:
                strange.append((method, "/".join(part or "{}" for part in shape)))
        self.assertEqual(strange, [])


if __name__ == "__main__":
    unittest.main()
