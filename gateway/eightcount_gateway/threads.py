"""Blocking work in threads that is over when the task that waits for it is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


async def run_in_thread(function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """Run a function in a thread, as `asyncio.to_thread` does, but never leave it behind.

    A thread cannot be cancelled. A task that is cancelled meanwhile ends when the function has: whatever it writes is
    there by then, and not after somebody has deleted what the cancelled work left.
    """
    work = asyncio.ensure_future(asyncio.to_thread(function, *args, **kwargs))
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        await outlast(work)
        raise


async def outlast(work: asyncio.Future[Any]) -> None:
    """Wait until work in a thread has ended, however often the waiting task is cancelled; its outcome is dropped."""
    while not work.done():
        with suppress(asyncio.CancelledError):  # asked to hurry: the thread cannot
            await asyncio.wait([work])
    if not work.cancelled():
        work.exception()
