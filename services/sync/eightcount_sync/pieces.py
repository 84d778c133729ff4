"""The map over the whole overlap: fine delay, drift, and steps where one recording lost or gained time."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from eightcount_sync.phase import FloatArray, Windows, correlate_windows
from eightcount_sync.recording import RATE_HERTZ, Recording
from eightcount_sync.timeline import Segment, TimeLine
from eightcount_sync.track import overlap, sharpen, window_centres

REACH_SECONDS = 0.25
"""Largest step between two pieces that is looked for."""
MOST_WINDOWS = 240
STEP_COST = 14.0
"""What a step must gain, in standard deviations of a window's correlation, to be believed."""
LEAST_WINDOWS = 4
"""A piece has at least so many windows."""
_BLOCK = 8
_BLOCK_SECONDS = _BLOCK / RATE_HERTZ


@dataclass(frozen=True, slots=True)
class Pieces:
    """The map of an overlap.

    Attributes:
        line: the line of the longest piece.
        segments: all pieces when there are several.
        residual_rms_seconds: spread of single windows around their piece.
    """

    line: TimeLine
    segments: tuple[Segment, ...]
    residual_rms_seconds: float

    def segments_from(self, a_start_seconds: float, b_start_seconds: float) -> tuple[Segment, ...]:
        """The segments on time axes whose origins lie earlier by these starts."""
        return tuple(
            Segment(
                segment.b_start_seconds + b_start_seconds,
                segment.b_end_seconds + b_start_seconds,
                segment.line.shifted(a_start_seconds, b_start_seconds),
            )
            for segment in self.segments
        )


def find_pieces(a: Recording, b: Recording, line: TimeLine, *, top_hertz: float) -> Pieces:
    """Refines a line that is right somewhere to the map of the whole overlap."""
    start, end = overlap(a, b, line)
    length = float(np.clip((end - start) / 12, 0.4, 2.0))
    centres = window_centres(start, end, length_seconds=length, most=MOST_WINDOWS)
    (windows,) = correlate_windows(
        a,
        b,
        line=line,
        centres=centres,
        length_seconds=length,
        margin_seconds=min(REACH_SECONDS, (end - start) / 4),
        tops_hertz=(top_hertz,),
    )
    delays = _best_path(_blocks(windows)) * _BLOCK_SECONDS + windows.earliest_seconds
    groups = _runs(delays)
    fits = [
        _fit(a, b, line, windows.centres[group], float(delays[group].mean()), length, top_hertz) for group in groups
    ]
    longest = int(np.argmax([len(group) for group in groups]))
    residual = float(np.sqrt(np.mean(np.concatenate([fit[1] for fit in fits]) ** 2)))
    segments = _segments(windows.centres, groups, [fit[0] for fit in fits], b, line) if len(groups) > 1 else ()
    return Pieces(fits[longest][0], segments, residual)


def _blocks(windows: Windows) -> FloatArray:
    """[K, L] highest correlation in blocks of a millisecond."""
    rows = np.abs(windows.correlations())
    whole = rows.shape[1] // _BLOCK * _BLOCK
    return np.asarray(rows[:, :whole].reshape(len(rows), -1, _BLOCK).max(axis=2))


def _best_path(rows: FloatArray) -> NDArray[np.float64]:
    """[K] lag index of each window on the best path: neighbours are free, any further step costs (Viterbi)."""
    total = rows[0].astype(np.float64)
    back = np.zeros(rows.shape, np.int32)
    indices = np.arange(rows.shape[1])
    for number in range(1, len(rows)):
        padded = np.pad(total, 1, constant_values=-np.inf)
        near = np.stack([padded[1:-1], padded[:-2] - 0.5, padded[2:] - 0.5])
        choice = near.argmax(axis=0)
        value = near[choice, indices]
        origin = indices + np.array([0, -1, 1])[choice]
        jump = int(total.argmax())
        jumps = total[jump] - STEP_COST > value
        back[number] = np.where(jumps, jump, origin)
        total = np.where(jumps, total[jump] - STEP_COST, value) + rows[number]
    path = np.empty(len(rows), np.int32)
    path[-1] = int(total.argmax())
    for number in range(len(rows) - 1, 0, -1):
        path[number - 1] = back[number, path[number]]
    return np.asarray(path + 0.5, np.float64)


def _runs(delays: NDArray[np.float64]) -> list[NDArray[np.intp]]:
    """Window numbers of each stretch without a step; stretches too short to be believed are left out."""
    steps = np.flatnonzero(np.abs(np.diff(delays)) > 2.5 * _BLOCK_SECONDS) + 1
    runs = [run for run in np.split(np.arange(len(delays)), steps) if len(run) >= LEAST_WINDOWS]
    return runs or [np.arange(len(delays))]


def _fit(
    a: Recording,
    b: Recording,
    line: TimeLine,
    centres: NDArray[np.float64],
    delay: float,
    length: float,
    top_hertz: float,
) -> tuple[TimeLine, NDArray[np.float64]]:
    """The piece's own line, and each window's distance from it in seconds."""

    def windows_along(line: TimeLine) -> Windows:
        return correlate_windows(
            a, b, line=line, centres=centres, length_seconds=length, margin_seconds=0.02, tops_hertz=(top_hertz,)
        )[0]

    near = line.bent(delay, 0.0, 0.0)
    for _ in range(2):
        windows = windows_along(near)
        shift, slope = sharpen(windows, 0.0, 0.0)
        near = near.bent(shift, slope, float(windows.centres.mean()))
    fine = np.linspace(-1e-3, 1e-3, 81)
    return near, fine[np.argmax(windows_along(near).at_lags(fine), axis=1)]


def _segments(
    centres: NDArray[np.float64], groups: list[NDArray[np.intp]], lines: list[TimeLine], b: Recording, line: TimeLine
) -> tuple[Segment, ...]:
    """Pieces of b's whole time; they meet in the middle between their windows."""
    edges = [(centres[left[-1]] + centres[right[0]]) / 2 for left, right in pairwise(groups)]
    bounds = [0.0, *(line.b_of_a(edge) for edge in edges), b.duration_seconds]
    return tuple(Segment(first, last, piece) for (first, last), piece in zip(pairwise(bounds), lines, strict=True))
