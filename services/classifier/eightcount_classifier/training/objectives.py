"""Training objective of style classification, and the interface of objectives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from eightcount_classifier.dataset import Example, Labels, UnusableDataError
from eightcount_classifier.families.base import Family, ModelOutput
from eightcount_classifier.families.outputs import compute_window_outputs, has_windows
from eightcount_common.motion import FloatArray

Batch = tuple[FloatArray, NDArray[np.intp]]


class Objective(Protocol):
    """Samples batches and computes the loss of a network on them."""

    def batch(self, random: np.random.Generator, size: int) -> Batch:
        """Sample inputs [B, ...] and targets [B]."""

    def loss(self, output: ModelOutput, targets: Tensor) -> Tensor:
        """Return the loss []."""

    def validation_loss(self, network: nn.Module, device: torch.device) -> float | None:
        """Return the loss on held-out recordings, or None if there are none."""


class ClassificationObjective:
    """Cross-entropy with the style.

    Dances of other styles are trained towards equal probabilities of all styles (outlier exposure, Hendrycks et al.,
    2019), and away from "not a dance".
    """

    def __init__(
        self, family: Family, labels: Labels, examples: Sequence[Example[Any]], held_out: Sequence[Example[Any]] = (),
        *, smoothing: float = 0.0,
    ) -> None:  # fmt: skip
        self._family = family
        self._labels = labels
        self._smoothing = smoothing
        self._examples = [example for example in examples if has_windows(family, example)]
        if not self._examples:
            raise UnusableDataError(
                "no recording is long enough for training: four seconds are required", reason="TOO_SHORT"
            )
        self._targets = labels.indices([example.style for example in self._examples])
        self._sampling_probabilities = _sampling_probabilities(family, self._examples)
        self._held_out = [example for example in held_out if has_windows(family, example)]

    def batch(self, random: np.random.Generator, size: int) -> Batch:
        """Sample every style equally often, and long recordings more often than short ones."""
        chosen = random.choice(len(self._examples), size, p=self._sampling_probabilities)
        inputs = np.stack([self._family.sample_input(self._examples[number].data, random) for number in chosen])
        return inputs, self._targets[chosen]

    def loss(self, output: ModelOutput, targets: Tensor) -> Tensor:
        """Return the cross-entropy with the style, or with equal styles for other dances."""
        return classification_loss(output.logits, targets, smoothing=self._smoothing)

    @torch.no_grad()
    def validation_loss(self, network: nn.Module, device: torch.device) -> float | None:
        """Return the mean over the styles of the mean loss of their windows."""
        if not self._held_out:
            return None
        outputs = compute_window_outputs(self._family, network, self._held_out, device)
        targets = self._labels.indices([example.style for example in self._held_out])[outputs.recording]
        logits = torch.from_numpy(outputs.logits)
        losses = [
            float(classification_loss(logits[targets == target], torch.from_numpy(targets[targets == target])))
            for target in np.unique(targets)
        ]
        return float(np.mean(losses))


def classification_loss(logits: Tensor, targets: Tensor, *, smoothing: float = 0.0) -> Tensor:
    """Return the mean loss of logits [B, C]; a target of -1 is another dance, whose styles should be equally likely."""
    known = targets >= 0
    loss = functional.cross_entropy(logits, targets.clamp(min=0), reduction="none", label_smoothing=smoothing)
    spread = -functional.log_softmax(logits, dim=1)[:, :-1].mean(dim=1)
    return torch.where(known, loss, spread).mean()


def _sampling_probabilities(family: Family, examples: Sequence[Example[Any]]) -> NDArray[np.float64]:
    """Return the probability [N] of each recording to be sampled."""
    weights = np.array([np.sqrt(family.windows(example.data).seen.sum()) for example in examples])
    total = Counter[str]()
    for example, weight in zip(examples, weights, strict=True):
        total[example.style] += weight
    probabilities = np.array([w / total[example.style] for example, w in zip(examples, weights, strict=True)])
    return np.asarray(probabilities / probabilities.sum())
