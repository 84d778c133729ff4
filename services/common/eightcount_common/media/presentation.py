"""The way from a stored image to what is meant to be seen: cropped, with square pixels, turned and mirrored."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Affine = NDArray[np.float64]
"""[2, 3] map of points x, y; the centre of the first pixel is (0, 0)."""
MAX_PIXEL_ASPECT = 8
"""Pixels wider or higher than this are taken for a damaged header, and for squares."""
NEARLY_SQUARE = Fraction(1, 200)
"""An aspect nearer to 1 than this comes from rounding a display size; such pixels are squares."""
MAX_SHOWN_SIDE = 8192
TILT_DEGREES = 1.0
"""A matrix further than this from a right angle is reported."""


class Size(NamedTuple):
    """Width and height in pixels."""

    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Crop:
    """Numbers of stored pixels that are not shown at each side."""

    left: int = 0
    top: int = 0
    right: int = 0
    bottom: int = 0

    def shrink(self, size: Size) -> Size:
        """Return the size of what is left."""
        return Size(size.width - self.left - self.right, size.height - self.top - self.bottom)

    def fits(self, size: Size) -> bool:
        """Whether it is sound for images of this size: not negative, and something is left."""
        return min(self.left, self.top, self.right, self.bottom) >= 0 and min(self.shrink(size)) > 0


class ShownPart(NamedTuple):
    """The part of a whole upright image that is meant to be seen, in fractions of its width and height."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Orientation:
    """Effect of a display matrix on an image.

    Attributes:
        rotation_degrees: clockwise rotation: 0, 90, 180 or 270.
        mirrored: whether left and right are exchanged after the rotation.
        tilt_degrees: what is left of an angle that is no right angle, in [-45, 45]; it is not applied.
    """

    rotation_degrees: int = 0
    mirrored: bool = False
    tilt_degrees: float = 0.0

    @property
    def is_turned(self) -> bool:
        """Whether width and height are exchanged."""
        return self.rotation_degrees % 180 != 0

    @property
    def is_tilted(self) -> bool:
        """Whether the stated angle is not a right angle."""
        return abs(self.tilt_degrees) > TILT_DEGREES


UPRIGHT = Orientation()
UNCROPPED = Crop()
_MAPS_TO_STORED = {0: ((1, 0), (0, 1)), 90: ((0, 1), (-1, 0)), 180: ((-1, 0), (0, -1)), 270: ((0, -1), (1, 0))}
"""Maps that undo a clockwise rotation about the middle of the image; y points down."""


@dataclass(frozen=True, slots=True)
class Presentation:
    """The way in which one stored image is meant to be seen.

    The stored image is cropped, its pixels are made square, it is rotated and then mirrored; the result is fitted
    into the canvas without changing its proportions.

    Attributes:
        stored: size of the decoded image.
        crop: pixels of it that are not shown.
        pixel_aspect: width of a stored pixel over its height.
        orientation: rotation and mirror.
        canvas: the size in which it is shown; the image's own upright size when it is None.
    """

    stored: Size
    crop: Crop = UNCROPPED
    pixel_aspect: Fraction = Fraction(1)
    orientation: Orientation = UPRIGHT
    canvas: Size | None = None

    @property
    def size(self) -> Size:
        """Width and height in square pixels of what is seen."""
        return self.canvas or self.upright_size

    @property
    def cropped_size(self) -> Size:
        """Width and height in stored pixels of what is shown."""
        return self.crop.shrink(self.stored)

    @property
    def square_size(self) -> Size:
        """Size after cropping with square pixels: one side grows, none shrinks (HTML, "natural width")."""
        width, height = self.cropped_size
        aspect = self.pixel_aspect
        wide = Size(round(width * aspect), height) if aspect >= 1 else Size(width, round(height / aspect))
        if max(wide) <= MAX_SHOWN_SIDE:
            return wide
        return (
            Size(width, max(1, round(height / aspect))) if aspect >= 1 else Size(max(1, round(width * aspect)), height)
        )

    @property
    def upright_size(self) -> Size:
        """Size of the whole image with square pixels, rotated."""
        width, height = self.square_size
        return Size(height, width) if self.orientation.is_turned else Size(width, height)

    @property
    def is_plain(self) -> bool:
        """Whether the stored pixels are the seen ones as they are."""
        turned = self.orientation.rotation_degrees or self.orientation.mirrored
        return not turned and self.crop == UNCROPPED and self.size == self.upright_size == self.stored

    @property
    def content(self) -> tuple[float, float, float, float]:
        """Left, top, width and height of the image in the canvas, in pixels."""
        width, height = self.upright_size
        scale = min(self.size.width / width, self.size.height / height)
        across, down = width * scale, height * scale
        return (self.size.width - across) / 2, (self.size.height - down) / 2, across, down

    @property
    def shown_part(self) -> ShownPart | None:
        """Return the place of what is seen in the upright image without the crop; None where nothing is cropped.

        Browsers show the whole image: they do not apply the crop that a container states.
        """
        if self.crop == UNCROPPED:
            return None
        whole = replace(self, crop=UNCROPPED, canvas=None)
        corners = np.array([[-0.5, self.size.width - 0.5], [-0.5, self.size.height - 0.5]])
        seen, stored = self.map_to_stored(), whole.map_to_stored()
        in_stored = seen[:, :2] @ corners + seen[:, 2:]
        in_whole = np.linalg.solve(stored[:, :2], in_stored - stored[:, 2:])
        fractions = (in_whole + 0.5) / np.array([[whole.size.width], [whole.size.height]])
        (left, right), (top, bottom) = (sorted(float(value) for value in row) for row in fractions)
        return ShownPart(left, top, right - left, bottom - top)

    def fit_into(self, canvas: Size) -> Presentation:
        """Return the presentation in a canvas; what is narrower or lower is centred."""
        return replace(self, canvas=None if canvas == self.upright_size else canvas)

    def map_to_stored(self) -> Affine:
        """Return the [2, 3] map from pixels of what is seen to pixels of the stored image."""
        return _map_to_stored(self)


