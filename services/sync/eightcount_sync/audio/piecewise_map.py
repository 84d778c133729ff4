"""The map over the whole overlap: which line holds when, where one recording lost or gained time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from eightcount_sync.audio.phase_correlation import BAND_HERTZ, FloatArray, Windows, correlate_windows
from eightcount_sync.audio.samples import RATE_HERTZ, Recording
from eightcount_sync.alignment import Segment, TimeLine
from eightcount_sync.audio.line_refinement import TOPS_HERTZ, Track, overlap, polish, window_centres

REACH_SECONDS = 0.25
"""Steps up to this size are looked for around a line; larger ones lead to places that were found before."""
MOST_WINDOWS = 240
STEP_COST = 8.0
"""What a step must gain, in standard deviations of a window's correlation, to be believed."""
SEARCH_COST = 14.0
"""The same while steps are searched for among many lags."""
TYPICAL, LOUDEST = 4.0, 6.0
"""What a window counts on average, and at most, in standard deviations."""
LEAST_WINDOWS = 4
"""A piece has at least so many windows."""
EDGE_SECONDS, EDGE_STEP_SECONDS = 0.3, 0.1
"""Windows with which the moment is found at which one piece ends and the next begins."""
SAME_LINE_SECONDS = 2e-3
SAME_WINDOWS = 0.5
"""Two lines explain the same when this share of what the lesser one explains is explained by both."""
_NEAR_SECONDS = 0.25e-3
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


def find_pieces(a: Recording, b: Recording, best: Track, others: Sequence[Track] = ()) -> Pieces:
    """The map of the best track's overlap; `others`, places that can be believed too, may be pieces of it."""
    lines = [best.line, *(track.line for track in others), *_lines_nearby(a, b, best)]
    if len(lines) == 1:
        return Pieces(best.line, (), _residual(a, b, best.line, best.band))
    centres, length = _grid(a, b, best.line)
    path = _best_path(_support(a, b, lines, centres, length, best))
    runs = _runs(path)
    fits = [_fit(a, b, lines[path[run[0]]], centres[run], length) for run in runs]
    longest = fits[int(np.argmax([len(run) for run in runs]))]
    edges = [
        _edge(a, b, lines, (float(centres[before[-1]]), float(centres[after[0]])), best)
        for lines, (before, after) in zip(pairwise(fits), pairwise(runs), strict=True)
    ]
    segments = _segments(edges, fits, b) if edges else ()
    return Pieces(longest, segments, _residual(a, b, longest, best.band))


def explain_the_same(a: Recording, b: Recording, best: Track, other: Track) -> bool:
    """Whether two tracks are two answers to one question, and not two pieces of one answer."""
    centres, length = _grid(a, b, best.line)
    first, second = np.maximum(_support(a, b, [best.line, other.line], centres, length, best), 0.0)
    return bool(np.minimum(first, second).sum() >= SAME_WINDOWS * min(first.sum(), second.sum()))


def _grid(a: Recording, b: Recording, line: TimeLine) -> tuple[NDArray[np.float64], float]:
    """Centres in b's time of windows that cover the overlap, and their length in seconds."""
    start, end = (line.b_of_a(bound) for bound in overlap(a, b, line))
    length = float(np.clip((end - start) / 12, 0.4, 2.0))
    return window_centres(start, end, length_seconds=length, most=MOST_WINDOWS), length


def _support(
    a: Recording, b: Recording, lines: Sequence[TimeLine], centres: NDArray[np.float64], length: float, best: Track
) -> FloatArray:
    """[L, K] correlation of each window along each line, of the line's sign.

    In standard deviations of chance, or where the best track's windows have more than `TYPICAL` of them, so that those
    have `TYPICAL` on average: the better of two good lines is still better.
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
        rows = windows.at_lags(near)
        mean = rows.mean(axis=0)
        lag = int(np.abs(mean).argmax())
        support[number] = np.clip(rows[:, lag] * np.sign(mean[lag]) / unit, -LOUDEST, LOUDEST)
    return support


def _best_path(support: FloatArray) -> NDArray[np.intp]:
    """[K] number of the line on which each window lies; going over to another line costs (Viterbi)."""
    total = support[:, 0].astype(np.float64)
    back = np.zeros(support.shape, np.intp)
    for number in range(1, support.shape[1]):
        jump = int(total.argmax())
        jumps = total[jump] - STEP_COST > total
        back[:, number] = np.where(jumps, jump, np.arange(len(total)))
        total = np.where(jumps, total[jump] - STEP_COST, total) + support[:, number]
    return _traced(back, int(total.argmax()))


def _traced(back: NDArray[np.intp], last: int) -> NDArray[np.intp]:
    """The path that ends in state `last`; `back` holds each state's predecessor, [states, K]."""
    path = np.empty(back.shape[1], np.intp)
    path[-1] = last
    for number in range(back.shape[1] - 1, 0, -1):
        path[number - 1] = back[path[number], number]
    return path


