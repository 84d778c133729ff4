"""Text and chips on small RGB images for header, names and footer."""

from __future__ import annotations

from typing import Literal

import cv2
import numpy as np

from eightcount_common.media.colours import Image, Rgb

REGULAR, BOLD = 400, 650
"""Weights of the variable font that comes with OpenCV (Rubik, SIL Open Font License)."""
_ASCENT_SHARE = 0.36
"""Half the height of capitals and digits as a share of the font's size; centres them on a line."""


class TextRenderer:
    """Draws text with OpenCV's built-in font."""

    def __init__(self) -> None:
        self._font = cv2.FontFace("sans")

    def width(self, text: str, size: float, weight: int = REGULAR) -> int:
        """Return the width of a line in pixels."""
        return int(cv2.getTextSize((0, 0), text, (0, 0), self._font, round(size), weight)[2])

    def write(
        self,
        image: Image,
        text: str,
        at: tuple[float, float],
        *,
        size: float,
        colour: Rgb,
        weight: int = REGULAR,
        align: Literal["left", "centre", "right"] = "left",
    ) -> int:
        """Write one line and return its width in pixels.

        Args:
            image: [H, W, 3] RGB.
            text: the line.
            at: x of the left end, centre or right end, and y of the middle of capitals, in pixels.
            size: size of the font in pixels.
            colour: colour of the text.
            weight: weight of the font, 100 to 900.
            align: which end of the line `at` refers to.
        """
        width = self.width(text, size, weight)
        x = at[0] - {"left": 0.0, "centre": width / 2, "right": float(width)}[align]
        origin = (round(x), round(at[1] + _ASCENT_SHARE * size))
        cv2.putText(image, text, origin, colour, self._font, round(size), weight)
        return width

    def fit(self, text: str, width: float, size: float) -> tuple[str, float]:
        """Fit a line into `width` pixels: reduce the font size first, then shorten the text; return both."""
        smallest = 0.7 * size
        natural = max(1, self.width(text, size))
        size = max(smallest, min(size, size * width / natural))
        while text and self.width(text, size) > width:
            text = text.rstrip("…")[:-1].rstrip() + "…"
            if text == "…":
                return "", size
        return text, size


def blank_image(width: int, height: int, colour: Rgb) -> Image:
    """Return an [H, W, 3] RGB image of one colour."""
    return np.full((height, width, 3), colour, np.uint8)


def draw_chip(image: Image, centre: tuple[float, float], *, radius: float, colour: Rgb) -> None:
    """Draw an anti-aliased filled circle."""
    x, y = (round(16 * value) for value in centre)
    cv2.circle(image, (x, y), round(16 * radius), colour, cv2.FILLED, cv2.LINE_AA, 4)
