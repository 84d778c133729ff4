"""Angular velocities of the joints: movement features independent of the body's position, its size and the camera."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from eightcount_common.errors import InvalidInputError
from eightcount_common.motion import MotionSequence, TimeArray

RATE_HERTZ = 30.0
"""Rate of the features, whatever the frame rate of the video."""
SMOOTHING_SECONDS = 0.05
MIN_ANGULAR_SPEED = 0.05
"""Spread of an angular velocity, in rad per second, below which a joint counts as still."""
JOINTS: tuple[tuple[str, str, str], ...] = tuple(
    (f"{side}_{first}", f"{side}_{middle}", f"{side}_{last}")
    for side in ("left", "right")
    for first, middle, last in (
        ("shoulder", "elbow", "wrist"), ("hip", "shoulder", "elbow"), ("shoulder", "hip", "knee"),
        ("hip", "knee", "ankle"),
    )
)  # fmt: skip
"""Angles at the middle keypoint."""

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class JointMotion:
    """The joint angles of a motion: all that is compared, a twentieth of its size.

    Attributes:
        timestamps: [T] seconds, ascending.
        angles: [T, 8] float32, rad at the `JOINTS`; NaN where no dancer was found.
    """

    timestamps: TimeArray
    angles: NDArray[np.float32]

    @classmethod
    def from_motion(cls, motion: MotionSequence) -> JointMotion:
        """Return the joint angles of a motion or of a piece of one."""
        return cls(motion.timestamps, _joint_angles(motion))

    @classmethod
    def concatenate(cls, pieces: Sequence[JointMotion]) -> JointMotion:
        """Join consecutive pieces into one motion.

        Raises:
            InvalidInputError: there is no piece, or the pieces do not follow each other.
        """
        if not pieces:
            raise InvalidInputError("a motion must have at least one chunk; it has none", reason="INVALID_MOTION")
        timestamps = np.concatenate([piece.timestamps for piece in pieces])
        if np.any(np.diff(timestamps) <= 0):
            raise InvalidInputError("the timestamps of a motion must be strictly ascending", reason="INVALID_MOTION")
        return cls(timestamps, np.concatenate([piece.angles for piece in pieces]))

    @property
    def found(self) -> NDArray[np.bool_]:
        """[T] whether a dancer was found in each frame."""
        return np.asarray(np.isfinite(self.angles).any(axis=1))

    @property
    def duration_seconds(self) -> float:
        """Time from the first frame to the last."""
        return float(np.ptp(self.timestamps)) if self.timestamps.size else 0.0


def angular_velocities(motion: JointMotion) -> FloatArray:
    """Return [N, 8] angular velocities, unit variance per joint, at `RATE_HERTZ` from the first timestamp on.

    Frames without a dancer are bridged by straight lines. A joint that never moves stays 0.
    """
    return even_velocities(motion.timestamps, motion.angles, min_spread=MIN_ANGULAR_SPEED)


def even_velocities(timestamps: TimeArray, values: NDArray[np.float32], *, min_spread: float) -> FloatArray:
    """Return [N, C] velocities of [T, C] values, unit variance per column, at `RATE_HERTZ` from the first timestamp on.

    Args:
        timestamps: [T] seconds, ascending.
        values: NaN where nothing is known; bridged by straight lines. A column without two known values stays 0.
        min_spread: a column whose velocity spreads less is divided by this, not by its spread.
    """
    times = np.arange(timestamps[0], timestamps[-1], 1.0 / RATE_HERTZ)
    velocities = np.zeros((len(times), values.shape[1]))
    for column, series in enumerate(values.T):
        known = np.isfinite(series)
        if known.sum() < 2 or len(times) < 2:
            continue
        even = np.interp(times, timestamps[known], series[known])
        smooth = gaussian_filter1d(even, SMOOTHING_SECONDS * RATE_HERTZ, mode="nearest")
        velocity = np.gradient(smooth) * RATE_HERTZ
        velocities[:, column] = velocity / max(float(velocity.std()), min_spread)
    return velocities


def _joint_angles(motion: MotionSequence) -> NDArray[np.float32]:
    """Return [T, 8] joint angles in rad, NaN where no dancer was found."""
    skeleton, world = motion.skeleton, motion.world.astype(np.float64)
    first, middle, last = (world[:, skeleton.indices(names)] for names in zip(*JOINTS, strict=True))
    upper, lower = first - middle, last - middle
    lengths = np.linalg.norm(upper, axis=-1) * np.linalg.norm(lower, axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        cosines = np.sum(upper * lower, axis=-1) / lengths
    return np.asarray(np.arccos(np.clip(cosines, -1.0, 1.0)), np.float32)
