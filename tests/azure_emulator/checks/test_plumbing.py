"""Fabrics, containers, policies, container mappings: made, read, repeated, removed."""

import unittest

from checks.support import (CONTAINER, CONTAINER_SOUTH, EAST, FABRIC, FABRIC_SOUTH, ITEM, MAPPING, POLICY, SOUTH, VAULT,
                            EmulatorCase, mapping_body)

FABRIC_BODY = {"properties": {"customDetails": {"instanceType": "Azure", "location": EAST}}}
CONTAINER_BODY = {"properties": {"providerSpecificInput": [{"instanceType": "A2A"}]}}
POLICY_BODY = {"properties": {"providerSpecificInput": {"instanceType": "A2A", "multiVmSyncStatus": "Enable"}}}
PAIR = f"{CONTAINER}/replicationProtectionContainerMappings/pair"


def pair_body(target=CONTAINER_SOUTH):
    return {"properties": {"targetProtectionContainerId": target, "policyId": POLICY, "providerSpecificInput": {
        "instanceType": "A2A", "agentAutoUpdateStatus": "Disabled"}}}


class FromNothing(EmulatorCase):
    plumbing = False

    def test_fresh_vault_lists_are_empty_and_single_reads_say_not_registered(self):
        for name in ("replicationFabrics", "replicationNetworkMappings", "replicationProtectedItems",
                     "replicationPolicies", "replicationProtectionContainers", "replicationProtectionContainerMappings"):
            self.assertEqual(self.get(f"{VAULT}/{name}"), {"value": [], "nextLink": None})
        self.assertEqual(self.absent(FABRIC), "SubscriptionIdNotRegisteredWithSrs")
        self.assertEqual(self.arm("GET", FABRIC).status, 400)

    def test_fabric_takes_68_seconds(self):
        answer = self.arm("PUT", FABRIC, FABRIC_BODY)
        self.assertEqual((answer.status, answer.body), (202, None))
        self.wait(60)
        self.assertEqual(self.absent(FABRIC), "FabricArmEntityMissing")
        self.wait(10)
        self.assertEqual(self.get(FABRIC)["properties"]["friendlyName"], "East Asia")

    def test_everything_both_ways(self):
        self.done(self.arm("PUT", FABRIC, FABRIC_BODY))
        self.done(self.arm("PUT", FABRIC_SOUTH, {"properties": {"customDetails": {
            "instanceType": "Azure", "location": "Southeast Asia"}}}))
        self.done(self.arm("PUT", CONTAINER, CONTAINER_BODY), 1)
        self.assertEqual(self.get(CONTAINER)["properties"]["pairingStatus"], "NotPaired")
        self.done(self.arm("PUT", CONTAINER_SOUTH, CONTAINER_BODY), 1)
        self.done(self.arm("PUT", POLICY, POLICY_BODY), 1)
        self.done(self.arm("PUT", PAIR, pair_body()), 78)
        self.assertEqual(self.get(CONTAINER)["properties"]["role"], "Primary")
        self.assertEqual(self.get(CONTAINER_SOUTH)["properties"]["role"], "Recovery")
        listed = self.get(f"{CONTAINER_SOUTH}/replicationProtectionContainerMappings")["value"]
        self.assertEqual([row["name"] for row in listed], ["pair"], "the list under a container shows mappings to it")

    def test_policy_left_with_defaults(self):
        self.done(self.arm("PUT", POLICY, POLICY_BODY), 1)
        details = self.get(POLICY)["properties"]["providerSpecificDetails"]
        self.assertEqual((details["recoveryPointHistory"], details["crashConsistentFrequencyInMinutes"],
                          details["multiVmSyncStatus"]), (0, 5, "Enabled"))

    def test_rows_of_other_kinds(self):
        base = VAULT.replace("/subscriptions", "/Subscriptions")
        for name in ("replicationFabrics", "replicationNetworkMappings", "replicationProtectedItems", "replicationPolicies",
                     "replicationProtectionContainers"):
            row = {"id": f"{base}/{name}/vmm", "name": "vmm", "properties": {"customDetails": {"instanceType": "VMM"}}}
            self.control("put", foreign={"list": name, "body": row})
            self.assertEqual(self.get(f"{VAULT}/{name}")["value"], [row])
            self.assertEqual(self.get(f"{VAULT}/{name}/VMM"), row)

    def test_bad_bodies(self):
        self.refused(self.arm("PUT", FABRIC, {}), 400, "BadRequest")
        self.refused(self.arm("PUT", FABRIC, {"properties": {"customDetails": {"instanceType": "Azure",
                              "location": "atlantis"}}}), 400, "LocationNotAvailableForResourceType")
        self.refused(self.arm("PUT", POLICY, {"properties": {"providerSpecificInput": {
            "instanceType": "A2A", "multiVmSyncStatus": "Enabled"}}}), 400, "150261")
        self.refused(self.arm("PUT", FABRIC, b"no json"), 400, "InvalidRequestContent")


