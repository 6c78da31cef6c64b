"""A root directory in which nothing is but what a Debian package says it needs.

`installed` copies it from this machine: the packages that Debian calls essential, and those that the package depends on,
each with what it depends on itself, as dpkg's own records tell. It takes no network and two seconds, where mmdebstrap
takes half a minute to two. A library that the package forgot to name is missing there, as on any other machine, and dpkg
judges versions by the same records. `fresh` is what mmdebstrap makes, with the dependencies that apt finds in Debian.
"""
import os
import re
import shutil
import subprocess
from pathlib import Path

RECORDS = Path("/var/lib/dpkg")
USER = 1000
# Takes long to copy, and no program of a package reads it.
LEFT_OUT = re.compile(r"/usr/share/(doc|man|info|locale|zoneinfo|perl|bash-completion)/")


def fields_of(stanza):
    return {m[1]: m[2] for m in re.finditer(r"^([A-Za-z-]+):[ \t]*((?:.*)(?:\n[ \t].*)*)", stanza, re.M)}


def names_in(dependencies):
    """The names of a Depends line: one list of alternatives for each."""
    for entry in filter(None, (part.strip() for part in dependencies.split(","))):
        yield [re.split(r"[\s(:]", one.strip())[0] for one in entry.split("|")]


def installed_packages():
    """By name, also by one that a package provides: its fields, with "stanza" the text of its record."""
    found, provided = {}, {}
    for stanza in (RECORDS / "status").read_text(encoding="utf-8").split("\n\n"):
        fields = fields_of(stanza)
        if not fields.get("Status", "").endswith(" installed"):
            continue
        fields["stanza"] = stanza.strip("\n") + "\n\n"
        found.setdefault(fields["Package"], fields)
        for names in names_in(fields.get("Provides", "")):
            provided.setdefault(names[0], fields)
    return {**provided, **found}


def needed_packages(dependencies):
    known = installed_packages()
    wanted = [f for f in known.values() if f.get("Essential") == "yes"] + [known["dpkg"]]

    def add(line):
        for names in names_in(line):
            wanted.extend([known[n] for n in names if n in known][:1])

    add(dependencies)
    needed = {}
    while wanted:
        fields = wanted.pop()
        if fields["Package"] not in needed:
            needed[fields["Package"]] = fields
            add(fields.get("Pre-Depends", ""))
            add(fields.get("Depends", ""))
    return needed


def list_of(fields):
    names = (fields["Package"] + ".list", f'{fields["Package"]}:{fields["Architecture"]}.list')
    return next(RECORDS / "info" / name for name in names if (RECORDS / "info" / name).exists())


def installed(root, deb):
    """Makes the root, copied from this machine, and installs the package in it with dpkg."""
    dependencies = subprocess.run(["dpkg-deb", "-f", deb, "Depends"], check=True, text=True, stdout=subprocess.PIPE).stdout
    needed = needed_packages(dependencies)
    info = root / RECORDS.relative_to("/") / "info"
    for folder in (info, info.parent / "updates", info.parent / "triggers", root / "proc", root / "dev", root / "etc", root / "home"):
        folder.mkdir(parents=True)
    (root / "tmp").mkdir()
    paths = set()
    for fields in needed.values():
        shutil.copy(list_of(fields), info)
        for path in list_of(fields).read_text(encoding="utf-8").split("\n"):
            # /bin and /lib are links to /usr/bin and /usr/lib.
            path = os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path)) if path else ""
            if path and not LEFT_OUT.match(path) and (os.path.islink(path) or os.path.isfile(path)):
                paths.add(path)
    for name in ("bin", "sbin", "lib", "lib32", "lib64", "libx32"):
        if os.path.islink(f"/{name}"):
            (root / name).symlink_to(os.readlink(f"/{name}"))
    copied = subprocess.Popen(["tar", "-C", "/", "--no-recursion", "--null", "-T", "-", "-c"],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    unpacked = subprocess.Popen(["tar", "-C", root, "-x"], stdin=copied.stdout)
    copied.stdin.write(b"\0".join(os.fsencode(path[1:]) for path in sorted(paths)))
    copied.stdin.close()
    assert unpacked.wait() == 0 and copied.wait() == 0, "the root cannot be copied"
    (root / "var/lib/dpkg/status").write_text("".join(f["stanza"] for f in needed.values()), encoding="utf-8")
    (root / "etc/passwd").write_text(f"root:x:0:0::/root:/bin/sh\nana:x:{USER}:{USER}::/home/ana:/bin/sh\n")
    (root / "etc/group").write_text(f"root:x:0:\nana:x:{USER}:\n")
    os.mknod(root / "dev/null", 0o020666, os.makedev(1, 3))
    os.chmod(root / "dev/null", 0o666)
    os.chmod(root / "tmp", 0o1777)
    inside(root, ["ldconfig"])
    before = files_below(root)
    shutil.copy(deb, root / "package.deb")
    inside(root, ["dpkg", "-i", "/package.deb"])
    (root / "package.deb").unlink()
    return before


def fresh(root, deb):
    """The same with mmdebstrap and apt, from the network."""
    subprocess.run(["mmdebstrap", "--quiet", "--variant=apt", "bookworm", root], check=True)
    dependencies = subprocess.run(["dpkg-deb", "-f", deb, "Depends"], check=True, text=True, stdout=subprocess.PIPE).stdout
    shutil.copy("/etc/resolv.conf", root / "etc/resolv.conf")
    inside(root, ["useradd", "-u", str(USER), "-d", "/home/ana", "-M", "ana"])
    inside(root, ["apt-get", "update", "-qq"])
    # What it depends on first: that stays when it goes.
    inside(root, ["apt-get", "install", "-y", "-qq", "--no-install-recommends"]
           + [names[0] for names in names_in(dependencies)])
    before = files_below(root)
    shutil.copy(deb, root / "package.deb")
    inside(root, ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "/package.deb"])
    (root / "package.deb").unlink()
    return before


def inside(root, command, user=0, **more):
    """Runs a command in the root; what it printed."""
    home = "/home/ana" if user else "/root"
    environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": home, "LC_ALL": "C", "TERM": "dumb",
                   "DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(["chroot", f"--userspec={user}:{user}", root, *command], check=True, env=environment,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **more).stdout.decode()


def files_below(root):
    """What is there but for dpkg's and apt's own books and the homes of users: by path, its size, or where a link leads."""
    found = {}
    for folder, folders, files in os.walk(root):
        here = "/" + os.path.relpath(folder, root)
        if here in ("/proc", "/dev", "/sys", "/home", "/var/lib/dpkg", "/var/lib/apt", "/var/log", "/var/cache"):
            folders.clear()
            continue
        for name in folders + files:
            path = os.path.join(folder, name)
            link = os.readlink(path) if os.path.islink(path) else None
            found[os.path.join(here, name)] = link or (os.path.getsize(path) if name in files else None)
    return found
