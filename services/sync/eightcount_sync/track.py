"""Follows a candidate through all windows: the straight line of lags on which the windows agree, and how much."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eightcount_sync.phase import BAND_HERTZ, FloatArray, Windows, correlate_windows
from eightcount_sync.recording import RATE_HERTZ, Recording
from eightcount_sync.timeline import TimeLine

MOST_DRIFT = 1.2e-3
"""Device clocks differ by up to 1,000 ppm; a little more is searched."""
MARGIN_SECONDS = 0.06
"""How far off a candidate's offset may be."""
LONGEST_SPAN_SECONDS = 60.0
"""Drift is searched within a stretch of this length; the rest of a longer overlap is followed afterwards."""
SHORTEST_OVERLAP_SECONDS = 1.0
SHORTEST_DRIFTING_SECONDS = 5.0
"""A drift cannot be told from a shorter stretch, and is taken to be none."""
TOPS_HERTZ = (BAND_HERTZ[1], 2000.0)
"""The whole band, and what a distant or noise-reduced microphone leaves of it."""
COHERENCE_WINDOWS = 40
POOR_SCORE = 5.5
"""A line that agrees no better than chance is not made precise."""
LOUDEST = 6.0
"""A window counts no more than this many standard deviations, so that one shared drum hit is no agreement."""
_BLOCK = 4
_STEP_SECONDS = _BLOCK / RATE_HERTZ


@dataclass(frozen=True, slots=True)
class Track:
    """A candidate after its windows were compared.

    Attributes:
        line: the line on which the windows agree best.
        score: height of the agreement in standard deviations of the disagreeing lines.
        windows: number of windows compared.
        overlap_seconds: time in which both recordings have sound under this line.
        top_hertz: the frequency below which they agree.
    """

    line: TimeLine
    score: float
    windows: int
    overlap_seconds: float
    top_hertz: float


def overlap(a: Recording, b: Recording, line: TimeLine) -> tuple[float, float]:
    """Start and end, in a's time, of what both recordings have; the end is not after the start when nothing is."""
    ends = line.a_of_b(0.0), line.a_of_b(b.duration_seconds)
    return max(0.0, min(ends)), min(a.duration_seconds, max(ends))


def window_centres(start: float, end: float, *, length_seconds: float, most: int) -> NDArray[np.float64]:
    """Centres of windows that cover start..end, at most `most` of them, evenly spread."""
    count = int(np.clip((end - start) / length_seconds, 1, most))
    half = min(length_seconds, end - start) / 2
    return np.linspace(start + half, end - half, count)


def follow(a: Recording, b: Recording, line: TimeLine, *, drift: float = MOST_DRIFT) -> Track | None:
    """The best line near `line`, or None where the recordings overlap by less than a second."""
    start, end = overlap(a, b, line)
    if end - start < SHORTEST_OVERLAP_SECONDS:
        return None
    middle, span = (start + end) / 2, min(end - start, LONGEST_SPAN_SECONDS)
    length = float(np.clip(span / 8, 0.4, 1.0))
    centres = window_centres(middle - span / 2, middle + span / 2, length_seconds=length, most=60)
    margin = MARGIN_SECONDS + drift * span / 2
    choices = correlate_windows(
        a, b, line=line, centres=centres, length_seconds=length, margin_seconds=margin, tops_hertz=TOPS_HERTZ
    )
    agreements = [_agreement(choice, drift) for choice in choices]
    best = int(np.argmax([agreement.score for agreement in agreements]))
    windows, delay, slope = choices[best], agreements[best].delay, agreements[best].slope
    if agreements[best].score >= POOR_SCORE:
        delay, slope = _direct_sound(windows, slope)
        delay, slope = sharpen(windows, delay, slope)
    line = line.bent(delay, slope, float(windows.centres.mean()))
    return Track(line, agreements[best].score, len(centres), end - start, TOPS_HERTZ[best])


def coherence(a: Recording, b: Recording, track: Track) -> float:
    """Mean whitened correlation along the line above what chance gives: tells a place from its repeats; at most 1."""
    start, end = overlap(a, b, track.line)
    centres = window_centres(start, end, length_seconds=1.0, most=COHERENCE_WINDOWS)
    (windows,) = correlate_windows(
        a,
        b,
        line=track.line,
        centres=centres,
        length_seconds=min(1.0, end - start),
        margin_seconds=0.02,
        tops_hertz=(track.top_hertz,),
    )
    rows = windows.at_lags(np.linspace(-0.5e-3, 0.5e-3, 17))
    return max(float(np.abs(rows.mean(axis=0)).max()) - chance_coherence(track), 0.0)


