"""Pipeline from labelled recordings to a model with its card, report and confusion matrix."""

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
from eightcount_classifier.evaluation.report import build_report
from eightcount_classifier.evaluation.splits import Split
from eightcount_classifier.evaluation.study import Study
from eightcount_classifier.families.base import Family
from eightcount_classifier.model import StyleModel
from eightcount_classifier.training.networks import Callbacks
from eightcount_classifier.training.study import FOLDS, TrainingContext, run_study, train_model
from eightcount_common.training.distributed import TrainingWorker
from eightcount_common.training.loop import Epoch
from eightcount_common.training.tensorboard_log import open_tensorboard_log

LOGS = "logs"


@dataclass(frozen=True, slots=True)
class TrainingProgress:
    """A finished epoch: its stage, its losses, and the fraction of the whole training that is done."""

    stage: str
    epoch: Epoch
    fraction_done: float


@dataclass(frozen=True, slots=True)
class TrainingResult:
    """A model, its evaluation, and the files that belong to it: card, report, confusion matrix."""

    model: StyleModel
    study: Study
    files: dict[str, bytes]


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """Configuration of a training.

    Attributes:
        name: name of the model.
        family: family of the model.
        seed: seed of everything random.
        notes: text for the card that cannot be derived from the data.
        extra: recordings that are trained on and not evaluated, such as generated ones.
        split: split for the evaluation; a grouped split if not given.
    """

    name: str
    family: Family
    seed: int = 0
    notes: str = ""
    extra: tuple[Example[Any], ...] = ()
    split: Split | None = None


def train_style_model(
    config: TrainingConfig, examples: Sequence[Example[Any]], worker: TrainingWorker, *, folder: Path | None = None,
    report: Callable[[TrainingProgress], None] = lambda _: None, check: Callable[[], None] = lambda: None,
) -> TrainingResult:  # fmt: skip
    """Cross-validate, train the final model on everything, and write card and report.

    Args:
        config: configuration of the training.
        examples: labelled recordings.
        worker: this process and its device.
        folder: folder of checkpoints and TensorBoard logs; a run in the folder of an interrupted run resumes it.
        report: called after every epoch.
        check: may raise to stop the training.

    Raises:
        UnusableDataError: TOO_FEW_STYLES, TOO_SHORT.
        InvalidInputError: TOO_FEW_TAKES; no split keeps the takes apart.
    """
    counter = _EpochCounter(config, report)
    everything = [*examples, *config.extra]
    with ExitStack() as logs:
        context = TrainingContext(
            worker, config.seed, folder, lambda stage: _make_callbacks(stage, counter, check, folder, worker, logs)
        )
        study = run_study(config.family, everything, context, evaluated=range(len(examples)), split=config.split)
        model = train_model(config.family, config.name, everything, study, context)
    report_json = build_report(study, examples)
    card = write_card(config.name, config.family.name, report_json, notes=config.notes)
    files = {
        "card.md": card.encode(),
        "report.json": json.dumps(report_json, indent=1, ensure_ascii=False).encode(),
        "confusion.png": draw_confusion(study.metrics),
    }
    return TrainingResult(replace(model, metadata=replace(model.metadata, card=card)), study, files)


class _EpochCounter:
    """Counts the epochs of the whole training, as if no network stopped early."""

    def __init__(self, config: TrainingConfig, report: Callable[[TrainingProgress], None]) -> None:
        recipe = config.family.recipe
        folds = len(config.split.folds) if config.split else FOLDS
        self._epochs = recipe.epochs
        self._total = recipe.epochs * (recipe.members * (folds + 1) + FOLDS)
        self._networks = 0
        self._report = report

    def start_network(self) -> None:
        """Count the next network; one that an earlier run finished reports no epochs."""
        self._networks += 1

    def finish_epoch(self, stage: str, epoch: Epoch) -> None:
        done = (self._networks - 1) * self._epochs + epoch.number
        self._report(TrainingProgress(stage, epoch, min(done / self._total, 1.0)))


def _make_callbacks(
    stage: str, counter: _EpochCounter, check: Callable[[], None], folder: Path | None, worker: TrainingWorker,
    logs: ExitStack
) -> Callbacks:  # fmt: skip
    name = stage.replace(" ", "-").replace(",", "")
    write = logs.enter_context(open_tensorboard_log(folder / LOGS / name if folder and worker.is_leader else None))

    def on_epoch(epoch: Epoch) -> None:
        write(epoch)
        counter.finish_epoch(stage, epoch)

    return Callbacks(on_epoch, check, counter.start_network)
