"""The family `graph`."""

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
    """Dances joined from stretches of the recordings."""

    takes_key_poses = False
    reading_share = 0.7
    notes = """\
## How it dances

It joins stretches of the recordings at beats, in the tempo, energy and sections of the music. Every movement is one of
theirs, whoever dances in them. The beats were taken from the motion itself, where the body rests between two movements:
nothing was learned from music.
"""

    def train(
        self, recordings: Sequence[Recording], config: TrainingConfig
    ) -> Generator[TrainingProgress, None, bytes]:
        """A library of the recordings; no chance is in it, so the seed makes no difference."""
        return (yield from _build(config, lambda: build_motion_graph(recordings)))

    def fine_tune(
        self, base: bytes, recordings: Sequence[Recording], config: TrainingConfig
    ) -> Generator[TrainingProgress, None, bytes]:
        """The library with the recordings added."""
        return (yield from _build(config, lambda: extend_motion_graph(read_graph(base), recordings)))

    def read(self, data: bytes) -> DanceGenerator:
        """A maker over the library."""
        return GraphGenerator(read_graph(data))


def _build(config: TrainingConfig, make: Callable[[], MotionGraph]) -> Generator[TrainingProgress, None, bytes]:
    if config.max_epochs:
        raise InvalidInputError('the family "graph" is not trained in epochs', reason="NO_EPOCHS")
    yield TrainingProgress("finding where recordings can be joined", 0.0)
    graph = make()
    yield TrainingProgress("writing the library", 0.9)
    return graph_bytes(graph)
