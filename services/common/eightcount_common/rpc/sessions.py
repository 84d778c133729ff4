"""A limit on the sessions that are open at the same time: calls that last for minutes and compute little."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from eightcount_common.errors import BusyError

_RETRY_SECONDS = 30.0


class SessionLimit:
    """Counts open sessions on one event loop."""

    def __init__(self, max_sessions: int) -> None:
        self._max_sessions = max_sessions
        self._open = 0

    @contextmanager
    def count_session(self) -> Iterator[None]:
        """Count a session until the end of the block.

        Raises:
            BusyError: TOO_MANY_SESSIONS.
        """
        if self._open >= self._max_sessions:
            raise BusyError(
                f"{self._max_sessions} live sessions are open already; try again later",
                reason="TOO_MANY_SESSIONS", retry_after_seconds=_RETRY_SECONDS,
            )  # fmt: skip
        self._open += 1
        try:
            yield
        finally:
            self._open -= 1
