"""./dev azure-live VAULT-ID: what docs/azure.md says of the service, held against a vault of yours.

Reads by default; with --write it makes networks and a pair under a prefix, and removes them again. Exit code 0: nothing
differs; 1: something does; 2: it could not run."""

import argparse
import datetime
import pathlib
import re
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from program import Broken, Project  # noqa: E402
from reading import headers, read  # noqa: E402
from redact import record  # noqa: E402
from table import Table  # noqa: E402
from writing import Writing, warning  # noqa: E402

VAULT = re.compile(r"/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\.RecoveryServices/vaults/[^/]+$", re.I)


def arguments():
    parser = argparse.ArgumentParser(prog="./dev azure-live", description=__doc__.split("\n\n")[0],
                                     epilog="docs/azure.md, \"Try it on a vault of yours\", says what it reads and writes.")
    parser.add_argument("vault", metavar="VAULT-ID", help="the ARM id of the vault")
    parser.add_argument("--folder", type=pathlib.Path, help="for its project, traces and recordings; default azure-live-DATE")
    parser.add_argument("--binary", default="pairform", help=argparse.SUPPRESS)
    for name in ("cloud", "arm-endpoint", "authority", "credential"):
        parser.add_argument(f"--{name}", help="as in [provider.azure]")
    write = parser.add_argument_group("writing")
    write.add_argument("--write", metavar="PREFIX", help="makes networks of this prefix and a pair, and removes them again")
    write.add_argument("--groups", nargs=2, metavar=("A", "B"), help="resource groups, empty and there already")
    write.add_argument("--regions", nargs=2, metavar=("A", "B"), help="regions of these groups")
    write.add_argument("--vm", metavar="ARM-ID", help="also enables, lands and disables this machine of region A: costs money")
    write.add_argument("--cache-account", metavar="ARM-ID", help="storage account of region A for --vm")
    write.add_argument("--wait", default="3h", help="how long one apply may wait (default 3h)")
    write.add_argument("--yes", action="store_true", help="do not ask")
    given = parser.parse_args()
    given.vault = given.vault.rstrip("/")
    if not VAULT.match(given.vault):
        parser.error("VAULT-ID is not the ARM id of a vault: az backup vault list --query [].id")
    if given.write and not re.fullmatch(r"[a-z][a-z0-9-]{2,19}", given.write):
        parser.error("the prefix has 3 to 20 lower-case letters, digits and hyphens, and begins with a letter")
    if given.write and not (given.groups and given.regions):
        parser.error("--write needs --groups and --regions")
    if (given.vm or given.cache_account) and not (given.write and given.vm and given.cache_account):
        parser.error("--vm goes with --write and --cache-account")
    given.folder = (given.folder or pathlib.Path(f"azure-live-{datetime.date.today()}")).resolve()
    return given


def may_write(given):
    print(warning(given))
    if given.yes:
        return True
    try:
        return input('Type "yes" to go on: ').strip() == "yes"
    except EOFError:
        return False


def say(text):
    print(f"azure-live: {text}", flush=True)


def run(given, projects, table):
    reading = Project(given.folder / "read", given.binary, given)
    projects.append(reading)
    estate = read(reading, table, say)
    if given.write:
        writing = Writing(Project(given.folder / "write", given.binary, given), estate, table, say)
        projects.append(writing.project)
        writing.run()


def main():
    given = arguments()
    if (given.folder / "read").exists():
        say(f"{given.folder} holds a run already; name another one: --folder")
        return 2
    given.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if given.write and not may_write(given):
        say("nothing was done")
        return 2
    table, projects, code = Table(), [], 0
    try:
        run(given, projects, table)
    except KeyboardInterrupt:
        say("interrupted")
        code = 2
    except Broken as broken:
        say(str(broken))
        code = 2
    except OSError as error:
        say(f"{given.binary} cannot be run: {error}")
        code = 2
    return finish(given, projects, table, code)


def finish(given, projects, table, code):
    exchanges = [one for project in projects for one in project.exchanges]
    if exchanges:
        headers(exchanges, table)
    left = record(exchanges, given.folder / "recordings", "pairform on a vault, by dev azure-live", given.folder)
    (given.folder / "table.md").write_text(table.text())
    print("\n" + table.text())
    say(f"{len(exchanges)} exchanges, redacted: {given.folder / 'recordings'}; the traces beside them are confidential")
    if left:
        for name, file in left.items():
            say(f"not redacted: {name!r} in recordings/{file}")
        say("these recordings must not be given away")
        return 2
    return code or int(table.differs())


if __name__ == "__main__":
    sys.exit(main())
