"""The OpenAPI document: whole, linted, and made of routes that keep the contract."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute, iter_route_contexts

from eightcount_common.settings import StoreSettings
from eightcount_gateway.http.app import create_app
from eightcount_gateway.http.contract_route import ContractRoute
from eightcount_gateway.http.openapi import render_document
from eightcount_gateway.http.reasons import PROBLEM_REASONS
from eightcount_gateway.settings import GatewaySettings
from tests.architecture.openapi import (
    operations,
    operations_without_reasons,
    unstable_operation_ids,
    untyped_operations,
)
from tests.node_tools import run

PROBES = {"/healthz", "/readyz", "/metrics"}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return json.loads(render_document())


def test_every_operation_has_a_typed_body_documented_reasons_and_a_stable_id(document):
    assert untyped_operations(document) == []
    assert operations_without_reasons(document) == []
    assert unstable_operation_ids(document) == []


def test_the_linter_of_redocly_finds_nothing(tmp_path):
    path = tmp_path / "openapi.json"
    path.write_text(render_document(), encoding="utf-8")
    linted = run("redocly", "lint", "--extends", "recommended", "--format", "json", path, folder=tmp_path)
    assert linted.returncode == 0, linted.stdout
    assert json.loads(linted.stdout[linted.stdout.index("{") :])["totals"] == {"errors": 0, "warnings": 0, "ignored": 0}


def test_every_documented_route_keeps_the_contract():
    app = create_app(GatewaySettings(), StoreSettings())
    routes = [getattr(context, "original_route", context) for context in iter_route_contexts(app.routes)]
    documented = [route for route in routes if isinstance(route, APIRoute) and route.include_in_schema]
    assert len(documented) > 60
    assert [route.path for route in documented if not isinstance(route, ContractRoute)] == []


def test_every_list_has_pages(document):
    lists = [one for one in operations(document) if one.body["operationId"].startswith("list")]
    assert len(lists) >= 13
    for one in lists:
        assert {"limit", "cursor"} <= {parameter["name"] for parameter in one.body["parameters"]}, one.name
        page = one.body["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        assert set(document["components"]["schemas"][page]["properties"]) == {"items", "next_cursor"}


def test_every_creating_post_honours_an_idempotency_key(document):
    for one in operations(document):
        creates = one.method == "post" and {"201", "202"} & set(one.body["responses"])
        names = {parameter["name"] for parameter in one.body.get("parameters", [])}
        assert ("Idempotency-Key" in names) == bool(creates and not one.path.endswith("/cancel")), one.name


def test_everything_but_the_probes_asks_for_a_key(document):
    schemes = document["components"]["securitySchemes"]
    assert {scheme["type"] for scheme in schemes.values()} == {"http", "apiKey"}
    assert {one.path for one in operations(document) if one.body.get("security") == []} == PROBES
    for one in operations(document):
        assert ("401" in one.body["responses"]) == (one.path != "/healthz"), one.name


def test_the_reasons_of_problems_are_enumerated(document):
    assert document["components"]["schemas"]["Problem"]["properties"]["reason"]["enum"] == list(PROBLEM_REASONS)


def test_the_data_of_events_is_typed(document):
    (answer,) = [
        one.body["responses"]["200"]["content"]["text/event-stream"]["schema"]
        for one in operations(document)
        if one.body["operationId"] == "followComparison"
    ]
    assert answer["contentSchema"] == {"$ref": "#/components/schemas/ComparisonBody"}


def test_files_have_their_media_type_and_a_head(document):
    for one in operations(document):
        answer = one.body["responses"].get("200", {})
        if "206" in one.body["responses"]:
            assert {"304", "416"} <= set(one.body["responses"]), one.name
            assert "head" in document["paths"][one.path], one.name
        for kind, media in answer.get("content", {}).items():
            if kind not in {"application/json", "text/event-stream", "text/plain", "text/markdown"}:
                assert media["schema"] == {"type": "string", "format": "binary"}, one.name


def test_the_document_is_printed_without_starting_anything(tmp_path, document):
    path = tmp_path / "build" / "openapi.json"
    command = [sys.executable, "-m", "eightcount_gateway.http.openapi", "--out", str(path)]
    subprocess.run(command, check=True, timeout=60, cwd=tmp_path)
    assert json.loads(path.read_text(encoding="utf-8")) == document
    assert [one.name for one in Path(tmp_path).iterdir()] == ["build"]
