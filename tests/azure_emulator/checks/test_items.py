"""Protected items: enable, seeding, landing, PATCH of NICs, disable."""

import unittest

from checks.support import (CONTAINER, EAST, GROUPS, ITEM, MACHINE, MAPPING, NETWORK, NETWORK_SOUTH, SOUTH, VAULT,
                            EmulatorCase, enable_body, mapping_body)


def details_of(item):
    return item["properties"]["providerSpecificDetails"]


def patch_body(item, *configs, **more):
    """A NIC request with the whole list; `configs` change the configurations of the first NIC."""
    details = details_of(item)
    nics = []
    for at, nic in enumerate(details["vmNics"]):
        rows = [{"ipConfigName": config["name"], "isPrimary": config["isPrimary"],
                 "recoverySubnetName": config["recoverySubnetName"]} for config in nic["ipConfigs"]]
        for row, change in zip(rows, configs if at == 0 else ()):
            row |= change
        nics.append({"nicId": nic["nicId"], "selectionType": "SelectedByUser", "ipConfigs": rows})
    return {"properties": {"recoveryAzureVMName": details["recoveryAzureVMName"],
                           "selectedRecoveryAzureNetworkId": NETWORK_SOUTH, "vmNics": nics,
                           "providerSpecificDetails": {"instanceType": "A2A"}} | more}


class Enable(EmulatorCase):
    def test_needs_somewhere_to_land(self):
        answer = self.arm("PUT", ITEM, enable_body())
        self.refused(answer, 400, "TargetNetworkNotConfigured")
        self.assertIn("Target network settings are not configured", answer.body["error"]["message"])

    def test_by_a_mapping(self):
        details = details_of(self.protect())
        self.assertEqual(details["selectedRecoveryAzureNetworkId"], NETWORK_SOUTH.lower())
        nic = details["vmNics"][0]
        self.assertEqual((nic["selectionType"], nic["ipConfigs"][0]["recoverySubnetName"], nic["replicaNicId"]),
                         ("SelectedByDefault", "Web", None))

    def test_by_a_network_named(self):
        self.done(self.arm("PUT", ITEM, enable_body(recoveryAzureNetworkId=NETWORK_SOUTH, recoverySubnetName="db")))
        details = details_of(self.get(ITEM))
        self.assertEqual(details["selectedRecoveryAzureNetworkId"], NETWORK_SOUTH, "spelled as sent")
        nic = details["vmNics"][0]
        self.assertEqual((nic["selectionType"], nic["ipConfigs"][0]["recoverySubnetName"]), ("SelectedByUserOverride", "Db"))

    def test_a_subnet_may_be_sent_as_an_id(self):
        self.done(self.arm("PUT", ITEM, enable_body(recoveryAzureNetworkId=NETWORK_SOUTH,
                                                    recoverySubnetName=NETWORK_SOUTH + "/subnets/Db")))
        self.assertEqual(details_of(self.get(ITEM))["vmNics"][0]["ipConfigs"][0]["recoverySubnetName"], "Db")

    def test_seeding_step_by_step(self):
        answer = self.arm("PUT", ITEM, enable_body(recoveryAzureNetworkId=NETWORK_SOUTH))
        link = answer.header("Azure-AsyncOperation")
        seen = []
        for at in (0, 700, 1600, 1800, 2170):
            self.wait(at - self.world.clock.now)
            item = self.get(ITEM)["properties"]
            details = item["providerSpecificDetails"]
            disk = details["protectedManagedDisks"][0]
            seen.append((self.follow(link).body["status"], item["protectionState"], details["vmProtectionState"],
                         disk["diskState"], len(details["vmNics"]), details["lifecycleId"] is None,
                         details["selectedRecoveryAzureNetworkId"] is None))
        self.assertEqual(seen, [
            ("InProgress", "InitialReplicationInProgress", "UnprotectedStatesBegin", "InitialReplicationPending", 0, True, True),
            ("Succeeded", "InitialReplicationInProgress", "UnprotectedStatesBegin", "InitialReplicationPending", 0, True, True),
            ("Succeeded", "InitialReplicationRecoveryCompletionPending", "UnprotectedStatesBegin",
             "InitialReplicationPending", 0, True, True),
            ("Succeeded", "InitialReplicationRecoveryCompletionPending", "UnprotectedStatesBegin", "Protected", 0, True, True),
            ("Succeeded", "Protected", "Protected", "Protected", 1, False, False)])
        jobs = [row["properties"]["scenarioName"] for row in self.get(f"{VAULT}/replicationJobs")["value"]]
        self.assertEqual(jobs, ["SecondaryIrCompletion", "EnableDr"])
        self.assertEqual((item["failoverHealth"], item["replicationHealth"], item["healthErrors"][0]["errorCode"]),
                         ("Warning", "Normal", "161011"))

    def test_the_same_put_meets_itself_and_another_name_does_not(self):
        self.protect()
        self.done(self.arm("PUT", ITEM, enable_body()))
        self.assertEqual(len(self.get(f"{CONTAINER}/replicationProtectedItems")["value"]), 1)
        self.refused(self.arm("PUT", ITEM + "2", enable_body()), 400, "150154")

    def test_what_must_be_there(self):
        self.done(self.arm("PUT", MAPPING, mapping_body()))
        disk = enable_body()["properties"]["providerSpecificDetails"]["vmManagedDisks"][0]
        for change, code in (({"fabricObjectId": MACHINE + "x"}, "ArmResourceNotFound"),
                             ({"recoveryResourceGroupId": f"{GROUPS}/none"}, "ArmResourceNotFound"),
                             ({"recoveryContainerId": CONTAINER}, "ContainersNotPaired"),
                             ({"vmManagedDisks": []}, "150108"),
                             ({"vmManagedDisks": [disk | {"primaryStagingAzureStorageAccountId": "/none"}]}, "150107"),
                             ({"recoveryAzureNetworkId": NETWORK}, "NetworkNotFound"),
                             ({"recoveryAzureNetworkId": NETWORK_SOUTH, "recoverySubnetName": "none"}, "SubnetNotFound")):
            self.refused(self.arm("PUT", ITEM, enable_body(**change)), 400, code)
        self.control("portal", id=MACHINE, set={"state": "Updating"})
        self.refused(self.arm("PUT", ITEM, enable_body()), 400, "150019")

    def test_the_cache_must_be_in_the_machines_region(self):
        self.control("put", storage={"group": "rg-app", "name": "far", "region": SOUTH})
        disk = enable_body()["properties"]["providerSpecificDetails"]["vmManagedDisks"][0]
        far = f"{GROUPS}/rg-app/providers/Microsoft.Storage/storageAccounts/far"
        self.refused(self.arm("PUT", ITEM, enable_body(vmManagedDisks=[disk | {"primaryStagingAzureStorageAccountId": far}])),
                     400, "150106")


