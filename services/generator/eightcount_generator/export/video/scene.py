"""The scene: the mannequin on its floor, frame by frame."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from eightcount_common.media.scaling import Planes
from eightcount_generator.body import kinematics
from eightcount_generator.body.dance import Dance
from eightcount_generator.body.rotations import Array
from eightcount_generator.body.skeleton import BODY
from eightcount_generator.export.mannequin import MANNEQUIN
from eightcount_generator.export.video.camera import Camera
from eightcount_generator.export.video.ground import Floor, Shadow
from eightcount_generator.export.video.painter import Painter, ProjectedLimbs

_JOINTS = np.array([BODY.index(limb.joint) for limb in MANNEQUIN])
_ENDS = np.array([[limb.start, limb.end] for limb in MANNEQUIN])
"""[L, 2, 3] metres from the joint."""
_RADII = np.array([[limb.start_radius, limb.end_radius] for limb in MANNEQUIN])
_AT_ONCE = 90
"""Frames that are computed together."""


class Scene:
    """Draws on given planes."""

    def __init__(self, planes: Planes) -> None:
        height, width = planes[0].shape
        self._planes = planes
        self._camera = Camera(width, height)
        self._floor = Floor(self._camera)
        self._shadow = Shadow(self._camera)
        self._painter = Painter([limb.colour for limb in MANNEQUIN], planes)

    def draw(self, dance: Dance, middles: Array) -> Iterator[None]:
        """Draw the frames of a dance around the [T, 2] middles of the stage; yield after each."""
        for start in range(0, len(dance), _AT_ONCE):
            block = slice(start, start + _AT_ONCE)
            limbs = limb_ends(dance.frames(block.start, block.stop))
            for ends, middle in zip(limbs, middles[block], strict=True):
                self._floor.lay(self._planes, middle)
                self._shadow.cast(self._planes[0], ends, _RADII.mean(axis=1), middle)
                self._painter.paint(self._project(ends, middle))
                yield

    def _project(self, ends: Array, middle: Array) -> ProjectedLimbs:
        pixels, away = self._camera.view(ends, np.broadcast_to(middle, (*ends.shape[:-1], 2)))
        scale = self._camera.focal_pixels / away
        return ProjectedLimbs(pixels, -away, _RADII * scale, scale.mean(axis=1))


def limb_ends(dance: Dance) -> Array:
    """[T, L, 2, 3] metres: centres of both balls of each limb of the mannequin."""
    world = kinematics.world_rotations(dance.rotations)[:, _JOINTS]
    positions = dance.joints()[:, _JOINTS]
    return np.asarray(positions[:, :, None] + np.einsum("tlij,lej->tlei", world, _ENDS.astype(np.float32)))
