"""Recordings of a trace without what identifies an estate: the same name gives the same pseudonym, in every file.

Kept is only what is known to be harmless: words of the service where it writes words, numbers, times, private addresses,
types in ids. Every other text is replaced. A pseudonym comes from the name and a key beside the recordings."""

import datetime
import hashlib
import hmac
import ipaddress
import json
import os
import re
import secrets

from program import fold

GUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
# What the service writes there is a word or a time of its own.
WORDS = re.compile(r"(state|status|type|health|kind|method|version|mode|size|sku|location|zone|generation|policies|"
                   r"operations|scenarioname|option|preference|severity|code|tier|time|date|created)$", re.I)
WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._:+/-]{0,80}$")
TIME = re.compile(r"\d{4}-\d\d-\d\dT[0-9:.]+Z?$")
# The portal's own names, which are in every vault.
PORTAL = re.compile(r"(azurenetwork|none|default|asr-a2a-default-[a-z0-9]+(-container)?|([a-z0-9]+-[a-z0-9]+-)?"
                    r"24-hour-retention-policy)$", re.I)
ENVELOPE = set("source recorded request method path api_version body answer status headers notes get put post patch delete "
               "true false null by pairform on a vault dev azure-live plan apply drill destroy ms names are pseudonyms no other traced "
               "redacted https retry-after".split())
SECRETS = ("AZURE_CLIENT_SECRET", "AZURE_CLIENT_ID", "AZURE_TENANT_ID", "ARM_CLIENT_SECRET", "ARM_CLIENT_ID", "ARM_TENANT_ID")


def _key(file):
    if not file.exists():
        with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(secrets.token_hex(16))
    return file.read_text().encode()


class Redaction:
    def __init__(self, folder):
        self.key = _key(folder / "redaction.key")
        self.names, self.words = set(), set()

    def _digest(self, text):
        return hmac.new(self.key, fold(text).encode(), hashlib.sha256).hexdigest()

    def guid(self, text):
        self.names.add(fold(text))
        digest = self._digest(text)
        return f"00000000-{digest[:4]}-4{digest[4:7]}-8{digest[7:10]}-{digest[10:22]}"

    def name(self, text):
        """Upper case stays upper, lower case lower: what the service does to the case of names is of interest."""
        if not text or PORTAL.match(text):
            return text
        if GUID.fullmatch(text):
            return self.guid(text)
        self.names.add(fold(text))
        made = "Name-" + self._digest(text)[:10]
        return made.lower() if text == text.lower() else made.upper() if text == text.upper() else made

    def identifier(self, text):
        """An ARM id, or the path of a request: types stay, names go."""
        parts, out, provider = text.split("/"), [], None
        for at, part in enumerate(parts):
            if fold(part) == "providers":
                provider = at
            first = 1 if provider is None else provider
            # /subscriptions/NAME/resourceGroups/NAME/providers/Microsoft.X/type/NAME/type/NAME
            is_name = (at - first) % 2 == 1 if provider is None else at > provider + 1 and (at - provider) % 2 == 1
            out.append(self.name(part) if is_name and at != provider else self._known(part))
        return "/".join(out)

    def _known(self, part):
        if part and not re.fullmatch(r"[A-Za-z.]+", part):
            return self.name(part)
        self.words.add(fold(part))
        return part

    def text(self, value, member):
        if value == "" or TIME.match(value):
            return value
        if member in ("location", "Location") or member.endswith("abricLocation"):
            self.words.add(fold(value))
            return value
        if fold(value).startswith("/subscriptions/"):
            return self.identifier(value)
        address = self._address(value)
        if address is not None:
            return address
        if fold(value).startswith(("https://", "http://")):
            return "https://redacted.invalid/"
        if GUID.fullmatch(value):
            return self.guid(value)
        if re.fullmatch(r'W/"[^"]*"', value):
            return f'W/"{self.guid(value[3:-1])}"'
        if value.startswith("Microsoft."):
            self.words.update(map(fold, value.split("/")))
            return value
        if WORDS.search(member) and WORD.match(value) and fold(value) not in self.names and not GUID.search(value):
            self.words.update(re.split(r"[^a-z0-9._-]+", fold(value)))
            return value
        return self.name(value) if WORD.match(value) else "text-" + self._digest(value)[:10]

    def _address(self, value):
        """Private addresses and prefixes stay."""
        try:
            network = ipaddress.ip_network(value, strict=False)
        except ValueError:
            return None
        if network.is_private or network.is_link_local:
            return value
        self.names.add(fold(value))
        number = int(self._digest(value)[:4], 16)
        tail = "/" + value.split("/")[1] if "/" in value else ""
        return (f"203.0.113.{number % 256}" if network.version == 4 else f"2001:db8::{number:x}") + tail

    def body(self, value, member=""):
        if isinstance(value, dict):
            users = fold(member) in ("tags", "userassignedidentities")
            out = {}
            for name, inner in value.items():
                if users or "/" in name or GUID.search(name):
                    shown = self.identifier(name) if "/" in name else self.name(name)
                    out[shown] = self.body(inner, "tag")
                else:
                    self.words.add(fold(name))
                    out[name] = self.body(inner, name)
            return out
        if isinstance(value, list):
            return [self.body(inner, member) for inner in value]
        return self.text(value, member) if isinstance(value, str) else value

    def left(self, text):
        """What must not be in a recording, and is."""
        known = {fold(os.environ[name]) for name in SECRETS if os.environ.get(name)}
        found = [name for name in known if name in fold(text)]
        found += [pattern for pattern in (r"eyJ[A-Za-z0-9_-]{10}", r"[&?]t=", r"Bearer ") if re.search(pattern, text)]
        # A name that is also a word of the service ("default") cannot be told from it.
        tokens, names = set(re.split(r'[^a-z0-9._:-]+', fold(text))), self.names - self.words - ENVELOPE
        return found + sorted(name for name in names if name in tokens or re.search(r"[^a-z0-9._:-]", name) and name in fold(text))


