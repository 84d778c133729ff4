"""Beats as the best path through a row of chances, at any tempo of a range, that follows changes of tempo.

The beats of a bar-pointer model without bars (Krebs, Böck and Widmer, "An efficient state-space model for joint tempo
and meter tracking", 2015), from beat to beat instead of from frame to frame; several rows and ranges at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eightcount_sync.music.onsets import ONSET_RATE_HERTZ

Array = NDArray[np.float64]

CHANGE_COST = 60.0
"""Cost of a change of the interval, for its relative size beyond a frame."""
STEP_COST = 1.0
"""Cost of a change by a frame, which may be no more than rounding."""
OBSERVATIONS = 16.0
"""The smaller the share of a beat's interval in which a beat may lie, the larger this is."""
_LEAST_CHANCE = 1e-4


@dataclass(frozen=True, slots=True)
class Search:
    """One search for beats.

    Attributes:
        chances: [N] chance of a beat at each frame, in [0, 1].
        tempo_bpm: slowest and fastest tempo.
    """

    chances: Array
    tempo_bpm: tuple[float, float]


def find_beat_paths(searches: Sequence[Search], *, check: Callable[[], None] = lambda: None) -> list[NDArray[np.int_]]:
    """Return the frames of the beats of each search; all rows have the same length."""
    intervals = _intervals(searches)
    chosen, ends = _run_forward(searches, intervals, check)
    return [_run_back(chosen[:, row], intervals[row], *end) for row, end in enumerate(ends)]


def _intervals(searches: Sequence[Search]) -> NDArray[np.int_]:
    """Return [Q, K] intervals in frames, the shortest first; shorter rows end with zeros."""
    minute = 60.0 * ONSET_RATE_HERTZ
    ranges = [
        np.arange(int(np.floor(minute / fastest)), int(np.ceil(minute / slowest)) + 1)
        for slowest, fastest in (search.tempo_bpm for search in searches)
    ]
    table = np.zeros((len(ranges), max(map(len, ranges))), int)
    for row, values in enumerate(ranges):
        table[row, : len(values)] = values
    return table


def _run_forward(
    searches: Sequence[Search], intervals: NDArray[np.int_], check: Callable[[], None]
) -> tuple[NDArray[np.int8], list[tuple[int, int]]]:
    """Return [N, Q, K] by which interval a beat was best reached, given the next; and the last beat of each search."""
    beat, silence = _log_chances(searches)
    frames, longest = len(beat), int(intervals.max())
    costs = _change_costs(intervals)
    rows, columns = np.indices(intervals.shape)
    totals = np.full((longest + 1, *intervals.shape), -np.inf)  # a ring: row t % (longest + 1) ends with a beat at t
    chosen = np.zeros((frames, *intervals.shape), np.int8)
    unused = np.where(intervals > 0, 0.0, -np.inf)
    best, ends = np.full(len(searches), -np.inf), [(0, 0)] * len(searches)
    for frame in range(frames):
        if frame % 3000 == 0:
            check()
        before = frame - intervals
        reached = totals[before % (longest + 1), rows, columns] - silence[np.maximum(before, 0) + 1, rows]
        values = np.where(before >= 0, reached, 0.0) + silence[frame][:, None] + beat[frame][:, None] + unused
        options = values[:, :, None] - costs
        arrived = options.argmax(axis=1)
        chosen[frame] = arrived
        totals[frame % (longest + 1)] = np.take_along_axis(options, arrived[:, None], axis=1)[:, 0]
        if frame >= frames - longest:
            finals = values + (silence[frames] - silence[frame + 1])[:, None]
            finals[frame + intervals < frames - 1] = -np.inf
            for row, column in enumerate(finals.argmax(axis=1)):
                if finals[row, column] > best[row]:
                    best[row], ends[row] = finals[row, column], (frame, int(column))
    return chosen, ends


def _log_chances(searches: Sequence[Search]) -> tuple[Array, Array]:
    """Return [N, Q] the logarithm of the chance of a beat, and [N + 1, Q] of no beat, summed up to each frame."""
    chances = np.clip(np.stack([search.chances for search in searches], axis=1), _LEAST_CHANCE, 1.0 - _LEAST_CHANCE)
    silence = np.cumsum(np.log((1.0 - chances) / (OBSERVATIONS - 1.0)), axis=0)
    return np.log(chances), np.concatenate([np.zeros((1, len(searches))), silence])


def _change_costs(intervals: NDArray[np.int_]) -> Array:
    """Return [Q, K, K] the cost of going from one interval to another; none leads to an unused one."""
    usable = intervals > 0
    apart = np.abs(intervals[:, None, :] - intervals[:, :, None])
    steps = np.minimum(apart, 1) * STEP_COST
    changes = CHANGE_COST * np.maximum(apart - 1, 0) / np.where(usable, intervals, 1)[:, :, None]
    both = usable[:, None, :] & usable[:, :, None]
    return np.where(both, steps + changes, np.inf)


def _run_back(chosen: NDArray[np.int8], intervals: NDArray[np.int_], frame: int, column: int) -> NDArray[np.int_]:
    path = [frame]
    while (frame := frame - int(intervals[column])) >= 0:
        path.append(frame)
        column = int(chosen[frame, column])
    return np.array(path[::-1])
