"""Work that reports its progress: a generator that yields steps and returns the result."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, TypeVar

S = TypeVar("S")
T = TypeVar("T")


def _ignore(_: Any) -> None:
    """Ignore a step."""


def run_steps(steps: Generator[S, None, T], on_step: Callable[[S], None] = _ignore) -> T:
    """Run the work to its end, call `on_step` with every step, and return the result."""
    while True:
        try:
            step = next(steps)
        except StopIteration as end:
            result: T = end.value
            return result
        on_step(step)
