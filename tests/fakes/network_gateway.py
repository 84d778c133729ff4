"""A gateway that is open to devices in the network, at this machine's own address."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from tests.fakes.contract import check_answer
from tests.fakes.gateway_process import GatewayProcess, gateway_environment, running_gateway


@dataclass
class NetworkGateway:
    """The gateway, and where devices find it.

    Attributes:
        owner: the gateway as its own machine reaches it.
        url: of TLS.
        welcome_url: of plain HTTP.
        authority: certificate of the authority, PEM.
        folder: of the authority.
    """

    owner: GatewayProcess
    url: str
    welcome_url: str
    authority: str
    folder: Path

    @property
    def trust(self) -> ssl.SSLContext:
        """A context that trusts the authority alone, and is strict about certificates."""
        context = ssl.create_default_context(cadata=self.authority)
        context.verify_flags |= ssl.VERIFY_X509_STRICT
        return context

    @contextmanager
    def device(self, cookies: Mapping[str, str] | None = None) -> Iterator[httpx.Client]:
        """Yield a client of a device that has not joined."""
        hooks = {"response": [check_answer]}
        with httpx.Client(
            base_url=self.url, verify=self.trust, timeout=30, event_hooks=hooks, cookies=cookies
        ) as client:
            yield client

    def invite(self) -> str:
        """Return the key of a new invitation."""
        answer = self.owner.client.post("/v1/devices/invitations")
        assert answer.status_code == 200, answer.text
        return urlsplit(answer.json()["url"]).fragment

    @contextmanager
    def joined(self, name: str = "a phone") -> Iterator[httpx.Client]:
        """Yield a client of a device that has joined."""
        with self.device() as device:
            answer = device.post("/v1/devices", json={"key": self.invite(), "name": name})
            assert answer.status_code == 200, answer.text
            yield device


@contextmanager
def running_network_gateway(
    folder: Path, targets: Mapping[str, str], *, store: Path | None = None, api_key: str = "", **settings: str
) -> Iterator[NetworkGateway]:
    """Run a gateway that devices reach at 127.0.0.1, and its owner with an API key if one is given.

    Args:
        folder: for its database and its authority.
        targets: addresses of the services.
        store: folder of the objects, for services that write into it; below `folder` if not given.
        api_key: required of the owner, and of programs in the network.
        settings: further settings of the gateway.
    """
    settings |= {"lan_addresses": "127.0.0.1", "lan_port": "0", "lan_welcome_port": "0", "api_keys": api_key}
    environment = gateway_environment(folder, targets, lan_folder=str(folder / "lan"), **settings)
    if store:
        environment["EIGHTCOUNT_STORE_FOLDER"] = str(store)
    with running_gateway(environment, folder) as gateway:
        gateway.client.headers["X-API-Key"] = api_key
        invitation = gateway.client.post("/v1/devices/invitations").json()
        welcome = urlsplit(invitation["url"])
        welcome_url = f"http://{welcome.netloc}"
        certificate = ssl.DER_cert_to_PEM_cert(httpx.get(f"{welcome_url}/eightcount.crt").content)
        url = httpx.get(f"{welcome_url}/network.json").json()["url"]
        yield NetworkGateway(gateway, url, welcome_url, certificate, folder / "lan")
