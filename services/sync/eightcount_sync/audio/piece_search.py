"""Places of short stretches of a take in the reference, and other places that explain a piece as well."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.fft import next_fast_len

from eightcount_sync.alignment import TimeLine
from eightcount_sync.audio.correlation_peaks import (
    AT_ONCE_SAMPLES,
    BLOCK_SAMPLES,
    Peak,
    PeakCollector,
    band_spectrum,
    correlate_phases,
    whiten,
)
from eightcount_sync.audio.samples import RATE_HERTZ, AudioSamples

STRETCH_SECONDS = 2.5
MAX_STRETCHES = 24
MAX_SEARCHED_SAMPLES = 1 << 23
"""References longer than this (17 minutes) are not searched for the places of short stretches."""
MAX_BLOCK_TRANSFORMS = 96
PEAKS = 3
PIECE_WINDOWS = 8
MAX_PIECE_SECONDS = 16.0
"""The windows of a longer piece lie within this much around its middle."""
RIVALS = 6
ECHO_SECONDS = 0.03
"""Peaks nearer than this are reflections in the room, not other places."""
_SAME_SAMPLES = 8


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of the take and offsets at which it may lie, best first."""

    start: float
    end: float
    peaks: tuple[Peak, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """The line of a piece compared with all other places of the reference for the same windows.

    Attributes:
        height: correlation of the windows along the line, in standard deviations.
        rivals: the best other places, as seconds later than the line, with their heights.
        share: how much of the line's own agreement the best other place reaches; 1 where it is as good.
    """

    height: float
    rivals: tuple[Peak, ...]
    share: float


def find_stretches(
    a: AudioSamples, b: AudioSamples, start: float, end: float, *, check: Callable[[], None] = lambda: None
) -> list[Stretch]:
    """Find places for short stretches of b between two of its times; none where the reference is too long."""
    if a.length > MAX_SEARCHED_SAMPLES or end - start < STRETCH_SECONDS / 2:
        return []
    length = min(STRETCH_SECONDS, end - start)
    most = max(2, min(MAX_STRETCHES, MAX_BLOCK_TRANSFORMS * BLOCK_SAMPLES // 2 // a.length))
    number = int(np.clip(np.ceil((end - start) / length), 1, most))
    begins = np.linspace(start, end - length, number)
    count = round(length * RATE_HERTZ)
    size, advance = _block_sizes(a, count)
    stretches = [np.conj(band_spectrum(b.read(round(begin * RATE_HERTZ), count), size)) for begin in begins]
    found = [PeakCollector(-count / RATE_HERTZ, 1 / RATE_HERTZ) for _ in begins]
    for first in range(-count, a.length, advance):
        block = band_spectrum(a.read(first, size), size)
        for stretch, collector in zip(stretches, found, strict=True):
            check()
            row = correlate_phases(whiten(block * stretch), size)
            collector.add(np.abs(row[: min(advance, a.length - first)]), PEAKS)
    return [
        Stretch(
            float(begin),
            float(begin + length),
            tuple(Peak(peak.offset_seconds - float(begin), peak.height) for peak in collector.peaks(PEAKS)),
        )
        for begin, collector in zip(begins, found, strict=True)
    ]


def measure_standing(
    a: AudioSamples,
    b: AudioSamples,
    line: TimeLine,
    start: float,
    end: float,
    *,
    check: Callable[[], None] = lambda: None,
) -> Standing:
    """Compare a line with every other place for the windows of a piece, which are times of b."""
    middle, reach = (start + end) / 2, min(end - start, MAX_PIECE_SECONDS) / 2
    length = 2 * reach / PIECE_WINDOWS
    begins = middle - reach + length * np.arange(PIECE_WINDOWS)
    count = round(length * RATE_HERTZ)
    # Each window is placed where the line puts it, so that every lag of their sum is a parallel of the line.
    places = np.rint((line.offset_seconds + line.ratio * begins) * RATE_HERTZ).astype(int)
    span = int(places[-1] - places[0]) + count
    size, advance = _block_sizes(a, span)
    windows = []
    for begin, place in zip(begins, places - places[0], strict=True):
        part = b.read(round(begin * RATE_HERTZ), count)
        windows.append(np.conj(band_spectrum(np.concatenate([np.zeros(place, np.float32), part]), size)))
    here, own = int(places[0]), 0.0
    collector = PeakCollector(-(span + here) / RATE_HERTZ, 1 / RATE_HERTZ)
    for first in range(-span, a.length, advance):
        block = band_spectrum(a.read(first, size), size)
        total = np.zeros_like(block)
        for window in windows:
            check()
            total += whiten(block * window)
        row = np.abs(correlate_phases(total, size)[: min(advance, a.length - first)])
        near = np.arange(-_SAME_SAMPLES, _SAME_SAMPLES + 1) + here - first
        own = max(own, float(row[near[(near >= 0) & (near < len(row))]].max(initial=0.0)))
        collector.add(row, RIVALS + 2)
    others = [peak for peak in collector.peaks(RIVALS + 2) if abs(peak.offset_seconds) > ECHO_SECONDS]
    height = collector.height(own)
    return Standing(height, tuple(others[:RIVALS]), share_of(others, height))


def share_of(rivals: Sequence[Peak], height: float) -> float:
    """Return the height of the best of other places as a share of a height."""
    return max((rival.height for rival in rivals), default=0.0) / max(height, 1e-9)


def _block_sizes(a: AudioSamples, longest: int) -> tuple[int, int]:
    """Return the size of a transform and how many lags of it are free of wrap-around."""
    whole = a.length + 2 * longest
    if whole <= AT_ONCE_SAMPLES:
        return next_fast_len(whole, real=True), whole
    return BLOCK_SAMPLES, BLOCK_SAMPLES - longest
