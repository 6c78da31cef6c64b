"""`put`: makes things behind the client's back, without rules of the service and without time passing."""

import copy
from types import SimpleNamespace

from core.message import Answer, Refusal
from core.regions import canonical
from core.router import route
from core.world import Thing
from faces import jwt
from network import address
from network.usage import occupants
from network.vnets import prefixes_of, subnet_named, taken_subnets
from resources.groups import add_group, subscription_of
from site_recovery.container_mappings import add_container_mapping
from site_recovery.containers import add_container
from site_recovery.enable import landing_of, made, protected
from site_recovery.fabrics import add_fabric
from site_recovery.network_mappings import add_network_mapping
from site_recovery.paths import base_of
from site_recovery.policies import add_policy

SUBSCRIPTION = "00000000-0000-4000-8000-000000000001"


def _scope(world, given):
    """The resource group of what is put; it is made where it is missing."""
    subscription = given.get("subscription", SUBSCRIPTION)
    return add_group(world, subscription, given["group"], given["region"]).id


def put_group(world, given):
    group = add_group(world, given.get("subscription", SUBSCRIPTION), given["name"], given["region"])
    group.tags = given.get("tags", group.tags)
    return group


def put_vault(world, given):
    identifier = f"{_scope(world, given)}/providers/Microsoft.RecoveryServices/vaults/{given['name']}"
    return world.add(Thing(kind="vault", id=identifier, name=given["name"], location=canonical(given["region"]),
                           etag="W/\"datetime'2025-06-01T08%3A00%3A00.0000000Z'\"", used=given.get("used", False),
                           state=given.get("state", "Succeeded")))


def put_network(world, given):
    """{group, name, region, space: [...], subnets: {name: prefix or properties}, tags, properties, others}."""
    identifier = f"{_scope(world, given)}/providers/Microsoft.Network/virtualNetworks/{given['name']}"
    subnets = [{"name": name, "properties": {"addressPrefix": value} if isinstance(value, str) else copy.deepcopy(value)}
               for name, value in given.get("subnets", {}).items()]
    properties = {"addressSpace": {"addressPrefixes": given["space"]}} | given.get("properties", {})
    return world.add(Thing(kind="vnet", id=identifier, name=given["name"], location=canonical(given["region"]),
                           guid=world.guid(), busy=None, held_until=0.0, state=given.get("state", "Succeeded"),
                           etag=f'W/"{world.guid()}"', tags=given.get("tags"), properties=properties,
                           extra=given.get("extra", {}), subnets=taken_subnets(subnets), others=given.get("others", [])))


def put_storage(world, given):
    identifier = f"{_scope(world, given)}/providers/Microsoft.Storage/storageAccounts/{given['name']}"
    return world.add(Thing(kind="storage", id=identifier, name=given["name"], location=canonical(given["region"]),
                           sku=given.get("sku", "Standard_LRS")))


def _address(world, subnet_id):
    """The next free address of a subnet, as DHCP would give."""
    vnet = world.find("/".join(subnet_id.split("/")[:9]), "vnet")
    subnet = subnet_named(vnet, subnet_id.split("/")[-1]) if vnet else None
    if subnet is None:
        raise Refusal(400, "NoSubnet", f"there is no subnet {subnet_id}")
    used = {user.address for user in occupants(world, vnet, subnet) if user.address is not None}
    return str(address.first_free(prefixes_of(subnet["properties"]), used)[0])


def put_nic(world, given, machine=None, primary=True):
    """{group, name, region, subnet, ip (static) or none, configs: [{name, subnet, ip, version, public_ip}], nsg}."""
    name = given["name"]
    holder = given.get("scale_set")
    scope = _scope(world, given)
    identifier = f"{scope}/providers/Microsoft.Compute/virtualMachineScaleSets/{holder}/virtualMachines/0/" \
                 f"networkInterfaces/{name}" if holder else f"{scope}/providers/Microsoft.Network/networkInterfaces/{name}"
    configs = []
    for at, one in enumerate(given.get("configs") or [{"ip": given.get("ip"), "public_ip": given.get("public_ip")}]):
        subnet = one.get("subnet") or given["subnet"]
        static = one.get("static", bool(one.get("ip")))
        configs.append({"name": one.get("name", f"ipconfig{at + 1}"), "subnet": subnet, "static": static,
                        "ip": one.get("ip") or _address(world, subnet), "primary": one.get("primary", at == 0),
                        "version": one.get("version", "IPv4"), "public_ip": one.get("public_ip")})
    return world.add(Thing(kind="nic", id=identifier, name=name, location=canonical(given["region"]),
                           etag=f'W/"{world.guid()}"', guid=world.guid(), configs=configs, nsg=given.get("nsg"),
                           accelerated=given.get("accelerated", False), extra=given.get("extra", {}), machine=machine,
                           primary=primary))


