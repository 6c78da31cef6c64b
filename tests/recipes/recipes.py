"""What examples/ci does to a repository: plan, apply, commit state, keep the journal, and look every night.

    recipes.py PAIRFORM
"""
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import unittest

from pipeline import CI, PROJECT, SECOND, Pipeline


class Recipes(Pipeline):
    def test_what_the_comment_approves_is_applied_and_its_state_committed(self):
        runner = self.checkout("plan")
        outputs, comment = self.plan(runner, "65000")
        self.assertEqual(outputs["exit-code"], "2")
        self.assertEqual(outputs["changed"], "true")
        self.assertRegex(outputs["digest"], r"^sha256:[0-9a-f]{64}$")
        self.assertTrue(comment.startswith(f"<!-- pairform:contoso-dr {outputs['digest']} -->\n"), comment)
        self.assertIn(f"--approve {outputs['digest'].removeprefix('sha256:')}", comment)
        digest = self.digest_of(comment)
        self.assertEqual(digest, outputs["digest"])
        self.apply(self.checkout("apply"), digest)
        self.assertEqual(self.subjects(), ["Record state [skip ci]", "Declare the pair"])
        state = self.run_in(self.root / "origin.git", "git", "show", "main:infra/pairform.state.jsonl")
        self.assertIn('"mapping.app.reverse"', state)
        changed = self.run_in(self.root / "origin.git", "git", "show", "--name-only", "--format=", "main")
        self.assertEqual(changed.split(), ["infra/pairform.state.jsonl"])
        outputs, _ = self.plan(self.checkout("again"))
        self.assertEqual((outputs["exit-code"], outputs["changed"]), ("0", "false"))
        self.assertEqual(list((self.root / "store").iterdir()), [])

    def digest_of(self, comment, project="contoso-dr", code=0):
        ran = subprocess.run([str(CI / "digest.sh"), project], input=comment, env=self.environment, text=True,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertEqual(ran.returncode, code, ran.stderr)
        return ran.stdout.strip()

    def test_a_comment_of_another_project_or_with_more_before_it_approves_nothing(self):
        _, comment = self.plan(self.checkout("plan"))
        self.digest_of(comment, project="contoso", code=1)
        self.digest_of("Looks good.\n" + comment, code=1)
        self.assertEqual(self.digest_of(comment.replace("\n", "\r\n")), self.digest_of(comment))

    def test_another_plan_than_the_approved_one_is_refused(self):
        self.apply(self.checkout("other"), "sha256:" + "0" * 64, code=3)
        outputs, _ = self.plan(self.checkout("plan"))
        self.apply(self.checkout("short"), outputs["digest"].removeprefix("sha256:")[:8], code=1)
        self.assertEqual(self.subjects(), ["Declare the pair"])

    def test_a_saved_plan_is_applied_once(self):
        runner = self.checkout("plan")
        self.plan(runner)
        self.apply(self.checkout("apply"), runner / "out" / "p.plan")
        self.apply(self.checkout("late"), runner / "out" / "p.plan", code=6)

    def test_a_fork_plans_offline_and_saves_nothing(self):
        outputs, comment = self.plan(self.checkout("fork"), "65000", "--offline")
        self.assertEqual(outputs["changed"], "true")
        self.assertNotIn("--approve", comment)
        self.assertFalse((self.root / "fork" / "out" / "p.plan").exists())

    def test_files_with_errors_are_told_in_the_comment(self):
        runner = self.checkout("plan")
        with (runner / "infra" / "pairform.toml").open("a") as file:
            file.write('[mapping.web]\nsource = "network.nobody"\ntarget = "network.app-dr"\n')
        outputs, comment = self.plan(runner, code=1)
        self.assertEqual((outputs["exit-code"], outputs["digest"], outputs["changed"]), ("1", "", ""))
        self.assertIn("@@ Errors @@", comment)
        self.digest_of(comment, code=1)

    def test_state_goes_on_top_of_what_was_pushed_meanwhile(self):
        runner = self.checkout("apply")
        outputs, _ = self.plan(runner)
        other = self.root / "first"
        (other / "README.md").write_text("Networks of Contoso.\n")
        self.commit_and_push(other, "Say what this is")
        self.apply(runner, outputs["digest"])
        self.assertEqual(self.subjects(), ["Record state [skip ci]", "Say what this is", "Declare the pair"])

    def test_state_that_cannot_be_pushed_is_kept_and_the_next_run_adopts(self):
        refuse = self.root / "origin.git" / "hooks" / "pre-receive"
        refuse.write_text("#!/bin/sh\necho tried >> tries\nexit 1\n")
        refuse.chmod(0o755)
        runner = self.checkout("apply")
        outputs, _ = self.plan(runner)
        said = self.apply(runner, outputs["digest"], code=1)
        self.assertIn("state was not pushed after 3 tries", said)
        self.assertEqual((self.root / "origin.git" / "tries").read_text().count("tried"), 3)
        self.assertIn('"mapping.app.forward"', (self.root / "store" / "pairform.state.jsonl").read_text())
        refuse.unlink()
        later = self.checkout("later")
        outputs, comment = self.plan(later)
        self.assertNotIn("to create", comment)
        self.apply(later, outputs["digest"])
        self.assertEqual(self.subjects()[0], "Record state [skip ci]")
        self.assertFalse((self.root / "store" / "pairform.state.jsonl").exists())

    def test_the_journal_of_a_killed_run_goes_on_in_another_copy(self):
        runner = self.checkout("killed")
        (runner / "infra" / "pairform.toml").write_text(PROJECT.format(latency="300ms"))
        apply = subprocess.Popen(["pairform", "-C", "infra", "apply", "--auto-approve"], cwd=runner,
                                 env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        journal = runner / "infra" / ".pairform" / "journal"
        deadline = time.monotonic() + 60
        while not (journal.exists() and "forward" in journal.read_text()) and time.monotonic() < deadline:
            time.sleep(0.01)
        apply.send_signal(signal.SIGKILL)
        apply.wait()
        left = journal.read_bytes()
        self.assertIn(b"mapping.app.forward", left)
        store = self.root / "store"
        self.run_in(runner, CI / "journal.sh", "save", "infra", store)
        later = self.checkout("later")
        self.run_in(later, CI / "journal.sh", "restore", "infra", store)
        self.assertEqual((later / "infra" / ".pairform" / "journal").read_bytes(), left)
        outputs, _ = self.plan(later)
        self.apply(later, outputs["digest"], store=store)
        self.assertFalse((store / "journal").exists(), "it was folded into state")
        state = self.run_in(self.root / "origin.git", "git", "show", "main:infra/pairform.state.jsonl")
        for half in ("forward", "reverse"):
            self.assertEqual(state.count(f'"address":"mapping.app.{half}"'), 1)
        self.assertNotIn('"adopted":true', state.split("mapping.app.forward")[1].split("\n")[0],
                         "what the killed run made is known to be pairform's")

    def test_drift_is_told_by_code_comment_and_metrics(self):
        runner = self.checkout("apply")
        outputs, _ = self.plan(runner)
        self.apply(runner, outputs["digest"])
        copy = self.checkout("nightly")
        self.run_in(copy, CI / "drift.sh", "infra", "out")
        self.run_in(copy / "infra", "pairform", "sim", "delete", "mapping", "southeastasia/app-dr", "eastasia")
        self.assertIn("behind pairform's back", self.run_in(copy, CI / "drift.sh", "infra", "out", code=8))
        self.assertIn("@@ Broken pairs found @@", (copy / "out" / "comment.md").read_text())
        metrics = (copy / "out" / "pairform.prom").read_text()
        self.assertRegex(metrics, r'\npairform_last_exit_code\{project="contoso-dr",provider="simulator"\} 8\n')
        with (copy / "infra" / "pairform.toml").open("a") as file:
            file.write(SECOND)
        self.run_in(copy, CI / "drift.sh", "infra", "out", code=2)

    def test_the_scripts_are_sound_shell(self):
        scripts = sorted(CI.rglob("*.sh"))
        self.assertGreater(len(scripts), 5)
        for script in scripts:
            self.assertTrue(os.access(script, os.X_OK), script)
            self.run_in(CI, "sh", "-n", script)
        there = [script.name for script in [*scripts, *CI.rglob("*.py")]]
        for file in [*sorted(CI.rglob("*.yml")), *scripts]:
            for name in re.findall(r"[a-z_]+\.(?:sh|py)\b", file.read_text()):
                self.assertIn(name, there, file)
        if shutil.which("shellcheck") is None:
            self.skipTest("shellcheck is not installed")
        self.run_in(CI, "shellcheck", *scripts)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
