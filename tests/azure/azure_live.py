"""./dev azure-live on the emulator: azure_live.py PAIRFORM. Reads, writes, meets a service that is not as described, is
interrupted in the middle, and is denied."""

import json
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS / "support"))
from emulated_azure import APPLICATION, SUBSCRIPTION, VAULT, Emulator  # noqa: E402

# No part of these is a word of the service.
NAMES = ("contoso-app", "contoso-dr", "fabrikam-web", "rg-tailwind", "rg-landing", "cachenorthwind", "front-litware",
         "owner-adatum", "rg-dr", "vault-dr", SUBSCRIPTION, *APPLICATION.values(), "20.30.40.50")
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups"
APP, DR = (f"{GROUP}/rg-tailwind/providers/Microsoft.Network/virtualNetworks/contoso-{name}" for name in ("app", "dr"))
CACHE = f"{GROUP}/rg-tailwind/providers/Microsoft.Storage/storageAccounts/cachenorthwind"


def machine(at):
    return f"{GROUP}/rg-tailwind/providers/Microsoft.Compute/virtualMachines/fabrikam-web{at}"


def estate(emulator):
    """A pair, three machines that are replicated, and one that is not."""
    def network(name, region, at):
        return {"group": "rg-tailwind", "name": name, "region": region, "space": [f"10.{at}.0.0/16", "20.30.40.0/24"],
                "subnets": {"web": f"10.{at}.0.0/21"}, "tags": {"owner-adatum": "20.30.40.50"}}
    emulator.control("put", {
        "network": [network("contoso-app", "eastasia", 1), network("contoso-dr", "southeastasia", 2)],
        "group": [{"name": f"rg-landing-{one}", "region": region} for one, region in (("a", "eastasia"), ("b", "southeastasia"))],
        "storage": {"group": "rg-tailwind", "name": "cachenorthwind", "region": "eastasia"},
        "plumbing": {"regions": ["eastasia", "southeastasia"]}})
    def nics(at):
        """The last machine has two, of names that are one key."""
        names = [f"front-litware{at}"] if at < 3 else ["front-litware.3", "front-litware-3"]
        return [{"name": name, "subnet": f"{APP}/subnets/web", "ip": f"10.1.0.{10 + at + number}"} for number, name in enumerate(names)]
    emulator.control("put", {
        "machine": [{"group": "rg-tailwind", "name": f"fabrikam-web{at}", "region": "eastasia", "nics": nics(at)} for at in range(4)],
        "mapping": [{"name": "contoso-app-there", "from": APP, "to": DR}, {"name": "contoso-dr-back", "from": DR, "to": APP}]})
    emulator.control("put", {"item": [{"machine": machine(at)} for at in range(3)]})


class Play:
    """An emulator, a folder, and what one run did."""

    def __init__(self, pairform):
        self.pairform, self.wrong = pairform, []
        self.directory = tempfile.TemporaryDirectory()
        self.emulator = Emulator(self.directory.name)
        self.number = 0

    def begin(self):
        self.emulator.control("reset", {})
        self.emulator.control("put", {"application": APPLICATION,
                                      "vault": {"group": "rg-dr", "name": "vault-dr", "region": "southeastasia"}})
        estate(self.emulator)
        self.emulator.ask("/_control/log?clear=1")
        self.number += 1
        self.folder = pathlib.Path(self.directory.name, f"run-{self.number}")

    def start(self, *words):
        surroundings = self.emulator.surroundings() | {"PAIRFORM_AZURE_TIME_SCALE": "0.001"}
        url = self.emulator.ready["url"]
        return subprocess.Popen([sys.executable, TESTS / "azure" / "live" / "main.py", VAULT, "--binary", self.pairform,
                                 "--folder", self.folder, "--cloud", "custom", "--arm-endpoint", url, "--authority", url, *words],
                                env=surroundings, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                stdin=subprocess.DEVNULL)

    def end(self, process, code):
        self.said = process.communicate()[0]
        self.log = [one for one in self.emulator.control("log")["requests"] if one["path"].lower().startswith("/subscriptions/")]
        self.expect(process.returncode == code, f"exit code {process.returncode}, not {code}")

    def expect(self, holds, what):
        if not holds:
            self.wrong.append(what)
            print(f"WRONG, in run {self.number}: {what}\n{self.said}")

    def row(self, claim, text, differs):
        rows = [line for line in self.said.splitlines() if line.startswith(f"| {claim} |")]
        self.expect(len(rows) == 1 and text in rows[0] and rows[0].endswith(f"| {differs} |"),
                    f"no row \"{claim}\" with \"{text}\" and \"{differs}\": {rows}")

    def only_reads(self):
        self.expect({one["method"] for one in self.log} == {"GET"}, "something was written")

    def redacted(self):
        files = sorted((self.folder / "recordings").glob("*.json"))
        self.expect(bool(files), "nothing was recorded")
        text = "\n".join(file.read_text() for file in files).lower()
        for name in NAMES:
            self.expect(name.lower() not in text, f"{name} is in the recordings")
        self.expect("not redacted" not in self.said, "the script found something itself")
        for file in files:
            self.expect(json.loads(file.read_text()).keys() == {"source", "recorded", "request", "answer", "notes"}, file.name)

    def nothing_left(self):
        left = json.dumps(self.emulator.control("things")) + json.dumps(self.emulator.control("ids"))
        self.expect("pf-live" not in left, "something of the prefix is left")
        self.expect(APP in left and "contoso-dr-back" in left, "something is gone that was there before")


