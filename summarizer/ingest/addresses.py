"""Which network addresses a URL may lead to: public ones only, in whatever notation an address hides another."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final

Address = IPv4Address | IPv6Address

_NAT64: Final = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))
_COMPATIBLE: Final = IPv6Network("::/96")


def parse(text: str) -> Address:
    """The address in `text`, a scope ("%eth0") left aside. Raises ValueError."""
    return ip_address(text.split("%", 1)[0])


def is_public(address: Address) -> bool:
    """Whether `address` is a host on the open internet.

    Refused are loopback, private, shared (CGNAT), link-local, multicast, unspecified, reserved and documentation
    addresses (IANA special-purpose registries), and IPv6 addresses that carry an IPv4 address which is refused.
    """
    if isinstance(address, IPv6Address):
        if any(address in network for network in (*_NAT64, _COMPATIBLE)):
            return is_public(IPv4Address(int(address) & 0xFFFFFFFF)) if address in _NAT64[0] else False
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address.sixtofour is not None:
            return is_public(address.sixtofour)
        if address.teredo is not None or address.is_site_local:
            return False
    return (
        address.is_global
        and not address.is_multicast
        and not address.is_private
        and not address.is_reserved
        and not address.is_loopback
        and not address.is_link_local
        and not address.is_unspecified
    )
