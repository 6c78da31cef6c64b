"""The Debian package: made of what a build directory holds, looked at, installed where nothing else is, used, removed.

    package_test.py install BUILD CPACK   install it in a bare root, do README's five minutes there, and remove it
    package_test.py fresh BUILD CPACK     the same in a root that mmdebstrap makes from the network
    package_test.py lint BUILD CPACK      lintian finds no error and no warning in it

Ends with 77 where something for it is missing, and says what.
"""
import difflib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import bare_root

SOURCES = Path(__file__).resolve().parents[2]
COMPLETIONS = ["bash-completion/completions/pairform", "zsh/vendor-completions/_pairform",
               "fish/vendor_completions.d/pairform.fish"]


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(77)


def fail(reason):
    print(f"failed: {reason}")
    sys.exit(1)


def package(build, cpack, place):
    """Packs what was built. cpack builds nothing: a program that runs elsewhere meanwhile is not linked anew."""
    made = subprocess.run([cpack, "-G", "DEB", "-B", place, "--config", build / "CPackConfig.cmake"], cwd=place,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    debs = list(place.glob("*.deb"))
    if made.returncode != 0 or len(debs) != 1:
        fail(f"cpack made {debs}\n{made.stdout}")
    return debs[0]


def shown_by(document):
    """The steps of a document with consoles, as tests/docs/document.h says: [file, text] or [None, command, lines]."""
    steps, name, inside, file = [], "", None, ""
    for line in document.read_text(encoding="utf-8").split("\n"):
        if inside is None and line.startswith("```"):
            inside, file, text = line[3:], name, []
            name = ""
        elif inside is None:
            if line:
                named = re.fullmatch(r"`([^`]+)`:", line)
                name = named[1] if named else ""
        elif line == "```":
            if inside == "console" and text and not text[0].startswith("$ ./dev"):
                for said in text:
                    if said.startswith("$ "):
                        steps.append([None, said[2:], []])
                    else:
                        steps[-1][2].append(said)
            elif file:
                steps.append([file, "\n".join(text) + "\n"])
            inside = None
        else:
            text.append(line)
    return steps


def pattern_of(lines):
    """As a regular expression: a line "…" is any lines, "…" within a line any characters of it."""
    while lines and not lines[-1]:
        lines = lines[:-1]
    return "".join("(?:.*\n)*?" if line == "…" else re.escape(line).replace("…", ".*") + "\n" for line in lines) + "\n*"


def do_five_minutes(root):
    """Runs what README shows in the root, as an ordinary user; the number of commands that printed what it shows."""
    home = root / "home/ana"
    home.mkdir(parents=True)
    shutil.chown(home, bare_root.USER, bare_root.USER)
    steps = shown_by(SOURCES / "README.md")
    script = "cd ~\nexec 2>&1\nstatus=0\n"
    for file, text, *_ in steps:
        script += (f"cat > '{file}' <<'END OF THE FILE'\n{text}END OF THE FILE\n" if file
                   else f"printf '\\036'\n(exit $status)\n{text}\nstatus=$?\n")
    printed = bare_root.inside(root, ["sh", "-s"], user=bare_root.USER, input=script.encode()).split("\x1e")[1:]
    commands = [(text, rest[0]) for file, text, *rest in steps if not file]
    assert len(printed) == len(commands) > 15, "README shows its five minutes"
    for (command, expected), said in zip(commands, printed):
        if not re.fullmatch(pattern_of(expected), said):
            fail(f"$ {command}\n" + "\n".join(difflib.unified_diff(expected, said.split("\n"), "README", "printed")))
    return len(commands)


def look_at_files(root, build):
    """What stands beside the program is where man, the shells and a reader look for it."""
    shares = root / "usr/share"
    pages = sorted(page.name for page in (build / "beside").glob("*.[15]"))
    assert len(pages) > 20, pages
    for page in pages:
        name, section = page.rsplit(".", 1)
        at = subprocess.run(["man", "-M", shares / "man", "-w", section, name], text=True, check=False,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT).stdout.strip()
        if at != str(shares / f"man/man{section}/{page}.gz"):
            fail(f"man finds {page}: {at}")
    for path, shell in zip(COMPLETIONS, ("bash", "zsh", "fish")):
        assert (shares / path).read_bytes() == (build / "beside" / f"completion.{shell}").read_bytes(), path
    schema = bare_root.inside(root, ["pairform", "schema"], user=bare_root.USER)
    assert (shares / "pairform/schema.json").read_text(encoding="utf-8") == schema, "schema.json is what is printed"
    texts = shares / "doc/pairform"
    for name in ("README.md", "CHANGELOG.md", "changelog.gz", "copyright", "docs/tutorial.md", "docs/diagnostics/PF1402.md",
                 "examples/two-regions/pairform.toml", "examples/ci/gitlab/templates/plan.yml"):
        assert (texts / name).is_file(), name
    assert os.access(texts / "examples/two-regions/setup.sh", os.X_OK), "a script of an example can be run"
    assert not list(texts.rglob(".pairform")), "what a run left is no example"
    sections = subprocess.run(["readelf", "-S", root / "usr/bin/pairform"], text=True, check=True, stdout=subprocess.PIPE)
    assert ".symtab" not in sections.stdout, "the program is stripped"


def try_it(make_root, build, cpack, place):
    root = place / "root"
    root.mkdir(mode=0o755)
    before = make_root(root, package(build, cpack, place))
    look_at_files(root, build)
    commands = do_five_minutes(root)
    bare_root.inside(root, ["dpkg", "--purge", "pairform"])
    left = bare_root.files_below(root)
    traces = sorted(path for path in before.keys() | left.keys() if before.get(path) != left.get(path))
    if traces:
        fail("left, or changed, after it was removed: " + ", ".join(traces))
    print(f"installed, {commands} commands of README as shown, removed without a trace")


def lint(build, cpack, place):
    said = subprocess.run(["lintian", "--tag-display-limit", "0", "--fail-on", "error,warning", package(build, cpack, place)],
                          text=True, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    print(said.stdout or "lintian finds nothing")
    if said.returncode != 0:
        fail("lintian")


def main():
    kind, build, cpack = sys.argv[1], Path(sys.argv[2]).resolve(), sys.argv[3]
    tools = {"install": ["chroot", "man", "readelf"], "fresh": ["chroot", "man", "readelf", "mmdebstrap"], "lint": ["lintian"]}
    missing = [tool for tool in ["dpkg-shlibdeps", "gzip", *tools[kind]] if not shutil.which(tool)]
    if missing:
        skip(f"there is no {', '.join(missing)}")
    if kind != "lint" and os.geteuid() != 0:
        skip("only root may change into another root directory")
    with tempfile.TemporaryDirectory(prefix="package-", dir=build) as place:
        os.chmod(place, 0o755)
        if kind == "lint":
            lint(build, cpack, Path(place))
        else:
            try_it(bare_root.fresh if kind == "fresh" else bare_root.installed, build, cpack, Path(place))


if __name__ == "__main__":
    main()
