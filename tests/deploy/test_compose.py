"""compose.yaml: valid for Docker Compose itself, hardened, and in agreement with what the services read."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from deploy.new_secrets import new_secrets, write
from eightcount_common.settings import ServiceSettings, StoreSettings
from tests.deploy.settings import BACKENDS, SERVICES, known_variables, read
from tests.deploy.tools import DEPLOY, Document, compose


@pytest.fixture(scope="module")
def secrets() -> dict[str, str]:
    lines = (line for line in new_secrets().splitlines() if not line.startswith("#"))
    return {name: value for name, _, value in (line.partition("=") for line in lines)}


@pytest.fixture(scope="module")
def services(secrets: dict[str, str]) -> dict[str, Document]:
    found = compose({"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **secrets})["services"]
    assert isinstance(found, dict)
    return found


def test_everything_is_there(services: dict[str, Document]) -> None:
    assert set(services) == {*SERVICES, "minio", "postgres"}


def test_without_secrets_it_refuses_to_start() -> None:
    with pytest.raises(AssertionError, match=r"deploy/new_secrets\.py"):
        compose({"PATH": os.environ["PATH"]})


def test_no_secret_stands_in_a_file_of_the_deployment(secrets: dict[str, str]) -> None:
    for path in DEPLOY.rglob("*"):
        if path.is_file() and path.name != ".env":
            for value in ("minioadmin", "changeme", *(value for value in secrets.values() if len(value) > 20)):
                assert value.encode() not in path.read_bytes(), path.name


def test_secrets_are_written_once_and_for_their_owner_only(tmp_path: Path) -> None:
    target = tmp_path / ".env"
    assert write(target)
    first = target.read_text()
    assert not write(target)
    assert target.read_text() == first
    assert target.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("service", SERVICES)
def test_every_variable_is_one_that_the_service_reads(services: dict[str, Document], service: str) -> None:
    assert set(services[service]["environment"]) <= known_variables(service)


@pytest.mark.parametrize("service", BACKENDS)
def test_a_service_listens_where_it_is_called(
    services: dict[str, Document], service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, store = read(service, services[service]["environment"], monkeypatch)
    gateway: Any = read("gateway", services["gateway"]["environment"], monkeypatch)[0]
    assert isinstance(settings, ServiceSettings)
    assert isinstance(store, StoreSettings)
    assert getattr(gateway, f"{service}_target") == f"dns:///{service}:{settings.port}"
    assert f"127.0.0.1:{settings.port}" in services[service]["healthcheck"]["test"]
    assert settings.host == "0.0.0.0"
    assert store.s3_endpoint == "minio:9000"
    assert services[service]["stop_grace_period"] == "20s"
    assert settings.drain_seconds <= 15


def test_the_gateway_keeps_jobs_in_the_database_of_the_file(
    services: dict[str, Document], secrets: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway: Any = read("gateway", services["gateway"]["environment"], monkeypatch)[0]
    postgres = services["postgres"]["environment"]
    address = f"{postgres['POSTGRES_USER']}:{secrets['POSTGRES_PASSWORD']}@postgres:5432/{postgres['POSTGRES_DB']}"
    assert gateway.database_url.endswith(address)
    assert services["minio"]["environment"]["MINIO_ROOT_PASSWORD"] == secrets["EIGHTCOUNT_STORE_S3_SECRET_KEY"]


def test_only_the_gateway_is_reachable_and_only_from_this_host(services: dict[str, Document]) -> None:
    assert {name for name, service in services.items() if service.get("ports")} == {"gateway"}
    (port,) = services["gateway"]["ports"]
    assert port["host_ip"] == "127.0.0.1"
    assert port["target"] == int(services["gateway"]["environment"]["EIGHTCOUNT_GATEWAY_PORT"])
    assert {name for name, service in services.items() if "front" in service["networks"]} == {"gateway"}


def test_every_container_is_hardened_limited_and_watched(services: dict[str, Document]) -> None:
    for name, service in services.items():
        assert service["read_only"], name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert {"cpus", "memory"} <= set(service["deploy"]["resources"]["limits"]), name
        assert service["healthcheck"]["test"], name
        tag = service["image"].rpartition(":")[2]
        assert any(character.isdigit() for character in tag), service["image"]
