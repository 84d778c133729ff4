"""A report as the scoring service would give it for a short dance: made up, but shaped like a real one."""

from __future__ import annotations

import numpy as np

from eightcount.scoring.v1 import scoring_pb2
from eightcount.sync.v1 import sync_pb2

VIDEO_START_S = 3.04
"""Second of the reference at which the overlap, and with it the timeline and the video, begins."""
VIDEO_DURATION_S = 20.0
SCORE = 72.4
_FIRST_BEAT_S, _BEAT_S = 3.5, 0.5
_JOINTS = ("left_shoulder", "right_shoulder", "left_elbow", "right_elbow", "left_hip", "right_hip", "left_knee",
           "right_knee", "left_ankle", "right_ankle", "torso")  # fmt: skip

_MOMENTS: tuple[tuple[float, float, str, str, str, float, str], ...] = (
    (14.0, 15.5, "left_elbow", "left elbow bent 35 degrees more than the reference", "ANGLE", 35.0, "DEGREES"),
    (9.0, 10.5, "right_knee", "right knee 190 ms late", "LATE", 190.0, "MILLISECONDS"),
    (18.5, 19.5, "left_shoulder", "left arm raised half as far as the reference", "SMALLER", 0.5, "RATIO"),
    (9.5, 10.0, "torso", "upper body leans 12 degrees further back", "ANGLE", 12.0, "DEGREES"),
    (5.0, 6.0, "right_elbow", "right elbow 90 ms early", "EARLY", -90.0, "MILLISECONDS"),
)

_FEEDBACK: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Straighten your left elbow on counts 6 to 8 of the third eight-count: it bends too much.", ("m1",)),
    ("You are late with the right knee in the second eight-count, by about a fifth of a second.", ("m2", "m4")),
    ("Raise the left arm all the way on the last phrase.", ("m3",)),
)


def count_starts(counts: int = 38) -> list[float]:
    """Seconds of the reference at which the entries of the timeline start; the first one is cut short."""
    return [VIDEO_START_S, *(_FIRST_BEAT_S + i * _BEAT_S for i in range(counts - 1))]


def sample_report(*, has_beat: bool = True, counts: int = 38) -> scoring_pb2.Report:
    """The report of a fair take; without a beat its timeline is per half second and has no counts."""
    report = scoring_pb2.Report(score=SCORE, version="1")
    report.joints.extend(_joints())
    ends = [*count_starts(counts)[1:], _FIRST_BEAT_S + (counts - 1) * _BEAT_S]
    for i, (start, end) in enumerate(zip(count_starts(counts), ends, strict=True)):
        report.timeline.append(_entry(i, start, end, has_beat=has_beat))
    report.moments.extend(_moment(i) for i in range(len(_MOMENTS)))
    for text, ids in _FEEDBACK:
        report.feedback.add(text=text, moment_ids=ids)
    message = "The feet are out of frame for 12 % of the take."
    report.warnings.add(reason="FEET_NOT_VISIBLE", message=message)
    return report


def unscored_report() -> scoring_pb2.Report:
    """The report of a mirrored take: no score anywhere, no moments, one sentence and its warning."""
    report = sample_report()
    for name in ("score", "timing_ms"):
        report.ClearField(name)
    for joint in report.joints:
        for name in ("score", "mean_angle_error_deg", "timing_ms"):
            joint.ClearField(name)
    for entry in report.timeline:
        for name in ("score", "worst_joint"):
            entry.ClearField(name)
    for name in ("moments", "feedback", "warnings"):
        report.ClearField(name)
    report.no_score_reason = "TAKE_SEEMS_MIRRORED"
    report.causes.add(kind=scoring_pb2.CAUSE_KIND_MIRRORED, confidence=0.97, stated=True)
    report.feedback.add(
        text="Your video is a mirror image of the reference, so no score is given as it is. Compare again with the "
        "option 'mirrored'."
    )
    message = "The take looks like a mirror image of the reference: try the option 'mirrored'."
    report.warnings.add(reason="TAKE_SEEMS_MIRRORED", message=message)
    return report


def empty_report() -> scoring_pb2.Report:
    """The report of a take in which nothing could be compared."""
    return scoring_pb2.Report(version="1")


def sample_alignment() -> sync_pb2.Alignment:
    """A take that starts 3 s late and from which a tenth of a second is missing."""
    alignment = sync_pb2.Alignment(
        verdict=sync_pb2.VERDICT_ALIGNED, offset_seconds=3.037, clock_ratio=1.00002, speed_ratio=1.0, confidence=0.98,
        reason="OK", method=sync_pb2.ALIGNMENT_METHOD_AUDIO, overlap_seconds=20.0,
    )  # fmt: skip
    alignment.segments.add(b_start_seconds=0.0, b_end_seconds=9.4, offset_seconds=3.037, ratio=1.00002)
    alignment.segments.add(b_start_seconds=9.4, b_end_seconds=20.0, offset_seconds=3.137, ratio=1.00002)
    return alignment


def _joints() -> list[scoring_pb2.JointScore]:
    scores = np.random.default_rng(8).uniform(46, 96, len(_JOINTS))
    return [
        scoring_pb2.JointScore(joint=name)
        if name == "left_ankle"
        else scoring_pb2.JointScore(
            joint=name, score=score, mean_angle_error_deg=(100 - score) * 0.45, timing_ms=(70 - score) * 3.1
        )
        for name, score in zip(_JOINTS, scores.tolist(), strict=True)
    ]


def _entry(i: int, start: float, end: float, *, has_beat: bool) -> scoring_pb2.TimelineEntry:
    bad = max((1.0 for moment in _MOMENTS if moment[0] - 0.5 < start < moment[1]), default=0.0)
    score = 86 + 9 * np.sin(i * 1.7) - bad * (38 + 10 * np.sin(i * 2.3))
    pickup = 3
    return scoring_pb2.TimelineEntry(
        start_seconds=start,
        end_seconds=end,
        score=None if i == 30 else score,
        worst_joint=_JOINTS[(i * 5) % len(_JOINTS)],
        count=(i - pickup) % 8 + 1 if has_beat else None,
        eight_count=(i - pickup) // 8 + 1 if has_beat and i >= pickup else None,
    )


def _moment(i: int) -> scoring_pb2.Moment:
    start, end, joint, description, kind, amount, unit = _MOMENTS[i]
    return scoring_pb2.Moment(
        id=f"m{i + 1}", start_seconds=start, end_seconds=end, take_start_seconds=start - 3.037,
        take_end_seconds=end - 3.037, joint=joint, description=description, kind=f"MOMENT_KIND_{kind}",
        severity=3.0 - i * 0.4, amount=amount, unit=f"MOMENT_UNIT_{unit}",
    )  # fmt: skip