def _kind(path):
    """The last type of a path, "vaults" of …/vaults/NAME."""
    parts = path.strip("/").split("/")
    behind = len(parts) - parts.index("providers") if "providers" in parts else len(parts)
    return parts[-1] if behind % 2 or behind == 1 else parts[-2]


def _headers(exchange):
    text = exchange.row.get("retry_after", "")
    return {"Retry-After": text} if re.fullmatch(r"[A-Za-z0-9 ,:]{1,40}", text) else {}


def record(exchanges, folder, source, key_folder):
    """Writes the recordings; answers what was found that must not be there."""
    folder.mkdir(parents=True, exist_ok=True)
    redaction = Redaction(key_folder)
    for _ in range(2):  # the second time every name is known, also where it came later
        redaction.words.clear()
        made = [{"source": source, "recorded": one.row.get("time", "")[:10] or str(datetime.date.today()),
                 "request": {"method": one.method, "path": redaction.identifier(one.path), "api_version": one.version(),
                             "body": redaction.body(one.sent)},
                 "answer": {"status": one.status, "headers": _headers(one), "body": redaction.body(one.received)},
                 "notes": f"By `pairform {one.command}`; {one.milliseconds} ms. Names are pseudonyms; no other headers are traced."}
                for one in exchanges]
    for at, one in enumerate(made, 1):
        kind = re.sub(r"[^A-Za-z]", "", _kind(one["request"]["path"]))[:40] or "thing"
        (folder / f"{at:04}-{one['request']['method'].lower()}-{kind}.json").write_text(json.dumps(one, indent=2) + "\n")
    left = {}
    for file in sorted(folder.glob("*.json")):
        for name in redaction.left(file.name + "\n" + file.read_text()):
            left.setdefault(name, file.name)
    return left