class Built(EmulatorCase):
    def test_repeating_is_safe(self):
        for path, body in ((FABRIC, FABRIC_BODY), (CONTAINER, CONTAINER_BODY), (POLICY, POLICY_BODY)):
            self.done(self.arm("PUT", path, body))
        again = f"{CONTAINER}/replicationProtectionContainerMappings/{EAST}-{SOUTH}-24-hour-retention-policy"
        self.done(self.arm("PUT", again, pair_body()), 1)
        self.assertEqual(len(self.get(f"{VAULT}/replicationFabrics")["value"]), 2)

    def test_names_stay_as_they_were_spelled_first(self):
        pair = f"{CONTAINER}/replicationProtectionContainerMappings/{EAST}-{SOUTH}-24-hour-retention-policy"
        for path, body in ((POLICY, POLICY_BODY), (pair, pair_body()), (FABRIC, FABRIC_BODY)):
            self.done(self.arm("PUT", path.replace("24-hour", "24-HOUR").replace("asr-", "ASR-"), body))
            self.assertEqual(self.get(path)["name"], path.split("/")[-1])

    def test_a_fabric_stays_in_its_region_and_a_pair_is_one(self):
        elsewhere = {"properties": {"customDetails": {"instanceType": "Azure", "location": "eastus"}}}
        self.refused(self.arm("PUT", FABRIC, elsewhere), 400, "BadRequest")
        self.refused(self.arm("PUT", PAIR, pair_body()), 400, "ContainersAlreadyPaired")
        self.refused(self.arm("PUT", PAIR, pair_body(CONTAINER)), 400, "BadRequest")

    def test_names_are_without_case(self):
        self.assertEqual(self.get(FABRIC.upper().replace("/SUBSCRIPTIONS", "/Subscriptions"))["id"],
                         FABRIC.replace("/subscriptions", "/Subscriptions"))

    def test_absent_things_of_a_used_vault(self):
        for path in (f"{VAULT}/replicationFabrics/x", MAPPING, ITEM, f"{VAULT}/replicationPolicies/x",
                     f"{FABRIC}/replicationProtectionContainers/x"):
            answer = self.arm("GET", path)
            self.refused(answer, 404, "FabricArmEntityMissing")
            self.assertEqual(answer.body["error"]["code"], "NotFound")

    def test_removal_in_order(self):
        self.refused(self.arm("POST", f"{FABRIC}/remove"), 400, "FabricInUse")
        self.refused(self.arm("POST", f"{CONTAINER}/remove"), 400, "ContainerInUse")
        self.refused(self.arm("DELETE", POLICY), 400, "PolicyInUse")
        for mapping in self.get(f"{VAULT}/replicationProtectionContainerMappings")["value"]:
            self.done(self.arm("POST", f"{mapping['id']}/remove", {}))
        for container in (CONTAINER, CONTAINER_SOUTH):
            self.done(self.arm("POST", f"{container}/remove"))
        for fabric in (FABRIC, FABRIC_SOUTH):
            answer = self.arm("POST", f"{fabric}/remove")
            self.done(answer)
            self.assertEqual(self.follow(answer.header("Location")).status, 204)
        self.done(self.arm("DELETE", POLICY))
        self.assertEqual(self.arm("DELETE", POLICY).status, 204)
        self.assertEqual(self.get(f"{VAULT}/replicationFabrics")["value"], [])

    def test_purges_exist_and_are_logged(self):
        self.protect()
        self.done(self.arm("DELETE", ITEM), 1)
        self.assertEqual(self.absent(ITEM), "FabricArmEntityMissing")
        self.done(self.arm("DELETE", FABRIC))
        self.assertEqual(self.absent(CONTAINER), "FabricArmEntityMissing")
        self.assertIn("DELETE", [row["method"] for row in self.send("GET", "/_control/log").body["requests"]])