class Lists(EmulatorCase):
    def test_a_page_a_fabric_the_last_one_empty_and_rows_that_say_less(self):
        self.protect()
        pages = self.pages(f"{VAULT}/replicationProtectedItems")
        self.assertEqual([len(page) for page in pages], [1, 0])
        link = self.arm("GET", f"{VAULT}/replicationProtectedItems").body["nextLink"]
        fabrics = self.get(f"{VAULT}/replicationFabrics")["value"]
        self.assertTrue(link.endswith("skipToken=" + fabrics[1]["properties"]["internalIdentifier"]))
        self.assertIn("/subscriptions/", link)
        row = details_of(pages[0][0])
        self.assertEqual(row["vmSyncedConfigDetails"], {"tags": None, "inputEndpoints": None})
        self.assertIsNone(row["protectedManagedDisks"][0]["diskState"])
        self.assertTrue(row["vmNics"][0]["nicId"])


class Patch(EmulatorCase):
    def setUp(self):
        super().setUp()
        self.control("put", machine={"group": "rg-app", "name": "Web1", "region": EAST, "nics": [
            {"configs": [{"subnet": f"{NETWORK}/subnets/Web"}, {"subnet": f"{NETWORK}/subnets/Web", "ip": "10.1.1.20"}]},
            {"subnet": f"{NETWORK}/subnets/Db", "ip": "10.1.2.30"}]})

    def test_refused_while_seeding(self):
        self.done(self.arm("PUT", MAPPING, mapping_body()))
        self.arm("PUT", ITEM, enable_body())
        self.refused(self.arm("PATCH", ITEM, {"properties": {"recoveryAzureVMName": "x"}}), 400, "28020")

    def test_static_address_and_defaults_that_become_empty(self):
        item = self.protect()
        answer = self.arm("PATCH", ITEM, patch_body(item, {"recoveryStaticIPAddress": "10.2.1.10",
                                                           "isSeletedForFailover": False}))
        self.assertEqual(details_of(self.get(ITEM))["vmNics"][0]["selectionType"], "SelectedByDefault")
        self.done(answer, 4)
        nic = details_of(self.get(ITEM))["vmNics"][0]
        config = nic["ipConfigs"][0]
        self.assertEqual((config["recoveryStaticIPAddress"], config["recoveryIPAddressType"]), ("10.2.1.10", "Static"))
        self.assertTrue(config["isSeletedForFailover"], "true for the primary one, whatever was sent")
        self.assertEqual((config["tfoSubnetName"], config["recoveryLBBackendAddressPoolIds"],
                          nic["recoveryNetworkSecurityGroupId"], nic["recoveryNicName"]), ("", [], "", None))
        self.assertEqual(details_of(self.get(ITEM))["selectedRecoveryAzureNetworkId"], NETWORK_SOUTH.lower())

    def test_the_list_replaces(self):
        item = self.protect()
        body = patch_body(item)
        body["properties"]["vmNics"][0]["tfoNicName"] = "test-nic"
        body["properties"]["vmNics"][1]["recoveryNetworkSecurityGroupId"] = "/nsg"
        self.done(self.arm("PATCH", ITEM, body))
        nics = details_of(self.get(ITEM))["vmNics"]
        self.assertEqual((nics[0]["tfoRecoveryNicName"], nics[1]["recoveryNetworkSecurityGroupId"]), ("test-nic", "/nsg"))
        del body["properties"]["vmNics"][1]
        del body["properties"]["vmNics"][0]["tfoNicName"]
        self.done(self.arm("PATCH", ITEM, body))
        nics = details_of(self.get(ITEM))["vmNics"]
        self.assertEqual((nics[0]["tfoRecoveryNicName"], nics[1]["selectionType"],
                          nics[1]["ipConfigs"][0]["recoverySubnetName"]), (None, "NotSelected", ""))

    def test_networks_left_out_are_forgotten(self):
        item = self.protect()
        body = patch_body(item)
        del body["properties"]["selectedRecoveryAzureNetworkId"]
        self.done(self.arm("PATCH", ITEM, body))
        self.assertIsNone(details_of(self.get(ITEM))["selectedRecoveryAzureNetworkId"])

    def test_a_secondary_configuration(self):
        item = self.protect()
        second = {"recoveryStaticIPAddress": "10.2.1.21", "isSeletedForFailover": True}
        self.done(self.arm("PATCH", ITEM, patch_body(item, {}, second)))
        config = details_of(self.get(ITEM))["vmNics"][0]["ipConfigs"][1]
        self.assertEqual((config["recoveryStaticIPAddress"], config["isSeletedForFailover"]), ("10.2.1.21", True))

    def test_the_job_fails_where_the_address_cannot_be(self):
        item = self.protect()
        self.control("use", subnet=NETWORK_SOUTH + "/subnets/Web", ip="10.2.1.77")
        for address, code in (("10.2.2.10", "PrivateIPAddressNotInSubnet"), ("10.2.1.2", "PrivateIPAddressInReservedRange"),
                              ("10.2.1.77", "PrivateIPAddressInUse")):
            answer = self.arm("PATCH", ITEM, patch_body(item, {"recoveryStaticIPAddress": address}))
            self.assertEqual(answer.status, 202)
            self.wait(4)
            status = self.follow(answer.header("Azure-AsyncOperation")).body
            self.assertEqual(status["status"], "Failed")
            job = self.get(f"{VAULT}/replicationJobs/{status['name']}")["properties"]
            self.assertEqual((job["state"], job["errors"][0]["serviceErrorDetails"]["code"], status["error"]["code"]),
                             ("Failed", code, code))
        self.assertEqual(details_of(self.get(ITEM))["vmNics"], details_of(item)["vmNics"], "nothing was changed")

    def test_strange_nics_and_networks(self):
        item = self.protect()
        body = patch_body(item)
        body["properties"]["vmNics"][0]["nicId"] = "none"
        self.refused(self.arm("PATCH", ITEM, body), 400, "28020")
        self.refused(self.arm("PATCH", ITEM, patch_body(item, selectedRecoveryAzureNetworkId=NETWORK)), 400, "28020")


