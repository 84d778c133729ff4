"""Serves the gateway: `python -m eightcount_gateway`."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from types import FrameType

import uvicorn

from eightcount_common import telemetry
from eightcount_common.settings import StoreSettings
from eightcount_gateway.http.app import create_app
from eightcount_gateway.live.packets import MAX_PACKET_BYTES
from eightcount_gateway.settings import GatewaySettings


class _Server(uvicorn.Server):
    """Print the port as soon as requests are answered."""

    _wake: Callable[[], object] = staticmethod(lambda: None)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started and sockets:
            host, port = sockets[0].getsockname()[:2]
            print(json.dumps({"service": "gateway", "host": host, "port": port}), flush=True)  # noqa: T201

    async def main_loop(self) -> None:
        """Wake up once a second, for the `Date` header, and to stop; uvicorn itself wakes up ten times a second."""
        stopping, loop = asyncio.Event(), asyncio.get_running_loop()
        self._wake = lambda: loop.call_soon_threadsafe(stopping.set)
        while not await self.on_tick(0):
            with suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), 1.0)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Handle a signal. Called in the main thread, perhaps while the loop sleeps."""
        super().handle_exit(sig, frame)
        self._wake()


def main() -> int:
    settings = GatewaySettings()
    telemetry.configure("gateway", level=settings.log_level, otlp_endpoint=settings.otlp_endpoint)
    config = uvicorn.Config(
        create_app(settings, StoreSettings()),
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=settings.drain_seconds,
        ws="websockets-sansio",
        ws_max_size=MAX_PACKET_BYTES,
        ws_per_message_deflate=False,
    )
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.create_server((settings.host.strip("[]"), settings.port), family=family, backlog=512) as listener:
        for kind in (signal.SIGTERM, signal.SIGINT):
            signal.signal(kind, signal.SIG_IGN)  # uvicorn handles it, and raises it once more when it has shut down
        _Server(config).run([listener])
    return 0


if __name__ == "__main__":
    sys.exit(main())
