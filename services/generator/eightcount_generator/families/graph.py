"""The family `graph`."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence

from eightcount_common.errors import InvalidInputError
from eightcount_generator.families.base import Order, Step
from eightcount_generator.makers.base import Maker
from eightcount_generator.makers.graph.library import MotionLibrary, build_library, extended
from eightcount_generator.makers.graph.maker import GraphMaker
from eightcount_generator.makers.graph.model import library_bytes, read_library
from eightcount_generator.sources.library import Recording


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

    def teach(self, recordings: Sequence[Recording], order: Order) -> Generator[Step, None, bytes]:
        """A library of the recordings; no chance is in it, so the seed makes no difference."""
        return (yield from _joined(order, lambda: build_library(recordings)))

    def teach_more(self, base: bytes, recordings: Sequence[Recording], order: Order) -> Generator[Step, None, bytes]:
        """The library with the recordings added."""
        return (yield from _joined(order, lambda: extended(read_library(base), recordings)))

    def read(self, data: bytes) -> Maker:
        """A maker over the library."""
        return GraphMaker(read_library(data))


def _joined(order: Order, make: Callable[[], MotionLibrary]) -> Generator[Step, None, bytes]:
    if order.max_epochs:
        raise InvalidInputError('the family "graph" is not trained in epochs', reason="NO_EPOCHS")
    yield Step("finding where recordings can be joined", 0.0)
    library = make()
    yield Step("writing the library", 0.9)
    return library_bytes(library)
