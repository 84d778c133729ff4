"""Layout of the video: header, names, two panels, footer. All sizes are even, as 4:2:0 requires."""

from __future__ import annotations

from dataclasses import dataclass

DEFAULT_PANEL_HEIGHT = 540
DEFAULT_MAX_WIDTH = 1288
"""Largest default width; panels shrink until both fit, so that landscape recordings are quick to render and to send.
Two panels of 640 pixels and the gap: 720p, 1080p and 4K are whole multiples, which scale quickly and sharply."""
MIN_ASPECT, MAX_ASPECT = 9 / 16, 2.0
"""Limits of a panel's aspect ratio; recordings beyond them keep their ratio between bars."""
_GAP = 8


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Layout:
    """Rectangles of the output.

    Attributes:
        width, height: size of the output.
        header: box of score and count.
        names: box above each panel for the name of the recording.
        panels: box of each dancer; both have the same height.
        images: box of the recording within each panel, at its own aspect ratio.
        footer: box of the captions.
    """

    width: int
    height: int
    header: Box
    names: tuple[Box, Box]
    panels: tuple[Box, Box]
    images: tuple[Box, Box]
    footer: Box


def arrange_layout(
    reference_size: tuple[int, int], take_size: tuple[int, int], panel_height: int | None = None
) -> Layout:
    """Arrange the layout for two recordings of any size.

    Args:
        reference_size: width and height in pixels of the upright reference.
        take_size: width and height in pixels of the upright take.
        panel_height: in pixels; None for `DEFAULT_PANEL_HEIGHT`, or less if the output would be wider than
            `DEFAULT_MAX_WIDTH`.
    """
    aspects = [width / height for width, height in (reference_size, take_size)]
    shapes = [min(max(aspect, MIN_ASPECT), MAX_ASPECT) for aspect in aspects]
    height = even(panel_height or min(DEFAULT_PANEL_HEIGHT, (DEFAULT_MAX_WIDTH - _GAP) / sum(shapes)))
    left, right = (even(height * shape) for shape in shapes)
    width = left + _GAP + right
    bar = even(max(0.09 * min(width, 700), 0.055 * width))
    strip, footer = even(0.42 * bar), even(0.62 * bar)
    top = bar + strip
    panels = (Box(0, top, left, height), Box(left + _GAP, top, right, height))
    reference, take = panels
    return Layout(
        width,
        top + height + footer,
        Box(0, 0, width, bar),
        (Box(reference.x, bar, reference.width, strip), Box(take.x, bar, take.width, strip)),
        panels,
        (_fit(aspects[0], reference), _fit(aspects[1], take)),
        Box(0, top + height, width, footer),
    )


def even(value: float) -> int:
    """Return the nearest even number, at least 2."""
    return max(2, round(value / 2) * 2)


def _fit(aspect: float, panel: Box) -> Box:
    width, height = panel.width, panel.height
    if aspect > MAX_ASPECT:
        height = min(even(width / aspect), height)
    elif aspect < MIN_ASPECT:
        width = min(even(height * aspect), width)
    return Box(panel.x + (panel.width - width) // 4 * 2, panel.y + (panel.height - height) // 4 * 2, width, height)
