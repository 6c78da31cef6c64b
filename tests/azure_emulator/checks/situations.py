"""For each recording: how the emulator comes into the same situation, and its answer there."""

import json

from checks.support import (CONTAINER, CONTAINER_SOUTH, EAST, ESTATE, FABRIC, GROUPS, ITEM, ITEM_SOUTH, MACHINE,
                            MAPPING, NETWORK, NETWORK_SOUTH, NIC, POLICY, SOUTH, VAULT, EmulatorCase, enable_body,
                            mapping_body)
from checks.test_items import patch_body

A2A = {"properties": {"providerSpecificInput": {"instanceType": "A2A", "multiVmSyncStatus": "Enable"}}}
ACT = {"properties": {"providerSpecificDetails": {"instanceType": "A2A"}}}
PAIR = f"{CONTAINER}/replicationProtectionContainerMappings/{EAST}-{SOUTH}-24-hour-retention-policy"
MORE = f"{GROUPS}/rg-net/providers/Microsoft.Network/virtualNetworks/New-Vnet"


def read(path, *before):
    def situation(case):
        for step in before:
            step(case)
        return case.arm("GET", path)
    return situation


def write(method, path, body, *before):
    def situation(case):
        for step in before:
            step(case)
        return case.arm(method, path, body)
    return situation


def job_of(answer):
    return answer.header("Azure-AsyncOperation").split("?")[0].split("/")[-1]


def job(situation, wait):
    """The job of a write, `wait` seconds after it."""
    def asked(case):
        guid = job_of(situation(case))
        case.wait(wait)
        return case.arm("GET", f"{VAULT}/replicationJobs/{guid}")
    return asked


def status(situation, wait, header="Azure-AsyncOperation"):
    def asked(case):
        link = situation(case).header(header)
        case.wait(wait)
        return case.follow(link)
    return asked


def fabric_body():
    return {"properties": {"customDetails": {"instanceType": "Azure", "location": EAST}}}


def mapped(case):
    case.done(case.arm("PUT", MAPPING, mapping_body()))


def enabled(wait):
    """Enabled with a network named, and `wait` seconds later."""
    def step(case):
        case.arm("PUT", ITEM, enable_body(recoveryAzureNetworkId=NETWORK_SOUTH, recoverySubnetName="Web"))
        case.wait(wait)
    return step


def protected(case):
    case.protect()


def act(name):
    return lambda case: case.control(name, item=ITEM)


def patch_of(case):
    case.protect()
    body = patch_body(case.get(ITEM), {"isSeletedForFailover": False, "recoveryStaticIPAddress": ""})
    body["properties"]["vmNics"][0] |= {"recoveryNicName": "nic", "recoveryNicResourceGroupName": "rg", "reuseExistingNic": True}
    return case.arm("PATCH", ITEM, body)


def patched(case):
    case.done(patch_of(case))


def bare_fabric(case):
    case.done(case.arm("PUT", f"{VAULT}/replicationFabrics/bare", {"properties": {"customDetails": {
        "instanceType": "Azure", "location": "eastus2"}}}))


def one_way(case):
    case.control("portal", id=f"{CONTAINER_SOUTH}/replicationProtectionContainerMappings/"
                              f"{SOUTH}-{EAST}-24-hour-retention-policy", remove=True)


def vnet_put(case):
    return case.arm("PUT", MORE, {"location": EAST, "properties": {
        "addressSpace": {"addressPrefixes": ["10.7.0.0/16"]}, "enableDdosProtection": False,
        "subnets": [{"name": "MySubnet", "properties": {"addressPrefix": "10.7.0.0/24"}}]}})


def last_job(name):
    """The newest job of a scenario, as the list shows it first."""
    def asked(case):
        rows = case.get(f"{VAULT}/replicationJobs")["value"]
        guid = next(row["name"] for row in rows if row["properties"]["scenarioName"] == name)
        return case.arm("GET", f"{VAULT}/replicationJobs/{guid}")
    return asked


def after(step, situation):
    return lambda case: (step(case), situation(case))[1]


def acting(verb, wait):
    """The job of an act of a person, `wait` seconds after it."""
    def asked(case):
        guid = case.control(verb, item=ITEM, wait=False)["job"]
        case.wait(wait)
        return case.arm("GET", f"{VAULT}/replicationJobs/{guid}")
    return asked


