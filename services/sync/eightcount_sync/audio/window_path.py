"""The best path of windows through the lines that may explain them, with a cost for every change."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eightcount_sync.audio.window_support import WindowSupport

STEP_COST = 8.0
"""Gain that a change of line must bring, in the units of `WindowSupport.unit`; from or to no line, half of it."""
MAX_SUPPORT = 6.0
UNEXPLAINED = 1.0
"""Support that a line must have on average to be better than no line."""


@dataclass(frozen=True, slots=True)
class WindowRun:
    """Neighbouring windows, by their numbers, on the line of a number; None where no line explains them."""

    line: int | None
    windows: NDArray[np.intp]


def find_runs(support: WindowSupport, *, unexplained: float = UNEXPLAINED) -> list[WindowRun]:
    """Return the line (None: no line) and the windows of each stretch: the best path through the lines (Viterbi)."""
    gains = np.clip(support.coherence / support.unit, -MAX_SUPPORT, MAX_SUPPORT)
    gains = np.vstack([gains, np.full(gains.shape[1], unexplained)]).astype(np.float64)
    none = len(gains) - 1
    costs = np.full((2, len(gains)), STEP_COST)
    costs[0, none], costs[1] = STEP_COST / 2, STEP_COST / 2
    total, back = gains[:, 0].copy(), np.zeros(gains.shape, np.intp)
    for number in range(1, gains.shape[1]):
        jump = int(total.argmax())
        jumped = total[jump] - costs[int(jump == none)]
        jumps = jumped > total
        back[:, number] = np.where(jumps, jump, np.arange(len(total)))
        total = np.where(jumps, jumped, total) + gains[:, number]
    path = _trace_back(back, int(total.argmax()))
    runs = np.split(np.arange(len(path)), np.flatnonzero(np.diff(path)) + 1)
    return [WindowRun(None if path[run[0]] == none else int(path[run[0]]), run) for run in runs]


def _trace_back(back: NDArray[np.intp], last: int) -> NDArray[np.intp]:
    """Return the path that ends in state `last`; `back` holds each state's predecessor, [states, K]."""
    path = np.empty(back.shape[1], np.intp)
    path[-1] = last
    for number in range(back.shape[1] - 1, 0, -1):
        path[number - 1] = back[path[number], number]
    return path
