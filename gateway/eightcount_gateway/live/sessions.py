"""The open sessions of this process; one whose connection broke is kept for a while."""

from __future__ import annotations

import asyncio
import secrets
from contextlib import ExitStack, suppress

from eightcount_common.errors import NotFoundError
from eightcount_common.rpc.sessions import SessionLimit
from eightcount_gateway.kinds.context import JobContext
from eightcount_gateway.live.plan import Plan
from eightcount_gateway.live.session import LiveSession

_TOKEN_BYTES = 24


class Connection:
    """The hold of one WebSocket on a session; a later one takes it over."""

    def __init__(self, session: LiveSession) -> None:
        self.session = session
        self.taken_over = asyncio.Event()


class LiveSessions:
    """Opens sessions, runs them, and ends those that nobody comes back to.

    Args:
        context: the services and the library.
        max_sessions: number of sessions that may be open.
        resume_seconds: how long a session is kept after its connection broke.
    """

    def __init__(self, context: JobContext, *, max_sessions: int, resume_seconds: float) -> None:
        self._context = context
        self._limit = SessionLimit(max_sessions)
        self._resume_seconds = resume_seconds
        self._connections: dict[str, Connection | None] = {}
        self._running: dict[str, tuple[LiveSession, asyncio.Task[None]]] = {}
        self._abandoning: dict[str, asyncio.TimerHandle] = {}

    def open(self, plan: Plan) -> Connection:
        """Begin a session.

        Raises:
            BusyError: TOO_MANY_SESSIONS.
        """
        counted = ExitStack()
        counted.enter_context(self._limit.count_session())
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        session = LiveSession(plan, self._context, token=token, resume_seconds=self._resume_seconds)
        task = asyncio.create_task(session.run())
        task.add_done_callback(lambda _: counted.close())
        self._running[token] = (session, task)
        return self._connect(session)

    def resume(self, token: str) -> Connection:
        """Take up a session; a connection that still holds it loses it.

        Raises:
            NotFoundError: SESSION_NOT_FOUND; there is none, or it has ended.
        """
        if token not in self._running:
            raise NotFoundError("there is no such live session any more; begin a new one", reason="SESSION_NOT_FOUND")
        return self._connect(self._running[token][0])

    def release(self, connection: Connection, *, ended: bool) -> None:
        """Give up a session: for good when it has ended, otherwise until somebody resumes it."""
        token = connection.session.token
        if self._connections.get(token) is not connection:
            return
        self._connections[token] = None
        if ended:
            self._abandon(token)
        else:
            loop = asyncio.get_running_loop()
            self._abandoning[token] = loop.call_later(self._resume_seconds, self._abandon, token)

    async def close(self) -> None:
        """End every session."""
        tasks = [task for _, task in self._running.values()]
        for token in list(self._running):
            self._abandon(token)
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task

    def _connect(self, session: LiveSession) -> Connection:
        if timer := self._abandoning.pop(session.token, None):
            timer.cancel()
        if before := self._connections.get(session.token):
            before.taken_over.set()
        connection = Connection(session)
        self._connections[session.token] = connection
        return connection

    def _abandon(self, token: str) -> None:
        if timer := self._abandoning.pop(token, None):
            timer.cancel()
        self._connections.pop(token, None)
        _, task = self._running.pop(token)
        task.cancel()
