"""Which beats begin a bar, and which an eight-count: where the bass enters and the sound changes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eightcount_sync.music.onsets import OnsetFeatures

BASS_BANDS = 6
LEAST_MARGIN = 2.0
"""How far the best phase must stand out from the next, in standard errors."""
LEAST_BEATS = 32
"""Fewer beats than this do not show a metre."""
FEWEST_BEATS = 16
"""Two eight-counts; with less, counting begins at the first beat."""


@dataclass(frozen=True, slots=True)
class Bars:
    """How beats group.

    Attributes:
        in_bar: per beat its position in the bar, 1 is the downbeat; empty when that cannot be told.
        eight_count_starts: beats at which an eight-count begins: the best guess where `in_bar` is empty, because a
            dancer counts to eight in any case.
    """

    in_bar: tuple[int, ...]
    eight_count_starts: tuple[int, ...]


def find_bars(features: OnsetFeatures, frames: NDArray[np.int_]) -> Bars:
    """Bars of four beats, the metre of nearly all dance music."""
    if len(frames) < FEWEST_BEATS:
        return Bars((), (0,) if len(frames) else ())
    accents = _accents(features, frames)
    first, margin = _best_phase(accents, 4, range(4))
    sure = len(frames) >= LEAST_BEATS and margin >= LEAST_MARGIN
    start, _ = _best_phase(accents, 8, (first, first + 4))
    in_bar = tuple((beat - first) % 4 + 1 for beat in range(len(frames))) if sure else ()
    return Bars(in_bar, tuple(range(start % 8, len(frames), 8)))


def _accents(features: OnsetFeatures, frames: NDArray[np.int_]) -> NDArray[np.float64]:
    """[B] how much each beat is a beginning: rise of the bass at it, and change of the sound across it; z-scores."""
    spectrum = features.spectrum
    means = mean_spectra(features, frames)
    change = np.linalg.norm(np.diff(means, axis=0, prepend=means[:1]), axis=1)
    after, before = np.minimum(frames + 2, len(spectrum) - 1), np.maximum(frames - 2, 0)
    bass = (spectrum[after, :BASS_BANDS] - spectrum[before, :BASS_BANDS]).mean(axis=1, dtype=np.float32)
    scores = [(values - values.mean()) / max(float(values.std()), 1e-9) for values in (change, bass)]
    return np.asarray(scores[0] + scores[1], np.float64)


def mean_spectra(features: OnsetFeatures, frames: NDArray[np.int_]) -> NDArray[np.float32]:
    """[B, BANDS] mean spectrum from each frame to the next; the last one lasts as long as the one before."""
    spectrum = features.spectrum
    edges = np.append(frames, min(2 * frames[-1] - frames[-2], len(spectrum)))
    # Band by band: all bands at once would be copied as a whole to be added in more digits.
    bands = (np.add.reduceat(band[: edges[-1]], frames, dtype=np.float32) for band in spectrum.T)
    return np.asarray(np.stack(list(bands), axis=1) / np.maximum(np.diff(edges), 1)[:, None], np.float32)


def _best_phase(accents: NDArray[np.float64], length: int, phases: range | tuple[int, ...]) -> tuple[int, float]:
    """The phase with the strongest accents, and its lead over the next in standard errors."""
    groups = {phase: accents[phase % length :: length] for phase in phases}
    order = sorted(groups, key=lambda phase: -float(groups[phase].mean()))
    best, second = groups[order[0]], groups[order[1]]
    error = np.sqrt(best.var() / len(best) + second.var() / len(second))
    return order[0], float((best.mean() - second.mean()) / max(float(error), 1e-9))
