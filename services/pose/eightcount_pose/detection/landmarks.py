"""Decoding of the landmark network's raw output to keypoints in the frame (MediaPipe, pose_landmark_by_roi)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eightcount_common.motion import FloatArray
from eightcount_common.skeletons import BLAZEPOSE_33
from eightcount_pose.engines.base import CROP_SIDE, RegressorOutput
from eightcount_pose.regions import Region

MIN_PRESENCE = 0.5
"""Probability from which a crop counts as showing a person."""
_HEATMAP_KERNEL = 7
_MIN_HEATMAP = 0.5
_AUXILIARY = slice(33, 35)
"""Middle of the hips and a point on the circle around the body: they define the next frame's region."""


@dataclass(frozen=True, slots=True)
class Pose:
    """One person's keypoints in one frame.

    Attributes:
        image: [33, 2] pixels of the upright frame.
        world: [33, 3] metres, origin between the hips, x right, y down, z away from the camera.
        visibility: [33] in [0, 1].
        auxiliary: [2, 2] pixels: middle of the hips, point on the circle around the body.
        presence: probability that this is a person.
    """

    image: FloatArray
    world: FloatArray
    visibility: FloatArray
    auxiliary: NDArray[np.float64]
    presence: float


def decode_pose(output: RegressorOutput, index: int, region: Region) -> Pose:
    """Return the pose of crop `index`, which was cut from `region`, in coordinates of the frame."""
    raw = output.landmarks[index].astype(np.float64)
    points = _refine(raw[:, :2] / CROP_SIDE, output.heatmaps[index])
    to_frame = region.map_to_frame(1)
    placed = points @ to_frame[:, :2].T + to_frame[:, 2]
    keypoints = len(BLAZEPOSE_33)
    cos, sin = np.cos(region.rotation_rad), np.sin(region.rotation_rad)
    upright = np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]])
    world = output.world[index, :keypoints].astype(np.float64) @ upright.T
    return Pose(
        image=placed[:keypoints].astype(np.float32),
        world=world.astype(np.float32),
        visibility=_sigmoid(raw[:keypoints, 3]).astype(np.float32),
        auxiliary=placed[_AUXILIARY],
        presence=float(output.presence[index]),
    )


def _refine(points: NDArray[np.float64], heatmaps: FloatArray) -> NDArray[np.float64]:
    """Return the [39, 2] points in [0, 1], each moved to the centre of mass of its heatmap around it.

    A point is not moved when its heatmap is below 0.5 all around it, or when it lies outside the crop.
    """
    height, width, count = heatmaps.shape
    reach = (_HEATMAP_KERNEL - 1) // 2
    cells = (points * [width, height]).astype(np.intp)
    steps = np.arange(-reach, reach + 1)
    columns, rows = cells[:, 0, None] + steps, cells[:, 1, None] + steps
    inside = ((rows >= 0) & (rows < height))[:, :, None] & ((columns >= 0) & (columns < width))[:, None, :]
    patch = heatmaps[
        np.clip(rows, 0, height - 1)[:, :, None],
        np.clip(columns, 0, width - 1)[:, None, :],
        np.arange(count)[:, None, None],
    ]
    mass = np.where(inside, _sigmoid(patch.astype(np.float64)), 0)
    total = np.maximum(mass.sum(axis=(1, 2)), 1e-12)
    centre = np.stack(
        [(mass * columns[:, None, :]).sum(axis=(1, 2)) / total / width,
         (mass * rows[:, :, None]).sum(axis=(1, 2)) / total / height],
        axis=-1,
    )  # fmt: skip
    within = np.all((points >= 0) & (cells < [width, height]), axis=1)
    sure = mass.max(axis=(1, 2)) >= _MIN_HEATMAP
    return np.where((sure & within)[:, None], centre, points)


def _sigmoid(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -100, 100))))
