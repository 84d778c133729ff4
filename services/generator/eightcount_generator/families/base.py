"""What a family of models is: what is learned from recordings, and the maker of dances it becomes."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from eightcount_common.training.distributed import Place
from eightcount_generator.makers.base import Maker
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
        folder: where a training that is cut short goes on; nowhere when not given.
        place: device and process of families that are networks; the processor when not given.
        check: called often; may raise to stop the work.
    """

    seed: int = 0
    max_epochs: int = 0
    folder: Path | None = None
    place: Place | None = None
    check: Callable[[], None] = lambda: None


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

    def teach_more(self, base: bytes, recordings: Sequence[Recording], order: Order) -> Generator[Step, None, bytes]:
        """A model that knows what another of the family does, and the recordings too; says how it goes.

        Raises:
            InvalidInputError: as `teach`; INVALID_MODEL; NO_FINE_TUNING, where a family cannot.
        """

    def read(self, data: bytes) -> Maker:
        """The maker that was taught.

        Raises:
            InvalidInputError: INVALID_MODEL; the file is damaged or of another family.
        """
