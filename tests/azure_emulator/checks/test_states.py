"""Failover, commit, reprotect and back; test failovers. The states are those recorded."""

import unittest

from checks.support import (CONTAINER, ESTATE, GROUPS, ITEM, ITEM_SOUTH, MACHINE, NETWORK, NETWORK_SOUTH, NIC, VAULT,
                            EmulatorCase)
from checks.test_items import details_of, patch_body

COPY = f"{GROUPS}/rg-app-asr/providers/Microsoft.Compute/virtualMachines/Web1"


class Failover(EmulatorCase):
    def state(self, path=ITEM):
        properties = self.get(path)["properties"]
        return (properties["protectionState"], properties["activeLocation"], properties["allowedOperations"])

    def test_out_and_home(self):
        before = self.protect()
        self.control("failover", item=ITEM)
        self.assertEqual(self.state(), ("UnplannedFailoverCommitPendingStatesBegin", "Recovery",
                                        ["CompleteMigration", "Commit", "DisableProtection", "ChangePit", "SwitchProtection"]))
        details = details_of(self.get(ITEM))
        self.assertEqual(details["recoveryFabricObjectId"], COPY.lower())
        self.assertEqual(details["vmNics"][0]["sourceNicArmId"], NIC, "the original's, although the copy runs")
        self.assertNotIn("agentCertificateExpiryDate", details)
        nic = self.get(f"{GROUPS}/rg-app-asr/providers/Microsoft.Network/networkInterfaces/Web1-nic")
        self.assertEqual(nic["properties"]["ipConfigurations"][0]["properties"]["subnet"]["id"], NETWORK_SOUTH + "/subnets/Web")

        self.control("commit", item=ITEM)
        self.assertEqual(self.state(), ("UnplannedFailoverCommitted", "Recovery",
                                        ["CompleteMigration", "DisableProtection", "SwitchProtection"]))
        self.assertEqual(details_of(self.get(ITEM))["protectedManagedDisks"][0]["recoveryReplicaDiskId"], "")

        self.control("reprotect", item=ITEM, wait=False)
        self.absent(ITEM)
        self.assertEqual(self.state(ITEM_SOUTH), ("InitialReplicationInProgress", "Primary", ["DisableProtection"]))
        hollow = details_of(self.get(ITEM_SOUTH))
        config = hollow["vmNics"][0]["ipConfigs"][0]
        self.assertEqual((hollow["lifecycleId"], hollow["selectedRecoveryAzureNetworkId"], config["name"],
                          config["subnetName"], config["staticIPAddress"], hollow["vmNics"][0]["selectionType"],
                          hollow["vmNics"][0]["vMNetworkName"]), (None, None, None, None, None, "NotSelected", None))
        self.assertEqual(hollow["vmNics"][0]["recoveryVMNetworkId"], NETWORK)

        self.wait(2401)
        reversed_ = self.get(ITEM_SOUTH)
        after = details_of(reversed_)
        self.assertEqual(reversed_["properties"]["protectionState"], "Protected")
        self.assertEqual((after["primaryFabricLocation"], after["initialPrimaryFabricLocation"]), ("southeastasia", "eastasia"))
        for member in ("lifecycleId", "multiVmGroupId"):
            self.assertEqual(after[member], details_of(before)[member])
        self.assertNotEqual(after["vmNics"][0]["nicId"], details_of(before)["vmNics"][0]["nicId"])
        self.assertNotEqual(after["managementId"], details_of(before)["managementId"])
        self.assertEqual(after["vmNics"][0]["vMNetworkName"], NETWORK_SOUTH)
        self.assertEqual(after["vmNics"][0]["recoveryVMNetworkId"], NETWORK)
        self.assertIsNone(after["vmNics"][0]["replicaNicId"])
        self.absent(MACHINE)
        self.absent(NIC)
        self.get(COPY)

        self.control("failover", item=ITEM_SOUTH)
        self.control("commit", item=ITEM_SOUTH)
        self.control("reprotect", item=ITEM_SOUTH)
        home = self.get(ITEM)
        self.assertEqual((home["properties"]["protectionState"], details_of(home)["primaryFabricLocation"]),
                         ("Protected", "eastasia"))
        self.assertEqual(details_of(home)["vmNics"][0]["vMNetworkName"], NETWORK)
        self.absent(ITEM_SOUTH)
        self.get(MACHINE)
        self.absent(COPY)
        self.absent(f"{GROUPS}/rg-app-asr/providers/Microsoft.Network/networkInterfaces/Web1-nic")

    def test_while_it_runs_the_scenario_says_so(self):
        self.protect()
        job = self.control("failover", item=ITEM, wait=False)["job"]
        scenario = self.get(ITEM)["properties"]["currentScenario"]
        self.assertEqual((scenario["scenarioName"], scenario["jobId"].split("/")[-1]), ("UnplannedFailover", job))
        self.assertEqual(self.state()[2], [])
        self.refused(self.arm("POST", ITEM + "/remove", {}), 400, "DisableProtectionNotAllowed")
        self.wait(301)
        self.assertEqual(self.get(ITEM)["properties"]["currentScenario"]["scenarioName"], "None")

    def test_the_landing_decides_the_copy(self):
        item = self.protect()
        self.done(self.arm("PATCH", ITEM, patch_body(item, {"recoverySubnetName": "Db",
                                                           "recoveryStaticIPAddress": "10.2.2.40"})))
        self.control("failover", item=ITEM)
        nic = self.get(f"{GROUPS}/rg-app-asr/providers/Microsoft.Network/networkInterfaces/Web1-nic")
        properties = nic["properties"]["ipConfigurations"][0]["properties"]
        self.assertEqual((properties["privateIPAddress"], properties["privateIPAllocationMethod"]), ("10.2.2.40", "Static"))

    def test_a_failover_that_fails(self):
        self.protect()
        self.behave("failover-fails")
        self.control("failover", item=ITEM)
        properties = self.get(ITEM)["properties"]
        self.assertEqual((properties["protectionState"], properties["replicationHealth"], properties["activeLocation"]),
                         ("UnplannedFailoverFailed", "Critical", "Primary"))

    def test_what_is_not_allowed(self):
        self.protect()
        self.refused(self.arm("POST", ITEM + "/failoverCommit"), 400, "CommitNotAllowed")
        self.refused(self.arm("POST", ITEM + "/testFailoverCleanup", {}), 400, "TestFailoverCleanupNotAllowed")
        body = {"properties": {"replicationProtectedItemName": "web1item"}}
        self.refused(self.arm("POST", ITEM.split("/replicationProtectedItems")[0] + "/switchprotection", body), 400,
                     "SwitchProtectionNotAllowed")

    def test_no_way_home_without_a_mapping_back(self):
        self.protect()
        self.control("failover", item=ITEM)
        for mapping in self.get(f"{VAULT}/replicationProtectionContainerMappings")["value"]:
            if "southeastasia-eastasia" in mapping["id"]:
                self.control("portal", id=mapping["id"], remove=True)
        answer = self.arm("POST", CONTAINER + "/switchprotection", {"properties": {
            "replicationProtectedItemName": "web1item"}})
        self.refused(answer, 400, "ContainersNotPaired")

    def test_a_nic_that_is_not_selected_has_no_copy(self):
        self.control("put", machine=ESTATE["machine"] | {"nics": [{"subnet": NETWORK + "/subnets/Web"},
                                                                   {"subnet": NETWORK + "/subnets/Db"}]})
        item = self.protect()
        body = patch_body(item)
        del body["properties"]["vmNics"][0]
        self.done(self.arm("PATCH", ITEM, body))
        for verb in ("failover", "commit", "reprotect"):
            self.control(verb, item=ITEM)
        nics = details_of(self.get(ITEM_SOUTH))["vmNics"]
        self.assertEqual([nic["sourceNicArmId"].split("/")[-1] for nic in nics], ["Web1-nic1"])

    def test_patch_is_taken_in_any_state(self):
        self.protect()
        self.control("failover", item=ITEM)
        self.done(self.arm("PATCH", ITEM, {"properties": {"recoveryAzureVMName": "renamed"}}))
        self.assertEqual(details_of(self.get(ITEM))["recoveryAzureVMName"], "renamed")


