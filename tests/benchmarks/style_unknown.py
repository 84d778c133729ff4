"""What is no dance, against dances that a model has not seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

from eightcount_classifier.body import BodyMotion, body_of
from eightcount_classifier.dataset import NOT_A_DANCE, Example, Source
from eightcount_classifier.evaluation.calibration import probabilities
from eightcount_classifier.families.base import Family
from eightcount_classifier.generated import generated_motions
from eightcount_classifier.splits import Fold
from eightcount_classifier.training.objectives import judge
from eightcount_common.importing.motion_file import read_motion
from tests.benchmarks.style_trials import PROCESSOR, fold_networks


@dataclass(frozen=True, slots=True)
class Negatives:
    """Windows of something that is no dance."""

    name: str
    motions: list[BodyMotion]


def noise(random: np.random.Generator, *, count: int = 10, seconds: float = 20.0) -> list[BodyMotion]:
    """Bodies whose joints jump at random, quickly and slowly: what a broken pose model or a broken file gives."""
    motions = []
    for number in range(count):
        body = generated_motions(1, random, seconds=seconds)[0]
        steps = random.normal(size=body.joints.shape)
        if number % 2:
            steps = np.cumsum(steps, axis=0) / np.sqrt(30)
        joints = (body.joints + random.uniform(0.05, 0.4) * steps).astype(np.float32)
        motions.append(BodyMotion(0.0, joints, body.seen, body.beat_phase))
    return motions


def dance_scores(
    family: Family, examples: Sequence[Example[BodyMotion]], folds: Sequence[Fold], negatives: Sequence[Negatives]
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """How much like a dance held-out windows look, to networks that saw neither them nor the negatives.

    Returns:
        Scores of dances, and those of each kind of negatives; karate is that of the examples.
    """
    dances, others = [], {kind.name: [] for kind in negatives} | {"karate": []}
    for network, fold in fold_networks(family, examples, folds):
        styles = np.array([examples[position].style for position in fold])
        judged = judge(family, network, [examples[position] for position in fold], PROCESSOR.device)
        scores = 1 - probabilities(judged.logits, 1.0)[:, -1]
        is_dance = (styles != NOT_A_DANCE)[judged.recording]
        dances.append(scores[is_dance])
        others["karate"].append(scores[~is_dance])
        for kind in negatives:
            shown = [Example(NOT_A_DANCE, Source(kind.name), motion) for motion in kind.motions]
            found = judge(family, network, shown, PROCESSOR.device)
            others[kind.name].append(1 - probabilities(found.logits, 1.0)[:, -1])
    return np.concatenate(dances), {name: np.concatenate(scores) for name, scores in others.items()}


def auc(dances: np.ndarray, others: np.ndarray) -> float:
    """Probability that a dance scores above something else."""
    truth = np.concatenate([np.ones(len(dances)), np.zeros(len(others))])
    return float(roc_auc_score(truth, np.concatenate([dances, others])))


def read_bodies(paths: Sequence[Path]) -> list[BodyMotion]:
    """Motions of npz files."""
    return [body_of(read_motion(path)) for path in paths]
