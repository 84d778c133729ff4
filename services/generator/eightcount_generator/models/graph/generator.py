"""The generator of the family `graph`."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from eightcount_common.errors import InvalidInputError
from eightcount_generator.body.dance import Dance
from eightcount_generator.models.base import GenerationOptions
from eightcount_generator.models.beat_grid import build_beat_grid
from eightcount_generator.models.graph.beam_search import BeamSearch
from eightcount_generator.models.graph.motion_graph import MotionGraph
from eightcount_generator.models.graph.stitching import Segment, stitch
from eightcount_generator.models.graph.transitions import Transitions, build_transitions
from eightcount_generator.music import Music

_ENERGY_RANGE = 0.4
"""Energy offset at the maximum of `GenerationOptions.energy`."""

_PREFERENCE = 0.7
"""Deviation of a random cost per recording and dance: each dance prefers some recordings, otherwise all would be an
average of the whole graph. It shrinks when an energy is requested, which the preferred recordings may not have.
"""


class GraphGenerator:
    """Stitches segments of the graph's recordings to a dance; see `beam_search` and `stitching`."""

    def __init__(self, graph: MotionGraph) -> None:
        self._graph = graph

    @property
    def styles(self) -> tuple[str, ...]:
        """Styles of the recordings."""
        return tuple(sorted({style for style in self._graph.styles if style}))

    def generate(self, music: Music, options: GenerationOptions) -> Iterator[Dance]:
        """Generate the dance one segment at a time.

        Raises:
            InvalidInputError: UNKNOWN_STYLE, or NO_KEY_POSES: stitched recordings cannot meet constraints.
        """
        return (piece.dance for piece in self.generate_attributed(music, options))

    def generate_attributed(self, music: Music, options: GenerationOptions) -> Iterator[Segment]:
        """Generate the dance with the source of each segment."""
        if options.key_poses or options.edit:
            raise InvalidInputError(
                "models of the family graph support neither key poses nor edits", reason="NO_KEY_POSES"
            )
        random = np.random.default_rng(options.seed)
        grid = build_beat_grid(music)
        grid.energy[:] = np.clip(grid.energy + _ENERGY_RANGE * options.energy, 0, 1)
        allowed = self._allowed_beats(options, random)
        spread = _PREFERENCE * (1 - abs(options.energy))
        preference = random.normal(scale=spread, size=len(self._graph.names))[self._graph.recording]
        search = BeamSearch(self._transitions, self._graph.energy, allowed, preference, random)
        for piece in stitch(self._graph, search.find_steps(grid), grid.seconds, music.frames):
            yield Segment(piece.dance.mirror(), *_source(piece)) if options.mirrored else piece

    def _allowed_beats(self, options: GenerationOptions, random: np.random.Generator) -> NDArray[np.bool_]:
        """[2 N] beats of the requested style; of one random style when none is requested."""
        styles = np.array(self._graph.styles)[self._graph.recording]
        if options.style and options.style not in self.styles:
            raise InvalidInputError(
                f"the model knows the styles {', '.join(self.styles) or 'none'}; got {options.style!r}",
                reason="UNKNOWN_STYLE",
            )
        style = options.style or str(random.choice(styles))  # each as often as it has beats
        return np.asarray(styles == style)

    @cached_property
    def _transitions(self) -> Transitions:
        return build_transitions(self._graph)


def _source(piece: Segment) -> tuple[str, int]:
    return piece.recording, piece.recording_frame