@lru_cache(maxsize=64)
def _map_to_stored(presentation: Presentation) -> Affine:
    left, top, across, down = presentation.content
    cropped = presentation.cropped_size
    # Coordinates from -0.5 to 0.5 in the image; between them lie only exact steps for a plain image.
    to_unit = np.diag([1 / across, 1 / down])
    if presentation.orientation.mirrored:
        to_unit = np.diag([-1.0, 1.0]) @ to_unit
    turn = np.array(_MAPS_TO_STORED[presentation.orientation.rotation_degrees], np.float64)
    linear = np.rint(turn) @ to_unit
    scale = np.array([[cropped.width], [cropped.height]], np.float64)
    linear = _settle(linear * scale)
    seen_middle = np.array([left + across / 2, top + down / 2])
    stored_middle = np.array([presentation.crop.left, presentation.crop.top]) + scale[:, 0] / 2
    offset = linear @ (0.5 - seen_middle) + stored_middle - 0.5
    return np.column_stack([linear, offset])


def _settle(linear: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return whole numbers where only rounding separates the entries from them."""
    whole = np.rint(linear)
    return np.where(np.abs(linear - whole) < 1e-12, whole, linear)


def read_orientation(matrix: Sequence[int]) -> Orientation:
    """Return what a display matrix does.

    Args:
        matrix: its nine numbers row by row, 16.16 fixed point, as FFmpeg gives them: (p, q) on the stored image goes
            to (a p + c q, b p + d q), y down.
    """
    a, b, c, d = (float(matrix[index]) for index in (0, 1, 3, 4))
    if a * d - b * c == 0:
        return UPRIGHT
    mirrored = a * d - b * c < 0
    across = np.array([-a if mirrored else a, b])
    down = np.array([-c if mirrored else c, d])
    across, down = across / np.linalg.norm(across), down / np.linalg.norm(down)
    # Both columns tell the angle; their sum is not moved by unequal scales.
    angle = math.degrees(math.atan2(across[1] - down[0], across[0] + down[1]))
    nearest = round(angle / 90) * 90
    return Orientation(nearest % 360, mirrored, round(angle - nearest, 3))


def read_pixel_aspect(stated: Fraction | None) -> Fraction:
    """Return the aspect of a pixel; 1 where none, an impossible one or nearly 1 is stated."""
    if stated is None or stated <= 0 or abs(stated - 1) < NEARLY_SQUARE:
        return Fraction(1)
    return stated if Fraction(1, MAX_PIXEL_ASPECT) <= stated <= MAX_PIXEL_ASPECT else Fraction(1)
