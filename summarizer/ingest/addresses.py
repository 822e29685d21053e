"""Which network addresses a URL may lead to: public ones only, in whatever notation an address hides another."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

Address = IPv4Address | IPv6Address

# IPv4 hosts behind the network's own translator (RFC 6052): as good as the address inside.
_NAT64: Final = ip_network("64:ff9b::/96")
# Special purposes (IANA registries) that `ipaddress` judges differently from one Python version to the next.
_REFUSED: Final = tuple(
    ip_network(network)
    for network in (
        "100.64.0.0/10",
        "192.0.0.0/24",
        "192.88.99.0/24",
        "198.18.0.0/15",
        "::/96",
        "64:ff9b:1::/48",
        "100::/64",
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "3fff::/20",
        "5f00::/16",
        "fec0::/10",
    )
)


def parse(text: str) -> Address:
    """The address in `text`, a scope ("%eth0") left aside. Raises ValueError."""
    return ip_address(text.split("%", 1)[0])


def is_public(address: Address) -> bool:
    """Whether `address` is a host on the open internet.

    Refused are loopback, private, shared (CGNAT), link-local, multicast, unspecified, reserved, documentation and
    tunnel addresses, and IPv6 addresses that carry an IPv4 address which is refused.
    """
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address in _NAT64:
            return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
    return (
        address.is_global
        and not address.is_multicast
        and not address.is_reserved
        and not any(address in network for network in _REFUSED)
    )
