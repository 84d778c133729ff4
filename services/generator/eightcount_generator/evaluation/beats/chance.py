"""The level of chance of beat scores: the score of as many motion beats that are unrelated to the music."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from eightcount_generator.evaluation.joint_positions import FloatArray

DRAWS = 200
Score = Callable[[FloatArray], float]
"""The score of motion beats, in seconds, ascending."""


@dataclass(frozen=True, slots=True)
class ChanceLevel:
    """Scores of motion beats that are unrelated to the music.

    Attributes:
        random: of as many beats, distributed uniformly over the dance.
        shifted: of the same beats, shifted by a random time (around the end of the dance): a dancer of the same rhythm
            who does not know when the music started. Usually the higher one, since random beats cluster.
    """

    random: float
    shifted: float


def chance_level(
    score: Score, motion_seconds: FloatArray, duration_seconds: float, *, random: np.random.Generator,
    draws: int = DRAWS,
) -> ChanceLevel:  # fmt: skip
    """Return the mean scores of chance.

    Args:
        score: score of motion beats in seconds.
        motion_seconds: [N] beats of the dance.
        duration_seconds: length of the dance.
        random: source of the draws.
        draws: number of draws.
    """
    thrown = np.sort(random.uniform(0.0, duration_seconds, (draws, len(motion_seconds))), axis=1)
    shifts = (np.arange(draws) + random.uniform(size=draws)) / draws * duration_seconds  # one from every part
    moved = (motion_seconds + shifts[:, None]) % duration_seconds
    moved.sort(axis=1)
    return ChanceLevel(
        float(np.mean([score(beats) for beats in thrown])), float(np.mean([score(beats) for beats in moved]))
    )
