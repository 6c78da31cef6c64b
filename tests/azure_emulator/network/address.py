"""Addresses and prefixes, by the standard library; which addresses of a subnet are free."""

import ipaddress

from core.message import Refusal


def network(prefix, code="InvalidAddressPrefixFormat"):
    try:
        return ipaddress.ip_network(prefix)
    except (ValueError, TypeError):
        raise Refusal(400, code, f"Address prefix {prefix} is not a valid IP address prefix.")


def overlapping(first, second):
    return first.version == second.version and first.overlaps(second)


def inside(inner, outers):
    return any(outer.version == inner.version and inner.subnet_of(outer) for outer in outers)


def holds(prefixes, address):
    return any(found.version == address.version and address in found for found in prefixes)


def reserved(prefixes, address):
    """The first four addresses and the last one of a subnet are Azure's own."""
    for found in prefixes:
        if found.version == address.version and address in found:
            offset = int(address) - int(found.network_address)
            return offset < 4 or offset == found.num_addresses - 1
    return False


def first_free(prefixes, used, count=1):
    """The first free IPv4 addresses."""
    free = []
    for found in prefixes:
        if found.version != 4:
            continue
        for offset in range(4, min(found.num_addresses - 1, 4096)):
            address = found.network_address + offset
            if address not in used:
                free.append(address)
                if len(free) == count:
                    return free
    return free
