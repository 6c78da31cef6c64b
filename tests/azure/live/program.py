"""The real program in a project of its own, and what its trace shows of each request."""

import json
import os
import pathlib
import re
import signal
import subprocess
import time

# The versions that the program asks for when a project names none: `[provider.azure]` of docs/formats/project.md.
VERSIONS = {"microsoft.network": "2024-01-01", "microsoft.compute": "2022-11-01", "microsoft.recoveryservices": "2024-04-01",
            "microsoft.storage": "2023-01-01", "microsoft.authorization": "2022-04-01"}


class Broken(Exception):
    """The run cannot go on; the text says why."""


def subscription_of(identifier):
    return identifier.split("/")[2].lower()


def fold(identifier):
    return (identifier or "").lower()


def quoted(text):
    return json.dumps(text)


def stanza(table, **members):
    lines = [f"[{table}]"]
    for name, value in members.items():
        if value is None:
            continue
        if isinstance(value, dict):
            inner = ", ".join(f"{quoted(key)} = {quoted(each)}" for key, each in value.items())
            lines.append(f"{name} = {{ {inner} }}")
        else:
            lines.append(f"{name} = {json.dumps(value)}")
    return "\n".join(lines) + "\n"


def errors_of(plan):
    """What a plan says in JSON against itself, a line each."""
    return [": ".join(filter(None, (f"{one['code']} {one['summary']}", (one.get("detail") or "").replace("\n", "; "))))
            for one in plan["diagnostics"] if one["severity"] == "error"]


class Exchange:
    """A line of the trace."""

    def __init__(self, row, command):
        self.row, self.command = row, command
        self.method, self.path, self.status = row["method"], row["path"], row["status"]
        self.milliseconds = row["milliseconds"]
        self.sent, self.received = (_json(row.get(name)) for name in ("sent", "received"))

    def version(self):
        named = re.findall(r"/providers/([^/]+)", self.path)
        return VERSIONS.get(named[-1].lower(), "2024-03-01") if named else "2024-03-01"

    def is_list(self, kind):
        return self.method == "GET" and self.status == 200 and fold(self.path).endswith("/" + kind.lower())

    def is_poll(self):
        return re.search(r"/(replicationoperationstatus|operations|operationresults)/", fold(self.path)) is not None

    def rows(self):
        found = self.received.get("value") if isinstance(self.received, dict) else None
        return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []


def _json(text):
    try:
        return json.loads(text) if text else None
    except ValueError:
        return text


class Ran:
    def __init__(self, code, out, err, seconds, exchanges):
        self.code, self.out, self.err, self.seconds, self.exchanges = code, out, err, seconds, exchanges

    def said(self):
        return (self.err.strip() or self.out.strip())[-1500:]


class Project:
    """A directory with pairform.toml. Only the program speaks to Azure: no request is made here."""

    def __init__(self, folder, binary, options):
        self.folder, self.binary, self.options = pathlib.Path(folder), binary, options
        self.folder.mkdir(parents=True, exist_ok=True)
        self.trace = self.folder / "trace.jsonl"
        self.exchanges = []
        self.running = None

    def write(self, resources, **settings):
        provider = {"vault": self.options.vault, "cloud": self.options.cloud, "arm_endpoint": self.options.arm_endpoint,
                    "authority": self.options.authority, "credential": self.options.credential, **settings}
        text = stanza("project", name="azure-live", provider="azure") + stanza("provider.azure", **provider) + resources
        (self.folder / "pairform.toml").write_text(text)

    def run(self, *words):
        """Runs the program. Ctrl-C reaches it once, as SIGINT, and is then raised here, when it has ended."""
        begun, skip = time.monotonic(), len(self._lines())
        surroundings = os.environ | {"PAIRFORM_AZURE_TRACE": str(self.trace.resolve()), "PAIRFORM_AZURE_TRACE_BODIES": "1"}
        process = subprocess.Popen([self.binary, *words, "--no-color"], cwd=self.folder, env=surroundings, text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
        interrupted = False
        while True:
            try:
                out, err = process.communicate()
                break
            except KeyboardInterrupt:
                interrupted = True
                process.send_signal(signal.SIGINT)
        new = [Exchange(json.loads(line), words[0]) for line in self._lines()[skip:]]
        self.exchanges += new
        with open(self.folder / "console.txt", "a") as console:
            console.write(f"$ pairform {' '.join(words)}\n{out}{err}[exit code {process.returncode}]\n\n")
        if interrupted:
            raise KeyboardInterrupt
        return Ran(process.returncode, out, err, time.monotonic() - begun, new)

    def _lines(self):
        try:
            return [line for line in self.trace.read_text().splitlines() if line]
        except FileNotFoundError:
            return []
