"""The emulator of Azure as a program; README.md says what it knows. It ends on SIGTERM, or when its stdin closes."""

import argparse
import json
import os
import pathlib
import signal
import threading

import everything  # noqa: F401
from core import certificates
from core.server import Server
from core.world import World
from faces.tokens import standing_token


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dir", required=True, type=pathlib.Path, help="where certificates and ready.json go")
    parser.add_argument("--port", type=int, default=0, help="of HTTPS; 0 takes a free one")
    parser.add_argument("--http", type=int, nargs="?", const=0, default=None, metavar="PORT",
                        help="plain HTTP as well, for the metadata service")
    parser.add_argument("--speed", type=float, default=1.0, help="virtual seconds in a real one; 0: the clock stands")
    parser.add_argument("--fast", action="store_true", help="operations are over when they are next looked at")
    return parser.parse_args()


def start(options):
    """Starts both listeners; returns what ready.json says."""
    options.dir.mkdir(parents=True, exist_ok=True)
    ca, certificate, key = certificates.make(options.dir)
    world = World(options.speed, options.fast)
    tls = Server(world, options.port, certificate, key)
    tls.start()
    world.hosts = {f"127.0.0.1:{tls.port}", f"localhost:{tls.port}"}
    ready = {"port": tls.port, "url": f"https://127.0.0.1:{tls.port}", "ca": str(ca), "certificate": str(certificate),
             "key": str(key), "token": standing_token(world)}
    if options.http is not None:
        plain = Server(world, options.http)
        plain.tls_port = tls.port
        plain.start()
        ready |= {"http_port": plain.port, "http_url": f"http://127.0.0.1:{plain.port}"}
    return ready


def until_closed(over):
    """Reads stdin to its end; not through sys.stdin, whose lock would be held when the program ends."""
    try:
        while os.read(0, 4096):
            pass
    except OSError:
        pass
    over.set()


def main():
    options = arguments()
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    line = json.dumps(start(options))
    partial = options.dir / "ready.json.new"
    partial.write_text(line + "\n")
    partial.rename(options.dir / "ready.json")
    print(line, flush=True)
    threading.Thread(target=until_closed, args=(over,), daemon=True).start()
    while not over.wait(0.5):
        pass


if __name__ == "__main__":
    main()
