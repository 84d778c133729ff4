"""A dancer's skeleton over a panel: bones, joints and head; joints over their limit in red."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from eightcount_common.motion import FloatArray, Skeleton
from eightcount_scoring.rendering import colours
from eightcount_scoring.rendering.canvas import Planes, draw_discs, draw_lines, draw_ring
from eightcount_scoring.rendering.scene import joint_keypoints

BONE_SHARE = 1 / 130
"""Thickness of a bone as a share of the panel's height."""
JOINT_SHARE, MARK_RADIUS = 1.9, 2.6
"""Thickness of joints, and radius of red marks, as multiples of the bone's thickness."""
_FACE = ("eye", "ear", "mouth", "nose")
_HEAD_SHARE = 0.5


class Pen:
    """Draws one dancer.

    Attributes:
        skeleton: what the keypoints are.
        colour: of bones and joints.
        flipped: the picture is shown mirrored, and left is right.
    """

    def __init__(self, skeleton: Skeleton, colour: colours.Rgb, *, flipped: bool = False) -> None:
        self.skeleton = skeleton
        self.colour = colour
        self.flipped = flipped
        self._bones = _body_bones(skeleton)
        self._joints = np.unique(self._bones)

    def draw(self, planes: Planes, points: FloatArray, over_limit: tuple[str, ...] = ()) -> None:
        """Draws one frame.

        Args:
            planes: the picture.
            points: [K, 2] as fractions of the picture; NaN is left out.
            over_limit: scored joints to mark in red.
        """
        placed = self.place(points, planes)
        thickness = max(2.0, planes[0].shape[0] * BONE_SHARE)
        self._draw_head(planes, placed, thickness)
        draw_lines(planes, _known(placed[self._bones]), self.colour, thickness=thickness)
        joints = _known(placed[self._joints])
        dots = np.stack([joints, joints], axis=1)  # lines of no length have round ends: one call draws all joints
        draw_lines(planes, dots, self.colour, thickness=JOINT_SHARE * thickness)
        marks = [placed[self.skeleton.indices(joint_keypoints(joint, self.skeleton))].mean(0) for joint in over_limit]
        centres = _known(np.array(marks, np.float32).reshape(-1, 2))
        draw_discs(planes, centres, colours.OVER_LIMIT, radius=MARK_RADIUS * thickness)

    def place(self, points: FloatArray, planes: Planes) -> FloatArray:
        """[K, 2] keypoints in pixels of the picture, left and right as the viewer sees them."""
        height, width = planes[0].shape
        placed = points * np.array([width, height], np.float32)
        if self.flipped:
            placed[:, 0] = width - placed[:, 0]
            placed = placed[self.skeleton.mirror_order]
        return placed

    def _draw_head(self, planes: Planes, placed: FloatArray, thickness: float) -> None:
        """A ring around the ears and a neck, which say where the head is without covering the face."""
        names = self.skeleton.keypoints
        if not {"left_ear", "right_ear", "left_shoulder", "right_shoulder"} <= set(names):
            return
        head = placed[self.skeleton.indices(("left_ear", "right_ear"))].mean(axis=0)
        chest = placed[self.skeleton.indices(("left_shoulder", "right_shoulder"))].mean(axis=0)
        if not np.isfinite([head, chest]).all():
            return
        radius = _HEAD_SHARE * float(np.linalg.norm(head - chest))
        neck = np.array([[chest, chest + (head - chest) * (1 - _HEAD_SHARE)]], np.float32)
        draw_lines(planes, neck, self.colour, thickness=thickness)
        draw_ring(planes, head, self.colour, radius=radius, thickness=thickness)


def _known(points: FloatArray) -> FloatArray:
    """Those along the first axis that have no NaN."""
    return points[np.isfinite(points).all(axis=tuple(range(1, points.ndim)))]


def _body_bones(skeleton: Skeleton) -> NDArray[np.intp]:
    """[E, 2] bones of trunk and limbs; the parts of the face would be a blot at this size."""
    body = [edge for edge in skeleton.edges if not any(part in name for name in edge for part in _FACE)]
    return np.array([skeleton.indices(edge) for edge in body], dtype=np.intp).reshape(-1, 2)
