"""Virtual networks, subnets, addresses, NICs, machines, groups: rules of Microsoft.Network and ARM."""

import unittest

from checks.support import (EAST, GROUPS, MACHINE, NETWORK, NETWORK_SOUTH, NIC, SOUTH, STORAGE, EmulatorCase)
from control.put import SUBSCRIPTION

NEW = f"{GROUPS}/rg-net/providers/Microsoft.Network/virtualNetworks/new-vnet"


def vnet_body(space=("10.5.0.0/16",), subnets=None, **properties):
    body = {"location": EAST, "properties": {"addressSpace": {"addressPrefixes": list(space)}} | properties}
    if subnets is not None:
        body["properties"]["subnets"] = [{"name": name, "properties": {"addressPrefix": prefix}}
                                         for name, prefix in subnets.items()]
    return body


class Networks(EmulatorCase):
    plumbing = False

    def test_create_is_201_updating_and_another_etag_later(self):
        answer = self.arm("PUT", NEW, vnet_body(subnets={"a": "10.5.1.0/24"}), {"If-None-Match": "*"})
        self.assertEqual((answer.status, answer.body["properties"]["provisioningState"]), (201, "Updating"))
        self.assertIsNone(answer.header("Location"))
        self.assertEqual(answer.body["etag"], answer.header("ETag"))
        self.assertEqual(self.follow(answer.header("Azure-AsyncOperation")).body, {"status": "InProgress"})
        self.done(answer, 11)
        found = self.get(NEW)
        self.assertEqual(found["properties"]["provisioningState"], "Succeeded")
        self.assertNotEqual(found["etag"], answer.body["etag"])
        self.assertEqual(found["etag"], found["properties"]["subnets"][0]["etag"])
        self.assertNotIn("tags", found)

    def test_others_write_after_a_read(self):
        self.behave("others-write", match="vnet$", count=1)
        etag = self.get(NETWORK)["etag"]
        found = self.get(NETWORK)
        self.assertIn(f"theirs{len(found['properties']['subnets']) - 1}", [one["name"] for one in found["properties"]["subnets"]])
        self.refused(self.arm("PUT", NETWORK, vnet_body(["10.1.0.0/16"]), {"If-Match": etag}), 412, "PreconditionFailed")
        self.assertEqual(self.get(NETWORK)["etag"], found["etag"])

    def test_if_none_match_and_if_match(self):
        body = vnet_body(["10.1.0.0/16"])
        self.refused(self.arm("PUT", NETWORK, body, {"If-None-Match": "*"}), 412, "PreconditionFailed")
        self.refused(self.arm("PUT", NETWORK, body, {"If-Match": 'W/"stale"'}), 412, "PreconditionFailed")
        self.refused(self.arm("PUT", NEW, vnet_body(), {"If-Match": 'W/"none"'}), 412, "PreconditionFailed")
        etag = self.get(NETWORK)["etag"]
        self.done(self.arm("PUT", NETWORK, body, {"If-Match": etag}))
        self.refused(self.arm("PUT", NETWORK, body, {"If-Match": etag}), 412, "PreconditionFailed")

    def test_put_without_subnets_keeps_them_but_not_before_2023_09(self):
        self.done(self.arm("PUT", NETWORK, vnet_body(["10.1.0.0/16", "10.8.0.0/16"])))
        self.assertEqual(len(self.get(NETWORK)["properties"]["subnets"]), 2)
        self.done(self.arm("PUT", NETWORK_SOUTH, vnet_body(["10.2.0.0/16"]) | {"location": SOUTH}, version="2023-06-01"))
        self.assertEqual(self.get(NETWORK_SOUTH)["properties"]["subnets"], [])

    def test_put_with_empty_subnets_deletes_them_unless_in_use(self):
        body = vnet_body(["10.2.0.0/16"], {}) | {"location": SOUTH}
        self.done(self.arm("PUT", NETWORK_SOUTH, body))
        self.assertEqual(self.get(NETWORK_SOUTH)["properties"]["subnets"], [])
        answer = self.arm("PUT", NETWORK, vnet_body(["10.1.0.0/16"], {}))
        self.refused(answer, 400, "InUseSubnetCannotBeDeleted")

    def test_put_replaces_what_it_does_not_name(self):
        peering = {"name": "p", "properties": {"allowVirtualNetworkAccess": True, "xNew": {"deep": 1}}}
        self.done(self.arm("PUT", NETWORK, vnet_body(["10.1.0.0/16"], dhcpOptions={"dnsServers": ["10.0.0.4"]},
                                                      virtualNetworkPeerings=[peering]) | {"tags": {"a": "b"}, "xTop": 1}))
        found = self.get(NETWORK)
        self.assertEqual(found["properties"]["virtualNetworkPeerings"], [peering])
        self.assertEqual((found["tags"], found["xTop"]), ({"a": "b"}, 1))
        self.done(self.arm("PUT", NETWORK, vnet_body(["10.1.0.0/16"])))
        found = self.get(NETWORK)
        self.assertEqual(found["properties"]["virtualNetworkPeerings"], [])
        self.assertNotIn("dhcpOptions", found["properties"])

    def test_bad_prefixes(self):
        for space, subnets, code in (((), None, "InvalidRequestFormat"), (("10.5.0.0/33",), None, "InvalidAddressPrefixFormat"),
                                     (("10.5.0.1/16",), None, "InvalidAddressPrefixFormat"),
                                     (("10.5.0.0/16", "10.5.1.0/24"), None, "VnetAddressSpacesOverlap"),
                                     (("10.5.0.0/16",), {"a": "10.6.0.0/24"}, "NetcfgInvalidSubnet"),
                                     (("10.5.0.0/16",), {"a": "10.5.1.0/24", "b": "10.5.1.0/25"}, "NetcfgInvalidSubnet")):
            self.refused(self.arm("PUT", NEW, vnet_body(space, subnets)), 400, code)
        self.refused(self.arm("PUT", NETWORK, vnet_body(["10.7.0.0/16"])), 400, "NetcfgInvalidSubnet")

    def test_location_is_needed_and_stays(self):
        self.refused(self.arm("PUT", NEW, {"properties": {}}), 400, "LocationRequired")
        self.refused(self.arm("PUT", NETWORK, vnet_body(["10.1.0.0/16"]) | {"location": SOUTH}), 409,
                     "InvalidResourceLocation")

    def test_one_write_at_a_time(self):
        self.arm("PUT", NETWORK + "/subnets/New", {"properties": {"addressPrefix": "10.1.9.0/24"}})
        answer = self.arm("PUT", NETWORK + "/subnets/New2", {"properties": {"addressPrefix": "10.1.10.0/24"}})
        self.refused(answer, 429, "RetryableErrorDueToAnotherOperation")
        self.assertEqual(answer.header("Retry-After"), "10")
        self.wait(5)
        self.assertEqual(self.arm("DELETE", NETWORK + "/subnets/New").status, 202)

    def test_subnets_by_themselves(self):
        path = NETWORK + "/subnets/New"
        body = {"properties": {"addressPrefix": "10.1.9.0/24", "networkSecurityGroup": {"id": "/x"}, "xNew": [1]}}
        answer = self.arm("PUT", path, body)
        self.assertEqual(answer.status, 201)
        self.done(answer, 5)
        properties = self.get(path)["properties"]
        self.assertEqual((properties["networkSecurityGroup"], properties["xNew"]), ({"id": "/x"}, [1]))
        self.assertEqual(self.arm("PUT", path, body).status, 200)
        self.wait(5)
        self.assertEqual(len(self.get(NETWORK + "/subnets")["value"]), 3)
        answer = self.arm("DELETE", path)
        self.done(answer, 5)
        self.assertEqual(self.follow(answer.header("Location")).status, 204)
        self.assertEqual(self.arm("DELETE", path).status, 204)
        self.refused(self.arm("GET", path), 404, "NotFound")

    def test_addresses_in_use_stay_in_their_subnet(self):
        self.refused(self.arm("DELETE", NETWORK + "/subnets/Web"), 400, "InUseSubnetCannotBeDeleted")
        self.refused(self.arm("PUT", NETWORK + "/subnets/Web", {"properties": {"addressPrefix": "10.1.7.0/24"}}), 400,
                     "InUsePrefixCannotBeDeleted")
        self.done(self.arm("PUT", NETWORK + "/subnets/Web", {"properties": {"addressPrefix": "10.1.1.0/25"}}))
        self.refused(self.arm("DELETE", NETWORK), 400, "InUseSubnetCannotBeDeleted")

    def test_delete(self):
        self.done(self.arm("DELETE", NETWORK_SOUTH))
        self.refused(self.arm("GET", NETWORK_SOUTH), 404, "ResourceNotFound")
        self.assertEqual(self.arm("DELETE", NETWORK_SOUTH).status, 204)

    def test_an_address_that_is_released_holds_nothing(self):
        for verb in ("use", "release"):
            self.control(verb, subnet=NETWORK_SOUTH + "/subnets/Web", ip="10.2.1.50")
            held = "ipConfigurations" in self.get(NETWORK_SOUTH)["properties"]["subnets"][0]["properties"]
            self.assertEqual(held, verb == "use")
        again = self.send("POST", "/_control/release", {"subnet": NETWORK_SOUTH + "/subnets/Web", "ip": "10.2.1.50"})
        self.refused(again, 404, "NotFound")

    def test_users_are_ids_in_capitals_and_more_with_expand(self):
        self.control("use", subnet=NETWORK + "/subnets/Web", ip="10.1.1.50")
        users = self.get(NETWORK)["properties"]["subnets"][0]["properties"]["ipConfigurations"]
        self.assertEqual(users[0], {"id": f"{GROUPS}/RG-APP/providers/Microsoft.Network/networkInterfaces/WEB1-NIC/"
                                          "ipConfigurations/IPCONFIG1"})
        expanded = self.get(NETWORK, query="&$expand=subnets/ipConfigurations")["properties"]["subnets"][0]
        self.assertEqual([user["properties"]["privateIPAddress"] for user in expanded["properties"]["ipConfigurations"]],
                         ["10.1.1.4", "10.1.1.50"])

    def test_address_availability(self):
        def ask(address):
            return self.get(NETWORK + "/CheckIPAddressAvailability", query=f"&ipAddress={address}")

        self.assertTrue(ask("10.1.1.9")["available"])
        taken = ask("10.1.1.4")
        self.assertEqual((taken["available"], taken["availableIPAddresses"][0]), (False, "10.1.1.5"))
        self.assertTrue(ask("10.1.1.1")["isPlatformReserved"])
        self.refused(self.arm("GET", NETWORK + "/CheckIPAddressAvailability", query="&ipAddress=9.9.9.9"), 400,
                     "PrivateIPAddressNotInAnySubnet")


