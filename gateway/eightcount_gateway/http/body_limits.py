"""A limit for request bodies that are held in memory: every one but uploads."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from eightcount_common.errors import TooLargeError
from eightcount_gateway.http.problems import problem_of

_MAX_BYTES = 64 * 1024
_LARGER_BYTES = dict.fromkeys(("/v1/style-trainings", "/v1/dance-trainings"), 32 * 1024 * 1024)
"""A list of thousands of recordings."""
_STREAMED_PATHS = frozenset({"/v1/videos", "/v1/motions"})


class BodyLimits:
    """Reads a body ahead, up to the limit, and hands it on; a larger one is answered 413."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one connection."""
        if scope["type"] != "http" or scope["method"] in {"GET", "HEAD"} or scope["path"] in _STREAMED_PATHS:
            await self._app(scope, receive, send)
            return
        try:
            messages = await _read(receive, _LARGER_BYTES.get(scope["path"], _MAX_BYTES))
        except TooLargeError as error:
            await problem_of(error, scope["path"])(scope, receive, send)
            return

        async def replay() -> Message:
            return messages.pop(0) if messages else await receive()

        await self._app(scope, replay, send)


async def _read(receive: Receive, limit: int) -> list[Message]:
    messages: list[Message] = []
    size = 0
    while True:
        message = await receive()
        messages.append(message)
        size += len(message.get("body", b""))
        if size > limit:
            raise TooLargeError(f"the body is larger than the limit of {limit} bytes")
        if message["type"] != "http.request" or not message.get("more_body", False):
            return messages
