"""What may be learnt only by writing: networks of a prefix, a pair, and if asked for the replication of one machine.

Every plan is looked at before it is applied: a step on anything that is not made here ends the run."""

import json
import re
import signal

from estate import PROBE, Estate, nic_keys, region, words
from program import Broken, Project, errors_of, fold, stanza, subscription_of

SPACES = {"a": "10.251.1.0/24", "b": "10.251.2.0/24", "c": "10.251.3.0/24"}
FURTHER = "10.251.4.0/24"  # of b, once that is there
OURS = re.compile(r"(network\.live-[abc]|mapping\.live\.(forward|reverse)|vm\.live(\.nic\..+)?)$")


def warning(given):
    text = (f"This writes to Azure: it makes three virtual networks {given.write}-a, -b and -c in {' and '.join(given.groups)}, "
            "a network mapping and its way back, and where they are missing the fabrics of both regions, which stay. It then "
            "removes the networks and the mapping. It takes 10 minutes; networks and mappings cost nothing.")
    if given.vm:
        text += ("\nIt also ENABLES REPLICATION of\n  " + given.vm + "\nwhich COSTS MONEY (Site Recovery of one machine, disks "
                 "of the replica, storage, traffic) and takes an hour or more, and then disables it. Containers, a policy and "
                 "container mappings are made where they are missing, and stay. The Mobility service stays on the machine.")
    return text


