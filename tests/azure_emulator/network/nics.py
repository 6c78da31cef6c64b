"""Network interfaces: read only, they come with machines or from a test."""

from core.access import readable
from core.listing import listing
from core.message import Answer
from core.router import route
from resources.groups import group_of, not_found

GROUP = "/subscriptions/{sub}/resourceGroups/{group}"


def _config(nic, config):
    properties = {"provisioningState": "Succeeded"}
    if config.get("ip"):
        properties["privateIPAddress"] = config["ip"]
    properties["privateIPAllocationMethod"] = "Static" if config.get("static") else "Dynamic"
    if config.get("public_ip"):
        properties["publicIPAddress"] = {"id": config["public_ip"]}
    properties |= {"subnet": {"id": config["subnet"]}, "primary": config["primary"],
                   "privateIPAddressVersion": config.get("version", "IPv4")}
    return {"name": config["name"], "id": f"{nic.id}/ipConfigurations/{config['name']}", "etag": nic.etag,
            "type": "Microsoft.Network/networkInterfaces/ipConfigurations", "properties": properties}


def render_nic(nic):
    """As recorded (nic-get.json)."""
    properties = {"provisioningState": "Succeeded", "resourceGuid": nic.guid,
                  "ipConfigurations": [_config(nic, config) for config in nic.configs],
                  "dnsSettings": {"dnsServers": [], "appliedDnsServers": [],
                                  "internalDomainNameSuffix": "emulator.cx.internal.cloudapp.net"},
                  "macAddress": "60-45-BD-00-00-01", "enableAcceleratedNetworking": nic.accelerated,
                  "vnetEncryptionSupported": False, "enableIPForwarding": False, "disableTcpStateTracking": False}
    if nic.nsg:
        properties["networkSecurityGroup"] = {"id": nic.nsg}
    if nic.machine:
        properties |= {"primary": nic.primary, "virtualMachine": {"id": nic.machine}}
    properties |= {"hostedWorkloads": [], "tapConfigurations": [], "nicType": "Standard", "allowPort25Out": True,
                   "auxiliaryMode": "None", "auxiliarySku": "None"} | nic.extra
    return {"name": nic.name, "id": nic.id, "etag": nic.etag, "tags": {}, "properties": properties,
            "type": "Microsoft.Network/networkInterfaces", "location": nic.location, "kind": "Regular"}


@route("GET", GROUP + "/providers/Microsoft.Network/networkInterfaces/{nic}")
def read_nic(call):
    identifier = f"{group_of(call).id}/providers/Microsoft.Network/networkInterfaces/{call['nic']}"
    nic = call.world.find(identifier, "nic")
    if nic is None:
        raise not_found(identifier)
    answer = Answer(200, render_nic(nic))
    answer.set_header("ETag", nic.etag)
    return answer


@route("GET", "/subscriptions/{sub}/providers/Microsoft.Network/networkInterfaces",
       GROUP + "/providers/Microsoft.Network/networkInterfaces")
def list_nics(call):
    """NICs of scale sets are not in these lists; they are read from the scale set."""
    scope = group_of(call).id if "group" in call.arguments else f"/subscriptions/{call['sub']}"
    nics = [nic for nic in readable(call.world, call.world.of("nic", scope + "/")) if "/virtualmachinescalesets/"
            not in nic.folded]
    return listing(call, [render_nic(nic) for nic in nics], null_link=False, token_name="$skiptoken")
