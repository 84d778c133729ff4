"""Work that reports by callback, as an iterator."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from queue import Queue
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Value(Generic[T]):
    value: T


def stream_callbacks(work: Callable[[Callable[[T], None]], None], *, thread_name: str) -> Iterator[T]:
    """Run work in a thread, and yield each value that it passes to its callback, in order.

    The iterator ends when the work does, and raises the error that the work raised. Closing it waits for the work.

    Args:
        work: takes the callback.
        thread_name: name of the thread.
    """
    values: Queue[_Value[T] | BaseException | None] = Queue()

    def run() -> None:
        try:
            work(lambda value: values.put(_Value(value)))
            values.put(None)
        except BaseException as error:  # noqa: BLE001 - raised again in the thread that iterates
            values.put(error)

    thread = threading.Thread(target=run, name=thread_name)
    thread.start()
    try:
        while (found := values.get()) is not None:
            if isinstance(found, BaseException):
                raise found
            yield found.value
    finally:
        thread.join()
