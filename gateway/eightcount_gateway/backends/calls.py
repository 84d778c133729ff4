"""What calls of every service have in common."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from typing import Protocol, TypeVar

from eightcount_common.rpc import translate_errors

Message = TypeVar("Message", covariant=True)


class StreamedCall(Protocol[Message]):
    """A call that answers with a stream."""

    def __aiter__(self) -> AsyncIterator[Message]: ...

    def cancel(self) -> bool:
        """Ends it, if it has not ended."""


async def streamed(call: StreamedCall[Message]) -> AsyncGenerator[Message]:
    """What the call answers; it is cancelled when nobody listens any more.

    Raises:
        EightcountError: the call failed.
    """
    try:
        with translate_errors():
            async for response in call:
                yield response
    finally:
        call.cancel()
