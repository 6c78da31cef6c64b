"""What it costs to read a vault: azure_bench.py PAIRFORM [VMS[xNICS]...], by default 500x2 5000x4. A plan of so many
replicated machines of so many NICs each.

The emulator of Azure makes the answers, in pages of 250 rows; they are replayed 50 ms after each request, so that its own
work is in no number. Told are the requests, how long observe takes, and beside it how long the listing of most pages takes
alone, asked page after page by this script. The gate is their ratio: at most 1.5. Then what of the whole plan is ours: the
processor's time in its wall time, and the peak of memory by rows (networks, halves, vms, nics)."""

import http.client
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from emulated_azure import GROUPS, Emulator, fill_machines, fill_pair, pair_project

LATENCY, PAGE, GATE = 0.05, 250, 1.5


def fill(emulator, vms, nics):
    """The pair, and machines web0, web1, … that are replicated."""
    fill_pair(emulator)
    machine = f"{GROUPS}/rg/providers/Microsoft.Compute/virtualMachines"
    for first in range(0, vms, 500):
        some = range(first, min(first + 500, vms))
        fill_machines(emulator, some, nics)
        emulator.control("put", {"item": [{"name": f"item-{i}", "machine": f"{machine}/web{i}"} for i in some]})


class Replay(ThreadingHTTPServer):
    """Answers of the emulator, each LATENCY after its request; what was not asked before is asked of the emulator."""

    daemon_threads = True

    def __init__(self, emulator):
        super().__init__(("127.0.0.1", 0), Answering)
        self.emulator, self.kept, self.asked = emulator, {}, []
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        Thread(target=self.serve_forever, daemon=True).start()

    def body(self, target):
        if target not in self.kept:
            text = json.dumps(self.emulator.ask(target)).replace(self.emulator.ready["url"], self.url)
            self.kept[target] = text.encode()
        return self.kept[target]


class Answering(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, body):
        time.sleep(LATENCY)
        self.server.asked.append(self.path)
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.answer(self.server.body(self.path))

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.answer(json.dumps({"access_token": self.server.emulator.ready["token"], "expires_in": 3599}).encode())

    def log_message(self, *_):
        pass


def longest_alone(replay):
    """The listing of most pages, asked once more page after page on one connection: its name, its pages, the seconds."""
    pages = {}
    for target in replay.asked:
        pages.setdefault(target.split("?")[0], []).append(target)
    path, asked = max(pages.items(), key=lambda item: len(item[1]))
    connection = http.client.HTTPConnection("127.0.0.1", replay.server_address[1])
    link, count, began = asked[0], 0, time.monotonic()
    while link:
        connection.request("GET", link)
        link = (json.load(connection.getresponse()).get("nextLink") or "").removeprefix(replay.url)
        count += 1
    return path.rsplit("/", 1)[-1], count, time.monotonic() - began


class Planned:
    """A plan of the project: seconds of observe, of everything, and of the processor; MiB at most."""

    def __init__(self, pairform, project, emulator):
        began = time.monotonic()
        with tempfile.TemporaryFile("w+") as said:
            process = subprocess.Popen([pathlib.Path(pairform).resolve(), "plan", "--timings"], cwd=project, stdout=said,
                                       stderr=subprocess.STDOUT, env=emulator.surroundings())
            _, status, used = os.wait4(process.pid, 0)
            said.seek(0)
            text = said.read()
        self.seconds = time.monotonic() - began
        if status != 0:
            sys.exit(text)
        timings = [line.split() for line in text.splitlines()]
        self.observe = next(float(words[0]) / 1000 for words in timings if words[1:] == ["ms", "observe"])
        self.processor = used.ru_utime + used.ru_stime
        self.memory = used.ru_maxrss / 1024


def measure(pairform, vms, nics):
    with tempfile.TemporaryDirectory() as directory, tempfile.TemporaryDirectory() as project:
        emulator = Emulator(directory)
        fill(emulator, vms, nics)
        emulator.control("behave", {"name": "pages", "size": PAGE})
        replay = Replay(emulator)
        pathlib.Path(project, "pairform.toml").write_text(pair_project(replay.url, vms, "existing = true"))
        Planned(pairform, project, emulator)  # makes the answers
        replay.asked.clear()
        plan = Planned(pairform, project, emulator)
        requests = len(replay.asked)
        name, pages, alone = longest_alone(replay)
        replay.shutdown()
        emulator.end()
    rows = 4 + vms * (1 + nics)
    print(f"{vms} vms of {nics} NICs: {requests} requests; observe {plan.observe:.2f} s; {name} alone, {pages} pages: "
          f"{alone:.2f} s; ratio {plan.observe / alone:.2f} (gate {GATE}); plan {plan.seconds:.2f} s, of it ours "
          f"{plan.processor:.2f} s ({100 * plan.processor / plan.seconds:.0f} %); {plan.memory:.0f} MiB, "
          f"{plan.memory * 1024 * 1024 / rows:.0f} bytes a row", flush=True)
    return plan.observe / alone <= GATE


def main():
    sizes = [word.partition("x") for word in sys.argv[2:] or ["500x2", "5000x4"]]
    return 0 if all([measure(sys.argv[1], int(vms), int(nics or 2)) for vms, _, nics in sizes]) else 1


if __name__ == "__main__":
    sys.exit(main())