class Ends(EmulatorCase):
    def test_an_enable_that_fails_or_changes_nothing(self):
        self.done(self.arm("PUT", MAPPING, mapping_body()))
        self.behave("operation-ends", match="ProtectedItems", status="Failed", code=150097)
        self.arm("PUT", ITEM, enable_body())
        self.wait(3000)
        item = self.get(ITEM)["properties"]
        self.assertEqual((item["protectionState"], item["replicationHealth"], item["allowedOperations"]),
                         ("EnablingFailed", "Critical", ["DisableProtection"]))
        self.control("calm")
        self.done(self.arm("POST", ITEM + "/remove", {}))
        self.behave("nothing-changed", match="ProtectedItems")
        self.done(self.arm("PUT", ITEM, enable_body()))
        self.assertEqual(self.absent(ITEM), "FabricArmEntityMissing")

    def test_put_item_is_protected_at_once(self):
        self.control("put", item={"machine": MACHINE, "network": NETWORK_SOUTH, "name": "quick"})
        item = self.get(ITEM.replace("web1item", "quick"))["properties"]
        self.assertEqual((item["protectionState"], len(item["providerSpecificDetails"]["vmNics"])), ("Protected", 1))
        self.assertEqual(self.get(f"{VAULT}/replicationJobs")["value"], [], "no job of anybody")


class Disable(EmulatorCase):
    def test_with_an_empty_body_while_seeding_and_the_mapping_stays(self):
        self.done(self.arm("PUT", MAPPING, mapping_body()))
        self.arm("PUT", ITEM, enable_body())
        answer = self.arm("POST", ITEM + "/remove", {})
        self.wait(190)
        self.get(ITEM)
        self.done(answer, 4)
        self.assertEqual(self.follow(answer.header("Location")).status, 204)
        self.assertEqual(self.absent(ITEM), "FabricArmEntityMissing")
        self.get(MAPPING)
        self.wait(3000)
        self.assertEqual(self.absent(ITEM), "FabricArmEntityMissing")


if __name__ == "__main__":
    unittest.main()
