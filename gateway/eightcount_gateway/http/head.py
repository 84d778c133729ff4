"""HEAD for everything that GET answers (RFC 9110, 9.3.2)."""

from __future__ import annotations

from http import HTTPStatus

from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEAD_KEY = "eightcount.head"
"""Member of the scope of a HEAD that is handled as a GET: the body need not be read."""
_ENDLESS = "/events"
"""End of the paths of event streams, for which there is no HEAD."""


class HeadAsGet:
    """Answers a HEAD that no route handles as the GET would be, without the body."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http" or scope["method"] != "HEAD" or scope["path"].endswith(_ENDLESS):
            await self._app(scope, receive, send)
            return
        attempt = _Attempt(send)
        await self._app(dict(scope), receive, attempt.send)
        if attempt.refused:
            await self._app({**scope, "method": "GET", HEAD_KEY: True}, receive, _without_body(send))


class _Attempt:
    """Passes an answer on unless it is 405."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.refused = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] == HTTPStatus.METHOD_NOT_ALLOWED:
            self.refused = True
        if not self.refused:
            await self._send(message)


def _without_body(send: Send) -> Send:
    async def send_head(message: Message) -> None:
        await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

    return send_head
