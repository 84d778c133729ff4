"""The family `seq2seq`."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass

from eightcount_common.training.loop import Epoch
from eightcount_generator.families.base import Order, Step
from eightcount_generator.families.epochs import told
from eightcount_generator.makers.base import Maker
from eightcount_generator.makers.seq2seq.maker import Seq2SeqMaker
from eightcount_generator.makers.seq2seq.model import Model, model_bytes, read_model
from eightcount_generator.makers.seq2seq.teaching import Circumstances, Plan, taught, taught_more
from eightcount_generator.sources.library import Recording

PLAN = Plan()


@dataclass(frozen=True, slots=True)
class Seq2Seq:
    """Dances of a network that goes on from its own last pose: the baseline.

    Attributes:
        plan: how it is taught.
    """

    plan: Plan = PLAN

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

    def teach(self, recordings: Sequence[Recording], order: Order) -> Generator[Step, None, bytes]:
        """A fresh network."""
        return (yield from _written(taught(recordings, self.plan.cut_to(order.max_epochs), _where(order))))

    def teach_more(self, base: bytes, recordings: Sequence[Recording], order: Order) -> Generator[Step, None, bytes]:
        """The network taught on; styles that it does not know are added."""
        plan = self.plan.cut_to(order.max_epochs)
        return (yield from _written(taught_more(read_model(base), recordings, plan, _where(order))))

    def read(self, data: bytes) -> Maker:
        """A maker that dances with the network."""
        return Seq2SeqMaker(read_model(data))


def _where(order: Order) -> Circumstances:
    return Circumstances(order.seed, order.worker, order.folder, order.check)


def _written(epochs: Generator[Epoch, None, Model]) -> Generator[Step, None, bytes]:
    yield Step("encoding the recordings", 0.0)
    return model_bytes((yield from told(epochs)))
