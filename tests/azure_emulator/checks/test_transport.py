"""The real program over real sockets: TLS, keep-alive, its end, and answers that are broken on the way."""

import gzip
import http.client
import json
import os
import pathlib
import signal
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import unittest

from checks.support import ESTATE, NETWORK, VAULT

HERE = pathlib.Path(__file__).resolve().parent.parent


class Program:
    """The emulator as a process of its own."""

    def __init__(self, *options):
        self.place = tempfile.TemporaryDirectory()
        self.process = subprocess.Popen([sys.executable, HERE / "main.py", "--dir", self.place.name, *options],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.ready = json.loads(self.process.stdout.readline())
        self.context = ssl.create_default_context(cafile=self.ready["ca"])

    def connection(self):
        return http.client.HTTPSConnection("localhost", self.ready["port"], context=self.context, timeout=20)

    def control(self, verb, **body):
        connection = self.connection()
        connection.request("POST", f"/_control/{verb}", json.dumps(body), {"Content-Type": "application/json"})
        answer = json.loads(connection.getresponse().read())
        connection.close()
        return answer

    def get(self, path, connection=None):
        own = connection or self.connection()
        try:
            own.request("GET", path, headers={"Authorization": f"Bearer {self.ready['token']}"})
            answer = own.getresponse()
            return answer, answer.read()
        finally:
            if connection is None:
                own.close()

    def end(self):
        self.process.stdin.close()
        code = self.process.wait(10)
        self.process.stdout.close()
        self.place.cleanup()
        return code


class Transport(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.program = Program("--http", "--speed", "0")

    @classmethod
    def tearDownClass(cls):
        cls.program.end()

    def setUp(self):
        self.program.control("reset")
        self.program.control("put", **ESTATE)

    def behave(self, name, **parameters):
        self.program.control("behave", name=name, **parameters)

    vault = f"{VAULT}?api-version=2024-04-01"
    network = f"{NETWORK}?api-version=2024-01-01"

    def test_ready_file_and_plain_http(self):
        self.assertEqual(json.loads((pathlib.Path(self.program.place.name) / "ready.json").read_text()), self.program.ready)
        connection = http.client.HTTPConnection("127.0.0.1", self.program.ready["http_port"], timeout=20)
        connection.request("GET", "/metadata/identity/oauth2/token?api-version=2018-02-01&resource=x",
                           headers={"Metadata": "true"})
        self.assertEqual(connection.getresponse().status, 200)
        connection.close()

    def test_a_stranger_to_the_authority_is_not_served(self):
        strict = http.client.HTTPSConnection("localhost", self.program.ready["port"], timeout=20,
                                             context=ssl.create_default_context())
        with self.assertRaises(ssl.SSLError):
            strict.request("GET", "/")
        strict.close()

    def test_keep_alive_and_links_of_the_host_spoken_to(self):
        connection = self.program.connection()
        for _ in range(5):
            answer, body = self.program.get(self.vault, connection)
            self.assertEqual((answer.status, json.loads(body)["name"]), (200, "vault-dr"))
        connection.request("DELETE", self.network.replace("App-Vnet", "App-Vnet-DR").replace("rg-net", "rg-net-dr"),
                           headers={"Authorization": f"Bearer {self.program.ready['token']}"})
        answer = connection.getresponse()
        answer.read()
        self.assertEqual(answer.status, 202)
        self.assertTrue(answer.getheader("Azure-AsyncOperation").startswith(f"https://localhost:{self.program.ready['port']}/"))
        connection.close()

    def test_connection_lost(self):
        self.behave("lose-answer")
        with self.assertRaises((http.client.RemoteDisconnected, ConnectionError)):
            self.program.get(self.vault)

    def test_truncated_and_wrong_length(self):
        for name in ("truncated", "wrong-length"):
            self.program.control("calm")
            self.behave(name)
            with self.assertRaises(http.client.IncompleteRead):
                self.program.get(self.vault)

    def test_huge_invalid_and_nested(self):
        self.behave("huge-body", bytes=3_000_000)
        self.assertGreater(len(self.program.get(self.vault)[1]), 3_000_000)
        self.program.control("calm")
        self.behave("invalid-utf8")
        with self.assertRaises(UnicodeDecodeError):
            self.program.get(self.vault)[1].decode()
        self.program.control("calm")
        self.behave("nested", depth=10000)
        self.assertIn(b"[" * 10000, self.program.get(self.vault)[1])

    def test_gzip(self):
        self.behave("gzip")
        connection = self.program.connection()
        connection.request("GET", self.vault, headers={"Authorization": f"Bearer {self.program.ready['token']}",
                                                       "Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        self.assertEqual(answer.getheader("Content-Encoding"), "gzip")
        self.assertEqual(json.loads(gzip.decompress(answer.read()))["name"], "vault-dr")
        connection.close()
        self.assertEqual(json.loads(self.program.get(self.vault)[1])["name"], "vault-dr")

    def test_redirect_and_slow(self):
        self.behave("redirect", host="evil.example")
        answer, _ = self.program.get(self.vault)
        self.assertEqual((answer.status, answer.getheader("Location")), (307, f"https://evil.example{self.vault}"))
        self.program.control("calm")
        self.behave("slow", seconds=0.3)
        begun = time.monotonic()
        self.program.get(self.vault)
        self.assertGreater(time.monotonic() - begun, 0.3)

    def held(self):
        return json.loads(self.program.get("/_control/held")[1])["held"]

    def hold(self, when):
        """Two writes, of which the first is the one held; what became of them after both clients were let go."""
        self.behave("hold", match="/virtualNetworks/", methods=["write"], when=when)

        def write(name):
            connection = self.program.connection()
            body = {"location": "eastasia", "properties": {"addressSpace": {"addressPrefixes": ["10.8.0.0/16"]}}}
            with self.assertRaises((http.client.RemoteDisconnected, ConnectionResetError)):
                connection.request("PUT", f"{NETWORK}-{name}?api-version=2024-01-01", json.dumps(body),
                                   {"Authorization": f"Bearer {self.program.ready['token']}",
                                    "Content-Type": "application/json"})
                connection.getresponse()

        threads = []
        for count, name in enumerate(("first", "second"), 1):
            threads.append(threading.Thread(target=write, args=(name,)))
            threads[-1].start()
            while self.held() < count:
                time.sleep(0.01)
        self.program.control("calm")
        [thread.join() for thread in threads]
        self.assertEqual(self.held(), 0)
        there = json.loads(self.program.get("/_control/things")[1])["things"]
        return [thing["name"] for thing in there if "/virtualNetworks/" in thing["id"]]

    def test_held_requests_are_never_carried_out(self):
        self.assertEqual(self.hold("before"), ["App-Vnet-DR", "App-Vnet"])
        seen = json.loads(self.program.get("/_control/log")[1])["requests"]
        self.assertEqual([(row["method"], row["transport"]) for row in seen], [("PUT", "held")] * 2)

    def test_the_first_one_may_be_carried_out_before(self):
        self.assertEqual(self.hold("after"), ["App-Vnet-DR", "App-Vnet", "App-Vnet-first"])

    def test_things_are_told_without_their_history(self):
        network = json.loads(self.program.get("/_control/things")[1])["things"][-1]
        self.assertEqual(network["properties"]["addressSpace"], {"addressPrefixes": ["10.1.0.0/16"]})
        self.assertNotIn("etag", network)
        self.assertNotIn("etag", network["properties"]["subnets"][0])

    def test_what_was_kept_is_there_again(self):
        before = self.program.get("/_control/things")[1]
        self.program.control("keep")
        self.program.control("portal", id=NETWORK, remove=True)
        self.behave("fail", status=503)
        self.assertNotEqual(self.program.get("/_control/things")[1], before)
        self.program.control("again")
        self.assertEqual(self.program.get("/_control/things")[1], before)
        self.assertEqual(self.program.get(self.network)[0].status, 200)
        self.program.control("portal", id=NETWORK, remove=True)
        self.program.control("again")
        self.assertEqual(self.program.get(self.network)[0].status, 200)

    def test_threads(self):
        seen = []

        def ask():
            connection = self.program.connection()
            seen.extend(self.program.get(self.network, connection)[0].status for _ in range(20))
            connection.close()

        threads = [threading.Thread(target=ask) for _ in range(8)]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
        self.assertEqual(seen, [200] * 160)


class Ends(unittest.TestCase):
    def test_when_its_stdin_closes(self):
        self.assertEqual(Program().end(), 0)

    def test_on_sigterm(self):
        program = Program("--fast")
        os.kill(program.process.pid, signal.SIGTERM)
        self.assertEqual(program.process.wait(10), 0)
        program.end()


if __name__ == "__main__":
    unittest.main()
