"""The servers for devices in the same network: TLS for everything, plain HTTP for the way there."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from starlette.types import ASGIApp

from eightcount_gateway.http.server import FurtherServer, listen, server_config
from eightcount_gateway.lan.addresses import check_addresses
from eightcount_gateway.lan.authority import Authority
from eightcount_gateway.lan.door import NetworkDoor
from eightcount_gateway.lan.network import Network
from eightcount_gateway.lan.welcome import create_welcome_app
from eightcount_gateway.settings import GatewaySettings

_EVERY_ADDRESS = "0.0.0.0"  # noqa: S104 - the user asked for the network


@dataclass(frozen=True, slots=True)
class NetworkListeners:
    """The bound sockets, and the authority that vouches for them."""

    network: Network
    authority: Authority
    secure: socket.socket
    plain: socket.socket

    def servers(self, app: ASGIApp, settings: GatewaySettings) -> list[FurtherServer]:
        """Return the servers; `app` is started by another one."""
        files = self.authority.issue(self.network.addresses)
        welcome = create_welcome_app(self.network, self.authority.der)
        secure = server_config(
            NetworkDoor(app), settings, lifespan="off", ssl_certfile=files.certificate, ssl_keyfile=files.key
        )
        plain = server_config(welcome, settings, lifespan="off")
        return [FurtherServer(secure, self.secure), FurtherServer(plain, self.plain)]


@contextmanager
def network_listeners(settings: GatewaySettings) -> Iterator[NetworkListeners | None]:
    """Bind the sockets for the network; None when it is not asked for.

    Raises:
        InvalidInputError: an address is not one of a private network.
    """
    addresses = settings.network_addresses
    if not addresses:
        yield None
        return
    check_addresses(addresses)
    authority = Authority(settings.lan_folder.expanduser())
    host = addresses[0] if len(addresses) == 1 else _EVERY_ADDRESS
    with listen(host, settings.lan_port) as secure, listen(host, settings.lan_welcome_port) as plain:
        network = Network(addresses, _port(secure), _port(plain), authority.fingerprint)
        yield NetworkListeners(network, authority, secure, plain)


def _port(listener: socket.socket) -> int:
    port: int = listener.getsockname()[1]
    return port
