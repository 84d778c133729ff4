"""The page that helps a device to trust this server, over plain HTTP: before a device trusts it, TLS only warns.

An attacker who changes what the network carries could hand a device another certificate; therefore the page and the
terminal show its fingerprint. Nothing but this page is served without TLS.
"""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from eightcount_gateway.lan.network import Network
from eightcount_gateway.web import page_assets, page_response

_CERTIFICATE_TYPE = "application/x-x509-ca-cert"
_FRESH = {"Cache-Control": "no-store"}


def create_welcome_app(network: Network, certificate: bytes) -> Starlette:
    """Return the application.

    Args:
        network: that the page leads to.
        certificate: that of the authority, DER.
    """

    async def page(_request: Request) -> Response:
        return page_response("trust.html", connect=network.url)

    async def describe(_request: Request) -> Response:
        return JSONResponse({"url": network.url, "fingerprint": network.fingerprint}, headers=_FRESH)

    async def download(_request: Request) -> Response:
        name = 'attachment; filename="eightcount.crt"'
        return Response(certificate, media_type=_CERTIFICATE_TYPE, headers=_FRESH | {"Content-Disposition": name})

    return Starlette(
        routes=[
            Route("/", page),
            Route("/network.json", describe),
            Route("/eightcount.crt", download),
            Mount("/static", page_assets()),
        ]
    )
