"""Hypotheses on why a take differs from its reference, each with its own evidence and confidence.

A hypothesis has a few conditions, each the ratio of a measured value to its limit; the smallest ratio is its support,
so that every condition must hold. It is stated from a support of 1 on. The limits were set on one half of a bank of
motion capture seen by virtual cameras (`tests/benchmarks/cause_bank.py`) and are reported on the other
(docs/benchmarks.md); none was set on scores.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from eightcount_scoring.angles.camera_view import SAME_VIEW_DEG, FacingDifference
from eightcount_scoring.causes.movement_fit import Fit, MovementFit

CauseName = Literal["SAME_VIEW", "CAMERA_ELSEWHERE", "MIRRORED", "OUT_OF_STEP", "ANOTHER_DANCE", "NOT_VISIBLE"]

STATED_CONFIDENCE = 0.9
"""Confidence of a hypothesis whose weakest evidence just reaches its limit."""
MAX_SUPPORT = 2.0
SAME_DANCE, CHANCE_MULTIPLE = 0.35, 5.0
"""Correlation from which movements are the same dance: other dances of 10 s and more stay below 0.33; and as a multiple
of what wrong shifts give."""
SHORT_PIECE = 0.9
"""The same limit for short pieces, divided by the root of the seconds seen: chance falls with it."""
SAME_DANCE_TURNED, CHANCE_MULTIPLE_TURNED = 0.3, 4.0
"""The same from another side, where half of the movement is guessed depth; the facing has to agree as well."""
BETTER_MIRRORED, CONTRAST_MULTIPLE = 0.1, 2.0
"""How much better the mirror image must fit, as a correlation and as a multiple of chance. Symmetric dances fit nearly
as well mirrored: 0.52 against 0.63 for a real pair."""
NOT_MIRRORED_MULTIPLE = 3.0
BETTER_TURNED = 0.1
"""How much better a turned camera must fit than the same view."""
STEADY_RESULTANT = 0.8
"""Resultant length from which a mean angle is one: the same camera has 0.62 for a dancer whose direction is guessed
badly, and 0.14 to 0.44 gave arbitrary angles."""
TURNED_DEG, AGREEING_DEG = SAME_VIEW_DEG, 45.0
"""Least angle that is stated, and the greatest distance of the angle by facing from that by movement."""
OTHER_TIME, OTHER_TIME_MULTIPLE, BETTER_AT_OTHER_TIME = 0.5, 6.0, 0.3
SHORT_PIECE_SEARCHED = 1.5
"""Multiple of the limit for short pieces where the best of all shifts is taken: the best of many is high by chance."""
UNLIKE, UNLIKE_ANYWHERE, UNLIKE_SPREAD = 0.2, 0.4, 0.1
"""Correlations up to which two dances have nothing in common: where they are aligned, and at any shift; and the largest
spread of chance with which that can be seen."""
SEEN_SECONDS, SEEN_SECONDS_OF_OTHER = 2.5, 7.0
"""Time in which both dancers' limbs must be visible for a cause to be stated."""
LEAST_SEEN_SHARE = 0.1
"""Share of the overlap in which the limbs of both are visible, below which nothing can be said."""


@dataclass(frozen=True, slots=True)
class Cause:
    """A hypothesis on why a take differs, with its confidence.

    Attributes:
        name: the hypothesis.
        confidence: in [0, 1), stated from `STATED_CONFIDENCE` on.
        angle_deg: of `CAMERA_ELSEWHERE`, negative towards the dancer's left; None for the others.
        shift_seconds: of `OUT_OF_STEP`, positive when the take's movements come later; None for the others.
    """

    name: CauseName
    confidence: float
    angle_deg: float | None = None
    shift_seconds: float | None = None

    @property
    def stated(self) -> bool:
        """Whether the evidence suffices to tell the dancer."""
        return self.confidence >= STATED_CONFIDENCE


