"""The agreement of each window of a take with the reference along each of several lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eightcount_sync.alignment import TimeLine
from eightcount_sync.audio.line_refinement import TOPS_HERTZ, window_centres
from eightcount_sync.audio.phase_correlation import BAND_HERTZ, FloatArray, correlate_windows
from eightcount_sync.audio.samples import RATE_HERTZ, AudioSamples

MIN_WINDOW_SECONDS, MAX_WINDOW_SECONDS = 0.5, 2.0
MAX_WINDOWS = 240
FINE_WINDOWS = 120
"""Windows are longer than the least length where there would be more than this many of them."""
SILENT = 1e-3
"""A window whose level is below this share of the recording's peak says nothing."""
_NEAR_SECONDS = 0.25e-3
_STRONG = 90.0


@dataclass(frozen=True, slots=True)
class WindowGrid:
    """Windows that cover a stretch of the take: [K] centres in its time, and their length in seconds."""

    centres: NDArray[np.float64]
    length: float

    @property
    def spacing(self) -> float:
        """Distance of neighbouring centres in seconds."""
        return float(self.centres[1] - self.centres[0]) if len(self.centres) > 1 else self.length


@dataclass(frozen=True, slots=True)
class WindowSupport:
    """The windows' agreement with lines.

    Attributes:
        grid: the windows.
        coherence: [L, K] whitened correlation of each window along each line, signed like the line's strong windows; 0
            where the line leaves the reference.
        compared: [L, K] whether the take has sound there, and the line lies within the reference.
        band: number of the band compared, see `line_refinement.TOPS_HERTZ`.
    """

    grid: WindowGrid
    coherence: FloatArray
    compared: NDArray[np.bool_]
    band: int

    @property
    def chance(self) -> float:
        """Standard deviation of the coherence of a window of unrelated sound."""
        return chance_coherence(self.band, self.grid.length)

    @property
    def unit(self) -> float:
        """Coherence that counts as one: chance, or a fifth of what the best windows reach."""
        best = float(np.percentile(self.coherence.max(axis=0), _STRONG))
        return max(self.chance, best / 5)


def chance_coherence(band: int, seconds: float) -> float:
    """Return the standard deviation of the whitened correlation of unrelated sound."""
    return float(1.0 / np.sqrt((TOPS_HERTZ[band] - BAND_HERTZ[0]) * seconds))


def cover(start: float, end: float, *, most: int = MAX_WINDOWS, least: float = MIN_WINDOW_SECONDS) -> WindowGrid:
    """Cover a stretch of the take with windows."""
    length = float(np.clip((end - start) / FINE_WINDOWS, least, MAX_WINDOW_SECONDS))
    return WindowGrid(window_centres(start, end, length_seconds=length, most=most), min(length, end - start))


def measure_support(
    a: AudioSamples, b: AudioSamples, lines: Sequence[TimeLine], grid: WindowGrid, *, band: int | None = None
) -> WindowSupport:
    """Measure the windows along each line, in the given band or in the one that shows more."""
    bands = range(len(TOPS_HERTZ)) if band is None else (band,)
    values = [[] for _ in bands]  # type: list[list[FloatArray]]
    compared = []
    loud = _is_loud(b, grid)
    for line in lines:
        compared.append(loud & _inside(a, line, grid))
        for number, windows in enumerate(_rows_along(a, b, line, grid, [TOPS_HERTZ[k] for k in bands])):
            values[number].append(np.where(compared[-1], _sign(windows), 0.0).astype(np.float32))
    found = [WindowSupport(grid, np.stack(rows), np.stack(compared), k) for k, rows in zip(bands, values, strict=True)]
    return max(found, key=lambda support: support.unit / support.chance)


def _rows_along(
    a: AudioSamples, b: AudioSamples, line: TimeLine, grid: WindowGrid, tops: Sequence[float]
) -> list[FloatArray]:
    """Return for each band [K, 5] correlations at lags within `_NEAR_SECONDS` of the line."""
    near = np.linspace(-_NEAR_SECONDS, _NEAR_SECONDS, 5)
    bands = correlate_windows(
        a, b, line=line, centres=line.offset_seconds + line.ratio * grid.centres, length_seconds=grid.length,
        margin_seconds=0.01, tops_hertz=tops,
    )  # fmt: skip
    return [windows.interpolate_at(near) for windows in bands]


def _sign(rows: FloatArray) -> FloatArray:
    """Return [K] correlations at the lag, and with the sign, on which the strong windows agree."""
    sums = (rows * np.abs(rows)).sum(axis=0)
    lag = int(np.abs(sums).argmax())
    return np.asarray(rows[:, lag] * np.sign(sums[lag]), np.float32)


def _inside(a: AudioSamples, line: TimeLine, grid: WindowGrid) -> NDArray[np.bool_]:
    """Whether at least three quarters of each window lie within the reference."""
    times, reach = line.offset_seconds + line.ratio * grid.centres, grid.length / 4
    return np.asarray((times >= reach) & (times <= a.duration_seconds - reach))


def _is_loud(b: AudioSamples, grid: WindowGrid) -> NDArray[np.bool_]:
    count = round(grid.length * RATE_HERTZ)
    begins = np.rint((grid.centres - grid.length / 2) * RATE_HERTZ).astype(int)
    levels = np.array([np.sqrt(np.mean(b.read(int(begin), count) ** 2)) for begin in begins])
    return np.asarray(levels > SILENT * b.peak)
