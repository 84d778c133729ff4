"""Dependencies that routes share."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import Depends, Query, Request

from eightcount_gateway.gateway import Gateway


def _gateway(request: Request) -> Gateway:
    return cast("Gateway", request.app.state.gateway)


GatewayOf = Annotated[Gateway, Depends(_gateway)]
"""The running gateway, as an argument of a route."""
DryRun = Annotated[bool, Query(description="list what would be deleted and kept, and delete nothing")]
