from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from eightcount_common.storage.folder import FolderStore
from tests.fakes.backends import FakeBackends, running_backends
from tests.fakes.gateway_process import GatewayProcess, gateway_environment, running_gateway

UPLOAD_LIMIT = 3 * 1024 * 1024


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("gateway")


@pytest.fixture(scope="module")
def store(folder: Path) -> FolderStore:
    return FolderStore(folder / "objects")


@pytest.fixture(scope="module")
def shared_backends(store: FolderStore) -> Iterator[FakeBackends]:
    with running_backends(store) as backends:
        yield backends


@pytest.fixture(scope="module")
def shared_gateway(folder: Path, shared_backends: FakeBackends) -> Iterator[GatewayProcess]:
    environment = gateway_environment(folder, shared_backends.targets, max_upload_bytes=str(UPLOAD_LIMIT))
    with running_gateway(environment, folder) as gateway:
        yield gateway


@pytest.fixture
def backends(shared_backends: FakeBackends) -> FakeBackends:
    """The fakes as they are when nothing was said."""
    shared_backends.reset()
    return shared_backends


@pytest.fixture
def gateway(shared_gateway: GatewayProcess, backends: FakeBackends) -> GatewayProcess:
    return shared_gateway


@pytest.fixture
def new_video() -> bytes:
    """Content that no other test uploads."""
    return uuid.uuid4().bytes * 100
