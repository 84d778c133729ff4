"""How lively a dancer is on the whole: every dance draws it from the dancers of its style.

Music is loud and quiet beside itself: a calm song has its loud parts, too. A dance that was only as lively as that says
would be middling on the whole, and every dance like every other; dancers are not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eightcount_generator.body.dance import FRAME_RATE_HERTZ

_QUANTILES = 21
_STRETCH_SECONDS = 30.0
"""Dances are told apart by stretches of this length: a dancer may be calm in one and wild in the next."""
_MIN_SPREAD = 0.05
"""Of music that is to be followed: less is no loud and quiet."""

FloatArray = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class EnergyPrior:
    """The dancers of S styles.

    Attributes:
        levels: [S, Q] quantiles of the mean energy of stretches of their dances, 0 to 1.
        spreads: [S] deviation of the energy within a stretch.
    """

    levels: FloatArray
    spreads: FloatArray

    def energy(
        self, music: NDArray[np.floating], *, style: int, chance: float, energy_offset: float = 0.0
    ) -> FloatArray:
        """[T] energy of a dance that follows the loud and quiet of its music.

        Args:
            music: [T] energy of the music, 0 to 1.
            style: position of its style.
            chance: 0 to 1, which of the dancers it is: the calmest to the liveliest.
            energy_offset: is added.
        """
        level = np.interp(chance, np.linspace(0, 1, self.levels.shape[1]), self.levels[style])
        above = music - music.mean()
        above = above * (self.spreads[style] / max(float(music.std()), _MIN_SPREAD))
        return np.asarray(np.clip(level + above + energy_offset, 0, 1), np.float32)

    def add_styles(self, styles: int) -> EnergyPrior:
        """With so many more styles, which are like all the others together."""
        levels, spreads = self.levels.mean(axis=0, keepdims=True), self.spreads.mean(keepdims=True)
        return EnergyPrior(
            np.append(self.levels, levels.repeat(styles, axis=0), axis=0),
            np.append(self.spreads, spreads.repeat(styles)),
        )


def fit_energy_prior(
    energies: Sequence[Sequence[NDArray[np.floating]]], known: EnergyPrior | None = None
) -> EnergyPrior:
    """Those of the dancers in recordings.

    Args:
        energies: of each style [T] energy of each of its recordings.
        known: of styles without recordings; they are like all recordings together where that is not given.
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
    """Of about the same length."""
    count = max(round(len(energy) / (_STRETCH_SECONDS * FRAME_RATE_HERTZ)), 1)
    return np.array_split(energy, count)
