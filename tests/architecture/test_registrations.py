"""Kinds, services, engines and families are in every one of their places, and nowhere else."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from eightcount_classifier.families import FAMILIES as STYLE_FAMILIES
from eightcount_client import Client
from eightcount_client import families as client_families
from eightcount_gateway.jobs.kind import JobKind
from eightcount_gateway.kinds.catalogue import KINDS
from eightcount_gateway.kinds.dance_training import schemas as dance_training_schemas
from eightcount_gateway.kinds.style_training import schemas as style_training_schemas
from eightcount_gateway.settings import service_names
from eightcount_generator.families import FAMILIES as DANCE_FAMILIES
from eightcount_pose.engines import ENGINES
from tests.architecture.registrations import (
    documented_places,
    files_mentioning,
    is_within,
    missing_places,
    unknown_files,
)
from tests.architecture.source import ROOT

KIND_PLACES = documented_places("A kind of job")
KIND_OPTIONS = KIND_PLACES[-1]
"""The command and the page, which not every kind has."""
SERVICE_PLACES = documented_places("A gRPC service")
ENGINE_PLACES = documented_places("A pose engine")
FAMILY_PLACES = documented_places("A family of dance models")
SERVICES = sorted(
    path.parent.name for path in (ROOT / "services").glob("*/pyproject.toml") if path.parent.name != "common"
)
_UPGRADES = {"gateway/eightcount_gateway/jobs/database.py"}
"""Knows the former name of a kind, for databases of earlier versions."""


def test_an_addition_touches_few_places() -> None:
    assert len(KIND_PLACES) <= 5
    assert len(SERVICE_PLACES) <= 12
    assert len(ENGINE_PLACES) <= 2
    assert len(FAMILY_PLACES) <= 5


@pytest.mark.parametrize(
    "heading",
    ["A kind of job", "A gRPC service", "A pose engine", "A family of dance models", "A score measure", "A live route"],
)
def test_documented_places_exist(heading: str) -> None:
    paths = [path for paths in documented_places(heading) for path in paths]
    assert paths
    assert [path for path in paths if not (ROOT / path.split("<")[0]).exists()] == []


def test_documented_files_exist() -> None:
    assert unknown_files() == []


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_kind_is_in_each_of_its_places(kind: JobKind) -> None:
    places = [paths for paths in KIND_PLACES if paths != KIND_OPTIONS]
    pattern = rf"kinds\.{kind.name}\b|\b{kind.not_found}\b|\b{kind.path}\b"
    assert missing_places(places, pattern, kind=kind.name) == []


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
    assert missing_places(SERVICE_PLACES, rf"(\b|_){service}", service=service) == []


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_wired_in_its_places_only(service: str) -> None:
    patterns = [rf"\beightcount_{service}\b", rf"EIGHTCOUNT_{service.upper()}_", rf"\b{service}_target\b"]
    elsewhere = {name for name in files_mentioning(patterns) if not is_within(name, SERVICE_PLACES, service=service)}
    assert elsewhere - _commands_of(service) == set()


def _commands_of(service: str) -> set[str]:
    """Files that mention a tool of one service: its weights, its training."""
    return {"Makefile", "deploy/kubernetes/overlays/production/kustomization.yaml"} if service else set()


def test_every_module_of_engines_is_in_the_table() -> None:
    folder = ROOT / "services" / "pose" / "eightcount_pose" / "engines"
    assert {path.stem for path in folder.glob("*.py")} - {"__init__", "base", "loader"} == set(ENGINES)


@pytest.mark.parametrize("engine", ENGINES)
def test_an_engine_is_registered_in_its_places_only(engine: str) -> None:
    assert missing_places(ENGINE_PLACES, engine, engine=engine) == []
    elsewhere = files_mentioning([rf"\bengines\.{engine}\b"])
    assert {name for name in elsewhere if not is_within(name, ENGINE_PLACES, engine=engine)} == set()


def test_every_module_of_families_is_in_the_table() -> None:
    folder = ROOT / "services" / "generator" / "eightcount_generator" / "families"
    assert {path.stem for path in folder.glob("*.py")} - {"__init__", "base", "epochs"} == set(DANCE_FAMILIES)


@pytest.mark.parametrize("family", DANCE_FAMILIES)
def test_a_family_of_dance_models_is_registered_in_its_places_only(family: str) -> None:
    assert missing_places(FAMILY_PLACES, rf"\b{family}\b", family=family) == []
    elsewhere = files_mentioning([rf"\b(families|models)\.{family}\b"])
    assert {name for name in elsewhere if not is_within(name, FAMILY_PLACES, family=family)} == set()


@pytest.mark.parametrize(
    ("families", "of_the_api", "of_the_client"),
    [
        (DANCE_FAMILIES, dance_training_schemas.DanceFamily, client_families.DanceFamily),
        (STYLE_FAMILIES, style_training_schemas.Family, client_families.StyleFamily),
    ],
    ids=["dance models", "style models"],
)
def test_api_and_client_offer_every_family(families: dict[str, object], of_the_api: Any, of_the_client: Any) -> None:
    assert set(get_args(of_the_api)) == set(get_args(of_the_client)) == set(families)
