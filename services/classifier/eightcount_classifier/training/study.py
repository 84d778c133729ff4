"""From labelled recordings to a model, and to what is honestly known of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from eightcount_classifier.body import BodyMotion
from eightcount_classifier.dataset import Example, Labels, Source
from eightcount_classifier.evaluation.calibration import fit_temperature
from eightcount_classifier.evaluation.crossval import HeldOut, NamedWatch, cross_validate
from eightcount_classifier.evaluation.figures import Figures, figures_of
from eightcount_classifier.evaluation.probes import Probe, run_probes
from eightcount_classifier.families.base import Family
from eightcount_classifier.frame_features import FrameFeatures
from eightcount_classifier.model import Facts, StyleModel
from eightcount_classifier.novelty import QUANTILE, fit_novelty
from eightcount_classifier.splits import Split, grouped_split, naive_split
from eightcount_classifier.training.networks import Watch, train_members
from eightcount_classifier.training.objectives import Naming, judge
from eightcount_common.errors import InvalidInputError
from eightcount_common.training.distributed import TrainingWorker

FOLDS = 5


@dataclass(frozen=True, slots=True)
class Study:
    """What the cross-validation of a family on some recordings showed.

    Attributes:
        labels: classes.
        split: which recordings were judged by networks that saw the others.
        held_out: the judgements.
        figures: of the honest split.
        naive: the same of windows that were dealt at random, which leaks; None when it was not asked for.
        probes: what can be told without the dance.
        window_temperature: see `StyleModel`.
        recording_temperature: see `StyleModel`.
        novelty_threshold: distance that all but a hundredth of the held-out windows stay below.
        epochs: after which the networks were best.
    """

    labels: Labels
    split: Split
    held_out: HeldOut
    figures: Figures
    naive: Figures | None
    probes: tuple[Probe, ...]
    window_temperature: float
    recording_temperature: float
    novelty_threshold: float
    epochs: int


@dataclass(frozen=True, slots=True)
class Workplace:
    """Where and how a study works.

    Attributes:
        worker: device and process.
        seed: of everything.
        folder: for checkpoints; a run in a folder of an earlier one goes on where that stopped.
        watch: makes the watch of each stage.
    """

    worker: TrainingWorker
    seed: int = 0
    folder: Path | None = None
    watch: NamedWatch = lambda _: Watch()

    def below(self, name: str) -> Path | None:
        """A folder inside of the folder."""
        return self.folder / name if self.folder else None


def study(
    family: Family, examples: Sequence[Example[Any]], at: Workplace, *, judged: Sequence[int] | None = None,
    naive: bool = True, split: Split | None = None,
) -> Study:  # fmt: skip
    """Cross-validates a family.

    Args:
        family: what is trained.
        examples: N recordings.
        at: where.
        judged: positions of the recordings that figures are made of (all); the others are only trained on.
        naive: whether the leaking split is run too, for comparison.
        split: taken instead of a grouped one.

    Raises:
        UnusableDataError: there are too few styles, or recordings are too short.
        InvalidInputError: no honest split exists.
    """
    labels = Labels.of([example.style for example in examples])
    judged = list(judged) if judged is not None else list(range(len(examples)))
    split = split or split_of(examples, judged, at.seed)
    held_out = cross_validate(
        family, examples, labels, split.folds, seed=at.seed, worker=at.worker, folder=at.below("folds"), watch=at.watch
    )
    window_temperature, recording_temperature = _temperatures(held_out)
    return Study(
        labels, split, held_out,
        figures_of(
            held_out, labels, window_temperature=window_temperature, recording_temperature=recording_temperature
        ),
        _naive_figures(family, [examples[position] for position in judged], labels, at) if naive else None,
        _probes(examples, labels, split),
        window_temperature, recording_temperature,
        float(np.quantile(held_out.novelty[held_out.window_targets >= 0], QUANTILE)),
        _best_epoch(held_out, family.recipe.epochs),
    )  # fmt: skip


def train_model(family: Family, name: str, examples: Sequence[Example[Any]], found: Study, at: Workplace) -> StyleModel:
    """The model that is kept: trained on everything, for as long as the study showed to be best."""
    recipe = replace(family.recipe, stop_after=min(found.epochs, family.recipe.epochs))
    objective = Naming(family, found.labels, examples, smoothing=recipe.label_smoothing)
    trained = train_members(
        family, objective, len(found.labels), seed=at.seed, worker=at.worker, recipe=recipe,
        folder=at.below("final"), watch=at.watch("final model"),
    )  # fmt: skip
    known = judge(family, trained.network, examples, at.worker.device)
    classes = found.labels.indices([example.style for example in examples])[known.recording]
    facts = Facts(
        found.figures.balanced_accuracy, any(_has_beats(example.data) for example in examples), _backbone_of(examples)
    )
    return StyleModel(
        name, family, found.labels, trained.network.cpu(), found.window_temperature, found.recording_temperature,
        fit_novelty(known.features, classes, threshold=found.novelty_threshold), facts,
    )  # fmt: skip


def split_of(examples: Sequence[Example[Any]], judged: Sequence[int], seed: int) -> Split:
    """The grouped split that a study takes when it is not given another.

    Raises:
        InvalidInputError: there is none.
    """
    sources, styles = [examples[p].source for p in judged], [examples[p].style for p in judged]
    split = grouped_split(sources, styles, folds=FOLDS, random=np.random.default_rng(seed))
    return replace(split, folds=tuple(np.array(judged)[fold] for fold in split.folds))


def _temperatures(held_out: HeldOut) -> tuple[float, float]:
    """Of windows and of recordings; every class weighs the same, and every recording within it."""
    sizes = np.bincount(held_out.recording, minlength=len(held_out.targets))
    seen = sizes > 0
    _, class_of, counts = np.unique(held_out.targets[seen], return_inverse=True, return_counts=True)
    weights = np.zeros(len(held_out.targets))
    weights[seen] = 1 / counts[class_of]
    of_window = weights[held_out.recording] / sizes[held_out.recording]
    windows = fit_temperature(held_out.logits, held_out.window_targets, of_window)
    return windows, fit_temperature(held_out.recording_logits()[seen], held_out.targets[seen], weights[seen])


def _naive_figures(family: Family, examples: list[Example[Any]], labels: Labels, at: Workplace) -> Figures:
    """Windows dealt at random, as if overlapping windows of one take were strangers; one member is enough to see it."""
    pieces = [
        Example(example.style, Source(f"{example.source.label} {number}"), piece)
        for example in examples
        for number, piece in enumerate(family.pieces(example.data, family.windows(example.data)))
    ]
    folds = naive_split(len(pieces), folds=min(FOLDS, len(pieces)), random=np.random.default_rng(at.seed))
    held_out = cross_validate(
        family, pieces, labels, folds, seed=at.seed, worker=at.worker, folder=at.below("naive"),
        watch=lambda name: at.watch(f"leaking split, {name}"), members=1,
    )  # fmt: skip
    temperatures = _temperatures(held_out)
    return figures_of(held_out, labels, window_temperature=temperatures[0], recording_temperature=temperatures[1])


def _probes(examples: Sequence[Example[Any]], labels: Labels, split: Split) -> tuple[Probe, ...]:
    classes = labels.indices([example.style for example in examples])
    return run_probes(examples, classes, split.folds)


def _best_epoch(held_out: HeldOut, default: int) -> int:
    shown = [epoch for epoch in held_out.best_epochs if epoch]
    return int(np.ceil(np.median(shown))) if shown else default


def _has_beats(data: object) -> bool:
    return isinstance(data, BodyMotion) and bool(np.isfinite(data.beat_phase).any())


def _backbone_of(examples: Sequence[Example[Any]]) -> str:
    """The one backbone that all were looked at with; empty of poses."""
    found = {example.data.backbone for example in examples if isinstance(example.data, FrameFeatures)}
    if len(found) > 1:
        raise InvalidInputError("the recordings were looked at with different backbones", reason="BACKBONE_DIFFERS")
    return next(iter(found), "")
