"""Puts one output picture together: panels, skeletons, header and footer."""

from __future__ import annotations

import math

from eightcount_common.media.scaling import Planes
from eightcount_scoring.rendering import colours
from eightcount_scoring.rendering.canvas import Canvas
from eightcount_scoring.rendering.header import Bars
from eightcount_scoring.rendering.layout import Box, Layout
from eightcount_scoring.rendering.panels import Shown
from eightcount_scoring.rendering.scene import PoseTrack, Scene
from eightcount_scoring.rendering.skeleton import Pen


class Stage:
    """Draws moment after moment on one canvas.

    Attributes:
        canvas: holds the picture of the moment that was shown last.
    """

    def __init__(self, scene: Scene, layout: Layout) -> None:
        self.canvas = Canvas(layout.width, layout.height, colours.GROUND)
        self._scene = scene
        self._bars = Bars(self.canvas, layout, scene)
        for panel in layout.panels:
            self.canvas.fill(panel, colours.PANEL)
        pens = (
            Pen(scene.reference.skeleton, colours.REFERENCE),
            Pen(scene.take.skeleton, colours.TAKE, flipped=scene.mirrored),
        )
        self._reference = _Dancer(self.canvas, layout.pictures[0], scene.reference, pens[0])
        self._take = _Dancer(self.canvas, layout.pictures[1], scene.take, pens[1])

    def show(self, reference_seconds: float, reference: Shown, take: Shown) -> None:
        """Draws the moment at a time of the reference."""
        self._bars.show(reference_seconds)
        self._reference.show(reference)
        self._take.show(take, self._scene.errors.over_limit(reference_seconds))


class _Dancer:
    """One panel."""

    def __init__(self, canvas: Canvas, box: Box, track: PoseTrack, pen: Pen) -> None:
        self._canvas = canvas
        self._box = box
        self._track = track
        self._pen = pen
        self._picture: Planes | None = None

    def show(self, shown: Shown, over_limit: tuple[str, ...] = ()) -> None:
        """The picture and its skeleton; where the recording has no such moment, the last picture darkened."""
        self._picture = shown.planes if shown.planes is not None else self._picture
        if self._picture is None:
            self._canvas.fill(self._box, colours.PANEL)
        else:
            self._canvas.place(self._box, self._picture)
        if math.isnan(shown.seconds):
            self._canvas.dim(self._box)
        elif (points := self._track.at(shown.seconds)) is not None:
            self._pen.draw(self._canvas.part(self._box), points, over_limit)
