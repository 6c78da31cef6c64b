"""The schema of the files, held against judges that know nothing of pairform: judges.py WHAT DIR PAIRFORM.

examples  every file of examples/ has no finding: by a validator of draft-07, by `taplo lint` and by `tombi lint`; with the
          schema of any project, and with that of its own
discovered  the formatters of both editors' servers leave the files that `pairform discover` writes as they are, one file and
          many; and no linter finds anything in them
wrong     of every file of wrong/ the validator finds what its first line says, and `pairform validate` refuses all of them
taplo, tombi   a session with the language server: keys, values, references, what a key means, what is wrong

DIR holds the npm packages (tests/azure_emulator/validator/prepare.py DIR tests/editor). Exit code 77: skipped."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import tomllib

from language_server import LanguageServer

HERE = pathlib.Path(__file__).resolve().parent
EXAMPLES = HERE.parent.parent / "examples"
SKIPPED = 77
TOMBI = "node_modules/@tombi-toml/cli-linux-x64/tombi"


def run(*command, **more):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, **more)


def schema_of(pairform, directory=None):
    """The schema of any project, or of that in a directory."""
    asked = ["schema"] if directory is None else ["-C", directory, "schema", "--project"]
    ended = run(pairform, *asked, check=True)
    return ended.stdout


def plain(value):
    """A document as JSON has it. TOML's dates are none of ours: as text they are as wrong."""
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    return value if isinstance(value, (str, int, float, bool)) else str(value)


def judged(place, schema, files):
    """What the validator refuses in each file."""
    with tempfile.TemporaryDirectory() as directory:
        file = pathlib.Path(directory) / "schema.json"
        file.write_text(schema)
        documents = [plain(tomllib.loads(each.read_text())) for each in files]
        ended = run("node", place / "judge.js", file, input=json.dumps(documents))
    if ended.returncode != 0:
        raise RuntimeError(ended.stderr)
    return json.loads(ended.stdout)


def projects():
    found = sorted(each.parent for each in EXAMPLES.rglob("pairform.toml"))
    if not found:
        raise RuntimeError(f"there is no project below {EXAMPLES}")
    return found


def judge_examples(place, pairform):
    """No judge finds anything in the examples: neither by the schema of any project, nor by a project's own."""
    wrong = []
    with tempfile.TemporaryDirectory() as directory:
        room = pathlib.Path(directory)
        for number, project in enumerate(projects()):
            files = sorted(project.rglob("*.toml"))
            for name, schema in {"any": schema_of(pairform), "own": schema_of(pairform, project)}.items():
                for file, findings in zip(files, judged(place, schema, files)):
                    wrong += [f"{file}, the schema of {name}: {each}" for each in findings]
                shutil.copytree(project, room / f"{number}-{project.name}-{name}")
                name_schema(room / f"{number}-{project.name}-{name}", schema)
        wrong += linted(place, room)
        (room / "slip").mkdir()
        shutil.copyfile(HERE / "wrong" / "unknown_attribute.toml", room / "slip" / "pairform.toml")
        name_schema(room / "slip", schema_of(pairform))
        if len(linted(place, room / "slip")) != 2:
            wrong.append("a linter does not look at the schema that a file names")
    print("\n".join(wrong))
    return bool(wrong)


def name_schema(project, schema):
    """Each file names the schema in its first line, as `pairform init` writes it."""
    (project / ".pairform").mkdir(exist_ok=True)
    (project / ".pairform" / "schema.json").write_text(schema)
    for file in project.rglob("*.toml"):
        up = "../" * (len(file.relative_to(project).parts) - 1)
        file.write_text(f"#:schema {up}.pairform/schema.json\n{file.read_text()}")


def linted(place, directory):
    """What the linters of both editors' servers say of all files there. Once for all: Taplo takes seconds to begin."""
    files = sorted(directory.rglob("*.toml"))
    taplo = run("node", place / "node_modules/@taplo/cli/dist/cli.js", "lint", *files, cwd=directory)
    tombi = run(place / TOMBI, "lint", "--offline", "--error-on-warnings", *files, cwd=directory)
    return [f"{name}: {ended.stdout}{ended.stderr}" for name, ended in (("taplo", taplo), ("tombi", tombi))
            if ended.returncode != 0]


ESTATE = """put network eastasia/App.Net address_space=10.1.0.0/16 subnet.web=10.1.1.0/24
put network southeastasia/App.Net address_space=10.2.0.0/16 subnet.Front=10.2.1.0/24 subnet.db=10.2.2.0/24
put mapping eastasia/App.Net southeastasia/App.Net
put vm eastasia/web1 network=App.Net nic.eth0=web:10.1.1.10,vip:10.1.1.11 nic.eth1=web:10.1.1.12
replicate eastasia/web1 southeastasia
land eastasia/web1 nic.eth0=db:10.2.2.77,vip:10.2.2.78 nic.eth1=Front:10.2.1.99
put vm eastasia/web2 network=App.Net nic.eth0=web
replicate eastasia/web2 southeastasia
"""


