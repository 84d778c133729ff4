"""The door to the application from the network: it marks requests, and answers who asks whether TLS is trusted."""

from __future__ import annotations

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from eightcount_gateway.lan.access import FROM_NETWORK

_TRUSTED_PATH = "/trusted"
_TRUSTED = Response(status_code=204, headers={"Access-Control-Allow-Origin": "*", "Cache-Control": "no-store"})
"""That the page over plain HTTP can read it says that the device trusts this server."""


class NetworkDoor:
    """The application as devices in the network reach it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] == "http" and scope["path"] == _TRUSTED_PATH:
            await _TRUSTED(scope, receive, send)
        else:
            await self._app({**scope, FROM_NETWORK: True}, receive, send)
