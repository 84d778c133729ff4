"""One gRPC service: its health, and calls that notice when it does not answer any more.

Calls have no deadline: they may wait for as long as others are at work. The service limits the time that it works on a
call (`eightcount_common.rpc.limits`), and here the service is asked from time to time whether it is still there.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Generator
from contextlib import asynccontextmanager
from typing import Any, Protocol, TypeVar

import grpc.aio
from grpc_health.v1 import health_pb2, health_pb2_grpc

from eightcount_common.errors import DeadlineExceededError, EightcountError, UnavailableError
from eightcount_common.rpc import translate_errors

SERVICE_UNREACHABLE = "SERVICE_UNREACHABLE"
"""Reason of a call that broke off, as `eightcount_common.rpc.client` gives it."""
_LOOK_SECONDS = 5.0
_RETRY_SECONDS = 5.0
_PAUSE_SECONDS = 0.2

Message = TypeVar("Message", covariant=True)


class Cancellable(Protocol):
    """A call that can be ended."""

    def cancel(self) -> bool:
        """End the call, if it has not ended."""


class UnaryCall(Cancellable, Protocol[Message]):
    """A call with one response."""

    def __await__(self) -> Generator[Any, None, Message]: ...


class StreamedCall(Cancellable, Protocol[Message]):
    """A call with a stream of responses."""

    def __aiter__(self) -> AsyncIterator[Message]: ...


class Backend:
    """A service that the gateway calls.

    Args:
        name: of the service.
        channel: to it.
        patience_seconds: a service that does not answer for this long is not there any more.
    """

    def __init__(self, name: str, channel: grpc.aio.Channel, *, patience_seconds: float) -> None:
        self.channel = channel
        self._name = name
        self._patience_seconds = patience_seconds

    async def wait(self, seconds: float | None = None) -> None:
        """Wait until the service serves.

        Raises:
            UnavailableError: it does not within `seconds` (as long as our patience lasts when None).
        """
        deadline = asyncio.get_running_loop().time() + (self._patience_seconds if seconds is None else seconds)
        while (left := deadline - asyncio.get_running_loop().time()) > 0:
            try:
                if await self._check(left) == health_pb2.HealthCheckResponse.SERVING:
                    return
            except (DeadlineExceededError, UnavailableError):
                pass
            await asyncio.sleep(min(_PAUSE_SECONDS, left))
        raise UnavailableError(
            f"the {self._name} service cannot be reached; try again later", reason=f"{self._name.upper()}_UNAVAILABLE"
        )

    async def answer(self, call: UnaryCall[Message]) -> Message:
        """Return the response of a call.

        Raises:
            EightcountError: the call failed, or the service does not answer any more (SERVICE_UNREACHABLE).
        """
        async with self._watch(call):
            return await call

    async def stream(self, call: StreamedCall[Message]) -> AsyncGenerator[Message]:
        """Yield the responses of a call; it is cancelled when the caller stops reading.

        Raises what `answer` does.
        """
        async with self._watch(call):
            async for response in call:
                yield response

    @asynccontextmanager
    async def _watch(self, call: Cancellable) -> AsyncIterator[None]:
        """Cancel the call when the body ends, or when the service does not answer any more."""
        lost = asyncio.Event()
        watching = asyncio.create_task(self._cancel_when_lost(call, lost))
        try:
            with translate_errors():
                yield
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if lost.is_set() and not (task and task.cancelling()):
                raise _lost_error(self._name) from None
            raise
        finally:
            watching.cancel()
            call.cancel()

    async def _cancel_when_lost(self, call: Cancellable, lost: asyncio.Event) -> None:
        while True:
            await asyncio.sleep(min(_LOOK_SECONDS, self._patience_seconds))
            try:
                await self._check(self._patience_seconds)
            except (DeadlineExceededError, UnavailableError):
                lost.set()
                call.cancel()
                return
            except EightcountError:  # it has no health service, but it answers
                return

    async def _check(self, seconds: float) -> int:
        check: Any = health_pb2_grpc.HealthStub(self.channel).Check  # type: ignore[attr-defined]
        with translate_errors():
            answer = await check(health_pb2.HealthCheckRequest(), timeout=seconds)
        return int(answer.status)


def _lost_error(name: str) -> UnavailableError:
    return UnavailableError(
        f"the {name} service does not answer any more; try again later",
        reason=SERVICE_UNREACHABLE, retry_after_seconds=_RETRY_SECONDS,
    )  # fmt: skip
