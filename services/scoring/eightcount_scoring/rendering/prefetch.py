"""Prefetching in a thread: decoding and scaling release the interpreter lock while the consumer draws."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")

_POLL_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class _Failure:
    error: BaseException


_END = object()


@contextmanager
def prefetch(items: Iterable[T], *, depth: int) -> Iterator[Iterator[T]]:
    """Produce items in a separate thread, at most `depth` ahead; errors are raised where the items are consumed.

    The thread has ended when the context exits.
    """
    ready: queue.Queue[object] = queue.Queue(depth)
    stopped = threading.Event()

    def put(item: object) -> None:
        while not stopped.is_set():
            try:
                ready.put(item, timeout=_POLL_SECONDS)
            except queue.Full:
                continue
            return

    def produce() -> None:
        try:
            for item in items:
                put(item)
                if stopped.is_set():
                    return
        except BaseException as error:  # noqa: BLE001  # raised again where the items are consumed
            put(_Failure(error))
        else:
            put(_END)

    thread = threading.Thread(target=produce, name="prefetch", daemon=True)
    thread.start()
    try:
        yield _consume(ready)
    finally:
        stopped.set()
        thread.join()


def _consume(ready: queue.Queue[object]) -> Iterator[T]:
    while (item := ready.get()) is not _END:
        if isinstance(item, _Failure):
            raise item.error
        yield item  # type: ignore[misc]  # the queue holds items, a failure or the end
