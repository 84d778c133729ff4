"""The model family `graph`."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence

from eightcount_common.errors import InvalidInputError
from eightcount_generator.families.base import TrainingConfig, TrainingProgress
from eightcount_generator.models.base import DanceGenerator
from eightcount_generator.models.graph.generator import GraphGenerator
from eightcount_generator.models.graph.model import graph_bytes, read_graph
from eightcount_generator.models.graph.motion_graph import MotionGraph, build_motion_graph, extend_motion_graph
from eightcount_generator.sources.recording import Recording


class Graph:
    """Stitches dances from segments of the recordings."""

    supports_constraints = False
    reading_share = 0.7
    notes = """\
## How it dances

It stitches segments of the recordings together at their beats, following the tempo, energy and sections of the music.
Every movement is copied from a recording and identifies its dancer. The beats were estimated from the motion itself, at
the moments when the body rests between two movements; nothing was learned from music.
"""

    def train(
        self, recordings: Sequence[Recording], config: TrainingConfig
    ) -> Generator[TrainingProgress, None, bytes]:
        """Build a motion graph of the recordings; this is deterministic, so the seed makes no difference."""
        return (yield from _build(config, lambda: build_motion_graph(recordings)))

    def fine_tune(
        self, base: bytes, recordings: Sequence[Recording], config: TrainingConfig
    ) -> Generator[TrainingProgress, None, bytes]:
        """Add the recordings to the motion graph."""
        return (yield from _build(config, lambda: extend_motion_graph(read_graph(base), recordings)))

    def read(self, data: bytes) -> DanceGenerator:
        """Load the motion graph."""
        return GraphGenerator(read_graph(data))


def _build(config: TrainingConfig, build: Callable[[], MotionGraph]) -> Generator[TrainingProgress, None, bytes]:
    if config.max_epochs:
        raise InvalidInputError(
            'the family "graph" is not trained in epochs; a maximum number of epochs cannot be given',
            reason="NO_EPOCHS",
        )
    yield TrainingProgress(0.0, "finding transitions between the recordings")
    graph = build()
    yield TrainingProgress(0.9, "writing the motion graph")
    return graph_bytes(graph)
