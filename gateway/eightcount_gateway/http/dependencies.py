"""Dependencies that routes share."""

from __future__ import annotations

from typing import Annotated, Any, cast

from fastapi import Depends, Query, Request

from eightcount_gateway.gateway import Gateway
from eightcount_gateway.http.problems import MEDIA_TYPE
from eightcount_gateway.http.schemas.base import Problem


def _gateway(request: Request) -> Gateway:
    return cast("Gateway", request.app.state.gateway)


GatewayOf = Annotated[Gateway, Depends(_gateway)]
"""The running gateway, as an argument of a route."""
DryRun = Annotated[bool, Query(description="list what would be deleted and kept, and delete nothing")]


def answers(more: dict[int | str, dict[str, Any]] | None = None, **problems: str) -> dict[int | str, dict[str, Any]]:
    """OpenAPI entries: `answers({206: {...}}, s404="no such video")`, the errors as problems."""
    schema = {"schema": {"$ref": "#/components/schemas/Problem"}}
    return (more or {}) | {
        int(name[1:]): {"description": text, "model": Problem, "content": {MEDIA_TYPE: schema}}
        for name, text in problems.items()
    }
