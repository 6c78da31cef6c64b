"""JSON web tokens: made unsigned-in-effect, and RS256 checked by arithmetic, because the standard library has no RSA."""

import base64
import hashlib
import json
import subprocess

# What PKCS #1 v1.5 puts before a SHA-256 digest.
DIGEST_INFO = bytes.fromhex("3031300d060960864801650304020105000420")


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def made(claims, nonce):
    """A token that looks like one of Entra's; its signature is a digest, good for nothing but this emulator."""
    head = b64(json.dumps({"typ": "JWT", "alg": "RS256", "kid": "emulator"}).encode())
    body = b64(json.dumps(claims).encode())
    return f"{head}.{body}.{b64(hashlib.sha256((head + body + nonce).encode()).digest() * 8)}"


def parsed(token):
    """Header and claims, or None for what is no token."""
    parts = token.split(".")
    try:
        return (json.loads(unb64(parts[0])), json.loads(unb64(parts[1]))) if len(parts) == 3 else None
    except (ValueError, UnicodeDecodeError):
        return None


def public_key(pem):
    """Modulus, exponent and the SHA-256 thumbprint of a certificate, read with the openssl command."""
    text = subprocess.run(["openssl", "x509", "-noout", "-modulus", "-text"], input=pem.encode(), check=True,
                          capture_output=True).stdout.decode()
    modulus = int(text.split("Modulus=", 1)[1].split()[0], 16)
    exponent = int(text.split("Exponent: ", 1)[1].split()[0])
    der = base64.b64decode("".join(pem.split("-----BEGIN CERTIFICATE-----")[1].split("-----END")[0].split()))
    return {"modulus": modulus, "exponent": exponent, "thumbprint": b64(hashlib.sha256(der).digest())}


def signature_holds(token, key):
    """RS256: the signature to the power of the exponent is the padded digest."""
    signed, _, signature = token.rpartition(".")
    size = (key["modulus"].bit_length() + 7) // 8
    plain = pow(int.from_bytes(unb64(signature), "big"), key["exponent"], key["modulus"]).to_bytes(size, "big")
    digest = DIGEST_INFO + hashlib.sha256(signed.encode()).digest()
    return plain == b"\x00\x01" + b"\xff" * (size - len(digest) - 3) + b"\x00" + digest