WRITE = ("--write", "pf-live", "--groups", "rg-landing-a", "rg-landing-b", "--regions", "eastasia", "Southeast Asia", "--yes")


def reads(play):
    play.begin()
    items = play.emulator.control("ids")["item"]
    play.emulator.control("test-failover", {"item": items[0]})
    play.emulator.control("cleanup", {"item": items[0]})
    play.emulator.control("failover", {"item": items[1]})
    play.emulator.ask("/_control/log?clear=1")
    play.end(play.start(), 0)
    play.only_reads()
    play.row("two plans of the same vault are the same bytes", "the same", "no")
    play.row("a plan of the files of what is there only adopts", "10 to adopt", "no")
    play.row("a machine with which something is going on is held, and planned all the same", "failed_over", "no")
    play.row("a drilled machine rests in MarkedForDeletion", "1 items", "no")
    play.row("drill of eastasia runs", "3 vms", "no")
    play.row("replicationNetworkMappings may be listed", "2 rows", "no")
    play.row("links of Site Recovery's operations are signed", "not tried: no operation was polled", "-")
    play.redacted()
    first = {file.name: file.read_text() for file in (play.folder / "recordings").glob("0001-*")}
    play.expect("/subscriptions/00000000-" in next(iter(first.values())), "a path without pseudonym of its subscription")
    # A folder is for one run.
    play.end(play.start(), 2)


def writes(play):
    play.begin()
    play.emulator.control("behave", {"name": "signed-links"})
    play.end(play.start(*WRITE, "--vm", machine(3), "--cache-account", CACHE), 0)
    for claim in ("networks and a pair are made", "a subnet is added beside others", "an address space is added beside another", "a pair is led to another network",
                  "a machine is enabled, and its NICs land", "a landing is moved to another subnet and address",
                  "an address that is left out is cleared", "replication is disabled"):
        play.row(claim, "the next plan is empty", "no")
    play.row("PUT changes the target of a mapping in place", "202", "no")
    play.row("what was made is removed", "nothing is left", "no")
    play.row("Retry-After is given in seconds", "answers that have it (", "no")
    play.row("links of Site Recovery's operations are signed", " polls", "no")
    play.row("a write with the ETag that was just read is taken", " writes with If-Match", "no")
    play.expect("COSTS MONEY" in play.said, "no word of what it costs")
    play.redacted()
    play.nothing_left()
    own = re.compile(r"/(virtualNetworks/pf-live-[abc](/|$)|replicationNetworkMappings/pf-live-|replicationProtectedItems/"
                     r"[0-9a-f]{32})", re.IGNORECASE)
    for one in play.log:
        play.expect(one["method"] == "GET" or own.search(one["path"]), f"{one['method']} {one['path']}")


def unlike(play):
    play.begin()
    play.emulator.control("behave", {"name": "display-regions"})
    play.end(play.start(), 1)
    play.row("networks, NICs and machines have canonical regions (eastus2)", "in East Asia", "DIFFERS")
    play.row("a plan of the files of what is there only adopts", "10 to adopt", "no")
    play.begin()
    play.emulator.control("behave", {"name": "member", "path": "properties.testFailoverState", "do": "set", "value": "Pondering"})
    play.end(play.start(), 1)
    play.row("words of testFailoverState are known", "not: Pondering", "DIFFERS")
    play.redacted()


def asks(play):
    play.begin()
    play.end(play.start(*WRITE[:-1]), 2)
    play.expect(not play.log and "nothing was done" in play.said, "it did not ask first")


def mistaken(play):
    play.begin()
    play.end(play.start(*WRITE, "--vm", machine(0), "--cache-account", CACHE), 2)
    play.only_reads()
    play.expect("the machine is replicated already" in play.said, "no word of what is wrong with the machine")


def interrupted(play):
    play.begin()
    play.emulator.control("behave", {"name": "hold", "match": "replicationNetworkMappings/pf-live", "methods": ["PUT"],
                                     "when": "after"})
    process = play.start(*WRITE)
    while process.poll() is None and not play.emulator.control("held")["held"]:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    play.emulator.control("calm", {})
    play.end(process, 2)
    play.expect("interrupted" in play.said, "not interrupted")
    play.row("what was made is removed", "nothing is left", "no")
    play.nothing_left()
    play.redacted()


def denied(play):
    play.begin()
    play.emulator.control("deny", {"scope": VAULT})
    play.end(play.start(), 2)
    play.only_reads()
    play.expect("PF7002" in play.said, "no word of the right that is missing")
    play.redacted()
    play.begin()
    play.emulator.control("deny", {"scope": f"/subscriptions/{SUBSCRIPTION}", "provider": "Microsoft.Network/virtualNetworks"})
    play.end(play.start(), 1)
    play.only_reads()
    play.row("virtualNetworks may be listed", "status 403", "DIFFERS")
    # Writes are denied: what could not be made needs no removing.
    play.begin()
    play.emulator.control("deny", {"scope": f"{GROUP}/rg-landing-a", "what": "write"})
    play.end(play.start(*WRITE), 2)
    play.row("networks and a pair are made", "exit code 4", "DIFFERS")
    play.row("what was made is removed", "nothing is left", "no")
    play.nothing_left()


def main():
    play = Play(pathlib.Path(sys.argv[1]).resolve())
    for each in (reads, writes, unlike, asks, mistaken, interrupted, denied):
        begun = time.monotonic()
        each(play)
        print(f"{each.__name__}: {time.monotonic() - begun:.1f} s", flush=True)
    play.emulator.end()
    return int(bool(play.wrong))


if __name__ == "__main__":
    sys.exit(main())
