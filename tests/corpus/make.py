"""Writes what a version of pairform leaves behind, for every later build to read: tests/corpus/VERSION.

    make.py PAIRFORM     with the program of the version that is released; refuses to write over a corpus that is there

Each case is a directory: `project/` (files and state), `cloud.sql` (the simulated cloud, as SQL), and what else the case
is about: `journal` of a run that was killed, `plan.json` that was saved. `promised.txt` is what promised.py finds of
codes, options, members of JSON and metrics. `expected/` is written by corpus_test.py.
The same program makes the same bytes.
"""
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import promised

CORPUS = Path(__file__).resolve().parent

# A project with one of each thing that state can record.
PAIRFORM_TOML = """include = ["vms.toml"]

[project]
name = "contoso-dr"

[network.app]
existing = true
region = "eastasia"

[network.app-dr]
existing = true
region = "southeastasia"

[network.lab]
existing = true
region = "eastasia"

[network.lab-dr]
region = "southeastasia"
address_space = ["10.9.0.0/16"]
subnets = { desk = "10.9.1.0/24" }
protect = true

[network.drill]
existing = true
region = "southeastasia"

[network.shop]
existing = true
region = "westeurope"

[mapping.app]
source = "network.app"
target = "network.app-dr"
subnets = { web = "dr-web" }
addresses = "same-host"
test_network = "network.drill"

[mapping.lab]
source = "network.lab"
target = "network.lab-dr"
mirror = false
"""
VMS_TOML = """[defaults.vm]
target_region = "southeastasia"

[vm.web1]
network = "network.app"

[vm.web1.nic.eth1]
target_ip = "10.2.2.77"

[vm.web2]
network = "network.app"
existing = true

[vm.till]
network = "network.shop"
target_region = "northeurope"
"""
CLOUD = """put network eastasia/app address_space=10.1.0.0/16 subnet.web=10.1.1.0/24 subnet.db=10.1.2.0/24
put network southeastasia/app-dr address_space=10.2.0.0/16 subnet.dr-web=10.2.1.0/24 subnet.db=10.2.2.0/24
put network southeastasia/drill address_space=10.2.0.0/16 subnet.dr-web=10.2.1.0/24
put network eastasia/lab address_space=10.8.0.0/16 subnet.desk=10.8.1.0/24
put network westeurope/shop address_space=10.4.0.0/16 subnet.web=10.4.1.0/24
put vm eastasia/web1 network=app nic.eth0=web:10.1.1.10,vip:10.1.1.11 nic.eth1=db
put vm eastasia/web2 network=app nic.eth0=web
put vm westeurope/till network=shop nic.eth0=web:10.4.1.10
put mapping eastasia/app southeastasia/app-dr
replicate eastasia/web2 southeastasia"""


class Place:
    """A project directory in which the program runs."""

    def __init__(self, program, root, name):
        self.program, self.name, self.directory = program, name, root / name
        self.directory.mkdir()
        self.write("pairform.toml", PAIRFORM_TOML)
        self.write("vms.toml", VMS_TOML)

    def write(self, name, text):
        (self.directory / name).write_text(text, encoding="utf-8")

    def run_any(self, *words, errors=subprocess.STDOUT):
        environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TERM": "dumb"}
        return subprocess.run([self.program, *words], cwd=self.directory, env=environment, text=True, check=False,
                              stdout=subprocess.PIPE, stderr=errors)

    def run(self, *words, expect=(0,)):
        said = self.run_any(*words)
        assert said.returncode in expect, f"{words}: {said.returncode}\n{said.stdout}"
        return said.stdout

    def portal(self, commands):
        for command in commands.split("\n"):
            self.run("sim", *command.split(" "))

    def apply_and_kill(self, record):
        """Kills an apply as soon as its journal has `record`; it waits for an accepted step by then."""
        journal = self.directory / ".pairform/journal"
        apply = subprocess.Popen([self.program, "apply", "--auto-approve", "--parallelism", "1"], cwd=self.directory,
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + 30
        while not (journal.exists() and record in journal.read_text(encoding="utf-8")):
            assert apply.poll() is None and time.monotonic() < end, f"no {record} in the journal"
            time.sleep(0.005)
        apply.send_signal(signal.SIGKILL)
        apply.wait()

    def keep(self, corpus):
        """Copies the case into the corpus. `.pairform` itself is nothing that git keeps."""
        case = corpus / self.name
        shutil.copytree(self.directory, case / "project", ignore=shutil.ignore_patterns(".pairform", "plan.json"))
        for name in (".pairform/journal", "plan.json"):
            kept = self.directory / name
            if kept.exists() and kept.stat().st_size:
                shutil.copy(kept, case / kept.name)
        with sqlite3.connect(self.directory / ".pairform/simulator.db") as cloud:
            version = cloud.execute("PRAGMA user_version").fetchone()[0]
            lines = [f"PRAGMA user_version = {version};", *cloud.iterdump()]
        (case / "cloud.sql").write_text("\n".join(lines) + "\n", encoding="utf-8")


def settled(place):
    place.portal(CLOUD)
    place.run("apply", "--auto-approve")


def drifted(place):
    """A half is gone and one leads elsewhere, and the plan that mends it was saved."""
    settled(place)
    place.portal("delete mapping southeastasia/app-dr eastasia\nput mapping eastasia/lab southeastasia/drill")
    place.run("plan", "--out", "plan.json")


def killed(place):
    """The first apply, killed while the service makes a network that it has accepted."""
    place.portal(CLOUD)
    place.write("pairform.toml", PAIRFORM_TOML + "\n[provider.simulator]\npolls = 40\n")
    place.apply_and_kill('"result":"accepted"')
    place.write("pairform.toml", PAIRFORM_TOML)


def seeding(place):
    """Applied without waiting for the seeding of machines: their operations are pending in state."""
    place.portal(CLOUD)
    place.write("pairform.toml", PAIRFORM_TOML + "\n[provider.simulator]\npolls = 6\n")
    place.run("apply", "--auto-approve", "--wait", "0s", expect=(7,))


def main():
    program = str(Path(sys.argv[1]).resolve())
    version = subprocess.run([program, "version"], check=True, text=True, stdout=subprocess.PIPE).stdout.split()[1]
    corpus = CORPUS / version
    if corpus.exists():
        sys.exit(f"{corpus} is there: what a released version left is never written anew")
    with tempfile.TemporaryDirectory(prefix="corpus") as root:
        for case in (settled, drifted, killed, seeding):
            place = Place(program, Path(root), case.__name__)
            case(place)
            place.keep(corpus)
            if case is drifted:
                (corpus / "promised.txt").write_text("\n".join(promised.lines(place.directory, place.run_any)) + "\n",
                                                     encoding="utf-8")


if __name__ == "__main__":
    main()
