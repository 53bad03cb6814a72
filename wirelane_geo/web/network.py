"""Whose request it is, as far as addresses tell."""

from ipaddress import IPv6Address, ip_address

LONGEST = 200
"""Characters of an address that is none."""


def network_of(address: str | None) -> str:
    """What one party has of addresses: of IPv6 a network of 64 bits. None: this machine."""
    try:
        known = ip_address((address or "::1").partition("%")[0])
    except ValueError:
        return str(address)[:LONGEST]
    if known.is_loopback:
        return "localhost"
    if isinstance(known, IPv6Address):
        return str(known.ipv4_mapped or IPv6Address(int(known) >> 64 << 64))
    return str(known)
