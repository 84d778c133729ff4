"""The HTTP servers of the process: one that owns the application, and others that it opens beside itself."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from eightcount_gateway.live.packets import MAX_PACKET_BYTES
from eightcount_gateway.settings import GatewaySettings

_BACKLOG = 512


def server_config(app: ASGIApp, settings: GatewaySettings, **options: Any) -> uvicorn.Config:
    """Return how an application is served: limits and logs as for every listener, and further options of uvicorn."""
    return uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=settings.drain_seconds,
        ws="websockets-sansio",
        ws_max_size=MAX_PACKET_BYTES,
        ws_per_message_deflate=False,
        **options,
    )


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens; port 0 picks a free one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host.strip("[]"), port), family=family, backlog=_BACKLOG)


class Server(uvicorn.Server):
    """A server that sleeps while there is nothing to do."""

    _wake: Callable[[], object] = staticmethod(lambda: None)

    async def main_loop(self) -> None:
        """Wake up once a second, for the `Date` header, and to stop; uvicorn itself wakes up ten times a second."""
        stopping, loop = asyncio.Event(), asyncio.get_running_loop()
        self._wake = lambda: loop.call_soon_threadsafe(stopping.set)
        while not await self.on_tick(0):
            with suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), 1.0)

    def stop(self) -> None:
        """Stop as after a signal."""
        self.should_exit = True
        self._wake()


class FurtherServer(Server):
    """A server beside the main one, on a socket of its own.

    Args:
        config: without the application's lifespan, which the main server owns.
        listener: bound socket.
    """

    def __init__(self, config: uvicorn.Config, listener: socket.socket) -> None:
        super().__init__(config)
        self._listener = listener

    async def run_beside(self) -> None:
        """Serve until `stop`."""
        await self.serve([self._listener])

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to the main server."""
        yield


class MainServer(Server):
    """The server that owns the application. It prints its port as soon as requests are answered.

    Args:
        beside: opened when the application has started, and closed before it stops.
    """

    def __init__(self, config: uvicorn.Config, beside: Sequence[FurtherServer] = ()) -> None:
        super().__init__(config)
        self._beside = beside
        self._tasks: list[asyncio.Task[None]] = []

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start the application, then every server, and print the port."""
        await super().startup(sockets)
        if not self.started or not sockets:
            return
        self._tasks = [asyncio.create_task(server.run_beside()) for server in self._beside]
        host, port = sockets[0].getsockname()[:2]
        print(json.dumps({"service": "gateway", "host": host, "port": port}), flush=True)  # noqa: T201

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close the other servers, then this one."""
        for server in self._beside:
            server.stop()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await super().shutdown(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Handle a signal. Called in the main thread, perhaps while the loop sleeps."""
        super().handle_exit(sig, frame)
        self._wake()


def ignore_signals() -> None:
    """Leave the signals to uvicorn, which raises them once more when it has shut down."""
    for kind in (signal.SIGTERM, signal.SIGINT):
        signal.signal(kind, signal.SIG_IGN)
