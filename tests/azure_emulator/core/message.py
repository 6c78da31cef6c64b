"""What comes in and what goes out: Request, Answer, Refusal."""

import json
from urllib.parse import parse_qsl, unquote, urlsplit


def fold(text):
    """Ids, names and regions are compared without case: ASCII lower case."""
    return text.lower()


# What a proxy says instead of the service.
PAGE = b"<html><head><title>502 Bad Gateway</title></head><body><h1>Proxy error</h1></body></html>"


class Request:
    """One request, parsed. `segments` are the percent-decoded parts of the path, as they were spelled."""

    def __init__(self, method, target, headers=None, body=b"", scheme="https"):
        self.method = method.upper()
        self.target = target
        split = urlsplit(target)
        self.raw_path = split.path
        self.segments = [unquote(part) for part in split.path.split("/")[1:]]
        self.pairs = parse_qsl(split.query, keep_blank_values=True)
        self.query = {fold(name): value for name, value in self.pairs}
        self.headers = {fold(name): value for name, value in (headers or {}).items()}
        self.body = body
        self.scheme = scheme

    @property
    def path(self):
        return "/" + "/".join(self.segments)

    @property
    def host(self):
        return self.headers.get("host", "management.azure.com")

    @property
    def base(self):
        """What absolute links begin with: the host that the client spoke to, also through a proxy."""
        return f"{self.scheme}://{self.host}"

    @property
    def api_version(self):
        return self.query.get("api-version")

    @property
    def writes(self):
        return self.method not in ("GET", "HEAD")

    def json(self):
        """The body as JSON; anything that is no JSON object is refused as ARM does."""
        if not self.body:
            return {}
        try:
            found = json.loads(self.body)
        except (ValueError, UnicodeDecodeError):
            raise Refusal(400, "InvalidRequestContent", "The request content was invalid and could not be deserialized.")
        if not isinstance(found, dict):
            raise Refusal(400, "InvalidRequestContent", "The request content is not a JSON object.")
        return found

    def form(self):
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))


class Answer:
    """Status, headers (a list, because some names stand twice) and a body: None, JSON or bytes."""

    def __init__(self, status, body=None, headers=()):
        self.status = status
        self.body = body
        self.headers = list(headers)
        # How it is sent: None is properly; behaviours of the transport set a word here (server.py).
        self.transport = None
        # Microsoft.Network of older versions writes CRLF and two blanks; the recordings show it.
        self.indented = False

    def header(self, name):
        for found, value in self.headers:
            if fold(found) == fold(name):
                return value
        return None

    def headers_named(self, name):
        return [value for found, value in self.headers if fold(found) == fold(name)]

    def set_header(self, name, value):
        self.headers = [(found, kept) for found, kept in self.headers if fold(found) != fold(name)]
        if value is not None:
            self.headers.append((name, str(value)))

    def encoded(self):
        if self.body is None:
            return b""
        if isinstance(self.body, bytes):
            return self.body
        if self.indented:
            return json.dumps(self.body, indent=2, ensure_ascii=False).replace("\n", "\r\n").encode()
        return json.dumps(self.body, separators=(",", ":"), ensure_ascii=False).encode()


class Refusal(Exception):
    """An error answer in ARM's shape."""

    def __init__(self, status, code, message, details=None, headers=()):
        super().__init__(message)
        self.status, self.code, self.message = status, code, message
        self.details, self.headers = details, list(headers)
        self.told = None  # the errors of the job that failed so, where they are more than this

    @property
    def inner(self):
        """The code that says what it was: the first of the details, else its own."""
        return self.details[0]["code"] if self.details else self.code

    def answer(self):
        error = {"code": self.code, "message": self.message}
        if self.details is not None:
            error["details"] = self.details
        return Answer(self.status, {"error": error}, self.headers)


def site_recovery_refusal(status, outer, code, message):
    """Site Recovery says `BadRequest` or `NotFound` outside and the real code in details [azurerm 11180]."""
    detail = {"code": code, "message": message}
    return Refusal(status, outer, message, details=[detail])
