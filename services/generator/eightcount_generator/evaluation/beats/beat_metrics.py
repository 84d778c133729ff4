"""Beat metrics of a set of dances, by both definitions of a motion beat, beside the level of chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from eightcount_common.errors import InvalidInputError
from eightcount_generator.body.dance import FRAME_RATE_HERTZ
from eightcount_generator.evaluation.beats import beat_alignment
from eightcount_generator.evaluation.beats.chance import ChanceLevel, Score, chance_level
from eightcount_generator.evaluation.intervals import Interval, mean_interval
from eightcount_generator.evaluation.joint_positions import (
    PUBLISHED_RATE_HERTZ,
    FloatArray,
    IndexArray,
    Joints,
    check_joints,
    resample_to_published_rate,
)


@dataclass(frozen=True, slots=True)
class EvaluatedDance:
    """A dance to evaluate, and the beats of its music.

    Attributes:
        joints: [T, 24, 3] positions in metres at 30 frames per second, y up, the floor at 0.
        beats_seconds: beats of the music, ascending; None where there is no music.

    Raises:
        InvalidInputError: INVALID_JOINTS; INVALID_BEATS, the beats are not ascending, or none is within the dance.
    """

    joints: Joints
    beats_seconds: FloatArray | None = None

    def __post_init__(self) -> None:
        check_joints(self.joints, frames=4)
        found = self.beats_seconds
        if found is not None and not ((np.diff(found) > 0).all() and ((found >= 0) & (found < self.seconds)).any()):
            raise InvalidInputError(
                f"beats must be ascending, and some must lie within the {self.seconds:.2f} s of the dance; got {found}",
                reason="INVALID_BEATS",
            )

    @property
    def seconds(self) -> float:
        """Seconds from the first frame to the last."""
        return (len(self.joints) - 1) / FRAME_RATE_HERTZ


@dataclass(frozen=True, slots=True)
class BeatMetric:
    """A score, mean over dances, and the score of chance on the same dances and music."""

    score: Interval
    chance: ChanceLevel


@dataclass(frozen=True, slots=True)
class BeatMetrics:
    """Beat metrics of a set of dances; all from 0 to 1.

    Attributes:
        mint: beat-align score: for every motion beat, the distance of the nearest music beat.
        bailando: beat-align score: for every music beat, the distance of the nearest motion beat.
        mint_f: two-sided F-measure within 50 ms, with the motion beats of mint.
        bailando_f: the same, with the motion beats of Bailando.
    """

    mint: BeatMetric
    bailando: BeatMetric
    mint_f: BeatMetric
    bailando_f: BeatMetric


def measure_beats(
    performances: Sequence[EvaluatedDance], *, random: np.random.Generator, resamples: int
) -> BeatMetrics:
    """Compute the metrics of one or more dances with music; a dance without motion beats scores 0."""
    tried = [_score_dance(performance, random) for performance in performances]
    figures = []
    for rows in zip(*tried, strict=True):
        score = mean_interval(np.array([row[0] for row in rows]), random=random, resamples=resamples)
        luck = ChanceLevel(*np.mean([(row[1].random, row[1].shifted) for row in rows], axis=0).tolist())
        figures.append(BeatMetric(score, luck))
    return BeatMetrics(*figures)


def _score_dance(performance: EvaluatedDance, random: np.random.Generator) -> list[tuple[float, ChanceLevel]]:
    """Return score and level of chance of one dance, in the order of `BeatMetrics`."""
    joints = resample_to_published_rate(performance.joints)
    known = performance.beats_seconds
    music_seconds = known[(known >= 0) & (known < performance.seconds)] if known is not None else np.empty(0)
    music = np.asarray(np.rint(music_seconds * PUBLISHED_RATE_HERTZ), np.intp)
    of_mint = beat_alignment.mint_seconds(beat_alignment.mint_beats(beat_alignment.mint_envelope(joints)))
    of_bailando = beat_alignment.bailando_seconds(
        beat_alignment.bailando_beats(beat_alignment.bailando_smooth(beat_alignment.bailando_speed(joints)))
    )

    def mint(seconds: FloatArray) -> float:
        return beat_alignment.mint_score(_frames(seconds, 0.5), music)

    def bailando(seconds: FloatArray) -> float:
        return float(np.nan_to_num(beat_alignment.bailando_score(_frames(seconds, -0.5), music, frames=len(joints))))

    def f_measure(seconds: FloatArray) -> float:
        return beat_alignment.f_measure(seconds, music_seconds)

    asked: list[tuple[Score, FloatArray]] = [
        (mint, of_mint), (bailando, of_bailando), (f_measure, of_mint), (f_measure, of_bailando)
    ]  # fmt: skip
    return [(score(found), chance_level(score, found, performance.seconds, random=random)) for score, found in asked]


def _frames(seconds: FloatArray, ahead: float) -> IndexArray:
    """Return the frames of motion beats as their definition counts them: see `mint_seconds`, `bailando_seconds`."""
    return np.asarray(np.rint(seconds * PUBLISHED_RATE_HERTZ + ahead), np.intp)
