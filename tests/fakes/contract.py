"""Holds every answer of a gateway against its OpenAPI document."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

import httpx
from jsonschema import Draft202012Validator

from eightcount_common.settings import StoreSettings
from eightcount_gateway.http.app import create_app
from eightcount_gateway.http.openapi_document import reasons_of
from eightcount_gateway.settings import GatewaySettings

PROBLEM = "application/problem+json"
_OUTSIDE = {404: "NOT_FOUND", 405: "METHOD_NOT_ALLOWED"}
"""Reasons of paths and methods that are no operation."""
_ANYWHERE = {"FOREIGN_HOST", "UNAUTHENTICATED", "DEVICE_UNKNOWN", "FOREIGN_ORIGIN", "INTERNAL"}
"""Reasons that are given before a path is looked at."""


@cache
def document() -> dict[str, Any]:
    """The document of the gateway."""
    return create_app(GatewaySettings(), StoreSettings()).openapi()


def check_answer(response: httpx.Response) -> None:
    """Fail unless the document lists the status, the media type and the reason of a response, and its body fits.

    For `httpx.Client(event_hooks={"response": [check_answer]})`.
    """
    path, method = response.request.url.path, response.request.method.lower()
    if not path.startswith("/v1/") and path not in {"/healthz", "/readyz", "/metrics"}:
        return
    what = f"{method.upper()} {path} -> {response.status_code}"
    operation = find_operation(path, method)
    if operation is None:
        assert method == "head" or _reason(response) in {_OUTSIDE.get(response.status_code), *_ANYWHERE}, what
        return
    documented = operation["responses"].get(str(response.status_code))
    assert documented is not None, f"{what} {_text(response)}: listed are {sorted(operation['responses'])}"
    listed = reasons_of(document(), documented)
    content = _resolved(documented).get("content", {})
    kind = response.headers.get("content-type", "").partition(";")[0]
    if method == "head" or not content:
        return
    assert kind in content, f"{what}: {kind} is not listed; {sorted(content)} are"
    if kind == PROBLEM:
        reason = _reason(response)
        assert reason in listed, f"{what}: {reason} is not listed; {listed} are"
    if kind in {PROBLEM, "application/json"}:
        response.read()
        errors = [
            f"{error.json_path}: {error.message[:300]}"
            for error in _validator(json.dumps(content[kind]["schema"])).iter_errors(response.json())
        ]
        assert not errors, f"{what}: {errors}"


def find_operation(path: str, method: str) -> dict[str, Any] | None:
    """The operation of a path; literal segments before parameters."""
    for template in sorted(document()["paths"], key=lambda one: one.count("{")):
        if method in document()["paths"][template] and re.fullmatch(_pattern(template), path):
            return document()["paths"][template][method]
    return None


@cache
def _pattern(template: str) -> str:
    return re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(template))


def _resolved(response: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in response:
        return document()["components"]["responses"][response["$ref"].rpartition("/")[2]]
    return response


@cache
def _validator(schema: str) -> Draft202012Validator:
    """A validator of a schema of the document, given as JSON so that it can be cached."""
    return Draft202012Validator({"components": document()["components"], **json.loads(schema)})


def _reason(response: httpx.Response) -> str | None:
    response.read()
    try:
        return response.json().get("reason")
    except ValueError:
        return None


def _text(response: httpx.Response) -> str:
    return response.read().decode("utf-8", "replace")[:500]