def chance_coherence(track: Track) -> float:
    """Four standard deviations of the mean whitened correlation of unrelated sound."""
    seconds = min(max(track.overlap_seconds, 1.0), COHERENCE_WINDOWS)
    return 4.0 / float(np.sqrt((track.top_hertz - BAND_HERTZ[0]) * seconds))


@dataclass(frozen=True, slots=True)
class Agreement:
    """A straight line through the windows' correlations: delay in s, slope, and height in standard deviations."""

    delay: float
    slope: float
    score: float


def _agreement(windows: Windows, drift: float) -> Agreement:
    """The best straight line through the windows' correlations (a Radon transform)."""
    rows = np.minimum(np.abs(windows.correlations()), LOUDEST)
    rows = rows[:, : rows.shape[1] // _BLOCK * _BLOCK].reshape(len(rows), -1, _BLOCK).max(axis=2)
    times = windows.centres - windows.centres.mean()
    reach = float(np.abs(times).max())
    steps = int(np.ceil(drift * reach / _STEP_SECONDS)) if 2 * reach >= SHORTEST_DRIFTING_SECONDS else 0
    slopes = np.linspace(-drift, drift, 2 * steps + 1) if steps else np.zeros(1)
    sums = line_sums(rows, np.rint(np.outer(slopes, times) / _STEP_SECONDS).astype(int), guard=steps)
    best_slope, best_lag = np.unravel_index(int(np.argmax(sums)), sums.shape)
    middle = float(np.median(sums))
    spread = float(np.median(np.abs(sums - middle))) * 1.4826
    delay = windows.earliest_seconds + (best_lag + steps + 0.5) * _STEP_SECONDS
    height = (float(sums[best_slope, best_lag]) - middle) / max(spread, 1e-9)
    return Agreement(delay, float(slopes[best_slope]), height)


def _direct_sound(windows: Windows, slope: float) -> tuple[float, float]:
    """Delay and slope of the line along which the windows agree in sign too, under `slope` or without drift.

    Reverberation makes many delays agree in strength; only the direct sound and its firm reflections agree in sign.
    """
    rows = windows.correlations()
    times = windows.centres - windows.centres.mean()
    guard = int(np.ceil(abs(slope) * np.abs(times).max() * RATE_HERTZ)) + 1
    slopes = (0.0, slope)
    sums = np.abs(line_sums(rows, np.rint(np.outer(slopes, times) * RATE_HERTZ).astype(int), guard=guard))
    place, lag = np.unravel_index(int(np.argmax(sums)), sums.shape)
    return windows.earliest_seconds + (lag + guard) / RATE_HERTZ, slopes[place]


def line_sums(rows: FloatArray, shifts: NDArray[np.int_], *, guard: int) -> FloatArray:
    """[R, L - 2 guard]: for each line r and lag l the sum over k of rows[k, guard + l + shifts[r, k]]."""
    lags = rows.shape[1] - 2 * guard
    views = np.lib.stride_tricks.sliding_window_view(rows, lags, axis=1)
    numbers = np.arange(len(rows))
    return np.stack([views[numbers, guard + line].sum(axis=0) for line in shifts]).astype(np.float32)


def sharpen(windows: Windows, delay: float, slope: float) -> tuple[float, float]:
    """Delay and slope to a fraction of a sample: the maximum of the windows' summed correlation."""
    times = windows.centres - windows.centres.mean()
    reach = max(float(np.abs(times).max()), 1e-9)
    bends = 2 * reach >= SHORTEST_DRIFTING_SECONDS
    for width, points in ((1.0e-3, 33), (0.12e-3, 25)):
        fine = np.linspace(-width, width, points)
        lags = delay + slope * times[:, None] + fine[None]
        rows = windows.at_lags(lags)
        turns = np.linspace(-width, width, points) / reach if bends else np.zeros(1)
        positions = np.rint(np.outer(turns, times) / (fine[1] - fine[0])).astype(int)
        guard = int(np.abs(positions).max())
        padded = np.pad(rows, ((0, 0), (guard, guard)))
        sums = np.abs(line_sums(padded, positions, guard=guard))
        turn, lag = np.unravel_index(int(np.argmax(sums)), sums.shape)
        delay, slope = delay + float(fine[lag]), slope + float(turns[turn])
    return delay, slope
