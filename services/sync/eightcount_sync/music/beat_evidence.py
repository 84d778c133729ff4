"""Evidence of beats at each frame: what the network detects, onsets in bands, changes of harmony and timbre."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d, maximum_filter1d

from eightcount_sync.music.onset_envelope import rise_above_mean
from eightcount_sync.music.onset_pulse import find_onset_pulse
from eightcount_sync.music.onsets import OnsetFeatures

Array = NDArray[np.float64]
NEAR_FRAMES = 5
"""A beat hears what lies within two frames of it."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Rows of N frames at `ONSET_RATE_HERTZ`.

    Attributes:
        beat: chance of any beat.
        near: name -> the largest within 40 ms of "beat", "downbeat", "onset", and onsets of "deep", "low", "middle",
            "high" pitch.
        rows: [R, N] the six bands' onsets and the chance of a beat, smoothed.
        onset: onset strength in units of its spread, 0 below the mean of its second.
        chroma_sums: [N + 1, 12] summed from the beginning.
        timbre_sums: [N + 1, M] likewise.
        pulse: [B] frames of the pulse of the onsets alone.
    """

    beat: Array
    near: dict[str, Array]
    rows: Array
    onset: Array
    chroma_sums: Array
    timbre_sums: Array
    pulse: Array

    def at(self, name: str, places: Array) -> Array:
        """Return what is detected near places in frames."""
        row = self.near[name]
        return np.asarray(row[np.clip(np.round(places).astype(int), 0, len(row) - 1)])


def gather_evidence(features: OnsetFeatures) -> Evidence:
    """Return the evidence of a recording."""
    beat = np.clip(features.chances.sum(axis=1, dtype=np.float64), 0.0, 1.0)
    bands = [rise_above_mean(band.astype(np.float64)) for band in features.rises.T]
    onset = rise_above_mean(features.onsets.astype(np.float64))
    heard = {
        "beat": beat, "downbeat": features.chances[:, 1].astype(np.float64), "onset": onset, "deep": bands[0],
        "low": bands[1], "middle": bands[3], "high": bands[5],
    }  # fmt: skip
    return Evidence(
        beat=beat,
        near={name: maximum_filter1d(row, NEAR_FRAMES) for name, row in heard.items()},
        rows=np.stack([gaussian_filter1d(row, 1.0) for row in [*bands, 3.0 * beat]]),
        onset=onset,
        chroma_sums=_sum_up(features.chroma),
        timbre_sums=_sum_up(features.spectrum),
        pulse=find_onset_pulse(features),
    )


def log_odds(chances: Array) -> Array:
    """Return the logarithm of the odds of chances."""
    kept = np.clip(chances, 0.002, 0.998)
    return np.asarray(np.log(kept / (1.0 - kept)))


def _sum_up(rows: NDArray[np.float16]) -> Array:
    return np.concatenate([np.zeros((1, rows.shape[1])), np.cumsum(rows, axis=0, dtype=np.float64)])
