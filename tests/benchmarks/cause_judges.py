"""Pairs with a known cause, and what a report may say of them: right, not stated, or wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from eightcount_common.motion import MotionSequence
from eightcount_scoring.causes.hypotheses import CauseName
from eightcount_scoring.comparison import Alignment, Report, score_take
from eightcount_scoring.time_map import TimeMap
from tests.benchmarks.cause_scenes import RATE_HERTZ, Body, Frame, Shot, Truth, change_performer, film

Verdict = Literal["right", "not stated", "wrong"]

STATEMENTS: dict[Truth, CauseName] = {
    "same": "SAME_VIEW",
    "camera": "CAMERA_ELSEWHERE",
    "mirrored": "MIRRORED",
    "out of step": "OUT_OF_STEP",
    "another": "ANOTHER_DANCE",
    "not visible": "NOT_VISIBLE",
}
SAME_VIEW_DEG, ELSEWHERE_DEG = 35.0, 60.0
"""Angles up to which the view is the same, and from which it is another; in between both statements are right."""
ANGLE_TOLERANCE_DEG, SHIFT_TOLERANCE_SECONDS = 35.0, 0.2
HIGHEST_OF_ANOTHER = 45.0
"""A score from here on states that it is the same dance."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two motions on one clock, and the cause of their difference.

    Attributes:
        name: for the table.
        truth: the cause.
        reference, take: the motions.
        angle_deg: where the take's camera stands, negative towards the dancer's left.
        shift_seconds: by which the take's movements come later.
    """

    name: str
    truth: Truth
    reference: MotionSequence
    take: MotionSequence
    angle_deg: float = 0.0
    shift_seconds: float = 0.0


def judge_pair(pair: Pair) -> tuple[Verdict, str]:
    """Score a pair and judge what the report states; the text says what it was."""
    report = score_take(pair.reference, pair.take, alignment=Alignment(TimeMap.from_line(0.0))).report
    return judge_report(pair, report), describe_report(report)


def describe_report(report: Report) -> str:
    """Return what a report states: "MIRRORED 0.97, no score"."""
    stated = report.explanation.stated
    score = "no score" if np.isnan(report.score) else f"score {report.score:.0f}"
    return f"{f'{stated.name} {stated.confidence:.2f}' if stated else 'nothing'}, {score}"


def judge_report(pair: Pair, report: Report) -> Verdict:
    """Judge what a report of a pair states."""
    stated = report.explanation.stated
    scored = bool(np.isfinite(report.score))
    if stated is None or (stated.name == "SAME_VIEW" and scored):
        return _judge_score(pair, report.score)
    if not (stated.name == STATEMENTS[pair.truth] or (stated.name == "CAMERA_ELSEWHERE" and _between(pair))):
        return "wrong"
    if stated.angle_deg is not None and stated.name == "CAMERA_ELSEWHERE":
        off = abs((stated.angle_deg - pair.angle_deg + 180) % 360 - 180)
        return "right" if off <= ANGLE_TOLERANCE_DEG else "wrong"
    if stated.shift_seconds is not None and stated.name == "OUT_OF_STEP":
        return "right" if abs(stated.shift_seconds - pair.shift_seconds) <= SHIFT_TOLERANCE_SECONDS else "wrong"
    return "right"


def _judge_score(pair: Pair, score: float) -> Verdict:
    """Judge a report without a cause: a score is right of the same dance, and wrong where it is high of another."""
    if pair.truth == "same" or (pair.truth == "camera" and _between(pair)):
        return "right" if np.isfinite(score) else "not stated"
    return "wrong" if pair.truth == "another" and score >= HIGHEST_OF_ANOTHER else "not stated"


def _between(pair: Pair) -> bool:
    return pair.truth in ("same", "camera") and SAME_VIEW_DEG * 0.6 < abs(pair.angle_deg) < ELSEWHERE_DEG


def pairs_of(
    body: Body, other: Body, seed: int, *, frame: Frame = "whole", same_performer: bool = False
) -> Iterator[Pair]:
    """Yield pairs of one body: every angle, mirrored and not, another dance, and the same dance out of step."""
    generator = np.random.default_rng(seed)
    late = round(0.7 * RATE_HERTZ)
    whole = body[: len(body) - late]
    performed = whole if same_performer else change_performer(whole, seed)

    def shoot(seen: Body, shot: Shot) -> MotionSequence:
        return film(seen, shot, int(generator.integers(1 << 30)))

    reference = shoot(whole, Shot())
    for turned in (0.0, 25.0, -60.0, 90.0, -90.0, 135.0, 180.0):
        for mirrored in (False, True):
            tilted = float(generator.uniform(-10, 15))
            truth: Truth = "mirrored" if mirrored else "camera" if abs(turned) > SAME_VIEW_DEG else "same"
            take = shoot(performed, Shot(turned, tilted, mirrored=mirrored, frame=frame))
            yield Pair(f"{truth} {turned:.0f}", truth, reference, take, angle_deg=-turned)
    for turned in (0.0, 90.0):
        yield Pair(f"another {turned:.0f}", "another", reference, shoot(other[: len(whole)], Shot(turned, frame=frame)))
    yield Pair("earlier", "out of step", reference, shoot(body[late:], Shot(frame=frame)), shift_seconds=-0.7)
    if frame == "whole":
        yield Pair("face", "not visible", reference, shoot(performed, Shot(frame="face")))
