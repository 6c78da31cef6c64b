"""pairform's requests beside those of Microsoft's generated clients: like_sdk.py PAIRFORM.

The real program makes, changes and deletes the networks, the mapping and the replication that validator/sdk.js makes,
changes and deletes by @azure/arm-network and @azure/arm-recoveryservices-siterecovery
(tests/azure_emulator/sdk_requests.json), and lists what they list. For every operation that both send, query, headers and body must be equal, but for what REASONS names; what only
one of them sends is named there, too. Nothing else passes."""

import json
import pathlib
import re
import subprocess
import sys
import tempfile

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS / "support"))
from emulated_azure import SUBSCRIPTION, Emulator, project as project_file

OPERATION = re.compile(r"(replicationOperationStatus|operationResults|operations|replicationJobs)/[0-9a-f-]{36}", re.IGNORECASE)

# The SDK's run gives the item a name, pairform makes one of the machine's id.
ITEM = re.compile(r"(replicationProtectedItems)/[0-9a-f]{32}\b", re.IGNORECASE)

# What differs, and why. "METHOD kind of path | member": reason; the member is that of the request as compared:
# "headers.accept", "body.properties.x". A reason that nothing needs is a failure, too.
REASONS = {
    "any | headers.content-type": "pairform names the character set, as ARM's documentation does; the SDK leaves it out",
    "GET any | headers.content-type": "the SDK sends the header of a write on with each poll and read behind it",
    "GET any | headers.if-none-match": "the same with the condition of a write",
    "DELETE mapping | headers.accept": "the SDK sends none; the body of an error is JSON all the same",
    "PUT mapping | body.properties.recoveryNetworkId": "this run leads the pair to another network, the SDK's writes it again",
    "PUT mapping | body.properties.fabricSpecificDetails.primaryNetworkId": "the same",
    "GET network | query.$expand": "pairform reads a network with the addresses of all that sits in it, the SDK once so",
    "PUT subnet | headers.if-none-match": "a new subnet is made only where none of its name is",
    "POST item | headers.accept": "the SDK sends none; the body of an error is JSON all the same",
    "PATCH item | body.properties.recoveryAzureVMSize": "sent as it was read: what is left out of this request is emptied",
    "PATCH item | body.properties.providerSpecificDetails.recoveryResourceGroupId": "the same",
    "PATCH item | body.properties.vmNics[].enableAcceleratedNetworkingOnRecovery": "the same",
    "PATCH item | body.properties.vmNics[].reuseExistingNic": "the same",
    "PATCH item | body.properties.vmNics[].tfoReuseExistingNic": "the same",
    "PUT network | body.properties.enableDdosProtection": "written as it was read: what others set there stays",
    "PUT network | body.properties.virtualNetworkPeerings": "the same",
}
GROUPS = """network_resource_groups = { eastasia = "rg-net", southeastasia = "rg-net-dr" }
cache_storage_accounts = { eastasia = "rg-app/cacheeastasia1" }"""
NETWORKS = """
[network.app-vnet]
region = "eastasia"
address_space = ["10.1.0.0/16"]
subnets = {{ web = "10.1.1.0/24" }}
[network.app-vnet-dr]
region = "southeastasia"
address_space = [{space}]
subnets = {{ {subnets} }}
[network.other]
region = "southeastasia"
existing = true
[mapping.app]
name = "app-vnet-southeastasia"
reverse_name = "app-vnet-dr-eastasia"
source = "network.app-vnet"
target = "network.{target}"
"""
# The machine of the SDK's run, and where it lands there.
NET = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/app-vnet"
MACHINE = {"group": "rg-app", "name": "web1", "region": "eastasia", "nics": [
    {"configs": [{"subnet": f"{NET}/subnets/web"}, {"subnet": f"{NET}/subnets/web", "ip": "10.1.1.20"}]},
    {"subnet": f"{NET}/subnets/web", "ip": "10.1.1.30"}]}
REPLICATED = """
[vm.web1]
network = "network.app-vnet"
target_region = "southeastasia"
[vm.web1.nic.web1-nic]
target_secondary = { ipconfig2 = "10.2.1.20" }
[vm.web1.nic.web1-nic1]
target_ip = "10.2.1.30"
"""
FIRST = {"space": '"10.2.0.0/16"', "subnets": 'web = "10.2.1.0/24"', "target": "app-vnet-dr"}
GROWN = FIRST | {"space": '"10.2.0.0/16", "10.3.0.0/16"',
                 "subnets": 'web = "10.2.1.0/24", db = "10.3.1.0/24", gone = "10.3.2.0/24"'}
SHRUNK = GROWN | {"subnets": 'web = "10.2.1.0/24", db = "10.3.1.0/24"'}


def applied(pairform, project, text, surroundings, *words):
    pathlib.Path(project, "pairform.toml").write_text(text)
    ran = subprocess.run([pairform, "apply", "--auto-approve", *words], cwd=project, env=surroundings, capture_output=True,
                         text=True)
    approval = re.search(r"--approve ([0-9a-f]{32})", ran.stderr)
    if ran.returncode == 3 and approval:
        ran = subprocess.run([pairform, "apply", "--approve", approval.group(1), *words], cwd=project, env=surroundings,
                             capture_output=True, text=True)
    if ran.returncode != 0:
        sys.exit(f"{ran.stdout}{ran.stderr}")


