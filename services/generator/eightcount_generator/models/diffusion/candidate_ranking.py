"""Ranks candidates for the next stretch of a dance by their beats and their position on the stage."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from eightcount_generator.models.encoding import RootPose, decode
from eightcount_generator.models.motion_beats import beat_frames

_NEAR_FRAMES = 1.5
"""A motion beat this close to a music beat is on it: 50 ms."""
_STAGE_METRES = 1.0
"""Distance from the middle of the stage up to which there is no penalty."""
_DISTANCE_WEIGHT = 1.0
"""Penalty of one metre beyond that; missing every beat costs 1."""


def pick_best(candidates: NDArray[np.floating], root_pose: RootPose, beats: NDArray[np.floating]) -> int:
    """Return the index of the candidate that matches the beats best and stays on the stage.

    Args:
        candidates: [K, T, WIDTH] encoded.
        root_pose: where they start.
        beats: frames of the music's beats, relative to the first frame.
    """
    return int(np.argmax([_score(frames, root_pose, beats) for frames in candidates]))


def _score(frames: NDArray[np.floating], root_pose: RootPose, beats: NDArray[np.floating]) -> float:
    dance, end = decode(frames, root_pose)
    asked = beats[(beats >= 0) & (beats < len(frames))]
    found = beat_frames(dance.joints())
    apart = np.abs(found[:, None] - asked) <= _NEAR_FRAMES
    hits = min(int(apart.any(axis=0).sum()), int(apart.any(axis=1).sum()))
    met = 2 * hits / max(len(asked) + len(found), 1)
    away = max(float(np.hypot(end.x, end.z)) - _STAGE_METRES, 0.0)
    return met - _DISTANCE_WEIGHT * away