class Writing:
    def __init__(self, project, estate, table, say):
        self.project, self.estate, self.table, self.say = project, estate, table, say
        self.options = project.options
        self.prefix, self.further = self.options.write, ()

    def run(self):
        taken = [row["id"] for row in self.estate.networks.values() if fold(row["name"]).startswith(self.prefix + "-")]
        if taken:
            raise Broken(f"there are networks of this prefix already; choose another one: {', '.join(taken)}")
        machine = self._replicable() if self.options.vm else None
        try:
            self._pair()
            if machine:
                self._machine(*machine)
            else:
                for claim in ("a machine is enabled, and its NICs land", "an address that is left out is cleared"):
                    self.table.untried(claim, "--vm was not given")
        finally:
            self._clean_up()

    # The files.

    def _write(self, target="b", more="", subnets=("web",)):
        text = ""
        for one in SPACES:
            at = 0 if one == "a" else 1
            base = SPACES[one].rsplit(".", 1)[0]
            named = {name: f"{base}.{64 * number}/26" for number, name in enumerate(subnets if one == "b" else ("web", "db"))}
            text += stanza(f"network.live-{one}", name=f"{self.prefix}-{one}", region=region(self.options.regions[at]),
                           resource_group=self.options.groups[at],
                           address_space=[SPACES[one], *(self.further if one == "b" else ())], subnets=named)
        text += stanza("mapping.live", name=f"{self.prefix}-there", reverse_name=f"{self.prefix}-back",
                       source="network.live-a", target=f"network.live-{target}")
        settings = {"target_resource_group": self.options.groups[1]}
        if self.options.cache_account:
            settings["cache_storage_accounts"] = {region(self.options.regions[0]): self.options.cache_account}
        self.project.write(text + more, **settings)

    def _apply(self, what):
        """Plans, looks at the plan, and carries out exactly that one; again where Azure has accepted steps that go on."""
        self.say(what)
        for _ in range(4):
            file = self.project.folder / "live.plan"
            file.unlink(missing_ok=True)
            planned = self.project.run("plan", "--json", "--out", str(file))
            ran = self.project.run("apply", str(file), "--approve", self._looked_at(what, planned), "--wait", self.options.wait)
            if ran.code != 7:
                break
        return ran

    def _looked_at(self, what, planned):
        """The digest of a plan that touches only what is made here."""
        try:
            shown = json.loads(planned.out)
        except ValueError:
            raise Broken(f"{what}: no plan:\n{planned.said()}") from None
        if planned.code != 0 or not shown.get("digest"):
            raise Broken("\n".join([f"{what}: the plan failed:"] + (errors_of(shown) or [planned.said()])))
        strange = _strange(shown["steps"])
        if strange:
            raise Broken(f"{what}: the plan would touch what is not made here: {', '.join(strange)}")
        return shown["digest"].removeprefix("sha256:")

    def _tried(self, claim, ran):
        """A change, and whether Azure then shows what was written."""
        if ran.code != 0:
            self.table.add(claim, f"exit code {ran.code}: {ran.said()[-500:]}", True)
            raise Broken(f"{claim}: exit code {ran.code}")
        after = self.project.run("plan", "--detailed-exitcode")
        self.table.add(claim, f"{ran.seconds:.0f} s; the next plan is empty" if after.code == 0 else
                       f"the next plan is not empty: {after.said()[:400]}", after.code != 0)
        polls = sum(1 for one in ran.exchanges if one.is_poll())
        self.table.add(f"polls: {claim}", f"{polls} polls of {len(ran.exchanges)} requests", None)

    # The claims.

    def _pair(self):
        self._write()
        self._tried("networks and a pair are made", self._apply("making three networks and a pair"))
        self._write(subnets=("web", "db"))
        ran = self._apply("adding a subnet")
        self._tried("a subnet is added beside others", ran)
        self.further = (FURTHER,)
        self._write(subnets=("web", "db"))
        self._tried("an address space is added beside another", self._apply("adding an address space"))
        self._write(target="c", subnets=("web", "db"))
        ran = self._apply("leading the pair elsewhere")
        self._tried("a pair is led to another network", ran)
        puts = [one for one in ran.exchanges if one.method == "PUT" and "/replicationnetworkmappings/" in fold(one.path)]
        removed = [one for one in ran.exchanges if one.method == "DELETE" and "/replicationnetworkmappings/" in fold(one.path)]
        changed = [one for one in puts if fold(one.path).endswith(f"/{self.prefix}-there")]
        self.table.add("PUT changes the target of a mapping in place", f"{', '.join(str(one.status) for one in changed) or 'none'}"
                       f"; {len(removed)} deleted beside", not changed or any(one.status >= 300 for one in changed))

    def _replicable(self):
        """The machine of --vm and the network that it lives in, as the lists have them."""
        machine = self.options.vm
        row = self.estate.machines.get(fold(machine))
        if row is None:
            raise Broken(f"--vm: there is no such machine in the lists: {machine}")
        if region(row["location"]) != region(self.options.regions[0]):
            raise Broken(f"--vm: the machine is in {row['location']}, not in {self.options.regions[0]}")
        if any(fold(words(item, "properties", "providerSpecificDetails", "fabricObjectId")) == fold(machine)
               for item in self.estate.items):
            raise Broken("--vm: the machine is replicated already")
        network = self.estate.networks.get(self.estate.network_of(row) or "")
        if network is None:
            raise Broken("--vm: the network of the machine is not in the lists")
        if not any(fold(words(one, "properties", "primaryNetworkId")) == fold(network["id"]) and
                   region(words(one, "properties", "fabricSpecificSettings", "recoveryFabricLocation")) ==
                   region(self.options.regions[1]) for one in self.estate.mappings):
            raise Broken(f"--vm: the network of the machine, {network['name']}, has no mapping to {self.options.regions[1]}; "
                         "map it first, none is made for it here")
        return row, network

    def _write_machine(self, row, network, subnet, address_of):
        """The files with that machine, its NICs landing in `subnet`."""
        def place(identifier):
            other = subscription_of(identifier) != subscription_of(self.options.vault)
            return {"resource_group": identifier.split("/")[4], "subscription": identifier.split("/")[2] if other else None}

        more = stanza("network.home", existing=True, name=network["name"], region=region(network["location"]),
                      **place(network["id"]))
        more += stanza("vm.live", name=row["name"], network="network.home", target_region=region(self.options.regions[1]),
                       target_network="network.live-b", **place(row["id"]))
        nics = words(row, "properties", "networkProfile", "networkInterfaces")
        for at, key in enumerate(nic_keys(one["id"] for one in nics)):
            more += stanza(f"vm.live.nic.{key}", target_subnet=subnet, target_ip=address_of(at))
        self._write(target="c", more=more, subnets=("web", "db"))

    def _machine(self, row, network):
        for claim, what, subnet, address_of in (
                ("a machine is enabled, and its NICs land", "enabling replication of the machine: an hour or more", "web",
                 lambda at: f"10.251.2.{20 + at}"),
                ("a landing is moved to another subnet and address", "moving the landing", "db",
                 lambda at: f"10.251.2.{84 + at}"),
                ("an address that is left out is cleared", "clearing the address", "db", lambda at: "dhcp")):
            self._write_machine(row, network, subnet, address_of)
            self._tried(claim, self._apply(what))
        self._write(target="c", subnets=("web", "db"))
        self._tried("replication is disabled", self._apply("disabling replication"))

    # The end.

    def _clean_up(self):
        """Removes what was made, also after a failure. A second Ctrl-C does not stop it."""
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            self._remove()
        finally:
            signal.signal(signal.SIGINT, before)

    def _remove(self):
        self.say("removing what was made")
        if not (self.project.folder / "pairform.toml").exists():
            return
        said = ""
        self._write()  # what is recorded counts; a file with a mistake in it would stop that
        for _ in range(4):  # what an interrupted apply had begun is found by it, and removed by the next
            ran = self.project.run("destroy", "--wait", self.options.wait)
            digest = re.search(r"--approve ([0-9a-f]{32,64})", ran.out + ran.err)
            if digest and not self._foreign():
                ran = self.project.run("destroy", "--approve", digest.group(1), "--wait", self.options.wait)
            said = ran.said()
            if ran.code == 0 and not self._left():
                break
        left = self._left()
        self.table.add("what was made is removed", "nothing is left" if not left else "LEFT: " + ", ".join(left), bool(left))
        if left:
            self.say(f"could not be removed:\n{said}\nBy hand, in this order:")
            for line in sorted(map(_by_hand, left), reverse=True):  # items, mappings, networks
                print("  " + line)

    def _foreign(self):
        """Would `destroy` touch what is not made here? Then nothing is destroyed."""
        shown = self.project.run("plan", "--destroy", "--json")
        try:
            steps = json.loads(shown.out)["steps"]
        except (ValueError, KeyError):
            return True
        return bool(_strange(steps))

    def _left(self):
        """Ids of what the vault and the lists still show of it, by a reading anew."""
        if not hasattr(self, "checking"):
            self.checking = Project(self.project.folder / "after", self.project.binary, self.options)
        self.checking.write(PROBE)
        ran = self.checking.run("plan")
        self.project.exchanges += ran.exchanges
        lists = "replicationNetworkMappings", "replicationProtectedItems", "virtualNetworks"
        if not all(any(one.is_list(kind) for one in ran.exchanges) for kind in lists):
            return [f"unknown, because it could not be read: {ran.said()[:300]}"]
        now = Estate(ran.exchanges, self.options.vault)
        left = [row["id"] for row in now.networks.values() if fold(row["name"]).startswith(self.prefix + "-")]
        left += [row["id"] for row in now.mappings if fold(row["name"]).startswith(self.prefix + "-")]
        left += [item["id"] for item in now.items if self.options.vm and
                 fold(words(item, "properties", "providerSpecificDetails", "fabricObjectId")) == fold(self.options.vm)]
        return left


def _strange(steps):
    return [f"{step['operation']} {step['address']}" for step in steps
            if step["operation"] not in ("forget", "adopt", "move") and not OURS.match(step["address"])]


def _by_hand(identifier):
    if not identifier.startswith("/"):
        return identifier
    if "replicationProtectedItems" in identifier:
        return (f"az rest --method post --url \"{identifier}/remove?api-version=2024-04-01\" "
                "--body '{\"properties\": {\"disableProtectionReason\": \"NotSpecified\"}}'")
    if "replicationNetworkMappings" in identifier:
        return f"az rest --method delete --url \"{identifier}?api-version=2024-04-01\""
    return f"az resource delete --ids \"{identifier}\""
