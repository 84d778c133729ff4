"""From two motions to the causes of their difference, and what follows for the score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from eightcount_scoring.angles.camera_view import measure_facing_difference
from eightcount_scoring.angles.first_pass import FirstPass
from eightcount_scoring.angles.joint_angles import Array
from eightcount_scoring.angles.limb_movement import RATE_HERTZ, LimbMovement, sample_movement
from eightcount_scoring.causes.hypotheses import Cause, CauseName, weigh_hypotheses
from eightcount_scoring.causes.movement_fit import fit_movements
from eightcount_scoring.common_clock import RATE_HERTZ as CLOCK_HERTZ

UNRELATED_SCORE = 30.0
"""Scores below this are typical of unrelated dances (0 to 27 on the pairs of real videos tried): such a score needs an
explanation. Single pieces of 24 s reached 34, so a few are not noticed."""
_EVERY = round(CLOCK_HERTZ / RATE_HERTZ)


@dataclass(frozen=True, slots=True)
class Explanation:
    """The causes of a take's difference, and what follows for its score.

    Attributes:
        causes: all hypotheses, the most confident first.
        stated: the one that is stated; None when none has enough evidence, or none is needed.
        scored: whether the score means anything; if not, it is not stated.
    """

    causes: tuple[Cause, ...]
    stated: Cause | None
    scored: bool

    @property
    def comparable(self) -> bool:
        """Whether single moments mean anything: not those of another dance, even where its low score does."""
        return self.scored and (self.stated is None or self.stated.name != "ANOTHER_DANCE")


def find_causes(reference: FirstPass, take: FirstPass, clock: Array, take_clock: Array) -> tuple[Cause, ...]:
    """Weigh all hypotheses on two motions.

    Args:
        reference: first pass over the reference's motion.
        take: first pass over the take's motion.
        clock: [T] times of the reference, on the common clock.
        take_clock: [T] matching times of the take; NaN where there is none.
    """
    ours = _sample(reference, np.where(np.isfinite(take_clock), clock, np.nan))
    theirs = _sample(take, take_clock)
    facing = measure_facing_difference(reference, take, clock, take_clock)
    return weigh_hypotheses(fit_movements(ours, theirs), facing, clock.size / CLOCK_HERTZ)


def explain_score(score: float, causes: Sequence[Cause]) -> Explanation:
    """Choose what is stated of a score; NaN is a score of nothing.

    A mirror image exchanges left and right, so no score of it means anything. Any other score stands that another
    dance would hardly reach; a lower one stands only if the evidence says what it means.
    """
    found = {cause.name: cause for cause in causes if cause.stated}

    def first(*names: CauseName) -> Cause | None:
        return next((found[name] for name in names if name in found), None)

    if not np.isfinite(score):  # no joint is visible in both at any time: that is certain
        unseen = Cause("NOT_VISIBLE", 1.0)
        return Explanation((unseen, *(cause for cause in causes if cause.name != unseen.name)), unseen, scored=False)
    if unscorable := first("NOT_VISIBLE", "MIRRORED"):
        return Explanation(tuple(causes), unscorable, scored=False)
    if score >= UNRELATED_SCORE:
        return Explanation(tuple(causes), first("CAMERA_ELSEWHERE"), scored=True)
    if unscorable := first("CAMERA_ELSEWHERE", "OUT_OF_STEP"):
        return Explanation(tuple(causes), unscorable, scored=False)
    stated = first("SAME_VIEW", "ANOTHER_DANCE")
    return Explanation(tuple(causes), stated, scored=stated is not None)


def find_camera_angle(causes: Sequence[Cause]) -> float:
    """Return the angle in degrees by which the take's camera stands elsewhere; 0 unless the evidence says so."""
    camera = next((cause for cause in causes if cause.name == "CAMERA_ELSEWHERE" and cause.stated), None)
    return camera.angle_deg or 0.0 if camera else 0.0


def _sample(first_pass: FirstPass, seconds: Array) -> LimbMovement:
    wanted = np.asarray(seconds[::_EVERY], dtype=np.float64)
    return sample_movement(first_pass.seconds, first_pass.limbs, first_pass.limb_weights, wanted)
