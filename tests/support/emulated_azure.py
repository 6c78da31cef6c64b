"""The emulator of Azure beside a Python program, who may sign in there, and a project whose provider it is."""

import json
import os
import pathlib
import ssl
import subprocess
import sys
import urllib.request

MAIN = pathlib.Path(__file__).resolve().parents[1] / "azure_emulator" / "main.py"
SUBSCRIPTION = "00000000-0000-4000-8000-000000000001"
VAULT = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-dr/providers/Microsoft.RecoveryServices/vaults/vault-dr"
APPLICATION = {"tenant": "tenant-1", "client": "client-1", "secret": "secret-of-a-test"}


class Emulator:
    """A process; an empty vault and the application are there."""

    def __init__(self, directory):
        self.process = subprocess.Popen([sys.executable, MAIN, "--dir", directory, "--fast"], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.ready = json.loads(self.process.stdout.readline())
        self.context = ssl.create_default_context(cafile=self.ready["ca"])
        self.control("put", {"application": APPLICATION,
                             "vault": {"group": "rg-dr", "name": "vault-dr", "region": "southeastasia"}})

    def ask(self, target, body=None):
        request = urllib.request.Request(target if target.startswith("https:") else self.ready["url"] + target,
                                         data=None if body is None else json.dumps(body).encode(),
                                         headers={"Authorization": f"Bearer {self.ready['token']}"})
        with urllib.request.urlopen(request, context=self.context) as answer:
            return json.load(answer)

    def control(self, verb, body=None):
        return self.ask(f"/_control/{verb}", body)

    def surroundings(self):
        """The environment of a program that signs in."""
        return os.environ | {"AZURE_TENANT_ID": APPLICATION["tenant"], "AZURE_CLIENT_ID": APPLICATION["client"],
                             "AZURE_CLIENT_SECRET": APPLICATION["secret"], "SSL_CERT_FILE": self.ready["ca"]}

    def end(self):
        self.process.communicate()


def project(url, resources, settings=""):
    """pairform.toml; `url` answers for ARM and for the tenant."""
    return f"""
[project]
name = "dr"
provider = "azure"
[provider.azure]
vault = "{VAULT}"
cloud = "custom"
arm_endpoint = "{url}"
authority = "{url}"
{settings}
{resources}"""
