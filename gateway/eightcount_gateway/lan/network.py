"""The addresses at which devices in the same network find this server."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Network:
    """The two listeners for the network: `https` for everything, and `http` for the way there.

    Attributes:
        addresses: IPv4 addresses of this machine; the first is the one that is shown.
        port: of `https`.
        welcome_port: of `http`, where the authority's certificate is fetched.
        fingerprint: SHA-256 of the authority's certificate, in pairs of digits.
    """

    addresses: tuple[str, ...]
    port: int
    welcome_port: int
    fingerprint: str

    @property
    def hosts(self) -> frozenset[str]:
        """Host names that requests may be addressed to."""
        return frozenset({*self.addresses, "localhost"})

    @property
    def url(self) -> str:
        """Address of the pages over TLS."""
        return f"https://{self.addresses[0]}:{self.port}"

    @property
    def welcome_url(self) -> str:
        """Address of the page that helps a device to trust this server."""
        return f"http://{self.addresses[0]}:{self.welcome_port}"

    def invitation_url(self, key: str) -> str:
        """Return the address that a device opens to join; its fragment, the key, is not sent to any server."""
        return f"{self.welcome_url}/#{key}"
