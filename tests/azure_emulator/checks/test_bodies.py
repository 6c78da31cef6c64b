"""Requests right and wrong, and with every member nulled or of a wrong type: answers, never a fault of the emulator."""

import copy
import json
import pathlib
import unittest

from checks.support import EAST, NETWORK, SOUTH, EmulatorCase

BODIES = json.loads((pathlib.Path(__file__).resolve().parent.parent / "validator" / "bodies.json").read_text())
ITEM = "3f1c0e9a7b5d4c2e8f60a1b2c3d4e5f6"


def spoilt(body):
    """The body with one member after the other null, and of another type."""
    ways = []

    def walk(value, way):
        rows = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for name, inner in rows:
            ways.append(way + [name])
            walk(inner, way + [name])

    walk(body, [])
    for way in ways:
        for value in (None, 17, "text", [], {}, [17]):
            changed = copy.deepcopy(body)
            at = changed
            for step in way[:-1]:
                at = at[step]
            at[way[-1]] = value
            yield changed


class Bodies(EmulatorCase):
    def setUp(self):
        super().setUp()
        for name, region, group, space in (("app-vnet", EAST, "rg-net", "10.1"), ("app-vnet-dr", SOUTH, "rg-net-dr", "10.2")):
            self.control("put", network={"group": group, "name": name, "region": region, "space": [f"{space}.0.0/16"],
                                         "subnets": {"web": f"{space}.1.0/24"}})
        self.control("put", machine={"group": "rg-app", "name": "web1", "region": EAST, "nics": [
            {"subnet": NETWORK.replace("App-Vnet", "app-vnet") + "/subnets/web"}]})

    def requests(self):
        return [row for row in BODIES if "status" not in row]

    def test_as_they_are(self):
        seen = {self.send(row["method"], row["url"], row["body"]).status for row in self.requests()}
        self.assertLessEqual({200, 202, 400, 404}, seen)
        self.wait(5000)

    def test_spoilt(self):
        count = 0
        for row in self.requests():
            if not isinstance(row["body"], dict) or row["name"][0] == "b":
                continue
            for body in spoilt(row["body"]):
                self.assertLess(self.send(row["method"], row["url"], body).status, 500, (row["name"], body))
                count += 1
            self.wait(5000)
        self.assertGreater(count, 500)
        broken = [one for one in self.world.operations.values() if one.error and one.error.code == "EmulatorBroken"]
        self.assertEqual(broken, [])

    def test_spoilt_nics_of_a_protected_item(self):
        made = self.control("put", item={"machine": NETWORK.split("/resourceGroups")[0] + "/resourceGroups/rg-app/providers/"
                                            "Microsoft.Compute/virtualMachines/web1", "name": ITEM,
                                            "network": self.get(NETWORK.replace("rg-net/", "rg-net-dr/").replace(
                                                "App-Vnet", "app-vnet-dr"))["id"]})
        path = made["ids"][0]
        nic = self.get(path)["properties"]["providerSpecificDetails"]["vmNics"][0]
        right = copy.deepcopy(next(row["body"] for row in self.requests() if row["name"] == "g11-item-nics-patch"))
        right["properties"]["vmNics"][0]["nicId"] = nic["nicId"]
        for body in spoilt(right):
            answer = self.arm("PATCH", path, body)
            self.assertLess(answer.status, 500, body)
            if answer.status == 202:
                self.wait(5)
                error = self.follow(answer.header("Azure-AsyncOperation")).body["error"]
                self.assertFalse(error and error["code"] == "EmulatorBroken", (body, error))
            self.get(path)


if __name__ == "__main__":
    unittest.main()
