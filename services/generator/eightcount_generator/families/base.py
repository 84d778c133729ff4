"""What a family of models is: what is learned from recordings, and the maker of dances it becomes."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from eightcount_generator.makers.base import Maker
from eightcount_generator.sources.library import Recording

if TYPE_CHECKING:
    from eightcount_common.training.distributed import TrainingWorker


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


def _processor() -> TrainingWorker:
    import torch

    from eightcount_common.training.distributed import TrainingWorker

    return TrainingWorker(torch.device("cpu"))


@dataclass(frozen=True, slots=True)
class Order:
    """What a model should be like, and where it is made.

    Attributes:
        seed: the same recordings and seed give the same model.
        max_epochs: 0 leaves it to the family.
        folder: for checkpoints; the same order with the same folder goes on where it was cut short.
        worker: device, and which of several processes this is; the processor when not given.
        check: called often; may raise to stop the work.
    """

    seed: int = 0
    max_epochs: int = 0
    folder: Path | None = None
    worker: TrainingWorker = field(default_factory=_processor)
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
