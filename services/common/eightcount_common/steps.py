"""Work that says how it goes: a generator that yields steps and returns what was made."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, TypeVar

S = TypeVar("S")
T = TypeVar("T")


def _ignore(_: Any) -> None:
    """Nobody listens."""


def run_steps(steps: Generator[S, None, T], on_step: Callable[[S], None] = _ignore) -> T:
    """Does the work to its end; `on_step` is called with every step."""
    while True:
        try:
            step = next(steps)
        except StopIteration as end:
            result: T = end.value
            return result
        on_step(step)
