"""Subnets by themselves: PUT, GET, list, DELETE. A write of one is a write of its network."""

from core.listing import listing
from core.message import Answer, Refusal, fold
from core.router import route
from network.usage import occupants
from network.vnets import (VNET, check_kept, check_subnets, in_use, prefixes_of, render_subnet, subnet_named, taken_subnets,
                           vnet_of)
from network import address
from network.writes import check_idle, check_preconditions, delete, state_of, write

SUBNET = VNET + "/subnets/{subnet}"


@route("GET", SUBNET)
def read_subnet(call):
    vnet = vnet_of(call)
    subnet = subnet_named(vnet, call["subnet"])
    if subnet is None:
        raise Refusal(404, "NotFound", f"Resource {vnet.id}/subnets/{call['subnet']} not found.")
    expand = "ipconfigurations" in fold(call.request.query.get("$expand", ""))
    answer = Answer(200, render_subnet(call.world, vnet, subnet, expand))
    answer.set_header("ETag", vnet.etag)
    return answer


@route("GET", VNET + "/subnets")
def list_subnets(call):
    vnet = vnet_of(call)
    return listing(call, [render_subnet(call.world, vnet, subnet) for subnet in vnet.subnets], null_link=False)


@route("PUT", SUBNET)
def put_subnet(call):
    world, vnet, body = call.world, vnet_of(call), call.request.json()
    old = subnet_named(vnet, call["subnet"])
    check_preconditions(call, vnet.etag if old else None, f"subnet {call['subnet']}")
    properties = body.get("properties") or {}
    if not (properties.get("addressPrefix") or properties.get("addressPrefixes")):
        raise Refusal(400, "InvalidRequestFormat", f"Subnet {call['subnet']} has no address prefix.")
    new = taken_subnets([{**body, "name": old["name"] if old else call["subnet"]}])[0]
    prefixes_of(new["properties"])
    subnets = [new if subnet is old else subnet for subnet in vnet.subnets] + ([new] if old is None else [])
    spaces = [address.network(one) for one in vnet.properties["addressSpace"]["addressPrefixes"]]
    check_subnets(vnet.name, spaces, subnets)
    check_idle(world, vnet)
    check_kept(world, vnet, subnets)
    before = state_of(vnet)
    vnet.subnets = subnets
    return write(call, vnet, world.clock.lasts("subnet"), 201 if old is None else 200,
                 lambda: render_subnet(world, vnet, new), before)


@route("DELETE", SUBNET)
def delete_subnet(call):
    world = call.world
    vnet = vnet_of(call)
    subnet = subnet_named(vnet, call["subnet"])
    if subnet is None:
        return Answer(204)
    check_preconditions(call, vnet.etag, f"subnet {call['subnet']}")
    check_idle(world, vnet)
    users = occupants(world, vnet, subnet)
    if users:
        raise in_use(vnet, subnet, users)

    def gone(world):
        vnet.subnets = [one for one in vnet.subnets if one is not subnet]
        vnet.etag = f'W/"{world.guid()}"'

    return delete(call, vnet, f"{vnet.id}/subnets/{subnet['name']}", world.clock.lasts("subnet"), gone)
