"""A decoded frame as Y, U and V planes, without copying it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eightcount_common.media import formats
from eightcount_common.media.formats import LUMA_WEIGHTS, Matrix, crop_planes, describe_colours
from eightcount_common.media.video import Frame
from eightcount_pose.regions import Affine


@dataclass(frozen=True, slots=True)
class Planes:
    """The stored frame as Y, U and V, and how to read it as it is meant to be seen.

    Attributes:
        planes: three uint8 arrays without what is cropped away; U and V may be smaller.
        to_stored: [2, 3] map from pixels of the upright frame, which are square, to pixels of the first plane.
        size: width and height of the upright frame.
        to_rgb: [3, 4] map from Y, U, V in [0, 255] to RGB in [0, 1].
        chroma_offset: x, y of the first pixel of Y in U and V, in their pixels.
    """

    planes: tuple[NDArray[np.uint8], ...]
    to_stored: Affine
    size: tuple[int, int]
    to_rgb: NDArray[np.float32]
    chroma_offset: tuple[float, float] = (0.0, 0.0)


def view_planes(frame: Frame) -> Planes:
    """Return views into a frame, valid as long as the frame is."""
    plain = frame.plain
    colours = describe_colours(plain)
    # Untagged frames are read as BT.601 here whatever their size: another matrix would change every motion a little.
    to_rgb = _map_to_rgb(colours.matrix or "bt601", full_range=colours.full_range)
    cropped = crop_planes(formats.view_planes(plain), frame.view.crop)
    to_stored = frame.view.map_to_stored() - [[0, 0, frame.view.crop.left], [0, 0, frame.view.crop.top]]
    return Planes(cropped.planes, to_stored, frame.view.size, to_rgb, cropped.chroma_offset)


def _map_to_rgb(matrix: Matrix, *, full_range: bool) -> NDArray[np.float32]:
    red, blue = LUMA_WEIGHTS[matrix]
    green = 1 - red - blue
    luma, chroma, black = (255.0, 255.0, 0.0) if full_range else (219.0, 224.0, 16.0)
    to_rgb = np.array([
        [1, 0, 2 * (1 - red)],
        [1, -2 * blue * (1 - blue) / green, -2 * red * (1 - red) / green],
        [1, 2 * (1 - blue), 0],
    ]) / [luma, chroma, chroma]  # fmt: skip
    offset = -to_rgb @ [black, 128, 128]
    return np.column_stack([to_rgb, offset]).astype(np.float32)