def weigh_hypotheses(fit: MovementFit, facing: FacingDifference, overlap_seconds: float) -> tuple[Cause, ...]:
    """Return all hypotheses, the most confident first."""
    other_time = max(fit.plain, fit.mirrored, key=lambda one: one.elsewhere)
    causes = (
        Cause("SAME_VIEW", _confidence(_support_same_view(fit))),
        Cause("CAMERA_ELSEWHERE", _confidence(_support_camera(fit, facing)), angle_deg=facing.angle_deg),
        Cause("MIRRORED", _confidence(_support_mirrored(fit))),
        Cause(
            "OUT_OF_STEP", _confidence(_support_other_time(fit, other_time)),
            shift_seconds=other_time.elsewhere_seconds,
        ),
        Cause("ANOTHER_DANCE", _confidence(_support_another_dance(fit))),
        Cause("NOT_VISIBLE", _confidence(_support_not_visible(fit, overlap_seconds))),
    )  # fmt: skip
    return tuple(sorted(causes, key=lambda cause: -cause.confidence))


def _confidence(support: float) -> float:
    """Return 1 - 10^-support: 0 without support, 0.9 at the limit, at most 0.99."""
    return 1.0 - float(10.0 ** -min(max(support, 0.0), MAX_SUPPORT))


def _support_same_view(fit: MovementFit) -> float:
    plain = fit.plain
    return min(
        plain.near / _same_dance_limit(plain, fit.seen_seconds),
        2.0 - (plain.near_turned - plain.near) / BETTER_TURNED,
        2.0 - (plain.elsewhere - plain.near_turned) / BETTER_AT_OTHER_TIME,
        2.0 - (fit.mirrored.near_turned - plain.near_turned) / BETTER_MIRRORED,
    )


def _support_mirrored(fit: MovementFit) -> float:
    mirrored = fit.mirrored
    better = max(BETTER_MIRRORED, CONTRAST_MULTIPLE * fit.contrast_chance)
    return min(
        mirrored.explained / _same_dance_limit(mirrored, fit.seen_seconds),
        (mirrored.explained - fit.plain.explained) / better,
        fit.seen_seconds / SEEN_SECONDS,
    )


def _support_camera(fit: MovementFit, facing: FacingDifference) -> float:
    plain = fit.plain
    clearer = max(BETTER_MIRRORED, NOT_MIRRORED_MULTIPLE * fit.contrast_chance)
    apart = abs((facing.angle_deg - plain.turned_deg + 180.0) % 360.0 - 180.0)
    return min(
        plain.explained / max(SAME_DANCE_TURNED, CHANCE_MULTIPLE_TURNED * plain.chance),
        (plain.explained - fit.mirrored.explained) / clearer,
        (plain.explained - plain.same_view) / BETTER_TURNED,
        _reach(facing.resultant, STEADY_RESULTANT),
        abs(facing.angle_deg) / TURNED_DEG,
        2.0 - apart / AGREEING_DEG,
        fit.seen_seconds / SEEN_SECONDS,
    )


def _support_other_time(fit: MovementFit, best: Fit) -> float:
    here = max(fit.plain.explained, fit.mirrored.explained)
    return min(
        best.elsewhere
        / max(OTHER_TIME, OTHER_TIME_MULTIPLE * best.chance, SHORT_PIECE_SEARCHED * _short_limit(fit.seen_seconds)),
        (best.elsewhere - here) / BETTER_AT_OTHER_TIME,
        fit.seen_seconds / SEEN_SECONDS,
    )


def _support_another_dance(fit: MovementFit) -> float:
    here = max(fit.plain.explained, fit.mirrored.explained)
    anywhere = max(max(one.near_turned, one.elsewhere) for one in (fit.plain, fit.mirrored))
    return min(
        2.0 - here / UNLIKE,
        2.0 - anywhere / UNLIKE_ANYWHERE,
        UNLIKE_SPREAD / max(fit.plain.chance, fit.mirrored.chance),
        fit.seen_seconds / SEEN_SECONDS_OF_OTHER,
    )


def _support_not_visible(fit: MovementFit, overlap_seconds: float) -> float:
    return 2.0 - fit.seen_seconds / (LEAST_SEEN_SHARE * max(overlap_seconds, 1e-6))


def _same_dance_limit(fit: Fit, seen_seconds: float) -> float:
    return max(SAME_DANCE, CHANCE_MULTIPLE * fit.chance, _short_limit(seen_seconds))


def _short_limit(seen_seconds: float) -> float:
    return SHORT_PIECE / math.sqrt(max(seen_seconds, 0.1))


def _reach(resultant: float, limit: float) -> float:
    """Return the support of a resultant length: its distance from 1 against that of the limit."""
    return max(resultant / limit, 1.0 + (resultant - limit) / (1.0 - limit))
