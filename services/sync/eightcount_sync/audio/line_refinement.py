"""A candidate's line made precise, and how well the recordings agree along it.

Along the right line the whitened correlations of all windows have the same sign at the same lag, so their mean, the
*coherence*, stands far above chance, in noise and reverberation too. Along any other they cancel each other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eightcount_sync.audio.phase_correlation import BAND_HERTZ, FloatArray, Windows, correlate_windows
from eightcount_sync.audio.samples import RATE_HERTZ, Recording
from eightcount_sync.alignment import TimeLine

MOST_DRIFT = 1.2e-3
"""Device clocks differ by up to 1,000 ppm; a little more is searched."""
MARGIN_SECONDS = 0.06
"""How far off a candidate's offset may be."""
FIRST_SPAN_SECONDS = 60.0
"""A line is made precise within a stretch of this length first, and then in ever longer ones."""
LONGER = 10.0
SHORTEST_OVERLAP_SECONDS = 1.0
SHORTEST_DRIFTING_SECONDS = 5.0
"""A drift cannot be told from a shorter stretch, and is taken to be none."""
TOPS_HERTZ = (BAND_HERTZ[1], 2000.0)
"""The whole band, and what a distant or noise-reduced microphone leaves of it."""
MOST_WINDOWS = 40
LOUDEST = 3.0
"""A window counts no more than this many standard deviations, so that one shared drum hit is no agreement."""
FULL_SHARE = 0.9
"""A track is full when its agreement has this share of what it can have at most."""
MOST_ROUNDS = 6
HOPELESS = 3.0
"""A line with less agreement than this many standard deviations at first is not looked at any longer."""
SETTLED_SECONDS = 0.1e-3
"""A line that moves by less, anywhere, has been found."""
_NEAR_SECONDS = 0.25e-3
_LOUDEST_ABSOLUTE = 6.0
_BLOCK = 4
_STEP_SECONDS = _BLOCK / RATE_HERTZ


@dataclass(frozen=True, slots=True)
class Track:
    """A line and what speaks for it.

    Attributes:
        line: the line along which the windows agree best.
        agreement: sum over the windows' correlations along the line, each of at most `LOUDEST` standard deviations of
            chance, in standard deviations.
        windows: number of windows compared.
        coherences: mean whitened correlation along the line within each of the bands up to `TOPS_HERTZ`; at most 1.
        band: number of the band in which it stands out most; `agreement` is of this one.
        overlap_seconds: time in which both recordings have sound under this line.
    """

    line: TimeLine
    agreement: float
    windows: int
    coherences: tuple[float, ...]
    band: int
    overlap_seconds: float

    @property
    def coherence(self) -> float:
        """Coherence within its band."""
        return self.coherences[self.band]

    @property
    def height(self) -> float:
        """Coherence in standard deviations of what unrelated sound shows."""
        return self.coherence / _chance(self.band, min(self.overlap_seconds, MOST_WINDOWS))

    @property
    def full(self) -> bool:
        """Whether nearly all windows agree."""
        return self.agreement >= FULL_SHARE * LOUDEST * float(np.sqrt(self.windows))


def overlap(a: Recording, b: Recording, line: TimeLine) -> tuple[float, float]:
    """Start and end, in a's time, of what both recordings have; the end is not after the start when nothing is."""
    ends = line.a_of_b(0.0), line.a_of_b(b.duration_seconds)
    return max(0.0, min(ends)), min(a.duration_seconds, max(ends))


def window_centres(start: float, end: float, *, length_seconds: float, most: int) -> NDArray[np.float64]:
    """Centres of windows that cover start..end, at most `most` of them, evenly spread."""
    count = int(np.clip((end - start) / length_seconds, 1, most))
    half = min(length_seconds, end - start) / 2
    return np.linspace(start + half, end - half, count)


def polish(a: Recording, b: Recording, line: TimeLine, *, within: tuple[float, float] | None = None) -> Track | None:
    """The line near `line` (a millisecond) on which the windows agree in sign, and how well they do.

    Args:
        a: the reference.
        b: the take.
        line: where to begin.
        within: start and end in a's time to which the comparison is confined; else the overlap.

    Returns:
        None where the recordings overlap by less than a second.
    """
    start, end = overlap(a, b, line)
    if within is not None:
        start, end = max(start, within[0]), min(end, within[1])
    whole = end - start
    if whole < SHORTEST_OVERLAP_SECONDS:
        return None
    span, middle = min(FIRST_SPAN_SECONDS, whole), (start + end) / 2
    for left in reversed(range(MOST_ROUNDS)):
        fits = _fits(a, b, line, middle - span / 2, middle + span / 2)
        band = int(np.argmax([fit.coherence / _chance(k, 1.0) for k, fit in enumerate(fits)]))
        best = fits[band]
        line = line.bent(best.delay, best.slope, best.pivot)
        if best.agreement < HOPELESS:
            break
        settled = abs(best.delay) + abs(best.slope) * span / 2 < SETTLED_SECONDS
        if settled or left == 1:
            if span >= whole:
                break
            span = min(span * LONGER, whole)
    return Track(line, best.agreement, best.windows, tuple(fit.coherence for fit in fits), band, whole)


