"""Installs the judges' npm packages, pinned by package-lock.json, into a directory: prepare.py DIR [FROM].

FROM holds package.json, package-lock.json and the judges' scripts; it is this directory, if it is not given.

The directory holds copies of the scripts beside node_modules, so that the source tree stays clean and every build of
this tree shares one installation. Exit code 77 (skipped) says on stdout what is missing."""

import fcntl
import hashlib
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else __file__).resolve()
HERE = HERE if HERE.is_dir() else HERE.parent
SKIPPED = 77
MINIMUM = 18


def skip(why):
    print(f"skipped: {why}")
    sys.exit(SKIPPED)


def check_tools():
    for tool in ("node", "npm"):
        if shutil.which(tool) is None:
            skip(f"{tool} is not installed")
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    if int(version.lstrip("v").split(".")[0]) < MINIMUM:
        skip(f"node {version} is older than {MINIMUM}")


def installed(place):
    """Whether the packages are there and are those of the lock file."""
    stamp = place / "installed"
    return stamp.exists() and stamp.read_text() == lock_digest()


def lock_digest():
    return hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()


def install(place):
    ended = subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=place, capture_output=True,
                           text=True)
    if ended.returncode != 0:
        skip(f"the npm packages cannot be installed: {ended.stderr.strip()[-400:]}")
    (place / "installed").write_text(lock_digest())


def copy_scripts(place):
    """A script is replaced in one step, because another build may run it just now."""
    for source in [*HERE.glob("*.js"), HERE / "package.json", HERE / "package-lock.json"]:
        target = place / source.name
        if not target.exists() or target.read_bytes() != source.read_bytes():
            new = place / (source.name + ".new")
            shutil.copyfile(source, new)
            new.rename(target)


def main():
    place = pathlib.Path(sys.argv[1])
    check_tools()
    place.mkdir(parents=True, exist_ok=True)
    with open(place / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        copy_scripts(place)
        if not installed(place):
            install(place)


if __name__ == "__main__":
    main()
