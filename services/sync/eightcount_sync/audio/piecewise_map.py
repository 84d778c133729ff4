"""The piecewise map over the whole overlap: which line holds when, if one recording lost or gained time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from eightcount_sync.alignment import Segment, TimeLine
from eightcount_sync.audio.line_refinement import TOPS_HERTZ, Hypothesis, overlap, refine_line, window_centres
from eightcount_sync.audio.phase_correlation import BAND_HERTZ, FloatArray, Windows, correlate_windows
from eightcount_sync.audio.samples import RATE_HERTZ, AudioSamples

REACH_SECONDS = 0.25
"""Steps up to this size are searched around a line; larger steps lead to hypotheses that were found before."""
MAX_WINDOWS = 240
STEP_COST = 8.0
"""Gain that a step must bring to be accepted, in standard deviations of a window's correlation."""
SEARCH_COST = 14.0
"""The same while steps are searched among many lags."""
TYPICAL, MAX_WINDOW_DEVIATIONS = 4.0, 6.0
"""Average and largest contribution of a window, in standard deviations."""
MIN_WINDOWS = 4
"""Least number of windows of a piece."""
EDGE_SECONDS, EDGE_STEP_SECONDS = 0.3, 0.1
"""Length and spacing of the windows with which the boundary between two pieces is located."""
SAME_LINE_SECONDS = 2e-3
SAME_WINDOWS = 0.5
"""Two lines explain the same windows when both explain this share of what the weaker one explains."""
_NEAR_SECONDS = 0.25e-3
_BLOCK = 8
_BLOCK_SECONDS = _BLOCK / RATE_HERTZ


@dataclass(frozen=True, slots=True)
class PiecewiseMap:
    """The map of an overlap.

    Attributes:
        line: the line of the longest piece.
        segments: all pieces when there are several, otherwise empty.
        residual_rms_seconds: spread of single windows around their piece.
    """

    line: TimeLine
    segments: tuple[Segment, ...]
    residual_rms_seconds: float

    def shift_segments(self, a_start_seconds: float, b_start_seconds: float) -> tuple[Segment, ...]:
        """Return the segments on time axes whose origins are earlier by the given starts."""
        return tuple(
            Segment(
                segment.b_start_seconds + b_start_seconds,
                segment.b_end_seconds + b_start_seconds,
                segment.line.shift_origins(a_start_seconds, b_start_seconds),
            )
            for segment in self.segments
        )


def fit_piecewise_map(
    a: AudioSamples, b: AudioSamples, best: Hypothesis, others: Sequence[Hypothesis] = ()
) -> PiecewiseMap:
    """Fit the map over the overlap of the best hypothesis; `others`, also credible, may be pieces of it."""
    lines = [best.line, *(hypothesis.line for hypothesis in others), *_lines_nearby(a, b, best)]
    if len(lines) == 1:
        return PiecewiseMap(best.line, (), _residual_rms(a, b, best.line, best.band))
    centres, length = _window_grid(a, b, best.line)
    path = _best_path(_measure_support(a, b, lines, centres, length, best))
    runs = _split_runs(path)
    fits = [_refine_piece(a, b, lines[path[run[0]]], centres[run], length) for run in runs]
    longest = fits[int(np.argmax([len(run) for run in runs]))]
    edges = [
        _find_boundary(a, b, lines, (float(centres[before[-1]]), float(centres[after[0]])), best)
        for lines, (before, after) in zip(pairwise(fits), pairwise(runs), strict=True)
    ]
    segments = _segments(edges, fits, b) if edges else ()
    return PiecewiseMap(longest, segments, _residual_rms(a, b, longest, best.band))


def explain_same_windows(a: AudioSamples, b: AudioSamples, best: Hypothesis, other: Hypothesis) -> bool:
    """Whether two hypotheses are rival explanations of the same windows rather than two pieces of one map."""
    centres, length = _window_grid(a, b, best.line)
    first, second = np.maximum(_measure_support(a, b, [best.line, other.line], centres, length, best), 0.0)
    return bool(np.minimum(first, second).sum() >= SAME_WINDOWS * min(first.sum(), second.sum()))