class Machines(EmulatorCase):
    plumbing = False

    def test_lists_of_the_subscription(self):
        sub = f"/subscriptions/{SUBSCRIPTION}"
        for kind, count in (("Microsoft.Network/virtualNetworks", 2), ("Microsoft.Network/networkInterfaces", 1),
                            ("Microsoft.Compute/virtualMachines", 1), ("Microsoft.Compute/disks", 1),
                            ("Microsoft.Storage/storageAccounts", 1)):
            self.assertEqual(len(self.get(f"{sub}/providers/{kind}")["value"]), count)

    def test_machine_nic_disk_storage_eligibility(self):
        machine, nic = self.get(MACHINE), self.get(NIC)
        self.assertEqual(machine["properties"]["networkProfile"]["networkInterfaces"], [{"id": NIC}])
        self.assertEqual(nic["properties"]["virtualMachine"]["id"], MACHINE)
        self.assertEqual(nic["properties"]["ipConfigurations"][0]["properties"]["privateIPAllocationMethod"], "Dynamic")
        disk = self.get(machine["properties"]["storageProfile"]["osDisk"]["managedDisk"]["id"])
        self.assertEqual(disk["managedBy"], MACHINE)
        self.assertEqual(self.get(STORAGE)["location"], EAST)
        path = MACHINE + "/providers/Microsoft.RecoveryServices/replicationEligibilityResults/default"
        self.assertEqual(self.get(path)["properties"]["errors"], [])
        self.control("portal", id=MACHINE, set={"ineligible": ["A2AOperatingSystemNotSupported"]})
        self.assertEqual(self.get(path)["properties"]["errors"][0]["code"], "A2AOperatingSystemNotSupported")

    def test_scale_set_nics_and_ipv6_and_secondaries(self):
        self.control("put", nic=[
            {"group": "rg-app", "region": EAST, "name": "n0", "scale_set": "pool", "subnet": NETWORK + "/subnets/Web"},
            {"group": "rg-app", "region": EAST, "name": "dual", "subnet": NETWORK + "/subnets/Db", "configs": [
                {"ip": "10.1.2.10"}, {"ip": "fd00::5", "version": "IPv6"}, {"static": False}]}])
        rows = self.get(f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Network/networkInterfaces")["value"]
        self.assertEqual([row["name"] for row in rows], ["Web1-nic", "dual"])
        kinds = [(one["properties"]["privateIPAllocationMethod"], one["properties"]["privateIPAddressVersion"])
                 for one in rows[1]["properties"]["ipConfigurations"]]
        self.assertEqual(kinds, [("Static", "IPv4"), ("Static", "IPv6"), ("Dynamic", "IPv4")])
        self.assertEqual(len(self.get(NETWORK)["properties"]["subnets"][0]["properties"]["ipConfigurations"]), 2)

    def test_groups(self):
        path = f"{GROUPS}/rg-new"
        self.refused(self.arm("GET", path), 404, "ResourceGroupNotFound")
        answer = self.arm("PUT", path, {"location": EAST, "tags": {"pairform-project": "dr"}})
        self.assertEqual((answer.status, answer.body["properties"]["provisioningState"]), (201, "Succeeded"))
        self.assertIsNone(answer.header("Azure-AsyncOperation"))
        self.assertEqual(self.arm("PUT", path, {"location": EAST}).status, 200)
        self.assertNotIn("tags", self.get(path))
        self.refused(self.arm("PUT", path, {"location": SOUTH}), 409, "InvalidResourceGroupLocation")
        self.refused(self.arm("PUT", path, {}), 400, "LocationRequired")
        self.refused(self.arm("PUT", f"{GROUPS}/bad.", {"location": EAST}), 400, "InvalidResourceGroup")
        self.refused(self.arm("GET", NETWORK.replace("rg-net/", "rg-none/")), 404, "ResourceGroupNotFound")

    def test_permissions(self):
        path = f"{GROUPS}/rg-net/providers/Microsoft.Authorization/permissions"
        self.assertEqual(self.get(path)["value"][0]["actions"], ["*"])
        self.control("deny", scope=f"{GROUPS}/rg-net", what="write")
        self.assertEqual(self.get(path)["value"][0]["notActions"], ["*/write", "*/delete", "*/action"])


if __name__ == "__main__":
    unittest.main()
