"""Observations of two estimators through calibrated cameras, and the ground truth that they are compared with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.cameras import Camera, align_cameras, triangulate_without_outlier
from tests.benchmarks.pose_measures import BODY, TORSO, centre_on_hips, torso_length
from tests.benchmarks.pose_motions import Motion

Array = NDArray[np.float64]

OUTLIER_TORSOS = 0.15
"""A camera this far off is left out of a triangulation."""
ON_THE_MAN_TORSOS = 0.25
"""A pose whose torso's middle lies nearer than this to the man's is the man's."""
MAN_LATE_FRAMES = 1
"""The two-person clips show the man of the one-person clips, a frame later: in two of the cameras the keypoints of the
two then lie 2 and 3 pixels apart, and 5 or more at any other shift."""


@dataclass(frozen=True, slots=True)
class Views:
    """Observations of one estimator by C cameras: image [C, T, 33, 2], world [C, T, 33, 3], visibility [C, T, 33]."""

    image: Array
    world: Array
    visibility: Array

    @classmethod
    def of(cls, motions: list[Motion]) -> Views:
        """Return the views of the motions, one per camera."""
        return cls(*(np.stack([getattr(motion, name) for motion in motions]) for name in cls.__slots__))

    @property
    def found(self) -> NDArray[np.bool_]:
        """[C, T] whether somebody was found."""
        return np.isfinite(self.image[:, :, 0, 0])


@dataclass(frozen=True, slots=True)
class Scene:
    """The truth: cameras, the points [T, 33, 3] in metres that they see, and the frame rate."""

    cameras: list[Camera]
    points: Array
    frame_rate: float

    @classmethod
    def of(cls, cameras: list[Camera], stills: Views, frame_rate: float) -> Scene:
        """Triangulate from single frames, after each camera's image was shifted to where the others expect it."""
        moved = align_cameras(cameras, stills.image[:, :, BODY], stills.visibility[:, :, BODY])
        return cls(moved, triangulate_views(moved, stills), frame_rate)

    @property
    def image(self) -> Array:
        """[C, T, 33, 2] positions of the points in each camera's image."""
        return np.stack([camera.project(self.points) for camera in self.cameras])

    @property
    def seen(self) -> Array:
        """[C, T, 33, 3] the points in metres with each camera's axes, from the middle of the hips."""
        return np.stack([centre_on_hips(camera.rotate_to_camera(self.points)) for camera in self.cameras])

    @property
    def torsos(self) -> Array:
        """[C, 1, 1] length of the torso in pixels in each camera's image."""
        return np.array([torso_length(view) for view in self.image])[:, None, None]

    def percent(self, pixels: Array) -> Array:
        """Return distances [C, T, ...] in pixels as a percentage of the torso's length in that image."""
        return 100 * pixels / self.torsos


def triangulate_views(cameras: list[Camera], views: Views) -> Array:
    """[T, 33, 3] metres: triangulated from one estimator's keypoints in all cameras, without outliers."""
    limit = OUTLIER_TORSOS * torso_length(views.image)
    return triangulate_without_outlier(cameras, views.image, views.visibility, limit=limit)


def is_on_man(scene: Scene, views: Views) -> NDArray[np.bool_]:
    """[C, T - 1] whether the pose in the two-person clips is the man's; the first frame shows him before the truth
    begins.
    """
    place = views.image[:, :, TORSO].mean(axis=2)[:, MAN_LATE_FRAMES:]
    truth = scene.image[:, :, TORSO].mean(axis=2)[:, :-MAN_LATE_FRAMES]
    return np.asarray(np.linalg.norm(place - truth, axis=-1) < ON_THE_MAN_TORSOS * scene.torsos[..., 0])