def _window_grid(a: AudioSamples, b: AudioSamples, line: TimeLine) -> tuple[NDArray[np.float64], float]:
    """Return the centres, in b's time, of windows that cover the overlap, and their length in seconds."""
    start, end = (line.to_b_seconds(bound) for bound in overlap(a, b, line))
    length = float(np.clip((end - start) / 12, 0.4, 2.0))
    return window_centres(start, end, length_seconds=length, most=MAX_WINDOWS), length


def _measure_support(
    a: AudioSamples,
    b: AudioSamples,
    lines: Sequence[TimeLine],
    centres: NDArray[np.float64],
    length: float,
    best: Hypothesis,
) -> FloatArray:
    """Return [L, K] the correlation of each window along each line, signed like the line's mean.

    The unit is the standard deviation of chance, or a larger one such that the windows of the best hypothesis have
    `TYPICAL` on average; so the better of two good lines still has the larger value.
    """
    top = TOPS_HERTZ[best.band]
    unit = max(1.0 / np.sqrt((top - BAND_HERTZ[0]) * length), best.coherence / TYPICAL)
    near = np.linspace(-_NEAR_SECONDS, _NEAR_SECONDS, 5)
    support = np.empty((len(lines), len(centres)), np.float32)
    for number, line in enumerate(lines):
        (windows,) = correlate_windows(
            a, b, line=line, length_seconds=length, margin_seconds=0.02, tops_hertz=(top,),
            centres=line.offset_seconds + line.ratio * centres,
        )  # fmt: skip
        rows = windows.interpolate_at(near)
        mean = rows.mean(axis=0)
        lag = int(np.abs(mean).argmax())
        support[number] = np.clip(
            rows[:, lag] * np.sign(mean[lag]) / unit, -MAX_WINDOW_DEVIATIONS, MAX_WINDOW_DEVIATIONS
        )
    return support


def _best_path(support: FloatArray) -> NDArray[np.intp]:
    """Return [K] the number of the line on which each window lies; a change of line has a cost (Viterbi)."""
    total = support[:, 0].astype(np.float64)
    back = np.zeros(support.shape, np.intp)
    for number in range(1, support.shape[1]):
        jump = int(total.argmax())
        jumps = total[jump] - STEP_COST > total
        back[:, number] = np.where(jumps, jump, np.arange(len(total)))
        total = np.where(jumps, total[jump] - STEP_COST, total) + support[:, number]
    return _trace_back(back, int(total.argmax()))


def _trace_back(back: NDArray[np.intp], last: int) -> NDArray[np.intp]:
    """Return the path that ends in state `last`; `back` holds each state's predecessor, [states, K]."""
    path = np.empty(back.shape[1], np.intp)
    path[-1] = last
    for number in range(back.shape[1] - 1, 0, -1):
        path[number - 1] = back[path[number], number]
    return path


def _split_runs(path: NDArray[np.intp]) -> list[NDArray[np.intp]]:
    """Return the window numbers of each run on one line; runs that are too short are dropped and split nothing."""
    runs = np.split(np.arange(len(path)), np.flatnonzero(np.diff(path)) + 1)
    kept = np.concatenate([run for run in runs if len(run) >= MIN_WINDOWS] or [max(runs, key=len)])
    return np.split(kept, np.flatnonzero(np.diff(path[kept])) + 1)


def _refine_piece(
    a: AudioSamples, b: AudioSamples, line: TimeLine, centres: NDArray[np.float64], length: float
) -> TimeLine:
    """Refine a line within the windows (centres in b's time) of its piece."""
    within = line.to_a_seconds(float(centres[0]) - length / 2), line.to_a_seconds(float(centres[-1]) + length / 2)
    hypothesis = refine_line(a, b, line, within=within)
    return hypothesis.line if hypothesis is not None else line


def _find_boundary(
    a: AudioSamples, b: AudioSamples, lines: tuple[TimeLine, TimeLine], between: tuple[float, float], best: Hypothesis
) -> float:
    """Return the time of b at which the second line takes over; `between` are windows of the first and the second."""
    centres = np.arange(between[0], between[1] + EDGE_STEP_SECONDS, EDGE_STEP_SECONDS)
    before, after = _measure_support(a, b, lines, centres, EDGE_SECONDS, best)
    gains = np.concatenate([[0.0], np.cumsum(before - after)])
    return float(centres[0] + (int(np.argmax(gains)) - 0.5) * EDGE_STEP_SECONDS)


