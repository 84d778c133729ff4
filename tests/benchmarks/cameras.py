"""Calibrated cameras that look at one scene: projection, and triangulation of what several of them see."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_SUBPIXELS = 64.0
"""Qualisys writes lengths on the sensor in parts of a pixel."""
_MILLIMETRES = 1000.0
_LOOKING_ALONG_Z = np.diag([1.0, -1.0, -1.0])
"""Qualisys cameras look along their -z with y up; OpenCV's look along +z with y down."""
_ALIGNING_ROUNDS = 50


@dataclass(frozen=True, slots=True)
class Camera:
    """A pinhole camera with a lens, in OpenCV's terms.

    Attributes:
        matrix: [3, 3] focal lengths and principal point in pixels.
        distortion: [4] k1, k2, p1, p2.
        rotation: [3, 3] from the scene's axes to the camera's (x right, y down, z away).
        centre: [3] position of the camera in the scene in metres.
    """

    matrix: Array
    distortion: Array
    rotation: Array
    centre: Array

    def project(self, points: Array) -> Array:
        """Return the pixels [..., 2] of points [..., 3] in metres."""
        turn, _ = cv2.Rodrigues(self.rotation)
        flat = np.ascontiguousarray(points, dtype=np.float64).reshape(-1, 1, 3)
        pixels, _ = cv2.projectPoints(flat, turn, -self.rotation @ self.centre, self.matrix, self.distortion)
        return np.asarray(pixels, dtype=np.float64).reshape(*points.shape[:-1], 2)

    def undistort(self, pixels: Array) -> Array:
        """Return where the rays of pixels [..., 2] meet the plane one metre in front of the lens, [..., 2]."""
        flat = np.ascontiguousarray(pixels, dtype=np.float64).reshape(-1, 1, 2)
        rays = cv2.undistortPoints(flat, self.matrix, self.distortion)
        return np.asarray(rays, dtype=np.float64).reshape(pixels.shape)

    def rotate_to_camera(self, points: Array) -> Array:
        """Return points [..., 3] in the camera's axes, with the scene's origin."""
        return np.asarray(points @ self.rotation.T)

    def shift_image(self, shift: Array) -> Camera:
        """Return the camera with its image shifted by `shift` [2] pixels."""
        matrix = self.matrix.copy()
        matrix[:2, 2] += shift
        return replace(self, matrix=matrix)


def read_qualisys(path: Path) -> list[Camera]:
    """Read the cameras of a Qualisys calibration file (`.qca.txt`), in the file's order."""
    return [_camera(element) for element in ET.parse(path).getroot().iter("camera")]


def _camera(element: ET.Element) -> Camera:
    def numbers(tag: str, names: Sequence[str]) -> Array:
        child = element.find(tag)
        if child is None:
            raise ValueError(f"the camera has no <{tag}>")
        return np.array([float(child.attrib[name]) for name in names])

    focal = numbers("intrinsic", ("focalLengthU", "focalLengthV")) / _SUBPIXELS
    middle = numbers("intrinsic", ("centerPointU", "centerPointV")) / _SUBPIXELS
    lens = ("radialDistortion1", "radialDistortion2", "tangentalDistortion1", "tangentalDistortion2")
    to_scene = numbers("transform", [f"r{row}{column}" for column in "123" for row in "123"]).reshape(3, 3)
    return Camera(
        matrix=np.array([[focal[0], 0, middle[0]], [0, focal[1], middle[1]], [0, 0, 1]]),
        distortion=numbers("intrinsic", lens),
        rotation=_LOOKING_ALONG_Z @ to_scene.T,
        centre=numbers("transform", "xyz") / _MILLIMETRES,
    )


def triangulate(cameras: Sequence[Camera], pixels: Array, weights: Array) -> Array:
    """Return the points [..., 3] in metres that the cameras see at pixels [C, ..., 2].

    Uses the linear method (Hartley and Zisserman, Multiple View Geometry, 2nd ed., 12.2) on undistorted coordinates.
    `weights` [C, ...] weight each observation; NaN pixels are ignored. The result is NaN where fewer than two
    cameras see the point.
    """
    seen = np.isfinite(pixels).all(axis=-1) & (weights > 0)
    rows = []
    for camera, observation, weight in zip(cameras, np.nan_to_num(pixels), np.where(seen, weights, 0), strict=True):
        x, y = np.moveaxis(camera.undistort(observation), -1, 0)
        projection = np.column_stack([camera.rotation, -camera.rotation @ camera.centre])
        rows += [weight[..., None] * (value[..., None] * projection[2] - projection[axis])
                 for axis, value in enumerate((x, y))]  # fmt: skip
    homogeneous = np.linalg.svd(np.stack(rows, axis=-2))[2][..., -1, :]
    points = homogeneous[..., :3] / np.where(homogeneous[..., 3:] == 0, np.nan, homogeneous[..., 3:])
    return np.where(seen.sum(axis=0)[..., None] >= 2, points, np.nan)


def triangulate_without_outlier(cameras: Sequence[Camera], pixels: Array, weights: Array, *, limit: float) -> Array:
    """Triangulate without outliers.

    Where a camera's pixel is off by more than `limit`, the camera without which the others agree best is left out.
    """
    everybody = triangulate(cameras, pixels, weights)
    best, least = everybody, np.full(everybody.shape[:-1], np.inf)
    for excluded in range(len(cameras)):
        others = weights.copy()
        others[excluded] = 0
        points = triangulate(cameras, pixels, others)
        misses = np.where(others > 0, _project_errors(cameras, points, pixels), np.nan)
        worst = np.where(np.isfinite(misses).sum(axis=0) >= 2, np.nan_to_num(misses).max(axis=0), np.inf)
        best = np.where((worst < least)[..., None], points, best)
        least = np.minimum(worst, least)
    agree = ~(np.nan_to_num(_project_errors(cameras, everybody, pixels)).max(axis=0) > limit)
    return np.where(agree[..., None], everybody, best)


def reprojection_errors(cameras: Sequence[Camera], pixels: Array, weights: Array) -> Array:
    """Return the distances [C, ...] in pixels between each camera's observation and the other cameras' prediction."""
    misses = []
    for judged in range(len(cameras)):
        others = weights.copy()
        others[judged] = 0
        points = triangulate(cameras, pixels, others)
        misses.append(np.linalg.norm(cameras[judged].project(points) - pixels[judged], axis=-1))
    return np.stack(misses)


def align_cameras(cameras: Sequence[Camera], pixels: Array, weights: Array) -> list[Camera]:
    """Return the cameras with each image shifted by a constant, so that its errors [C, T, K, 2] have median zero.

    This corrects images that were cropped differently than their calibration states.
    """
    moved = list(cameras)
    for _ in range(_ALIGNING_ROUNDS):
        points = triangulate(moved, pixels, weights)
        moved = [
            camera.shift_image(np.nanmedian(observation - camera.project(points), axis=(0, 1)))
            for camera, observation in zip(moved, pixels, strict=True)
        ]
    return moved


def _project_errors(cameras: Sequence[Camera], points: Array, pixels: Array) -> Array:
    return np.stack([
        np.linalg.norm(camera.project(points) - observation, axis=-1)
        for camera, observation in zip(cameras, pixels, strict=True)
    ])  # fmt: skip
