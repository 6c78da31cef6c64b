"""CheckIPAddressAvailability of a virtual network."""

import ipaddress

from core.message import Answer, Refusal
from core.router import route
from network import address
from network.usage import occupants
from network.vnets import VNET, prefixes_of, vnet_of


@route("GET", VNET + "/CheckIPAddressAvailability")
def availability(call):
    world, vnet = call.world, vnet_of(call)
    wanted = call.request.query.get("ipaddress")
    if not wanted:
        raise Refusal(400, "MissingParameter", "The required query parameter ipAddress is missing.")
    try:
        wanted = ipaddress.ip_address(wanted)
    except ValueError:
        raise Refusal(400, "InvalidIPAddressFormat", f"The IP address {wanted} is not valid.")
    for subnet in vnet.subnets:
        prefixes = prefixes_of(subnet["properties"])
        if not address.holds(prefixes, wanted):
            continue
        used = {user.address for user in occupants(world, vnet, subnet) if user.address is not None}
        own = address.reserved(prefixes, wanted)
        if wanted not in used and not own:
            return Answer(200, {"available": True, "availableIPAddresses": [], "isPlatformReserved": False})
        offers = [str(free) for free in address.first_free(prefixes, used, 5)]
        return Answer(200, {"available": False, "availableIPAddresses": offers, "isPlatformReserved": own})
    raise Refusal(400, "PrivateIPAddressNotInAnySubnet",
                  f"Private static IP address {wanted} does not belong to the range of any subnet in the virtual network "
                  f"{vnet.id}.")
