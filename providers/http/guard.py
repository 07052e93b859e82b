"""Addresses that no list lives at, but credentials of a cloud machine do."""

import ipaddress

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# Metadata services outside the link-local range: AWS over IPv6, Alibaba Cloud, Azure's wire server, Oracle Cloud.
_METADATA = frozenset(
    ipaddress.ip_address(text) for text in ("fd00:ec2::254", "100.100.100.200", "168.63.129.16", "192.0.0.192")
)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def refused(host: str) -> str | None:
    """Why an address must not be asked, for a literal address; None for every other one, and for names.

    Loopback and private networks are fine: home servers live there.
    """
    try:
        address = ipaddress.ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        return None
    address = _unwrapped(address)
    if address.is_link_local or address in _METADATA:
        return "a link-local or cloud metadata address"
    if address.is_multicast:
        return "a multicast address"
    return None


def _unwrapped(address: Address) -> Address:
    """The IPv4 address inside an IPv6 one, where it hides there."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped
        if address.sixtofour is not None:
            return address.sixtofour
        if address in _NAT64:
            return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address
