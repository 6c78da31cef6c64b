"""A pipeline for tests of examples/ci: working copies of one bare git repository, each with a fresh checkout, and one
simulated cloud for all of them. A file of tests is run with the program: recipes.py PAIRFORM
"""
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

CI = Path(__file__).resolve().parents[2] / "examples" / "ci"
PAIRFORM = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else None

PROJECT = """[project]
name = "contoso-dr"
[provider.simulator]
latency = "{latency}"
[network.app]
existing = true
region = "eastasia"
[network.app-dr]
existing = true
region = "southeastasia"
[mapping.app]
source = "network.app"
target = "network.app-dr"
"""
SECOND = """[network.web]
existing = true
region = "eastasia"
[network.web-dr]
existing = true
region = "southeastasia"
[mapping.web]
source = "network.web"
target = "network.web-dr"
"""


class Pipeline(unittest.TestCase):
    def setUp(self):
        self.root = Path(tempfile.mkdtemp(prefix="recipes"))
        self.addCleanup(shutil.rmtree, self.root)
        programs = self.root / "bin"
        programs.mkdir()
        (programs / "pairform").symlink_to(PAIRFORM)
        (programs / "python3").symlink_to(sys.executable)
        self.environment = {
            "PATH": f"{programs}:/usr/local/bin:/usr/bin:/bin",
            "HOME": str(self.root),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "pipeline", "GIT_AUTHOR_EMAIL": "pipeline@example.org",
            "GIT_COMMITTER_NAME": "pipeline", "GIT_COMMITTER_EMAIL": "pipeline@example.org",
            "PAIRFORM_SIMULATOR_DB": str(self.root / "cloud.db"),
        }
        self.run_in(self.root, "git", "init", "-q", "--bare", "-b", "main", "origin.git")
        first = self.root / "first"
        self.run_in(self.root, "git", "clone", "-q", "origin.git", "first")
        self.run_in(first, "git", "checkout", "-q", "-b", "main")
        (first / "infra").mkdir()
        (first / "infra" / "pairform.toml").write_text(PROJECT.format(latency="0ms"))
        (first / ".gitignore").write_text(".pairform/\n")
        self.commit_and_push(first, "Declare the pair")
        for network in ("eastasia/app", "southeastasia/app-dr", "eastasia/web", "southeastasia/web-dr"):
            self.run_in(first / "infra", "pairform", "sim", "put", "network", network, "address_space=10.0.0.0/16")

    def run_in(self, directory, *words, code=0):
        ran = subprocess.run([str(word) for word in words], cwd=directory, env=self.environment, text=True,
                             stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertEqual(ran.returncode, code, f"{words}\n{ran.stdout}\n{ran.stderr}")
        return ran.stdout + ran.stderr

    def commit_and_push(self, copy, subject):
        self.run_in(copy, "git", "add", "-A")
        self.run_in(copy, "git", "commit", "-q", "-m", subject)
        self.run_in(copy, "git", "push", "-q", "origin", "HEAD:main")

    def checkout(self, name):
        """A runner's working copy: fresh, and on no branch."""
        copy = self.root / name
        self.run_in(self.root, "git", "clone", "-q", "origin.git", name)
        self.run_in(copy, "git", "checkout", "-q", "--detach")
        return copy

    def subjects(self):
        return self.run_in(self.root / "origin.git", "git", "log", "--format=%s", "main").splitlines()

    def plan(self, copy, *words, code=0):
        self.run_in(copy, CI / "plan.sh", "infra", "out", *words, code=code)
        outputs = dict(line.split("=", 1) for line in (copy / "out" / "outputs").read_text().splitlines())
        return outputs, (copy / "out" / "comment.md").read_text()

    def apply(self, copy, approved, code=0, store=None):
        return self.run_in(copy, CI / "apply.sh", "infra", "main", store or self.root / "store", approved, code=code)
