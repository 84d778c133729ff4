"""A report as the scoring service would give it for a minute-long dance: made up, but shaped like a real one."""

from __future__ import annotations

from typing import Any

import numpy as np

VIDEO_START_S = 3.04
VIDEO_DURATION_S = 20.0
_FIRST_BEAT_S, _BEAT_S = 3.5, 0.5
_JOINTS = ("left_shoulder", "right_shoulder", "left_elbow", "right_elbow", "left_hip", "right_hip", "left_knee",
           "right_knee", "left_ankle", "right_ankle", "torso")  # fmt: skip

_MOMENTS: tuple[tuple[float, float, str, str, str, float, str], ...] = (
    (14.0, 15.5, "left_elbow", "left elbow bent 35 degrees more than the reference", "ANGLE", 35.0, "deg"),
    (9.0, 10.5, "right_knee", "right knee 190 ms late", "LATE", 190.0, "ms"),
    (18.5, 19.5, "left_shoulder", "left arm raised half as far as the reference", "SMALLER", 0.5, "ratio"),
    (9.5, 10.0, "torso", "upper body leans 12 degrees further back", "ANGLE", 12.0, "deg"),
    (5.0, 6.0, "right_elbow", "right elbow 90 ms early", "EARLY", -90.0, "ms"),
)

_FEEDBACK: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Straighten your left elbow on counts 6 to 8 of the third eight-count: it bends too much.", ("m1",)),
    ("You are late with the right knee in the second eight-count, by about a fifth of a second.", ("m2", "m4")),
    ("Raise the left arm all the way on the last phrase.", ("m3",)),
)


def sample_report(*, has_beat: bool = True, counts: int = 38) -> dict[str, Any]:
    """The report of a fair take; without a beat its timeline is per half second and has no counts."""
    return {
        "score": 72.4,
        "joints": _joints(),
        "timeline": [_entry(i, has_beat=has_beat) for i in range(counts)],
        "moments": [_moment(i) for i in range(len(_MOMENTS))],
        "feedback": [{"text": text, "moment_ids": list(ids)} for text, ids in _FEEDBACK],
        "alignment": {
            "verdict": "aligned", "offset_seconds": 3.037, "clock_ratio": 1.00002, "speed_ratio": 1.0,
            "confidence": 0.98, "reason": "OK", "message": "", "method": "audio",
            "segments": [
                {"take_start_s": 0.0, "take_end_s": 9.4, "offset_seconds": 3.037, "ratio": 1.00002},
                {"take_start_s": 9.4, "take_end_s": 20.0, "offset_seconds": 3.137, "ratio": 1.00002},
            ],
        },
        "warnings": [
            {"reason": "FEET_NOT_VISIBLE", "message": "The feet are out of the picture for 12 % of the take."},
        ],
        "model": {"reference": "blazepose-heavy", "take": "blazepose-heavy"},
        "version": "1",
        "video": {"start_s": VIDEO_START_S, "duration_s": VIDEO_DURATION_S},
    }  # fmt: skip


def _joints() -> dict[str, dict[str, float | None]]:
    scores = np.random.default_rng(8).uniform(46, 96, len(_JOINTS))
    joints: dict[str, dict[str, float | None]] = {
        name: {
            "score": round(float(score), 1),
            "mean_angle_error_deg": round((100 - float(score)) * 0.45, 1),
            "timing_ms": round((70 - float(score)) * 3.1, 1),
        }
        for name, score in zip(_JOINTS, scores, strict=True)
    }
    joints["left_ankle"] = {"score": None, "mean_angle_error_deg": None, "timing_ms": None}
    return joints


def _entry(i: int, *, has_beat: bool) -> dict[str, Any]:
    start = _FIRST_BEAT_S + i * _BEAT_S
    bad = max((1.0 for moment in _MOMENTS if moment[0] - 0.5 < start < moment[1]), default=0.0)
    score = 86 + 9 * np.sin(i * 1.7) - bad * (38 + 10 * np.sin(i * 2.3))
    pickup = 3
    return {
        "start_s": start,
        "end_s": start + _BEAT_S,
        "score": None if i == 30 else round(float(score), 1),
        "worst_joint": _JOINTS[(i * 5) % len(_JOINTS)],
        "count": ((i - pickup) % 8 + 1) if has_beat else 0,
        "eight_count": max(0, (i - pickup) // 8 + 1) if has_beat else 0,
    }


def _moment(i: int) -> dict[str, Any]:
    start, end, joint, what, kind, amount, unit = _MOMENTS[i]
    return {
        "id": f"m{i + 1}", "start_s": start, "end_s": end, "take_start_s": start - 3.037, "take_end_s": end - 3.037,
        "joint": joint, "what": what, "kind": kind, "severity": 3.0 - i * 0.4, "amount": amount, "unit": unit,
    }  # fmt: skip
