"""A recording's joints on the common clock, and how well they are seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eightcount_scoring.angles.first_pass import FirstPass
from eightcount_scoring.angles.joint_angles import Array, JointAngles, View, joint_angles
from eightcount_scoring.angles.joints import JOINTS
from eightcount_scoring.angles.resampling import MAX_GAP_SECONDS, RATE_HERTZ, SMOOTHING_SECONDS, resample
from eightcount_scoring.blocks import blocks, gaussian_reach
from eightcount_scoring.motion_reader import MotionReader


@dataclass(frozen=True, slots=True)
class Visibility:
    """How much of a dancer is seen.

    Attributes:
        present: share of the frames in which any joint is.
        visibility: [J] mean weight of the joints in those frames.
    """

    present: float
    visibility: Array


@dataclass(frozen=True, slots=True)
class Dancer:
    """What scoring keeps of a recording.

    Attributes:
        angles: float32, on the common clock.
        visibility: within the overlap.
        duration_seconds: of the whole recording.
        model: of the pose service.
    """

    angles: JointAngles
    visibility: Visibility
    duration_seconds: float
    model: str


def measure_joint_angles(recording: MotionReader, first_pass: FirstPass, seconds: Array, view: View) -> Dancer:
    """The joints of a recording at other times.

    Visibility goes by visibility alone, as in the body's view: a foot that points at the camera is seen all the same.

    Args:
        recording: any frame rate.
        first_pass: of the same recording.
        seconds: [T] wanted times; NaN where there is none.
        view: how the dancers are compared.
    """
    vectors = np.empty((seconds.size, len(JOINTS), 3), np.float32)
    weights = np.empty(vectors.shape[:2], np.float32)
    present, visibility = 0, np.zeros(len(JOINTS))
    for block in blocks(seconds.size, margin=gaussian_reach(SMOOTHING_SECONDS * RATE_HERTZ)):
        wanted = seconds[block.padded]
        start, stop = _needed(first_pass.seconds, wanted)
        piece = recording.frames(start, stop)
        seen = resample(joint_angles(piece, first_pass, "body", first_frame=start), wanted)
        angles = seen if view == "body" else resample(joint_angles(piece, first_pass, view, first_frame=start), wanted)
        vectors[block.frames], weights[block.frames] = angles.vectors[block.inner], angles.weights[block.inner]
        visible = seen.weights[block.inner]
        present += int((visible > 0).any(axis=1).sum())
        visibility += visible.sum(axis=0)
    return Dancer(
        JointAngles(seconds, vectors, weights, view),
        Visibility(present / seconds.size, visibility / max(present, 1)),
        float(first_pass.seconds[-1] - first_pass.seconds[0]),
        first_pass.model,
    )


def _needed(frames: Array, wanted: Array) -> tuple[int, int]:
    """First and last frame, exclusive, from which the wanted times can be interpolated; at least one frame."""
    known = wanted[np.isfinite(wanted)]
    if not known.size:
        return 0, 1
    start = int(np.searchsorted(frames, known.min() - MAX_GAP_SECONDS)) - 1
    stop = int(np.searchsorted(frames, known.max() + MAX_GAP_SECONDS)) + 1
    return max(start, 0), min(stop, frames.size)
