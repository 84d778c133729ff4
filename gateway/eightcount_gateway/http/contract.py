"""The contract that a route declares: its reasons of failure, its media types, the size of its body.

Every router is made by `contract_router`. Its routes refuse query parameters that they do not declare and bodies that
are larger than they declare, and honour `Idempotency-Key` where they create something.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

from fastapi import APIRouter
from pydantic import BaseModel

from eightcount_gateway.http.contract_route import ContractRoute, set_rules
from eightcount_gateway.http.problems import MEDIA_TYPE
from eightcount_gateway.http.reasons import problem_reason

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])
Responses = dict[int | str, dict[str, Any]]

REASONS_KEY: Final = "x-reasons"
"""Member of a documented response that lists the reasons of its problems."""
MAX_TRAINING_BYTES: Final = 32 * 1024 * 1024
"""Largest request for a training: a list of thousands of recordings."""
SYNC_CALL = ("SYNC_UNAVAILABLE", "SERVICE_UNREACHABLE", "BUSY", "DEADLINE_EXCEEDED")
CLASSIFIER_CALL = (
    "CLASSIFIER_UNAVAILABLE", "CLASSIFIER_NOT_CONFIGURED", "SERVICE_UNREACHABLE", "BUSY", "DEADLINE_EXCEEDED",
)  # fmt: skip
GENERATOR_CALL = (
    "GENERATOR_UNAVAILABLE", "GENERATOR_NOT_CONFIGURED", "SERVICE_UNREACHABLE", "BUSY", "DEADLINE_EXCEEDED",
)  # fmt: skip
"""Reasons with which a call of a service can fail whatever is asked of it."""


def contract_router(prefix: str, tag: str) -> APIRouter:
    """Return a router whose routes keep the contract."""
    return APIRouter(prefix=prefix, tags=[tag], route_class=ContractRoute)


def problems(*reasons: str) -> Responses:
    """Return the OpenAPI responses of an operation that can fail with these reasons.

    What every operation can fail with (`UNAUTHENTICATED`, `UNKNOWN_PARAMETER`, `INTERNAL` ...) is added when the
    document is made; it need not be named.

    Raises:
        LookupError: the catalogue has no such reason.
    """
    names: dict[int, list[str]] = defaultdict(list)
    for name in reasons:
        status = problem_reason(name).status
        if name not in names[status]:
            names[status].append(name)
    return {status: problem_response(named) for status, named in names.items()}


def problem_response(names: Sequence[str]) -> dict[str, Any]:
    """Return the OpenAPI response of problems with these reasons, which have one status."""
    text = "\n".join(f"- `{name}`: {problem_reason(name).meaning}" for name in names)
    return {
        "description": text,
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        REASONS_KEY: list(names),
    }


def binary(description: str, *media_types: str) -> Responses:
    """Return the OpenAPI response of a file that is always answered whole."""
    return {200: {"description": description, "content": _binary_content(media_types)}}


def ranged_file(description: str, *media_types: str) -> Responses:
    """Return the OpenAPI responses of a file that `ranges.respond` answers: whole, in ranges, or not at all."""
    content = _binary_content(media_types)
    return {
        200: {"description": description, "content": content},
        206: {"description": "The range that was asked for.", "content": content},
        304: {"description": "The file is the one that `If-None-Match` names."},
        **problems("RANGE_NOT_SATISFIABLE"),
    }


def cached_json() -> Responses:
    """Return the OpenAPI response of a JSON document that was not changed since it was read."""
    return {304: {"description": "The document is the one that `If-None-Match` names."}}


def event_stream_of(body: type[BaseModel]) -> Responses:
    """Return the OpenAPI response of server-sent events whose data is a `body` as JSON."""
    schema = {
        "type": "string",
        "contentMediaType": "application/json",
        "contentSchema": {"$ref": f"#/components/schemas/{body.__name__}"},
        "examples": [f'id: 3\nevent: progress\ndata: {{"id": "...", ...}} (a {body.__name__})\n\n'],
    }
    text = (
        f"Server-sent events. The data of each is a `{body.__name__}` as JSON: `progress` on every change, and `end` "
        "once the job has ended. The id of an event is the version of the job; a client that reconnects with "
        "`Last-Event-ID` gets the next change."
    )
    return {200: {"description": text, "content": {"text/event-stream": {"schema": schema}}}}


def body_limit(max_bytes: int) -> Callable[[Endpoint], Endpoint]:
    """Allow a JSON body of that size; 64 KiB are allowed otherwise."""

    def declare(endpoint: Endpoint) -> Endpoint:
        set_rules(endpoint, max_body_bytes=max_bytes)
        return endpoint

    return declare


def streamed_body(endpoint: Endpoint) -> Endpoint:
    """Hand the body on as it comes; the endpoint counts its bytes (`uploads.received_file`)."""
    set_rules(endpoint, max_body_bytes=None)
    return endpoint


def repeatable(endpoint: Endpoint) -> Endpoint:
    """Declare a POST that creates nothing: it can be repeated, and knows no `Idempotency-Key`."""
    set_rules(endpoint, creates=False)
    return endpoint


def _binary_content(media_types: Sequence[str]) -> dict[str, Any]:
    return {kind: {"schema": {"type": "string", "format": "binary"}} for kind in media_types}