def signed(case):
    case.behave("signed-links")
    return case.arm("PUT", MAPPING, mapping_body())


def tested_then_failed(case):
    case.protect()
    case.control("test-failover", item=ITEM)
    case.control("cleanup", item=ITEM)
    case.behave("failover-fails")
    case.control("failover", item=ITEM)


def reprotected(wait):
    def step(case):
        case.protect()
        for verb in ("failover", "commit"):
            case.control(verb, item=ITEM)
        case.control("reprotect", item=ITEM, wait=False)
        case.wait(wait)
    return step


def switch(case):
    case.protect()
    case.control("failover", item=ITEM)
    return case.arm("POST", CONTAINER + "/switchprotection", {"properties": {
        "replicationProtectedItemName": "web1item", "providerSpecificDetails": {"instanceType": "A2A"}}})


ENABLE = write("PUT", ITEM, enable_body(recoveryAzureNetworkId=NETWORK_SOUTH))
REMOVE_BARE = write("POST", f"{VAULT}/replicationFabrics/bare/remove", None, bare_fabric)
DISABLE = write("POST", ITEM + "/remove", {}, enabled(720))
TESTING = write("POST", ITEM + "/testFailover", ACT, protected)
CLEANING = write("POST", ITEM + "/testFailoverCleanup", {"properties": {"comments": "x"}}, protected, act("test-failover"))

SITUATIONS = {
    "fabric-put-202": write("PUT", FABRIC, fabric_body()),
    "fabric-get-no-container": read(f"{VAULT}/replicationFabrics/bare", bare_fabric),
    "fabric-get-one-container": read(FABRIC), "fabrics-list": read(f"{VAULT}/replicationFabrics"),
    "fabric-remove-202": REMOVE_BARE, "operation-result-deleted-204": status(REMOVE_BARE, 4, "Location"),
    "container-put-202": write("PUT", CONTAINER, {"properties": {"providerSpecificInput": [{"instanceType": "A2A"}]}}),
    "container-get": read(CONTAINER), "container-get-role-recovery": read(CONTAINER_SOUTH, one_way),
    "containers-list": read(f"{VAULT}/replicationProtectionContainers"), "container-mapping-get": read(PAIR),
    "container-mapping-put-again-202": write("PUT", PAIR, {"properties": {
        "targetProtectionContainerId": CONTAINER_SOUTH, "policyId": POLICY, "providerSpecificInput": {"instanceType": "A2A"}}}),
    "policy-put-a2a-202": write("PUT", POLICY, A2A), "policy-get-a2a": read(POLICY),
    "policies-list": read(f"{VAULT}/replicationPolicies"),
    "network-mapping-put-202": write("PUT", MAPPING, mapping_body()),
    "network-mapping-put-again-202": write("PUT", MAPPING, mapping_body(), mapped),
    "network-mapping-put-signed-202": signed, "network-mapping-get": read(MAPPING, mapped),
    "network-mappings-list": read(f"{FABRIC}/replicationNetworks/azureNetwork/replicationNetworkMappings", mapped),
    "network-mapping-delete-202": write("DELETE", MAPPING, None, mapped),
    "operation-status-inprogress": status(DISABLE, 30), "operation-status-succeeded": status(REMOVE_BARE, 30),
    "operation-status-network-mapping": status(write("PUT", MAPPING, mapping_body()), 5),
    "item-enable-with-mapping-202": write("PUT", ITEM, enable_body(), mapped),
    "item-initial-replication-in-progress": read(ITEM, enabled(720)),
    "item-waiting-for-recovery-point": read(ITEM, enabled(1510)), "item-waiting-disks-protected": read(ITEM, enabled(1750)),
    "item-protected": read(ITEM, enabled(2200)), "item-protected-by-mapping": read(ITEM, protected),
    "item-nic-patch-202": patch_of, "item-after-nic-patch": read(ITEM, patched),
    "item-remove-empty-body-202": DISABLE, "failover-commit-202": write("POST", ITEM + "/failoverCommit", None, protected,
                                                                         act("failover")),
    "item-unplanned-failover-commit-pending": read(ITEM, protected, act("test-failover"), act("cleanup"), act("failover")),
    "item-unplanned-failover-committed": read(ITEM, protected, act("failover"), act("commit")),
    "item-unplanned-failover-failed": lambda case: (tested_then_failed(case), case.control(
        "test-failover", item=ITEM, wait=False), case.arm("GET", ITEM))[2],
    "item-test-failover-marked-for-deletion": read(ITEM, tested_then_failed),
    "item-reprotecting": read(ITEM_SOUTH, reprotected(600)), "item-reversed-protected": read(ITEM_SOUTH, reprotected(2410)),
    "switch-protection-202": switch, "test-failover-202": TESTING, "test-failover-cleanup-202": CLEANING,
    "items-list-page-1": read(f"{VAULT}/replicationProtectedItems", protected, act("test-failover"), act("cleanup"),
                              act("failover")),
    "items-list-page-2-empty": lambda case: (case.protect(), case.follow(
        case.get(f"{VAULT}/replicationProtectedItems")["nextLink"]))[1],
    "fresh-vault-items-list": read(f"{VAULT}/replicationProtectedItems"),
    "fresh-vault-network-mappings-list": read(f"{VAULT}/replicationNetworkMappings"),
    "job-notstarted": job(ENABLE, 0.1), "job-enable-inprogress": job(ENABLE, 520),
    "job-network-pairing-inprogress": job(write("PUT", MAPPING, mapping_body()), 0.8),
    "job-network-pairing-succeeded": job(write("PUT", MAPPING, mapping_body()), 5),
    "job-seeding-finished": after(protected, last_job("SecondaryIrCompletion")), "job-update-vm-inprogress": job(patch_of, 1),
    "job-unplanned-failover-inprogress": after(protected, acting("failover", 1)), "job-switch-protection-inprogress":
        job(switch, 1), "job-test-failover-cleanup-inprogress": job(CLEANING, 1),
    "jobs-list": read(f"{VAULT}/replicationJobs", enabled(700)),
    "vault-get": read(VAULT), "vm-get": read(MACHINE), "nic-get": read(NIC), "vnet-put-201": vnet_put,
    "vnet-get-created": lambda case: (case.done(vnet_put(case)), case.arm("GET", MORE))[1],
    "vnet-get-with-nic": read(NETWORK), "network-operation-inprogress": status(vnet_put, 1),
}
# Those that need a vault in which nothing was ever made.
FRESH = ("fresh-vault-items-list", "fresh-vault-network-mappings-list")
# Those that were recorded with members that the description of 2024-04-01 has not.
NEWER = ("item-initial-replication-in-progress", "item-waiting-for-recovery-point", "item-waiting-disks-protected",
         "item-protected", "item-unplanned-failover-commit-pending", "item-unplanned-failover-committed",
         "item-unplanned-failover-failed", "item-test-failover-marked-for-deletion", "item-reprotecting",
         "item-reversed-protected", "items-list-page-1", "nic-get")
