"""Families of models: what is learned from recordings, and the makers of dances it becomes."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, Protocol, TypeVar

from eightcount_common.errors import InvalidInputError
from eightcount_generator.makers.base import Maker
from eightcount_generator.makers.graph.library import MotionLibrary, build_library, extended
from eightcount_generator.makers.graph.maker import GraphMaker
from eightcount_generator.makers.graph.model import library_bytes, read_library
from eightcount_generator.sources.library import Recording

if TYPE_CHECKING:
    from eightcount_common.training.distributed import Place
    from eightcount_common.training.loop import Epoch
    from eightcount_generator.makers.seq2seq.model import Model as Seq2SeqModel
    from eightcount_generator.makers.seq2seq.teaching import Plan as Seq2SeqPlan

T = TypeVar("T")


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


def _processor() -> Place:
    import torch

    from eightcount_common.training.distributed import Place

    return Place(torch.device("cpu"))


@dataclass(frozen=True, slots=True)
class Order:
    """What a model should be like, and where it is made.

    Attributes:
        seed: the same recordings and seed give the same model.
        max_epochs: 0 leaves it to the family.
        folder: for checkpoints; the same order with the same folder goes on where it was cut short.
        place: device, and which of several processes this is; the processor when not given.
        check: called often; may raise to stop the work.
    """

    seed: int = 0
    max_epochs: int = 0
    folder: Path | None = None
    place: Place = field(default_factory=_processor)
    check: Callable[[], None] = lambda: None


class Family(Protocol):
    """Teaches models of one kind and reads them again."""

    @property
    def takes_key_poses(self) -> bool:
        """Whether its makers pass through given poses."""

    @property
    def reading_share(self) -> float:
        """The part of the whole work, 0 to 1, that the reading of the recordings is beside the teaching."""

    @property
    def notes(self) -> str:
        """Markdown for the card of a model: how it comes to its dances."""

    def teach(self, recordings: Sequence[Recording], order: Order) -> Generator[Step, None, bytes]:
        """Says how it goes; returns a safetensors file.

        Raises:
            InvalidInputError: TOO_LITTLE_MOTION; NO_EPOCHS, where some are asked for and there are none.
        """

    def teach_more(self, base: bytes, recordings: Sequence[Recording], order: Order) -> Generator[Step, None, bytes]:
        """The same, beginning with a model of the family: `base` is what `teach` returned.

        Raises:
            InvalidInputError: as `teach` and `read` do; NO_FINE_TUNING, where the family cannot.
        """

    def read(self, data: bytes) -> Maker:
        """The maker that was taught.

        Raises:
            InvalidInputError: INVALID_MODEL; the file is damaged or of another family.
        """


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


@dataclass(frozen=True, slots=True)
class Seq2Seq:
    """Dances of a network that goes on from its own last pose: the baseline.

    Attributes:
        plan: how it is taught; its own when not given.
    """

    plan: Seq2SeqPlan | None = None
    takes_key_poses: ClassVar[bool] = False
    reading_share: ClassVar[float] = 0.1
    notes: ClassVar[str] = """\
## How it dances

DanceRevolution (Huang et al., ICLR 2021), the baseline: a network that hears beats, tempo, energy and sections of the
music makes one pose after the other, 15 a second, each from its own last one. It was taught with given poses first and
then with longer and longer stretches of its own. It differs from the published one: poses are rotations of a body and
no places in a picture, what it hears are beats and energy and not the sound, dances begin as recordings do, attention
knows distances in place of positions, styles can be wished for, and the network is smaller. Of recordings without their
music the beats are those of the motion, where the body rests between two movements: of these, nothing was learned from
music.
"""

    def teach(self, recordings: Sequence[Recording], order: Order) -> Generator[Step, None, bytes]:
        """A fresh network."""
        from eightcount_generator.makers.seq2seq.teaching import Circumstances, Plan, taught

        plan = (self.plan or Plan()).cut_to(order.max_epochs)
        where = Circumstances(order.seed, order.place, order.folder, order.check)
        return (yield from _written(taught(recordings, plan, where)))

    def teach_more(self, base: bytes, recordings: Sequence[Recording], order: Order) -> Generator[Step, None, bytes]:
        """The network taught on, in the styles it knows and in new ones."""
        from eightcount_generator.makers.seq2seq.model import read_model
        from eightcount_generator.makers.seq2seq.teaching import Circumstances, Plan, taught_more

        plan = (self.plan or Plan()).cut_to(order.max_epochs)
        where = Circumstances(order.seed, order.place, order.folder, order.check)
        return (yield from _written(taught_more(read_model(base), recordings, plan, where)))

    def read(self, data: bytes) -> Maker:
        """A maker that dances with the network."""
        from eightcount_generator.makers.seq2seq.maker import Seq2SeqMaker
        from eightcount_generator.makers.seq2seq.model import read_model

        return Seq2SeqMaker(read_model(data))


def _written(epochs: Generator[Epoch, None, Seq2SeqModel]) -> Generator[Step, None, bytes]:
    from eightcount_generator.makers.seq2seq.model import model_bytes

    yield Step("looking at the recordings", 0.0)
    return model_bytes((yield from told(epochs)))


FAMILIES: Mapping[str, Family] = MappingProxyType({"graph": Graph(), "seq2seq": Seq2Seq()})
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


def told(epochs: Generator[Epoch, None, T]) -> Generator[Step, None, T]:
    """The steps that the epochs of a training are; returns what the training does."""
    while True:
        try:
            epoch = next(epochs)
        except StopIteration as end:
            result: T = end.value
            return result
        held_out = "" if math.isnan(epoch.held_out_loss) else f", held out {epoch.held_out_loss:.3f}"
        note = f"epoch {epoch.number} of at most {epoch.total}, loss {epoch.training_loss:.3f}{held_out}"
        yield Step("training", epoch.number / epoch.total, note)
