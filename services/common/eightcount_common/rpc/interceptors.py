"""The interceptor around every call: errors become statuses, and calls are counted and timed."""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import aclosing, asynccontextmanager, suppress
from typing import Any

import grpc
import grpc.aio
from prometheus_client import Counter, Histogram

from eightcount_common.errors import EightcountError, InternalError
from eightcount_common.rpc.errors import encode_error, status_code
from eightcount_common.rpc.limits import WORK_LIMIT_SECONDS, read_work_limit

_log = logging.getLogger(__name__)
_CALLS = Counter("eightcount_rpc_total", "Calls that ended", ["method", "code"])
_SECONDS = Histogram(
    "eightcount_rpc_seconds", "Duration of calls", ["method"],
    buckets=(0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000)
)  # fmt: skip

_DRAIN_SECONDS = 10.0

Context = grpc.aio.ServicerContext[Any, Any]
Metadata = Iterable[Any]


class ErrorInterceptor(grpc.aio.ServerInterceptor):
    """Ends calls that raise with the status of the error, and measures every call."""

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Any]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> Any:
        """Return the handler with a guard around it."""
        handler: Any = await continuation(handler_call_details)
        if handler is None:
            return handler
        method = handler_call_details.method
        streaming = (handler.request_streaming, handler.response_streaming)
        kind = "_".join("stream" if side else "unary" for side in streaming)
        behaviour = getattr(handler, kind)
        guard = _guard_stream if handler.response_streaming else _guard_unary
        make = getattr(grpc, f"{kind}_rpc_method_handler")
        metadata = handler_call_details.invocation_metadata or ()
        return make(guard(behaviour, method, metadata), handler.request_deserializer, handler.response_serializer)


def _guard_unary(
    behaviour: Callable[..., Awaitable[Any]], method: str, metadata: Metadata
) -> Callable[..., Awaitable[Any]]:
    async def call(request: Any, context: Context) -> Any:
        async with _guard(method, request, context):
            WORK_LIMIT_SECONDS.set(read_work_limit(metadata))
            return await behaviour(request, context)

    return call


def _guard_stream(
    behaviour: Callable[..., AsyncIterator[Any]], method: str, metadata: Metadata
) -> Callable[..., AsyncIterator[Any]]:
    async def call(request: Any, context: Context) -> AsyncIterator[Any]:
        async with _guard(method, request, context):
            WORK_LIMIT_SECONDS.set(read_work_limit(metadata))
            result: Any = behaviour(request, context)
            if not hasattr(result, "__aiter__"):  # such a handler writes to the context itself
                await result
                return
            async with aclosing(result) as responses:
                async for response in responses:
                    yield response

    return call


@asynccontextmanager
async def _guard(method: str, request: Any, context: Context) -> AsyncIterator[None]:
    started = time.monotonic()
    code = grpc.StatusCode.OK
    try:
        yield
    except EightcountError as error:
        code = status_code(error)
        await _drain_requests(request)
        await context.abort_with_status(encode_error(error))
    except (asyncio.CancelledError, GeneratorExit):
        code = grpc.StatusCode.CANCELLED
        raise
    except grpc.aio.AbortError:
        code = grpc.StatusCode.UNKNOWN
        raise
    except Exception:  # noqa: BLE001 - the edge of the process: log everything, answer with an id
        code = grpc.StatusCode.INTERNAL
        incident = uuid.uuid4().hex[:12]
        _log.exception("unexpected error", extra={"method": method, "incident": incident})
        await _drain_requests(request)
        await context.abort_with_status(encode_error(InternalError(f"internal error {incident}")))
    finally:
        _CALLS.labels(method, code.name).inc()
        _SECONDS.labels(method).observe(time.monotonic() - started)


async def _drain_requests(request: Any) -> None:
    """Read the rest of a request stream, for some seconds at most.

    A client of Python's asyncio API that is still sending when the call ends loses the status (grpc/grpc#36066).
    """
    if not hasattr(request, "__aiter__"):
        return
    with suppress(TimeoutError, asyncio.InvalidStateError, grpc.aio.BaseError):
        async with asyncio.timeout(_DRAIN_SECONDS):
            async for _ in request:
                pass
