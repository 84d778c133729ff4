"""Dependencies that routes share."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import Depends, Query
from fastapi.requests import HTTPConnection

from eightcount_gateway.gateway import Gateway


def _gateway(connection: HTTPConnection) -> Gateway:
    return cast("Gateway", connection.app.state.gateway)


GatewayOf = Annotated[Gateway, Depends(_gateway)]
"""The running gateway, as an argument of a route, also of a WebSocket."""
DryRun = Annotated[bool, Query(description="list what would be deleted and kept, and delete nothing")]
