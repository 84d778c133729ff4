"""The layer around every request: id, log line, metrics, security headers, API key, unexpected errors."""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from eightcount_common.errors import EightcountError
from eightcount_gateway.http.access import Access
from eightcount_gateway.http.errors import ForbiddenError
from eightcount_gateway.http.problems import REQUEST_ID, problem
from eightcount_gateway.metrics import REQUEST_SECONDS, REQUESTS

_log = logging.getLogger(__name__)
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_POLICY_VIOLATION = 1008
"""Close code of a WebSocket that is refused (RFC 6455, 7.4.1)."""
_POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class GatewayMiddleware:
    """The outermost ASGI layer."""

    def __init__(self, app: ASGIApp, *, access_of: Callable[[Scope], Access]) -> None:
        self._app = app
        self._access_of = access_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] == "websocket":
            await self._handle_websocket(scope, receive, send)
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        exchange = _Exchange(scope, send, given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex)
        REQUEST_ID.set(exchange.request_id)
        try:
            refusal = self._refusal(scope)
            await (refusal or self._app)(scope, receive, exchange.send)
        except Exception:
            _log.exception("unexpected error", extra={"request_id": exchange.request_id})
            if exchange.status:  # the response has begun; the server closes the connection
                raise
            detail = f"internal error {exchange.request_id}"
            answer = problem(HTTPStatus.INTERNAL_SERVER_ERROR, "INTERNAL", detail, instance=scope["path"])
            await answer(scope, receive, exchange.send)
        finally:
            exchange.record()

    async def _handle_websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hold a WebSocket's handshake to the same checks as a request."""
        REQUEST_ID.set(uuid.uuid4().hex)
        refusal = self._refusal(scope)
        if refusal is None:
            await self._app(scope, receive, send)
        elif "websocket.http.response" in scope.get("extensions", {}):
            await refusal(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION, "reason": ""})

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        access = self._access_of(scope)
        try:
            access.check(scope, headers)
            if scope["type"] == "websocket" or scope["method"] not in _SAFE_METHODS:
                _check_origin(headers)
        except EightcountError as error:
            return access.refuse(error, scope, headers)
        return None


def _check_origin(headers: Headers) -> None:
    """Other sites must not act through the browser of someone who can reach this one."""
    origin = headers.get("origin")
    if origin and urlsplit(origin).netloc != headers.get("host"):
        raise ForbiddenError("requests from other sites are not accepted", reason="FOREIGN_ORIGIN")


class _Exchange:
    """One request and its outcome."""

    def __init__(self, scope: Scope, send: Send, request_id: str) -> None:
        self._scope = scope
        self._send = send
        self._started = time.monotonic()
        self.request_id = request_id
        self.status = 0

    async def send(self, message: Message) -> None:
        """Pass a message on; headers are added to the first."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers["X-Request-Id"] = self.request_id
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
        await self._send(message)

    def record(self) -> None:
        """Count, time and log the request. The path may name a user's file, so only the route is logged."""
        seconds = time.monotonic() - self._started
        route = getattr(self._scope.get("route"), "path", "other")
        method = self._scope["method"] if self._scope["method"] in {*_SAFE_METHODS, "POST", "DELETE"} else "other"
        REQUESTS.labels(method, route, str(self.status)).inc()
        REQUEST_SECONDS.labels(method, route).observe(seconds)
        fields = {"method": method, "route": route, "status": self.status, "seconds": round(seconds, 4)}
        _log.info("request", extra=fields | {"request_id": self.request_id})