def judge_discovered(place, pairform):
    """Of a small estate that has one of everything, and of examples/brownfield, each both with existing and managed vms."""
    wrong = []
    with tempfile.TemporaryDirectory() as directory:
        room = pathlib.Path(directory)
        for number, (estate, vms) in enumerate((each, vms) for each in ("small", "brownfield")
                                               for vms in ("existing", "managed")):
            project = room / str(number)
            project.mkdir()
            if estate == "small":
                run(pairform, "-C", project, "sim", "run", "-", input=ESTATE, check=True)
            else:
                shutil.copyfile(EXAMPLES / "brownfield/setup.sh", project / "setup.sh")
                run("bash", project / "setup.sh", env=os.environ | {"PAIRFORM": str(pairform)}, check=True)
            run(pairform, "-C", project, "discover", "--out", ".", "--vms", vms, check=True)
            files = sorted(project.rglob("*.toml"))
            for name, command in {"taplo": ["node", place / "node_modules/@taplo/cli/dist/cli.js", "fmt", "--check"],
                                  "tombi": [place / TOMBI, "format", "--check", "--offline"]}.items():
                ended = run(*command, *files, cwd=project)
                if ended.returncode != 0 or len(files) < 2:
                    wrong.append(f"{name} would format {estate} with {vms} vms: {ended.stdout}{ended.stderr}")
            name_schema(project, schema_of(pairform, project))
        wrong += linted(place, room)
    print("\n".join(wrong))
    return bool(wrong)


def judge_wrong(place, pairform):
    """The first line of each file says who finds its mistake: `# schema` or `# validate only: why`."""
    files = sorted((HERE / "wrong").glob("*.toml"))
    findings = judged(place, schema_of(pairform), files)
    failed = len(files) < 20
    for file, found in zip(files, findings):
        head = file.read_text().splitlines()[0]
        if head != "# schema" and not head.startswith("# validate only: "):
            print(f"{file.name} does not say who finds it")
            failed = True
        if (head == "# schema") != bool(found):
            print(f"{file.name} says {head!r}, and the schema finds {found}")
            failed = True
        with tempfile.TemporaryDirectory() as directory:
            shutil.copyfile(file, pathlib.Path(directory) / "pairform.toml")
            ended = run(pairform, "-C", directory, "validate", "--format", "gcc")
            if ended.returncode != 1:
                print(f"{file.name} is right by validate: {ended.stdout}{ended.stderr}")
                failed = True
    return failed


SESSION = """#:schema .pairform/schema.json
[project]
name = "x"
edition = ""

[network.app]
existing = true
region = "eastasia"
 
[network.app-dr]
existing = true
region = "southeastasia"

[mapping.app]
source = "network.app"
target = ""
"""


def line_of(text, wanted):
    return text.splitlines().index(wanted)


def judge_session(server, place, pairform):
    commands = {"taplo": ["node", place / "taplo_lsp.js"],
                "tombi": [place / TOMBI, "lsp", "--offline"]}
    failed = []

    def expect(what, seen, wanted):
        missing = [each for each in wanted if not any(each in label for label in seen)]
        if missing:
            failed.append(f"{what}: {missing} is not among {seen}")

    with tempfile.TemporaryDirectory() as directory:
        directory = pathlib.Path(os.path.realpath(directory)) / "project"
        run(pairform, "init", directory, check=True)
        project = directory / "pairform.toml"
        project.write_text(SESSION)
        ended = run(pairform, "-C", directory, "validate")  # which says what is wrong, and brings the schema up to date
        if "network.app-dr" not in (directory / ".pairform/schema.json").read_text():
            failed.append(f"validate left the schema as it was: {ended.stdout}{ended.stderr}")
        talk = LanguageServer([str(word) for word in commands[server]], directory)
        talk.open(project, SESSION)
        found = talk.problems(lambda messages: len(messages) >= 2)
        expect("what is wrong", found, ["2018-05", "network.app-dr"])
        expect("keys", talk.complete(line_of(SESSION, " "), 1), ["protect", "resource_group", "subscription"])
        expect("values", talk.complete(line_of(SESSION, 'edition = ""'), 11), ["2018-05", "2026-02"])
        expect("references", talk.complete(line_of(SESSION, 'target = ""'), 10), ["network.app", "network.app-dr"])
        expect("what a key means", [talk.hover(line_of(SESSION, "existing = true"), 2)], ["Made elsewhere"])
        talk.close()
        right = SESSION.replace('target = ""', 'target = "network.app-dr"').replace('edition = ""', 'edition = "2018-05"')
        talk.open(project, right)
        expect("nothing is wrong", [str(talk.problems(lambda messages: not messages))], ["[]"])
        talk.end()
    print("\n".join(failed))
    return bool(failed)


def main():
    what = sys.argv[1]
    place, pairform = (pathlib.Path(each).resolve() for each in sys.argv[2:4])
    if shutil.which("node") is None or not (place / "installed").exists():
        print(f"skipped: there is no node, or the npm packages are not in {place}")
        return SKIPPED
    if what in ("taplo", "tombi"):
        return int(judge_session(what, place, pairform))
    return int({"examples": judge_examples, "discovered": judge_discovered, "wrong": judge_wrong}[what](place, pairform))


if __name__ == "__main__":
    sys.exit(main())