class TestFailover(EmulatorCase):
    def states(self):
        properties = self.get(ITEM)["properties"]
        return properties["testFailoverState"], properties["currentScenario"]["scenarioName"]

    def test_rests_in_marked_for_deletion(self):
        self.protect()
        self.assertEqual(self.states(), ("None", "None"))
        self.control("test-failover", item=ITEM, wait=False)
        self.assertEqual(self.states(), ("Initiating", "TestFailover"))
        self.wait(181)
        self.assertEqual(self.states(), ("WaitingForCompletion", "None"))
        self.control("cleanup", item=ITEM, wait=False)
        self.assertEqual(self.states(), ("WaitingForCompletion", "TestFailoverCleanup"))
        self.wait(61)
        self.assertEqual(self.states(), ("MarkedForDeletion", "None"))
        self.wait(30 * 86400)
        self.assertEqual(self.states(), ("MarkedForDeletion", "None"))
        properties = self.get(ITEM)["properties"]
        self.assertIn("TestFailover", properties["allowedOperations"])
        self.assertIn("lastSuccessfulTestFailoverTime", properties)
        self.assertEqual((properties["failoverHealth"], properties["healthErrors"]), ("Normal", []))

    def test_jobs_of_people(self):
        self.protect()
        self.control("test-failover", item=ITEM)
        job = self.get(f"{VAULT}/replicationJobs")["value"][0]
        found = self.get(f"{VAULT}/replicationJobs/{job['name']}")["properties"]
        self.assertEqual((found["state"], found["customDetails"]["instanceType"]), ("Succeeded", "TestFailoverJobDetails"))


if __name__ == "__main__":
    unittest.main()
