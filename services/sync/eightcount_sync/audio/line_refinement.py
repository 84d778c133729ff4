"""Refinement of a candidate line, and how well the recordings agree along it.

Along the right line the whitened correlations of all windows have the same sign at the same lag, so their mean, the
*coherence*, stands far above chance, even in noise and reverberation. Along any other line they cancel each other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eightcount_sync.alignment import TimeLine
from eightcount_sync.audio.phase_correlation import BAND_HERTZ, FloatArray, Windows, correlate_windows
from eightcount_sync.audio.samples import RATE_HERTZ, AudioSamples

MAX_DRIFT = 1.2e-3
"""Device clocks differ by up to 1,000 ppm; the search covers a little more."""
MARGIN_SECONDS = 0.06
"""Largest error of a candidate's offset that the wide search corrects."""
FIRST_SPAN_SECONDS = 60.0
"""A line is refined within a span of this length first, then within increasingly longer ones."""
SPAN_GROWTH = 10.0
MIN_OVERLAP_SECONDS = 1.0
MIN_DRIFT_SPAN_SECONDS = 5.0
"""Drift cannot be measured over a shorter span and is taken to be zero."""
TOPS_HERTZ = (BAND_HERTZ[1], 2000.0)
"""Upper edges of the compared bands: the whole band, and the part that a distant or noise-reduced microphone leaves."""
MAX_WINDOWS = 40
MAX_WINDOW_DEVIATIONS = 3.0
"""Each window counts at most this many standard deviations, so that one shared drum hit does not pass as agreement."""
FULL_SHARE = 0.9
"""A hypothesis is full when its agreement reaches this share of the largest possible value."""
MAX_ROUNDS = 6
MIN_FIRST_AGREEMENT = 3.0
"""A line whose first agreement is below this many standard deviations is not refined further."""
CONVERGED_SECONDS = 0.1e-3
"""The refinement has converged when the line moves by less than this everywhere."""
_NEAR_SECONDS = 0.25e-3
_MAX_ABSOLUTE_DEVIATIONS = 6.0
_BLOCK = 4
_STEP_SECONDS = _BLOCK / RATE_HERTZ


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """A line and the evidence for it.

    Attributes:
        line: the line along which the windows agree best.
        agreement: sum of the windows' correlations along the line, each limited to `MAX_WINDOW_DEVIATIONS` standard
            deviations of chance; in standard deviations.
        windows: number of windows compared.
        coherences: mean whitened correlation along the line within each of the bands up to `TOPS_HERTZ`; at most 1.
        band: number of the band in which the line stands out most; `agreement` refers to this band.
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
        """Coherence within the hypothesis's band."""
        return self.coherences[self.band]

    @property
    def height(self) -> float:
        """Coherence in standard deviations of the coherence of unrelated sound."""
        return self.coherence / _chance(self.band, min(self.overlap_seconds, MAX_WINDOWS))

    @property
    def full(self) -> bool:
        """Whether nearly all windows agree."""
        return self.agreement >= FULL_SHARE * MAX_WINDOW_DEVIATIONS * float(np.sqrt(self.windows))


def overlap(a: AudioSamples, b: AudioSamples, line: TimeLine) -> tuple[float, float]:
    """Return start and end of the overlap in a's time; without overlap the end is not after the start."""
    ends = line.to_a_seconds(0.0), line.to_a_seconds(b.duration_seconds)
    return max(0.0, min(ends)), min(a.duration_seconds, max(ends))


def window_centres(start: float, end: float, *, length_seconds: float, most: int) -> NDArray[np.float64]:
    """Return the centres of at most `most` windows that cover start..end evenly."""
    count = int(np.clip((end - start) / length_seconds, 1, most))
    half = min(length_seconds, end - start) / 2
    return np.linspace(start + half, end - half, count)


