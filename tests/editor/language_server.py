"""A session with a language server on its standard input and output."""

import json
import pathlib
import queue
import subprocess
import threading


class LanguageServer:
    """One document open at a time. Every wait ends after `patience` seconds, and then the session has failed."""

    def __init__(self, command, directory, patience=60):
        self.patience = patience
        self.heard = queue.Queue()
        self.findings = {}
        self.asked = 0
        self.process = subprocess.Popen(command, cwd=directory, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL)
        threading.Thread(target=self._listen, daemon=True).start()
        root = pathlib.Path(directory).as_uri()
        self.abilities = self.ask("initialize", {
            "processId": None, "rootUri": root, "workspaceFolders": [{"uri": root, "name": "project"}],
            "capabilities": {"workspace": {"configuration": True},
                             "textDocument": {"completion": {"completionItem": {"snippetSupport": False}},
                                              "hover": {"contentFormat": ["markdown"]}, "publishDiagnostics": {}}}})["capabilities"]
        self._send({"method": "initialized", "params": {}})

    def _send(self, message):
        body = json.dumps({"jsonrpc": "2.0"} | message).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def _listen(self):
        stream = self.process.stdout
        while line := stream.readline():
            length = 0
            while line.strip():
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
                line = stream.readline()
            self.heard.put(json.loads(stream.read(length)))
        self.heard.put(None)

    def _hear(self, timeout):
        """The next message, once what the server asks of its client is answered. None: it says nothing more."""
        message = self.heard.get(timeout=timeout)
        if message is None:
            raise RuntimeError("the language server has ended")
        method = message.get("method")
        if method == "textDocument/publishDiagnostics":
            self.findings[message["params"]["uri"]] = message["params"]["diagnostics"]
        elif method is not None and "id" in message:
            items = message.get("params", {}).get("items", []) if method == "workspace/configuration" else None
            self._send({"id": message["id"], "result": items and [None for _ in items]})
        return message

    def ask(self, method, params):
        self.asked += 1
        number = self.asked
        self._send({"id": number, "method": method, "params": params})
        while True:
            message = self._hear(self.patience)
            if message.get("id") == number and "method" not in message:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']}")
                return message.get("result")

    def open(self, path, text):
        pathlib.Path(path).write_text(text)
        self.uri = pathlib.Path(path).as_uri()
        self._send({"method": "textDocument/didOpen", "params": {
            "textDocument": {"uri": self.uri, "languageId": "toml", "version": 1, "text": text}}})

    def close(self):
        self._send({"method": "textDocument/didClose", "params": {"textDocument": {"uri": self.uri}}})

    def problems(self, wanted):
        """What the server finds in the open document, once `wanted` of it is true."""
        if self.abilities.get("diagnosticProvider"):
            report = self.ask("textDocument/diagnostic", {"textDocument": {"uri": self.uri}})
            return [each["message"] for each in report.get("items", [])]
        while not wanted([each["message"] for each in self.findings.get(self.uri, [])]):
            self._hear(self.patience)
        return [each["message"] for each in self.findings[self.uri]]

    def complete(self, line, character):
        result = self.ask("textDocument/completion", self._at(line, character)) or []
        return [each["label"] for each in (result["items"] if isinstance(result, dict) else result)]

    def hover(self, line, character):
        result = self.ask("textDocument/hover", self._at(line, character))
        return json.dumps(result["contents"]) if result else ""

    def _at(self, line, character):
        return {"textDocument": {"uri": self.uri}, "position": {"line": line, "character": character}}

    def end(self):
        self.process.kill()
        self.process.wait()
