"""Header and footer of the video: score and count above the panels, names, captions below."""

from __future__ import annotations

import math

import numpy as np

from eightcount_common.media.colours import Image, Rgb
from eightcount_scoring.rendering import colours
from eightcount_scoring.rendering.canvas import Canvas
from eightcount_scoring.rendering.layout import Box, Layout
from eightcount_scoring.rendering.scene import Caption, Scene
from eightcount_scoring.rendering.text import BOLD, TextRenderer, blank_image, draw_chip
from eightcount_scoring.score.timeline import TimelineEntry


class HeaderAndFooter:
    """Draws header and footer onto the canvas when their content has changed."""

    def __init__(self, canvas: Canvas, layout: Layout, scene: Scene) -> None:
        self._canvas = canvas
        self._layout = layout
        self._scene = scene
        self._starts = np.array([entry.start_seconds for entry in scene.timeline])
        self._lettering = TextRenderer()
        self._header: tuple[int, int] | None = None
        self._caption: Caption | None = None
        for box, name, colour in zip(
            layout.names, ("Reference", "You"), (colours.REFERENCE, colours.TAKE), strict=True
        ):
            canvas.paste_rgb(box, self._name(box, name, colour))
        self._show_caption(None)

    def show(self, reference_seconds: float) -> None:
        """Update header and footer for a time of the reference."""
        position = self._position(reference_seconds)
        counted = position >= 0 and self._scene.timeline[position].count > 0
        state = (position, 0 if counted else int(reference_seconds))
        if state != self._header:
            self._header = state
            self._canvas.paste_rgb(self._layout.header, self._draw_header(position, reference_seconds))
        caption = next((c for c in self._scene.captions if c.start_seconds <= reference_seconds < c.end_seconds), None)
        if caption is not self._caption:
            self._show_caption(caption)

    def _position(self, seconds: float) -> int:
        """Return the position of the timeline's entry at a time; -1 for none."""
        position = int(np.searchsorted(self._starts, seconds, side="right")) - 1
        return position if position >= 0 and seconds < self._scene.timeline[position].end_seconds else -1

    def _draw_header(self, position: int, seconds: float) -> Image:
        box = self._layout.header
        image = blank_image(box.width, box.height, colours.BACKGROUND)
        entry = self._scene.timeline[position] if position >= 0 else None
        if entry is not None and entry.count:
            self._draw_counts(image, position, entry)
        else:
            minutes, rest = divmod(int(seconds), 60)
            self._lettering.write(
                image, f"{minutes}:{rest:02d}", (0.4 * box.height, box.height / 2), size=0.62 * box.height,
                colour=colours.TEXT, weight=BOLD,
            )  # fmt: skip
        x = self._draw_score(image, box.width - 0.4 * box.height, self._scene.total_score, "total")
        if entry is not None:
            self._draw_score(image, x - 0.55 * box.height, entry.score, "count" if entry.count else "now")
        return image

    def _draw_counts(self, image: Image, position: int, current: TimelineEntry) -> None:
        """Draw the counts of a phrase: past ones coloured by their score, the current one with its number."""
        height = image.shape[0]
        x = 0.4 * height
        if current.eight_count:
            x += self._lettering.write(
                image, str(current.eight_count), (x, height / 2), size=0.42 * height, colour=colours.FAINT
            )
            x += self._lettering.write(
                image, f" × {current.counts_per_phrase}", (x, height / 2), size=0.3 * height, colour=colours.FAINT
            )
            x += 0.35 * height
        scores = self._scores_of_eight(position, current)
        for count in range(1, current.counts_per_phrase + 1):
            now = count == current.count
            radius = (0.36 if now else 0.17) * height
            x += radius
            colour = colours.score_colour(scores.get(count, math.nan))
            draw_chip(image, (x, height / 2), radius=radius, colour=colour)
            if now:
                self._lettering.write(
                    image, str(count), (x, height / 2), size=0.5 * height, colour=colours.TEXT, weight=BOLD,
                    align="centre",
                )  # fmt: skip
            x += radius + 0.1 * height

    def _scores_of_eight(self, position: int, current: TimelineEntry) -> dict[int, float]:
        """Return the scores of the counts of the current eight-count so far."""
        begun = self._scene.timeline[max(0, position - current.counts_per_phrase + 1) : position + 1]
        return {
            entry.count: entry.score
            for entry in begun
            if entry.eight_count == current.eight_count and entry.count <= current.count
        }

    def _draw_score(self, image: Image, right: float, score: float, label: str) -> float:
        """Draw a number and the label before it, ending at `right`; return the left end."""
        height = image.shape[0]
        # The same rounding as on the report's page.
        number = "–" if math.isnan(score) else str(math.floor(round(score, 1) + 0.5))
        colour = colours.FAINT if math.isnan(score) else colours.score_colour(score)
        right -= self._lettering.write(
            image, number, (right, height / 2), size=0.62 * height, colour=colour, weight=BOLD, align="right"
        )
        right -= 0.16 * height
        return right - self._lettering.write(
            image, label, (right, 0.54 * height), size=0.34 * height, colour=colours.FAINT, align="right"
        )

    def _name(self, box: Box, name: str, colour: Rgb) -> Image:
        image = blank_image(box.width, box.height, colours.BACKGROUND)
        centre = (box.height * 0.95, box.height * 0.45)
        draw_chip(image, (centre[0] * 0.7, centre[1]), radius=0.2 * box.height, colour=colour)
        self._lettering.write(image, name, (centre[0] * 1.15, centre[1]), size=0.72 * box.height, colour=colours.TEXT)
        return image

    def _show_caption(self, caption: Caption | None) -> None:
        self._caption = caption
        box = self._layout.footer
        image = blank_image(box.width, box.height, colours.BACKGROUND)
        if caption is not None:
            text, size = self._lettering.fit(caption.text, box.width - box.height, 0.6 * box.height)
            self._lettering.write(
                image, text, (box.width / 2, box.height / 2), size=size, colour=colours.TEXT, align="centre"
            )
        self._canvas.paste_rgb(box, image)
