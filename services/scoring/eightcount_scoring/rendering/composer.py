"""Composition of one output frame: panels, skeletons, header and footer."""

from __future__ import annotations

import math

from eightcount_common.media.scaling import Planes
from eightcount_scoring.rendering import colours
from eightcount_scoring.rendering.canvas import Canvas
from eightcount_scoring.rendering.header_and_footer import HeaderAndFooter
from eightcount_scoring.rendering.layout import Box, Layout
from eightcount_scoring.rendering.panels import PanelFrame
from eightcount_scoring.rendering.scene import PoseTrack, Scene
from eightcount_scoring.rendering.skeleton import SkeletonPen


class Composer:
    """Composes frame after frame on one canvas.

    Attributes:
        canvas: holds the frame that was composed last.
    """

    def __init__(self, scene: Scene, layout: Layout) -> None:
        self.canvas = Canvas(layout.width, layout.height, colours.BACKGROUND)
        self._scene = scene
        self._bars = HeaderAndFooter(self.canvas, layout, scene)
        for panel in layout.panels:
            self.canvas.fill(panel, colours.PANEL)
        pens = (
            SkeletonPen(scene.reference.skeleton, colours.REFERENCE),
            SkeletonPen(scene.take.skeleton, colours.TAKE, flipped=scene.mirrored),
        )
        self._reference = _Panel(self.canvas, layout.images[0], scene.reference, pens[0])
        self._take = _Panel(self.canvas, layout.images[1], scene.take, pens[1])

    def show(self, reference_seconds: float, reference: PanelFrame, take: PanelFrame) -> None:
        """Compose the frame at a time of the reference."""
        self._bars.show(reference_seconds)
        self._reference.show(reference)
        self._take.show(take, self._scene.errors.over_limit(reference_seconds))


class _Panel:
    """One panel with its dancer."""

    def __init__(self, canvas: Canvas, box: Box, track: PoseTrack, pen: SkeletonPen) -> None:
        self._canvas = canvas
        self._box = box
        self._track = track
        self._pen = pen
        self._image: Planes | None = None

    def show(self, shown: PanelFrame, over_limit: tuple[str, ...] = ()) -> None:
        """Show a frame and its skeleton; where the recording has no such moment, darken the last frame."""
        self._image = shown.planes if shown.planes is not None else self._image
        if self._image is None:
            self._canvas.fill(self._box, colours.PANEL)
        else:
            self._canvas.paste(self._box, self._image)
        if math.isnan(shown.seconds):
            self._canvas.dim(self._box)
        elif (points := self._track.points_at(shown.seconds)) is not None:
            self._pen.draw(self._canvas.view(self._box), points, over_limit)
