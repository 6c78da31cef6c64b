"""What it takes to enable the replication of so many machines: azure_enable_bench.py PAIRFORM [VMS...], by default 125 250
500, all at once (`--places 50` is what a project has without `operations_at_once`).

One apply enables machines of two NICs on the emulator of Azure, waits until they are protected, and lands their NICs. The
service's operations last as long as was recorded (36 minutes until a machine is protected), on a clock that runs `--speed`
times as fast; so do the pauses of the program, but for its limit of 25 polls a second. What the machine needs itself counts as
often, too: the minutes told are no less than those of a service. Told are the time, how many machines were seeded at once,
and the requests by kind. The gates are what must not grow with the number of machines: requests a machine, and lists of all
items, of which half a minute takes one or two."""

import argparse
import collections
import os
import pathlib
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from emulated_azure import SUBSCRIPTION, Emulator, project as project_file

# Seconds, as recorded: what /_control/clock calls them.
LASTS = {"enable-job": 680, "enable-recovery-point": 1500, "enable-disks": 1740, "enable": 2160, "update": 3}
GROUPS = f"/subscriptions/{SUBSCRIPTION}/resourceGroups"
APP, DR = (f"{GROUPS}/rg/providers/Microsoft.Network/virtualNetworks/{name}" for name in ("app", "dr"))
SUBNETS = {"web": "10.1.0.0/16", "db": "10.2.0.0/16"}
# Requests a machine but lists of all items; such lists in half a minute of the service. 20 more of each.
GATE, LISTS_GATE = 18, 2


def fill(emulator, vms):
    def network(name, region):
        return {"group": "rg", "name": name, "region": region, "space": ["10.0.0.0/8"], "subnets": SUBNETS}
    emulator.control("put", {"network": [network("app", "eastasia"), network("dr", "southeastasia")],
                             "group": {"name": "rg-asr", "region": "southeastasia"},
                             "storage": {"group": "rg", "name": "cache1", "region": "eastasia"},
                             "plumbing": {"regions": ["eastasia", "southeastasia"]}})
    emulator.control("put", {"mapping": [{"name": "app-to-dr", "from": APP, "to": DR}, {"name": "dr-to-app", "from": DR, "to": APP}],
                             "machine": [{"group": "rg", "name": f"web{at}", "region": "eastasia", "nics": [
                                 {"subnet": f"{APP}/subnets/{name}", "ip": f"10.{number}.{at // 200}.{10 + at % 200}"}
                                 for number, name in ((1, "web"), (2, "db"))]} for at in range(vms)]})


RESOURCES = """
[network.app]
existing = true
region = "eastasia"
[network.dr]
existing = true
region = "southeastasia"
[mapping.app]
source = "network.app"
target = "network.dr"
[defaults.vm]
network = "network.app"
target_region = "southeastasia"
"""


def kind_of(request):
    """"GET replicationProtectedItems/*" of a single one."""
    parts = request["path"].split("/")
    providers = max((at for at, part in enumerate(parts) if part.lower() == "providers"), default=None)
    if providers is None:
        return f"{request['method']} resourceGroups/*"
    parts = parts[providers + 2:]
    last = f"{parts[-2]}/*" if len(parts) % 2 == 0 else parts[-1]
    return f"{request['method']} {last}"


def most_seeded(log):
    """Machines that were seeded at the same time, by when they were begun."""
    begun = [one["time"] for one in log if one["method"] == "PUT" and "replicationProtectedItems" in one["path"] and one["status"] < 300]
    ends = sorted([(at, 1) for at in begun] + [(at + LASTS["enable"], -1) for at in begun])
    most = now = 0
    for _, change in ends:
        now += change
        most = max(most, now)
    return len(begun), most


def apply(pairform, emulator, folder, speed):
    """Seconds, and how many of them the processor worked for the program."""
    surroundings = emulator.surroundings() | {"PAIRFORM_AZURE_TIME_SCALE": f"{1 / speed:.6f}"}
    began = time.monotonic()
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen([pairform, "apply", "--auto-approve", "--wait", "10h"], cwd=folder, env=surroundings,
                                   stdout=said, stderr=subprocess.STDOUT)
        _, status, used = os.wait4(process.pid, 0)
        said.seek(0)
        if status != 0:
            sys.exit(said.read()[-3000:])
    return time.monotonic() - began, used.ru_utime + used.ru_stime


def measure(pairform, vms, places, speed):
    with tempfile.TemporaryDirectory() as directory, tempfile.TemporaryDirectory() as folder:
        emulator = Emulator(directory)
        fill(emulator, vms)
        settings = f'cache_storage_accounts = {{ eastasia = "rg/cache1" }}\noperations_at_once = {places}'
        stanzas = "".join(f"[vm.web{at}]\n" for at in range(vms))
        pathlib.Path(folder, "pairform.toml").write_text(project_file(emulator.ready["url"], RESOURCES + stanzas, settings))
        began = emulator.control("clock", {"speed": speed, "durations": LASTS})["now"]
        emulator.ask("/_control/log?clear=1")
        wall, own = apply(pairform, emulator, folder, speed)
        passed = emulator.control("clock", {})["now"] - began
        log = [one for one in emulator.control("log")["requests"] if one["path"].lower().startswith("/subscriptions/")]
        emulator.end()
    return told(vms, places, (wall, own), passed, log)


def told(vms, places, seconds, passed, log):
    begun, most = most_seeded(log)
    print(f"{vms} vms, {places} at once: {seconds[0]:.1f} s, of it ours {seconds[1]:.2f}; {passed / 60:.0f} minutes of the service; "
          f"{begun} begun, {most} seeded at the same time; {len(log)} requests, {len(log) / vms:.1f} a vm")
    kinds = collections.Counter(map(kind_of, log))
    for kind, count in kinds.most_common():
        print(f"  {count:6} {count / vms:6.2f} a vm  {kind}")
    sys.stdout.flush()
    lists = kinds["GET replicationProtectedItems"]
    return begun == vms and len(log) - lists <= GATE * vms + 20 and lists <= LISTS_GATE * passed / 30 + 20


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("pairform", type=pathlib.Path)
    parser.add_argument("vms", nargs="*", type=int, default=[125, 250, 500])
    parser.add_argument("--places", type=int, default=500)
    parser.add_argument("--speed", type=float, default=60)
    given = parser.parse_args()
    return 0 if all([measure(given.pairform.resolve(), vms, given.places, given.speed) for vms in given.vms]) else 1


if __name__ == "__main__":
    sys.exit(main())
