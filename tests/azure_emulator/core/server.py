"""HTTP/1.1 with keep-alive on loopback, a thread a connection, with or without TLS."""

import select
import socket
import ssl
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from core.dispatch import handle
from core.holding import held
from core.message import Request


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 65536
    timeout = 120

    def setup(self):
        if self.server.context is not None:
            self.request.settimeout(10)
            self.request = self.server.context.wrap_socket(self.request, server_side=True)
        super().setup()

    def handle(self):
        try:
            super().handle()
        except (ConnectionError, ssl.SSLError, TimeoutError, OSError):
            pass

    def answer(self):
        body = self._body()
        request = Request(self.command, self.path, dict(self.headers.items()), body, self.server.scheme)
        if held(self.server.world, request):
            self.close_connection = True
            return
        answer = handle(self.server.world, request)
        delay = getattr(answer, "delay", 0)
        if delay:
            time.sleep(delay)
        self._send(answer)

    do_GET = do_PUT = do_POST = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = answer

    def do_CONNECT(self):
        """A proxy of HTTPS that leads to this emulator, whatever host is asked for: clients that speak to Azure itself."""
        with socket.create_connection(("127.0.0.1", self.server.tls_port)) as there:
            self.send_response_only(200)
            self.end_headers()
            self.wfile.flush()
            ends = {self.connection: there, there: self.connection}
            while True:
                for end in select.select(list(ends), [], [])[0]:
                    data = end.recv(65536)
                    if not data:
                        self.close_connection = True
                        return
                    ends[end].sendall(data)

    def _body(self):
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            parts = []
            while True:
                size = int(self.rfile.readline().split(b";")[0], 16)
                parts.append(self.rfile.read(size))
                self.rfile.readline()
                if size == 0:
                    return b"".join(parts)
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _send(self, answer):
        if answer.transport == "closed":
            self.close_connection = True
            return
        body = answer.encoded()
        length = len(body) + (answer.by if answer.transport == "wrong-length" else 0)
        self.send_response_only(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        if answer.status != 204:
            self.send_header("Content-Length", str(length))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body[:len(body) // 2] if answer.transport == "truncated" else body)
        self.wfile.flush()
        if answer.transport in ("truncated", "wrong-length"):
            self.close_connection = True

    def log_message(self, format, *arguments):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, world, port, certificate=None, key=None):
        self.world = world
        self.context = None
        self.tls_port = None  # where CONNECT leads
        self.scheme = "http"
        if certificate is not None:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.minimum_version = ssl.TLSVersion.TLSv1_2
            self.context.load_cert_chain(certificate, key)
            self.scheme = "https"
        super().__init__(("127.0.0.1", port), Handler)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    @property
    def port(self):
        return self.server_address[1]

    def start(self):
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()

    def handle_error(self, request, client_address):
        """A client that hangs up is no news."""