class Mappings(EmulatorCase):
    def test_made_in_three_seconds_and_read_folded(self):
        answer = self.arm("PUT", MAPPING, mapping_body())
        self.assertEqual(self.absent(MAPPING), "FabricArmEntityMissing")
        self.done(answer, 3)
        properties = self.get(MAPPING)["properties"]
        self.assertEqual(properties["primaryNetworkFriendlyName"], "app-vnet")
        self.assertEqual(properties["recoveryNetworkId"], properties["recoveryNetworkId"].lower())

    def test_without_fabric_name(self):
        body = mapping_body()
        del body["properties"]["recoveryFabricName"]
        answer = self.arm("PUT", MAPPING, body)
        self.refused(answer, 400, "UnhandledException")
        self.assertIn("ArmResourceName is null", answer.body["error"]["message"])

    def test_regions_must_fit(self):
        from checks.support import NETWORK, NETWORK_SOUTH
        self.refused(self.arm("PUT", MAPPING, mapping_body(NETWORK_SOUTH, NETWORK_SOUTH)), 400, "NetworkLocationMismatch")
        self.refused(self.arm("PUT", MAPPING, mapping_body(NETWORK, NETWORK)), 400, "NetworkLocationMismatch")
        self.refused(self.arm("PUT", MAPPING, mapping_body(NETWORK + "x")), 400, "NetworkNotFound")
        self.refused(self.arm("PUT", MAPPING, mapping_body(fabric=FABRIC)), 400, "SameRegion")

    def test_one_mapping_a_slot(self):
        self.done(self.arm("PUT", MAPPING, mapping_body()))
        self.refused(self.arm("PUT", MAPPING + "2", mapping_body()), 409, "NetworkMappingAlreadyExists")

    def test_retargeted_by_the_same_put_and_by_patch(self):
        self.done(self.arm("PUT", MAPPING, mapping_body()))
        self.control("put", network={"group": "rg-net-dr", "name": "Other", "region": SOUTH, "space": ["10.9.0.0/16"]})
        other = mapping_body()["properties"]["recoveryNetworkId"].replace("App-Vnet-DR", "Other")
        self.done(self.arm("PUT", MAPPING, mapping_body(target=other)))
        self.assertTrue(self.get(MAPPING)["properties"]["recoveryNetworkId"].endswith("/other"))
        self.done(self.arm("PATCH", MAPPING, {"properties": {"recoveryNetworkId":
                                                             mapping_body()["properties"]["recoveryNetworkId"]}}))
        self.assertTrue(self.get(MAPPING)["properties"]["recoveryNetworkId"].endswith("/app-vnet-dr"))

    def test_delete_leaves_the_mirror(self):
        from checks.support import NETWORK, NETWORK_SOUTH
        back = f"{FABRIC_SOUTH}/replicationNetworks/azureNetwork/replicationNetworkMappings/Back"
        self.done(self.arm("PUT", MAPPING, mapping_body()))
        self.done(self.arm("PUT", back, mapping_body(NETWORK_SOUTH, NETWORK, FABRIC)))
        answer = self.arm("DELETE", MAPPING)
        self.done(answer, 3)
        self.assertEqual(self.follow(answer.header("Location")).status, 204)
        self.assertEqual([row["name"] for row in self.get(f"{VAULT}/replicationNetworkMappings")["value"]], ["Back"])
        self.assertEqual(self.arm("DELETE", MAPPING).status, 204)


if __name__ == "__main__":
    unittest.main()
