"""A certificate authority and a leaf for loopback and the hosts of Azure, made anew at every start with the openssl command."""

import subprocess


def make(directory):
    """Writes ca.pem, server.pem and server.key; returns their paths."""
    ca, ca_key = directory / "ca.pem", directory / "ca.key"
    leaf, leaf_key, request = directory / "server.pem", directory / "server.key", directory / "server.csr"
    names = directory / "names.ext"
    names.write_text("subjectAltName=DNS:localhost,DNS:*.localhost,IP:127.0.0.1,IP:::1,"
                     "DNS:management.azure.com,DNS:login.microsoftonline.com\n"
                     "basicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n")
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    _openssl("req", "-x509", *curve, "-keyout", ca_key, "-out", ca, "-days", "3650", "-subj", "/CN=emulator test CA",
             "-addext", "keyUsage=critical,keyCertSign,cRLSign")
    _openssl("req", *curve, "-keyout", leaf_key, "-out", request, "-subj", "/CN=localhost")
    _openssl("x509", "-req", "-in", request, "-CA", ca, "-CAkey", ca_key, "-CAcreateserial", "-out", leaf,
             "-days", "3650", "-extfile", names)
    return ca, leaf, leaf_key


def _openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
