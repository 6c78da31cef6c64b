"""Who uses a subnet: ip configurations of NICs, and other users (load balancers, private endpoints) put by a test."""

import ipaddress
from types import SimpleNamespace

from core.message import fold


def nics_in(world, vnet, subnet):
    """The ip configurations of NICs in a subnet."""
    index = world.things.derived.get("nics by subnet")
    if index is None:
        index = world.things.derived["nics by subnet"] = {}
        for nic in world.of("nic"):
            for config in nic.configs:
                index.setdefault(fold(config["subnet"]), []).append((nic, config))
    return index.get(fold(f"{vnet.id}/subnets/{subnet['name']}"), [])


def occupants(world, vnet, subnet):
    """What holds a subnet, with its address where it has one."""
    found = []
    for nic, config in nics_in(world, vnet, subnet):
        held = ipaddress.ip_address(config["ip"]) if config.get("ip") else None
        found.append(SimpleNamespace(id=f"{nic.id}/ipConfigurations/{config['name']}", address=held,
                                     static=config.get("static", False)))
    for other in vnet.others:
        if fold(other["subnet"]) == fold(subnet["name"]):
            held = ipaddress.ip_address(other["ip"]) if other.get("ip") else None
            found.append(SimpleNamespace(id=other["id"], address=held, static=False))
    return found


def shouted(identifier):
    """Subnets spell group and names of their users in capitals (vnet-get-with-nic.json)."""
    parts = identifier.split("/")
    for at in [4] + list(range(8, len(parts), 2)):
        if at < len(parts):
            parts[at] = parts[at].upper()
    return "/".join(parts)


def usage_of(world, vnet, subnet, expand):
    """Members of `ipConfigurations`: ids alone, or with `$expand` what is behind them."""
    rows = []
    for user in occupants(world, vnet, subnet):
        row = {"id": shouted(user.id)}
        if expand:
            row |= {"name": user.id.split("/")[-1], "etag": vnet.etag, "properties": {
                "provisioningState": "Succeeded", "privateIPAllocationMethod": "Static" if user.static else "Dynamic"}}
            if user.address is not None:
                row["properties"]["privateIPAddress"] = str(user.address)
        rows.append(row)
    return rows
