"""The command and the client against a real gateway over fake services."""

from __future__ import annotations

import signal
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from eightcount_client import Client
from tests.integration.gateway.conftest import (  # noqa: F401 - fixtures
    backends,
    folder,
    gateway,
    shared_backends,
    shared_gateway,
    store,
)


@pytest.fixture
def client(gateway) -> Iterator[Client]:  # noqa: F811
    with Client(gateway.url) as client:
        yield client


@pytest.fixture
def video(tmp_path: Path) -> Path:
    """A file that no other test has sent, with a name that is not ASCII."""
    return new_file(tmp_path / "ünïcode dance.mp4")


@pytest.fixture
def videos(tmp_path: Path) -> list[Path]:
    return [new_file(tmp_path / name) for name in ("the reference.mp4", "ünïcode take.mp4")]


def new_file(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(uuid.uuid4().bytes * 50)
    return path


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Shells start background jobs with SIGINT ignored, and children inherit that: tests that send it undo it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