# Machines of the recordings that differ from the estate's: with a zone, with what a NIC may carry, or with Windows.
ZONED = {"zone": "1"}
DRESSED = {"nsg": f"{GROUPS}/rg-app/providers/Microsoft.Network/networkSecurityGroups/Nsg",
           "public_ip": f"{GROUPS}/rg-app/providers/Microsoft.Network/publicIPAddresses/Ip"}
MACHINES = {"item-initial-replication-in-progress": ZONED, "item-unplanned-failover-commit-pending": ZONED,
            "item-unplanned-failover-committed": ZONED, "item-unplanned-failover-failed": ZONED,
            "item-test-failover-marked-for-deletion": ZONED, "items-list-page-1": ZONED, "item-reprotecting": DRESSED,
            "item-reversed-protected": DRESSED, "nic-get": DRESSED, "vm-get": {"os": "Windows"}}


def prepared(case, name):
    """A new emulator, ready for the situation of a recording."""
    case.setUp()
    if name in MACHINES:
        case.control("put", machine=ESTATE["machine"] | MACHINES[name])
    if name not in FRESH:
        case.control("put", plumbing={"regions": [EAST, SOUTH]})


class Bare(EmulatorCase):
    plumbing = False


def every_answer():
    """Each request of each situation with its answer, as the judge reads them."""
    for name, situation in SITUATIONS.items():
        case = Bare()
        case.heard = []
        prepared(case, name)
        situation(case)
        for at, (request, answer) in enumerate(case.heard):
            body = answer.encoded()
            yield {"name": f"{name} {at}", "method": request.method, "url": request.target, "status": answer.status,
                   "headers": {key.lower(): value for key, value in answer.headers}, "expect": "accept",
                   "response": json.loads(body) if body else None}
