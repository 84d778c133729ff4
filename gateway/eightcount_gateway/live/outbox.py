"""The messages that wait for a client: what is out of date is replaced, the rest is kept while nobody is connected."""

from __future__ import annotations

import asyncio
from collections import deque

from eightcount_gateway.live.messages import PoseMessage, ServerMessage, StatesMessage

MAX_KEPT = 2000
"""Counts, eight-counts and styles of ten minutes; the oldest go first."""


class Outbox:
    """Messages for one client. A pose, and the states of joints, are worth nothing once later ones are there."""

    def __init__(self) -> None:
        self._kept: deque[ServerMessage] = deque(maxlen=MAX_KEPT)
        self._newest: dict[type[ServerMessage], ServerMessage] = {}
        self._changed = asyncio.Event()
        self._closed = False

    def put(self, message: ServerMessage) -> None:
        """Add a message."""
        if isinstance(message, PoseMessage | StatesMessage):
            self._newest[type(message)] = message
        else:
            self._kept.append(message)
        self._changed.set()

    def close(self) -> None:
        """Nothing more will be added; the last message is the result or an error, not a pose."""
        self._closed = True
        self._newest.clear()
        self._changed.set()

    async def take(self) -> ServerMessage | None:
        """Return the next message as soon as there is one; None at the end."""
        while not (self._kept or self._newest or self._closed):
            self._changed.clear()
            await self._changed.wait()
        if self._kept:
            return self._kept.popleft()
        if self._newest:
            return self._newest.pop(next(iter(self._newest)))
        return None