def refine_line(
    a: AudioSamples, b: AudioSamples, line: TimeLine, *, within: tuple[float, float] | None = None
) -> Hypothesis | None:
    """Refine a line that is right to about a millisecond: maximise the agreement of the windows in sign.

    Args:
        a: the reference.
        b: the take.
        line: the initial line.
        within: start and end in a's time to which the comparison is confined; the whole overlap when not given.

    Returns:
        The refined line with its evidence; None where the recordings overlap by less than a second.
    """
    start, end = overlap(a, b, line)
    if within is not None:
        start, end = max(start, within[0]), min(end, within[1])
    whole = end - start
    if whole < MIN_OVERLAP_SECONDS:
        return None
    span, middle = min(FIRST_SPAN_SECONDS, whole), (start + end) / 2
    for left in reversed(range(MAX_ROUNDS)):
        fits = _fits(a, b, line, middle - span / 2, middle + span / 2)
        band = int(np.argmax([fit.coherence / _chance(k, 1.0) for k, fit in enumerate(fits)]))
        best = fits[band]
        line = line.bend(best.delay, best.slope, best.pivot)
        if best.agreement < MIN_FIRST_AGREEMENT:
            break
        settled = abs(best.delay) + abs(best.slope) * span / 2 < CONVERGED_SECONDS
        if settled or left == 1:
            if span >= whole:
                break
            span = min(span * SPAN_GROWTH, whole)
    return Hypothesis(line, best.agreement, best.windows, tuple(fit.coherence for fit in fits), band, whole)


def _chance(band: int, seconds: float) -> float:
    """Return the standard deviation of the whitened correlation of unrelated sound."""
    return float(1.0 / np.sqrt((TOPS_HERTZ[band] - BAND_HERTZ[0]) * seconds))


@dataclass(frozen=True, slots=True)
class _Fit:
    """The best straight line through the windows of one band, relative to the line along which they were read."""

    delay: float
    slope: float
    pivot: float
    coherence: float
    agreement: float
    windows: int


def _fits(a: AudioSamples, b: AudioSamples, line: TimeLine, start: float, end: float) -> list[_Fit]:
    """Fit each band."""
    length = float(np.clip((end - start) / 8, 0.25, 1.0))
    centres = window_centres(start, end, length_seconds=length, most=MAX_WINDOWS)
    bands = correlate_windows(
        a, b, line=line, centres=centres, length_seconds=length, margin_seconds=0.02, tops_hertz=TOPS_HERTZ
    )
    return [_fit(windows, _chance(number, length)) for number, windows in enumerate(bands)]


def _fit(windows: Windows, chance: float) -> _Fit:
    delay, slope = refine_delay_and_slope(windows, 0.0, 0.0)
    pivot = float(windows.centres.mean())
    near = np.linspace(-_NEAR_SECONDS, _NEAR_SECONDS, 9)
    rows = windows.interpolate_at(delay + slope * (windows.centres - pivot)[:, None] + near)
    means = rows.mean(axis=0)
    lag = int(np.abs(means).argmax())
    values = rows[:, lag] * (np.sign(means[lag]) / chance)
    agreement = float(np.clip(values, -MAX_WINDOW_DEVIATIONS, MAX_WINDOW_DEVIATIONS).sum() / np.sqrt(len(values)))
    return _Fit(delay, slope, pivot, float(abs(means[lag])), agreement, len(values))


def search_around_line(
    a: AudioSamples, b: AudioSamples, line: TimeLine, *, drift: float = MAX_DRIFT
) -> TimeLine | None:
    """Find the line within `MARGIN_SECONDS` and `drift` of `line` on which the windows agree best, whatever their sign.

    The result may be off by a millisecond; `refine_line` corrects that. None where the recordings overlap by less than
    a second.
    """
    start, end = overlap(a, b, line)
    if end - start < MIN_OVERLAP_SECONDS:
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
    return line.bend(delay, slope, float(bands[best].centres.mean()))


