"""Kinds, services and engines are in every one of their tables, and nowhere else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from eightcount_client import Client
from eightcount_gateway.jobs.kind import JobKind
from eightcount_gateway.kinds.catalogue import KINDS
from eightcount_gateway.settings import service_names
from eightcount_pose.engines import ENGINES
from tests.architecture.registrations import documented_places, files_mentioning, is_within
from tests.architecture.source import ROOT

KIND_PLACES = documented_places("A kind of job")
SERVICE_PLACES = documented_places("A gRPC service")
SERVICES = sorted(
    path.parent.name for path in (ROOT / "services").glob("*/pyproject.toml") if path.parent.name != "common"
)
_UPGRADES = {"gateway/eightcount_gateway/jobs/database.py"}
"""Knows the former name of a kind, for databases of earlier versions."""


def test_an_addition_touches_few_places() -> None:
    assert len(KIND_PLACES) <= 6
    assert len(SERVICE_PLACES) <= 12


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_kind_is_mentioned_in_its_places_only(kind: JobKind) -> None:
    url = rf"(?<![\w.-])/(v1/)?{kind.path}\b(?!-)"
    patterns = [rf"kinds\.{kind.name}\b", url, rf"[\"']{kind.path}[\"']", rf"[\"']{kind.name}[\"']:"]
    elsewhere = {name for name in files_mentioning(patterns) if not is_within(name, KIND_PLACES, kind=kind.name)}
    assert elsewhere - _UPGRADES == set()


def test_every_folder_of_kinds_is_in_the_catalogue() -> None:
    folders = {path.parent.name for path in (ROOT / "gateway" / "eightcount_gateway" / "kinds").glob("*/kind.py")}
    assert folders == {kind.name for kind in KINDS}


def test_the_typed_client_knows_every_kind() -> None:
    with Client("http://127.0.0.1:9") as client:
        assert {kind.path for kind in KINDS} <= set(client.collections)
    folder = ROOT / "gateway" / "client" / "eightcount_client" / "kinds"
    assert {kind.name for kind in KINDS} <= {path.stem for path in folder.glob("*.py")}


def test_the_gateway_calls_every_service() -> None:
    assert sorted(service_names()) == SERVICES


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_in_each_of_its_places(service: str) -> None:
    for paths in SERVICE_PLACES:
        for path in paths:
            place = ROOT / path.replace("<service>", service)
            assert place.exists(), place
            assert place.is_dir() or re.search(rf"(\b|_){service}", place.read_text()), (
                f"{service} is missing in {place}"
            )


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_wired_in_its_places_only(service: str) -> None:
    patterns = [rf"\beightcount_{service}\b", rf"EIGHTCOUNT_{service.upper()}_", rf"\b{service}_target\b"]
    elsewhere = {name for name in files_mentioning(patterns) if not is_within(name, SERVICE_PLACES, service=service)}
    assert elsewhere - _commands_of(service) == set()


def _commands_of(service: str) -> set[str]:
    """Files that mention a tool of one service: its weights, its training."""
    return {"Makefile", "deploy/kubernetes/overlays/production/kustomization.yaml"} if service else set()


def test_every_module_of_engines_is_in_the_table() -> None:
    folder = Path(ROOT, "services", "pose", "eightcount_pose", "engines")
    modules = {path.stem for path in folder.glob("*.py")} - {"__init__", "base", "loader"}
    assert modules == set(ENGINES)
