"""The addresses at which devices in the same network reach this machine."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Sequence

import psutil

from eightcount_common.errors import InvalidInputError

PRIVATE_NETWORKS = tuple(
    ipaddress.IPv4Network(text)
    for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "127.0.0.0/8")
)
"""Networks that no address of the internet belongs to (RFC 1918, RFC 3927), and this machine itself."""
_ROUTED = ("192.0.2.1", 9)
"""Any address that is reached by the default route; nothing is sent to it (RFC 5737)."""


def is_private(address: str) -> bool:
    """Whether an address belongs to a private network."""
    try:
        parsed = ipaddress.IPv4Address(address)
    except ValueError:
        return False
    return any(parsed in network for network in PRIVATE_NETWORKS)


def find_addresses() -> list[str]:
    """Return this machine's private IPv4 addresses, that of the default route first; none of a loopback interface."""
    up = {name for name, stats in psutil.net_if_stats().items() if stats.isup}
    found = [
        one.address
        for name, addresses in psutil.net_if_addrs().items()
        for one in addresses
        if name in up and one.family == socket.AF_INET and _is_reachable(one.address)
    ]
    default = _default_address()
    return sorted(found, key=lambda address: address != default)


def _is_reachable(address: str) -> bool:
    """Whether others can reach an address: a private one, and none of a loopback interface."""
    return is_private(address) and not ipaddress.IPv4Address(address).is_loopback


def check_addresses(addresses: Sequence[str]) -> None:
    """Check that an authority of our own may vouch for these addresses.

    Raises:
        InvalidInputError: an address is none of a private network.
    """
    for address in addresses:
        if not is_private(address):
            networks = ", ".join(map(str, PRIVATE_NETWORKS))
            raise InvalidInputError(f"{address} is not a private IPv4 address; one of {networks} is required")


def _default_address() -> str | None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(_ROUTED)
        except OSError:
            return None
        return str(probe.getsockname()[0])
