"""A recording's joints on the common clock, and how well they are seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eightcount_scoring.angles.joint_angles import Array, JointAngles, View, joint_angles
from eightcount_scoring.blocks import blocks, gaussian_reach
from eightcount_scoring.angles.joints import JOINTS
from eightcount_scoring.motion_reader import Recording
from eightcount_scoring.angles.resampling import LONGEST_GAP_SECONDS, RATE_HERTZ, SMOOTHING_SECONDS, resample
from eightcount_scoring.angles.first_pass import Survey


@dataclass(frozen=True, slots=True)
class Sight:
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
        sight: within the overlap.
        duration_seconds: of the whole recording.
        model: of the pose service.
    """

    angles: JointAngles
    sight: Sight
    duration_seconds: float
    model: str


def measure(recording: Recording, survey: Survey, seconds: Array, view: View) -> Dancer:
    """The joints of a recording at other times.

    Sight goes by visibility alone, as in the body's view: a foot that points at the camera is seen all the same.

    Args:
        recording: any frame rate.
        survey: of the same recording.
        seconds: [T] wanted times; NaN where there is none.
        view: how the dancers are compared.
    """
    vectors = np.empty((seconds.size, len(JOINTS), 3), np.float32)
    weights = np.empty(vectors.shape[:2], np.float32)
    present, visibility = 0, np.zeros(len(JOINTS))
    for block in blocks(seconds.size, margin=gaussian_reach(SMOOTHING_SECONDS * RATE_HERTZ)):
        wanted = seconds[block.padded]
        start, stop = _needed(survey.seconds, wanted)
        piece = recording.frames(start, stop)
        seen = resample(joint_angles(piece, survey, "body", first_frame=start), wanted)
        angles = seen if view == "body" else resample(joint_angles(piece, survey, view, first_frame=start), wanted)
        vectors[block.frames], weights[block.frames] = angles.vectors[block.inner], angles.weights[block.inner]
        visible = seen.weights[block.inner]
        present += int((visible > 0).any(axis=1).sum())
        visibility += visible.sum(axis=0)
    return Dancer(
        JointAngles(seconds, vectors, weights, view),
        Sight(present / seconds.size, visibility / max(present, 1)),
        float(survey.seconds[-1] - survey.seconds[0]),
        survey.model,
    )


def _needed(frames: Array, wanted: Array) -> tuple[int, int]:
    """First and last frame, exclusive, from which the wanted times can be interpolated; at least one frame."""
    known = wanted[np.isfinite(wanted)]
    if not known.size:
        return 0, 1
    start = int(np.searchsorted(frames, known.min() - LONGEST_GAP_SECONDS)) - 1
    stop = int(np.searchsorted(frames, known.max() + LONGEST_GAP_SECONDS)) + 1
    return max(start, 0), min(stop, frames.size)
