"""Work that says how it goes: a generator that yields steps and returns what was made."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, TypeVar

S = TypeVar("S")
T = TypeVar("T")


def _unheard(_: Any) -> None:
    """Nobody listens."""


def result_of(steps: Generator[S, None, T], told: Callable[[S], None] = _unheard) -> T:
    """Does the work to its end; `told` hears of every step."""
    while True:
        try:
            step = next(steps)
        except StopIteration as end:
            result: T = end.value
            return result
        told(step)
