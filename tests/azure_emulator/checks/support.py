"""The emulator inside the process of a test: no sockets, a clock that stands still, and a small estate."""

import json
import unittest

import everything  # noqa: F401
from control.put import SUBSCRIPTION
from core.dispatch import handle
from core.message import Request
from core.world import World
from faces.tokens import standing_token

GROUPS = f"/subscriptions/{SUBSCRIPTION}/resourceGroups"
VAULT = f"{GROUPS}/rg-dr/providers/Microsoft.RecoveryServices/vaults/vault-dr"
EAST, SOUTH = "eastasia", "southeastasia"
FABRIC = f"{VAULT}/replicationFabrics/asr-a2a-default-{EAST}"
FABRIC_SOUTH = f"{VAULT}/replicationFabrics/asr-a2a-default-{SOUTH}"
CONTAINER = f"{FABRIC}/replicationProtectionContainers/asr-a2a-default-{EAST}-container"
CONTAINER_SOUTH = f"{FABRIC_SOUTH}/replicationProtectionContainers/asr-a2a-default-{SOUTH}-container"
POLICY = f"{VAULT}/replicationPolicies/24-hour-retention-policy"
NETWORK = f"{GROUPS}/rg-net/providers/Microsoft.Network/virtualNetworks/App-Vnet"
NETWORK_SOUTH = f"{GROUPS}/rg-net-dr/providers/Microsoft.Network/virtualNetworks/App-Vnet-DR"
MACHINE = f"{GROUPS}/rg-app/providers/Microsoft.Compute/virtualMachines/Web1"
NIC = f"{GROUPS}/rg-app/providers/Microsoft.Network/networkInterfaces/Web1-nic"
STORAGE = f"{GROUPS}/rg-app/providers/Microsoft.Storage/storageAccounts/cacheeastasia1"
MAPPING = f"{FABRIC}/replicationNetworks/azureNetwork/replicationNetworkMappings/App"
ITEM = f"{CONTAINER}/replicationProtectedItems/web1item"
ITEM_SOUTH = f"{CONTAINER_SOUTH}/replicationProtectedItems/web1item"

SITE_RECOVERY, NETWORK_API, COMPUTE, VAULT_API, GROUP_API = "2024-04-01", "2024-01-01", "2022-11-01", "2024-04-01", \
    "2024-03-01"

ESTATE = {
    "group": [{"name": "rg-app-asr", "region": SOUTH}, {"name": "rg-app", "region": EAST}],
    "vault": {"group": "rg-dr", "name": "vault-dr", "region": SOUTH},
    "network": [{"group": "rg-net", "name": "App-Vnet", "region": EAST, "space": ["10.1.0.0/16"],
                 "subnets": {"Web": "10.1.1.0/24", "Db": "10.1.2.0/24"}, "tags": {}},
                {"group": "rg-net-dr", "name": "App-Vnet-DR", "region": SOUTH, "space": ["10.2.0.0/16"],
                 "subnets": {"Web": "10.2.1.0/24", "Db": "10.2.2.0/24"}}],
    "storage": {"group": "rg-app", "name": "cacheeastasia1", "region": EAST},
    "machine": {"group": "rg-app", "name": "Web1", "region": EAST, "nics": [{"subnet": f"{NETWORK}/subnets/Web"}]},
}
PLUMBING = {"plumbing": {"regions": [EAST, SOUTH]}}


def version_of(path):
    folded = path.lower()
    if "/replication" in folded:
        return SITE_RECOVERY
    for name, version in (("microsoft.network", NETWORK_API), ("microsoft.compute", COMPUTE),
                          ("microsoft.storage", "2023-01-01"), ("microsoft.authorization", "2022-04-01"),
                          ("microsoft.recoveryservices", VAULT_API)):
        if name in folded:
            return version
    return GROUP_API


