"""Drawing of a dancer's skeleton over a panel: bones, joints and head, with joints over their limit in red."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from numpy.typing import NDArray

from eightcount_common.media.colours import Rgb
from eightcount_common.media.scaling import Planes
from eightcount_common.motion import FloatArray
from eightcount_common.skeletons import Skeleton
from eightcount_scoring.rendering import colours
from eightcount_scoring.rendering.canvas import draw_discs, draw_lines, draw_ring, subpixels
from eightcount_scoring.rendering.scene import joint_keypoints

BONE_SHARE = 1 / 120
"""Thickness of a bone as a share of the panel's height."""
JOINT_SHARE, MARK_RADIUS = 1.9, 2.6
"""Thickness of joints, and radius of red marks, as multiples of the bone's thickness."""
_FACE = ("eye", "ear", "mouth", "nose")
_HEAD_SHARE = 0.5


class SkeletonPen:
    """Draws the skeleton of one dancer.

    Attributes:
        skeleton: the skeleton of the keypoints.
        colour: colour of bones and joints.
        flipped: whether the image is shown mirrored, with left and right swapped.
    """

    def __init__(self, skeleton: Skeleton, colour: Rgb, *, flipped: bool = False) -> None:
        self.skeleton = skeleton
        self.colour = colour
        self.flipped = flipped
        self._bones = _body_bones(skeleton)
        joints = np.unique(self._bones)
        self._dots = np.stack([joints, joints], axis=1)  # lines of no length have round ends: one call draws all
        self._head = _head_keypoints(skeleton)

    def draw(self, planes: Planes, points: FloatArray, over_limit: tuple[str, ...] = ()) -> None:
        """Draw one frame.

        Args:
            planes: the image to draw on.
            points: [K, 2] as fractions of the image; NaN is not drawn.
            over_limit: scored joints to mark in red.
        """
        placed = self.to_pixels(points, planes)
        known = np.isfinite(placed[:, 0])
        located = subpixels(np.where(known[:, None], placed, 0.0))
        thickness = max(2.0, planes[0].shape[0] * BONE_SHARE)
        if self._head is not None and known[self._head].all():
            self._draw_head(planes, placed[self._head].mean(axis=1), thickness)
        for lines, width in ((self._bones, thickness), (self._dots, JOINT_SHARE * thickness)):
            draw_lines(planes, located[lines[known[lines].all(axis=1)]], self.colour, thickness=width)
        if over_limit:
            centres = self._centres(placed, over_limit)
            draw_discs(planes, subpixels(centres), colours.JOINT_OVER_LIMIT, radius=MARK_RADIUS * thickness)

    def to_pixels(self, points: FloatArray, planes: Planes) -> FloatArray:
        """Convert [K, 2] keypoints to pixels of the image, flipped if the image is."""
        height, width = planes[0].shape
        placed = points * np.array([width, height], np.float32)
        if self.flipped:
            placed[:, 0] = width - placed[:, 0]
            placed = placed[self.skeleton.mirror_order]
        return placed

    def _draw_head(self, planes: Planes, middles: FloatArray, thickness: float) -> None:
        """Draw a ring and a neck, from the middles of ears and shoulders, that leave the face visible."""
        head, chest = middles
        radius = _HEAD_SHARE * math.hypot(*(head - chest))
        neck = np.stack([chest, chest + (head - chest) * (1 - _HEAD_SHARE)])
        draw_lines(planes, subpixels(neck[None]), self.colour, thickness=thickness)
        draw_ring(planes, subpixels(head), self.colour, radius=radius, thickness=thickness)

    def _centres(self, placed: FloatArray, joints: tuple[str, ...]) -> FloatArray:
        """Return [N, 2] the positions of the joints that are known."""
        centres = np.array([placed[_keypoints_of(joint, self.skeleton)].mean(axis=0) for joint in joints])
        known: FloatArray = centres[np.isfinite(centres).all(axis=1)]
        return known


@cache
def _keypoints_of(joint: str, skeleton: Skeleton) -> NDArray[np.intp]:
    return np.array(skeleton.indices(joint_keypoints(joint, skeleton)), dtype=np.intp)


def _head_keypoints(skeleton: Skeleton) -> NDArray[np.intp] | None:
    """Return [2, 2] the indices of ears and shoulders; None when the skeleton lacks them."""
    ears, shoulders = ("left_ear", "right_ear"), ("left_shoulder", "right_shoulder")
    if not {*ears, *shoulders} <= set(skeleton.keypoints):
        return None
    return np.array([skeleton.indices(ears), skeleton.indices(shoulders)], dtype=np.intp)


def _body_bones(skeleton: Skeleton) -> NDArray[np.intp]:
    """Return [E, 2] the bones of trunk and limbs; the face would be a blot at this size."""
    body = [edge for edge in skeleton.edges if not any(part in name for name in edge for part in _FACE)]
    return np.array([skeleton.indices(edge) for edge in body], dtype=np.intp).reshape(-1, 2)
