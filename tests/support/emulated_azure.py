"""The emulator of Azure beside a Python program, who may sign in there, and a project whose provider it is. For measuring: a pair
of networks with as many machines as are asked for, and the project of it."""

import json
import os
import pathlib
import ssl
import subprocess
import sys
import urllib.request

MAIN = pathlib.Path(__file__).resolve().parents[1] / "azure_emulator" / "main.py"
SUBSCRIPTION = "00000000-0000-4000-8000-000000000001"
GROUPS = f"/subscriptions/{SUBSCRIPTION}/resourceGroups"
VAULT = f"{GROUPS}/rg-dr/providers/Microsoft.RecoveryServices/vaults/vault-dr"
APP, DR = (f"{GROUPS}/rg/providers/Microsoft.Network/virtualNetworks/{name}" for name in ("app", "dr"))
SUBNETS = ["web", "db", "mgmt", "backup"]
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


def fill_pair(emulator):
    """The networks app in eastasia and dr in southeastasia, mapped both ways, with what that stands on."""
    def network(name, region):
        return {"group": "rg", "name": name, "region": region, "space": ["10.0.0.0/8"],
                "subnets": {name: f"10.{at + 1}.0.0/16" for at, name in enumerate(SUBNETS)}}
    emulator.control("put", {"network": [network("app", "eastasia"), network("dr", "southeastasia")],
                             "plumbing": {"regions": ["eastasia", "southeastasia"]}})
    emulator.control("put", {"mapping": [{"name": "app-to-dr", "from": APP, "to": DR},
                                         {"name": "dr-to-app", "from": DR, "to": APP}]})


def fill_machines(emulator, numbers, nics):
    """Machines web0, web1, … in app, of so many NICs."""
    emulator.control("put", {"machine": [{"group": "rg", "name": f"web{at}", "region": "eastasia", "nics": [
        {"subnet": f"{APP}/subnets/{subnet}", "ip": f"10.{number + 1}.{at // 200}.{10 + at % 200}"}
        for number, subnet in enumerate(SUBNETS[:nics])]} for at in numbers]})


def pair_project(url, vms, of_vms="", settings=""):
    """The pair, and a stanza for each machine. `of_vms`: a line of all of them."""
    stanzas = "".join(f"[vm.web{at}]\n" for at in range(vms))
    return project(url, f"""
[network.app]
existing = true
region = "eastasia"
[network.dr]
existing = true
region = "southeastasia"
[mapping.app]
source = "network.app"
target = "network.dr"
[defaults.vm]
{of_vms}
network = "network.app"
target_region = "southeastasia"
{stanzas}""", settings)