def put_machine(world, given):
    """{group, name, region, size, os, zone, nics: [as put nic], disks: number or names of data disks, state}."""
    scope, name, region = _scope(world, given), given["name"], canonical(given["region"])
    identifier = f"{scope}/providers/Microsoft.Compute/virtualMachines/{name}"
    names = [f"{name}_os"] + [f"{name}_data{at}" for at in range(given.get("disks", 0))]
    disks = []
    for at, disk in enumerate(names):
        path = f"{scope}/providers/Microsoft.Compute/disks/{disk}"
        os = given.get("os", "Linux") if at == 0 else None
        world.add(Thing(kind="disk", id=path, name=disk, location=region, os=os, sku="Premium_LRS", size=32,
                        machine=identifier))
        disks.append({"name": disk, "id": path, "size": 32, "sku": "Premium_LRS", "lun": at - 1,
                      "unmanaged": given.get("unmanaged", False)})
    nics = []
    for at, nic in enumerate(given["nics"]):
        place = {"nsg": given.get("nsg"), "public_ip": given.get("public_ip"), "group": given["group"], "region": region,
                 "subscription": given.get("subscription", SUBSCRIPTION), "name": f"{name}-nic{at or ''}"}
        made = put_nic(world, place | nic, identifier, nic.get("primary", at == 0))
        nics.append({"id": made.id, "primary": made.primary})
    return world.add(Thing(kind="machine", id=identifier, name=name, location=region, os=given.get("os", "Linux"),
                           size=given.get("size", "Standard_D2s_v3"), zone=given.get("zone"), tags=given.get("tags", {}),
                           state=given.get("state", "Succeeded"), vm_id=world.guid(), extra=given.get("extra", {}),
                           ineligible=given.get("ineligible", []), os_disk=disks[0], data_disks=disks[1:], nics=nics))


def put_application(world, given):
    """{tenant, client, secret, secret_expired, certificates: [pem], federated: [{issuer, subject}], managed}."""
    keys = [jwt.public_key(pem) for pem in given.get("certificates", [])]
    world.applications[given["client"]] = {"tenant": "", **given, "keys": keys}
    return None


def _vault(world, given):
    vaults = world.of("vault")
    vault = world.find(given["vault"], "vault") if "vault" in given else vaults[0] if vaults else None
    if vault is None:
        raise Refusal(400, "NoVault", "put a vault first")
    return vault


def put_plumbing(world, given):
    """{regions: [a, b], both}: fabrics, containers, the policy and container mappings, under the portal's names."""
    vault, policy_name = _vault(world, given), given.get("policy", "24-hour-retention-policy")
    policy = add_policy(world, vault, policy_name, {"recoveryPointHistory": 1440})
    containers = {}
    for region in map(canonical, given["regions"]):
        fabric = add_fabric(world, vault, f"asr-a2a-default-{region}", region)
        containers[region] = add_container(world, fabric, f"{fabric.name}-container")
    for source in containers:
        for target in containers:
            if source != target and given.get("mapped", True):
                add_container_mapping(world, containers[source], containers[target], policy,
                                      f"{source}-{target}-{policy_name}")
    return policy


def put_mapping(world, given):
    """{name, from: network id, to: network id}; no rule is asked, so two on one slot can be made."""
    vault, primary, recovery = _vault(world, given), world.find(given["from"]), world.find(given["to"])
    fabrics = {fabric.location: fabric for fabric in reversed(world.of("fabric", base_of(vault) + "/"))}
    return add_network_mapping(world, fabrics[primary.location], given.get("segment", "azureNetwork"), given["name"],
                               fabrics[recovery.location], given["from"], given["to"])


def put_item(world, given):
    """{name, machine: id, network: id, subnet, group: target group's id, cache: id}: an item that is protected. Without
    `network` the mapping of the machine's network decides."""
    vault, machine = _vault(world, given), world.find(given["machine"], "machine")
    mapping = next((one for one in world.of("container-mapping", base_of(vault) + "/") if world.find(
        world.find(one.source).fabric).location == machine.location), None)
    if mapping is None:
        raise Refusal(400, "NoPlumbing", f"put plumbing of {machine.location} first")
    source, target = world.find(mapping.source), world.find(mapping.target)
    locations = tuple(world.find(one.fabric).location for one in (source, target))
    group = given.get("group") or add_group(world, machine.id.split("/")[2], machine.id.split("/")[4] + "-asr", locations[1]).id
    details = {"recoveryResourceGroupId": group, "recoveryAzureNetworkId": given.get("network"),
               "recoverySubnetName": given.get("subnet"), "vmManagedDisks": [{
                   "diskId": disk["id"], "primaryStagingAzureStorageAccountId": given.get("cache")}
                   for disk in [machine.os_disk, *machine.data_disks]]}
    wanted = SimpleNamespace(policy=world.find(mapping.policy), recovery=target, machine=machine, given=details,
                             locations=locations, landing=landing_of(world, vault, details, machine, locations[1]))
    item = made(world, source, given.get("name", f"item-{machine.name}"), wanted)
    protected(world, item, silent=True)
    return item


def put_foreign(world, given):
    """{list: replicationFabrics, body: {id, …}}: a row that is not Azure to Azure (VMM, Hyper-V, VMware), as it is."""
    return world.add(Thing(kind="foreign", id=given["body"]["id"], list=given["list"], body=given["body"]))


ORDER = {"subscription": lambda world, given: subscription_of(world, given), "group": put_group, "vault": put_vault,
         "network": put_network, "storage": put_storage, "nic": put_nic, "machine": put_machine,
         "application": put_application, "plumbing": put_plumbing, "mapping": put_mapping, "item": put_item,
         "foreign": put_foreign}


@route("POST", "/_control/put")
def put(call):
    """{kind: thing or [things], …}, in the order of ORDER; answers the ids made."""
    world, body = call.world, call.request.json()
    strange = set(body) - set(ORDER)
    if strange:
        raise Refusal(400, "UnknownKind", f"there is no kind {', '.join(sorted(strange))}; there are: {' '.join(ORDER)}")
    world.remember()
    made = []
    for kind, maker in ORDER.items():
        given = body.get(kind, [])
        for one in given if isinstance(given, list) else [given]:
            thing = maker(world, one)
            made += [thing.id] if thing is not None else []
    return Answer(200, {"ids": made})
