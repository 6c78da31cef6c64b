"""Each hostile behaviour by name (README.md numbers them), seen on an answer."""

import pathlib
import re
import unittest

from behaviours.catalog import NAMES
from checks.support import EAST, FABRIC, ITEM, MAPPING, NETWORK, NIC, VAULT, EmulatorCase, mapping_body
from control.put import SUBSCRIPTION

VNETS = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Network/virtualNetworks"


class Catalog(EmulatorCase):
    def test_a_slip_is_refused(self):
        answer = self.send("POST", "/_control/behave", {"name": "caseing"})
        self.assertEqual((answer.status, answer.body["error"]["code"]), (400, "UnknownBehaviour"))

    def test_count_skip_match_and_methods(self):
        self.behave("fail", status=503, count=1, skip=1, match="virtualNetworks", methods=["read"])
        self.assertEqual([self.arm("GET", path).status for path in (NETWORK, NIC, NETWORK, NETWORK)], [200, 200, 503, 200])
        self.behave("fail", methods=["write"])
        self.assertEqual(self.arm("GET", NETWORK).status, 200)
        self.assertEqual(self.arm("DELETE", NETWORK).status, 503)
        self.control("calm", name="fail")
        self.assertEqual(self.arm("DELETE", NETWORK).status, 400)

    def test_every_behaviour_has_a_test(self):
        here = "".join(found.read_text() for found in pathlib.Path(__file__).parent.glob("test_*.py"))
        missing = [name for name in NAMES if f'"{name}"' not in here]
        self.assertEqual(missing, [])


class Spelling(EmulatorCase):
    def test_casing(self):
        self.behave("casing", how="upper")
        self.assertEqual(self.get(FABRIC)["id"], FABRIC.upper())
        self.control("calm")
        self.behave("casing", how="swap")
        self.assertEqual(self.get(NETWORK)["id"], NETWORK.swapcase())

    def test_display_regions(self):
        self.behave("display-regions")
        self.assertEqual(self.get(NETWORK)["location"], "East Asia")
        self.assertEqual(self.get(FABRIC)["properties"]["customDetails"]["location"], "East Asia")

    def test_unknown_and_new_members(self):
        item = self.protect()
        self.assertNotIn("rtoInSeconds", item["properties"]["providerSpecificDetails"])
        self.behave("new-members")
        item = self.get(ITEM)
        self.assertIn("rtoInSeconds", item["properties"]["providerSpecificDetails"])
        self.assertEqual(item["properties"]["providerSpecificDetails"]["churnOptionSelected"], "Normal")
        self.behave("unknown-members")
        self.assertIn("xUnknown0", self.get(NETWORK))
        self.assertIn("xUnknown4", self.get(NETWORK)["properties"]["subnets"][0]["properties"])

    def test_a_member_of_newer_versions(self):
        self.behave("since", version="2024-05-01", member="resourceGuid")
        for version, shown in (("2024-01-01", False), ("2024-05-01", True), ("2025-01-01", True)):
            body = self.arm("GET", NETWORK, version=version).body
            self.assertEqual("resourceGuid" in body["properties"], shown, version)

    def test_members_removed_nulled_mistyped_set(self):
        self.protect()
        base = "properties.providerSpecificDetails."
        self.behave("member", match="ProtectedItems", path=base + "vmNics", do="remove")
        self.behave("member", match="ProtectedItems", path="properties.protectionState", do="set", value="Dreaming")
        self.behave("member", match="ProtectedItems", path=base + "lifecycleId", do="null")
        self.behave("member", match="ProtectedItems", path="properties.allowedOperations", do="mistype")
        for item in (self.get(ITEM), self.get(f"{VAULT}/replicationProtectedItems")["value"][0]):
            details = item["properties"]["providerSpecificDetails"]
            self.assertNotIn("vmNics", details)
            self.assertEqual((item["properties"]["protectionState"], details["lifecycleId"],
                              item["properties"]["allowedOperations"]), ("Dreaming", None, 17))


