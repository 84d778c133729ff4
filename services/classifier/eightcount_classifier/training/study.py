"""Evaluation of a family by cross-validation, and training of the final model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from eightcount_classifier.dataset import Example, Labels, Source
from eightcount_classifier.evaluation.calibration import fit_temperature
from eightcount_classifier.evaluation.held_out import HeldOutOutputs
from eightcount_classifier.evaluation.metrics import Metrics, compute_metrics
from eightcount_classifier.evaluation.probes import Probe, run_probes
from eightcount_classifier.evaluation.splits import Split, make_grouped_split, make_naive_split
from eightcount_classifier.evaluation.study import Study
from eightcount_classifier.families.base import Family
from eightcount_classifier.families.outputs import compute_window_outputs
from eightcount_classifier.features.body import BodyMotion
from eightcount_classifier.features.frame_features import FrameFeatures
from eightcount_classifier.model import ModelMetadata, StyleModel
from eightcount_classifier.novelty import QUANTILE, fit_novelty
from eightcount_classifier.training.cross_validation import CallbackFactory, cross_validate
from eightcount_classifier.training.networks import Callbacks, train_members
from eightcount_classifier.training.objectives import ClassificationObjective
from eightcount_common.errors import InvalidInputError
from eightcount_common.training.distributed import TrainingWorker

FOLDS = 5


@dataclass(frozen=True, slots=True)
class TrainingContext:
    """Context of a training.

    Attributes:
        worker: this process and its device.
        seed: seed of everything random.
        folder: folder of the checkpoints; a run in the folder of an earlier run resumes it.
        callbacks: makes the callbacks of each stage.
    """

    worker: TrainingWorker
    seed: int = 0
    folder: Path | None = None
    callbacks: CallbackFactory = lambda _: Callbacks()

    def subfolder(self, name: str) -> Path | None:
        """Return a folder inside the folder, or None without a folder."""
        return self.folder / name if self.folder else None


def run_study(
    family: Family, examples: Sequence[Example[Any]], context: TrainingContext, *,
    evaluated: Sequence[int] | None = None,
    naive: bool = True, split: Split | None = None,
) -> Study:  # fmt: skip
    """Evaluate a family by cross-validation.

    Args:
        family: family of models.
        examples: N recordings.
        context: context of the training.
        evaluated: positions of the recordings that are evaluated (all); the others are only trained on.
        naive: whether to run the leaking split too, for comparison.
        split: split to use instead of a grouped one.

    Raises:
        UnusableDataError: TOO_FEW_STYLES, TOO_SHORT.
        InvalidInputError: TOO_FEW_TAKES; no split keeps the takes apart.
    """
    labels = Labels.from_styles([example.style for example in examples])
    evaluated = list(evaluated) if evaluated is not None else list(range(len(examples)))
    split = split or make_study_split(examples, evaluated, context.seed)
    held_out = cross_validate(
        family,
        examples,
        labels,
        split.folds,
        seed=context.seed,
        worker=context.worker,
        folder=context.subfolder("folds"),
        callbacks=context.callbacks,
    )
    window_temperature, recording_temperature = _fit_temperatures(held_out)
    return Study(
        labels, split, held_out,
        compute_metrics(
            held_out, labels, window_temperature=window_temperature, recording_temperature=recording_temperature
        ),
        _evaluate_naive_split(family, [examples[position] for position in evaluated], labels, context)
        if naive else None,
        _run_probes(examples, labels, split),
        window_temperature, recording_temperature,
        float(np.quantile(held_out.novelty[held_out.window_targets >= 0], QUANTILE)),
        _find_best_epoch(held_out, family.recipe.epochs),
    )  # fmt: skip


def train_model(
    family: Family, name: str, examples: Sequence[Example[Any]], study: Study, context: TrainingContext
) -> StyleModel:
    """Train the final model on everything, for the number of epochs that the study found best."""
    recipe = replace(family.recipe, stop_after=min(study.epochs, family.recipe.epochs))
    objective = ClassificationObjective(family, study.labels, examples, smoothing=recipe.label_smoothing)
    trained = train_members(
        family, objective, len(study.labels), seed=context.seed, worker=context.worker, recipe=recipe,
        folder=context.subfolder("final"), callbacks=context.callbacks("final model"),
    )  # fmt: skip
    outputs = compute_window_outputs(family, trained.network, examples, context.worker.device)
    classes = study.labels.indices([example.style for example in examples])[outputs.recording]
    metadata = ModelMetadata(
        study.metrics.balanced_accuracy, any(_has_beats(example.data) for example in examples), _backbone_of(examples)
    )
    return StyleModel(
        name, family, study.labels, trained.network.cpu(), study.window_temperature, study.recording_temperature,
        fit_novelty(outputs.features, classes, threshold=study.novelty_threshold), metadata,
    )  # fmt: skip


def make_study_split(examples: Sequence[Example[Any]], evaluated: Sequence[int], seed: int) -> Split:
    """Return the grouped split that a study uses by default.

    Raises:
        InvalidInputError: TOO_FEW_TAKES.
    """
    sources, styles = [examples[p].source for p in evaluated], [examples[p].style for p in evaluated]
    split = make_grouped_split(sources, styles, folds=FOLDS, random=np.random.default_rng(seed))
    return replace(split, folds=tuple(np.array(evaluated)[fold] for fold in split.folds))


def _fit_temperatures(held_out: HeldOutOutputs) -> tuple[float, float]:
    """Return the temperatures of windows and of recordings, with equal weights of classes and of recordings in them."""
    sizes = np.bincount(held_out.recording, minlength=len(held_out.targets))
    seen = sizes > 0
    _, class_of, counts = np.unique(held_out.targets[seen], return_inverse=True, return_counts=True)
    weights = np.zeros(len(held_out.targets))
    weights[seen] = 1 / counts[class_of]
    window_weights = weights[held_out.recording] / sizes[held_out.recording]
    window_temperature = fit_temperature(held_out.logits, held_out.window_targets, window_weights)
    return window_temperature, fit_temperature(held_out.recording_logits()[seen], held_out.targets[seen], weights[seen])


def _evaluate_naive_split(
    family: Family, examples: list[Example[Any]], labels: Labels, context: TrainingContext
) -> Metrics:
    """Evaluate a random split of windows, in which overlapping windows of a take leak; one ensemble member suffices."""
    pieces = [
        Example(example.style, Source(f"{example.source.label} {number}"), piece)
        for example in examples
        for number, piece in enumerate(family.split_windows(example.data, family.windows(example.data)))
    ]
    folds = make_naive_split(len(pieces), folds=min(FOLDS, len(pieces)), random=np.random.default_rng(context.seed))
    held_out = cross_validate(
        family, pieces, labels, folds, seed=context.seed, worker=context.worker, folder=context.subfolder("naive"),
        callbacks=lambda name: context.callbacks(f"leaking split, {name}"), members=1,
    )  # fmt: skip
    temperatures = _fit_temperatures(held_out)
    return compute_metrics(held_out, labels, window_temperature=temperatures[0], recording_temperature=temperatures[1])


def _run_probes(examples: Sequence[Example[Any]], labels: Labels, split: Split) -> tuple[Probe, ...]:
    classes = labels.indices([example.style for example in examples])
    return run_probes(examples, classes, split.folds)


def _find_best_epoch(held_out: HeldOutOutputs, default: int) -> int:
    known = [epoch for epoch in held_out.best_epochs if epoch]
    return int(np.ceil(np.median(known))) if known else default


def _has_beats(data: object) -> bool:
    return isinstance(data, BodyMotion) and bool(np.isfinite(data.beat_phase).any())


def _backbone_of(examples: Sequence[Example[Any]]) -> str:
    """Return the backbone of all recordings; empty for poses."""
    found = {example.data.backbone for example in examples if isinstance(example.data, FrameFeatures)}
    if len(found) > 1:
        raise InvalidInputError("all recordings must have features of the same backbone", reason="BACKBONE_DIFFERS")
    return next(iter(found), "")
