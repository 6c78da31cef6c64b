"""What it takes to enable the replication of so many machines: azure_enable_bench.py PAIRFORM [VMS...], by default 125 250
500, all at once (`--places 50` is what a project has without `operations_at_once`).

One apply enables machines of two NICs on the emulator of Azure, waits until they are protected, and lands their NICs. The
service's operations last as long as was recorded (36 minutes until a machine is protected), on a clock that runs `--speed`
times as fast; so do the pauses of the program, but for its limit of 25 polls a second. What the machine needs itself counts as
often, too: the minutes told are no less than those of a service. Told are the time, how many machines were seeded at once,
the processor's time of the program and of the emulator, and the requests by kind. The gates are what must not grow with the
number of machines: requests a machine; lists of all items, of which half a minute takes one or two; and the processor's time a
machine, of the most machines against that of the fewest."""

import argparse
import collections
import os
import pathlib
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from emulated_azure import Emulator, fill_machines, fill_pair, pair_project

# Seconds, as recorded: what /_control/clock calls them.
LASTS = {"enable-job": 680, "enable-recovery-point": 1500, "enable-disks": 1740, "enable": 2160, "update": 3}
# Requests a machine but lists of all items; such lists in half a minute of the service. 20 more of each.
GATE, LISTS_GATE = 18, 2
# The processor's time a machine, of the most against the fewest.
GROWTH_GATE = 1.6


def fill(emulator, vms):
    fill_pair(emulator)
    emulator.control("put", {"group": {"name": "rg-asr", "region": "southeastasia"},
                             "storage": {"group": "rg", "name": "cache1", "region": "eastasia"}})
    fill_machines(emulator, range(vms), nics=2)


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


def children():
    """Seconds that the processor worked for programs that have ended."""
    used = os.times()
    return used.children_user + used.children_system


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
    """Whether what was counted is within its gates, and the seconds of the processor a machine."""
    before = children()
    with tempfile.TemporaryDirectory() as directory, tempfile.TemporaryDirectory() as folder:
        emulator = Emulator(directory)
        fill(emulator, vms)
        settings = f'cache_storage_accounts = {{ eastasia = "rg/cache1" }}\noperations_at_once = {places}'
        pathlib.Path(folder, "pairform.toml").write_text(pair_project(emulator.ready["url"], vms, settings=settings))
        began = emulator.control("clock", {"speed": speed, "durations": LASTS})["now"]
        emulator.ask("/_control/log?clear=1")
        wall, own = apply(pairform, emulator, folder, speed)
        passed = emulator.control("clock", {})["now"] - began
        log = [one for one in emulator.control("log")["requests"] if one["path"].lower().startswith("/subscriptions/")]
        emulator.end()
    return told(vms, places, (wall, own, children() - before - own), passed, log), own / vms


def told(vms, places, seconds, passed, log):
    begun, most = most_seeded(log)
    wall, own, emulators = seconds
    print(f"{vms} vms, {places} at once: {wall:.1f} s; of the processor {own:.2f} s ({1000 * own / vms:.1f} ms a vm), the emulator "
          f"{emulators:.2f} s; {passed / 60:.0f} minutes of the service; {begun} begun, {most} seeded at the same time; {len(log)} requests, {len(log) / vms:.1f} a vm")
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
    good, ours = zip(*[measure(given.pairform.resolve(), vms, given.places, given.speed) for vms in sorted(given.vms)])
    growth = ours[-1] / ours[0]
    print(f"of the most against the fewest {growth:.2f} times the processor's time a machine (gate {GROWTH_GATE})")
    return 0 if all(good) and growth <= GROWTH_GATE else 1


if __name__ == "__main__":
    sys.exit(main())