def _chance(band: int, seconds: float) -> float:
    """Standard deviation of the whitened correlation of unrelated sound."""
    return float(1.0 / np.sqrt((TOPS_HERTZ[band] - BAND_HERTZ[0]) * seconds))


@dataclass(frozen=True, slots=True)
class _Fit:
    """The best straight line through the windows of one band, relative to the line they were read along."""

    delay: float
    slope: float
    pivot: float
    coherence: float
    agreement: float
    windows: int


def _fits(a: Recording, b: Recording, line: TimeLine, start: float, end: float) -> list[_Fit]:
    """A fit for each band."""
    length = float(np.clip((end - start) / 8, 0.25, 1.0))
    centres = window_centres(start, end, length_seconds=length, most=MOST_WINDOWS)
    bands = correlate_windows(
        a, b, line=line, centres=centres, length_seconds=length, margin_seconds=0.02, tops_hertz=TOPS_HERTZ
    )
    return [_fit(windows, _chance(number, length)) for number, windows in enumerate(bands)]


def _fit(windows: Windows, chance: float) -> _Fit:
    delay, slope = sharpen(windows, 0.0, 0.0)
    pivot = float(windows.centres.mean())
    near = np.linspace(-_NEAR_SECONDS, _NEAR_SECONDS, 9)
    rows = windows.at_lags(delay + slope * (windows.centres - pivot)[:, None] + near)
    means = rows.mean(axis=0)
    lag = int(np.abs(means).argmax())
    values = rows[:, lag] * (np.sign(means[lag]) / chance)
    agreement = float(np.clip(values, -LOUDEST, LOUDEST).sum() / np.sqrt(len(values)))
    return _Fit(delay, slope, pivot, float(abs(means[lag])), agreement, len(values))


def follow(a: Recording, b: Recording, line: TimeLine, *, drift: float = MOST_DRIFT) -> TimeLine | None:
    """The line within `MARGIN_SECONDS` and `drift` of `line` on which the windows agree best, be it with any sign.

    It may be off by a millisecond (see `polish`). None where the recordings overlap by less than a second.
    """
    start, end = overlap(a, b, line)
    if end - start < SHORTEST_OVERLAP_SECONDS:
        return None
    middle, span = (start + end) / 2, min(end - start, FIRST_SPAN_SECONDS)
    length = float(np.clip(span / 8, 0.4, 1.0))
    centres = window_centres(middle - span / 2, middle + span / 2, length_seconds=length, most=60)
    margin = MARGIN_SECONDS + drift * span / 2
    bands = correlate_windows(
        a, b, line=line, centres=centres, length_seconds=length, margin_seconds=margin, tops_hertz=TOPS_HERTZ
    )
    agreements = [_agreement(windows, drift) for windows in bands]
    best = int(np.argmax([agreement.height for agreement in agreements]))
    delay, slope = _direct_sound(bands[best], agreements[best].slope)
    return line.bent(delay, slope, float(bands[best].centres.mean()))


@dataclass(frozen=True, slots=True)
class _Agreement:
    """A straight line through the windows' correlations: its slope, and its height in standard deviations."""

    slope: float
    height: float


def _agreement(windows: Windows, drift: float) -> _Agreement:
    """The best straight line through the strengths of the windows' correlations (a Radon transform)."""
    rows = np.minimum(np.abs(windows.correlations()), _LOUDEST_ABSOLUTE)
    rows = rows[:, : rows.shape[1] // _BLOCK * _BLOCK].reshape(len(rows), -1, _BLOCK).max(axis=2)
    times = windows.centres - windows.centres.mean()
    reach = float(np.abs(times).max())
    steps = int(np.ceil(drift * reach / _STEP_SECONDS)) if 2 * reach >= SHORTEST_DRIFTING_SECONDS else 0
    slopes = np.linspace(-drift, drift, 2 * steps + 1) if steps else np.zeros(1)
    sums = line_sums(rows, np.rint(np.outer(slopes, times) / _STEP_SECONDS).astype(int), guard=steps)
    best_slope, best_lag = np.unravel_index(int(np.argmax(sums)), sums.shape)
    middle = float(np.median(sums))
    spread = float(np.median(np.abs(sums - middle))) * 1.4826
    return _Agreement(float(slopes[best_slope]), (float(sums[best_slope, best_lag]) - middle) / max(spread, 1e-9))


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
