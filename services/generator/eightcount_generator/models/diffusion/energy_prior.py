"""The distribution of mean energies of the dancers of each style, from which every dance samples its own.

Loudness is relative: a calm song has loud parts, too. If the energy followed the music alone, every dance would have
the same mean energy, while dancers differ.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eightcount_generator.body.dance import FRAME_RATE_HERTZ

_QUANTILES = 21
_STRETCH_SECONDS = 30.0
"""Energies are averaged over stretches of this length: a dancer may be calm in one and wild in the next."""
_MIN_SPREAD = 0.05
"""Minimum deviation of the music's energy that is scaled up to the dancers'."""

FloatArray = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class EnergyPrior:
    """Energies of the dancers of S styles.

    Attributes:
        levels: [S, Q] quantiles of the mean energy of stretches of their dances, 0 to 1.
        spreads: [S] deviation of the energy within a stretch.
    """

    levels: FloatArray
    spreads: FloatArray

    def energy(
        self, music: NDArray[np.floating], *, style: int, chance: float, energy_offset: float = 0.0
    ) -> FloatArray:
        """Return the energy [T] of a dance that follows the loudness of its music.

        Args:
            music: [T] energy of the music, 0 to 1.
            style: index of its style.
            chance: 0 to 1, from the calmest to the liveliest dancer.
            energy_offset: is added.
        """
        level = np.interp(chance, np.linspace(0, 1, self.levels.shape[1]), self.levels[style])
        above = music - music.mean()
        above = above * (self.spreads[style] / max(float(music.std()), _MIN_SPREAD))
        return np.asarray(np.clip(level + above + energy_offset, 0, 1), np.float32)

    def add_styles(self, styles: int) -> EnergyPrior:
        """Return the prior with more styles, which have the mean of all others."""
        levels, spreads = self.levels.mean(axis=0, keepdims=True), self.spreads.mean(keepdims=True)
        return EnergyPrior(
            np.append(self.levels, levels.repeat(styles, axis=0), axis=0),
            np.append(self.spreads, spreads.repeat(styles)),
        )


def fit_energy_prior(
    energies: Sequence[Sequence[NDArray[np.floating]]], known: EnergyPrior | None = None
) -> EnergyPrior:
    """Fit the prior to the energies of recordings.

    Args:
        energies: for each style, the energy [T] of each of its recordings.
        known: prior of styles without recordings; they get the mean of all recordings when it is not given.
    """
    stretches = [[stretch for one in recordings for stretch in _split_stretches(one)] for recordings in energies]
    everyone = _fit_style([stretch for style in stretches for stretch in style])
    found = []
    for style, own in enumerate(stretches):
        if own:
            found.append(_fit_style(own))
        else:
            found.append((known.levels[style], known.spreads[style]) if known else everyone)
    levels, spreads = zip(*found, strict=True)
    return EnergyPrior(np.array(levels, np.float32), np.array(spreads, np.float32))


def _fit_style(stretches: Sequence[NDArray[np.floating]]) -> tuple[FloatArray, float]:
    levels = np.quantile([one.mean() for one in stretches], np.linspace(0, 1, _QUANTILES))
    return levels.astype(np.float32), float(np.mean([one.std() for one in stretches]))


def _split_stretches(energy: NDArray[np.floating]) -> list[NDArray[np.floating]]:
    """Split into stretches of about the same length."""
    count = max(round(len(energy) / (_STRETCH_SECONDS * FRAME_RATE_HERTZ)), 1)
    return np.array_split(energy, count)