def _runs(path: NDArray[np.intp]) -> list[NDArray[np.intp]]:
    """Window numbers of each stretch on one line; what is too short to be believed is left out, and parts nothing."""
    runs = np.split(np.arange(len(path)), np.flatnonzero(np.diff(path)) + 1)
    kept = np.concatenate([run for run in runs if len(run) >= LEAST_WINDOWS] or [max(runs, key=len)])
    return np.split(kept, np.flatnonzero(np.diff(path[kept])) + 1)


def _fit(a: Recording, b: Recording, line: TimeLine, centres: NDArray[np.float64], length: float) -> TimeLine:
    """The line made precise within the windows (centres in b's time) of its piece."""
    within = line.a_of_b(float(centres[0]) - length / 2), line.a_of_b(float(centres[-1]) + length / 2)
    track = polish(a, b, line, within=within)
    return track.line if track is not None else line


def _edge(
    a: Recording, b: Recording, lines: tuple[TimeLine, TimeLine], between: tuple[float, float], best: Track
) -> float:
    """Time of b at which the second line takes over from the first; the two windows `between` are of one line each."""
    centres = np.arange(between[0], between[1] + EDGE_STEP_SECONDS, EDGE_STEP_SECONDS)
    before, after = _support(a, b, lines, centres, EDGE_SECONDS, best)
    gains = np.concatenate([[0.0], np.cumsum(before - after)])
    return float(centres[0] + (int(np.argmax(gains)) - 0.5) * EDGE_STEP_SECONDS)


def _segments(edges: list[float], lines: list[TimeLine], b: Recording) -> tuple[Segment, ...]:
    """Pieces of b's whole time."""
    bounds = [0.0, *edges, b.duration_seconds]
    return tuple(Segment(first, last, piece) for (first, last), piece in zip(pairwise(bounds), lines, strict=True))


def _residual(a: Recording, b: Recording, line: TimeLine, band: int) -> float:
    """Root mean square in seconds of single windows' distances from a line, as far as a millisecond."""
    start, end = overlap(a, b, line)
    length = float(np.clip((end - start) / 12, 0.4, 2.0))
    centres = window_centres(start, end, length_seconds=length, most=40)
    (windows,) = correlate_windows(
        a, b, line=line, centres=centres, length_seconds=length, margin_seconds=0.01, tops_hertz=(TOPS_HERTZ[band],)
    )
    fine = np.linspace(-1e-3, 1e-3, 81)
    return float(np.sqrt(np.mean(fine[np.argmax(np.abs(windows.at_lags(fine)), axis=1)] ** 2)))


def _lines_nearby(a: Recording, b: Recording, best: Track) -> list[TimeLine]:
    """Lines within `REACH_SECONDS` on which parts of the overlap seem to lie; the best line is not among them."""
    start, end = overlap(a, b, best.line)
    length = float(np.clip((end - start) / 12, 0.4, 2.0))
    (windows,) = correlate_windows(
        a,
        b,
        line=best.line,
        centres=window_centres(start, end, length_seconds=length, most=MOST_WINDOWS),
        length_seconds=length,
        margin_seconds=min(REACH_SECONDS, (end - start) / 4),
        tops_hertz=(TOPS_HERTZ[best.band],),
    )
    delays = _path_of_delays(_blocks(windows)) * _BLOCK_SECONDS + windows.earliest_seconds
    steps = np.flatnonzero(np.abs(np.diff(delays)) > 2.5 * _BLOCK_SECONDS) + 1
    found = []
    for run in np.split(np.arange(len(delays)), steps):
        line = best.line.bent(float(delays[run].mean()), 0.0, 0.0)
        if len(run) >= LEAST_WINDOWS and abs(line.offset_seconds - best.line.offset_seconds) > SAME_LINE_SECONDS:
            within = float(windows.centres[run[0]]) - length / 2, float(windows.centres[run[-1]]) + length / 2
            track = polish(a, b, line, within=within)
            found += [track.line] if track is not None else []
    return found


def _blocks(windows: Windows) -> FloatArray:
    """[K, L] highest correlation in blocks of a millisecond."""
    rows = np.abs(windows.correlations())
    whole = rows.shape[1] // _BLOCK * _BLOCK
    return np.asarray(rows[:, :whole].reshape(len(rows), -1, _BLOCK).max(axis=2))


def _path_of_delays(rows: FloatArray) -> NDArray[np.float64]:
    """[K] lag index of each window on the best path: neighbours are free, any further step costs (Viterbi)."""
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
    return np.asarray(_traced(back, int(total.argmax())) + 0.5, np.float64)
