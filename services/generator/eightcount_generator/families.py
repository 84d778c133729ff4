"""Families of models: what is learned from recordings, and the makers of dances it becomes."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

from eightcount_common.errors import InvalidInputError
from eightcount_generator.makers.base import Maker
from eightcount_generator.makers.graph.library import build_library
from eightcount_generator.makers.graph.maker import GraphMaker
from eightcount_generator.makers.graph.model import library_bytes, read_library
from eightcount_generator.sources.library import Recording


@dataclass(frozen=True, slots=True)
class Step:
    """How far the teaching of a model is.

    Attributes:
        stage: what is being done.
        fraction_done: 0 to 1.
        note: a sentence; may be empty.
    """

    stage: str
    fraction_done: float
    note: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """What a model should be like.

    Attributes:
        seed: the same recordings and seed give the same model.
        max_epochs: 0 leaves it to the family.
    """

    seed: int = 0
    max_epochs: int = 0


class Family(Protocol):
    """Teaches models of one kind and reads them again."""

    @property
    def takes_key_poses(self) -> bool:
        """Whether its makers pass through given poses."""

    @property
    def notes(self) -> str:
        """Markdown for the card of a model: how it comes to its dances."""

    def teach(self, recordings: Sequence[Recording], order: Order) -> Generator[Step, None, bytes]:
        """Says how it goes; returns a safetensors file.

        Raises:
            InvalidInputError: TOO_LITTLE_MOTION; NO_EPOCHS, where some are asked for and there are none.
        """

    def read(self, data: bytes) -> Maker:
        """The maker that was taught.

        Raises:
            InvalidInputError: INVALID_MODEL; the file is damaged or of another family.
        """


class Graph:
    """Dances joined from stretches of the recordings."""

    takes_key_poses = False
    notes = """\
## How it dances

It joins stretches of the recordings at beats, in the tempo, energy and sections of the music. Every movement is one of
theirs, whoever dances in them. The beats were taken from the motion itself, where the body rests between two movements:
nothing was learned from music.
"""

    def teach(self, recordings: Sequence[Recording], order: Order) -> Generator[Step, None, bytes]:
        """A library of the recordings; no chance is in it, so the seed makes no difference."""
        if order.max_epochs:
            raise InvalidInputError('the family "graph" is not trained in epochs', reason="NO_EPOCHS")
        yield Step("finding where recordings can be joined", 0.0)
        library = build_library(recordings)
        yield Step("writing the library", 0.9)
        return library_bytes(library)

    def read(self, data: bytes) -> Maker:
        """A maker over the library."""
        return GraphMaker(read_library(data))


FAMILIES: Mapping[str, Family] = MappingProxyType({"graph": Graph()})
"""Families by name."""


def family_named(name: str, families: Mapping[str, Family]) -> Family:
    """The family of that name.

    Raises:
        InvalidInputError: UNKNOWN_FAMILY.
    """
    if name not in families:
        raise InvalidInputError(
            f"there is no family {name[:64]!r}; there are {', '.join(families)}", reason="UNKNOWN_FAMILY"
        )
    return families[name]