def sent_by(pairform):
    with tempfile.TemporaryDirectory() as directory, tempfile.TemporaryDirectory() as project:
        emulator = Emulator(directory)
        emulator.control("put", {
            "group": [{"name": "rg-net", "region": "eastasia"}, {"name": "rg-net-dr", "region": "southeastasia"},
                      {"name": "rg-app-asr", "region": "southeastasia"}],
            "storage": {"group": "rg-app", "name": "cacheeastasia1", "region": "eastasia"},
            "network": [{"group": "rg-net-dr", "name": "other", "region": "southeastasia", "space": ["10.9.0.0/16"],
                         "subnets": {"web": "10.9.1.0/24"}}]})
        surroundings = emulator.surroundings() | {"PAIRFORM_AZURE_TIME_SCALE": "0.001"}

        def text(wanted):
            return project_file(emulator.ready["url"], NETWORKS.format(**wanted), GROUPS)

        for wanted in (FIRST, GROWN, SHRUNK, SHRUNK | {"target": "other"}, SHRUNK):
            applied(pairform, project, text(wanted), surroundings)
        emulator.control("put", {"machine": MACHINE})
        applied(pairform, project, text(SHRUNK) + REPLICATED, surroundings)
        applied(pairform, project, text(SHRUNK), surroundings)  # disabled
        applied(pairform, project, text(SHRUNK), surroundings, "--destroy", "--exclude", "network.app-vnet")  # its machine stays
        log = emulator.control("log")["requests"]
        emulator.end()
    return [entry for entry in log if entry["path"].lower().startswith("/subscriptions/")]


def normalised(entry):
    """As of sdk_requests.json, without GUIDs, and without what changes from run to run."""
    headers = {name: value for name, value in entry["headers"].items()
               if name in ("accept", "content-type", "if-match", "if-none-match")}
    if headers.get("if-match", "").startswith("W/"):
        headers["if-match"] = "the ETag read"
    body = entry["body"] if not isinstance(entry["body"], str) else json.loads(entry["body"]) if entry["body"] else None
    # The token of a page is an id of the service's own, which differs with the order in which things were made.
    query = {name: "TOKEN" if name == "skipToken" else value for name, value in dict(entry["query"]).items()}
    path = ITEM.sub(r"\1/web1-item", OPERATION.sub(r"\1/GUID", entry["path"]))
    return {"method": entry["method"], "path": path, "query": query,
            "headers": headers, "body": body}


def flat(value, path=""):
    """Members by their paths; ids and names without case."""
    if isinstance(value, dict):
        found = {}
        for name, member in value.items():
            found |= flat(member, f"{path}.{name}" if path else name)
        return found
    if isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
        return {name: member for at, each in enumerate(value) for name, member in flat(each, f"{path}[{at}]").items()}
    return {path: json.dumps(value).lower()}


KINDS = [("operation", r"/(replicationOperationStatus|operations|operationResults|replicationJobs)/GUID$"),
         ("subnet", r"/virtualNetworks/[^/]+/subnets/[^/]+$"), ("network", r"/virtualNetworks/[^/]+$"),
         ("mapping", r"/replicationNetworkMappings/[^/]+$"), ("fabric", r"/replicationFabrics/[^/]+$"),
         ("item", r"/replicationProtectedItems/[^/]+(/remove)?$"), ("vault", r"/vaults/[^/]+$"),
         ("list", r"/(virtualNetworks|networkInterfaces|virtualMachines|replication\w+)$")]


def kind_of(path):
    return next((kind for kind, pattern in KINDS if re.search(pattern, path, re.IGNORECASE)), "other")


def reason_for(method, path, member, used):
    for who in (f"{method} {kind_of(path)}", f"{method} any", "any"):
        if f"{who} | {member}" in REASONS:
            used.add(f"{who} | {member}")
            return True
    return False


def differences(ours, theirs):
    a, b = flat({name: ours[name] for name in ("query", "headers", "body") if ours[name]}), \
        flat({name: theirs[name] for name in ("query", "headers", "body") if theirs.get(name)})
    return sorted({re.sub(r"\[\d+\]", "[]", member) for member in a.keys() | b.keys() if a.get(member) != b.get(member)})


def main():
    kept = json.loads((TESTS / "azure_emulator" / "sdk_requests.json").read_text())
    theirs = {}
    for row in kept["network"] + kept["site-recovery"]:
        row.setdefault("body", None)
        row["query"] = {name: "TOKEN" if name == "skipToken" else value for name, value in row["query"].items()}
        theirs.setdefault((row["method"], OPERATION.sub(r"\1/GUID", row["path"]).lower()), []).append(row)
    compared, wrong, used, unmatched = 0, [], set(), set()
    for ours in map(normalised, sent_by(pathlib.Path(sys.argv[1]).resolve())):
        candidates = theirs.get((ours["method"], ours["path"].lower()))
        if candidates is None:
            unmatched.add(f"{ours['method']} {kind_of(ours['path'])} {ours['path'].rsplit('/', 1)[-1]}")
            continue
        compared += 1
        # One path may be written several times with different bodies: the nearest counts.
        found = min((differences(ours, each) for each in candidates), key=len)
        wrong += [f"{ours['method']} {ours['path']}: {member} differs" for member in found
                  if not reason_for(ours["method"], ours["path"], member, used)]
    for line in sorted(set(wrong)):
        print(line)
    for reason in sorted(REASONS.keys() - used):
        print(f"a reason that nothing needs: {reason}")
    print(f"{compared} requests compared with those of the SDKs; {len(unmatched)} have no counterpart:",
          *sorted(unmatched), sep="\n  ")
    writes = {each for each in unmatched if not each.startswith("GET ")}
    for each in sorted(writes):
        print(f"no counterpart, and no reason: {each}")
    return int(bool(wrong) or bool(REASONS.keys() - used) or bool(writes) or compared < 40)


if __name__ == "__main__":
    sys.exit(main())
