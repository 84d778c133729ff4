"""How well a set of dances keeps the beat, by both definitions of a motion beat, beside chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from eightcount_common.errors import InvalidInputError
from eightcount_generator.body.dance import FRAME_RATE_HERTZ
from eightcount_generator.evaluation import beats
from eightcount_generator.evaluation.chance import Chance, Score, chance
from eightcount_generator.evaluation.intervals import Interval, interval_of_mean
from eightcount_generator.evaluation.places import (
    PUBLISHED_RATE_HERTZ,
    FloatArray,
    IndexArray,
    Joints,
    at_published_rate,
    checked,
)


@dataclass(frozen=True, slots=True)
class Performance:
    """A dance to be measured, and the music it was danced to.

    Attributes:
        joints: [T, 24, 3] places in metres at 30 frames a second, y up, the floor at 0.
        beats_seconds: beats of the music, ascending; None where there is no music.

    Raises:
        InvalidInputError: INVALID_JOINTS; or INVALID_BEATS: not ascending, or none within the dance.
    """

    joints: Joints
    beats_seconds: FloatArray | None = None

    def __post_init__(self) -> None:
        checked(self.joints, frames=4)
        found = self.beats_seconds
        if found is not None and not ((np.diff(found) > 0).all() and ((found >= 0) & (found < self.seconds)).any()):
            raise InvalidInputError(
                f"beats: wanted ascending seconds, some within the {self.seconds:.2f} s of the dance, got {found}",
                reason="INVALID_BEATS",
            )

    @property
    def seconds(self) -> float:
        """From the first frame to the last."""
        return (len(self.joints) - 1) / FRAME_RATE_HERTZ


@dataclass(frozen=True, slots=True)
class BeatFigure:
    """A score, mean over dances, and what chance scores on the same dances and music."""

    score: Interval
    chance: Chance


@dataclass(frozen=True, slots=True)
class BeatFigures:
    """How well dances keep the beat; all from 0 to 1.

    Attributes:
        mint: beat-align score that asks of every motion beat how near a music beat is.
        bailando: beat-align score that asks of every music beat how near a motion beat is.
        mint_f: two-sided F-measure within 50 ms, of motion beats as mint finds them.
        bailando_f: the same, of motion beats as Bailando finds them.
    """

    mint: BeatFigure
    bailando: BeatFigure
    mint_f: BeatFigure
    bailando_f: BeatFigure


def beat_figures(performances: Sequence[Performance], *, random: np.random.Generator, resamples: int) -> BeatFigures:
    """Figures of performances that have music, one or more; a dance without motion beats scores 0."""
    tried = [_tried(performance, random) for performance in performances]
    figures = []
    for rows in zip(*tried, strict=True):
        score = interval_of_mean(np.array([row[0] for row in rows]), random=random, resamples=resamples)
        luck = Chance(*np.mean([(row[1].random, row[1].shifted) for row in rows], axis=0).tolist())
        figures.append(BeatFigure(score, luck))
    return BeatFigures(*figures)


def _tried(performance: Performance, random: np.random.Generator) -> list[tuple[float, Chance]]:
    """Score and chance of one performance, in the order of `BeatFigures`."""
    joints = at_published_rate(performance.joints)
    known = performance.beats_seconds
    heard = known[(known >= 0) & (known < performance.seconds)] if known is not None else np.empty(0)
    music = np.asarray(np.rint(heard * PUBLISHED_RATE_HERTZ), np.intp)
    of_mint = beats.mint_seconds(beats.mint_beats(beats.mint_envelope(joints)))
    of_bailando = beats.bailando_seconds(beats.bailando_beats(beats.bailando_smooth(beats.bailando_speed(joints))))

    def mint(seconds: FloatArray) -> float:
        return beats.mint_score(_frames(seconds, 0.5), music)

    def bailando(seconds: FloatArray) -> float:
        return float(np.nan_to_num(beats.bailando_score(_frames(seconds, -0.5), music, frames=len(joints))))

    def f_measure(seconds: FloatArray) -> float:
        return beats.f_measure(seconds, heard)

    asked: list[tuple[Score, FloatArray]] = [
        (mint, of_mint), (bailando, of_bailando), (f_measure, of_mint), (f_measure, of_bailando)
    ]  # fmt: skip
    return [(score(found), chance(score, found, performance.seconds, random=random)) for score, found in asked]


def _frames(seconds: FloatArray, ahead: float) -> IndexArray:
    """Frames of motion beats, counted as their definition counts them: see `mint_seconds`, `bailando_seconds`."""
    return np.asarray(np.rint(seconds * PUBLISHED_RATE_HERTZ + ahead), np.intp)
