"""The model family `seq2seq`."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass

from eightcount_common.training.loop import Epoch
from eightcount_generator.families.base import TrainingConfig, TrainingProgress
from eightcount_generator.families.epochs import report_epochs
from eightcount_generator.models.base import DanceGenerator
from eightcount_generator.models.seq2seq.generator import Seq2SeqGenerator
from eightcount_generator.models.seq2seq.model import Seq2SeqModel, model_bytes, read_model
from eightcount_generator.models.seq2seq.training import Hyperparameters, TrainingContext, fine_tune_model, train_model
from eightcount_generator.sources.recording import Recording

HYPERPARAMETERS = Hyperparameters()


@dataclass(frozen=True, slots=True)
class Seq2Seq:
    """Generates dances with an autoregressive network: the baseline.

    Attributes:
        hyperparameters: sizes of the network and recipes of the trainings.
    """

    hyperparameters: Hyperparameters = HYPERPARAMETERS

    supports_constraints = False
    reading_share = 0.05
    notes = """\
## How it dances

DanceRevolution (Huang et al., ICLR 2021), the baseline: an autoregressive network predicts one pose after the other, 15
per second, from its own previous pose and from beats, tempo, energy and sections of the music. It was trained with
scheduled sampling: with true previous poses at first, then with longer and longer stretches of its own predictions. It
differs from the published network: poses are joint rotations and not image positions; its input is beats and energy and
not the audio; dances start like a recording; attention uses relative distances and not positions; styles can be
requested; and the network is smaller. For recordings without music, the beats were estimated from the motion itself, at
the moments when the body rests between two movements; from these, nothing was learned about music.
"""

    def train(
        self, recordings: Sequence[Recording], config: TrainingConfig
    ) -> Generator[TrainingProgress, None, bytes]:
        """Train a network from scratch."""
        return (
            yield from _serialise(
                train_model(recordings, self.hyperparameters.with_epochs(config.max_epochs), _training_context(config))
            )
        )

    def fine_tune(
        self, base: bytes, recordings: Sequence[Recording], config: TrainingConfig
    ) -> Generator[TrainingProgress, None, bytes]:
        """Continue the training of a network; new styles are added to it."""
        hyperparameters = self.hyperparameters.with_epochs(config.max_epochs)
        return (
            yield from _serialise(
                fine_tune_model(read_model(base), recordings, hyperparameters, _training_context(config))
            )
        )

    def read(self, data: bytes) -> DanceGenerator:
        """Load the network."""
        return Seq2SeqGenerator(read_model(data))


def _training_context(config: TrainingConfig) -> TrainingContext:
    return TrainingContext(config.seed, config.worker, config.folder, config.check)


def _serialise(epochs: Generator[Epoch, None, Seq2SeqModel]) -> Generator[TrainingProgress, None, bytes]:
    yield TrainingProgress(0.0, "encoding the recordings")
    return model_bytes((yield from report_epochs(epochs)))
