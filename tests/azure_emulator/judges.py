"""Runs the judges: judges.py bodies|answers|network|site-recovery DIR, where DIR is what validator/prepare.py made.

bodies: whether the judge judges as expected. answers: the emulator's answer in every situation that was recorded, from
seeding to the way home, by Azure's descriptions. The others: Microsoft's generated clients, through the judging proxy,
against the emulator; their requests are compared with sdk_requests.json, or written there with ACCEPT_SDK_REQUESTS=1."""

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


def judge_sdk(part, place):
    with tempfile.TemporaryDirectory() as directory:
        emulator = subprocess.Popen([sys.executable, HERE / "main.py", "--dir", directory, "--speed", "0"],
                                    stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        ready = json.loads(emulator.stdout.readline())
        proxy = node(place, "proxy.js", pathlib.Path(directory, "ready.json"), HERE / "descriptions")
        url = json.loads(proxy.stdout.readline())["url"]
        trusting = os.environ | {"NODE_EXTRA_CA_CERTS": ready["ca"]}
        sdk = node(place, "sdk.js", part, url, pathlib.Path(directory, "ready.json"), env=trusting)
        failed = sdk.wait()
        report = fetched(f"{url}/_validator/report", ready["ca"])
        log = fetched(f"{ready['url']}/_control/log", ready["ca"])["requests"]
        for process in (sdk, proxy, emulator):
            process.communicate()
    print(f"{report['requests']} requests and {report['answers']} answers judged, {report['undescribed']} without a "
          f"description, {len(report['violations'])} violations")
    for violation in report["violations"]:
        print(json.dumps(violation))
    return failed or bool(report["violations"]) or compared(part, [normalised(entry) for entry in log])


def main():
    what, place = sys.argv[1], pathlib.Path(sys.argv[2])
    if shutil.which("node") is None or not (place / "installed").exists():
        print(f"skipped: there is no node, or the npm packages are not in {place}")
        return SKIPPED
    alone = {"bodies": judge_bodies, "answers": judge_answers}
    return int(alone[what](place) if what in alone else judge_sdk(what, place))


if __name__ == "__main__":
    sys.exit(main())