class Lists(EmulatorCase):
    def setUp(self):
        super().setUp()
        self.control("put", network={"group": "rg-net", "name": "Third", "region": EAST, "space": ["10.3.0.0/16"]})

    def names(self):
        return [[row["name"] for row in page] for page in self.pages(VNETS)]

    def test_pages(self):
        self.behave("pages", size=2)
        self.assertEqual(self.names(), [["App-Vnet", "App-Vnet-DR"], ["Third"]])
        self.assertEqual([len(page) for page in self.pages(f"{VAULT}/replicationProtectionContainers")], [2])

    def test_empty_pages(self):
        self.behave("pages", size=2)
        self.behave("empty-pages")
        self.assertEqual(self.names(), [[], ["App-Vnet", "App-Vnet-DR"], [], ["Third"]])

    def test_row_in_two_pages(self):
        self.behave("pages", size=1)
        self.behave("row-in-two-pages")
        self.assertEqual(self.names(), [["App-Vnet", "App-Vnet-DR"], ["App-Vnet-DR", "Third"], ["Third"]])

    def test_row_moves(self):
        self.behave("pages", size=1)
        self.behave("row-moves")
        self.assertEqual(self.names(), [["App-Vnet"], ["App-Vnet"], ["App-Vnet-DR"]], "Third is in no page")

    def test_links_that_loop_or_lead_away(self):
        self.behave("pages", size=1)
        self.behave("next-link-loops")
        self.assertGreater(len(self.names()), 50)
        self.behave("next-link-foreign", host="evil.example")
        self.assertTrue(self.arm("GET", VNETS).body["nextLink"].startswith("https://evil.example/"))


