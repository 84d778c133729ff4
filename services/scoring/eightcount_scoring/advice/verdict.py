"""The opening sentences of the feedback: how close the take is as a whole, and what is best in it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from eightcount_scoring.advice.cause_words import (
    ANOTHER_DANCE,
    CAMERA,
    MIRRORED,
    NOT_MIRRORED,
    NOT_VISIBLE,
    OUT_OF_STEP,
    UNKNOWN,
    describe_angle,
    describe_shift,
)
from eightcount_scoring.advice.feedback import Feedback
from eightcount_scoring.advice.time_phrases import describe_time
from eightcount_scoring.angles.joints import JOINTS
from eightcount_scoring.causes.explanation import Explanation
from eightcount_scoring.counts import Music
from eightcount_scoring.score.joint_scores import JointScore
from eightcount_scoring.score.timeline import TimelineEntry

SAME, CLOSE, KNOWN = 97.0, 75.0, 45.0
"""Scores from which on a take is the same as, close to, and recognisable as the reference (docs/scoring.md)."""
PRAISED = 60.0
"""A joint or stretch is praised from this score on."""
_STRETCH = 8


def summarize_score(
    score: float, joints: Sequence[JointScore], entries: Sequence[TimelineEntry], music: Music
) -> tuple[Feedback, ...]:
    """Write a sentence on the whole take and, where it is deserved, praise."""
    return (Feedback(_opening_sentence(score)), *_praise(score, joints, entries, music))


def say_whole_lag(seconds: float) -> tuple[Feedback, ...]:
    """Write one sentence on a lag that the whole take shares, and the other cause that it may have; none without one.

    Two videos do not show whether the dancer is late, or sound and image of one of them are apart.
    """
    if not seconds:
        return ()
    direction = "late" if seconds > 0 else "early"
    amount = f"{max(abs(seconds), 0.1):.1f} s"
    other = "If you are not, sound and image of one video are so far apart."
    return (Feedback(f"You are {amount} {direction} throughout. {other}"),)


def say_why_unscored(explanation: Explanation, *, mirrored: bool) -> Feedback:
    """Write what is known of a take of which single moments mean nothing, and what to do next."""
    stated = explanation.stated
    if stated is None:
        return Feedback(UNKNOWN)
    if stated.name == "MIRRORED":
        return Feedback(NOT_MIRRORED if mirrored else MIRRORED)
    if stated.name == "CAMERA_ELSEWHERE":
        where = describe_angle(stated.angle_deg or 0.0)
        return Feedback(f"Your video was filmed {where}, so no score is given. {CAMERA}")
    if stated.name == "OUT_OF_STEP":
        return Feedback(f"{describe_shift(stated.shift_seconds or 0.0)} {OUT_OF_STEP}")
    return Feedback({"NOT_VISIBLE": NOT_VISIBLE, "ANOTHER_DANCE": ANOTHER_DANCE}[stated.name])


def _opening_sentence(score: float) -> str:
    if score >= SAME:
        return "No difference worth a word: this is the reference."
    if score >= CLOSE:
        return "Very close to the reference. What is left are details."
    if score >= KNOWN:
        return "You have the choreography. These places bring you closer to the reference."
    return "The choreography is recognisable, but large parts of it look different. Start with the worst moments."


def _praise(
    score: float, joints: Sequence[JointScore], entries: Sequence[TimelineEntry], music: Music
) -> tuple[Feedback, ...]:
    if score >= SAME:
        return ()
    praise = []
    moving = [joint for joint in joints if np.isfinite(joint.score) and not joint.joint.endswith("ankle")]
    best = max(moving, key=lambda joint: joint.score, default=None)
    if best is not None and best.score >= PRAISED:
        words = next(joint.words for joint in JOINTS if joint.name == best.joint)
        error = f"{best.mean_angle_error_deg:.0f} degrees off on average"
        praise.append(Feedback(f"Your {words} is what you do best: {error}."))
    stretch = _best_stretch(entries)
    if stretch and float(np.mean([entry.score for entry in stretch])) >= max(PRAISED, score + 5.0):
        where = describe_time(stretch[0].start_seconds, stretch[-1].end_seconds, music)
        praise.append(Feedback(f"{where} is your best stretch: keep it like that."))
    return tuple(praise)


def _best_stretch(entries: Sequence[TimelineEntry]) -> Sequence[TimelineEntry]:
    if len(entries) < 2 * _STRETCH:
        return ()
    scores = np.nan_to_num([entry.score for entry in entries])
    start = int(np.convolve(scores, np.ones(_STRETCH), mode="valid").argmax())
    return entries[start : start + _STRETCH]
