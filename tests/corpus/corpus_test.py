"""What earlier versions of pairform left behind, read by this one: every case of tests/corpus/VERSION.

    corpus_test.py PAIRFORM

For each case the project directory is as it was left: files, state, the journal of a killed run, a saved plan, and the
simulated cloud. `plan`, `drill` and `why` say what `expected/` holds, and apply goes on from there until a plan has no
changes. ACCEPT_GOLDEN=1 writes `expected/` anew, and nothing else: words may change from version to version, and what
they say of an old project may not.
"""
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import promised

CORPUS = Path(__file__).resolve().parent
PAIRFORM = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else None
VERSIONS = sorted(path for path in CORPUS.iterdir() if re.fullmatch(r"\d+\.\d+\.\d+", path.name))


class Left(unittest.TestCase):
    """A case, in a directory of its own."""

    maxDiff = None

    def setUp(self):
        self.root = Path(tempfile.mkdtemp(prefix="corpus"))
        self.addCleanup(shutil.rmtree, self.root)

    def unpack(self, case):
        self.case, self.directory = case, self.root / case.parent.name / case.name
        shutil.copytree(case / "project", self.directory)
        kept = self.directory / ".pairform"
        kept.mkdir()
        if (case / "journal").exists():
            shutil.copy(case / "journal", kept)
        with sqlite3.connect(kept / "simulator.db") as cloud:
            cloud.executescript((case / "cloud.sql").read_text(encoding="utf-8"))
        cloud.close()

    def run_any(self, *words, errors=subprocess.STDOUT):
        environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TERM": "dumb"}
        return subprocess.run([PAIRFORM, *words], cwd=self.directory, env=environment, text=True, check=False,
                              stdout=subprocess.PIPE, stderr=errors)

    def run_pairform(self, *words, expect=0):
        said = self.run_any(*words)
        self.assertEqual(said.returncode, expect, f"{self.case}: {words}\n{said.stdout}")
        return said.stdout

    def says(self, name, *words, expect=0):
        text, kept = self.run_pairform(*words, expect=expect), self.case / "expected" / name
        if "ACCEPT_GOLDEN" in os.environ:
            kept.parent.mkdir(exist_ok=True)
            kept.write_text(text, encoding="utf-8")
        self.assertEqual(text, kept.read_text(encoding="utf-8"), f"{self.case}: {words}")
        return text

    def ends_without_changes(self):
        self.run_pairform("plan", "--detailed-exitcode")

    def test_there_is_a_corpus(self):
        self.assertTrue(VERSIONS)
        for version in VERSIONS:
            self.assertEqual(sorted(case.name for case in version.iterdir() if case.is_dir()), ["drifted", "killed", "seeding", "settled"])

    def test_what_programs_rely_on_is_still_there(self):
        for version in VERSIONS:
            self.unpack(version / "drifted")
            now = set(promised.lines(self.directory, self.run_any))
            then = (version / "promised.txt").read_text(encoding="utf-8").splitlines()
            self.assertGreater(len(then), 500)
            self.assertEqual([line for line in then if line not in now], [], f"promised by {version.name}")

    def test_a_settled_project_has_nothing_to_do(self):
        for version in VERSIONS:
            self.unpack(version / "settled")
            before = (self.directory / "pairform.state.jsonl").read_bytes()
            self.says("plan.txt", "plan", "--detailed-exitcode")
            self.says("drill.txt", "drill", "eastasia", expect=2)
            self.run_pairform("status")
            self.says("why.txt", "why", "vm.web1.nic.eth0")
            self.run_pairform("apply", "--auto-approve")
            self.assertEqual((self.directory / "pairform.state.jsonl").read_bytes(), before,
                             "state is not written where nothing changed")

    def test_what_drifted_is_mended_as_the_saved_plan_says(self):
        for version in VERSIONS:
            self.unpack(version / "drifted")
            digest = re.search(r'"digest": *"sha256:([0-9a-f]+)"', (version / "drifted/plan.json").read_text())[1]
            planned = self.says("plan.txt", "plan", "--detailed-exitcode", expect=8)
            self.assertIn(f"Digest: sha256:{digest}\n", planned, "the same plan has the same digest")
            shutil.copy(version / "drifted/plan.json", self.directory)
            self.run_pairform("apply", "plan.json", "--approve", digest)
            self.ends_without_changes()

    def test_a_killed_run_is_gone_on_with(self):
        for version in VERSIONS:
            self.unpack(version / "killed")
            self.says("plan.txt", "plan", "--detailed-exitcode", expect=2)
            self.run_pairform("apply", "--auto-approve")
            self.ends_without_changes()

    def test_pending_steps_are_waited_for(self):
        for version in VERSIONS:
            self.unpack(version / "seeding")
            self.assertIn('"pending":', (self.directory / "pairform.state.jsonl").read_text(encoding="utf-8"))
            self.run_pairform("status", "--offline")
            self.run_pairform("apply", "--auto-approve")
            self.ends_without_changes()


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
