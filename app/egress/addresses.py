"""Which addresses belong to the public internet: everything else is somebody's inside.

Sources: IANA IPv4 and IPv6 special-purpose address registries (RFC 6890, RFC 8190). The tables stand here rather than in
the standard library's `is_global`, whose answers changed from one Python to the next (CVE-2024-4032).
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_INSIDE_4 = tuple(
    IPv4Network(block)
    for block in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT, and the metadata service of one cloud
        "127.0.0.0/8",
        "168.63.129.16/32",  # a public address that one cloud answers from its own host
        "169.254.0.0/16",  # link-local, and the metadata service of most clouds
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
# Only global unicast leaves; of it, less what carries an IPv4 address or belongs to nobody. IPv4-mapped addresses, NAT64
# (64:ff9b::/96), unique local, link-local, multicast and the unspecified one stand outside of 2000::/3 altogether.
_GLOBAL_6 = IPv6Network("2000::/3")
_INSIDE_6 = tuple(
    IPv6Network(block)
    for block in (
        "2001::/23",  # Teredo and other transitions
        "2001:db8::/32",
        "2002::/16",  # 6to4
        "3fff::/20",
    )
)


def is_public(address: Address) -> bool:
    """Says whether an address is one of the public internet, in whatever form it carries another."""
    if isinstance(address, IPv4Address):
        return not any(address in block for block in _INSIDE_4)
    return address.scope_id is None and address in _GLOBAL_6 and not any(address in block for block in _INSIDE_6)


def read_address(text: str) -> Address | None:
    """Reads an address written in full; None for anything else, decimal, octal and shortened ones included."""
    try:
        return ip_address(text)
    except ValueError:
        return None
