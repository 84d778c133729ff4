"""The whole way from labelled recordings to a model with its card, report and picture."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from eightcount_classifier.dataset import Example
from eightcount_classifier.evaluation.card import write_card
from eightcount_classifier.evaluation.confusion import draw_confusion
from eightcount_classifier.evaluation.report import report_of
from eightcount_classifier.families.base import Family
from eightcount_classifier.model import StyleModel
from eightcount_classifier.splits import Split
from eightcount_classifier.training.networks import Watch
from eightcount_classifier.training.study import FOLDS, Study, Workplace, study, train_model
from eightcount_common.training.distributed import TrainingWorker
from eightcount_common.training.loop import Epoch
from eightcount_common.training.tensorboard_log import open_tensorboard_log

LOGS = "logs"


@dataclass(frozen=True, slots=True)
class Step:
    """An epoch of the work: what was trained, how it went, and the part of the whole work that is done."""

    stage: str
    epoch: Epoch
    fraction_done: float


@dataclass(frozen=True, slots=True)
class Product:
    """A model, what was found about it, and the files that belong to it: card, report, confusion matrix."""

    model: StyleModel
    found: Study
    files: dict[str, bytes]


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be made.

    Attributes:
        name: of the model.
        family: how it sees recordings.
        seed: of everything.
        notes: for the card; what only a person can know.
        extra: recordings that are trained on and not judged, such as generated ones.
        split: to judge by; a grouped one when not given.
    """

    name: str
    family: Family
    seed: int = 0
    notes: str = ""
    extra: tuple[Example[Any], ...] = ()
    split: Split | None = None


def produce(
    order: Order, examples: Sequence[Example[Any]], worker: TrainingWorker, *, folder: Path | None = None,
    report: Callable[[Step], None] = lambda _: None, check: Callable[[], None] = lambda: None,
) -> Product:  # fmt: skip
    """Cross-validates, trains on everything, and writes down what is known.

    Args:
        order: what is to be made.
        examples: labelled recordings.
        worker: device and process.
        folder: for checkpoints and logs that TensorBoard reads; the same folder continues a run that was cut short.
        report: is told of every epoch.
        check: may raise to stop the work.

    Raises:
        UnusableDataError: the recordings are too few or too short.
        InvalidInputError: no honest split of them exists.
    """
    counter = _Counter(order, report)
    everything = [*examples, *order.extra]
    with ExitStack() as logs:
        at = Workplace(worker, order.seed, folder, lambda stage: _watch(stage, counter, check, folder, worker, logs))
        found = study(order.family, everything, at, judged=range(len(examples)), split=order.split)
        model = train_model(order.family, order.name, everything, found, at)
    facts = report_of(found, examples)
    card = write_card(order.name, order.family.name, facts, notes=order.notes)
    files = {
        "card.md": card.encode(),
        "report.json": json.dumps(facts, indent=1, ensure_ascii=False).encode(),
        "confusion.png": draw_confusion(found.figures),
    }
    return Product(replace(model, facts=replace(model.facts, card=card)), found, files)


class _Counter:
    """Counts epochs of the whole work, as many as there would be if no network stopped early."""

    def __init__(self, order: Order, report: Callable[[Step], None]) -> None:
        recipe = order.family.recipe
        folds = len(order.split.folds) if order.split else FOLDS
        self._epochs = recipe.epochs
        self._total = recipe.epochs * (recipe.members * (folds + 1) + FOLDS)
        self._networks = 0
        self._report = report

    def begin(self) -> None:
        """The next network; one that an earlier run finished has no epochs left to tell of."""
        self._networks += 1

    def take(self, stage: str, epoch: Epoch) -> None:
        done = (self._networks - 1) * self._epochs + epoch.number
        self._report(Step(stage, epoch, min(done / self._total, 1.0)))


def _watch(
    stage: str, counter: _Counter, check: Callable[[], None], folder: Path | None, worker: TrainingWorker,
    logs: ExitStack
) -> Watch:  # fmt: skip
    name = stage.replace(" ", "-").replace(",", "")
    write = logs.enter_context(open_tensorboard_log(folder / LOGS / name if folder and worker.is_leader else None))

    def tell(epoch: Epoch) -> None:
        write(epoch)
        counter.take(stage, epoch)

    return Watch(tell, check, counter.begin)
