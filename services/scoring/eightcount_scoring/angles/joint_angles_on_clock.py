"""Joint angles of a motion on the common clock, and their visibility."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from eightcount_scoring.angles.first_pass import FirstPass
from eightcount_scoring.angles.joint_angles import Array, JointAngles, View, joint_angles
from eightcount_scoring.angles.joints import JOINTS
from eightcount_scoring.angles.resampling import MAX_GAP_SECONDS, SMOOTHING_SECONDS, lies_in_gap, resample
from eightcount_scoring.common_clock import RATE_HERTZ
from eightcount_scoring.frame_blocks import blocks, gaussian_reach
from eightcount_scoring.motion_reader import MotionReader


@dataclass(frozen=True, slots=True)
class Visibility:
    """The visibility of a dancer.

    Attributes:
        present: share of the frames in which any joint is visible; times without a frame do not count.
        joints: [J] mean weight of the joints in those frames.
        outside: by keypoint the share of those frames in which it lies outside the frame.
    """

    present: float
    joints: Array
    outside: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Dancer:
    """One dancer of a comparison.

    Attributes:
        angles: float32, on the common clock.
        visibility: within the overlap.
        duration_seconds: length of the whole motion.
        model: name of the pose model.
    """

    angles: JointAngles
    visibility: Visibility
    duration_seconds: float
    model: str


def measure_joint_angles(recording: MotionReader, first_pass: FirstPass, seconds: Array, view: View) -> Dancer:
    """Measure the joint angles of a motion at the times of the common clock.

    Visibility depends on the landmarks alone, as in the body's view: a foot that points at the camera is visible too.

    Args:
        recording: the motion, at any frame rate.
        first_pass: the first pass over the same motion.
        seconds: [T] times of the motion; NaN where there is none.
        view: the view in which the dancers are compared.
    """
    vectors = np.empty((seconds.size, len(JOINTS), 3), np.float32)
    weights = np.empty(vectors.shape[:2], np.float32)
    present, visibility = 0, np.zeros(len(JOINTS))
    for block in blocks(seconds.size, margin=gaussian_reach(SMOOTHING_SECONDS * RATE_HERTZ)):
        wanted = seconds[block.padded]
        start, stop = _frame_range(first_pass.seconds, wanted)
        piece = recording.frames(start, stop)
        seen = resample(joint_angles(piece, first_pass, "body", first_frame=start), wanted)
        angles = seen if view == "body" else resample(joint_angles(piece, first_pass, view, first_frame=start), wanted)
        vectors[block.frames], weights[block.frames] = angles.vectors[block.inner], angles.weights[block.inner]
        visible = seen.weights[block.inner]
        present += int((visible > 0).any(axis=1).sum())
        visibility += visible.sum(axis=0)
    return Dancer(
        JointAngles(seconds, vectors, weights, view),
        Visibility(
            min(present / _count_shown(first_pass, seconds), 1.0),
            visibility / max(present, 1),
            _shares_outside(recording, first_pass, seconds),
        ),
        float(first_pass.seconds[-1] - first_pass.seconds[0]),
        first_pass.model,
    )


def _count_shown(first_pass: FirstPass, seconds: Array) -> int:
    """Return the number of times at which the recording shows a frame; at least 1."""
    return max(1, int((np.isfinite(seconds) & ~lies_in_gap(first_pass.seconds, seconds)).sum()))


def _shares_outside(recording: MotionReader, first_pass: FirstPass, seconds: Array) -> dict[str, float]:
    """Return by keypoint the share of the frames with a dancer in which it lies outside the frame."""
    start, stop = _frame_range(first_pass.seconds, seconds)
    found = np.isfinite(first_pass.limbs[start:stop]).all(axis=(1, 2))
    inside = first_pass.inside[start:stop][found]
    shares = 1.0 - inside.mean(axis=0) if inside.size else np.zeros(first_pass.inside.shape[1])
    return dict(zip(recording.frames(0, 1).skeleton.keypoints, shares.tolist(), strict=True))


def _frame_range(frames: Array, wanted: Array) -> tuple[int, int]:
    """Return first and last frame, exclusive, that are needed to interpolate at some times; at least one frame."""
    known = wanted[np.isfinite(wanted)]
    if not known.size:
        return 0, 1
    start = int(np.searchsorted(frames, known.min() - MAX_GAP_SECONDS)) - 1
    stop = int(np.searchsorted(frames, known.max() + MAX_GAP_SECONDS)) + 1
    return max(start, 0), min(stop, frames.size)
