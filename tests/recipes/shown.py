"""What examples/ci shows of a pull request on GitHub, GitLab and Azure DevOps: the comment, which is made once and then
brought up to date, and what is wrong in the files. The hosts are those of code_hosts.py.

    shown.py PAIRFORM
"""
import json
import re
import subprocess
import sys
import unittest

from code_hosts import OWN, TOKEN, CodeHosts
from pipeline import CI, PROJECT, SECOND, Pipeline

MARKER = "<!-- pairform:contoso-dr "
WRONG = '[mapping.web]\nsource = "network.nobody"\ntarget = "network.app-dr"\n'
COMMANDS = {"github": ("::error file=infra/",), "gitlab": (),
            "azure": ("##vso[task.logissue type=error;sourcepath=infra/pairform.toml;", "##vso[task.uploadsummary]")}


class Shown(Pipeline):
    def setUp(self):
        super().setUp()
        self.hosts = CodeHosts()
        self.addCleanup(self.hosts.close)
        self.plain = dict(self.environment)
        python = self.root / "bin" / "python3"  # keeps the words of each command line
        python.unlink()
        python.write_text(f'#!/bin/sh\nprintf "%s\\n" "$*" >> "$HOME/words"\nexec {sys.executable} "$@"\n')
        python.chmod(0o755)

    def on(self, host, **changed):
        self.environment = {**self.plain, **self.hosts.environment(host), "GITHUB_OUTPUT": str(self.root / "outputs"),
                            "GITHUB_STEP_SUMMARY": str(self.root / "summary"), **changed}
        self.hosts.requests.clear()
        self.hosts.refused.clear()

    def show(self, copy, host, *words, code=0):
        log = self.run_in(copy, CI / "show.sh", host, "infra", "contoso-dr", "out", *words, code=code)
        written = [log] + [each.read_text() for each in (copy / "out").iterdir() if each.name != "p.plan"]
        written += [each.read_text() for each in (self.root / "words", self.root / "summary") if each.exists()]
        self.assertNotIn(TOKEN, "".join(written))
        for line in log.splitlines():  # no command but the recipe's own: the agent takes the first one of a line
            if line.strip().startswith("::") or "##" in line:
                self.assertTrue(line.startswith(COMMANDS[host]), line)
        return log

    def files(self, copy, text):
        (copy / "infra" / "pairform.toml").write_text(text)

    def plans(self, host):
        return [body for body in self.hosts.own(host) if body.startswith(MARKER)]

    def test_a_comment_is_made_once_and_then_brought_up_to_date(self):
        for host in OWN:
            with self.subTest(host):
                copy = self.checkout(host)
                self.on(host)
                strangers = [self.hosts.put(host, "somebody", MARKER + "sha256:" + "0" * 64 + " -->\nApproved.\n"),
                             self.hosts.put(host, OWN[host], "<!-- pairform:contoso-dr-2 -->\nAnother project.\n")]
                if host == "azure":
                    self.hosts.put(host, OWN[host], MARKER + "-->\nWas deleted.\n", deleted=True)
                for _ in range(120):
                    self.hosts.put(host, "somebody", "Looks good.")
                self.show(copy, host)
                first = (copy / "out" / "comment.md").read_text()
                self.assertEqual(self.plans(host), [first])
                writes = [one for one in self.hosts.requests if not one.startswith("GET")]
                self.assertEqual([one.split()[0] for one in writes], ["POST"])

                for _ in range(120):  # the comment is on the second page
                    self.hosts.put(host, "somebody", "Looks good.")
                for text, code, told in ((PROJECT.format(latency="0ms") + SECOND, 0, "mapping.web"),
                                         (PROJECT.format(latency="0ms") + WRONG, 1, "PF1402"),
                                         ("[[[", 1, "PF1001"), ("", 1, "PF1106"), (PROJECT.format(latency="0ms"), 0, "")):
                    self.hosts.requests.clear()
                    self.files(copy, text)
                    self.show(copy, host, code=code)
                    writes = [one for one in self.hosts.requests if not one.startswith("GET")]
                    self.assertEqual([one.split()[0] for one in writes], ["PUT" if host == "gitlab" else "PATCH"])
                    plan, = self.plans(host)
                    self.assertIn(told, plan)
                    self.assertNotIn("pairform: -->", plan)
                self.assertEqual(plan, first, "the same files again")
                for number in strangers:
                    body, = [one["body"] for one in self.hosts.comments[host] if one["thread"] == number]
                    self.assertIn(body.splitlines()[1], ("Approved.", "Another project."))
                self.assertEqual(self.hosts.refused, [])

    def test_a_project_that_is_not_there_is_told_too(self):
        for host in OWN:
            with self.subTest(host):
                self.on(host)
                copy = self.checkout(host)
                (copy / "infra").rename(copy / "elsewhere")
                self.assertIn("PF5001", self.show(copy, host, code=1))
                self.assertEqual(self.hosts.own(host), [MARKER + "-->\n### pairform\n\n**No plan:** see the log of the job.\n"])
                self.assertFalse((copy / "out" / "findings.json").exists(), "no report that is none")

    def test_a_cloud_that_does_not_answer_fails_the_job_though_the_files_are_valid(self):
        for host in OWN:
            with self.subTest(host):
                self.on(host, PAIRFORM_SIMULATOR_DB="/nowhere/cloud.db")
                copy = self.checkout(host)
                self.show(copy, host, code=1)
                plan, = self.plans(host)
                self.assertIn("**No plan:**", plan)

    def test_a_fork_gets_no_comment_and_is_planned_offline(self):
        for host, changed in (("gitlab", {"CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "13"}),
                              ("azure", {"SYSTEM_PULLREQUEST_ISFORK": "True"})):
            with self.subTest(host):
                self.on(host, **changed)
                copy = self.checkout(host)
                self.show(copy, host)
                self.assertEqual(self.hosts.requests, [])
                self.assertFalse((copy / "out" / "p.plan").exists())

    def test_without_a_pull_request_or_a_token_no_comment_is_written(self):
        for host, number, token in (("github", "PULL_REQUEST", "GH_TOKEN"),
                                    ("gitlab", "CI_MERGE_REQUEST_IID", "PAIRFORM_NOTE_TOKEN"),
                                    ("azure", "SYSTEM_PULLREQUEST_PULLREQUESTID", "SYSTEM_ACCESSTOKEN")):
            with self.subTest(host):
                copy = self.checkout(host)
                self.on(host, **{number: ""})
                self.assertNotIn("no comment", self.show(copy, host))
                self.on(host, **{token: ""})
                self.assertIn("no comment is written: there is no token", self.show(copy, host))
                self.assertEqual(self.hosts.requests, [])
        self.on("azure", BUILD_REPOSITORY_PROVIDER="GitHub")
        self.show(copy, "azure")
        self.assertEqual(self.hosts.requests, [])

    def test_a_token_that_is_refused_fails_the_job_and_goes_nowhere_else(self):
        for host, name, told in (("github", "GH_TOKEN", "401"), ("gitlab", "PAIRFORM_NOTE_TOKEN", "401"),
                                 ("azure", "SYSTEM_ACCESSTOKEN", "is the token valid?")):
            with self.subTest(host):
                copy = self.checkout(host)
                self.on(host, **{name: "another"})
                self.assertRegex(self.show(copy, host, code=1), r"comment\.py: GET http://.*" + re.escape(told))
                self.assertTrue((copy / "out" / "p.plan").exists(), "what was made before is there")
                self.on(host)
                self.hosts.redirect = self.hosts.url + "/sign-in"
                self.assertIn(": 302", self.show(copy, host, code=1))
                self.assertEqual(len(self.hosts.requests), 1)
                self.assertEqual(self.hosts.own(host), [])

    def test_github_shows_what_is_wrong_at_its_line_and_the_plan_in_the_summary(self):
        copy = self.checkout("github")
        self.on("github")
        for name in ("outputs", "summary"):
            (self.root / name).write_text("before\n")
        self.assertNotIn("::", self.show(copy, "github"))
        outputs = (self.root / "outputs").read_text()
        self.assertRegex(outputs, r"^before\nexit-code=2\ndigest=sha256:[0-9a-f]{64}\nchanged=true\n$")
        self.assertEqual((self.root / "summary").read_text(), "before\n" + (copy / "out" / "comment.md").read_text())
        self.files(copy, PROJECT.format(latency="0ms") + WRONG)
        self.assertRegex(self.show(copy, "github", code=1), r"(?m)^::error file=infra/pairform\.toml,line=15,col=10,.*PF1402")
        self.assertIn("PF1402", (self.root / "summary").read_text())

    def test_gitlab_gets_the_counts_of_the_plan_and_the_findings(self):
        copy = self.checkout("gitlab")
        self.on("gitlab")
        counts, findings = (copy / "out" / name for name in ("tfplan.json", "findings.json"))
        self.show(copy, "gitlab")
        self.assertEqual(json.loads(counts.read_text()), {"create": 2, "update": 0, "delete": 0}, "two are adopted as well")
        self.assertEqual(json.loads(findings.read_text()), [])
        self.apply(copy, copy / "out" / "p.plan")
        elsewhere = PROJECT.format(latency="0ms").replace('target = "network.app-dr"', 'target = "network.web-dr"')
        self.files(copy, elsewhere + '[network.web-dr]\nexisting = true\nregion = "southeastasia"\n')
        self.show(copy, "gitlab")
        self.assertEqual(json.loads(counts.read_text()), {"create": 1, "update": 1, "delete": 1}, "the way home is replaced")
        self.files(copy, PROJECT.format(latency="0ms") + WRONG)
        self.show(copy, "gitlab", code=1)
        finding, = json.loads(findings.read_text())
        self.assertEqual((finding["check_name"], finding["severity"]), ("PF1402", "major"))
        self.assertEqual(finding["location"], {"path": "infra/pairform.toml", "lines": {"begin": 15}})
        self.assertFalse(counts.exists(), "no counts of an earlier plan")

    def test_azure_lists_what_is_wrong_as_issues_of_the_run(self):
        copy = self.checkout("azure")
        self.on("azure")
        self.assertEqual(self.show(copy, "azure").count("##vso["), 1)
        self.files(copy, PROJECT.format(latency="0ms") + WRONG)
        log = self.show(copy, "azure", code=1)
        self.assertRegex(log, r"(?m)^##vso\[task\.logissue type=error;sourcepath=infra/pairform\.toml;linenumber=15;"
                              r"code=PF1402\]there is no network\.nobody%0A")
        self.assertIn(f"##vso[task.uploadsummary]{copy}/out/comment.md\n", log)

    def test_a_name_does_not_become_a_command_of_the_log(self):
        names = ("##vso[task.prependpath]x", "a]##vso[task.prependpath]x", "a\\n##vso[task.prependpath]x", "a\\n::add-path::x",
                 "##[add-path]x", "::add-path::x")
        stanzas = [WRONG.replace("nobody", name).replace(".web]", f".web{at}]") for at, name in enumerate(names)]
        for host in OWN:
            with self.subTest(host):
                self.on(host)
                copy = self.checkout(host)
                self.files(copy, PROJECT.format(latency="0ms") + "".join(stanzas))
                self.assertEqual(self.show(copy, host, code=1).count("error PF"), len(names))

    def test_what_an_issue_says_reaches_the_agent_as_it_was(self):
        finding = {"description": "100%\r\n%0A; ] ##vso[task.complete]", "check_name": "PF;1]", "severity": "minor",
                   "location": {"path": "in;fra]/a%3B.toml", "lines": {"begin": 3}}}
        told = [finding, {**finding, "severity": "info"}]
        ran = subprocess.run([sys.executable, CI / "azure-pipelines" / "issues.py"], input=json.dumps(told), text=True,
                             stdout=subprocess.PIPE, check=True)
        line, = ran.stdout.splitlines()
        properties, text = re.fullmatch(r"##vso\[task\.logissue ([^\]]*)\](.*)", line).groups()

        def read(value):  # as the agent does
            for code, character in (("%3B", ";"), ("%0D", "\r"), ("%0A", "\n"), ("%5D", "]"), ("%AZP25", "%")):
                value = value.replace(code, character)
            return value

        self.assertEqual({key: read(value) for key, value in (each.split("=", 1) for each in properties.split(";"))},
                         {"type": "warning", "sourcepath": "in;fra]/a%3B.toml", "linenumber": "3", "code": "PF;1]"})
        self.assertEqual(read(text), finding["description"])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
