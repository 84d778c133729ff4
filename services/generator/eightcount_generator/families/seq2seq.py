"""The family `seq2seq`."""

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
    """Dances of a network that goes on from its own last pose: the baseline.

    Attributes:
        hyperparameters: how it is taught.
    """

    hyperparameters: Hyperparameters = HYPERPARAMETERS

    takes_key_poses = False
    reading_share = 0.05
    notes = """\
## How it dances

DanceRevolution (Huang et al., ICLR 2021), the baseline: a network that hears beats, tempo, energy and sections of the
music makes one pose after the other, 15 a second, each from its own last one. It was taught with given poses first and
then with longer and longer stretches of its own. It differs from the published one: poses are rotations of a body and
no places in a picture, what it hears are beats and energy and not the sound, dances begin as recordings do, attention
knows distances in place of positions, styles can be wished for, and the network is smaller. Of recordings without their
music the beats are those of the motion, where the body rests between two movements: of these, nothing was learned from
music.
"""

    def train(
        self, recordings: Sequence[Recording], config: TrainingConfig
    ) -> Generator[TrainingProgress, None, bytes]:
        """A fresh network."""
        return (
            yield from _serialise(
                train_model(recordings, self.hyperparameters.with_epochs(config.max_epochs), _training_context(config))
            )
        )

    def fine_tune(
        self, base: bytes, recordings: Sequence[Recording], config: TrainingConfig
    ) -> Generator[TrainingProgress, None, bytes]:
        """The network taught on; styles that it does not know are added."""
        hyperparameters = self.hyperparameters.with_epochs(config.max_epochs)
        return (
            yield from _serialise(
                fine_tune_model(read_model(base), recordings, hyperparameters, _training_context(config))
            )
        )

    def read(self, data: bytes) -> DanceGenerator:
        """A maker that dances with the network."""
        return Seq2SeqGenerator(read_model(data))


def _training_context(config: TrainingConfig) -> TrainingContext:
    return TrainingContext(config.seed, config.place, config.folder, config.check)


def _serialise(epochs: Generator[Epoch, None, Seq2SeqModel]) -> Generator[TrainingProgress, None, bytes]:
    yield TrainingProgress("encoding the recordings", 0.0)
    return model_bytes((yield from report_epochs(epochs)))
