"""Hostile behaviours that concern any request: storms, outages, odd errors, late views, and edits by others."""

import json
import time
import unittest
from email.utils import parsedate_to_datetime

from checks.support import EAST, GROUPS, ITEM, MAPPING, NETWORK, SOUTH, VAULT, EmulatorCase, mapping_body
from checks.test_behaviours import VNETS


class Storms(EmulatorCase):
    def test_throttle(self):
        self.behave("throttle", count=2, retry_after=7)
        answers = [self.arm("GET", NETWORK) for _ in range(3)]
        self.assertEqual([(one.status, one.header("Retry-After")) for one in answers], [(429, "7"), (429, "7"), (200, None)])
        self.behave("throttle", retry_after="date", count=1)
        self.assertTrue(self.arm("GET", NETWORK).header("Retry-After").endswith("GMT"))
        self.behave("throttle", count=1)
        self.assertIsNone(self.arm("GET", NETWORK).header("Retry-After"))

    def test_remaining_falls(self):
        self.behave("remaining", **{"from": 2, "step": 1})
        answers = [self.arm("GET", NETWORK) for _ in range(4)]
        self.assertEqual([one.header("x-ms-ratelimit-remaining-subscription-reads") for one in answers], ["1", "0", "0", "0"])
        self.assertEqual([one.status for one in answers], [200, 200, 429, 429])

    def test_a_bucket_fills_again(self):
        self.behave("remaining", **{"from": 2, "per_second": 0.5, "retry_after": 2})
        self.assertEqual([self.arm("GET", NETWORK).status for _ in range(3)], [200, 200, 429])
        self.assertEqual(self.arm("DELETE", NETWORK + "x").status, 204, "deletes have a bucket of their own")
        self.wait(2)
        self.assertEqual([self.arm("GET", NETWORK).status for _ in range(2)], [200, 429])

    def test_outages(self):
        for status in (500, 502, 503, 504):
            self.behave("fail", status=status, count=1)
            self.assertEqual(self.arm("PUT", MAPPING, mapping_body()).status, status)
        self.wait(5)
        self.absent(MAPPING)

    def test_lost_answers_and_lost_requests(self):
        self.behave("lose-request", methods=["PUT"], count=1)
        self.assertEqual(self.arm("PUT", MAPPING, mapping_body()).transport, "closed")
        self.wait(5)
        self.absent(MAPPING)
        self.behave("lose-answer", methods=["PUT"], count=1)
        self.assertEqual(self.arm("PUT", MAPPING, mapping_body()).transport, "closed")
        self.wait(5)
        self.get(MAPPING)

    def test_401(self):
        self.behave("unauthorized", count=1)
        self.assertEqual([self.arm("GET", VAULT).status for _ in range(2)], [401, 200])
        self.behave("claims", count=1)
        self.assertIn("claims=", self.arm("GET", VAULT).header("WWW-Authenticate"))

    def test_clock_skew(self):
        self.behave("clock-skew", seconds=7200)
        self.assertEqual(self.arm("GET", VAULT).header("Date"), "Sun, 01 Jun 2025 10:00:00 GMT")
        self.control("calm")
        self.behave("clock-skew", here=True, seconds=-7200)
        behind = time.time() - parsedate_to_datetime(self.arm("GET", VAULT).header("Date")).timestamp()
        self.assertAlmostEqual(behind, 7200, delta=600)

    def test_refused_by_wish(self):
        self.behave("refuse", status=403, code="RequestDisallowedByPolicy", match="NetworkMappings", methods=["write"])
        self.refused(self.arm("PUT", MAPPING, mapping_body()), 403, "RequestDisallowedByPolicy")


class Errors(EmulatorCase):
    def test_shapes(self):
        for shape, seen in (("number", {"error": {"code": 45005}}), ("details-null", {"error": {"details": None}}),
                            ("text", {"error": "ResourceNotFound: "}), ("pascal", {"ErrorCode": "ResourceNotFound"})):
            self.control("calm")
            self.behave("error-shape", shape=shape)
            body = json.dumps(self.arm("GET", NETWORK + "x").body)
            self.assertIn(json.dumps(seen)[1:-1].strip("{}").split(": ", 1)[0], body, shape)
        self.assertEqual(self.arm("GET", NETWORK + "x").body["Message"]["lang"], "en-US")
        self.control("calm")
        self.behave("error-shape", shape="html")
        answer = self.arm("GET", NETWORK + "x")
        self.assertEqual((answer.body[:6], answer.header("Content-Type")), (b"<html>", "text/html"))
        self.control("calm")
        self.behave("error-shape", shape="empty")
        self.assertIsNone(self.arm("GET", NETWORK + "x").body)

    def test_a_page_of_a_proxy(self):
        self.behave("proxy-page", match="NetworkMappings", methods=["write"])
        answer = self.arm("PUT", MAPPING, mapping_body())
        self.assertEqual((answer.status, answer.body[:6], answer.header("Content-Type")), (200, b"<html>", "text/html"))
        self.refused(self.arm("GET", MAPPING), 404, "FabricArmEntityMissing")

    def test_both_faces_of_absent(self):
        self.behave("absent-as", face="400")
        self.refused(self.arm("GET", MAPPING), 400, "SubscriptionIdNotRegisteredWithSrs")
        self.control("calm")
        self.refused(self.arm("GET", MAPPING), 404, "FabricArmEntityMissing")

    def test_the_vault(self):
        self.behave("vault", status=404, count=1)
        self.refused(self.arm("GET", VAULT), 404, "ResourceNotFound")
        self.behave("vault", status=403, count=1)
        self.refused(self.arm("GET", VAULT), 403, "AuthorizationFailed")
        self.get(VAULT)


