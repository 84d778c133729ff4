"""The interface of a model family: it trains models of one kind and loads them as dance generators."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from eightcount_generator.models.base import DanceGenerator
from eightcount_generator.sources.recording import Recording

if TYPE_CHECKING:
    from eightcount_common.training.distributed import TrainingWorker


class TrainingStage(StrEnum):
    """Stage of a training."""

    READING = "reading"
    TRAINING = "training"


@dataclass(frozen=True, slots=True)
class TrainingProgress:
    """Progress of a training.

    Attributes:
        fraction_done: 0 to 1.
        note: a sentence for the user; may be empty.
        stage: the present stage.
    """

    fraction_done: float
    note: str = ""
    stage: TrainingStage = TrainingStage.TRAINING


def _cpu() -> TrainingWorker:
    import torch

    from eightcount_common.training.distributed import TrainingWorker

    return TrainingWorker(torch.device("cpu"))


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """Options of a training, and where it runs.

    Attributes:
        seed: the same recordings and seed give the same model.
        max_epochs: maximum number of epochs; the family's own when None.
        folder: folder for checkpoints; the same training with the same folder resumes where it was interrupted.
        worker: device, and rank of this process among several; a single process on the CPU by default.
        check: called often; may raise to stop the training.
    """

    seed: int = 0
    max_epochs: int | None = None
    folder: Path | None = None
    worker: TrainingWorker = field(default_factory=_cpu)
    check: Callable[[], None] = lambda: None


class Family(Protocol):
    """Trains models of one kind and loads them."""

    @property
    def supports_constraints(self) -> bool:
        """Whether its generators support key poses and edits."""

    @property
    def reading_share(self) -> float:
        """Share of the whole work, 0 to 1, that reading the recordings takes."""

    @property
    def notes(self) -> str:
        """Markdown for the model card: how the model generates dances."""

    def train(
        self, recordings: Sequence[Recording], config: TrainingConfig
    ) -> Generator[TrainingProgress, None, bytes]:  # fmt: skip
        """Train a model; yield progress and return a safetensors file.

        Raises:
            InvalidInputError: TOO_LITTLE_MOTION, also of a single recording of a second; NO_EPOCHS, `max_epochs` is
                given but the family has no epochs.
        """

    def fine_tune(
        self, base: bytes, recordings: Sequence[Recording], config: TrainingConfig
    ) -> Generator[TrainingProgress, None, bytes]:
        """Continue the training of a model of the family; `base` is a file that `train` returned.

        Raises:
            InvalidInputError: as `train` and `read`; NO_FINE_TUNING, the family cannot be fine-tuned.
        """

    def read(self, data: bytes) -> DanceGenerator:
        """Load a trained model.

        Raises:
            InvalidInputError: INVALID_MODEL; the file is damaged or of another family.
        """
