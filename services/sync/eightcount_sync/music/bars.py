"""Bars and eight-counts: a bar begins at the beats where the bass enters and the sound changes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eightcount_sync.music.onsets import OnsetFeatures

BASS_BANDS = 6
MIN_MARGIN = 2.0
"""Lead of the best phase over the next that is required, in standard errors."""
MIN_BEATS_FOR_METRE = 32
"""A metre cannot be recognised from fewer beats than this."""
MIN_BEATS = 16
"""Two eight-counts; with fewer beats, counting begins at the first beat."""


@dataclass(frozen=True, slots=True)
class Bars:
    """The grouping of beats into bars and eight-counts.

    Attributes:
        in_bar: per beat its position in the bar, 1 is the downbeat; empty when it is unknown.
        eight_count_starts: beats at which an eight-count begins; the best guess where `in_bar` is empty, because
            dancers count to eight in any case.
    """

    in_bar: tuple[int, ...]
    eight_count_starts: tuple[int, ...]


def find_bars(features: OnsetFeatures, frames: NDArray[np.int_]) -> Bars:
    """Group beats into bars of four, the metre of nearly all dance music."""
    if len(frames) < MIN_BEATS:
        return Bars((), (0,) if len(frames) else ())
    accents = _accents(features, frames)
    first, margin = _best_phase(accents, 4, range(4))
    sure = len(frames) >= MIN_BEATS_FOR_METRE and margin >= MIN_MARGIN
    start, _ = _best_phase(accents, 8, (first, first + 4))
    in_bar = tuple((beat - first) % 4 + 1 for beat in range(len(frames))) if sure else ()
    return Bars(in_bar, tuple(range(start % 8, len(frames), 8)))


def _accents(features: OnsetFeatures, frames: NDArray[np.int_]) -> NDArray[np.float64]:
    """Return [B] accents: z-scores of the rise of the bass at each beat and of the change of sound across it, added."""
    spectrum = features.spectrum
    means = mean_spectra(features, frames)
    change = np.linalg.norm(np.diff(means, axis=0, prepend=means[:1]), axis=1)
    after, before = np.minimum(frames + 2, len(spectrum) - 1), np.maximum(frames - 2, 0)
    bass = (spectrum[after, :BASS_BANDS] - spectrum[before, :BASS_BANDS]).mean(axis=1, dtype=np.float32)
    scores = [(values - values.mean()) / max(float(values.std()), 1e-9) for values in (change, bass)]
    return np.asarray(scores[0] + scores[1], np.float64)


def mean_spectra(features: OnsetFeatures, frames: NDArray[np.int_]) -> NDArray[np.float32]:
    """Return [B, BANDS] mean spectra from each frame to the next; the last lasts as long as the one before."""
    spectrum = features.spectrum
    edges = np.append(frames, min(2 * frames[-1] - frames[-2], len(spectrum)))
    # Band by band: all bands at once would be copied as a whole to be added in more digits.
    bands = (np.add.reduceat(band[: edges[-1]], frames, dtype=np.float32) for band in spectrum.T)
    return np.asarray(np.stack(list(bands), axis=1) / np.maximum(np.diff(edges), 1)[:, None], np.float32)


def _best_phase(accents: NDArray[np.float64], length: int, phases: range | tuple[int, ...]) -> tuple[int, float]:
    """Return the phase with the strongest accents and its lead over the next in standard errors."""
    groups = {phase: accents[phase % length :: length] for phase in phases}
    order = sorted(groups, key=lambda phase: -float(groups[phase].mean()))
    best, second = groups[order[0]], groups[order[1]]
    error = np.sqrt(best.var() / len(best) + second.var() / len(second))
    return order[0], float((best.mean() - second.mean()) / max(float(error), 1e-9))