class Operations(EmulatorCase):
    def put(self):
        return self.arm("PUT", MAPPING, mapping_body())

    def links(self, answer):
        return answer.header("Location") is not None, answer.header("Azure-AsyncOperation") is not None

    def test_shapes_of_a_long_write(self):
        for shape, status, links in (("location", 202, (True, False)), ("azure-asyncoperation", 202, (False, True)),
                                     ("both", 202, (True, True)), ("200", 200, (False, True)),
                                     ("201", 201, (True, True)), ("bare", 202, (False, False))):
            self.control("calm")
            self.behave("lro", answer=shape)
            answer = self.put()
            self.assertEqual((answer.status, self.links(answer)), (status, links), shape)
            if status != 202:
                self.assertEqual(answer.body["name"], "App")
            if shape == "bare":
                self.assertIsNone(answer.header("x-ms-request-id"))
            self.wait(5)
            self.get(MAPPING)

    def test_network_writes_by_location(self):
        self.behave("lro", answer="location")
        answer = self.arm("PUT", NETWORK + "/subnets/New", {"properties": {"addressPrefix": "10.1.9.0/24"}})
        self.assertEqual(self.links(answer), (True, False))
        self.assertEqual(self.follow(answer.header("Location")).status, 202)
        self.wait(5)
        self.assertEqual(self.follow(answer.header("Location")).status, 200)

    def test_location_of_a_running_operation(self):
        answer = self.put()
        again = self.follow(answer.header("Location"))
        self.assertEqual((again.status, self.links(again), again.header("Retry-After")), (202, (True, True), "30"))
        self.wait(5)
        self.assertEqual(self.follow(answer.header("Location")).body["name"], "App")

    def test_retry_after(self):
        for value, seen in ((0, "0"), (1, "1"), ("date", "Sun, 01 Jun 2025 08:00:10 GMT"), (None, None)):
            self.control("calm")
            self.behave("retry-after", value=value)
            self.assertEqual(self.put().header("Retry-After"), seen)

    def test_ends_badly(self):
        for end, code in (("Canceled", None), ("Failed", "45005")):
            self.control("calm")
            self.behave("operation-ends", status=end, code=45005)
            answer = self.put()
            self.wait(5)
            status = self.follow(answer.header("Azure-AsyncOperation")).body
            self.assertEqual((status["status"], status["error"] and status["error"]["code"]), (end, code))
            self.absent(MAPPING)
            job = self.get(f"{VAULT}/replicationJobs/{status['name']}")["properties"]
            self.assertEqual(job["state"], {"Canceled": "Cancelled"}.get(end, end))

    def test_errors_of_a_job(self):
        self.behave("operation-ends", status="Failed", code=45005, errors=[
            {"code": "150097", "message": "No size.", "causes": "Quota.", "action": "Ask for more.",
             "provider": {"code": 31389, "message": "No disk."}}, {"code": "99", "message": "Nor a disk."}])
        answer = self.put()
        self.wait(5)
        name = self.follow(answer.header("Azure-AsyncOperation")).body["name"]
        first, second = self.get(f"{VAULT}/replicationJobs/{name}")["properties"]["errors"]
        told = first["serviceErrorDetails"]
        self.assertEqual((told["code"], told["possibleCauses"], told["recommendedAction"]),
                         ("150097", "Quota.", "Ask for more."))
        self.assertEqual(first["providerErrorDetails"]["errorCode"], 31389)
        self.assertEqual((second["serviceErrorDetails"]["message"], second["providerErrorDetails"]), ("Nor a disk.", None))

    def test_network_write_that_fails(self):
        self.behave("operation-ends", match="virtualNetworks", status="Failed", code="InternalServerError")
        answer = self.arm("PUT", NETWORK + "/subnets/New", {"properties": {"addressPrefix": "10.1.9.0/24"}})
        self.wait(5)
        self.assertEqual(self.follow(answer.header("Azure-AsyncOperation")).body["error"]["code"], "InternalServerError")
        self.assertEqual(self.get(NETWORK)["properties"]["provisioningState"], "Failed")
        self.control("calm")
        self.done(self.arm("DELETE", NETWORK + "/subnets/New"))

    def test_first_polls_404(self):
        self.behave("polls-404", count=2)
        link = self.put().header("Azure-AsyncOperation")
        self.assertEqual([self.follow(link).status for _ in range(3)], [404, 404, 200])

    def test_signed_links(self):
        self.behave("signed-links", length=3400)
        answer = self.put()
        link, other = answer.header("Azure-AsyncOperation"), answer.header("Location")
        self.assertGreater(len(link), 3300)
        for name in ("t", "c", "s", "h"):
            self.assertIn(f"&{name}=", link)
        self.assertNotEqual(re.search("&h=(.*)", link)[1], re.search("&h=(.*)", other)[1])
        self.assertEqual(self.follow(link).status, 200)
        self.assertEqual(self.follow(link.replace("%3a", "%3A")).status, 200)
        self.refused(self.follow(link.split("&t=")[0]), 403, "AuthorizationFailed")
        self.refused(self.follow(link.split("&h=")[0] + "&h=" + re.search("&h=(.*)", other)[1]), 403, "AuthorizationFailed")

    def test_jobs_forgotten(self):
        answer = self.put()
        self.behave("jobs-forgotten")
        link = answer.header("Azure-AsyncOperation")
        self.assertEqual(self.follow(link).status, 404)
        self.assertEqual(self.arm("GET", f"{VAULT}/replicationJobs/{link.split('?')[0].split('/')[-1]}").status, 404)

    def test_foreign_links(self):
        self.behave("lro-foreign", host="evil.example")
        self.assertTrue(self.put().header("Location").startswith("https://evil.example/Subscriptions/"))

    def test_nothing_changed(self):
        self.behave("nothing-changed")
        self.done(self.put())
        self.absent(MAPPING)
        self.done(self.arm("PUT", NETWORK + "/subnets/New", {"properties": {"addressPrefix": "10.1.9.0/24"}}))
        found = self.get(NETWORK)["properties"]
        self.assertEqual([subnet["name"] for subnet in found["subnets"]], ["Web", "Db"])
        self.assertEqual(found["provisioningState"], "Succeeded")
        new = NETWORK + "New"
        self.done(self.arm("PUT", new, {"location": EAST, "properties": {"addressSpace": {"addressPrefixes": ["10.5.0.0/16"]}}}))
        self.refused(self.arm("GET", new), 404, "ResourceNotFound")

    def test_cancelled_by_hand(self):
        guid = self.put().header("Location").split("?")[0].split("/")[-1]
        self.arm("POST", f"{VAULT}/replicationJobs/{guid}/cancel")
        self.wait(5)
        self.absent(MAPPING)
        self.assertEqual(self.get(f"{VAULT}/replicationJobs/{guid}")["properties"]["state"], "Cancelled")


if __name__ == "__main__":
    unittest.main()
