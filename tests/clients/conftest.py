"""A gateway process over fake backends, and its OpenAPI document as a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from eightcount_common.storage.folder import FolderStore
from eightcount_gateway.http.openapi import render_document
from tests.fakes.backends import running_backends
from tests.fakes.gateway_process import GatewayProcess, gateway_environment, running_gateway


@pytest.fixture(scope="session")
def document(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The OpenAPI document."""
    path = tmp_path_factory.mktemp("document") / "openapi.json"
    path.write_text(render_document(), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayProcess]:
    """A running gateway."""
    folder = tmp_path_factory.mktemp("gateway")
    with (
        running_backends(FolderStore(folder / "objects")) as backends,
        running_gateway(gateway_environment(folder, backends.targets), folder) as running,
    ):
        yield running
