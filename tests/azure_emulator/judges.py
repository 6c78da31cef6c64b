"""Runs the judges: judges.py bodies|answers|network|site-recovery DIR, where DIR is what validator/prepare.py made.

bodies: whether the judge judges as expected. answers: the emulator's answer in every situation that was recorded, from
seeding to the way home, by Azure's descriptions. program DIR BINARY FILTER: tests of pairform's client, through the
judging proxy; without it where there is no Node, which counts as skipped if nothing fails. The others: Microsoft's generated
clients, through it too; their requests are compared with sdk_requests.json, or written there with ACCEPT_SDK_REQUESTS=1."""

import difflib
import json
import os
import pathlib
import re
import shutil
import ssl
import subprocess
import sys
import tempfile
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
REQUESTS = HERE / "sdk_requests.json"
SKIPPED = 77
GUID = re.compile(r"(replicationOperationStatus|operationresults|operationResults|operations|replicationJobs)/[0-9a-f-]{36}",
                  re.IGNORECASE)
# Headers by which a client could differ from another in a way that matters to the service.
HEADERS = ("accept", "content-type", "if-match", "if-none-match")


def node(place, script, *arguments, **more):
    return subprocess.Popen(["node", place / script, *map(str, arguments)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                            text=True, **more)


def fetched(url, ca):
    with urllib.request.urlopen(url, context=ssl.create_default_context(cafile=ca)) as answer:
        return json.load(answer)


def judge_bodies(place, file=HERE / "validator" / "bodies.json"):
    ended = node(place, "judge_bodies.js", HERE / "descriptions", file)
    print(ended.communicate()[0])
    return ended.returncode


def judge_answers(place):
    from checks.situations import every_answer
    with tempfile.TemporaryDirectory() as directory:
        file = pathlib.Path(directory, "answers.json")
        file.write_text(json.dumps(list(every_answer())))
        return judge_bodies(place, file)


def normalised(entry):
    """One request without what changes from run to run: GUIDs of operations and jobs, hosts, ETags."""
    headers = {name: entry["headers"][name] for name in HEADERS if name in entry["headers"]}
    if headers.get("if-match", "").startswith("W/"):
        headers["if-match"] = "the ETag read"
    row = {"method": entry["method"], "path": GUID.sub(r"\1/GUID", entry["path"]), "query": entry["query"],
           "headers": headers}
    if entry["body"]:
        row["body"] = json.loads(entry["body"])
    return row


def written(requests):
    """One request a line, so that a change is one line of a diff."""
    return [json.dumps(row, ensure_ascii=False) + "\n" for row in requests]


def compared(part, requests):
    """0 where the requests are those of the file."""
    kept = json.loads(REQUESTS.read_text()) if REQUESTS.exists() else {}
    if os.environ.get("ACCEPT_SDK_REQUESTS"):
        kept[part] = requests
        parts = [f'"{name}": [\n{",".join(written(rows)).rstrip()}\n]' for name, rows in sorted(kept.items())]
        REQUESTS.write_text("{\n" + ",\n".join(parts) + "\n}\n")
    said = list(difflib.unified_diff(written(kept.get(part, [])), written(requests), REQUESTS.name, "this run", n=0))
    sys.stdout.writelines(line[:400].rstrip() + "\n" for line in said[:30])
    return int(bool(said))


class Judged:
    """An emulator with the judging proxy in front of it, in `directory`."""

    def __init__(self, place, directory, *arguments):
        self.emulator = subprocess.Popen([sys.executable, HERE / "main.py", "--dir", directory, *arguments],
                                         stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.ready = json.loads(self.emulator.stdout.readline())
        self.file = pathlib.Path(directory, "ready.json")
        self.proxy = node(place, "proxy.js", self.file, HERE / "descriptions")
        self.url = json.loads(self.proxy.stdout.readline())["url"]

    def report(self):
        return fetched(f"{self.url}/_validator/report", self.ready["ca"])

    def log(self):
        return fetched(f"{self.ready['url']}/_control/log", self.ready["ca"])["requests"]

    def end(self):
        for process in (self.proxy, self.emulator):
            process.communicate()


def said_of(report):
    """Prints what was judged; true where something was wrong."""
    print(f"{report['requests']} requests and {report['answers']} answers judged, {report['undescribed']} without a "
          f"description, {len(report['violations'])} violations")
    for violation in report["violations"][:50]:
        print(json.dumps(violation))
    return bool(report["violations"])


def judge_program(place, program, filter):
    """Tests of pairform's own client, every request and answer of which is judged."""
    with tempfile.TemporaryDirectory() as directory:
        judged = Judged(place, directory, "--fast", "--http")
        ready = pathlib.Path(directory, "judged.json")
        ready.write_text(json.dumps(judged.ready | {"url": judged.url}))
        failed = subprocess.run([program, f"--gtest_filter={filter}"],
                                env=os.environ | {"PAIRFORM_TEST_AZURE": str(ready)}).returncode
        report = judged.report()
        judged.end()
    if report["requests"] == 0:
        print("nothing was judged")
    return said_of(report) or failed or report["requests"] == 0


def judge_sdk(part, place):
    with tempfile.TemporaryDirectory() as directory:
        judged = Judged(place, directory, "--speed", "0")
        trusting = os.environ | {"NODE_EXTRA_CA_CERTS": judged.ready["ca"]}
        sdk = node(place, "sdk.js", part, judged.url, judged.file, env=trusting)
        failed = sdk.wait()
        report, log = judged.report(), judged.log()
        sdk.communicate()
        judged.end()
    wrong = said_of(report)
    return failed or wrong or compared(part, [normalised(entry) for entry in log])


def main():
    what, place = sys.argv[1], pathlib.Path(sys.argv[2])
    if shutil.which("node") is None or not (place / "installed").exists():
        print(f"skipped: there is no node, or the npm packages are not in {place}")
        if what == "program":
            program, chosen = sys.argv[3:]
            return subprocess.run([program, f"--gtest_filter={chosen}"]).returncode or SKIPPED
        return SKIPPED
    if what == "program":
        return int(judge_program(place, *sys.argv[3:]))
    alone = {"bodies": judge_bodies, "answers": judge_answers}
    return int(alone[what](place) if what in alone else judge_sdk(what, place))


if __name__ == "__main__":
    sys.exit(main())
