"""Runs of frames, found with hysteresis, merged over short gaps and filtered by length."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, order=True)
class Run:
    """The frames start <= t < stop."""

    start: int
    stop: int

    def __len__(self) -> int:
        return self.stop - self.start

    @property
    def frames(self) -> slice:
        """The run as a slice."""
        return slice(self.start, self.stop)

    def overlap(self, other: Run) -> int:
        """Return the number of frames that both runs contain."""
        return max(0, min(self.stop, other.stop) - max(self.start, other.start))


def find_runs(strong: Mask, weak: Mask, *, bridge: int, shortest: int) -> list[Run]:
    """Find runs of `weak` frames that contain a `strong` one.

    Args:
        strong: [T] frames that start a run.
        weak: [T] frames that extend a run.
        bridge: gaps up to this many frames are closed.
        shortest: shorter runs are dropped.
    """
    merged: list[Run] = []
    for run in _runs(weak | strong):
        if not strong[run.frames].any():
            continue
        if merged and run.start - merged[-1].stop <= bridge:
            merged[-1] = Run(merged[-1].start, run.stop)
        else:
            merged.append(run)
    return [run for run in merged if len(run) >= shortest]


def subtract_runs(run: Run, taken: list[Run]) -> Run | None:
    """Return the longest part of a run that no other run covers; None when nothing is left."""
    free = np.ones(len(run), np.bool_)
    for other in taken:
        free[max(0, other.start - run.start) : max(0, other.stop - run.start)] = False
    parts = _runs(free)
    if not parts:
        return None
    longest = max(parts, key=len)
    return Run(run.start + longest.start, run.start + longest.stop)


def _runs(mask: Mask) -> list[Run]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], mask.astype(np.int8), [0]])))
    return [Run(int(start), int(stop)) for start, stop in edges.reshape(-1, 2)]
