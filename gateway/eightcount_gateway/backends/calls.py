"""Streamed calls of the services."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from typing import Protocol, TypeVar

from eightcount_common.rpc import translate_errors

Message = TypeVar("Message", covariant=True)


class StreamedCall(Protocol[Message]):
    """A call with a stream of responses."""

    def __aiter__(self) -> AsyncIterator[Message]: ...

    def cancel(self) -> bool:
        """End the call, if it has not ended."""


async def stream_responses(call: StreamedCall[Message]) -> AsyncGenerator[Message]:
    """Yield the responses of a call; it is cancelled when the caller stops reading.

    Raises:
        EightcountError: the call failed.
    """
    try:
        with translate_errors():
            async for response in call:
                yield response
    finally:
        call.cancel()