def enable_body(**details):
    """A request to enable the estate's machine; without a network, unless one is given."""
    group = f"{GROUPS}/rg-app-asr"
    given = {"instanceType": "A2A", "fabricObjectId": MACHINE, "recoveryContainerId": CONTAINER_SOUTH,
             "recoveryResourceGroupId": group, "vmManagedDisks": [{
                 "diskId": f"{GROUPS}/rg-app/providers/Microsoft.Compute/disks/Web1_os",
                 "primaryStagingAzureStorageAccountId": STORAGE, "recoveryResourceGroupId": group}]} | details
    return {"properties": {"policyId": POLICY, "providerSpecificDetails": given}}


def mapping_body(source=NETWORK, target=NETWORK_SOUTH, fabric=FABRIC_SOUTH):
    return {"properties": {"recoveryFabricName": fabric.split("/")[-1], "recoveryNetworkId": target,
                           "fabricSpecificDetails": {"instanceType": "AzureToAzure", "primaryNetworkId": source}}}


class EmulatorCase(unittest.TestCase):
    """Each test has an emulator with the estate, and with `plumbing` unless the class says otherwise."""

    plumbing = True
    heard = None

    def setUp(self):
        self.world = World(speed=0)
        self.token = standing_token(self.world)
        self.control("put", **ESTATE)
        if self.plumbing:
            self.control("put", **PLUMBING)

    def send(self, method, target, body=None, headers=None):
        given = {"host": "localhost:443", "authorization": f"Bearer {self.token}", "content-type": "application/json"}
        given |= headers or {}
        given = {name: value for name, value in given.items() if value is not None}
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        request = Request(method, target, given, data)
        answer = handle(self.world, request)
        if self.heard is not None and target.lower().startswith("/subscriptions/"):
            self.heard.append((request, answer))
        self.assertFalse(answer.status == 500 and b"EmulatorBroken" in answer.encoded(), answer.encoded().decode())
        return answer

    def arm(self, method, path, body=None, headers=None, version=None, query=""):
        return self.send(method, f"{path}?api-version={version or version_of(path)}{query}", body, headers)

    def control(self, verb, **body):
        answer = self.send("POST", f"/_control/{verb}", body)
        self.assertEqual(answer.status, 200, answer.encoded().decode())
        return answer.body

    def behave(self, name, **parameters):
        return self.control("behave", name=name, **parameters)

    def wait(self, seconds):
        self.control("clock", advance=seconds)

    def get(self, path, **more):
        """The body of a GET that must be 200."""
        answer = self.arm("GET", path, **more)
        self.assertEqual(answer.status, 200, answer.encoded().decode())
        return answer.body

    def absent(self, path):
        answer = self.arm("GET", path)
        self.assertIn(answer.status, (400, 404), answer.encoded().decode())
        return code_of(answer)

    def follow(self, link):
        return self.send("GET", link.split("localhost:443", 1)[1])

    def done(self, answer, seconds=5000):
        """Lets a write come to its end, which must be good; returns its status document."""
        self.assertIn(answer.status, (200, 201, 202), answer.encoded().decode())
        self.wait(seconds)
        status = self.follow(answer.header("Azure-AsyncOperation")).body
        self.assertEqual(status["status"], "Succeeded", status)
        return status

    def refused(self, answer, status, code):
        self.assertEqual((answer.status, code_of(answer)), (status, code), answer.encoded().decode())

    def protect(self):
        """The estate's machine, protected by way of a mapping."""
        self.done(self.arm("PUT", MAPPING, mapping_body()))
        self.done(self.arm("PUT", ITEM, enable_body()))
        return self.get(ITEM)

    def pages(self, path):
        """All pages of a list, by their links."""
        found, answer = [], self.arm("GET", path)
        while True:
            self.assertEqual(answer.status, 200)
            found.append(answer.body["value"])
            link = answer.body.get("nextLink")
            if not link or len(found) > 50:
                return found
            answer = self.follow(link)


def code_of(answer):
    """The innermost code: Site Recovery puts it into details."""
    error = answer.body["error"]
    return error["details"][0]["code"] if error.get("details") else error["code"]