class Eventual(EmulatorCase):
    def test_lists_lag(self):
        self.behave("eventual-lists", seconds=20)
        self.arm("PUT", MAPPING, mapping_body())
        self.wait(5)
        self.get(MAPPING)
        self.assertEqual(self.get(f"{VAULT}/replicationNetworkMappings")["value"], [])
        self.wait(20)
        self.assertEqual(len(self.get(f"{VAULT}/replicationNetworkMappings")["value"]), 1)

    def test_singles_lag_with_404_and_old_values(self):
        self.behave("eventual-singles", seconds=20)
        self.arm("PUT", MAPPING, mapping_body())
        self.wait(5)
        self.assertEqual(self.absent(MAPPING), "FabricArmEntityMissing")
        self.wait(20)
        self.get(MAPPING)
        self.control("put", network={"group": "rg-net-dr", "name": "Other", "region": SOUTH, "space": ["10.9.0.0/16"]})
        other = f"{GROUPS}/rg-net-dr/providers/Microsoft.Network/virtualNetworks/Other"
        self.wait(30)
        self.arm("PUT", MAPPING, mapping_body(target=other))
        self.wait(5)
        self.assertTrue(self.get(MAPPING)["properties"]["recoveryNetworkId"].endswith("app-vnet-dr"))
        self.wait(20)
        self.assertTrue(self.get(MAPPING)["properties"]["recoveryNetworkId"].endswith("other"))


class Portal(EmulatorCase):
    def test_mapping_edited_and_a_second_one_on_the_slot(self):
        self.control("put", mapping=[{"name": "One", "from": NETWORK, "to": mapping_body()["properties"]["recoveryNetworkId"]},
                                     {"name": "Two", "from": NETWORK, "to": mapping_body()["properties"]["recoveryNetworkId"]}])
        self.assertEqual(len(self.get(f"{VAULT}/replicationNetworkMappings")["value"]), 2)
        one = MAPPING.replace("/App", "/One")
        self.control("portal", id=one, set={"recovery": "/subscriptions/x/Elsewhere"})
        self.assertEqual(self.get(one)["properties"]["recoveryNetworkFriendlyName"], "elsewhere")
        self.control("portal", id=one, remove=True)
        self.absent(one)

    def test_subnet_written_by_another_keeps_the_network_busy(self):
        self.behave("vnet-updating", seconds=40)
        etag = self.get(NETWORK)["etag"]
        self.control("portal", id=NETWORK, set={"subnets.1.properties.networkSecurityGroup": {"id": "/theirs"}})
        found = self.get(NETWORK)
        self.assertEqual(found["properties"]["provisioningState"], "Updating")
        self.assertNotEqual(found["etag"], etag)
        body = {"properties": {"addressPrefix": "10.1.9.0/24"}}
        self.refused(self.arm("PUT", NETWORK + "/subnets/New", body), 429, "RetryableErrorDueToAnotherOperation")
        self.wait(41)
        self.assertEqual(self.get(NETWORK)["properties"]["provisioningState"], "Succeeded")
        self.done(self.arm("PUT", NETWORK + "/subnets/New", body))

    def test_two_networks_of_a_name_and_one_replaced_by_a_stranger(self):
        self.control("put", network={"group": "rg-twin", "name": "App-Vnet", "region": EAST, "space": ["10.1.0.0/16"]})
        self.assertEqual(len([row for row in self.get(VNETS)["value"] if row["name"] == "App-Vnet"]), 2)
        self.control("portal", id=NETWORK, remove=True)
        self.assertEqual(len([row for row in self.get(VNETS)["value"] if row["name"] == "App-Vnet"]), 1)

    def test_edits_of_items(self):
        self.protect()
        self.control("portal", id=ITEM, set={"details.vmNics.0.ipConfigs.0.recoverySubnetName": "Db",
                                             "state": "SomethingNew"})
        item = self.get(ITEM)["properties"]
        self.assertEqual((item["protectionState"], item["providerSpecificDetails"]["vmNics"][0]["ipConfigs"][0][
            "recoverySubnetName"]), ("SomethingNew", "Db"))


if __name__ == "__main__":
    unittest.main()
