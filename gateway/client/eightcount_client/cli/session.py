"""Which server a command talks to: the one at EIGHTCOUNT_URL, or a private stack that lives as long as the command."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from eightcount_client.cli.client import Client
from eightcount_gateway.stack import Stack

Announce = Callable[[str], None]


class ClientSettings(BaseSettings):
    """Settings of the command line: `EIGHTCOUNT_*`."""

    model_config = SettingsConfigDict(env_prefix="EIGHTCOUNT_", frozen=True)

    url: str = ""
    """Server to use, for example `http://127.0.0.1:8000`; empty starts a private stack for the run."""
    api_key: SecretStr = SecretStr("")
    """Key for a server that asks for one."""
    cache: Path = Path("~/.cache/eightcount")
    """Where private stacks keep the motions they extracted and the beats they heard; it may be deleted."""
    data: Path = Path("~/.local/share/eightcount")
    """Where private stacks keep the styles and models they learned, also those that dance."""


@contextmanager
def connected(settings: ClientSettings, announce: Announce) -> Iterator[Client]:
    """A client of the server that the settings name.

    Raises:
        StackError: the private stack cannot start.
    """
    if settings.url:
        with Client(settings.url, api_key=settings.api_key.get_secret_value()) as client:
            yield client
        return
    announce("starting a private stack (set EIGHTCOUNT_URL to use a running one)")
    with _private_stack(settings, announce) as stack, Client(stack.url) as client:
        yield client


@contextmanager
def _private_stack(settings: ClientSettings, announce: Announce) -> Iterator[Stack]:
    """A stack in a temporary folder; what took long to make is kept elsewhere, where the next run finds it."""
    cache, data = settings.cache.expanduser(), settings.data.expanduser()
    with tempfile.TemporaryDirectory(prefix="eightcount-") as folder:
        objects = Path(folder, "objects")
        objects.mkdir()
        _keep(cache, objects, "motions", "music")
        _keep(data, objects, "styles", "dances/models")
        with Stack(Path(folder), announce=announce) as stack:
            yield stack


def _keep(home: Path, objects: Path, *names: str) -> None:
    """Has objects below `names` lie in a folder that outlives the stack."""
    for name in names:
        kept, link = home / name, objects / name
        kept.mkdir(parents=True, exist_ok=True)
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(kept.resolve())
