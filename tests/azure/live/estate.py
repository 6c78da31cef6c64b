"""The files of a project for what a vault holds, from the answers of a first reading.

`pairform discover` will write them one day; there is no such command yet."""

import re

from program import fold, stanza, subscription_of

# An existing network that is nowhere: to look for it, the program reads all lists, and ends with PF3001.
PROBE = stanza("network.probe", existing=True, name="pairform-live-probe", region="eastus")


def rows_of(exchanges, kind):
    """Rows of all pages of a list, each id once."""
    found = {}
    for exchange in exchanges:
        if exchange.is_list(kind):
            found.update({fold(row.get("id")): row for row in exchange.rows()})
    return list(found.values())


def region(text):
    return (text or "").replace(" ", "").lower()


def words(row, *path):
    for name in path:
        row = row.get(name) if isinstance(row, dict) else None
    return row


def details_of(item):
    return words(item, "properties", "providerSpecificDetails") or {}


def is_a2a(item):
    return fold(details_of(item).get("instanceType")) == "a2a"


class Keys:
    """Keys of a project for names in the cloud, `-` for what a key cannot have: "nic.a" is nic-a, and nic-a-2 beside a "nic-a".
    The same id has the same key, another one another."""

    def __init__(self):
        self.given, self.taken = {}, set()

    def of(self, identifier, name):
        if fold(identifier) not in self.given:
            wanted = re.sub(r"[^A-Za-z0-9_-]", "-", name) or "-"
            key, at = wanted, 2
            while fold(key) in self.taken:
                key, at = f"{wanted}-{at}", at + 1
            self.taken.add(fold(key))
            self.given[fold(identifier)] = key
        return self.given[fold(identifier)]


def nic_keys(ids):
    """Those of the NICs of one machine, in the order in which the program gives them: by name."""
    keys = Keys()
    return [keys.of(one, one.split("/")[-1]) for one in sorted(ids, key=lambda one: one.split("/")[-1])]


class Estate:
    def __init__(self, exchanges, vault):
        self.vault = vault
        self.mappings = [row for row in rows_of(exchanges, "replicationNetworkMappings")
                         if fold(words(row, "properties", "fabricSpecificSettings", "instanceType")) == "azuretoazure"]
        self.items = [row for row in rows_of(exchanges, "replicationProtectedItems") if is_a2a(row)]
        self.fabrics = rows_of(exchanges, "replicationFabrics")
        self.networks = {fold(row["id"]): row for row in rows_of(exchanges, "virtualNetworks")}
        self.machines = {fold(row["id"]): row for row in rows_of(exchanges, "virtualMachines")}
        self.nics = {fold(row["id"]): row for row in rows_of(exchanges, "networkInterfaces")}
        self.left_out = []
        self._networks, self._vms = Keys(), Keys()

    def regions(self):
        return sorted({region(words(one, "properties", "customDetails", "location")) for one in self.fabrics} - {""})

    def _place(self, identifier):
        """resource_group, and subscription where it is not the vault's."""
        parts = identifier.split("/")
        other = subscription_of(identifier) != subscription_of(self.vault)
        return {"resource_group": parts[4], "subscription": parts[2] if other else None}

    def _network_key(self, identifier):
        return self._networks.of(identifier, identifier.split("/")[-1])

    def _network(self, identifier, location):
        row = self.networks.get(fold(identifier), {})
        return stanza(f"network.{self._network_key(identifier)}", existing=True, region=region(row.get("location") or location),
                      name=row.get("name") or identifier.split("/")[-1], **self._place(row.get("id") or identifier))

    def text(self):
        """pairform.toml without its head."""
        wanted, pairs = {}, {}
        for mapping in self.mappings:
            properties = mapping["properties"]
            settings = properties["fabricSpecificSettings"]
            ends = fold(properties.get("primaryNetworkId")), fold(properties.get("recoveryNetworkId"))
            for end, location in zip(ends, ("primaryFabricLocation", "recoveryFabricLocation")):
                wanted[end] = settings.get(location)
            pairs.setdefault(frozenset(ends), ends)
        machines = [self._machine(item, wanted) for item in self.items]
        stanzas = [self._network(identifier, location) for identifier, location in sorted(wanted.items()) if identifier]
        for at, ends in enumerate(sorted(pairs.values())):
            stanzas.append(stanza(f"mapping.pair-{at}", source=f"network.{self._network_key(ends[0])}",
                                  target=f"network.{self._network_key(ends[1])}"))
        return "\n".join(stanzas + machines)

    def _machine(self, item, wanted):
        details, name = details_of(item), item.get("name")
        initial = details.get("initialPrimaryFabricLocation"), details.get("initialRecoveryFabricLocation")
        machine = details.get("fabricObjectId") or ""
        if region(details.get("primaryFabricLocation")) != region(initial[0]):  # reversed: the copy is what is protected
            machine = details.get("recoveryFabricObjectId") or ""
        row = self.machines.get(fold(machine))
        if row is None:
            self.left_out.append(f"item {name}: its machine is not in the lists that may be read")
            return ""
        network = self.network_of(row)
        if network is None:
            self.left_out.append(f"item {name}: the network of its machine is not in the lists that may be read")
            return ""
        wanted.setdefault(network, initial[0])
        key = self._vms.of(row["id"], f"{row['name']}-{row['id'].split('/')[4]}")
        return stanza(f"vm.{key}", existing=True, name=row["name"], network=f"network.{self._network_key(network)}",
                      target_region=region(initial[1]), **self._place(row["id"]))

    def network_of(self, machine):
        nics = words(machine, "properties", "networkProfile", "networkInterfaces") or []
        primary = next((nic for nic in nics if words(nic, "properties", "primary")), nics[0] if nics else {})
        nic = self.nics.get(fold(primary.get("id")), {})
        for configuration in words(nic, "properties", "ipConfigurations") or []:
            subnet = fold(words(configuration, "properties", "subnet", "id"))
            if "/subnets/" in subnet:
                return subnet.split("/subnets/")[0]
        return None