@dataclass(frozen=True, slots=True)
class _Agreement:
    """A straight line through the windows' correlations: its slope, and its height in standard deviations."""

    slope: float
    height: float


def _agreement(windows: Windows, drift: float) -> _Agreement:
    """Find the best straight line through the magnitudes of the windows' correlations (a Radon transform)."""
    rows = np.minimum(np.abs(windows.correlations()), _MAX_ABSOLUTE_DEVIATIONS)
    rows = rows[:, : rows.shape[1] // _BLOCK * _BLOCK].reshape(len(rows), -1, _BLOCK).max(axis=2)
    times = windows.centres - windows.centres.mean()
    reach = float(np.abs(times).max())
    steps = int(np.ceil(drift * reach / _STEP_SECONDS)) if 2 * reach >= MIN_DRIFT_SPAN_SECONDS else 0
    slopes = np.linspace(-drift, drift, 2 * steps + 1) if steps else np.zeros(1)
    sums = sum_along_lines(rows, np.rint(np.outer(slopes, times) / _STEP_SECONDS).astype(int), guard=steps)
    best_slope, best_lag = np.unravel_index(int(np.argmax(sums)), sums.shape)
    middle = float(np.median(sums))
    spread = float(np.median(np.abs(sums - middle))) * 1.4826
    return _Agreement(float(slopes[best_slope]), (float(sums[best_slope, best_lag]) - middle) / max(spread, 1e-9))


def _direct_sound(windows: Windows, slope: float) -> tuple[float, float]:
    """Find delay and slope of the line along which the windows also agree in sign, with `slope` or without drift.

    Reverberation makes many delays agree in magnitude; only the direct sound and its distinct reflections agree in
    sign.
    """
    rows = windows.correlations()
    times = windows.centres - windows.centres.mean()
    guard = int(np.ceil(abs(slope) * np.abs(times).max() * RATE_HERTZ)) + 1
    slopes = (0.0, slope)
    sums = np.abs(sum_along_lines(rows, np.rint(np.outer(slopes, times) * RATE_HERTZ).astype(int), guard=guard))
    place, lag = np.unravel_index(int(np.argmax(sums)), sums.shape)
    return windows.earliest_seconds + (lag + guard) / RATE_HERTZ, slopes[place]


def sum_along_lines(rows: FloatArray, shifts: NDArray[np.int_], *, guard: int) -> FloatArray:
    """Return [R, L - 2 guard]: for each line r and lag l the sum over k of rows[k, guard + l + shifts[r, k]]."""
    lags = rows.shape[1] - 2 * guard
    views = np.lib.stride_tricks.sliding_window_view(rows, lags, axis=1)
    numbers = np.arange(len(rows))
    return np.stack([views[numbers, guard + line].sum(axis=0) for line in shifts]).astype(np.float32)


def refine_delay_and_slope(windows: Windows, delay: float, slope: float) -> tuple[float, float]:
    """Refine delay and slope to a fraction of a sample: the maximum of the windows' summed correlation."""
    times = windows.centres - windows.centres.mean()
    reach = max(float(np.abs(times).max()), 1e-9)
    bends = 2 * reach >= MIN_DRIFT_SPAN_SECONDS
    for width, points in ((1.0e-3, 33), (0.12e-3, 25)):
        fine = np.linspace(-width, width, points)
        lags = delay + slope * times[:, None] + fine[None]
        rows = windows.interpolate_at(lags)
        turns = np.linspace(-width, width, points) / reach if bends else np.zeros(1)
        positions = np.rint(np.outer(turns, times) / (fine[1] - fine[0])).astype(int)
        guard = int(np.abs(positions).max())
        padded = np.pad(rows, ((0, 0), (guard, guard)))
        sums = np.abs(sum_along_lines(padded, positions, guard=guard))
        turn, lag = np.unravel_index(int(np.argmax(sums)), sums.shape)
        delay, slope = delay + float(fine[lag]), slope + float(turns[turn])
    return delay, slope
