"""What scores of beats are worth: what as many motion beats score that have nothing to do with the music."""

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
    """What is scored without hearing the music.

    Attributes:
        random: by as many beats, thrown evenly over the dance.
        shifted: by the same beats, moved together by a random time (around the end of the dance): a dancer of the same
            rhythm who does not know when the music began. Mostly the harder one: beats thrown at random crowd.
    """

    random: float
    shifted: float


def chance_level(
    score: Score, motion_seconds: FloatArray, duration_seconds: float, *, random: np.random.Generator,
    draws: int = DRAWS,
) -> ChanceLevel:  # fmt: skip
    """What chance scores on average.

    Args:
        score: of motion beats in seconds.
        motion_seconds: [N] the beats of the dance.
        duration_seconds: of the dance.
        random: where the draws come from.
        draws: how often chance plays.
    """
    thrown = np.sort(random.uniform(0.0, duration_seconds, (draws, len(motion_seconds))), axis=1)
    shifts = (np.arange(draws) + random.uniform(size=draws)) / draws * duration_seconds  # one from every part
    moved = (motion_seconds + shifts[:, None]) % duration_seconds
    moved.sort(axis=1)
    return ChanceLevel(
        float(np.mean([score(beats) for beats in thrown])), float(np.mean([score(beats) for beats in moved]))
    )
