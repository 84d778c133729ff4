"""Where everything lies: header, captions of the panels, two panels, footer. All sizes are even, as 4:2:0 wants."""

from __future__ import annotations

from dataclasses import dataclass

DEFAULT_PANEL_HEIGHT = 540
DEFAULT_MAX_WIDTH = 1288
"""By default panels shrink until both fit: two landscape recordings stay quick to make and to send. Two panels of 640
pixels and the gap: 720p, 1080p and 4K are whole multiples of that, which scale quickly and sharply."""
MIN_ASPECT, MAX_ASPECT = 9 / 16, 2.0
"""Aspect ratios of panels; what is outside keeps its own ratio between bars."""
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
        width, height: of the whole.
        header: score and count.
        names: one above each panel, for the name of the recording.
        panels: one for each dancer, of the same height.
        images: within each panel, the recording with its aspect kept.
        footer: feedback.
    """

    width: int
    height: int
    header: Box
    names: tuple[Box, Box]
    panels: tuple[Box, Box]
    images: tuple[Box, Box]
    footer: Box


def arrange_layout(reference_size: tuple[int, int], take_size: tuple[int, int], panel_height: int = 0) -> Layout:
    """The layout for two recordings of any size.

    Args:
        reference_size: width and height in pixels of the upright reference.
        take_size: width and height in pixels of the upright take.
        panel_height: in pixels; 0 for `DEFAULT_PANEL_HEIGHT`, less when the whole would be wider than
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
    """The nearest even number, at least 2."""
    return max(2, round(value / 2) * 2)


def _fit(aspect: float, panel: Box) -> Box:
    width, height = panel.width, panel.height
    if aspect > MAX_ASPECT:
        height = min(even(width / aspect), height)
    elif aspect < MIN_ASPECT:
        width = min(even(height * aspect), width)
    return Box(panel.x + (panel.width - width) // 4 * 2, panel.y + (panel.height - height) // 4 * 2, width, height)
