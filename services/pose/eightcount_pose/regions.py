"""Rotated squares around one person: the regions that landmarks are looked for in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MARGIN = 1.25
"""The square's side over the diameter of the circle around the person (MediaPipe, pose_detection_to_roi)."""
Affine = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Region:
    """A rotated square in the upright frame.

    Attributes:
        x, y: centre in pixels.
        side: pixels.
        rotation_rad: clockwise on the screen; 0 for a person who stands upright.
    """

    x: float
    y: float
    side: float
    rotation_rad: float

    def distance_to(self, other: Region) -> float:
        """Return the distance of the centres plus the difference of the sides, in pixels: small for one person."""
        return float(np.hypot(self.x - other.x, self.y - other.y) + abs(self.side - other.side))

    def map_to_frame(self, output_side: int) -> Affine:
        """Return the [2, 3] affine map from pixels of a crop of `output_side` to pixels of the frame."""
        scale = self.side / output_side
        cos, sin = np.cos(self.rotation_rad) * scale, np.sin(self.rotation_rad) * scale
        half = output_side / 2
        return np.array([
            [cos, -sin, self.x - cos * half + sin * half],
            [sin, cos, self.y - sin * half - cos * half],
        ])  # fmt: skip


def enclose_person(centre: NDArray[np.floating], rim: NDArray[np.floating]) -> Region | None:
    """Return the square around a person, from the middle of the hips and a point on the circle around the body.

    Both networks give these two points; the second lies above the head in the direction of the spine
    (Bazarevsky et al., 2020, section 2.2). Returns None when they coincide.
    """
    x, y = float(centre[0]), float(centre[1])
    dx, dy = float(rim[0]) - x, float(rim[1]) - y
    radius = float(np.hypot(dx, dy))
    if not np.isfinite(radius) or radius < 1:
        return None
    angle = np.pi / 2 - np.arctan2(-dy, dx)
    return Region(x, y, 2 * radius * MARGIN, float((angle + np.pi) % (2 * np.pi) - np.pi))
