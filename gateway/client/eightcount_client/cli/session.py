"""The server of a command: the one at EIGHTCOUNT_URL, or a private stack that lives as long as the command."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self, cast

from eightcount_client.cli.errors import CliError
from eightcount_client.cli.exit_codes import ExitCode
from eightcount_client.cli.optional import import_optional
from eightcount_client.cli.settings import Settings
from eightcount_client.client import Client
from eightcount_client.errors import AuthenticationError

Announce = Callable[[str], None]
_STACK = "eightcount_gateway.stack"
_OWNER = {"purpose": "running the services on this machine requires", "distribution": "eightcount-gateway"}


@dataclass(frozen=True, slots=True)
class NetworkOptions:
    """Options of a stack that devices in the same network reach.

    Attributes:
        addresses: of this machine; every private one if there are none.
        port: of TLS; the next one is that of the page about the certificate.
    """

    addresses: tuple[str, ...]
    port: int


class LocalStack(Protocol):
    """Every service of Eightcount on this machine, as the gateway's distribution starts them."""

    @property
    def url(self) -> str:
        """Address of the gateway."""

    @property
    def pids(self) -> Mapping[str, int]:
        """Process id of each service."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def missing_parts() -> list[str]:
    """Return one sentence for each optional part of the services that is not there.

    Raises:
        CliError: the services are not installed.
    """
    return list(import_optional(_STACK, **_OWNER).missing_parts())


@contextmanager
def running_stack(
    data: Path, announce: Announce, *, host: str = "127.0.0.1", port: int = 0, network: NetworkOptions | None = None
) -> Iterator[LocalStack]:
    """Run every service on this machine, and open it to devices in the same network if `network` is given.

    Raises:
        CliError: the services are not installed (NOT_INSTALLED) or cannot start.
    """
    module = import_optional(
        _STACK, purpose="running the services on this machine requires", distribution="eightcount-gateway"
    )
    try:
        chosen = module.choose_network(network.addresses, network.port) if network else None
        stack = module.Stack(data, host=host, port=port, network=chosen, announce=announce)
        with cast("LocalStack", stack) as running:
            yield running
    except module.StackError as error:
        raise CliError(str(error), reason=error.reason, exit_code=ExitCode.UNREACHABLE) from error


@contextmanager
def connect(settings: Settings, announce: Announce) -> Iterator[Client]:
    """Return a client of the server that the settings name.

    Raises:
        CliError: the URL is invalid, the server refuses the API key, or the private stack cannot start.
    """
    if settings.url:
        with _client_of(settings) as client, _explain_refusals(settings):
            yield client
        return
    announce("starting a private stack (set EIGHTCOUNT_URL to use a running server)")
    with _private_stack(settings, announce) as stack, Client(stack.url) as client:
        yield client


def _client_of(settings: Settings) -> Client:
    try:
        return Client(settings.url, api_key=settings.api_key)
    except ValueError as error:
        raise CliError(f"EIGHTCOUNT_URL: {error}", reason="INVALID_URL", exit_code=ExitCode.USAGE) from error


@contextmanager
def _explain_refusals(settings: Settings) -> Iterator[None]:
    """Say what to do when a key is missing or wrong."""
    try:
        yield
    except AuthenticationError as error:
        message = (
            f"the server at {settings.url} does not accept this API key; check --key or EIGHTCOUNT_API_KEY"
            if settings.api_key
            else f"the server at {settings.url} requires an API key; give it with --key or EIGHTCOUNT_API_KEY"
        )
        raise CliError(message, reason=error.reason, exit_code=ExitCode.UNREACHABLE) from error


@contextmanager
def _private_stack(settings: Settings, announce: Announce) -> Iterator[LocalStack]:
    """Run a stack in a temporary folder; expensive results are stored elsewhere, where the next run finds them."""
    with tempfile.TemporaryDirectory(prefix="eightcount-") as folder:
        objects = Path(folder, "objects")
        objects.mkdir()
        _link(settings.cache, objects, "motions", "music")
        _link(settings.data, objects, "styles", "dances/models")
        with running_stack(Path(folder), announce) as stack:
            yield stack


def _link(home: Path, objects: Path, *names: str) -> None:
    """Let objects below `names` lie in a folder that outlives the stack."""
    for name in names:
        permanent, link = home / name, objects / name
        permanent.mkdir(parents=True, exist_ok=True)
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(permanent.resolve())