def _segments(edges: list[float], lines: list[TimeLine], b: AudioSamples) -> tuple[Segment, ...]:
    """Build segments that cover b from beginning to end."""
    bounds = [0.0, *edges, b.duration_seconds]
    return tuple(Segment(first, last, piece) for (first, last), piece in zip(pairwise(bounds), lines, strict=True))


def _residual_rms(a: AudioSamples, b: AudioSamples, line: TimeLine, band: int) -> float:
    """Return the root mean square distance, in seconds, of single windows from a line, limited to a millisecond."""
    start, end = overlap(a, b, line)
    length = float(np.clip((end - start) / 12, 0.4, 2.0))
    centres = window_centres(start, end, length_seconds=length, most=40)
    (windows,) = correlate_windows(
        a, b, line=line, centres=centres, length_seconds=length, margin_seconds=0.01, tops_hertz=(TOPS_HERTZ[band],)
    )
    fine = np.linspace(-1e-3, 1e-3, 81)
    return float(np.sqrt(np.mean(fine[np.argmax(np.abs(windows.interpolate_at(fine)), axis=1)] ** 2)))


def _lines_nearby(a: AudioSamples, b: AudioSamples, best: Hypothesis) -> list[TimeLine]:
    """Find lines within `REACH_SECONDS` of the best line on which parts of the overlap seem to lie."""
    start, end = overlap(a, b, best.line)
    length = float(np.clip((end - start) / 12, 0.4, 2.0))
    (windows,) = correlate_windows(
        a,
        b,
        line=best.line,
        centres=window_centres(start, end, length_seconds=length, most=MAX_WINDOWS),
        length_seconds=length,
        margin_seconds=min(REACH_SECONDS, (end - start) / 4),
        tops_hertz=(TOPS_HERTZ[best.band],),
    )
    delays = _path_of_delays(_block_maxima(windows)) * _BLOCK_SECONDS + windows.earliest_seconds
    steps = np.flatnonzero(np.abs(np.diff(delays)) > 2.5 * _BLOCK_SECONDS) + 1
    found = []
    for run in np.split(np.arange(len(delays)), steps):
        line = best.line.bend(float(delays[run].mean()), 0.0, 0.0)
        if len(run) >= MIN_WINDOWS and abs(line.offset_seconds - best.line.offset_seconds) > SAME_LINE_SECONDS:
            within = float(windows.centres[run[0]]) - length / 2, float(windows.centres[run[-1]]) + length / 2
            hypothesis = refine_line(a, b, line, within=within)
            found += [hypothesis.line] if hypothesis is not None else []
    return found


def _block_maxima(windows: Windows) -> FloatArray:
    """Return [K, L] the highest correlation within each block of a millisecond."""
    rows = np.abs(windows.correlations())
    whole = rows.shape[1] // _BLOCK * _BLOCK
    return np.asarray(rows[:, :whole].reshape(len(rows), -1, _BLOCK).max(axis=2))


def _path_of_delays(rows: FloatArray) -> NDArray[np.float64]:
    """Return [K] the lag index of each window on the best path; steps beyond a neighbouring lag cost (Viterbi)."""
    total = rows[0].astype(np.float64)
    back = np.zeros(rows.shape[::-1], np.intp)
    indices = np.arange(rows.shape[1])
    for number in range(1, len(rows)):
        padded = np.pad(total, 1, constant_values=-np.inf)
        near = np.stack([padded[1:-1], padded[:-2] - 0.5, padded[2:] - 0.5])
        choice = near.argmax(axis=0)
        value = near[choice, indices]
        jump = int(total.argmax())
        jumps = total[jump] - SEARCH_COST > value
        back[:, number] = np.where(jumps, jump, indices + np.array([0, -1, 1])[choice])
        total = np.where(jumps, total[jump] - SEARCH_COST, value) + rows[number]
    return np.asarray(_trace_back(back, int(total.argmax())) + 0.5, np.float64)
